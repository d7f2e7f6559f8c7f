"""BM25 as the textbook has it, and the analysis that feeds it."""

import math
from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from memwell.core.evidence import Ragged
from memwell.index.analysis import STOPWORDS, terms, words
from memwell.index.lexical import K1, B, bm25, contributions, grouped

documents = st.lists(st.lists(st.integers(0, 6), max_size=8), max_size=7)
queries = st.lists(st.integers(0, 8), max_size=5)


def ragged(rows: list[list[int]]) -> Ragged:
    data = np.array([value for row in rows for value in row], np.uint32)
    return Ragged(data, np.cumsum([0, *map(len, rows)]))


def naive_bm25(query: list[int], rows: list[list[int]]) -> list[float]:
    """One document and one term at a time."""
    mean = max(sum(map(len, rows)) / len(rows), 1.0) if rows else 1.0
    scores = []
    for row in rows:
        score, counts = 0.0, Counter(row)
        for term in set(query):
            holders = sum(term in other for other in rows)
            rarity = math.log(1 + (len(rows) - holders + 0.5) / (holders + 0.5))
            tf = counts[term]
            score += rarity * tf * (K1 + 1) / (tf + K1 * (1 - B + B * len(row) / mean))
        scores.append(score)
    return scores


@given(queries, documents)
def test_scores_are_those_of_the_formula(query: list[int], rows: list[list[int]]) -> None:
    found = bm25(np.array(query, np.uint32), ragged(rows))
    assert np.allclose(found, naive_bm25(query, rows), atol=1e-5)


@given(queries, documents)
def test_contributions_add_up_and_absent_terms_weigh_nothing(
    query: list[int], rows: list[list[int]]
) -> None:
    wanted = np.unique(np.array(query, np.uint32))
    added, weights = contributions(wanted, ragged(rows))
    assert added.shape == (len(rows), len(wanted))
    assert np.allclose(added.sum(axis=1), bm25(np.array(query, np.uint32), ragged(rows)))
    held = {value for row in rows for value in row}
    assert [weight > 0 for weight in weights] == [int(term) in held for term in wanted]


@given(documents, st.data())
def test_grouping_joins_documents(rows: list[list[int]], data: st.DataObject) -> None:
    owners = [data.draw(st.integers(0, 3)) for _ in rows]
    found = grouped(ragged(rows), np.array(owners, np.int64), 4)
    for group in range(4):
        start, end = found.offsets[group : group + 2]
        joined = [v for row, owner in zip(rows, owners, strict=True) if owner == group for v in row]
        assert sorted(found.data[start:end].tolist()) == sorted(joined)


@given(documents)
def test_a_ragged_array_knows_its_rows(rows: list[list[int]]) -> None:
    found = ragged(rows)
    assert len(found) == len(rows)
    assert found.lengths.tolist() == [len(row) for row in rows]
    assert found.owners.tolist() == [n for n, row in enumerate(rows) for _ in row]


def test_words_are_found_in_any_form_and_script() -> None:
    assert terms("Running dogs").tolist() == terms("run DOG").tolist()
    assert words("Ana's café, naïve_approach; 北京 42!") == [
        "ana",
        "café",
        "naïve",
        "approach",
        "北京",
        "42",
    ]
    assert len(set(terms("Ana's cat ANA").tolist())) == 2
    assert len(terms("what did the")) == 0
    assert len(terms("")) == 0


@given(st.text())
def test_analysis_takes_any_text(text: str) -> None:
    found = terms(text)
    assert found.dtype == np.uint32
    assert len(found) == sum(word not in STOPWORDS for word in words(text))
