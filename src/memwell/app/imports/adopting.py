"""Memories of another system as events, versions and links of this one.

Every memory has an id that follows from its system, its owner and its id there, so that a second
import finds it. Its first words are an event of their own, unless it says what it was made of;
further words are further versions, at the times that the system tells.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import ne

from memwell.app.imports import graph
from memwell.app.imports.records import ORIGIN, Memo, Tie, Who
from memwell.core.cube import MemCube, Source
from memwell.core.identity import derive, turn_id
from memwell.core.interval import Interval
from memwell.core.lifecycle import State
from memwell.core.message import Event, Message
from memwell.core.op import Link
from memwell.core.payload import Text
from memwell.core.scope import Scope
from memwell.kernel.archive import Record

History = Callable[[str], list[MemCube]]  # versions that are stored already; none for a new one


@dataclass
class Adoption:
    """Turns the memories of one source into records.

    Args:
        origin: The name of the format.
        scope: Of the memory that takes them in. Raises InvalidInput for those of somebody else.
        now: When it does so.
        history: Looks up what is there.
    """

    origin: str
    scope: Scope
    now: datetime
    history: History
    events: dict[str, str] = field(default_factory=dict)  # of memories by their refs
    parts: dict[str, list[str]] = field(default_factory=dict)  # refs by what they belong to
    names: dict[str, str] = field(default_factory=dict)  # of entities by their refs
    missing: int = 0  # ties one end of which is not there
    unchanged: int = 0
    changed: int = 0
    frozen: int = 0  # changed there, but frozen here
    new: int = 0

    def records(self, memos: Iterable[Memo], ties: Iterable[Tie]) -> Iterator[Record]:
        """Events and versions, what was made of others after them; then links."""
        once = self._known(memos)
        drawn: list[Tie] = []
        for memo in sorted(once, key=lambda memo: bool(self._named(memo))):
            yield from self._memory(memo)
            drawn += graph.ties(memo, self._named(memo))
        joined: set[tuple[str, str, str]] = set()
        for tie in (*drawn, *ties):
            yield from self._link(tie, joined)

    def _known(self, memos: Iterable[Memo]) -> list[Memo]:
        """Each memory once, and noted: others may name it before it comes."""
        once: dict[str, Memo] = {}
        for memo in memos:
            once.setdefault(memo.ref, memo)
        for memo in once.values():
            self.events[memo.ref] = self._event_id(memo)
            if memo.whole is not None:
                self.parts.setdefault(memo.whole, []).append(memo.ref)
            if isinstance(memo.about, Who):
                self.names[memo.ref] = memo.about.name
        mended = [graph.mended(memo, self.events) for memo in once.values()]
        self.missing += sum(map(ne, mended, once.values()))
        return mended

    def id(self, ref: str) -> str:
        """Of the memory that has this ref."""
        return turn_id(self.events[ref], 0)

    def _memory(self, memo: Memo) -> Iterator[Record]:
        stored = self.history(self.id(memo.ref))
        if stored:
            yield from self._again(memo, stored)
            return
        self.new += 1
        versions = self._versions(memo)
        if not self._sources(memo):
            yield self._event(memo, versions[0])
        yield from versions

    def _versions(self, memo: Memo) -> list[MemCube]:
        """One for every change it went through, the last one where it was found to hold no more."""
        told = [(each.text, each.since) for each in memo.before] + [(memo.text, memo.since)]
        first = told[0][1] or memo.since or self.now
        made = [self._cube(memo, told[0][0], first)]
        for text, since in told[1:]:
            last = made[-1]
            made.append(_next(last, since or last.known.start or self.now, payload=Text(text)))
        if memo.expired and _ends(memo):
            made = [replace(each, valid=Interval(memo.valid.start)) for each in made]
            made.append(_next(made[-1], memo.expired, valid=memo.valid))
        elif memo.expired:
            made.append(_next(made[-1], memo.expired, state=State.EXPIRED))
        return made

    def _again(self, memo: Memo, stored: list[MemCube]) -> Iterator[MemCube]:
        """A further version, where the other system has gone on; what was edited here stays."""
        now = self._cube(memo, memo.text, memo.since or self.now)
        state = State.EXPIRED if memo.expired and not _ends(memo) else State.ACTIVATED
        before = [cube for cube in stored if cube.source.by == self.by]
        if before and _says(before[-1]) == (now.text, now.valid, now.labels, state):
            self.unchanged += 1
            return
        if stored[-1].state is State.FROZEN:
            self.frozen += 1
            return
        self.changed += 1
        last, at = stored[-1], memo.expired or memo.since or self.now
        yield _next(
            last, at, payload=now.payload, valid=now.valid, labels=now.labels, state=state,
            source=replace(last.source, by=self.by),
        )  # fmt: skip

    @property
    def by(self) -> str:
        """Who proposes it."""
        return f"import:{self.origin}"

    def _cube(self, memo: Memo, text: str, since: datetime) -> MemCube:
        parents = self._sources(memo)
        rests = self._named(memo) or [memo.ref]
        events = tuple(dict.fromkeys(self.events[ref] for ref in rests))
        return MemCube(
            id=self.id(memo.ref),
            version=1,
            payload=Text(text),
            scope=self._scope(memo),
            source=Source(self.by, events, parents),
            valid=memo.valid,
            known=Interval(since),
            labels=self._labels(memo, parents),
            keys=memo.keys,
            until=memo.until,
        )

    def _labels(self, memo: Memo, sources: tuple[str, ...]) -> dict[str, str]:
        turn = (*sources, self.id(memo.ref))[0]
        drawn = graph.labels(memo, self.id, self.names, turn, self._scope(memo), self.now)
        found = {**memo.labels, **drawn, ORIGIN: self.origin, "ref": memo.ref}
        if not sources:
            found |= {"role": memo.role, "turn": "0"}
        optional = {"is": memo.kind, "speaker": memo.speaker}
        return found | {name: value for name, value in optional.items() if value}

    def _event(self, memo: Memo, first: MemCube) -> Event:
        at = first.valid.start or first.known.start or self.now
        message = Message(first.text, memo.role, memo.speaker, first.valid.start, memo.ref)
        labels = {**memo.labels, ORIGIN: self.origin}
        recorded = first.known.start or self.now
        return Event(
            self.events[memo.ref], (message,), first.scope, at, recorded, labels, memo.until
        )

    def _named(self, memo: Memo) -> list[str]:
        """Refs of what it was made of, as far as that is there."""
        refs = [part for ref in memo.sources for part in self.parts.get(ref, [ref])]
        return [ref for ref in dict.fromkeys(refs) if ref in self.events and ref != memo.ref]

    def _sources(self, memo: Memo) -> tuple[str, ...]:
        return tuple(self.id(ref) for ref in self._named(memo))

    def _link(self, tie: Tie, joined: set[tuple[str, str, str]]) -> Iterator[Link]:
        ends = [
            self.id(each)
            for ref in (tie.src, tie.dst)
            for each in (self.parts.get(ref, [ref]))[:1]
            if each in self.events
        ]
        if len(ends) < 2:
            self.missing += 1
        elif (edge := (ends[0], ends[1], tie.relation)) not in joined:
            joined.add(edge)
            yield Link(*edge, tie.why or f"imported from {self.origin}", tie.weight)

    def _scope(self, memo: Memo) -> Scope:
        return self.scope.within(user=memo.user, agent=memo.agent, session=memo.session)

    def _event_id(self, memo: Memo) -> str:
        owner = self._scope(memo)
        return derive(
            "import", self.origin, owner.tenant, owner.user or "", owner.agent or "", memo.ref
        )


def _next(last: MemCube, at: datetime, **changes: object) -> MemCube:
    """The version that follows; clocks may go back, versions do not."""
    since = max(at, last.known.start or at)
    found: MemCube = replace(last, version=last.version + 1, known=Interval(since), **changes)  # type: ignore[arg-type]
    return found


def _ends(memo: Memo) -> bool:
    """It held for a while, and was not dropped: only the end was learned later."""
    return memo.valid.end is not None


def _says(cube: MemCube) -> tuple[object, ...]:
    """What an import compares."""
    return cube.text, cube.valid, dict(cube.labels), cube.state
