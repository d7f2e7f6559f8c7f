"""A text about somebody turned to them, by rule: lines that begin with their name, and a verb."""

import re
from typing import Any

from memwell.models.prompts.secondme import Biography

_IRREGULAR = {"is": "are", "has": "have", "was": "were", "felt": "felt"}


def second_person(fields: dict[str, Any]) -> Biography:
    """Answers the prompt SECOND_PERSON(who, text)."""
    who = re.escape(fields["who"])
    told = re.compile(rf"^{who} (?P<verb>[a-z]+)\b", re.MULTILINE)
    text = told.sub(lambda found: f"You {_turned(found['verb'])}", fields["text"])
    return Biography(text=re.sub(rf"^{who}(?:'s|: )", _owned, text, flags=re.MULTILINE))


def _turned(verb: str) -> str:
    """As it follows "you"."""
    if verb in _IRREGULAR or not verb.endswith("s"):
        return _IRREGULAR.get(verb, verb)
    return re.sub(r"ies$", "y", verb) if verb.endswith("ies") else verb[:-1]


def _owned(found: re.Match[str]) -> str:
    return "Your" if found[0].endswith("'s") else "You said: "
