"""The view strategies read: one scope, one moment, no way to write."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np

from memwell.core.access import Right
from memwell.core.cube import MemCube
from memwell.core.errors import InvalidOutput, ModelUnavailable
from memwell.core.evidence import Evidence, Ints
from memwell.core.filter import Both, Filter, parsed
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

SIDE_BY_SIDE = 8  # questions that a language model is asked at a time


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

    @property
    def immediate(self) -> bool:
        return self.model is not None and self.model.immediate

    def only(self, where: Mapping[str, Any] | Filter) -> "MemoryView":
        wanted = parsed(where)
        if wanted is None or self.where is None:
            return replace(self, where=wanted or self.where)
        return replace(self, where=Both((self.where, wanted)))

    def get(self, id: str) -> MemCube | None:
        cube = self.store.get(id, self.moment)
        return cube if cube and self._sees(id) else None

    def scan(self, state: State | None = None) -> Iterator[MemCube]:
        states = frozenset({state}) if state else SEARCHABLE
        return self.store.scan(self.scope, states, self.moment, self.where)

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

    def neighbours(self, *ids: str) -> list[Link]:
        """Links whose two ends are both in scope."""
        found = (link for id in ids for link in self.store.links(id, self.moment))
        links = list(dict.fromkeys(found))
        ends = {end for link in links for end in (link.src, link.dst)}
        seen = self.store.permitted(ends, self.scope, Right.READ)
        return [link for link in links if link.src in seen and link.dst in seen]

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

    def ask_each(
        self, prompt: Prompt[T], each: Sequence[Mapping[str, Any]]
    ) -> list[T | InvalidOutput]:
        if self.model is None or self.model.immediate or len(each) < 2:
            return [self._answer(prompt, fields) for fields in each]
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            asked = [
                pool.submit(copy_context().run, self._answer, prompt, fields) for fields in each
            ]
            return [future.result() for future in asked]

    def _answer(self, prompt: Prompt[T], fields: Mapping[str, Any]) -> T | InvalidOutput:
        try:
            return self.ask(prompt, **fields)
        except InvalidOutput as misfit:
            return misfit
