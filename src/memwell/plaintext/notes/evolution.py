"""How a new note and its neighbours change: all that a model proposes, or nothing of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from memwell.core.errors import InvalidOutput
from memwell.index.analysis import words
from memwell.models.prompts.amem import Neighbourhood, NoteEvolution, Shown
from memwell.plaintext.notes.near import Near
from memwell.plaintext.notes.note import Note


@dataclass(frozen=True, slots=True)
class Change:
    """A neighbour as it is from now on, and the notes that its new words come from."""

    note: Note
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evolved:
    """What becomes of a new note and its neighbours."""

    note: Note
    sources: tuple[str, ...] = ()  # notes that the new note's tags come from
    links: tuple[Near, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def evolves(self) -> bool:
        return bool(self.links or self.changes)


def evolved(note: Note, near: Sequence[Near], answer: NoteEvolution) -> Evolved:
    """What the answer proposes. Raises InvalidOutput when it does not speak of all neighbours."""
    actions = set(answer.actions) if answer.should_evolve else set()
    links: tuple[Near, ...] = ()
    changes: tuple[Change, ...] = ()
    sources: tuple[str, ...] = ()
    if "update_neighbor" in actions:
        changes = _rewritten(note, near, answer)
    if "strengthen" in actions:
        links = _linked(near, answer.suggested_connections)
        if links and answer.tags_to_update:
            before, note = note, note.told(note.keywords, answer.tags_to_update, note.context)
            sources = _sources(note, before, [one.note for one in near])
    return Evolved(note, sources, links, changes)


def shown(note: Note) -> Shown:
    """The note as it is put before a model."""
    who = f"{note.speaker}: " if note.speaker else ""
    return Shown(f"{who}{note.content}", note.keywords, note.tags, note.context)


def neighbourhood(near: Sequence[Near]) -> Neighbourhood:
    return Neighbourhood([shown(one.note) for one in near])


def _linked(near: Sequence[Near], numbers: Iterable[int]) -> tuple[Near, ...]:
    """The neighbours with these numbers; there is nothing to link to under any other."""
    return tuple(near[number] for number in dict.fromkeys(numbers) if 0 <= number < len(near))


def _rewritten(note: Note, near: Sequence[Near], answer: NoteEvolution) -> tuple[Change, ...]:
    contexts, tags = answer.new_context_neighborhood, answer.new_tags_neighborhood
    if len(contexts) != len(near) or len(tags) != len(near):
        raise InvalidOutput(
            f"{len(contexts)} contexts and {len(tags)} lists of tags do not fit {len(near)} notes"
        )
    found = []
    for one, context, tagged in zip(near, contexts, tags, strict=True):
        old = one.note
        new = old.told(old.keywords, tagged, context)
        if not (new.tags and new.context):  # left empty: left as it was
            new = old.told(old.keywords, new.tags or old.tags, new.context or old.context)
        if new != old:
            others = [other.note for other in near if other is not one]
            found.append(Change(new, (note.id, *_sources(new, old, others, note))))
    return tuple(found)


def _sources(
    new: Note, old: Note, others: Iterable[Note], cause: Note | None = None
) -> tuple[str, ...]:
    """The other notes whose words came in, beside those that the cause has itself."""
    known = {*words(old.text), *(words(cause.text) if cause else ())}
    came = {word for word in words(new.text) if word not in known}
    return tuple(other.id for other in others if came & {*words(other.text)})
