"""Which moves a cube may make in its life."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memwell.core.errors import IllegalTransition
from memwell.core.lifecycle import LEGAL, SEARCHABLE, State, move

# Written out by hand, apart from the code: from -> to.
ALLOWED = {
    "generated": {"generated", "activated", "expired"},
    "activated": {"activated", "merged", "archived", "frozen", "expired"},
    "merged": {"merged", "expired"},
    "archived": {"archived", "activated", "expired"},
    "frozen": {"activated"},
    "expired": {"activated"},
}

states = st.sampled_from(State)


@given(states, states)
def test_a_move_is_made_or_refused_as_the_rules_say(old: State, new: State) -> None:
    if new in ALLOWED[old]:
        assert move("cube", old, new) is new
    else:
        with pytest.raises(IllegalTransition, match="cube"):
            move("cube", old, new)


@given(states)
def test_every_state_has_rules_and_a_way_to_expire(state: State) -> None:
    reached, open_ = set[State](), [state]
    while open_:
        here = open_.pop()
        if here not in reached:
            reached.add(here)
            open_ += LEGAL[here]
    assert State.EXPIRED in reached


@pytest.mark.parametrize(("state", "advice"), [(State.FROZEN, "thaw"), (State.EXPIRED, "restore")])
def test_a_refusal_says_what_to_do(state: State, advice: str) -> None:
    with pytest.raises(IllegalTransition, match=advice):
        move("abc", state, state)


def test_what_can_be_found_is_what_is_in_use() -> None:
    assert frozenset({State.ACTIVATED, State.FROZEN}) == SEARCHABLE
