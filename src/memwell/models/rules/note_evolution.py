"""Evolution by rule: a note is linked to those it shares a keyword with; no note is rewritten."""

from typing import Any

from memwell.models.prompts.amem import NoteEvolution, Shown
from memwell.models.rules.reading.wording import keys


def note_evolution(fields: dict[str, Any]) -> NoteEvolution:
    """Answers the prompt NOTE_EVOLUTION(note, count, neighbours)."""
    own = _words(fields["note"])
    near = [place for place, other in enumerate(fields["neighbours"]) if own & _words(other)]
    if not near:
        return NoteEvolution(should_evolve=False)
    return NoteEvolution(
        should_evolve=True,
        actions=["strengthen"],
        suggested_connections=near,
        tags_to_update=list(fields["note"].tags),
    )


def _words(note: Shown) -> frozenset[str]:
    return frozenset(keys(" ".join(note.keywords)))
