"""Who is meant by a name: the same name, almost the same letters, or what a model says.

Short names say little (Ann, Anna), and so do those whose letters say little; these are never
merged by their letters alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from memwell.core.errors import InvalidOutput
from memwell.core.identity import derive
from memwell.index.minhash import entropy, jaccard, letters, shingles
from memwell.models.prompts.zep import DUPLICATE_ENTITY, Lines
from memwell.plaintext.graph.records import ENTITY, Entity, entity_of, plain
from memwell.plaintext.graph.sheet import Sheet

SHORT = 6  # letters of a name of one word
LITTLE = 1.5  # bits of entropy
ALIKE = 0.9  # Jaccard similarity
HINT = 0.3  # from which a model is asked whether two names mean the same
CLOSE = 0.6  # cosine from which it is


@dataclass(frozen=True, slots=True)
class Naming:
    """A name as a turn gives it."""

    name: str
    kind: str
    turn: str
    text: str  # of the turn


def resolved(naming: Naming, sheet: Sheet, candidates: int) -> Entity | None:
    """The entity meant, written to the sheet; None where the model's answer did not fit."""
    same = sheet.called(naming.name)
    if len(same) == 1:
        return same[0]
    if not same and (alike := _alike(naming.name, sheet)):
        return _merged(alike, naming, sheet, "almost the same letters")
    known = same or _candidates(naming.name, sheet, candidates)
    if known:
        return _asked(naming, known, sheet)
    return _new(naming, sheet, len(same))


def telling(name: str) -> bool:
    """Whether the letters of a name say enough to go by."""
    long = len(letters(name)) >= SHORT or len(name.split()) >= 2
    return long and entropy(name) >= LITTLE


def _alike(name: str, sheet: Sheet) -> Entity | None:
    """The entity with almost the same letters; found by what they share, at a flat cost."""
    if not telling(name):
        return None
    pieces = shingles(name)
    near = [(jaccard(pieces, shingles(other.name)), other) for other in sheet.resembling(name)]
    best = max(near, key=lambda each: (each[0], each[1].id), default=None)
    return best[1] if best and best[0] >= ALIKE else None


def _candidates(name: str, sheet: Sheet, most: int) -> list[Entity]:
    """Whom a model may be asked about; none without one, since rules cannot tell."""
    if sheet.view.immediate:
        return []
    hits = sheet.view.only({"is": ENTITY}).search(name, most)
    close = {
        hit.cube.id: entity_of(hit.cube)
        for hit in hits
        if any(reason.name == "dense" and reason.value >= CLOSE for reason in hit.reasons)
        or hinted(name, hit.cube.text)
    }
    fresh = {e.id: e for e in sheet.entities.values() if hinted(name, e.name)}
    found = {id: sheet.entity(id) or each for id, each in (close | fresh).items()}
    return list(found.values())[:most]


def hinted(first: str, second: str) -> bool:
    """Whether two names may mean the same: some of their letters, or a whole word of them."""
    words = set(plain(first).split()) & set(plain(second).split())
    return bool(words) or jaccard(shingles(first), shingles(second)) >= HINT


def _asked(naming: Naming, known: Sequence[Entity], sheet: Sheet) -> Entity | None:
    lines = Lines([f"{each.name} ({each.kind or 'thing'})" for each in known])
    try:
        answer = sheet.view.ask(DUPLICATE_ENTITY, name=naming.name, known=lines, text=naming.text)
    except InvalidOutput as misfit:
        sheet.left(f"who {naming.name!r} is could not be told: {misfit}")
        return None
    if 0 <= answer.duplicate < len(known):
        return _merged(known[answer.duplicate], naming, sheet, "judged to be the same")
    if answer.duplicate != -1:
        sheet.left(f"there is no number {answer.duplicate} among those known as {naming.name!r}")
    namesakes = sum(plain(each.name) == plain(naming.name) for each in known)
    return _new(naming, sheet, namesakes)


def _merged(entity: Entity, naming: Naming, sheet: Sheet, why: str) -> Entity:
    merged = entity.called(naming.name)
    sheet.keep(merged, f"{naming.name!r} is {entity.name!r}: {why}")
    return merged


def _new(naming: Naming, sheet: Sheet, namesakes: int) -> Entity:
    """Its id comes of its name, so that one who was forgotten and is named again is the same."""
    id = derive(ENTITY, sheet.view.scope.owner, plain(naming.name), namesakes)
    found = Entity(id, naming.name, naming.kind)
    sheet.turns[id] = naming.turn
    sheet.keep(found, "named for the first time")
    return found
