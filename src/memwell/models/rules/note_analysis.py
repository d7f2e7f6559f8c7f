"""A note by rule: counted keywords, the sentence that holds most of them, topics by word lists.

Nothing is put into new words; a text without a telling word has no keywords.
"""

from typing import Any

from memwell.models.prompts.amem import NoteAnalysis
from memwell.models.rules import keywords, topics
from memwell.models.rules.reading.sentences import split
from memwell.models.rules.reading.wording import keys


def note_analysis(fields: dict[str, Any]) -> NoteAnalysis:
    """Answers the prompt NOTE_ANALYSIS(text, speaker, at)."""
    text = fields["text"]
    found = keywords.find(text)
    return NoteAnalysis(keywords=found, context=telling(text, found), tags=topics.find(text)[:3])


def telling(text: str, keywords: list[str]) -> str:
    """The first sentence that holds most of the keywords, rather a statement than a question."""
    wanted = frozenset(keys(" ".join(keywords)))
    return max(split(text), key=lambda each: _worth(each, wanted), default="")


def _worth(sentence: str, wanted: frozenset[str]) -> float:
    held = len(wanted & frozenset(keys(sentence)))
    return held / 2 if sentence.endswith("?") else held
