"""An answer, how sure it is, and what it was read from."""

import re
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from memwell.app.show.bars import bar
from memwell.app.show.turns import turn
from memwell.core.cube import MemCube
from memwell.core.hit import Answer

EXCERPT = 400  # characters of a source
# Where an answer ends and the words it was read from begin: 'Biscuit. You said on ...: "..."'
CITES = re.compile(r"(?<=[.:] )(?=[^“”:.]{1,40} said(?: on [^:“”]{1,30})?: “)")


def answered(answer: Answer, sources: Sequence[MemCube], question: str) -> RenderableType:
    """The answer first; then the turns it was read from, or the closest ones."""
    if not answer.known:
        closest = [hit.cube for hit in answer.hits[:2]]
        return Group(worded(answer), *_listed("closest, but no answer", closest, question))
    sure = Text.assemble(("sure ", "dim"), bar(answer.confidence, style="green"))
    sure.append(f" {answer.confidence:.0%}")
    return Group(worded(answer), sure, *_listed("read from", sources, question))


def worded(answer: Answer) -> Text:
    """The answer, and more quietly the words that it quotes."""
    if not answer.known:
        return Text(answer.text, style="yellow")
    short, *quotes = CITES.split(answer.text, maxsplit=1)
    return Text.assemble((short, "bold green"), *quotes)


def quotes(answer: Answer, cube: MemCube) -> bool:
    """Whether the answer gives the words of this memory."""
    parts = re.findall("“(.+?)(?: …)?”", answer.text)
    return any(part in cube.text for part in parts)


def _listed(title: str, cubes: Sequence[MemCube], question: str) -> list[RenderableType]:
    if not cubes:
        return []
    turns = [Padding(turn(cube, question, EXCERPT), (0, 0, 0, 2)) for cube in cubes]
    return [Text(), Text(title, style="dim"), *turns]
