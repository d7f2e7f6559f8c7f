"""The view strategies read: one scope, one moment, no way to write."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from memwell.core.access import Right
from memwell.core.cube import MemCube
from memwell.core.errors import ModelUnavailable
from memwell.core.evidence import Evidence, Ints
from memwell.core.filter import Filter
from memwell.core.hit import Hit, Reason
from memwell.core.lifecycle import SEARCHABLE, State
from memwell.core.message import Event
from memwell.core.model import Embedder, Embedding, Floats, LanguageModel, Prompt, T, TokenStates
from memwell.core.op import Link
from memwell.core.scope import Scope
from memwell.core.store import Store
from memwell.core.view import NOW, Moment
from memwell.index.analysis import terms
from memwell.index.cache import select
from memwell.index.flat import top
from memwell.index.fuse import reciprocal_ranks
from memwell.index.lexical import bm25
from memwell.kernel import spans
from memwell.kernel.evidence import EvidenceSource


@dataclass(frozen=True)
class MemoryView:
    """Implements core.view.View."""

    scope: Scope
    now: datetime
    store: Store
    source: EvidenceSource
    embedder: Embedder | None
    model: LanguageModel | None
    moment: Moment = NOW
    without: frozenset[str] = frozenset()  # sessions to leave out
    where: Filter | None = None  # on labels
    _embedded: dict[tuple[str, ...], Embedding] = field(default_factory=dict, repr=False)

    def get(self, id: str) -> MemCube | None:
        cube = self.store.get(id, self.moment)
        return cube if cube and self._sees(id) else None

    def scan(self, state: State | None = None) -> Iterator[MemCube]:
        states = frozenset({state}) if state else SEARCHABLE
        return self.store.scan(self.scope, states, self.moment)

    def search(self, text: str, k: int = 10) -> list[Hit]:
        evidence = self.evidence(text)
        scores = {"lexical": bm25(terms(text), evidence.terms)}
        embedding = self.embed([text])
        if embedding and evidence.vectors.shape[1]:
            scores["dense"] = evidence.vectors @ embedding.vectors[0]
        fused = reciprocal_ranks([top(found, 10 * k) for found in scores.values()], len(evidence))
        return self.hits(evidence, fused, top(fused, k), scores)

    def hits(
        self,
        evidence: Evidence,
        scores: Floats,
        best: Ints,
        parts: Mapping[str, Floats],
        told: Callable[[int], Mapping[str, str]] | None = None,
    ) -> list[Hit]:
        """The cubes at these positions with their scores, each part of a score as a reason."""
        cubes = self.store.of_rows(evidence.rows[best])
        hits = []
        for place in best.tolist():
            if cube := cubes.get(int(evidence.rows[place])):
                words = told(place) if told else {}
                reasons = (
                    Reason(name, float(part[place]), words.get(name, "") if part[place] else "")
                    for name, part in parts.items()
                )
                hits.append(Hit(cube, float(scores[place]), tuple(reasons)))
        return hits

    def evidence(self, text: str) -> Evidence:
        embedding = self.embed([text])
        with spans.span("memwell.first_stage", {}):
            found = self.source.get(terms(text), embedding, self.scope, self.moment, self.where)
        if not self.without:
            return found
        hidden = np.isin(found.sessions, self.store.session_codes(self.without))
        return select(found, np.flatnonzero(~hidden))

    def tokens(self, evidence: Evidence, positions: Ints) -> list[TokenStates | None]:
        return self.source.tokens(evidence, positions)

    def neighbours(self, id: str) -> list[Link]:
        """Links whose two ends are both in scope."""
        links = self.store.links(id, self.moment)
        return [link for link in links if self._sees(link.src) and self._sees(link.dst)]

    def _sees(self, id: str) -> bool:
        return bool(self.store.permitted([id], self.scope, Right.READ))

    def history(self, id: str) -> list[MemCube]:
        return self.store.history(id) if self._sees(id) else []

    def events(self, ids: Iterable[str]) -> list[Event]:
        return self.store.events(ids, self.scope)

    def embed(self, texts: Sequence[str]) -> Embedding | None:
        if self.embedder is None:
            return None
        wanted = tuple(texts)  # a view serves one question, which several stages embed
        if wanted not in self._embedded:
            with spans.span("embeddings", {"gen_ai.operation.name": "embeddings"}):
                self._embedded[wanted] = self.embedder.embed(wanted)
        return self._embedded[wanted]

    def ask(self, prompt: Prompt[T], **fields: Any) -> T:
        if self.model is None:
            raise ModelUnavailable("this memory has no language model; open it with model=…")
        return self.model.ask(prompt, **fields)
