"""Values as pages show them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memwell.app.dashboard.words import LONGEST, bars, brief, diff, size
from memwell.core.hit import Reason


@given(st.text(), st.text())
def test_a_difference_holds_both_texts(before: str, after: str) -> None:
    pieces = diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "old") == after


def test_words_are_compared_whole() -> None:
    told = [(piece.kind, piece.text) for piece in diff("I have a cat.", "I have a cow.")]
    assert told == [("same", "I have a "), ("old", "cat"), ("new", "cow"), ("same", ".")]


def test_very_long_texts_are_not_compared_word_by_word() -> None:
    long = "word " * LONGEST
    assert [piece.kind for piece in diff(long, f"{long}more")] == ["old", "new"]
    assert diff(long, long) == []


def test_bars_show_the_parts_that_count_the_largest_first() -> None:
    reasons = [
        Reason("time", 0.0),
        Reason("words", 0.1, "same words: cat"),
        Reason("meaning", 0.3),
        Reason("asking", -0.02),
    ]
    told = [(bar.name, bar.percent) for bar in bars(reasons)]
    assert told == [("meaning", 75), ("same words: cat", 25), ("it asks rather than tells", 5)]
    assert [bar.percent for bar in bars([Reason("asking", -5.0)])] == [100]


@given(st.text(), st.integers(1, 50))
def test_brief_is_brief(text: str, most: int) -> None:
    assert len(brief(text, most)) <= most + 2
    assert "\n" not in brief(text, most)


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (123456, "123 kB"), (2_200_000, "2.2 MB")],
)
def test_sizes(count: int, told: str) -> None:
    assert size(count) == told
