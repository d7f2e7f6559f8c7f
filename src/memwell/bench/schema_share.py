"""How often a model answers typed prompts in the form they ask for.

A reply is *first* when it fits the prompt's schema as it came, *repaired* when it did after the
model was told what is wrong, and *failed* when it did not then either. Whether a fitting answer is
also right is not looked at.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from memwell.bench.locomo_data import samples
from memwell.bench.table import Table
from memwell.core.errors import InvalidOutput
from memwell.core.model import Prompt
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


def schema_share(
    provider: Provider,
    questions: Iterable[Question],
    heard: Callable[[Share], None] = lambda _: None,
) -> list[Share]:
    """One row per prompt, in the order first asked; `heard` is told each row as it grows.

    Nothing is cached: a question that comes twice is asked twice. Raises ModelUnavailable.
    """
    rows: dict[str, Share] = {}
    for prompt, fields in questions:
        row = rows.get(prompt.name, Share(prompt.name))
        rows[prompt.name] = _asked(provider, prompt, fields, row)
        heard(rows[prompt.name])
    return list(rows.values())


def _asked(provider: Provider, prompt: Prompt[Any], fields: Mapping[str, Any], row: Share) -> Share:
    asking = Asking(provider)
    began = time.perf_counter()
    try:
        asking.ask(prompt, **fields)
    except InvalidOutput:
        row = replace(row, failed=row.failed + 1)
    else:
        if asking.usage.calls == 1:
            row = replace(row, first=row.first + 1)
        else:
            row = replace(row, repaired=row.repaired + 1)
    return replace(
        row,
        read=row.read + asking.usage.asked,
        written=row.written + asking.usage.answered,
        seconds=row.seconds + time.perf_counter() - began,
    )


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
