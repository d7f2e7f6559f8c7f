"""Short ways to make what a store is given."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from memwell.core.cube import MemCube, Source
from memwell.core.interval import Interval
from memwell.core.lifecycle import State
from memwell.core.message import Event, Message
from memwell.core.model import Floats, TokenStates
from memwell.core.op import Link
from memwell.core.payload import Payload, Text
from memwell.core.receipt import Applied
from memwell.core.scope import Scope
from memwell.core.store import Batch, Keys, Put
from memwell.index.analysis import terms
from support import START, WordEmbedder

EMBEDDER = WordEmbedder()
FP = EMBEDDER.fingerprint
ALL, ANA, BOB = Scope("acme"), Scope("acme", "ana"), Scope("acme", "bob")


def cube(
    id: str,
    version: int = 1,
    *,
    text: str | None = None,
    payload: Payload | None = None,
    now: datetime = START,
    scope: Scope = ANA,
    valid: Interval | None = None,
    state: State = State.ACTIVATED,
    labels: Mapping[str, str] | None = None,
    keys: tuple[str, ...] = (),
    events: tuple[str, ...] = (),
    parents: tuple[str, ...] = (),
    trust: float = 1.0,
) -> MemCube:
    return MemCube(
        id,
        version,
        payload or Text(f"about {id}" if text is None else text),
        scope,
        Source("test", events, parents, trust),
        valid=Interval(START) if valid is None else valid,
        known=Interval(now),
        state=state,
        labels=labels or {},
        keys=keys,
    )


def vector(text: str) -> Floats:
    return EMBEDDER.embed([text]).vectors[0]


def states(text: str) -> TokenStates:
    made = EMBEDDER.embed([text]).tokens
    assert made is not None
    return made[0]


def put(cube: MemCube, **given: Any) -> Put:
    """With search entries made from the words, unless keys=None is given."""
    made = Keys(terms(cube.text), vector(cube.text), states(cube.text))
    return Put(cube, given.get("keys", made))


def batch(
    *puts: Put,
    id: str = "batch",
    now: datetime = START,
    links: Sequence[Link] = (),
    **rest: Any,
) -> Batch:
    """With a journal entry for every cube and link, unless entries are given."""
    entries = [Applied("put", put.cube.id, put.cube.version, "") for put in puts]
    entries += [Applied("link", link.src, None, link.why) for link in links]
    rest.setdefault("entries", tuple(entries))
    return Batch(id, now, puts=puts, links=tuple(links), fingerprint=FP, **rest)


def event(id: str, contents: Iterable[str] = ("one", "two"), scope: Scope = ANA) -> Event:
    said = tuple(Message(content, at=START) for content in contents)
    return Event(id, said, scope, at=START, recorded=START)
