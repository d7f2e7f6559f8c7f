"""Notes that say the same become one: the later is merged into the earlier."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from memwell.core.cube import MemCube
from memwell.core.lifecycle import State
from memwell.core.op import Link, Op, Update
from memwell.core.payload import Text
from memwell.index.analysis import words
from memwell.plaintext.notes.near import HOLDERS, Surroundings
from memwell.plaintext.notes.note import Note, read


def duplicates(fresh: Sequence[MemCube], around: Surroundings, same: float) -> Iterator[Op]:
    """Merges each of the notes into one that says the same with at least this share of words."""
    later = {cube.id for cube in fresh}
    gone: set[str] = set()
    for cube in fresh:
        note = around.note(cube.id) or read(cube)
        later.discard(note.id)
        for other in (one.note for one in around.sharing(note, HOLDERS)):
            if other.id not in later | gone and _alike(note, other) >= same:
                yield from _merged(note, other, around)
                gone.add(note.id)
                break


def _alike(one: Note, other: Note) -> float:
    """The share of words that both have; 0 where different people say it."""
    mine, theirs = {*words(one.content)}, {*words(other.content)}
    if one.speaker != other.speaker or not mine | theirs:
        return 0.0
    return len(mine & theirs) / len(mine | theirs)


def _merged(note: Note, into: Note, around: Surroundings) -> Iterator[Op]:
    """Keywords, tags and links go over."""
    yield Update(note.id, f"it says the same as {into.id}", state=State.MERGED)
    joined = into.told((*into.keywords, *note.keywords), (*into.tags, *note.tags), into.context)
    if joined != into:
        payload = Text(joined.text)
        yield Update(into.id, f"{note.id} says the same", payload=payload, parents=(note.id,))
        around.changed[into.id] = replace(joined, version=into.version + 1)
    for link in around.view.neighbours(note.id):
        end = link.dst if link.src == note.id else link.src
        if end != into.id:
            yield Link(into.id, end, link.relation, f"{note.id} was linked", link.weight)
