"""Strategies side by side on a terminal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from memwell.bench.table import NONE, number

BENCHMARKS = {"locomo": "LoCoMo", "longmemeval": "LongMemEval"}
FIGURES = ("recall@10", "recall@250t", "recall@1000t")
BASELINE = "bm25 (published)"


@dataclass(frozen=True)
class Described:
    """One strategy as its file tells it, and the figures of every benchmark that was run."""

    name: str
    summary: str
    told: Mapping[str, str]  # by heading
    measured: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    costs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def comparison(found: Sequence[Described], runs: Mapping[str, Any]) -> RenderableType:
    """A table for each benchmark that was run, and what each strategy is."""
    tables = (
        _table(found, title, runs[benchmark]["trials"])
        for benchmark, title in BENCHMARKS.items()
        if benchmark in runs
    )
    return Group(*tables, _list(found))


def _table(found: Sequence[Described], title: str, trials: Mapping[str, Any]) -> RenderableType:
    """What was measured of each, the baseline above them."""
    table = Table(title=f"{title}, by rules", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("strategy", no_wrap=True)
    for heading in ("rec@10", "in 250 tokens", "in 1,000", "made", "calls"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name in (BASELINE, *(each.name for each in found)):
        if trial := trials.get(name) or trials.get(f"plaintext:{name}"):
            table.add_row(name, *_figures(trial))
    return table


def _figures(trial: Mapping[str, Any]) -> list[str]:
    scores, cost = trial["results"]["all"], trial["cost"]
    made = f"{sum(cost['derived'].values()):,}" if cost else NONE
    calls = f"{cost['calls']:,}" if cost else NONE
    return [*(number(scores.get(figure)) for figure in FIGURES), made, calls]


def _list(found: Sequence[Described]) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for each in found:
        table.add_row(each.name, Text(each.summary.partition(": ")[2] or each.summary))
    return table


def card(one: Described) -> RenderableType:
    """One in full."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for heading, words in one.told.items():
        table.add_row(heading.lower(), Text(words))
    for benchmark, scores in one.measured.items():
        told = ", ".join(f"{figure} {number(scores.get(figure))}" for figure in FIGURES)
        table.add_row(BENCHMARKS.get(benchmark, benchmark), Text(told))
    return Group(Text(one.summary, style="bold"), table)
