"""How a new fact stands to known ones."""

from typing import Any

from memwell.models.prompts.zep import Standing


def fact_standing(fields: dict[str, Any]) -> Standing:  # noqa: ARG001
    """Answers the prompt FACT_STANDING(fact, same, others): nothing that words alone could tell.

    Facts about the same aspect replace each other without being asked about.
    """
    return Standing()
