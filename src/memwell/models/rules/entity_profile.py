"""What kind of thing an entity is."""

from typing import Any

from memwell.models.prompts.zep import Profile


def entity_profile(fields: dict[str, Any]) -> Profile:  # noqa: ARG001
    """Answers the prompt ENTITY_PROFILE(name, facts): words alone do not tell."""
    return Profile()
