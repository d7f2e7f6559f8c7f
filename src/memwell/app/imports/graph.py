"""Imported entities and facts, labelled and linked as `plaintext:zep` keeps its own.

A memory that came from a graph is searched, drawn and tended by that strategy like one that it
built itself.
"""

from collections.abc import Callable, Container, Iterator
from dataclasses import replace
from datetime import datetime

from memwell.app.imports.records import Memo, Says, Sums, Tie, Who
from memwell.core.identity import derive
from memwell.core.scope import Scope
from memwell.plaintext.graph.records import (
    MENTIONS,
    SOURCE,
    STATES,
    SUMMARY,
    TARGET,
    Entity,
    Fact,
    plain,
)
from memwell.plaintext.graph.truth import Statement


def labels(
    memo: Memo, id: Callable[[str], str], names: dict[str, str], turn: str, owner: Scope,
    now: datetime,
) -> dict[str, str]:  # fmt: skip
    """Those of an entity, a fact or a summary; none for another memory.

    Args:
        memo: The memory.
        id: Of the memory with a ref.
        names: Of entities, by ref.
        turn: Id of what first stated it.
        owner: Whose graph it is.
        now: When it begins, where nothing tells.
    """
    match memo.about:
        case Who(name, kind, aliases):
            known = tuple(map(plain, aliases))
            return Entity(id(memo.ref), name, kind.lower(), known).labels
        case Says():
            return _fact(memo, memo.about, id, names, turn, owner, now).labels
        case Sums(of):
            return {"is": SUMMARY, "of": id(of), "name": names.get(of, of)}
    return {}


def mended(memo: Memo, known: Container[str]) -> Memo:
    """Without what it says about somebody who is not there."""
    match memo.about:
        case Says(subject) | Sums(subject) if subject not in known:
            return replace(memo, about=None, kind=memo.kind or "note")
        case Says(object=str() as object) if object not in known:
            return replace(memo, about=replace(memo.about, object=None))
    return memo


def ties(memo: Memo, sources: list[str]) -> Iterator[Tie]:
    """What joins it to what it was made of, and to whom it is about."""
    match memo.about:
        case Who(name):
            yield from (Tie(ref, memo.ref, MENTIONS, f"it names {name}") for ref in sources)
        case Says(subject, _, object):
            yield from (Tie(ref, memo.ref, STATES, "it states this") for ref in sources)
            yield Tie(memo.ref, subject, SOURCE, "it is about this")
            if object is not None:
                yield Tie(memo.ref, object, TARGET, "it joins this")


def _fact(
    memo: Memo, says: Says, id: Callable[[str], str], names: dict[str, str], turn: str,
    owner: Scope, now: datetime,
) -> Fact:  # fmt: skip
    source, target = id(says.subject), id(says.object) if says.object is not None else ""
    start = memo.valid.start or memo.since or now
    return Fact(
        id=id(memo.ref),
        text=memo.text,
        source=source,
        target=target,
        subject=names.get(says.subject, says.subject),
        object=names.get(says.object or "", ""),
        relation=says.relation,
        content=derive("content", owner.owner, source, target, plain(memo.text)),
        statements=(Statement(start, memo.since or start, turn, memo.valid.end),),
        valid=memo.valid,
        parent=turn,
    )
