"""A diary: one text for each day that is over, and one for all of them, kept up to date."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import Any

from pydantic import BaseModel

from memwell.core.cube import MemCube
from memwell.core.errors import InvalidOutput
from memwell.core.identity import derive
from memwell.core.lifecycle import State
from memwell.core.model import Prompt
from memwell.core.op import Add, Draft, Noop, Op, Update
from memwell.core.payload import Text
from memwell.core.view import View
from memwell.models.prompts import Piece, Pieces
from memwell.plaintext.growing.day import own, since
from memwell.plaintext.growing.fold import Growing, grown, piece, portions


@dataclass(frozen=True, slots=True)
class Kind:
    """What a diary is about, and the prompts that write it.

    `daily` has the fields day, before and parts; `overall` has before, replaced and parts.
    """

    name: str  # the label `is`
    daily: Prompt[Any]
    overall: Prompt[Any]


@dataclass
class Diary:
    """Of one kind, as it stands and as it changes; it proposes ops and writes nothing."""

    kind: Kind
    by: str  # the strategy, by name
    view: View
    zone: tzinfo
    room: int  # characters of what is told, in one prompt
    days: dict[str, MemCube] = field(default_factory=dict)  # by ISO date
    overall: MemCube | None = None
    changed: dict[str, tuple[str, str]] = field(default_factory=dict)  # id and text, by ISO date

    def read(self) -> "Diary":
        """What is there already."""
        for cube in self.view.only({"is": self.kind.name}).scan():
            if own(cube, self.view) and cube.labels.get("span") == "overall":
                self.overall = cube
            elif own(cube, self.view) and "day" in cube.labels:
                self.days[cube.labels["day"]] = cube
        return self

    def open(self, day: date, turns: Sequence[MemCube]) -> bool:
        """False for a page that is frozen, or was taken out by the user."""
        page = self.days.get(f"{day}") or self.view.get(self._id(day, turns))
        return page is None or page.state is State.ACTIVATED

    def told(self, days: Mapping[date, Sequence[MemCube]]) -> list[str | InvalidOutput]:
        """The text of each of these days with its new turns, or why there is none."""
        each = []
        for day, turns in days.items():
            old = self.days.get(f"{day}")
            parts = portions(map(piece, turns), self.room)
            rounds = [{"day": day, "parts": part} for part in parts]
            each.append(Growing(old.text if old else "", rounds))
        return [_text(answer) for answer in grown(self.view, self.kind.daily, each)]

    def write(self, day: date, text: str, turns: Sequence[MemCube]) -> Iterator[Op]:
        """The page of a day; nothing where it has no text."""
        if text:
            old = self.days.get(f"{day}")
            id = old.id if old else self._id(day, turns)
            self.changed[f"{day}"] = (id, text)
            labels = {"is": self.kind.name, "span": "day", "day": f"{day}"}
            made_of = [turn.id for turn in turns]
            yield self._written(old, id, text, labels, made_of, day, f"{day} is over")

    def sum_up(self) -> Iterator[Op]:
        """What holds for all days, brought up to date with the pages that are new or changed."""
        pages = self._untold_pages()
        if not pages:
            return
        first, last = min({*self.days, *pages}), max({*self.days, *pages})
        old = self.overall
        id = old.id if old else derive(self.by, self.kind.name, "overall", self._page_id(first))
        there = old or self.view.get(id)
        if there and there.state is not State.ACTIVATED:
            return  # frozen, or taken out by the user
        text = self._summed_up(old.text if old else "", pages)
        if isinstance(text, InvalidOutput):
            yield Noop(f"the overall {self.kind.name} is brought up to date another time: {text}")
        elif text:
            yield self._written(
                old, id, text, {"is": self.kind.name, "span": "overall"},
                [page for page, _ in pages.values()], date.fromisoformat(last),
                f"{len(pages)} days are new or changed",
            )  # fmt: skip

    def _untold_pages(self) -> dict[str, tuple[str, str]]:
        """Id and text of the pages, by day, that the overall text does not know."""
        missed = {
            day: (page.id, page.text) for day, page in self.days.items() if not self._knows(page)
        }
        return dict(sorted((missed | self.changed).items()))

    def _knows(self, page: MemCube) -> bool:
        """Whether the overall text was written after a page, or together with it."""
        then, now = page.known.start, self.overall.known.start if self.overall else None
        return bool(then and now and then <= now)

    def _summed_up(self, before: str, pages: Mapping[str, tuple[str, str]]) -> str | InvalidOutput:
        parts = [self._page_piece(day, text) for day, (_, text) in pages.items()]
        replaced = [
            self._page_piece(day, self.days[day].text)
            for day in pages
            if day in self.days and self._knows(self.days[day])
        ]
        rounds: list[dict[str, Any]] = [
            {"parts": part, "replaced": Pieces([])} for part in portions(parts, self.room)
        ]
        rounds[0]["replaced"] = Pieces(replaced)
        (answer,) = grown(self.view, self.kind.overall, [Growing(before, rounds)])
        return _text(answer)

    def _page_piece(self, day: str, text: str) -> Piece:
        return Piece(text, at=since(date.fromisoformat(day), self.zone).start, role="")

    def _page_id(self, day: str) -> str:
        return self.days[day].id if day in self.days else self.changed[day][0]

    def _id(self, day: date, turns: Sequence[MemCube]) -> str:
        """Named by its first turn: when that is forgotten, so is the page, and its id."""
        return derive(self.by, self.kind.name, f"{day}", turns[0].id)

    def _written(
        self, old: MemCube | None, id: str, text: str, labels: Mapping[str, str],
        made_of: Sequence[str], last: date, why: str,
    ) -> Op:  # fmt: skip
        valid, parents = since(last, self.zone), tuple(made_of)
        if old is None:
            return Add(Draft(Text(text), valid, labels=labels, parents=parents), why, id)
        return Update(
            id, why, payload=Text(text), valid=valid, parents=parents, version=old.version
        )


def _text(answer: BaseModel | InvalidOutput) -> str | InvalidOutput:
    return answer if isinstance(answer, InvalidOutput) else str(answer)
