"""Progress bars, on standard error, gone when the work is done; none where nobody looks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text


class Rate(ProgressColumn):
    """Turns per second."""

    def render(self, task: Task) -> Text:
        """Overrides ProgressColumn."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} turns/s" if speed else "", style="dim")


@contextmanager
def spinner(screen: Console, words: str) -> Iterator[None]:
    """While nobody knows how long it takes."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    ) as shown:
        shown.add_task(words, total=None)
        yield


@contextmanager
def bytes_bar(screen: Console, words: str) -> Iterator[Callable[[int, int], None]]:
    """A bar over bytes; what it gives is called with those that are done, and all there are."""
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        DownloadColumn(),
        TransferSpeedColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    ) as shown:
        task = shown.add_task(words, total=None)
        yield lambda done, whole: shown.update(task, completed=done, total=whole)


@contextmanager
def turns_bar(screen: Console, words: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar over turns; calling what it gives advances it."""
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    ) as shown:
        task = shown.add_task(words, total=total)
        yield lambda turns: shown.advance(task, turns)
