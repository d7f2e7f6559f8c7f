"""How far a benchmark has come."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


class Bars:
    """Progress on standard error: bars on a terminal, a line every tenth of the way elsewhere."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def stage(self, name: str, total: int) -> AbstractContextManager[Callable[[], None]]:
        """One stage; calling what it gives goes one step on."""
        return self._bar(name, total) if self.console.is_terminal else self._lines(name, total)

    @contextmanager
    def _bar(self, name: str, total: int) -> Iterator[Callable[[], None]]:
        columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
        described = (SpinnerColumn(), TextColumn("{task.description}"), *columns)
        with Progress(*described, console=self.console, transient=True) as bars:
            task = bars.add_task(name, total=total)
            yield lambda: bars.advance(task)

    @contextmanager
    def _lines(self, name: str, total: int) -> Iterator[Callable[[], None]]:
        done, step = 0, max(total // 10, 1)

        def advance() -> None:
            nonlocal done
            done += 1
            if done % step == 0 or done == total:
                self.console.print(f"{name}: {done:,} of {total:,}")

        yield advance
