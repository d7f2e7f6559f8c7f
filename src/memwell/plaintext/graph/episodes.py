"""Reading what was said: messages become drafts of entities and facts, named and not yet resolved.

The words themselves are kept as turns, so an episode is a turn.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from memwell.core.clock import aware
from memwell.core.errors import InvalidInput, InvalidOutput
from memwell.core.interval import Interval
from memwell.core.message import Event, Message
from memwell.core.op import Draft, Noop
from memwell.core.payload import Text
from memwell.core.view import View
from memwell.models.prompts.zep import (
    FACT_TIMES,
    NAMED_ENTITIES,
    STATED_FACTS,
    NamedEntities,
    Stated,
)
from memwell.plaintext.graph.records import ENTITY, FACT, plain
from memwell.plaintext.graph.structured import Told, document, told

WORST = 200  # characters of a name


@dataclass(frozen=True, slots=True)
class Episode:
    """One message to be read."""

    turn: str  # id of its cube
    text: str
    speaker: str
    at: datetime
    before: str  # the messages before it, a line each
    session: str | None


def episodes(event: Event, context: int) -> list[Episode]:
    """The messages of an event that have words, each with those before it."""
    lines = [f"{message.speaker}: {message.content}" for message in event.messages]
    return [
        Episode(
            event.turn_id(place),
            message.content,
            message.speaker,
            aware(message.at or event.at),
            "\n".join(lines[max(0, place - context) : place]) or "nothing",
            event.scope.session,
        )
        for place, message in enumerate(event.messages)
        if _speaks(message)
    ]


def _speaks(message: Message) -> bool:
    return any(character.isalnum() for character in message.content)


def read(all_: Sequence[Episode], view: View) -> Iterator[Draft | Noop]:
    """Entities and facts of each episode; those that are JSON are read without a model."""
    found = [(each, document(each.text)) for each in all_]
    spoken = [each for each, structure in found if structure is None]
    heard = dict(zip([each.turn for each in spoken], _heard(spoken, view), strict=True))
    for each, structure in found:
        if structure is None:
            yield from heard[each.turn]
        else:
            yield from _described(each, told(structure, each.speaker))


def _described(episode: Episode, facts: Sequence[Told]) -> Iterator[Draft]:
    names = [name for fact in facts for name in (fact.source, fact.target) if name]
    yield from _named(episode, [(name, "") for name in names])
    for fact in facts:
        beside = fact.several or fact.target
        stated = Stated(
            source=fact.source, target=fact.target, relation=fact.relation, fact=fact.text,
            aspect="" if beside else fact.key, value="" if beside else fact.value,
        )  # fmt: skip
        yield _fact(episode, stated, Interval(episode.at))


def _heard(spoken: Sequence[Episode], view: View) -> list[list[Draft | Noop]]:
    """Who is named, then what is stated of them, then since when; asked side by side."""
    named = view.ask_each(NAMED_ENTITIES, [_fields(each) for each in spoken])
    drafts: list[list[Draft | Noop]] = []
    asked: list[tuple[int, Episode]] = []
    for place, (each, answer) in enumerate(zip(spoken, named, strict=True)):
        if isinstance(answer, InvalidOutput):
            drafts.append([Noop(f"nobody is known to be named in turn {each.turn}: {answer}")])
            continue
        drafts.append(list(_named(each, _sane(answer))))
        if drafts[-1]:
            asked.append((place, each))
    stated = view.ask_each(
        STATED_FACTS,
        [
            _fields(each) | {"at": each.at, "entities": ", ".join(_names(drafts[place]))}
            for place, each in asked
        ],
    )
    for (place, each), facts in zip(asked, stated, strict=True):
        if isinstance(facts, InvalidOutput):
            drafts[place].append(Noop(f"no facts were read in turn {each.turn}: {facts}"))
        else:
            drafts[place] += _facts(each, facts.facts, _names(drafts[place]), view)
    return drafts


def _fields(episode: Episode) -> dict[str, object]:
    return {"text": episode.text, "speaker": episode.speaker, "before": episode.before}


def _sane(answer: NamedEntities) -> list[tuple[str, str]]:
    return [(each.name.strip()[:WORST], each.kind) for each in answer.entities]


def _named(episode: Episode, names: Iterable[tuple[str, str]]) -> Iterator[Draft]:
    """A draft for every name, once."""
    seen: set[str] = set()
    for name, kind in names:
        if (key := plain(name)) and key not in seen:
            seen.add(key)
            labels = {"is": ENTITY, "name": name, "kind": kind}
            yield Draft(Text(name), labels=labels, parents=(episode.turn,))


def _names(drafts: Iterable[Draft | Noop]) -> list[str]:
    return [each.labels["name"] for each in drafts if isinstance(each, Draft)]


def _facts(
    episode: Episode, stated: Sequence[Stated], names: Sequence[str], view: View
) -> Iterator[Draft | Noop]:
    """Those about entities that were named; times they lack are asked for."""
    known = {plain(name) for name in names}
    kept: list[Stated] = []
    for fact in stated:
        if plain(fact.source) not in known or not fact.fact.strip():
            yield Noop(f"a fact about {fact.source!r}, whom turn {episode.turn} does not name")
        else:
            there = plain(fact.target) in known
            kept.append(fact if there else fact.model_copy(update={"target": ""}))
    timeless = [fact for fact in kept if not (fact.valid_at or fact.invalid_at)]
    times = view.ask_each(
        FACT_TIMES,
        [{"fact": fact.fact, "text": episode.text, "at": episode.at} for fact in timeless],
    )
    told = dict(zip(map(id, timeless), times, strict=True))
    for fact in kept:
        answer = told.get(id(fact), fact)
        if isinstance(answer, InvalidOutput):
            yield Noop(f"since when {fact.fact!r} is true could not be told: {answer}")
            answer = fact
        yield _fact(episode, fact, interval(answer.valid_at, answer.invalid_at, episode.at))


def _fact(episode: Episode, stated: Stated, valid: Interval) -> Draft:
    """Not yet resolved: its labels name the entities."""
    labels = {
        "is": FACT, "subject": stated.source, "object": stated.target,
        "relation": stated.relation.upper().replace(" ", "_"), "aspect": stated.aspect,
        "value": plain(stated.value), "negated": "true" if stated.negated else "",
        "said": episode.at.isoformat(),
    }  # fmt: skip
    return Draft(
        Text(" ".join(stated.fact.split())),
        valid,
        episode.session,
        {name: value for name, value in labels.items() if value},
        parents=(episode.turn,),
    )


def interval(start: str, end: str, said: datetime) -> Interval:
    """As told; from when it was said where no beginning was told, or none that can be."""
    since, until = _moment(start), _moment(end)
    if since is None:
        since = min(said, until) if until else said
    try:
        return Interval(since, until)
    except InvalidInput:
        return Interval(since)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
