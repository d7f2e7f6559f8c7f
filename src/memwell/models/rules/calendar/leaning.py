"""Which way a clause looks, back or ahead: it decides which May, which Friday is meant."""

import re

from memwell.models.rules.calendar.almanac import Lean

REACH = 120  # characters of a clause that are looked at on either side

_AHEAD = re.compile(
    r"\b(?:will|shall|won['’]t|going to|gonna|plan(?:s|ning)? (?:to|on|for)|upcoming|hop(?:e|ing)"
    r"|looking forward|can['’]t wait|about to|scheduled|due|deadline|coming up|see you"
    r"|let['’]s|until|till|by|(?:am|are|is|['’]m|['’]re|['’]s) \w+ing|should|might|tomorrow|next)\b"
    r"|['’]ll\b|\b(?:booked|reserved|tickets?|planned|invited|appointment)\b.{0,40}?\bfor\b",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\b(?:was|were|wasn['’]t|weren['’]t|had|did|didn['’]t|been|went|got|saw|met|took|made|came"
    r"|bought|gave|found|said|told|left|began|started|felt|kept|ran|ate|wrote|read|spent|won|lost"
    r"|since|ago|last|yesterday|back in|\w{2,}ed)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.!?;]\s|\n")


def lean(text: str, begin: int, stop: int) -> Lean:
    """The lean of the clause around text[begin:stop], by its nearest verb or cue."""
    left, right = max(begin - REACH, 0), min(stop + REACH, len(text))
    left = max((end.end() for end in _CLAUSE_END.finditer(text, left, begin)), default=left)
    right = ending.start() if (ending := _CLAUSE_END.search(text, stop, right)) else right
    ahead = _distance(_AHEAD, text, (left, right), (begin, stop))
    back = _distance(_BACK, text, (left, right), (begin, stop))
    if ahead == back:
        return Lean.UNKNOWN
    return Lean.FUTURE if ahead < back else Lean.PAST


def _distance(
    cue: re.Pattern[str], text: str, clause: tuple[int, int], span: tuple[int, int]
) -> float:
    """Characters from the span to the nearest cue outside it; what comes first counts as nearer."""
    gaps = [
        span[0] - found.end() if found.start() < span[0] else 2 * (found.start() - span[1]) + 1
        for found in cue.finditer(text, *clause)
        if found.end() <= span[0] or found.start() >= span[1]
    ]
    return min(gaps, default=float("inf"))
