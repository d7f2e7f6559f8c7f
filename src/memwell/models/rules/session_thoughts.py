"""Thoughts by rule: of every turn that states something under a tag, the most telling sentence."""

from typing import Any

from memwell.models.prompts.caim import SessionThought, SessionThoughts
from memwell.models.rules import keywords, topics
from memwell.models.rules.note_analysis import telling
from memwell.models.rules.reading.wording import WORD

SHORTEST = 4  # words: less states nothing that could be read by itself
TAGS = 3  # of one thought


def session_thoughts(fields: dict[str, Any]) -> SessionThoughts:
    """Answers the prompt SESSION_THOUGHTS(turns, ontology)."""
    found, among = [], tuple(fields["ontology"].split(", "))
    for number, piece in enumerate(fields["turns"]):
        tags = topics.find(piece.text, among)[:TAGS]
        sentence = telling(piece.text, keywords.find(piece.text)) if tags else ""
        if not sentence.endswith("?") and len(WORD.findall(sentence)) >= SHORTEST:
            found.append(SessionThought(text=sentence, tags=tags, turns=[number]))
    return SessionThoughts(thoughts=found)
