"""How well texts answer a question: the share of its telling words they hold."""

from typing import Any

from memwell.models.prompts.zep import Relevance
from memwell.models.rules.reading.wording import keys


def relevance(fields: dict[str, Any]) -> Relevance:
    """Answers the prompt RELEVANCE(question, texts)."""
    asked = set(keys(fields["question"]))
    held = [set(keys(line.text)) for line in fields["texts"]]
    return Relevance(scores=[len(asked & each) / max(len(asked), 1) for each in held])
