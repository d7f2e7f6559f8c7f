"""What is near a note: by meaning where a model takes its time anyway, by keywords at flat cost."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from memwell.core.cube import MemCube
from memwell.core.model import Floats
from memwell.core.view import View
from memwell.index.analysis import words
from memwell.index.flat import top
from memwell.plaintext.notes import note as notes
from memwell.plaintext.notes.note import IS, Note

HOLDERS = 16  # notes that have a keyword, from which on it tells nothing


@dataclass(frozen=True, slots=True)
class Near:
    """A note, and how near it is, in (0, 1]."""

    note: Note
    nearness: float


@dataclass
class Surroundings:
    """Notes around new ones: those that are stored, and those that the same event brings."""

    view: View
    k: int
    changed: dict[str, Note] = field(default_factory=dict)  # new, or not as they are stored
    vectors: dict[str, Floats] = field(default_factory=dict)  # of those, where there are any
    holders: dict[str, list[str]] = field(default_factory=dict)  # notes by keyword, new ones last
    stored: dict[str, MemCube] = field(default_factory=dict)  # as far as they were read

    def of(self, note: Note) -> list[Near]:
        """The k nearest notes, nearest first."""
        vector = None if self.view.immediate else self._vector(note)
        return self.sharing(note, self.k) if vector is None else self._by_meaning(note, vector)

    def take(self, note: Note) -> None:
        """From now on the note is as given."""
        self.changed[note.id] = note
        if not self.view.immediate and (vector := self._vector(note)) is not None:
            self.vectors[note.id] = vector

    def hold(self, note: Note) -> list[str]:
        """The keywords that the note is to be looked up by: those that few notes had before."""
        free = [key for key in keyed(note) if len(self._holding(key)) < HOLDERS]
        for key in free:
            self._holding(key).append(note.id)
        return free

    def note(self, id: str) -> Note | None:
        if id in self.changed:
            return self.changed[id]
        cube = self.stored.get(id) or self.view.get(id)
        return notes.read(cube) if cube else None

    def _by_meaning(self, note: Note, vector: Floats) -> list[Near]:
        """By the cosine of c ⊕ K ⊕ G ⊕ X, among all notes."""
        stored = self.view.only(IS).evidence(note.line)
        found = {id: float(mine @ vector) for id, mine in self.vectors.items()}
        if len(stored) and stored.vectors.shape[1]:
            cosines = stored.vectors @ vector
            for place in top(cosines, self.k + len(found) + 1).tolist():
                found.setdefault(stored.ids[place], float(cosines[place]))
        return self._nearest(note, found.items(), self.k)

    def sharing(self, note: Note, most: int) -> list[Near]:
        """The nearest by keywords in common; one counts for less, the more notes have it.

        What many notes have is not even looked at: 100,000 notes cost no more than a thousand.
        """
        found: dict[str, float] = {}
        for key in keyed(note):
            holding = self._holding(key)
            for id in holding if len(holding) < HOLDERS else ():
                found[id] = found.get(id, 0.0) + 1 / len(holding)
        return self._nearest(note, found.items(), most)

    def _holding(self, key: str) -> list[str]:
        if key not in self.holders:
            stored = list(
                islice(self.view.only({label(key): self.view.scope.owner}).scan(), HOLDERS)
            )
            self.stored |= {cube.id: cube for cube in stored}
            self.holders[key] = [cube.id for cube in stored]
        return self.holders[key]

    def _nearest(self, note: Note, found: Iterable[tuple[str, float]], most: int) -> list[Near]:
        ordered = sorted((one for one in found if one[0] != note.id), key=lambda one: -one[1])
        return list(islice(self._read(ordered), most))

    def _read(self, ordered: Iterable[tuple[str, float]]) -> Iterator[Near]:
        for id, nearness in ordered:
            if found := self.note(id):
                yield Near(found, float(np.clip(nearness, 0.01, 1.0)))

    def _vector(self, note: Note) -> Floats | None:
        embedding = self.view.embed([note.line])
        return None if embedding is None else np.asarray(embedding.vectors[0])


def keyed(note: Note) -> list[str]:
    """What the note's keywords are looked up by: lower-case words, each once."""
    found = (" ".join(words(keyword)) for keyword in note.keywords)
    return [key for key in dict.fromkeys(found) if key]


def label(key: str) -> str:
    """The label that says that a note has this keyword."""
    return f"keyword {key}"
