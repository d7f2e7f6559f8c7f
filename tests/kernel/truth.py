"""The truth about a memory in plain Python: its past as a list, told again for every question."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

ALIVE = ("activated", "frozen")  # what is searched
SECRET = 3
LATER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Fact:
    """One version of one memory."""

    id: str
    version: int
    text: str
    user: str | None
    agent: str | None
    session: str | None
    labels: tuple[tuple[str, str], ...]
    state: str
    level: int  # 0 public to 3 secret
    until: datetime | None
    at: datetime | None  # since when it is true
    created: datetime
    events: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()

    @property
    def told(self) -> object:
        """What makes two versions the same."""
        return (self.text, self.labels, self.state, self.level, self.at)

    @property
    def content(self) -> object:
        """There is none of what has expired."""
        return None if self.state == "expired" else self.told


@dataclass(frozen=True)
class Edge:
    src: str
    dst: str
    relation: str
    why: str


@dataclass(frozen=True)
class Event:
    id: str
    user: str | None
    agent: str | None
    session: str | None
    turns: tuple[tuple[str, str], ...]  # id and words
    level: int


@dataclass(frozen=True)
class Step:
    """One change, in one branch."""

    branch: str
    batch: str
    at: datetime
    facts: tuple[Fact, ...] = ()
    made: tuple[Edge, ...] = ()
    cut: tuple[Edge, ...] = ()
    event: Event | None = None


@dataclass(frozen=True)
class Grant:
    to: str  # a user
    user: str | None  # whose
    agent: str | None
    session: str | None
    rights: frozenset[str]
    cube: str | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Who:
    """Somebody who opens the memory."""

    user: str | None = None
    agent: str | None = None
    clearance: int = SECRET

    def owns(self, fact: Fact | Event) -> bool:
        return self.user in (None, fact.user) and self.agent in (None, fact.agent)


@dataclass(frozen=True)
class Held:
    """An edge in the past of a branch: the steps that made and ended it, by number in the line."""

    edge: Edge
    batch: str
    made: int
    ended: int | None = None


@dataclass
class Truth:
    """All that happened."""

    steps: list[Step] = field(default_factory=list)
    branches: dict[str, tuple[str | None, int]] = field(default_factory=lambda: {"main": (None, 0)})
    grants: dict[str, Grant] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)  # memories by user
    gone: set[str] = field(default_factory=set)  # forgotten

    # -- what happened in a branch

    def line(self, branch: str, end: int | None = None) -> list[Step]:
        """The steps of a branch and, up to where it left, of those it came from."""
        end = len(self.steps) if end is None else end
        parent, forked = self.branches[branch]
        before = self.line(parent, min(forked, end)) if parent else []
        return before + [step for step in self.steps[:end] if step.branch == branch]

    def versions(self, branch: str, end: int | None = None) -> dict[str, list[Fact]]:
        found: dict[str, list[Fact]] = {}
        for step in self.line(branch, end):
            for fact in step.facts:
                found.setdefault(fact.id, []).append(fact)
        return found

    def rows(self, branch: str) -> Iterator[tuple[Fact, datetime | None]]:
        """Every version in the order of writing, with when the next one took its place."""
        versions = self.versions(branch)
        for step in self.line(branch):
            for fact in step.facts:
                later = [each for each in versions[fact.id] if each.version > fact.version]
                yield fact, later[0].created if later else None

    def current(self, branch: str, end: int | None = None) -> dict[str, Fact]:
        return {id: versions[-1] for id, versions in self.versions(branch, end).items()}

    def edges(self, branch: str, end: int | None = None) -> list[Held]:
        found: list[Held] = []
        for number, step in enumerate(self.line(branch, end)):
            ended = {(e.src, e.dst, e.relation) for e in (*step.cut, *step.made)}
            for place, held in enumerate(found):
                key = (held.edge.src, held.edge.dst, held.edge.relation)
                if held.ended is None and key in ended:
                    found[place] = replace(held, ended=number)
            found += [Held(edge, step.batch, number) for edge in step.made]
        return found

    # -- who may see what

    def may(self, who: Who, right: str, thing: Fact | Event, now: datetime) -> bool:
        return who.owns(thing) or any(
            right in grant.rights
            and grant.to == who.user
            and (grant.until is None or now < grant.until)
            and (_given(grant, thing) if grant.cube is None else grant.cube == thing.id)
            for grant in self.grants.values()
        )

    def cleared(self, who: Who, branch: str, fact: Fact) -> bool:
        """By its own level and by that of the present version."""
        return max(fact.level, self.current(branch)[fact.id].level) <= who.clearance

    def sees(self, who: Who, branch: str, fact: Fact, now: datetime, right: str = "read") -> bool:
        return self.may(who, right, fact, now) and self.cleared(who, branch, fact)

    def found(
        self, who: Who, branch: str, now: datetime,
        known: datetime | None = None, valid: datetime | None = None,
    ) -> list[Fact]:  # fmt: skip
        """What a search may return, in the order of writing."""
        return [
            fact
            for fact, end in self.rows(branch)
            if (
                end is None if known is None else fact.created <= known and (not end or end > known)
            )
            and (valid is None or fact.at is None or fact.at <= valid)
            and fact.state in ALIVE
            and self.sees(who, branch, fact, now)
        ]

    def history(self, who: Who, branch: str, id: str, now: datetime) -> list[Fact]:
        versions = self.versions(branch).get(id, [])
        return [fact for fact in versions if self.sees(who, branch, fact, now)]

    def neighbours(self, who: Who, branch: str, id: str, now: datetime) -> list[Edge]:
        seen = {i for i in self.versions(branch) if self.history(who, branch, i, now)}
        return [
            held.edge
            for held in self.edges(branch)
            if held.ended is None and id in (held.edge.src, held.edge.dst)
            if {held.edge.src, held.edge.dst} <= seen
        ]

    def events(self, who: Who, branch: str) -> list[Event]:
        """Those of the branch that are not beyond the clearance, nor what was made of them."""
        high = {
            event
            for step in self.steps
            for fact in step.facts
            for event in fact.events
            if fact.level > who.clearance
        }
        told = [step.event for step in self.line(branch) if step.event]
        return [
            event
            for event in told
            if event.level <= who.clearance and event.id not in high
            if any(id not in self.gone for id, _ in event.turns)
        ]

    def readable(self, who: Who, branch: str, ids: Iterable[str], now: datetime) -> list[Event]:
        """Events that may be read as a whole: no share of a single memory is enough."""
        wanted, scopes = set(ids), replace(self, grants=dict(self._wide()))
        return [
            event
            for event in self.events(who, branch)
            if event.id in wanted and scopes.may(who, "read", event, now)
        ]

    def _wide(self) -> Iterator[tuple[str, Grant]]:
        yield from ((id, grant) for id, grant in self.grants.items() if grant.cube is None)

    # -- changes

    def fits(self, step: Step) -> bool:
        """Whether the limits allow it: what adds no memory always may."""
        more = {fact.user for fact in step.facts if self._is_more(fact)}
        after = replace(self, steps=[*self.steps, step])
        return not any(user in more and after.held(user) > n for user, n in self.limits.items())

    def held(self, user: str) -> int:
        """Memories of a user that are alive where they were last written, in any branch."""
        last = {(s.branch, fact.id): fact for s in self.steps for fact in s.facts}
        ids = {fact.id for fact in last.values() if fact.state != "expired" and fact.user == user}
        return len(ids)

    def _is_more(self, fact: Fact) -> bool:
        before = [
            each
            for step in self.steps
            for each in step.facts
            if (each.id, each.version) == (fact.id, fact.version - 1) and each.state != "expired"
        ]
        return fact.state != "expired" and not before

    def due(self, branch: str, who: Who, now: datetime) -> list[Fact]:
        """What is to expire; what is frozen waits."""
        last = self.current(branch)
        return [
            fact
            for fact, end in self.rows(branch)
            if end is None and last[fact.id] is fact and fact.until and fact.until <= now
            if fact.state not in ("expired", "frozen") and fact.level <= who.clearance
        ]

    def classify(self, ids: set[str], level: int) -> None:
        """As if it had always been so, in all branches."""
        self.steps = [
            replace(step, facts=tuple(
                replace(fact, level=level) if fact.id in ids else fact for fact in step.facts
            ))
            for step in self.steps
        ]  # fmt: skip

    def forget(self, ids: set[str]) -> None:
        """As if it had never been, in all branches."""
        self.steps = [
            replace(
                step,
                facts=tuple(fact for fact in step.facts if fact.id not in ids),
                made=tuple(edge for edge in step.made if not {edge.src, edge.dst} & ids),
                cut=tuple(edge for edge in step.cut if not {edge.src, edge.dst} & ids),
            )
            for step in self.steps
        ]
        self.gone |= ids
        self.grants = {key: grant for key, grant in self.grants.items() if grant.cube not in ids}

    def doomed(self, who: Who, branch: str, named: Iterable[str], now: datetime) -> set[str]:
        """What goes with the named: what they were made of, if it is theirs, and all made of it."""
        everything = {fact.id: fact for step in self.steps for fact in step.facts}
        gone = set(named)
        for id in list(gone):
            parents = (everything[p] for p in everything[id].parents if p in everything)
            gone |= {fact.id for fact in parents if self.sees(who, branch, fact, now, "delete")}
        gone |= {fact.id for fact in everything.values() if set(fact.parents) & gone}
        return gone

    def restored(self, branch: str, id: str, to: Fact | None, now: datetime) -> Fact:
        """A new version, like an earlier one; or the end of what was not there."""
        old = self.current(branch)[id]
        return replace(to or replace(old, state="expired"), version=old.version + 1, created=now)


def _given(grant: Grant, thing: Fact | Event) -> bool:
    return (
        grant.user in (None, thing.user)
        and grant.agent in (None, thing.agent)
        and grant.session in (None, thing.session)
    )
