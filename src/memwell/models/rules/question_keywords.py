"""Keywords of a question: its names and telling words."""

from typing import Any

from memwell.models.prompts import Keywords
from memwell.models.rules.keywords import find


def question_keywords(fields: dict[str, Any]) -> Keywords:
    """Answers the prompt QUESTION_KEYWORDS(question)."""
    return Keywords(keywords=find(fields["question"]))
