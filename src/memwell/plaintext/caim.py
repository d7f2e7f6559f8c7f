"""CAIM: thoughts under tags, written down when a conversation is over, looked up when needed.

Paper       45 (Westhäußer et al., 2025)
Does        short-term memory of the conversation that goes on; a controller that asks nothing of
            memory for small talk; retrieval by tags of an ontology, filtered by context and time;
            post-thinking: extension by thoughts with tags and time, review of those that say the
            same
Needs       an embedder, and a language model to control, tag, think and review
Loses       by rules: thoughts are sentences of one turn, written down at once; tags come from word
            lists, the review sees thoughts of the same words
Leaves out  answering
Claim       retrieval by tags and time finds the needed memory more often than similarity alone on
            the same questions, asks nothing of memory for small talk, and leaves fewer duplicates
            after review

A session is over when an event of another one comes, when nothing was said in it for a while, or
when it is longer than short-term memory; `manage` ends those that nothing came after.

Thoughts say where to look. What is returned is turns as their base ranks them; beyond the first
few, one place in three is for what a passing thought is about: the turn, when it is one, which says
the same in the words that were said, and else the thought. So nothing that the base finds is lost.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from memwell.core.cube import MemCube
from memwell.core.errors import InvalidOutput, ModelUnavailable
from memwell.core.hit import Hit
from memwell.core.identity import derive
from memwell.core.lifecycle import State
from memwell.core.message import Event
from memwell.core.op import Add, Draft, Noop, Op, Update
from memwell.core.strategy import Strategy
from memwell.core.view import SAID, Query, View
from memwell.index.analysis import words
from memwell.models.prompts.caim import (
    MEMORY_NEEDED,
    QUESTION_TAGS,
    SESSION_THOUGHTS,
    THOUGHT_REVIEW,
    Groups,
    SessionThought,
)
from memwell.models.rules.topics import TOPICS
from memwell.plaintext.thoughts import recall, review
from memwell.plaintext.thoughts import session as sessions
from memwell.plaintext.thoughts.session import Turn
from memwell.plaintext.thoughts.thought import LONGEST, Thought, drafted, pieces
from memwell.plaintext.verbatim import Verbatim

DEPTH = 100  # turns looked at beyond those that are wanted


@dataclass(frozen=True)
class CAIM(Strategy):
    """The ontology is the reader's to choose; nothing outside it is stored."""

    ontology: tuple[str, ...] = TOPICS
    idle: timedelta = timedelta(minutes=30)  # silence after which a conversation is over
    room: int = 50  # events that short-term memory holds
    candidates: int = 20  # thoughts that are filtered by context and time
    first: int = 5  # turns that keep their places
    every: int = 3  # after these, one place in so many is for a turn that a thought is about
    base: Strategy = field(default_factory=Verbatim)  # ranks the turns

    needs_model = True

    def encode(self, event: Event, view: View) -> Iterator[Draft | Noop]:
        """Post-thinking on conversations that are over, and this event into short-term memory."""
        if view.immediate:  # one turn a thought: nothing is gained by waiting
            yield from self._thoughts(sessions.turns([event]), view)
            return
        open_ = sessions.opened(view)
        ended = {cube.id: cube for cube in sessions.ended(open_, event, self.idle, self.room)}
        for going in ended.values():
            yield from self._closed(going, view)
        same = (one for one in open_ if one.scope.session == event.scope.session)
        going_on = next((one for one in same if one.id not in ended), None)
        draft = sessions.begun(event)
        yield replace(draft, parents=(going_on.id,)) if going_on else draft

    def store(self, drafts: Iterable[Draft | Noop], view: View) -> Iterator[Op]:
        """Review: thoughts that are new, together with stored ones that may say the same."""
        new: list[Thought] = []
        for draft in drafts:
            if isinstance(draft, Noop):
                yield draft
            elif draft.labels.get("is") == "session":
                yield _session_op(draft)
            else:
                new.append(drafted(draft))
        yield from self._reviewed([one for one in new if view.get(one.id) is None], view)

    def retrieve(self, query: Query, view: View, k: int) -> list[Hit]:
        """Nothing for small talk; else turns, higher where passing thoughts are about them."""
        if not self._needed(query.text, view):
            return []
        said = self.base.retrieve(query, view.only(SAID), k + DEPTH)
        tags = self._tags(query, view)
        passing = recall.passing(query, tags, view, self.candidates) if tags else []
        return recall.placed(query, said, passing, view, self.first, self.every)[:k]

    def manage(self, view: View) -> Iterator[Op]:
        """Post-thinking on conversations that nothing came after."""
        for going in sessions.opened(view):
            if sessions.over(going, view.now, self.idle):
                yield from self.store(self._closed(going, view), view)

    def _closed(self, going: MemCube, view: View) -> Iterator[Draft | Noop]:
        """The thoughts of a conversation, and its end."""
        yield from self._thoughts(sessions.turns(view.events(going.source.events)), view)
        yield Draft(going.payload, labels=sessions.IS, parents=(going.id,))

    def _thoughts(self, turns: Sequence[Turn], view: View) -> Iterator[Draft | Noop]:
        """Extension: key events with tags of the ontology, and the time of the last turn of each.

        In parts that short-term memory has room for.
        """
        for start in range(0, len(turns), self.room):
            part = turns[start : start + self.room]
            try:
                found = view.ask(
                    SESSION_THOUGHTS, turns=sessions.pieces(part), ontology=", ".join(self.ontology)
                )
            except InvalidOutput as misfit:
                yield Noop(f"no thoughts: {misfit}")
                continue
            for told in found.thoughts:
                yield self._drafted(told, part)

    def _drafted(self, told: SessionThought, turns: Sequence[Turn]) -> Draft | Noop:
        text = " ".join("".join(c if c.isprintable() else " " for c in told.text).split())[:LONGEST]
        known = {tag.lower(): tag for tag in self.ontology}
        tags = tuple(known[tag] for each in told.tags if (tag := each.strip().lower()) in known)
        if not words(text) or not tags:
            return Noop("no thought: it says nothing, or is under no tag of the ontology")
        about = _about(text, told.turns, turns)
        speakers = {turn.piece.speaker for turn in about}
        return Thought(
            id="",
            text=text,
            tags=tuple(dict.fromkeys(tags)),
            at=max(turn.piece.at for turn in about if turn.piece.at),
            speaker=speakers.pop() or None if len(speakers) == 1 else None,
            session=about[-1].session,
            turns=tuple(turn.id for turn in about),
            others=dict(about[-1].labels),
        ).draft

    def _reviewed(self, new: Sequence[Thought], view: View) -> Iterator[Op]:
        old = {one.id: one for each in new for one in review.similar(each, view)}
        given = [*{one.id: one for one in new}.values(), *old.values()]
        if not given:
            return
        answer = Groups(groups=[])
        if len(given) > 1:
            try:
                answer = view.ask(THOUGHT_REVIEW, thoughts=pieces(given))
            except InvalidOutput as misfit:
                yield Noop(f"no review: {misfit}")
        for group in review.groups(given, answer):
            yield from review.kept(group)

    def _needed(self, question: str, view: View) -> bool:
        """The controller; in doubt memory is asked."""
        try:
            return view.ask(MEMORY_NEEDED, question=question).needed
        except (InvalidOutput, ModelUnavailable):
            return True

    def _tags(self, query: Query, view: View) -> list[str]:
        """Of the ontology, those to look under."""
        at = query.at.replace(second=0, microsecond=0)  # the same question is answered once
        try:
            asked = view.ask(
                QUESTION_TAGS, question=query.text, ontology=", ".join(self.ontology), at=at
            )
        except (InvalidOutput, ModelUnavailable):
            return []
        return [tag for tag in dict.fromkeys(asked.tags) if tag in self.ontology]


def _about(text: str, numbers: Iterable[int], turns: Sequence[Turn]) -> list[Turn]:
    """The turns a thought names, and others that words of it come from; all, where it names none.

    A thought is forgotten with any of them.
    """
    named = {n for n in numbers if 0 <= n < len(turns)}
    if not named:
        return list(turns)
    known = {word for n in named for word in words(str(turns[n].piece))}
    rest = {*words(text)} - known
    named |= {n for n, turn in enumerate(turns) if rest & {*words(turn.piece.text)}}
    return [turns[n] for n in sorted(named)]


def _session_op(draft: Draft) -> Op:
    """Opens a session, adds an event to one, or ends it."""
    if sessions.OPEN not in draft.labels:
        return Update(
            draft.parents[0], "the conversation is over",
            labels=sessions.IS, state=State.ARCHIVED,
        )  # fmt: skip
    if draft.parents:
        return Update(
            draft.parents[0], "the conversation goes on", valid=draft.valid, events=draft.events
        )
    return Add(draft, "a conversation begins", derive("session", *draft.events))
