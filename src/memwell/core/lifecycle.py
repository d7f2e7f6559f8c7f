"""The life of a cube: which moves between states are legal (MemOS, papers 2 and 3, lifecycle).

generated → activated → merged | archived | frozen → expired. An archived or expired cube may be
activated again (that is what undo does); a frozen one must be thawed first; a merged one is final
but for expiry, because its content lives on elsewhere.
"""

from enum import StrEnum

from memwell.core.errors import IllegalTransition


class State(StrEnum):
    """Where a cube is in its life."""

    GENERATED = "generated"  # proposed, not yet searchable
    ACTIVATED = "activated"  # in use
    MERGED = "merged"  # its content lives on in another cube
    ARCHIVED = "archived"  # kept, not searched by default
    FROZEN = "frozen"  # in use, immutable
    EXPIRED = "expired"  # reversible deletion: only history sees it


LEGAL: dict[State, frozenset[State]] = {
    State.GENERATED: frozenset({State.ACTIVATED, State.EXPIRED}),
    State.ACTIVATED: frozenset({State.MERGED, State.ARCHIVED, State.FROZEN, State.EXPIRED}),
    State.MERGED: frozenset({State.EXPIRED}),
    State.ARCHIVED: frozenset({State.ACTIVATED, State.EXPIRED}),
    State.FROZEN: frozenset({State.ACTIVATED}),
    State.EXPIRED: frozenset({State.ACTIVATED}),
}

SEARCHABLE = frozenset({State.ACTIVATED, State.FROZEN})


def move(cube: str, old: State, new: State) -> State:
    """The new state, where the rules allow the move.

    A cube may stay as it is unless it is frozen or expired.

    Raises IllegalTransition otherwise.
    """
    stays = old is new and old not in (State.FROZEN, State.EXPIRED)
    if stays or new in LEGAL[old]:
        return new
    hint = {
        State.FROZEN: "thaw it first (activate it)",
        State.EXPIRED: "restore it first (activate it)",
    }
    reason = hint.get(old, f"allowed from here: {', '.join(sorted(LEGAL[old]))}")
    raise IllegalTransition(f"cube {cube} is {old} and cannot become {new}; {reason}")
