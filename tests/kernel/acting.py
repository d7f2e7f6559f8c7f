"""Strategies for tests: they derive notes and summaries, fail, or wait for a sign."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from memwell.core.identity import derive
from memwell.core.message import Event
from memwell.core.op import Add, Delete, Draft, Link, Noop, Op, Update
from memwell.core.payload import Text
from memwell.core.strategy import Strategy
from memwell.core.view import View
from memwell.kernel.memory import Memory


class Open(Protocol):
    """Opens a memory by name; the same name is the same folder."""

    def __call__(self, name: str = "memory", **options: Any) -> Memory: ...


def turn(event: str, place: int = 0) -> str:
    """Id of the cube of a turn."""
    return derive(event, place)


@dataclass
class Noting(Strategy):
    """Derives one note from every event, and links it to the turns."""

    parents: bool = True  # name the turns as parents, or rest on the event alone

    def encode(self, event: Event, view: View) -> Iterable[Draft]:
        turns = tuple(turn(event.id, n) for n, m in enumerate(event.messages) if m.text)
        words = " and ".join(message.text for message in event.messages if message.text)
        yield Draft(
            Text(f"noted: {words}"),
            session=event.scope.session,
            parents=turns if self.parents else (),
            events=() if self.parents else (event.id,),
        )

    def store(self, drafts: Iterable[Draft], view: View) -> Iterable[Op]:
        for draft in drafts:
            yield Add(draft, why="worth a note")
            yield Noop(why="nothing else in it")

    def manage(self, view: View) -> Iterable[Op]:
        """One summary of everything in scope."""
        seen = list(view.scan())
        words = " ".join(cube.text for cube in seen)
        draft = Draft(Text(f"summary: {words}"), parents=tuple(cube.id for cube in seen))
        return [Add(draft, why="summed up")]


@dataclass
class Raising(Strategy):
    """Fails at every event, in the stage that is named."""

    error: Exception
    stage: str = "encode"

    def encode(self, event: Event, view: View) -> Iterable[Draft]:
        if self.stage == "encode":
            raise self.error
        return [Draft(Text("half done"))]

    def store(self, drafts: Iterable[Draft], view: View) -> Iterable[Op]:
        yield from (Add(draft, why="begun") for draft in drafts)
        raise self.error


@dataclass
class Waiting(Noting):
    """Works in the background, once the gate is open."""

    needs_model = True
    gate: threading.Event = field(default_factory=threading.Event)
    begun: threading.Event = field(default_factory=threading.Event)

    def encode(self, event: Event, view: View) -> Iterable[Draft]:
        self.begun.set()
        assert self.gate.wait(20)
        return super().encode(event, view)


@dataclass
class Managing(Strategy):
    """Proposes at `manage` what it is told to."""

    propose: Callable[[View], Iterable[Op]]

    def manage(self, view: View) -> Iterable[Op]:
        return self.propose(view)


__all__ = [
    "Add", "Delete", "Draft", "Link", "Managing", "Noop", "Noting", "Op", "Open", "Raising", "Text",
    "Update", "Waiting", "turn",
]  # fmt: skip
