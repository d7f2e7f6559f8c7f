"""Biographies: of a life, from all shades of the user, and of what occupies them these days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from memwell.core.cube import MemCube
from memwell.core.errors import InvalidOutput
from memwell.core.identity import derive
from memwell.core.interval import Interval
from memwell.core.lifecycle import State
from memwell.core.op import Add, Delete, Draft, Noop, Op, Update
from memwell.core.payload import Text
from memwell.core.view import View
from memwell.models.prompts import Piece, Pieces
from memwell.models.prompts.secondme import BIOGRAPHY, SECOND_PERSON, STATUS
from memwell.plaintext.growing.fold import Growing, grown, piece, portions
from memwell.plaintext.growing.shades import Shades
from memwell.plaintext.growing.topics import read

LIFE, STATUS_OF = "life", "status"  # the label `about`


@dataclass
class Biographies:
    """As they stand; each in the third person, and from that in the second."""

    by: str  # the strategy, by name
    view: View
    room: int  # characters of what is told, in one prompt
    user: str  # by name
    texts: dict[tuple[str, str], MemCube] = field(default_factory=dict)  # by `about` and `person`

    def __post_init__(self) -> None:
        for cube in read(self.view, "biography").values():
            self.texts[cube.labels.get("about", ""), cube.labels.get("person", "")] = cube

    def life(self, shades: Shades) -> Iterator[Op]:
        """Brought up to date with the shades that are new or changed."""
        old = self.texts.get((LIFE, "third"))
        changed = [topic for topic in self._topics(shades) if not self._knows(topic, shades)]
        gone = [topic for topic in shades.merged if topic in shades.shades]
        id = old.id if old else self._life_id(changed, shades)
        if not (changed or gone) or self._closed(old, id):
            yield from self._caught_up(LIFE)
            return
        text = self._lived(old.text if old else "", changed, gone, shades)
        if isinstance(text, InvalidOutput):
            yield Noop(f"the biography is brought up to date another time: {text}")
            return
        made_of = tuple(shades.shade_id(topic) for topic in changed)
        why = f"{len(changed)} shades are new or changed"
        if old:
            yield Update(id, why, payload=Text(text), parents=made_of)
        else:
            yield Add(
                Draft(Text(text), labels=self._labels(LIFE, "third"), parents=made_of), why, id
            )
        yield from self._turned(LIFE, id, text)

    def status(self, turns: Sequence[MemCube], days: float) -> Iterator[Op]:
        """Told anew when something was said of late, and gone when nothing was for long."""
        shown = self._late(turns, days)
        old = self.texts.get((STATUS_OF, "third"))
        if old and old.state is State.FROZEN:
            return
        if old and {turn.id for turn in shown} <= set(old.source.parents) and shown:
            yield from self._caught_up(STATUS_OF)
            return
        if shown and self.view.get(id := derive(self.by, STATUS_OF, shown[-1].id)) is None:
            parts = Pieces([piece(turn, dated=True) for turn in shown])
            now = self.view.now.replace(second=0, microsecond=0)
            (answer,) = self.view.ask_each(STATUS, [{"at": now, "parts": parts}])
            if isinstance(answer, InvalidOutput):
                yield Noop(f"the status is told another time: {answer}")
                return
            yield from self._taken_out("something was said since")
            made_of = tuple(turn.id for turn in shown)
            draft = Draft(
                Text(str(answer)), Interval(shown[-1].at), labels=self._labels(STATUS_OF, "third"),
                parents=made_of,
            )  # fmt: skip
            yield Add(draft, f"{len(shown)} turns of late", id)
            yield from self._turned(STATUS_OF, id, str(answer))
        elif not shown:
            yield from self._taken_out(f"nothing was said for {days:g} days")

    def _topics(self, shades: Shades) -> list[str]:
        there = dict.fromkeys([*shades.shades, *shades.changed])
        return [topic for topic in there if topic not in shades.merged]

    def _knows(self, topic: str, shades: Shades) -> bool:
        """Whether the biography was written after a shade, or together with it."""
        return topic not in shades.changed and self._knew(shades.shades[topic])

    def _knew(self, shade: MemCube) -> bool:
        life = self.texts.get((LIFE, "third"))
        return life is not None and _follows(life, shade)

    def _lived(
        self, before: str, changed: Sequence[str], gone: Sequence[str], shades: Shades
    ) -> str | InvalidOutput:
        old = [shades.shades[topic] for topic in (*changed, *gone) if topic in shades.shades]
        replaced = Pieces([Piece(shade.text, role="") for shade in old if self._knew(shade)])
        parts = portions((Piece(shades.text(topic), role="") for topic in changed), self.room)
        rounds: list[dict[str, Any]] = [
            {"parts": part, "replaced": Pieces([])} for part in parts or [Pieces([])]
        ]
        rounds[0]["replaced"] = replaced
        (answer,) = grown(self.view, BIOGRAPHY, [Growing(before, rounds)])
        return answer if isinstance(answer, InvalidOutput) else str(answer)

    def _turned(self, about: str, third: str, text: str) -> Iterator[Op]:
        """The same text, speaking to the user."""
        fields = {"who": self.user, "text": text}
        (answer,) = self.view.ask_each(SECOND_PERSON, [fields])
        if isinstance(answer, InvalidOutput):
            yield Noop(f"the {about} speaks to the user another time: {answer}")
            return
        old = self.texts.get((about, "second"))
        if old and about == LIFE:
            yield Update(old.id, "its other view changed", payload=Text(str(answer)))
        else:
            draft = Draft(Text(str(answer)), labels=self._labels(about, "second"), parents=(third,))
            yield Add(draft, "the other view", derive(self.by, "second", third))

    def _caught_up(self, about: str) -> Iterator[Op]:
        """The second person, where it could not be had when the third was written."""
        third, second = self.texts.get((about, "third")), self.texts.get((about, "second"))
        if third is None or (second and _follows(second, third)):
            return
        yield from self._turned(about, third.id, third.text)

    def _taken_out(self, why: str) -> Iterator[Op]:
        for person in ("third", "second"):
            if old := self.texts.get((STATUS_OF, person)):
                yield Delete(old.id, why)

    def _late(self, turns: Sequence[MemCube], days: float) -> list[MemCube]:
        """The turns of the last days, in order, as far as they fit a prompt: the latest do."""
        since = self.view.now - timedelta(days=days)
        late = sorted(
            (turn for turn in turns if turn.at and since <= turn.at <= self.view.now),
            key=lambda turn: turn.at or since,
        )
        room = self.room
        shown: list[MemCube] = []
        for turn in reversed(late):
            room -= len(turn.line) + 1
            if shown and room < 0:
                break
            shown.append(turn)
        return shown[::-1]

    def _labels(self, about: str, person: str) -> dict[str, str]:
        return {"is": "biography", "about": about, "person": person, "who": self.user}

    def _life_id(self, changed: Sequence[str], shades: Shades) -> str:
        return derive(self.by, LIFE, shades.shade_id(changed[0])) if changed else ""

    def _closed(self, old: MemCube | None, id: str) -> bool:
        """Whether it was frozen, or taken out by the user."""
        there = old or self.view.get(id)
        return there is not None and there.state is not State.ACTIVATED


def _follows(text: MemCube, source: MemCube) -> bool:
    """Whether a text was written after what it tells of, or together with it."""
    then, now = source.known.start, text.known.start
    return bool(then and now and then <= now)
