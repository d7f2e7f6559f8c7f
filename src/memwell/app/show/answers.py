"""An answer, how sure it is, and what it was read from."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from memwell.app.show.bars import bar
from memwell.app.show.turns import turn
from memwell.core.cube import MemCube
from memwell.core.hit import Answer

EXCERPT = 400  # characters of a source


def answered(answer: Answer, sources: Sequence[MemCube], question: str) -> RenderableType:
    """The answer first; then the turns it was read from, or the closest ones."""
    words = Text(answer.text, style="bold" if answer.known else "bold yellow")
    if not answer.known:
        closest = [hit.cube for hit in answer.hits[:2]]
        return Group(words, *_listed("closest, but no answer", closest, question))
    sure = Text.assemble(
        ("sure ", "dim"), bar(answer.confidence, style="green"), f" {answer.confidence:.0%}"
    )
    return Group(words, sure, *_listed("read from", sources, question))


def _listed(title: str, cubes: Sequence[MemCube], question: str) -> list[RenderableType]:
    if not cubes:
        return []
    turns = [Padding(turn(cube, question, EXCERPT), (0, 0, 0, 2)) for cube in cubes]
    return [Text(), Text(title, style="dim"), *turns]
