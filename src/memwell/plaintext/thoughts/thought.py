"""A thought: one sentence on a key event, filed under tags of the ontology."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from memwell.core.cube import MemCube
from memwell.core.identity import derive
from memwell.core.interval import Interval
from memwell.core.op import Draft
from memwell.core.payload import Text
from memwell.index.analysis import words
from memwell.models.prompts import Piece, Pieces

IS = {"is": "thought"}
SAYS = "says"  # the label that those of the same words share
LONGEST = 500  # characters
_TAG = "tag "


@dataclass(frozen=True, slots=True)
class Thought:
    """Text, tags, time, and the turns it is about."""

    id: str
    text: str
    tags: tuple[str, ...]
    at: datetime | None = None
    speaker: str | None = None
    session: str | None = None
    turns: tuple[str, ...] = ()
    others: Mapping[str, str] = field(default_factory=dict)  # labels of its event
    stored: bool = False

    @property
    def piece(self) -> Piece:
        """As it is put before a model."""
        return Piece(self.text, self.speaker or "", self.at, role="", session=self.session or "")

    @property
    def labels(self) -> dict[str, str]:
        speaker = {"speaker": self.speaker} if self.speaker else {}
        tags = {tag_label(tag): "yes" for tag in self.tags}
        says = {SAYS: derive(self.speaker or "", *sorted({*words(self.text)}))}
        return {**self.others, **speaker, **IS, **tags, **says}

    @property
    def draft(self) -> Draft:
        return Draft(
            Text(self.text),
            valid=Interval(self.at),
            session=self.session,
            labels=self.labels,
            parents=self.turns,
        )

    def joined(self, others: Iterable["Thought"]) -> "Thought":
        """Under the tags, and about the turns, of all of them."""
        every = [self, *others]
        tags = tuple(dict.fromkeys(tag for one in every for tag in one.tags))
        turns = tuple(dict.fromkeys(turn for one in every for turn in one.turns))
        return replace(self, tags=tags, turns=turns)


def tag_label(tag: str) -> str:
    """The label of what is filed under a tag."""
    return f"{_TAG}{tag}"


def read(cube: MemCube) -> Thought:
    """The thought in a cube."""
    found = _read(cube.id, cube.text, cube.labels)
    return replace(
        found, at=cube.at, session=cube.scope.session, turns=cube.source.parents, stored=True
    )


def drafted(draft: Draft) -> Thought:
    """The thought in a draft; its id depends on its words and turns alone."""
    text = draft.payload.text if isinstance(draft.payload, Text) else ""
    found = _read(derive("thought", *draft.parents, text), text, draft.labels)
    return replace(found, at=draft.valid.start, session=draft.session, turns=draft.parents)


def _read(id: str, text: str, labels: Mapping[str, str]) -> Thought:
    tags = tuple(name.removeprefix(_TAG) for name in labels if name.startswith(_TAG))
    known = {"speaker", SAYS, *IS, *map(tag_label, tags)}
    others = {name: value for name, value in labels.items() if name not in known}
    return Thought(id, text, tags, speaker=labels.get("speaker"), others=others)


def pieces(thoughts: Sequence[Thought]) -> Pieces:
    return Pieces([one.piece for one in thoughts])
