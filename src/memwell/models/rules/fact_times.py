"""Since when a fact is true."""

from typing import Any

from memwell.models.prompts.zep import FactTimes
from memwell.models.rules.stated_facts import since


def fact_times(fields: dict[str, Any]) -> FactTimes:
    """Answers the prompt FACT_TIMES(fact, text, at): the first day that the fact tells."""
    return FactTimes(valid_at=since(fields["fact"], fields["at"]))
