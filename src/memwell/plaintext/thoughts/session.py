"""Short-term memory: the conversation that goes on, and when it is over.

A small cube per open session names its events. Its words are in the turns, so that it holds none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from memwell.core.cube import MemCube
from memwell.core.identity import derive
from memwell.core.interval import Interval
from memwell.core.message import Event
from memwell.core.op import Draft
from memwell.core.payload import Text
from memwell.core.view import View
from memwell.models.prompts import Piece, Pieces

IS = {"is": "session"}
OPEN = "conversation"  # label of one that is not over


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of a conversation, and the labels of its event."""

    id: str
    piece: Piece
    session: str | None
    labels: tuple[tuple[str, str], ...]


def turns(events: Iterable[Event]) -> list[Turn]:
    """Every turn of the events that has words (still), in order."""
    ordered = sorted(events, key=lambda event: (event.recorded, event.at))
    return [
        Turn(
            event.turn_id(place),
            Piece(said.text, said.name or "", said.at or event.at, said.role),
            event.scope.session,
            tuple(event.labels.items()),
        )
        for event in ordered
        for place, said in enumerate(event.messages)
        if said.text
    ]


def pieces(given: Iterable[Turn]) -> Pieces:
    return Pieces([turn.piece for turn in given])


def opened(view: View) -> list[MemCube]:
    """Sessions that are not over, as far as is known."""
    return list(view.only({OPEN: view.scope.owner}).scan())


def begun(event: Event) -> Draft:
    """The session that an event opens."""
    return Draft(
        Text("a conversation that goes on"),
        valid=Interval(event.at),
        session=event.scope.session,
        labels={**IS, OPEN: event.scope.owner},
        events=(event.id,),
    )


def session_id(event: Event) -> str:
    return derive("session", event.id)


def over(going: MemCube, now: datetime, idle: timedelta) -> bool:
    """Whether nothing has been said for so long."""
    return going.at is None or now - going.at >= idle


def ended(
    sessions: Iterable[MemCube], event: Event, idle: timedelta, room: int
) -> Iterator[MemCube]:
    """Those that are over when an event comes: others, idle ones, and what is full."""
    for going in sessions:
        other = going.scope.session != event.scope.session
        full = len(going.source.events) >= room
        if event.id not in going.source.events and (other or full or over(going, event.at, idle)):
            yield going
