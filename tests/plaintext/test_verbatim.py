"""The default strategy: every turn is found by its words, meaning, time, speaker and company."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from memwell.core.clock import ManualClock
from memwell.core.hit import Hit
from memwell.core.message import Message
from memwell.kernel.memory import Memory
from memwell.plaintext.verbatim import Verbatim, best_of_each
from support import START, WordEmbedder

DAY = timedelta(days=1)


@pytest.fixture
def memory(tmp_path: Path, clock: ManualClock):
    with Memory(tmp_path / "memory", embedder=None, model=None, clock=clock) as opened:
        yield opened


@pytest.fixture
def dense(tmp_path: Path, clock: ManualClock):
    with Memory(tmp_path / "dense", embedder="minilm", model=None, clock=clock) as opened:
        yield opened


def texts(hits: list[Hit]) -> list[str]:
    return [hit.cube.text for hit in hits]


def reason(hit: Hit, name: str) -> float:
    return next(reason.value for reason in hit.reasons if reason.name == name)


def test_a_score_is_the_sum_of_its_reasons(dense: Memory) -> None:
    dense.add(["I adopted a cat called Miso", "Congratulations!"], session="s1")
    dense.add("The train to Porto was late", session="s2")
    for by in ("turn", "session"):
        for hit in dense.search("What is the cat called?", by=by):  # type: ignore[arg-type]
            assert hit.score == pytest.approx(sum(r.value for r in hit.reasons), abs=1e-5)


def test_an_answer_is_found_next_to_the_question_it_replies_to(memory: Memory) -> None:
    memory.add(
        [
            Message("Where did you buy the red bicycle?", "user"),
            Message("At the market in Braga.", "user"),
        ],
        session="s1",
    )
    memory.add(["Nothing of note.", "The weather is fine."], session="s2")
    assert "At the market in Braga." in texts(memory.search("red bicycle", 2))
    (_, answer) = memory.search("red bicycle", 2)
    assert reason(answer, "words") > 0


def test_a_statement_comes_before_the_question_that_asks_for_it(memory: Memory) -> None:
    memory.add("Do you like green tea?", session="s1")
    memory.add("You like green tea.", session="s2")
    hits = memory.search("green tea", 2)
    assert texts(hits) == ["You like green tea.", "Do you like green tea?"]
    assert reason(hits[1], "asking") < 0


def test_a_named_speaker_counts(memory: Memory) -> None:
    for name in ("Caroline", "Melanie"):
        memory.add(Message("I love painting sunsets.", name=name), session=name)
    for name in ("Caroline", "Melanie"):
        hits = memory.search(f"What does {name} love painting?", 2)
        assert hits[0].cube.speaker == name
        assert reason(hits[0], "speaker") > reason(hits[1], "speaker") == 0


@pytest.mark.parametrize(
    ("query", "day"),
    [("Which film did we see in May 2023?", 10), ("Which film did we see in July 2023?", 70)],
)
def test_the_time_that_is_asked_for_counts(memory: Memory, query: str, day: int) -> None:
    first = datetime(2023, 5, 1, tzinfo=UTC)
    for days in (10, 70, 200):
        memory.add("We saw a film.", at=first + days * DAY, session=f"s{days}")
    (hit, *_) = memory.search(query, 3, at=datetime(2024, 1, 1, tzinfo=UTC))
    assert hit.cube.at == first + day * DAY


def test_meaning_finds_what_words_do_not(dense: Memory) -> None:
    dense.add("I adopted a kitten from the shelter.", session="s1")
    dense.add("My printer is out of ink.", session="s2")
    dense.add("We booked flights to Rome.", session="s3")
    for query, expected in (
        ("Do I own any pets?", "kitten"),
        ("Where are we travelling?", "Rome"),
        ("What office equipment needs attention?", "printer"),
    ):
        assert expected in dense.search(query, 1)[0].cube.text


def test_ranking_by_session_takes_the_best_turn_of_each() -> None:
    groups, scores = np.array([7, 7, 3, 3, 5]), np.array([0.1, 0.9, 0.8, 0.2, 0.5], np.float32)
    assert best_of_each(groups, scores, 9).tolist() == [1, 2, 4]
    assert best_of_each(groups, scores, 2).tolist() == [1, 2]


def test_weights_are_fields(tmp_path: Path, clock: ManualClock) -> None:
    found = []
    for weight in (0.2, 1.0):
        strategy = Verbatim(lexical=weight)
        folder = tmp_path / str(weight)
        with Memory(folder, strategy=strategy, embedder=WordEmbedder(), clock=clock) as memory:
            memory.add("green tea", at=START)
            found.append(reason(memory.search("green tea")[0], "words"))
    assert found[0] > 0
    assert found[1] == pytest.approx(5 * found[0])


def test_words_without_any_term_still_rank_without_error(memory: Memory, dense: Memory) -> None:
    for each in (memory, dense):
        each.add(["the", "?!", "…", "你好"])
        assert len(each.search("the of and", 10)) == 4
        assert each.search("你好", 1)[0].cube.text == "你好"


def test_reasons_are_told_in_words(tmp_path: Path) -> None:
    with Memory(tmp_path, user="ana") as memory:
        memory.add(
            [Message("I planted tomatoes.", name="Caroline"), Message("How nice!", name="Jon")],
            at=datetime(2024, 5, 3, tzinfo=UTC),
        )
        asked = datetime(2024, 5, 20, tzinfo=UTC)
        (hit,) = memory.search("Which tomatoes did Caroline plant two weeks ago?", 1, at=asked)
        told = {reason.name: reason.text for reason in hit.reasons}
        assert told["words"] == "same words: tomatoes, caroline, plant"
        assert told["time"] == "the time asked about: two weeks ago"
        assert told["speaker"] == "said by Caroline"
        (other,) = memory.search("How nice", 1, at=asked)
        assert {reason.name: reason.text for reason in other.reasons}["time"] == ""
