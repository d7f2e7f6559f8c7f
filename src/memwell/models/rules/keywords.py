"""Keywords: the names a text holds, then its telling words, the frequent ones first."""

import re
from collections import Counter
from typing import Any

from memwell.models.prompts import Keywords
from memwell.models.rules.entities import find as entities_in
from memwell.models.rules.reading.wording import STOP

MOST = 12
_WORD = re.compile(r"[^\W\d_][\w'’-]+", re.UNICODE)
_ADDRESS = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+", re.IGNORECASE)
_EMPTY_WORDS = """
    actually get go going good got great hey hi just know lot make maybe much nice oh ok
    okay one really see something still sure thank thanks thing things think wow yeah yes
    let
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())


def keywords(fields: dict[str, Any]) -> Keywords:
    """Answers the prompt KEYWORDS(text)."""
    return Keywords(keywords=find(fields["text"]))


def find(text: str, most: int = MOST) -> list[str]:
    """Names as they are written, then other telling words in lower case, frequent ones first."""
    names = [entity.name for entity in entities_in(text) if entity.kind in ("name", "title")]
    counts = Counter(
        word
        for found in _WORD.findall(_ADDRESS.sub(" ", text))
        if len(word := _bare(found)) > 2 and tells(word)
    )
    covered = {word for name in names for word in name.lower().split()}
    words = [word for word, _ in counts.most_common() if word not in covered]
    return list(dict.fromkeys([*names, *words]))[:most]


def _bare(word: str) -> str:
    return re.sub(r"['’]s$", "", word.lower().replace("’", "'")).strip("'-")


def tells(word: str) -> bool:
    """Whether a lower-case word says something of what a text is about."""
    return word not in STOP and word not in _EMPTY and "'" not in word
