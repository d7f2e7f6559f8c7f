"""How often a model answers typed prompts in the form they ask for.

A reply is *first* when it fits the prompt's schema as it came, *repaired* when it did after the
model was told what is wrong, and *failed* when it did not then either. Whether a fitting answer is
also right is not looked at.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from memwell.bench.locomo_data import samples
from memwell.bench.table import Table
from memwell.core.errors import InvalidOutput
from memwell.core.model import Prompt, T, Usage
from memwell.models.asking import Asking, Provider
from memwell.models.prompts import DATES, ENTITIES, FACTS, KEYWORDS

Question = tuple[Prompt[Any], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Share:
    """The replies to one prompt, counted."""

    prompt: str
    first: int = 0
    repaired: int = 0
    failed: int = 0
    read: int = 0  # tokens, repairs included
    written: int = 0
    seconds: float = 0.0

    @property
    def questions(self) -> int:
        return self.first + self.repaired + self.failed

    @property
    def first_share(self) -> float:
        return self.first / self.questions if self.questions else 0.0


@dataclass
class Tallied:
    """A language model whose replies are counted, prompt by prompt. Nothing is cached.

    `heard` is told each row as it grows. Raises what a model raises.
    """

    provider: Provider
    heard: Callable[[Share], None] = lambda _: None
    rows: dict[str, Share] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    immediate: bool = False
    name: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self.name = self.provider.name

    def ask(self, prompt: Prompt[T], **fields: Any) -> T:
        asking, began = Asking(self.provider, usage=Usage()), time.perf_counter()
        outcome = "failed"
        try:
            answer = asking.ask(prompt, **fields)
            outcome = "first" if asking.usage.calls == 1 else "repaired"
        finally:
            self._count(prompt.name, outcome, asking.usage, time.perf_counter() - began)
        return answer

    def _count(self, prompt: str, outcome: str, spent: Usage, seconds: float) -> None:
        row = self.rows.get(prompt, Share(prompt))
        counted = {outcome: getattr(row, outcome) + 1}
        self.rows[prompt] = row = replace(
            row,
            read=row.read + spent.asked,
            written=row.written + spent.answered,
            seconds=row.seconds + seconds,
            **counted,
        )
        self.usage.asked += spent.asked
        self.usage.answered += spent.answered
        self.usage.calls += spent.calls
        self.heard(row)


def schema_share(
    provider: Provider,
    questions: Iterable[Question],
    heard: Callable[[Share], None] = lambda _: None,
) -> list[Share]:
    """One row per prompt, in the order first asked. Raises ModelUnavailable."""
    tallied = Tallied(provider, heard)
    for prompt, fields in questions:
        with suppress(InvalidOutput):
            tallied.ask(prompt, **fields)
    return list(tallied.rows.values())


def extraction(path: Path, turns: int = 25) -> list[Question]:
    """What memwell's own extraction prompts ask of LoCoMo turns, spread evenly over the file."""
    said = [
        {"text": turn.words, "speaker": turn.speaker, "at": f"{session.at:%A %d %B %Y}"}
        for sample in samples(path)
        for session in sample.sessions
        for turn in session.turns
    ]
    chosen = [said[place * len(said) // turns] for place in range(turns)]
    return [(prompt, fields) for fields in chosen for prompt in (KEYWORDS, ENTITIES, DATES, FACTS)]


def table(title: str, shares: Sequence[Share]) -> Table:
    """One row per prompt."""
    heading = ("prompt", "asked", "first", "repaired", "failed", "read", "written", "seconds")
    rows = []
    for each in shares:
        counts = (each.questions, each.first, each.repaired, each.failed, each.read, each.written)
        rows.append((each.prompt, *(f"{count:,}" for count in counts), f"{each.seconds:,.0f}"))
    return Table(title, heading, tuple(rows))
