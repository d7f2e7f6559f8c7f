"""What a search returns: cubes with a score and the reasons for it."""

from dataclasses import dataclass

from memwell.core.cube import MemCube


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause of a score, in words and as a number."""

    name: str  # lexical, dense, late, time, speaker, neighbour, ...
    value: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A cube that answers the query. Scores compare within one search only."""

    cube: MemCube
    score: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its evidence; `known` is False when memory does not hold it."""

    text: str
    known: bool
    confidence: float  # in [0, 1]: how well the evidence supports the answer
    hits: tuple[Hit, ...] = ()
    sources: tuple[str, ...] = ()  # ids of the cubes the answer was read from
    tokens: int = 0
