"""A memory as a ranker, and its vectors alone as one more baseline."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from memwell.bench.retrieval_case import Level, RetrievalCase
from memwell.core.cube import MemCube
from memwell.kernel.memory import Memory

DEPTH = 50  # the deepest rank any published metric looks at


@dataclass
class MemoryRanker:
    """Asks the memory as an application would: the question, when it is asked, and whose it is."""

    memory: Memory
    level: Level
    depth: int = DEPTH

    def prepare(self, case: RetrievalCase) -> object:
        return None

    def rank(self, case: RetrievalCase) -> list[str]:
        """Ids of documents; more hits are fetched while turns that are no documents crowd in."""
        wanted, k = min(self.depth, len(case.documents)), self.depth
        while True:
            hits = self.memory.search(
                case.question, k, at=case.asked, user=case.user, by=self.level.value
            )
            found = distinct((document(hit.cube, self.level) for hit in hits), case.ids)
            if len(found) >= wanted or len(hits) < k:
                return found[: self.depth]
            k *= 2


@dataclass
class DenseRanker:
    """Cosine of the question's vector with every turn's; a session is as near as its best turn."""

    memory: Memory
    level: Level
    user: str | None = field(default=None, init=False)
    names: dict[str, str | None] = field(default_factory=dict, init=False)  # document of each cube

    def prepare(self, case: RetrievalCase) -> object:
        if case.user != self.user:
            cubes = self.memory.view(user=case.user).scan()
            self.names = {cube.id: document(cube, self.level) for cube in cubes}
            self.user = case.user
        return self.names

    def rank(self, case: RetrievalCase) -> list[str]:
        view = self.memory.view(user=case.user)
        evidence, asked = view.evidence(case.question), view.embed([case.question])
        if asked is None or not evidence.vectors.shape[1]:
            return []
        best = np.argsort(-(evidence.vectors @ asked.vectors[0]), kind="stable")
        return distinct((self.names.get(evidence.ids[place]) for place in best), case.ids)


def document(cube: MemCube, level: Level) -> str | None:
    """The id of the document a cube belongs to."""
    return cube.labels.get("ref") if level is Level.TURN else cube.scope.session


def distinct(names: Iterable[str | None], known: frozenset[str]) -> list[str]:
    """The documents among the names, each at its first rank; what is no document is passed over."""
    return list(dict.fromkeys(name for name in names if name is not None and name in known))
