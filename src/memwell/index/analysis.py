"""Text to terms: lower case, word characters, Snowball English stems, hashed to 32 bits.

One analysis serves documents and queries. Stopwords stay in documents (their count is the length
BM25 normalises by would change otherwise) and are dropped from queries.
"""

import re
import zlib
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import Stemmer

from memwell.core.store import Terms

# A possessive or contraction counts up to its apostrophe.
WORD = re.compile(r"([^\W_]+)(?:['’][^\W_]+)*")

STOPWORDS = frozenset(
    """a about after again all also am an and any are as at be because been before being but by can
    could did do does doing don for from had has have having he her here hers him his how i if in
    into is it its itself just me more most my myself no nor not now of off on once only or other
    our ours out over own s same she should so some such t than that the their theirs them then
    there these they this those through to too under until up very was we were what when where
    which while who whom why will with would you your yours yourself ll m re ve d""".split()
)

_stem = Stemmer.Stemmer("english")


def words(text: str) -> list[str]:
    """Lower-case words in order; a possessive or contraction is cut at its apostrophe."""
    return WORD.findall(text.lower())


def content(text: str) -> list[str]:
    """The words of the text in order, stopwords left out."""
    return [word for word in words(text) if word not in STOPWORDS]


def terms(text: str) -> Terms:
    """Hashed stems of the text's content words, in order."""
    return hashed(content(text))


def hashed(content: Iterable[str]) -> Terms:
    return np.array([_term(word) for word in content], np.uint32)


@lru_cache(maxsize=200_000)
def _term(word: str) -> int:
    """crc32 of the stem; with a vocabulary of 100,000 about one pair of words collides."""
    return zlib.crc32(_stem.stemWord(word).encode())
