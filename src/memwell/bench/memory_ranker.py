"""A memory as a ranker, and its vectors alone as one more baseline."""

from collections.abc import Iterable
from dataclasses import dataclass

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
            found = documents((hit.cube for hit in hits), self.level, case.ids)
            if len(found) >= wanted or len(hits) < k:
                return found[: self.depth]
            k *= 2


@dataclass
class DenseRanker:
    """Cosine of the question's vector with every turn's; a session is as near as its best turn."""

    memory: Memory
    level: Level

    def prepare(self, case: RetrievalCase) -> object:
        return None

    def rank(self, case: RetrievalCase) -> list[str]:
        view = self.memory.view(user=case.user)
        evidence, asked = view.evidence(case.question), view.embed([case.question])
        if asked is None or not evidence.vectors.shape[1]:
            return []
        best = np.argsort(-(evidence.vectors @ asked.vectors[0]), kind="stable")
        cubes = (view.get(evidence.ids[place]) for place in best)
        return documents((cube for cube in cubes if cube), self.level, case.ids)


def documents(cubes: Iterable[MemCube], level: Level, known: frozenset[str]) -> list[str]:
    """Ids of the documents the cubes belong to, each at its first rank, others passed over."""
    named = (
        cube.labels.get("ref") if level is Level.TURN else cube.scope.session for cube in cubes
    )
    return list(dict.fromkeys(name for name in named if name in known and name is not None))
