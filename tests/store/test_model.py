"""The store against a dictionary: any order of changes, read at any moment, gives the same."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from storing import ALL, ANA, BOB, FP, batch, cube, put, vector

from memwell.core.cube import MemCube
from memwell.core.interval import Interval
from memwell.core.lifecycle import SEARCHABLE, State
from memwell.core.op import Link
from memwell.core.scope import Scope
from memwell.core.view import Moment
from memwell.index.analysis import terms
from postgres import Server
from support import START, Home, assert_embedded, assert_sound, on_server

HOUR = timedelta(hours=1)


def _orphaned(cube: MemCube, gone: str) -> MemCube:
    """What is forgotten is named as a parent by nobody."""
    parents = tuple(parent for parent in cube.source.parents if parent != gone)
    return replace(cube, source=replace(cube.source, parents=parents))


IDS = "abcdef"
WORDS = ("tea", "coffee", "porto", "lisbon")

ids = st.sampled_from(IDS)
words = st.sampled_from(WORDS)
hours = st.none() | st.integers(-3, 20)
scopes = st.sampled_from([ANA, BOB, ANA.within(session="s")])
readers = st.sampled_from([ALL, ANA, BOB, ANA.within(session="s"), Scope("globex")])


def at(hour: int | None) -> datetime | None:
    return None if hour is None else START + hour * HOUR


@dataclass
class Edge:
    link: Link
    created: datetime
    expired: datetime | None = None


def held(known: Interval, moment: Moment) -> bool:
    return known.open if moment.known is None else moment.known in known


class StoreMachine(RuleBasedStateMachine):
    server: Server | None = None

    @initialize()
    def open(self) -> None:
        self.home = Home(self.server)
        self.store = self.home.store()
        self.now = START
        self.versions: dict[str, list[MemCube]] = {}
        self.order: list[tuple[str, int]] = []  # of recording
        self.edges: list[Edge] = []
        self.events: dict[str, Scope] = {}
        self.sequence = 0

    # -- changes

    @rule(id=ids, word=words, scope=scopes, start=hours, parent=st.none() | ids)
    def add(self, id: str, word: str, scope: Scope, start: int | None, parent: str | None) -> None:
        if id not in self.versions:
            new = cube(
                id,
                text=f"{id} likes {word}",
                scope=scope,
                now=self.now,
                valid=Interval(at(start)),
                parents=(parent,) if parent else (),
            )
            self._write(new)

    @precondition(lambda self: self.versions)
    @rule(data=st.data(), word=words, end=hours)
    def change(self, data: st.DataObject, word: str, end: int | None) -> None:
        old = self._drawn(data)
        valid = old.valid
        if end is not None and (valid.start is None or START + end * HOUR >= valid.start):
            valid = valid.closed(START + end * HOUR)
        text = f"{old.id} likes {word}"
        self._write(self._next(old, payload=replace(old.payload, text=text), valid=valid))

    @precondition(lambda self: self.versions)
    @rule(data=st.data(), state=st.sampled_from(State))
    def move(self, data: st.DataObject, state: State) -> None:
        """No new words, so the old search entries serve on."""
        old = self._drawn(data)
        self._write(self._next(old, state=state), worded=False)

    @rule(src=ids, dst=ids, weight=st.sampled_from([0.25, 1.0]))
    def link(self, src: str, dst: str, weight: float) -> None:
        link = Link(src, dst, "knows", "met", weight)
        self.store.commit(batch(links=[link], now=self.now))
        for edge in self.edges:
            if (edge.link.src, edge.link.dst) == (src, dst) and edge.expired is None:
                edge.expired = self.now
        self.edges.append(Edge(link, self.now))

    @precondition(lambda self: self.versions)
    @rule(data=st.data())
    def forget(self, data: st.DataObject) -> None:
        id = self._drawn(data).id
        self.store.forget([id], [], [], batch(id="forget", now=self.now))
        del self.versions[id]
        self.versions = {
            other: [_orphaned(cube, id) for cube in versions]
            for other, versions in self.versions.items()
        }
        self.order = [key for key in self.order if key[0] != id]
        self.edges = [edge for edge in self.edges if id not in (edge.link.src, edge.link.dst)]

    @rule(hours=st.integers(0, 3))
    def wait(self, hours: int) -> None:
        self.now += hours * HOUR

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = self.home.store()

    # -- comparisons

    @rule(reader=readers, valid=hours, known=hours)
    def read_at(self, reader: Scope, valid: int | None, known: int | None) -> None:
        moment = Moment(at(valid), at(known))
        expected = self._seen(reader, lambda cube: cube.state in SEARCHABLE, moment)
        assert list(self.store.scan(reader, SEARCHABLE, moment)) == expected
        archived = self._seen(reader, lambda cube: cube.state is State.ARCHIVED, moment)
        assert list(self.store.scan(reader, frozenset({State.ARCHIVED}), moment)) == archived
        for id in IDS:
            same = [c for c in self._seen(ALL, lambda cube: True, moment) if c.id == id]
            assert self.store.get(id, moment) == (same[0] if same else None)
        self._compare_columns(reader, moment, expected)

    @rule(id=ids, known=hours)
    def read_links(self, id: str, known: int | None) -> None:
        moment = Moment(known=at(known))
        expected = [
            edge.link
            for edge in self.edges
            if id in (edge.link.src, edge.link.dst) and self._edge_held(edge, moment)
        ]
        assert self.store.links(id, moment) == expected

    @invariant()
    def histories_and_lineage_are_the_same(self) -> None:
        if not hasattr(self, "store"):
            return
        for id in IDS:
            assert self.store.history(id) == self.versions.get(id, [])
            children = [
                child
                for child, versions in self.versions.items()
                if any(id in version.source.parents for version in versions)
            ]
            assert sorted(self.store.derived([id])) == sorted(children)

    @invariant()
    def the_journal_only_grows(self) -> None:
        if hasattr(self, "store"):
            sequence = self.store.sequence()
            assert sequence >= self.sequence
            self.sequence = sequence

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            assert_sound(self.home.base())
            assert_embedded(self.home.base(), FP)
            self.home.cleanup()

    # -- the model

    def _write(self, cube: MemCube, *, worded: bool = True) -> None:
        given = put(cube) if worded else put(cube, keys=None)
        self.store.commit(batch(given, now=self.now))
        versions = self.versions.setdefault(cube.id, [])
        if versions:
            versions[-1] = replace(versions[-1], known=versions[-1].known.closed(self.now))
        versions.append(cube)
        self.order.append((cube.id, cube.version))

    def _next(self, old: MemCube, **changed: object) -> MemCube:
        return replace(old, version=old.version + 1, known=Interval(self.now), **changed)

    def _drawn(self, data: st.DataObject) -> MemCube:
        return self.versions[data.draw(st.sampled_from(sorted(self.versions)))][-1]

    def _seen(
        self, reader: Scope, wanted: Callable[[MemCube], bool], moment: Moment
    ) -> list[MemCube]:
        return [
            cube
            for id, number in self.order
            if wanted(cube := self.versions[id][number - 1])
            and reader.covers(cube.scope)
            and held(cube.known, moment)
            and (moment.valid is None or moment.valid in cube.valid)
        ]

    def _edge_held(self, edge: Edge, moment: Moment) -> bool:
        return held(Interval(edge.created, edge.expired), moment)

    def _compare_columns(self, reader: Scope, moment: Moment, expected: list[MemCube]) -> None:
        found = self.store.evidence(reader, moment, FP)
        assert list(found.ids) == [cube.id for cube in expected]
        for place, seen in enumerate(expected):
            start, end = found.terms.offsets[place : place + 2]
            assert np.array_equal(found.terms.data[start:end], terms(seen.text))
            assert np.array_equal(found.vectors[place], vector(seen.text))
        assert self.store.in_scope(found.entries, reader, moment).tolist() == found.rows.tolist()
        if moment == Moment():
            assert self.store.count(reader) == len(expected)


TestStoreMachine = StoreMachine.TestCase
TestStoreMachine.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


def test_a_server_does_the_same(server: Server) -> None:
    on_server(StoreMachine, server, max_examples=15, stateful_step_count=25)
