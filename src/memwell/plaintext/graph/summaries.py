"""What is known of each entity, in at most 1000 characters: rests on the facts it is made of.

A summary is never changed. Another takes its place, so that it names all it was made of, and
forgetting one fact takes the summaries that tell it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from memwell.core.cube import MemCube
from memwell.core.errors import InvalidOutput
from memwell.core.identity import derive
from memwell.core.lifecycle import State
from memwell.core.op import Add, Delete, Draft, Noop, Op, Update
from memwell.core.payload import Text
from memwell.core.view import View
from memwell.models.prompts.zep import ENTITY_SUMMARY, Lines
from memwell.models.prompts.zep import SUMMARY as LONGEST
from memwell.plaintext.graph.records import SUMMARY, Entity, Fact

TOLD = 40  # facts that a summary is made of at a time


@dataclass(frozen=True, slots=True)
class Portrait:
    """A summary, in use or about to be."""

    id: str
    text: str


def extended(
    entities: Sequence[Entity], fresh: Mapping[str, Sequence[Fact]], view: View
) -> Iterator[Op]:
    """New facts added to what is known of their entities, by the memory's model."""
    due = [entity for entity in entities if fresh.get(entity.id)]
    known = [current(entity.id, view) for entity in due]
    asked = [
        {
            "name": entity.name,
            "summary": "\n".join(old.text for old in olds),
            "facts": Lines([fact.text for fact in fresh[entity.id][-TOLD:]]),
        }
        for entity, olds in zip(due, known, strict=True)
    ]
    answers = view.ask_each(ENTITY_SUMMARY, asked)
    for entity, olds, answer in zip(due, known, answers, strict=True):
        if isinstance(answer, InvalidOutput):
            yield Noop(f"the summary of {entity.name!r} stays as it is: {answer}")
            continue
        facts = [fact.id for fact in fresh[entity.id][-TOLD:]]
        yield from replaced(entity, answer.summary, [*(o.id for o in olds), *facts], olds, view)


def replaced(
    entity: Entity, text: str, parents: Sequence[str], olds: Iterable[MemCube], view: View
) -> Iterator[Op]:
    """The summary, and the end of those before it."""
    words = text.strip()[:LONGEST]
    if not words:
        return
    labels = {"is": SUMMARY, "of": entity.id, "name": entity.name}
    id = summary_id(entity, parents, words)
    olds = list(olds)
    if any(old.id == id for old in olds):
        return
    draft = Draft(Text(headed(entity, words)), labels=labels, parents=tuple(parents))
    yield added(id, draft, "what is known", view)
    for old in olds:
        yield Delete(old.id, "a newer summary has its place")


def headed(entity: Entity, words: str) -> str:
    """The summary's text, with whom it is about; whole lines where there are several."""
    text = f"{entity.name}: {words.strip()}"
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition("\n")[0] or text[:LONGEST]


def added(id: str, draft: Draft, why: str, view: View) -> Add | Update:
    """New, or in use again: ids come of what it is made of, so it may have been there before."""
    if view.get(id) is None:
        return Add(draft, why, id)
    return Update(id, why, state=State.ACTIVATED)


def summary_id(entity: Entity, parents: Sequence[str], words: str) -> str:
    """It is the same summary when it is made of the same, in the same words."""
    return derive(SUMMARY, entity.id, *parents, words)


def current(entity: str, view: View) -> list[MemCube]:
    """The summaries of an entity that are in use: one, or none."""
    return list(view.only({"of": entity}).scan())


def afresh(
    entities: Sequence[Entity],
    facts: Mapping[str, Sequence[Fact]],
    known: Mapping[str, Sequence[MemCube]],
    view: View,
) -> tuple[list[Op], dict[str, Portrait]]:
    """Summaries from the facts that hold, where they are due; and all summaries there will be.

    With rules all are made of the newest facts there is room for. A model is asked only where there
    is none: it extends what is there with each new fact.
    """
    holding = {e.id: _holding(facts.get(e.id, ())) for e in entities}
    due = [e for e in entities if holding[e.id] and _due(known.get(e.id), holding[e.id], view)]
    answers = view.ask_each(
        ENTITY_SUMMARY,
        [
            {"name": e.name, "summary": "", "facts": Lines([f.text for f in holding[e.id]])}
            for e in due
        ],
    )
    ops: list[Op] = []
    found = {id: Portrait(cubes[-1].id, cubes[-1].text) for id, cubes in known.items() if cubes}
    for entity, answer in zip(due, answers, strict=True):
        if isinstance(answer, InvalidOutput):
            ops.append(Noop(f"nothing is summed up of {entity.name!r}: {answer}"))
            continue
        parents = [fact.id for fact in holding[entity.id]]
        made = list(replaced(entity, answer.summary, parents, known.get(entity.id, ()), view))
        ops += made
        for op in made:
            if isinstance(op, Add | Update) and op.id:
                found[entity.id] = Portrait(op.id, headed(entity, answer.summary))
    return ops, found


def _due(known: Sequence[MemCube] | None, facts: Sequence[Fact], view: View) -> bool:
    if not known:
        return True
    return view.immediate and known[-1].source.parents != tuple(fact.id for fact in facts)


def _holding(facts: Iterable[Fact]) -> list[Fact]:
    """The newest of those that hold and fit a summary, the newest last."""
    held = {fact.text: fact for fact in facts if fact.valid.end is None}
    found: list[Fact] = []
    room = LONGEST
    for fact in sorted(held.values(), key=_latest, reverse=True)[:TOLD]:
        room -= len(fact.text) + 1
        if room < 0:
            break
        found.append(fact)
    return found[::-1]


def _latest(fact: Fact) -> tuple[object, ...]:
    return (*fact.statements[-1].order, fact.id)
