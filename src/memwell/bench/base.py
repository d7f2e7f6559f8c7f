"""What a benchmark is: cases out, outcomes in, a table of scores back."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

C = TypeVar("C")  # a case: a question with all that is needed to score its outcome
O_contra = TypeVar("O_contra", contravariant=True)  # an outcome: a ranking, an answer, ...

# Group ("all", a question type, a category) → metric → value; every group states its "n".
Scores = dict[str, dict[str, float]]


class Benchmark(Protocol[C, O_contra]):
    """Cases come from files or from a seeded generator; scoring is a pure function."""

    @property
    def name(self) -> str: ...

    def cases(self, seed: int = 0) -> Iterator[C]:
        """The cases that are scored, in a fixed order."""
        ...

    def score(self, outcomes: Iterable[tuple[C, O_contra]]) -> Scores:
        """The published metrics over cases and their outcomes."""
        ...
