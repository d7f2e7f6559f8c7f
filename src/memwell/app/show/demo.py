"""The demo on a terminal: the story, ten questions with evidence, and what to try next."""

from collections.abc import Sequence
from statistics import median

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from memwell.app.dates import day
from memwell.app.demo.run import Asked
from memwell.app.demo.story import Story
from memwell.app.ingestion import Imported
from memwell.app.show.answers import quotes, worded
from memwell.app.show.reasons import briefly
from memwell.app.show.turns import short, who
from memwell.app.show.wording import marked
from memwell.core.cube import MemCube

EXCERPT = 200  # characters of a source


def introduction(story: Story, done: Imported) -> RenderableType:
    """Whose conversation it is, and how long it took to remember."""
    first, last = story.conversations[0].at, story.conversations[-1].at
    assert first is not None
    assert last is not None
    weeks = round(((last.date() - first.date()).days + 1) / 7)
    told = (
        f"{weeks} weeks of conversation between {story.persona.name} and an assistant, "
        f"{day(first).strip()} to {day(last).strip()}: {done.conversations} sessions, "
        f"{done.turns} turns, remembered in {done.seconds:.1f} s."
    )
    asked = f"Ten questions, asked on {day(story.asked_at).strip()}. No language model, no network."
    return Group(Text(told), Text(asked, style="dim"), Text())


def question(place: int, asked: Asked) -> RenderableType:
    """A question with its answer, the turns it was read from, and why these were found."""
    title = Table.grid(expand=True, padding=(0, 1, 0, 0))
    title.add_column(width=2, justify="right", style="dim")
    title.add_column(width=1)
    title.add_column(ratio=1, style="bold")
    title.add_column(justify="right", style="dim", no_wrap=True)
    mark = Text("✓", style="bold green") if asked.right else Text("✗", style="bold red")
    cost = f"{asked.question.kind}, {1000 * asked.seconds:.0f} ms"
    title.add_row(str(place), mark, asked.question.text, cost)
    parts: list[RenderableType] = [worded(asked.answer)]
    if not asked.right:
        parts.append(Text(_complaint(asked), style="red"))
    parts += [_source(asked, cube) for cube in asked.sources]
    return Group(title, Padding(Group(*parts), (0, 0, 1, 5)))


def conclusion(asked: Sequence[Asked], kept: str | None) -> RenderableType:
    """How many were right, how fast, and where to go from here."""
    right, all_of_them = sum(each.right for each in asked), len(asked)
    typical = 1000 * median(each.seconds for each in asked)
    summary = Text.assemble(
        (f"{right} of {all_of_them} right", f"bold {'green' if right == all_of_them else 'red'}"),
        f", half of them within {typical:.0f} ms.",
    )
    folder = kept or "demo-memory"
    steps = [
        (f"memwell ask 'What class do I take?' --memory {folder}", "something else"),
        (f"memwell search dinner --memory {folder}", "what it finds, and why"),
        ("memwell add 'My sister lives in Graz.'", "a memory of your own"),
        ("memwell import conversations.json", "from ChatGPT or Claude"),
    ]
    if not kept:
        steps.insert(0, (f"memwell demo --keep {folder}", "to keep this memory; then"))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    for command, what in steps:
        table.add_row(Text(f"  {command}"), Text(what, style="dim"))
    return Group(summary, Text(), Text("Try next", style="bold"), table)


def _source(asked: Asked, cube: MemCube) -> RenderableType:
    """Where it was said and why it was found, in one line; its words, if the answer lacks them."""
    line = Text.assemble((short(cube.id), "green"), f"  {day(cube.at)}  {who(cube)}  ")
    line.append(briefly(asked.reasons(cube)), style="dim")
    line.no_wrap, line.overflow = True, "ellipsis"
    if quotes(asked.answer, cube):
        return line
    return Group(line, marked(cube.text, asked.question.text, EXCERPT))


def _complaint(asked: Asked) -> str:
    if asked.question.accepts(asked.answer.text):
        return "right, but not from where it was said"
    if not asked.question.sources:
        return "expected: that memory does not hold it"
    return "expected: " + "; ".join(" or ".join(group) for group in asked.question.says)
