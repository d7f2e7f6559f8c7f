"""A-MEM: every turn gets a note, and notes link to and rewrite the notes they are near to.

Paper       9 (Xu et al., 2025)
Does        notes with keywords, tags and a context; links to the nearest notes; evolution of these
            as new versions, embedded anew; retrieval that goes one hop along the links; the
            consolidation of notes that say the same
Needs       an embedder, and a language model to analyse turns and to let notes evolve
Loses       by rules: rewriting; keywords are counted, the context is a sentence of the text, tags
            come from word lists, notes are near that share keywords and are linked
Leaves out  answering
Claim       linked and evolving notes bring more of a multi-hop question's evidence into the top
            hits than the same notes without links and evolution, at equal k

The published code changes notes at rank positions instead of the nearest notes, keeps no history,
does not embed a changed note anew and cuts linked notes off; this follows the paper. Notes are
always embedded as they are, so that consolidation has nothing to embed: it merges duplicates.

A note and its turn say the same, so the turn is returned, which costs a reader less; the note is
what it is found and linked by. Words that a note got from other notes are forgotten with those.

Notation    m = {c content, t time, K keywords, G tags, X context, e embedding, L links};
            e = enc(c ⊕ K ⊕ G ⊕ X)
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from memwell.core.errors import InvalidOutput, ModelUnavailable
from memwell.core.hit import Hit
from memwell.core.interval import Interval
from memwell.core.message import Event, Message
from memwell.core.op import Add, Draft, Link, Noop, Op, Update
from memwell.core.payload import Text
from memwell.core.strategy import Strategy
from memwell.core.view import SAID, Query, View
from memwell.models.prompts.amem import (
    NOTE_ANALYSIS,
    NOTE_EVOLUTION,
    QUESTION_KEYWORDS,
    NoteAnalysis,
)
from memwell.plaintext.notes.duplicates import duplicates
from memwell.plaintext.notes.evolution import Evolved, evolved, neighbourhood, shown
from memwell.plaintext.notes.hop import DEPTH, LINKED, Hop
from memwell.plaintext.notes.near import Surroundings, label
from memwell.plaintext.notes.note import IS, OF, Note, note_id, parsed
from memwell.plaintext.verbatim import Verbatim

CHANGED = "evolution"  # label of a note that changed others, or was linked, until it is tidied

AT_ONCE = 5_000  # notes looked at for duplicates; the rest the next time


@dataclass(frozen=True)
class AMem(Strategy):
    """The paper's k and threshold; the rest says how linked turns are ranked."""

    k: int = 5  # neighbours that a new note may be linked to or change
    evo_threshold: int = 100  # evolutions after which notes are consolidated
    same: float = 0.9  # share of words from which on two notes say the same
    seeds: int = 5  # hits whose links are followed; they keep their places
    every: int = 3  # after these, one place in so many is for a linked turn
    noted: float = 0.20  # BM25 of what its note says beyond a turn's own words
    base: Strategy = field(default_factory=Verbatim)  # ranks the turns

    needs_model = True

    def encode(self, event: Event, view: View) -> Iterator[Draft | Noop]:
        """LLM-1: keywords, context and tags of every turn."""
        said = [(place, one) for place, one in enumerate(event.messages) if one.text]
        asked = [
            {"text": one.text, "speaker": one.speaker, "at": f"{one.at or event.at:%A %d %B %Y}"}
            for _, one in said
        ]
        for (place, one), answer in zip(said, view.ask_each(NOTE_ANALYSIS, asked), strict=True):
            yield _drafted(event, place, one, answer)

    def store(self, drafts: Iterable[Draft | Noop], view: View) -> Iterator[Op]:
        """LLM-2, note by note: each may change those before it."""
        around = Surroundings(view, self.k)
        for draft in drafts:
            if isinstance(draft, Noop):
                yield draft
            elif view.get(id := note_id(draft.parents[0])):
                yield Noop("there is a note on it already", id)
            else:
                yield from _kept(id, draft, around, view)

    def retrieve(self, query: Query, view: View, k: int) -> list[Hit]:
        """The best turns; from the seeds on, one place in three for what these are linked to."""
        hop = Hop(query, view, self.base.retrieve(query, view.only(SAID), k + DEPTH))
        hop.add_noted(self._keywords(query.text, view), self.noted)
        return hop.along(self.seeds, self.every)[:k]

    def manage(self, view: View) -> Iterator[Op]:
        """Merges notes that say the same, once enough have evolved."""
        fresh = list(islice(view.only({CHANGED: view.scope.owner}).scan(), AT_ONCE))
        if len(fresh) < self.evo_threshold:
            return
        merged = list(duplicates(fresh, Surroundings(view, self.k), self.same))
        yield from merged
        gone = {op.id for op in merged if isinstance(op, Update) and op.state}
        for cube in (cube for cube in fresh if cube.id not in gone):
            labels = {name: value for name, value in cube.labels.items() if name != CHANGED}
            yield Update(cube.id, "looked at for duplicates", labels=labels)

    def _keywords(self, question: str, view: View) -> str:
        """LLM-3; a search does not fail for want of a model."""
        try:
            found = view.ask(QUESTION_KEYWORDS, question=question).keywords
        except (InvalidOutput, ModelUnavailable):
            return question
        return " ".join(found) or question


def _drafted(
    event: Event, place: int, said: Message, answer: NoteAnalysis | InvalidOutput
) -> Draft | Noop:
    turn = event.turn_id(place)
    if isinstance(answer, InvalidOutput):
        return Noop(f"no note: {answer}", turn)
    note = Note(note_id(turn), said.text, speaker=said.name)
    note = note.told(answer.keywords, answer.tags, answer.context)
    if not note.keywords:
        return Noop("no note: nothing in it to find it by", turn)
    speaker = {"speaker": said.name} if said.name else {}
    return Draft(
        Text(note.text),
        valid=Interval(said.at or event.at),
        session=event.scope.session,
        labels={**event.labels, **speaker, **IS, OF: turn},
        parents=(turn,),
    )


def _kept(id: str, draft: Draft, around: Surroundings, view: View) -> Iterator[Op]:
    """The new note, what it is linked to, and its neighbours as they are from now on."""
    assert isinstance(draft.payload, Text)
    note = parsed(id, draft.payload.text, draft.labels.get("speaker"))
    try:
        found = _asked(note, around, view)
    except InvalidOutput as misfit:
        yield Noop(f"it changes nothing: {misfit}", id)
        found = Evolved(note)
    looked_up = [*map(label, around.hold(found.note)), *([CHANGED] if found.evolves else [])]
    labels = {**draft.labels, **dict.fromkeys(looked_up, view.scope.owner)}
    parents = (*draft.parents, *found.sources)
    payload = Text(found.note.text)
    yield Add(replace(draft, payload=payload, labels=labels, parents=parents), "a note", id)
    around.take(found.note)
    for near in found.links:
        yield Link(id, near.note.id, LINKED, "a new note belongs with it", near.nearness)
    for change in found.changes:
        new = replace(change.note, version=change.note.version + 1)
        yield Update(
            new.id, f"a new note {id} changes it", payload=Text(new.text),
            parents=change.sources, version=change.note.version or None,
        )  # fmt: skip
        around.take(new)


def _asked(note: Note, around: Surroundings, view: View) -> Evolved:
    """Raises InvalidOutput for an answer that does not fit."""
    near = around.of(note)
    if not near:
        return Evolved(note)
    answer = view.ask(
        NOTE_EVOLUTION, note=shown(note), count=len(near), neighbours=neighbourhood(near)
    )
    return evolved(note, near, answer)
