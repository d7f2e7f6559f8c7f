"""Tags of a question: the topics its words speak of."""

from typing import Any

from memwell.models.prompts.caim import Tags
from memwell.models.rules import topics


def question_tags(fields: dict[str, Any]) -> Tags:
    """Answers the prompt QUESTION_TAGS(question, ontology, at)."""
    return Tags(tags=topics.find(fields["question"], tuple(fields["ontology"].split(", "))))
