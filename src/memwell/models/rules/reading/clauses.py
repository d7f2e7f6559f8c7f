"""Sentences in their parts: each says one thing of one subject, and a "not" holds for its own."""

import re

_BREAK = re.compile(
    r"\s*[;:–—]\s+|,\s+(?:(?:and|but|so|yet|or|then|because|since|while|though|although)\s+)?"
    r"(?=(?:I|we|my|our|he|she|they|it|mine)\b|[A-Z]\w+\s+(?:is|was|has|does|did)\b)|"
    r",?\s+(?:but|because|although|though|while|whereas|until)\s+|"
    r",?\s+and\s+(?=(?:I|we|my|our|he|she|they|it|mine|since)\b)|"
    r",\s+(?:and|or|so|just|only|not)\s+",
    re.IGNORECASE,
)


def clauses(sentence: str) -> list[str]:
    """The parts of a sentence."""
    return [part for part in _BREAK.split(sentence) if part]
