"""Words of chosen evidence are as rare as in what it was chosen from."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from storing import ALL, FP, batch, cube, put

from memwell.core.evidence import Population
from memwell.core.model import TokenStates
from memwell.core.view import NOW
from memwell.index.analysis import terms
from memwell.index.late import rarity
from memwell.index.lexical import contributions, idf
from memwell.index.population import SAMPLE, population, spread
from memwell.store.sqlite import SQLiteStore


def states(*ids: int) -> TokenStates:
    count = len(ids)
    return TokenStates(
        np.array(ids, np.uint16), np.ones((count, 4), np.int8), np.ones(count, np.float16)
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    made = SQLiteStore(tmp_path / "memory.db")
    yield made
    made.close()


@pytest.fixture
def judged(store: SQLiteStore) -> Population:
    """A hundred memories, of which ten are sampled: all speak of tea, two of porto."""
    texts = ["tea porto", "tea porto", *["tea"] * 8]
    store.commit(batch(*(put(cube(f"c{n}", text=text)) for n, text in enumerate(texts))))
    sample = store.evidence(ALL, NOW, FP)
    found = population(100, sample, [states(1, 1, 2), *[states(1)] * 8, None])
    assert found
    return found


def test_counts_are_those_of_the_sample_at_full_size(judged: Population) -> None:
    wanted = np.unique(terms("tea porto unheard"))
    found = dict(
        zip(wanted.tolist(), judged.with_terms(wanted, np.zeros(3, np.float32)), strict=True)
    )
    assert [found[int(terms(word)[0])] for word in ("tea", "porto", "unheard")] == [100, 20, 0]
    pieces = judged.with_pieces(np.array([1, 2, 3], np.uint16), np.zeros(3, np.float32))
    assert pieces.tolist() == [90, 10, 0]


def test_what_was_chosen_is_there_at_least(judged: Population) -> None:
    unheard = terms("unheard")
    assert judged.with_terms(unheard, np.array([7], np.float32)).tolist() == [7]


def test_scores_weigh_words_by_the_population(store: SQLiteStore, judged: Population) -> None:
    chosen = store.evidence(ALL, NOW, FP)
    wanted = np.unique(terms("porto"))
    _, weights = contributions(wanted, chosen.terms, judged)
    assert weights == pytest.approx(idf(100, np.array([20], np.float32)))
    of_pieces = rarity(states(1, 2), [states(1), states(2)], judged)
    assert of_pieces[1] > of_pieces[0]
    assert of_pieces.sum() == pytest.approx(1)


def test_a_sample_is_spread_over_all() -> None:
    rows = np.arange(10 * SAMPLE) * 3
    picked = spread(rows)
    assert len(np.unique(picked)) == SAMPLE
    assert (picked[0], picked[-1]) == (rows[0], rows[-1])
    assert np.array_equal(spread(rows[:5]), rows[:5])
