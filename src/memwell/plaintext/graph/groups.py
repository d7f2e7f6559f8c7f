"""Communities: entities that facts join more to each other than to the rest (paper 35, §2.3).

Found by label propagation when memory is tended to. In between, an entity that is named for the
first time joins the community that most of those it is joined to belong to.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from memwell.core.cube import MemCube
from memwell.core.errors import InvalidOutput
from memwell.core.identity import derive
from memwell.core.op import Delete, Draft, Link, Noop, Op
from memwell.core.payload import Text
from memwell.core.view import View
from memwell.index.propagation import communities
from memwell.models.prompts.zep import COMMUNITY_NAME, COMMUNITY_SUMMARY
from memwell.models.prompts.zep import SUMMARY as LONGEST
from memwell.plaintext.graph.records import COMMUNITY, HAS_MEMBER, Entity, Fact
from memwell.plaintext.graph.sheet import Sheet
from memwell.plaintext.graph.summaries import Portrait, added

FEWEST = 2  # members
TOLD = 64  # members that a summary is made of


def ties(facts: Iterable[Fact], alive: Mapping[str, Entity]) -> dict[str, dict[str, float]]:
    """How many facts join each two entities."""
    found: dict[str, dict[str, float]] = {id: {} for id in sorted(alive)}
    for fact in facts:
        if fact.source in alive and fact.target in alive and fact.source != fact.target:
            for one, other in ((fact.source, fact.target), (fact.target, fact.source)):
                found[one][other] = found[one].get(other, 0.0) + 1
    return {id: others for id, others in found.items() if others}


def join(sheet: Sheet) -> None:
    """Entities that are new join the community of most of their neighbours."""
    for id in list(sheet.turns):
        entity = sheet.entities[id]
        beside = Counter(
            other.community
            for fact in sheet.facts.values()
            if id in (fact.source, fact.target)
            for end in {fact.source, fact.target} - {id}
            if (other := sheet.entity(end)) and other.community
        )
        if beside:
            chosen = min(beside, key=lambda community: (-beside[community], community))
            sheet.keep(replace(entity, community=chosen), "joins its neighbours")
            sheet.join(chosen, id, HAS_MEMBER, "most of its neighbours belong to it")


def formed(
    facts: Sequence[Fact],
    entities: Mapping[str, Entity],
    portraits: Mapping[str, Portrait],
    known: Mapping[str, MemCube],
    view: View,
) -> tuple[list[Op], dict[str, str]]:
    """Communities as they are now, the end of those that were; and the one of every member."""
    ops: list[Op] = []
    members: dict[str, str] = {}
    kept: set[str] = set()
    for group in communities(ties(facts, entities)):
        if len(group) < FEWEST:
            continue
        sources = [portraits[id].id if id in portraits else id for id in group][:TOLD]
        id = derive(COMMUNITY, view.scope.owner, *group, *sources)
        if id not in known:
            try:
                ops += _made(id, group, sources, entities, portraits, view)
            except InvalidOutput as misfit:
                ops.append(Noop(f"a community of {len(group)} was not summed up: {misfit}"))
                continue
        kept.add(id)
        members |= dict.fromkeys(group, id)
    gone = [Delete(id, "the communities are others now") for id in known if id not in kept]
    return [*ops, *gone], members


def _made(
    id: str,
    group: Sequence[str],
    sources: Sequence[str],
    entities: Mapping[str, Entity],
    portraits: Mapping[str, Portrait],
    view: View,
) -> Iterator[Op]:
    told = [portraits[m].text if m in portraits else entities[m].name for m in group][:TOLD]
    summary = reduced(told, view)[:LONGEST]
    name = view.ask(COMMUNITY_NAME, summary=summary).name.strip() or entities[group[0]].name
    labels = {"is": COMMUNITY, "name": name[:100], "members": str(len(group))}
    text = f"{name[:100]}: {summary}"
    draft = Draft(Text(text), labels=labels, parents=tuple(sources))
    yield added(id, draft, "a community", view)
    for member in group:
        yield Link(id, member, HAS_MEMBER, "facts join it to the others")


def reduced(texts: Sequence[str], view: View) -> str:
    """One summary of all, two made one at a time, round by round. Raises InvalidOutput."""
    while len(texts) > 1:
        pairs = [
            {"first": texts[at], "second": texts[at + 1]} for at in range(0, len(texts) - 1, 2)
        ]
        answers = view.ask_each(COMMUNITY_SUMMARY, pairs)
        for answer in answers:
            if isinstance(answer, InvalidOutput):
                raise answer
        left = texts[len(pairs) * 2 :]
        made = [a.summary[:LONGEST] for a in answers if not isinstance(a, InvalidOutput)]
        texts = [*made, *left]
    return texts[0] if texts else ""
