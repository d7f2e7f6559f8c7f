"""Whether a name means somebody who is known under another one."""

from typing import Any

from memwell.models.prompts.zep import Duplicate


def duplicate_entity(fields: dict[str, Any]) -> Duplicate:  # noqa: ARG001
    """Answers the prompt DUPLICATE_ENTITY(name, known, text): never sure, so none of them.

    What is sure, the same name or almost its letters, is not asked.
    """
    return Duplicate(duplicate=-1)
