"""Entering a fact: whether it is known, what it contradicts, and when each of them holds.

What contradicts it is found in two ways. Facts about the same aspect of the same entity (its home,
its employer) contradict each other by their values. For all others a model is asked, and what it
says is kept as an edge, so that truth stays a function of everything that was stated: whenever a
further statement arrives, the times of all facts it touches follow from the whole set again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from memwell.core.errors import InvalidOutput
from memwell.core.identity import derive
from memwell.core.op import Draft
from memwell.core.payload import Text
from memwell.core.view import View
from memwell.models.prompts.zep import FACT_STANDING, Lines
from memwell.plaintext.graph.records import (
    CONTRADICTS,
    FACT,
    SOURCE,
    STATES,
    TARGET,
    Entity,
    Fact,
    contrary,
    fact_id,
    pair,
    plain,
)
from memwell.plaintext.graph.sheet import Sheet
from memwell.plaintext.graph.truth import Run, Statement, goes_on, held, runs

MOST = 32  # statements of one fact that are kept: who says the same every day adds nothing


def drawn(draft: Draft, source: Entity, target: Entity | None, view: View) -> Fact:
    """The fact that a draft tells, its entities being known.

    Facts of one content say the same: of an aspect the same value, else the same words.
    """
    labels, whose, text = draft.labels, view.scope.owner, words(draft)
    other = target.id if target else ""
    aspect, value = plain(labels.get("aspect", "")), labels.get("value", "")
    slot = derive("slot", whose, source.id, aspect) if aspect else ""
    says = (slot, value, labels.get("negated", "")) if slot else (source.id, other, plain(text))
    statement = stated(draft)
    content = derive("content", whose, *says)
    return Fact(
        id=fact_id(content, statement),
        text=text,
        source=source.id,
        target=other,
        subject=source.name,
        object=target.name if target else labels.get("object", ""),
        relation=labels.get("relation", ""),
        content=content,
        statements=(statement,),
        valid=statement.stated,
        parent=statement.turn,
        slot=slot,
        value=value,
        negated="negated" in labels,
        session=draft.session,
    )


def words(draft: Draft) -> str:
    """The sentence of a draft."""
    return draft.payload.text if isinstance(draft.payload, Text) else ""


def stated(draft: Draft) -> Statement:
    """When what a draft tells holds; from when it was said where it has no beginning."""
    said = datetime.fromisoformat(draft.labels["said"])
    return Statement(draft.valid.start or said, said, draft.parents[0], draft.valid.end)


def enter(fact: Fact, sheet: Sheet, candidates: int) -> Fact | None:
    """Write a fact to the sheet, with what it changes; None where it adds nothing.

    Returns the fact as it is written: the known one, where it is stated again.
    """
    mates = about(fact, sheet)
    same = [mate for mate in mates if mate.content == fact.content] or _stating(fact, sheet)
    if not same:
        judged = _judged(fact, sheet, candidates)
        if judged is None:
            return None
        fact, same = _as_known(fact, judged[0], sheet)
        fact = _opposed(fact, judged[1], sheet)
    fact = replace(fact, judged=fact.judged or any(each.judged for each in same))
    denied = sheet.denied([fact, *same])
    rivals = _unique([*(mate for mate in mates if contrary(fact, mate)), *denied])
    written = _placed(fact, same, rivals, sheet)
    if written:
        statement = fact.statements[0]
        for rival in rivals:
            reheld(rival, [*_against(rival, mates, sheet), statement], sheet)
        if fact.slot:
            mark([each for each in sheet.facts.values() if each.slot == fact.slot], sheet)
    return written


def about(fact: Fact, sheet: Sheet) -> list[Fact]:
    """Facts about the same aspect that can matter.

    A statement that begins no earlier than all others can only touch what reaches as far as they
    do: whoever tells of the same for years is not read from the beginning each time.
    """
    if not fact.slot:
        return []
    live = sheet.live(fact.slot)
    latest = max((one.start for each in live for one in each.statements), default=None)
    in_order = latest is None or fact.statements[0].start >= latest
    return live if in_order else sheet.about(fact.slot)


def _stating(fact: Fact, sheet: Sheet) -> list[Fact]:
    """Known facts of the same content; with rules, those about an aspect are among its mates."""
    return [] if fact.slot and sheet.view.immediate else sheet.stating(fact.content)


def _judged(fact: Fact, sheet: Sheet, candidates: int) -> tuple[list[Fact], list[Fact]] | None:
    """Known facts that say the same, and those that contradict it, as a model sees it.

    None where its answer did not fit. Numbers that stand for nothing are dropped.
    """
    if sheet.view.immediate:
        return [], []
    between = sheet.between(pair(fact))[:candidates]
    others = _found(fact, sheet, candidates, {each.id for each in between})
    if not (between or others):
        return [], []
    known = [*between, *others]
    try:
        answer = sheet.view.ask(
            FACT_STANDING,
            fact=fact.text,
            same=Lines([dated(each) for each in between]),
            others=Lines([dated(each) for each in others], first=len(between)),
        )
    except InvalidOutput as misfit:
        sheet.left(f"how {fact.text!r} stands to what is known could not be told: {misfit}")
        return None
    for number in {*answer.duplicates, *answer.contradicted} - set(range(len(known))):
        sheet.left(f"there is no fact number {number} among those known beside {fact.text!r}")
    duplicates = [known[n] for n in answer.duplicates if 0 <= n < len(between)]
    contradicted = [known[n] for n in answer.contradicted if 0 <= n < len(known)]
    return duplicates, [each for each in contradicted if each not in duplicates]


def _found(fact: Fact, sheet: Sheet, most: int, but: set[str]) -> list[Fact]:
    """The nearest facts of all, and the new ones."""
    hits = sheet.view.only({"is": FACT}).search(fact.text, most)
    for hit in hits:
        sheet.fact(hit.cube.id)
    ids = [hit.cube.id for hit in hits if hit.cube.id in sheet.facts]
    fresh = [each.id for each in sheet.facts.values() if each.source == fact.source]
    chosen = [id for id in dict.fromkeys([*ids, *fresh]) if id not in but]
    return [sheet.facts[id] for id in chosen[:most]]


def dated(fact: Fact) -> str:
    """With its time, for a model to judge by."""
    start = f"{fact.valid.start:%d %B %Y}" if fact.valid.start else ""
    end = f" until {fact.valid.end:%d %B %Y}" if fact.valid.end else ""
    return f"{fact.text} (since {start}{end})"


def _as_known(fact: Fact, duplicates: Sequence[Fact], sheet: Sheet) -> tuple[Fact, list[Fact]]:
    """The fact, made one in content with the known one that says the same."""
    if not duplicates:
        return fact, []
    content = duplicates[0].content
    same = replace(fact, content=content, id=fact_id(content, fact.statements[0]))
    return same, sheet.stating(content)


def _opposed(fact: Fact, contradicted: Sequence[Fact], sheet: Sheet) -> Fact:
    """The fact, joined to those it was judged to contradict."""
    for other in contradicted:
        sheet.join(fact.id, other.id, CONTRADICTS, "judged to contradict")
        for each in sheet.stating(other.content):
            sheet.keep(replace(each, judged=True), "judged to be contradicted")
    return replace(fact, judged=True) if contradicted else fact


def _against(rival: Fact, mates: Iterable[Fact], sheet: Sheet) -> list[Statement]:
    """All statements that contradict a fact."""
    denied = sheet.denied(sheet.stating(rival.content) if rival.judged else [])
    known = [mate for mate in mates if contrary(rival, mate)]
    return [one for each in _unique([*known, *denied]) for one in each.statements]


def _placed(fact: Fact, same: list[Fact], rivals: list[Fact], sheet: Sheet) -> Fact | None:
    """Added to the known fact that its time meets, or written as a new one."""
    (statement,) = fact.statements
    valid = held(statement, [one for rival in rivals for one in rival.statements])
    if any(one.turn == statement.turn and one == statement for f in same for one in f.statements):
        return None
    host = next((each for each in same if _meet(each, Run((statement,), valid))), None)
    if host is None:
        written = replace(fact, valid=valid)
        sheet.keep(written, _why(written))
        _edges(written, sheet)
        return written
    if len(host.statements) >= MOST:
        sheet.left(f"{host.text!r} was stated {MOST} times before")
        return None
    return _restated(host, statement, rivals, sheet)


def _restated(host: Fact, statement: Statement, rivals: list[Fact], sheet: Sheet) -> Fact:
    """The known fact, stated once more."""
    all_ = [*host.statements, statement]
    whole = runs(all_, [one for rival in rivals for one in rival.statements])
    run = next(each for each in whole if statement in each.statements)
    event = sheet.event_of(statement.turn)
    again = tuple(dict.fromkeys([*host.again, *([event] if event else [])]))
    written = replace(host.as_run(run), again=again)
    sheet.keep(written, "stated again")
    return written


def _meet(known: Fact, run: Run) -> bool:
    first, second = sorted(
        (Run(known.statements, known.valid), run), key=lambda each: each.statements[0].order
    )
    return goes_on(first.valid, second.valid)


def reheld(fact: Fact, against: Sequence[Statement], sheet: Sheet) -> None:
    """A fact as it holds beside all that contradicts it; in two where something came between."""
    pieces = runs(fact.statements, against)
    if len(pieces) == 1 and pieces[0].valid == fact.valid:
        return
    own = next((p for p in pieces if any(s.turn == fact.parent for s in p.statements)), pieces[0])
    for piece in pieces:
        first = piece.statements[0]
        if piece is own:
            sheet.keep(fact.as_run(piece), f"it holds until {_day(piece)}: contradicted since")
        else:
            id = fact_id(fact.content, first)
            part = replace(fact.as_run(piece), id=id, parent=first.turn, again=())
            sheet.keep(part, "it holds again")
            _edges(part, sheet)


def mark(facts: Sequence[Fact], sheet: Sheet) -> None:
    """Which facts about one aspect reach as far as the latest statement about it begins."""
    latest = max(one.start for each in facts for one in each.statements)
    for each in facts:
        end, last = each.valid.end, max(one.start for one in each.statements)
        live = end is None or end >= latest or last == latest
        if live != each.live:
            sheet.keep(replace(each, live=live), "no longer the latest")


def _edges(fact: Fact, sheet: Sheet) -> None:
    sheet.join(fact.parent, fact.id, STATES, "it states this")
    sheet.join(fact.id, fact.source, SOURCE, "it is about this")
    if fact.target:
        sheet.join(fact.id, fact.target, TARGET, "it joins this")


def _why(fact: Fact) -> str:
    return f"held until {fact.valid.end:%Y-%m-%d}" if fact.valid.end else "stated"


def _day(run: Run) -> str:
    return f"{run.valid.end:%Y-%m-%d}" if run.valid.end else "now"


def _unique(facts: Iterable[Fact]) -> list[Fact]:
    return list({fact.id: fact for fact in facts}.values())
