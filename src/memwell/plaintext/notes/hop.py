"""One hop along the links: turns that the best turns' notes are linked to get places of their own.

A linked turn often shares no word with the question, so that no sum of scores would bring it up.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from memwell.core.cube import MemCube
from memwell.core.hit import Hit, Reason
from memwell.core.view import Query, View
from memwell.index.analysis import terms
from memwell.index.flat import top
from memwell.index.fuse import descending, interleaved
from memwell.plaintext.notes.note import IS, OF, note_id, read
from memwell.plaintext.verbatim import coverage

DEPTH = 100  # turns looked at beyond those that are wanted
NOTES = 20  # notes that a question's keywords are looked for in, and notes that links lead to
LINKED = "linked"  # the relation of a note to one that it was linked to


@dataclass
class Hop:
    """The ranked turns of one search, and what notes add to them."""

    query: Query
    view: View
    said: list[Hit]
    hits: dict[str | None, Hit] = field(init=False)  # by turn, or by session

    def __post_init__(self) -> None:
        self.hits = {self._key(hit.cube): hit for hit in self.said}

    def add_noted(self, keywords: str, weight: float) -> None:
        """A turn is also found by what its note says beyond its own words."""
        notes = self.view.only(IS).evidence(keywords)
        if not len(notes):
            return
        share = coverage(keywords, notes)
        raised = set[str | None]()
        for found in self.view.hits(notes, share, top(share, NOTES), {}):
            turn = self.view.get(found.cube.labels.get(OF, ""))
            if turn and self._key(turn) not in raised:
                raised.add(self._key(turn))
                added = weight * found.score * _beyond(found.cube, keywords)
                if added > 0:
                    self._raise(turn, added, Reason("note", added, "words of its note"))

    def along(self, seeds: int, every: int) -> list[Hit]:
        """In order of score; from the seeds on, one place in `every` is for a linked turn."""
        ranked = sorted(self.hits.values(), key=lambda hit: -hit.score)
        linked = self._linked(ranked[:seeds])
        found = interleaved(ranked, linked, seeds, every, lambda hit: hit.cube.id)
        scores = descending([hit.score for hit in found])
        return [replace(hit, score=score) for hit, score in zip(found, scores, strict=True)]

    def _linked(self, seeds: list[Hit]) -> list[Hit]:
        """Turns that the seeds' notes are linked to, the most firmly linked and best first."""
        found: dict[str, tuple[float, Hit]] = {}
        for turn, firm in self._turns(self._firmness(seeds)):
            hit = self.hits.get(self._key(turn)) or Hit(turn, self._floor)
            worth = firm + self._worth(hit)
            reason = Reason("linked", firm, "its note is linked to one of the best")
            linked = replace(hit, reasons=(*hit.reasons, reason))
            if worth > found.get(hit.cube.id, (-1.0, hit))[0]:
                found[hit.cube.id] = (worth, linked)
        return [hit for _, hit in sorted(found.values(), key=lambda one: -one[0])]

    def _firmness(self, seeds: list[Hit]) -> dict[str, float]:
        """Of every note that is linked to, the firmest link: its weight by the worth of its seed.

        A sum would favour notes with many links over the one that belongs to the best turn.
        """
        worth = {note_id(hit.cube.id): self._worth(hit) for hit in seeds}
        found: dict[str, float] = {}
        for link in self.view.neighbours(*worth):
            for seed, end in ((link.src, link.dst), (link.dst, link.src)):
                if link.relation == LINKED and seed in worth:
                    found[end] = max(found.get(end, 0.0), link.weight * worth[seed])
        firmest = sorted(found, key=lambda end: -found[end])[: NOTES + len(worth)]
        return {end: found[end] for end in firmest}

    def _worth(self, hit: Hit) -> float:
        """How good a turn is: 1 for the best of all, 0 for the last that was looked at."""
        best = max(one.score for one in self.hits.values())
        return (hit.score - self._floor) / (best - self._floor) if best > self._floor else 1.0

    def _turns(self, firmness: dict[str, float]) -> Iterable[tuple[MemCube, float]]:
        """The notes' turns, as far as this search may see them: a link asks no filter."""
        known = {note_id(hit.cube.id): hit.cube for hit in self.said}
        notes = {id: self.view.get(id) for id in firmness if id not in known}
        asked = [cube.labels[OF] for cube in notes.values() if cube and OF in cube.labels]
        seen = self.view.only({OF: asked}).evidence(self.query.text).ids if asked else ()
        for id, firm in firmness.items():
            note = notes.get(id)
            turn = self.view.get(note.labels[OF]) if note and id in seen else known.get(id)
            if turn:
                yield turn, firm

    def _raise(self, turn: MemCube, added: float, reason: Reason) -> None:
        """The turn with a higher score; the lowest there is, for one that had none."""
        key = self._key(turn)
        hit = self.hits.get(key) or Hit(turn, self._floor)
        self.hits[key] = Hit(hit.cube, hit.score + added, (*hit.reasons, reason))

    @property
    def _floor(self) -> float:
        return self.said[-1].score if self.said else 0.0

    def _key(self, turn: MemCube) -> str | None:
        return turn.scope.session if self.query.by == "session" else turn.id


def _beyond(note: MemCube, keywords: str) -> float:
    """Of the keywords that the note shares, the share that are not its turn's own words."""
    held = {*terms(keywords).tolist()} & {*terms(note.text).tolist()}
    return len(held - {*terms(read(note).content).tolist()}) / len(held) if held else 0.0
