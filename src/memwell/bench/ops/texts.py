"""Turns of realistic length and wording, drawn from English words by Zipf's law."""

from functools import cache

import numpy as np
import numpy.typing as npt

from memwell.models.wordpiece import VOCABULARY

FREQUENT = 1996  # where the shipped vocabulary's words begin, the most frequent first
SHIFT = 2.7  # Mandelbrot's: flattens the lead of the first few words
MEAN, SPREAD = 3.25, 0.45  # of the logarithm of a turn's length in words
SHORTEST, LONGEST = 6, 90
SENTENCE = 11  # words
ASKS = 0.1  # share of turns that end in a question


@cache
def words() -> npt.NDArray[np.str_]:
    """English words, the most frequent first."""
    lines = VOCABULARY.read_text(encoding="utf-8").splitlines()[FREQUENT:]
    found = [word for word in lines if word.isascii() and word.isalpha() and len(word) > 1]
    return np.array(found)


@cache
def _shares() -> npt.NDArray[np.float64]:
    weights = 1 / (np.arange(len(words())) + SHIFT)
    return np.asarray(np.cumsum(weights / weights.sum()))


def turns(rng: np.random.Generator, count: int) -> list[str]:
    """That many turns, one line each."""
    lengths = np.exp(rng.normal(MEAN, SPREAD, count)).astype(int).clip(SHORTEST, LONGEST)
    drawn = words()[np.searchsorted(_shares(), rng.random(int(lengths.sum())))]
    asks = rng.random(count) < ASKS
    ends = np.cumsum(lengths)
    return [
        _punctuated(drawn[end - length : end].tolist(), "?" if question else ".")
        for end, length, question in zip(ends, lengths, asks, strict=True)
    ]


def _punctuated(spoken: list[str], end: str) -> str:
    sentences = [spoken[at : at + SENTENCE] for at in range(0, len(spoken), SENTENCE)]
    return ". ".join(" ".join(part).capitalize() for part in sentences) + end


def question(rng: np.random.Generator, turn: str) -> str:
    """What somebody asks who wants this turn back: four of its words."""
    spoken = turn.rstrip(".?").replace(".", "").lower().split()
    asked = rng.choice(spoken, min(4, len(spoken)), replace=False)
    return f"What was it about {' '.join(asked)}?"
