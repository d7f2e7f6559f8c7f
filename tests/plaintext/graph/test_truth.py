"""When facts hold: the same truth in whatever order the statements arrive."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memwell.core.interval import Interval
from memwell.plaintext.graph.truth import Statement, held, runs

YEAR = timedelta(days=365)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def year(number: float) -> datetime:
    return EPOCH + number * YEAR


def since(start: float, end: float | None = None, said: float = 30, turn: str = "t") -> Statement:
    return Statement(year(start), year(said), turn, None if end is None else year(end))


def spoken(values: st.SearchStrategy[str]) -> st.SearchStrategy[list[tuple[str, Statement]]]:
    """Statements about one aspect: a value, since when, sometimes until when, and when said."""
    one = st.tuples(
        values,
        st.integers(0, 9),
        st.none() | st.integers(1, 6),
        st.integers(10, 14),
    )
    return st.lists(one, min_size=1, max_size=7).map(
        lambda rows: [
            (
                value,
                since(start, None if length is None else start + length, said, f"t{place}"),
            )
            for place, (value, start, length, said) in enumerate(rows)
        ]
    )


SPOKEN = spoken(st.sampled_from("abc"))


def truth(stated: list[tuple[str, Statement]]) -> dict[str, list[Interval]]:
    """The times of every value, by its runs."""
    values = {value for value, _ in stated}
    return {
        value: [
            run.valid
            for run in runs(
                [one for own, one in stated if own == value],
                [one for other, one in stated if other != value],
            )
        ]
        for value in values
    }


def at(found: dict[str, list[Interval]], moment: datetime) -> set[str]:
    return {value for value, times in found.items() if any(moment in time for time in times)}


def test_a_contrary_statement_ends_what_was_stated_before() -> None:
    assert held(since(1), [since(4)]) == Interval(year(1), year(4))
    assert held(since(4), [since(1)]) == Interval(year(4), None)


def test_the_first_contrary_statement_ends_it() -> None:
    assert held(since(1), [since(7), since(4), since(5)]).end == year(4)


@pytest.mark.parametrize("other", [since(5), since(6), since(0, 1)])
def test_disjoint_times_are_left_alone(other: Statement) -> None:
    assert held(since(1, 5), [other]) == Interval(year(1), year(5))


def test_of_two_that_begin_together_the_one_said_later_holds() -> None:
    first, second = since(3, said=10), since(3, said=11)
    assert held(first, [second]).empty
    assert held(second, [first]) == Interval(year(3), None)


def test_statements_of_the_same_make_one_fact_until_something_comes_between() -> None:
    stated = [since(1), since(5), since(8)]
    (whole,) = runs(stated, [])
    assert whole.valid == Interval(year(1), None)
    assert whole.statements == tuple(stated)
    first, second = runs(stated, [since(3)])
    assert first.valid == Interval(year(1), year(3))
    assert second.valid == Interval(year(5), None)
    assert second.statements == tuple(stated[1:])


@given(SPOKEN, st.randoms(use_true_random=False))
def test_truth_does_not_depend_on_the_order(stated, random) -> None:
    shuffled = list(stated)
    random.shuffle(shuffled)
    assert truth(shuffled) == truth(stated)


@given(SPOKEN, st.integers(-1, 20))
def test_at_every_moment_that_holds_which_was_stated_last_before(stated, when) -> None:
    """Told independently: of what had begun by then, the latest, unless it had ended."""
    moment = year(when + 0.5)
    found = at(truth(stated), moment)
    assert len(found) <= 1
    begun = [(one.order, value, one) for value, one in stated if one.start <= moment]
    if not begun:
        assert not found
        return
    _, value, latest = max(begun)
    if latest.end is None or moment < latest.end:
        assert found == {value}
    for value in found:
        assert any(moment in one.stated for own, one in stated if own == value)


@given(SPOKEN)
def test_statements_are_never_lost(stated) -> None:
    for value in {value for value, _ in stated}:
        own = [one for other, one in stated if other == value]
        made = runs(own, [one for other, one in stated if other != value])
        assert {one for run in made for one in run.statements} == set(own)
        assert all(one.start >= run.valid.start for run in made for one in run.statements)
        for first, second in pairwise(made):
            assert not first.valid.overlaps(second.valid)
