"""Tending to the graph: truth, summaries and communities as all that is there has them.

Forgetting takes statements away. What they had ended may hold again, which shows when the times
of all facts are worked out anew from the statements that are left.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from memwell.core.cube import MemCube
from memwell.core.op import Op
from memwell.core.view import View
from memwell.plaintext.graph import groups, summaries
from memwell.plaintext.graph.facts import mark, reheld
from memwell.plaintext.graph.records import (
    COMMUNITY,
    CONTRADICTS,
    ENTITY,
    FACT,
    SUMMARY,
    Entity,
    Fact,
    contrary,
)
from memwell.plaintext.graph.sheet import Sheet


def tended(view: View) -> Iterator[Op]:
    """Everything that is due, truth first."""
    sheet = Sheet(view)
    sheet.read({"is": ENTITY})
    sheet.read({"is": FACT})
    restore(sheet)
    facts = list(sheet.facts.values())
    named = dict(sheet.entities)
    by_entity: dict[str, list[Fact]] = {}
    for fact in facts:
        by_entity.setdefault(fact.source, []).append(fact)
    made, portraits = summaries.afresh(
        list(named.values()), by_entity, _by("of", view, SUMMARY), view
    )
    known = {cube.id: cube for cube in view.only({"is": COMMUNITY}).scan()}
    formed, members = groups.formed(facts, named, portraits, known, view)
    _settle(named, members, sheet)
    yield from sheet.ops()
    yield from made
    yield from formed


def restore(sheet: Sheet) -> None:
    """Facts as they hold by the statements that are left; slot by slot."""
    present = {fact.id: _present(fact, sheet) for fact in list(sheet.facts.values())}
    against = _denied(sheet)
    for mates in _slots(present.values()):
        for fact in mates:
            rivals = [mate for mate in mates if contrary(fact, mate)]
            rivals += [present[id] for id in against.get(fact.id, ())]
            reheld(fact, [one for rival in rivals for one in rival.statements], sheet)
    for mates in _slots(fact for fact in sheet.facts.values() if fact.slot):
        mark(mates, sheet)


def _slots(facts: Iterable[Fact]) -> list[list[Fact]]:
    """Facts about the same aspect together; every other fact by itself."""
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        found.setdefault(fact.slot or fact.id, []).append(fact)
    return list(found.values())


def _present(fact: Fact, sheet: Sheet) -> Fact:
    """Without statements of turns that are gone."""
    left = tuple(
        one
        for one in fact.statements
        if one.turn == fact.parent or sheet.view.get(one.turn) is not None
    )
    if left == fact.statements or not left:
        return fact
    sheet.keep(replace(fact, statements=left), "a turn that stated it is gone")
    return sheet.facts[fact.id]


def _denied(sheet: Sheet) -> dict[str, list[str]]:
    """Facts judged to contradict each: those of the same content share their judgements."""
    judged = [fact for fact in sheet.facts.values() if fact.judged]
    contents = {fact.content for fact in judged}
    alike: dict[str, list[str]] = {}
    for fact in sheet.facts.values():
        if fact.content in contents:
            alike.setdefault(fact.content, []).append(fact.id)
    found: dict[str, list[str]] = {}
    for link in sheet.view.neighbours(*(fact.id for fact in judged)):
        if link.relation == CONTRADICTS and {link.src, link.dst} <= sheet.facts.keys():
            for one, other in ((link.src, link.dst), (link.dst, link.src)):
                for id in alike[sheet.facts[one].content]:
                    found.setdefault(id, []).extend(alike[sheet.facts[other].content])
    return found


def _settle(named: dict[str, Entity], members: dict[str, str], sheet: Sheet) -> None:
    for entity in named.values():
        community = members.get(entity.id, "")
        if entity.community != community:
            sheet.keep(replace(entity, community=community), "its community")


def _by(label: str, view: View, kind: str) -> dict[str, list[MemCube]]:
    found: dict[str, list[MemCube]] = {}
    for cube in view.only({"is": kind}).scan():
        found.setdefault(cube.labels.get(label, ""), []).append(cube)
    return found
