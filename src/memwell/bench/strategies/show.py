"""Tables and a picture of strategies side by side."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from memwell.bench.averages import ALL
from memwell.bench.plot import COLOURS, canvas
from memwell.bench.strategies.compare import Comparison
from memwell.bench.strategies.scoring import BUDGETS
from memwell.bench.strategies.trial import Trial
from memwell.bench.table import NONE, Table, number

BY_RANK = ("recall@5", "recall@10", "any@10")
BY_TOKENS = (*(f"recall@{budget}t" for budget in BUDGETS), "answer@250t", "answer@1000t")
BY_KIND = ("recall@10", "recall@250t", "recall@1000t")

NOTES = (
    "rec@500t: share of the evidence in the first results that fit 500 tokens of 4 characters",
    "ans@500t: the answer's words stand in one of these, where an answer can be looked for",
    "evidence: a turn's own words, or a statement made of that turn alone; no summary of many",
)


def tables(found: Comparison) -> list[Table]:
    """Quality, quality by kind of question, cost."""
    kinds = (_kinds(found, metric) for metric in BY_KIND)
    return [_by_rank(found), _by_tokens(found), *kinds, _made(found), _costs(found)]


def markdown(comparisons: list[Comparison]) -> str:
    """A page."""
    parts = []
    for each in comparisons:
        settings = ", ".join(f"{name} {value}" for name, value in each.config.items())
        body = "\n".join(table.markdown() for table in tables(each))
        parts.append(f"## {each.benchmark}\n\n{settings}\n\n{body}")
    return "\n".join(parts) + "\n" + "".join(f"- {note}\n" for note in NOTES)


def as_json(found: Comparison) -> dict[str, object]:
    """One object; trials by name."""
    return {
        "benchmark": found.benchmark,
        "config": found.config,
        "recording": found.base.as_json(),
        "trials": {each.name: _trial(each) for each in found.trials},
    }


def plot(found: Comparison, file: Path) -> None:
    """Recall over tokens, one line a strategy. Raises ModelUnavailable without matplotlib."""
    figure = canvas(8.0, 5.0)
    axes = figure.add_subplot()
    for place, trial in enumerate(found.trials):
        scores = trial.results.get(ALL, {})
        heights = [scores.get(f"recall@{budget}t", 0.0) for budget in BUDGETS]
        style = "--" if trial.cost is None else "-"
        colour = COLOURS[place % len(COLOURS)]
        axes.plot(BUDGETS, heights, style, marker="o", color=colour, label=trial.name)
    axes.set_xscale("log")
    axes.set_xticks(BUDGETS, [f"{budget:,}" for budget in BUDGETS])
    axes.minorticks_off()
    axes.set_xlabel("tokens handed to the reader")
    axes.set_ylabel("share of the evidence")
    axes.set_title(found.benchmark, loc="left")
    axes.grid(axis="y", alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(file, dpi=150)


def _trial(trial: Trial) -> dict[str, object]:
    return {
        "results": trial.results,
        "cost": asdict(trial.cost) if trial.cost else None,
        "tokens_asked_per_question": trial.tokens_asked,
        "p50_ms": trial.p50_ms,
    }


def _by_rank(found: Comparison) -> Table:
    rows = tuple(
        (
            _named(each),
            *(number(each.results[ALL].get(metric)) for metric in BY_RANK),
            f"{each.results[ALL]['tokens@10']:,.0f}",
            number(each.p50_ms, 1),
        )
        for each in found.trials
    )
    heading = ("strategy", *map(_short, BY_RANK), "tokens@10", "p50 ms")
    return Table(f"{found.benchmark}: {_count(found)} questions", heading, rows)


def _by_tokens(found: Comparison) -> Table:
    rows = tuple(
        (_named(each), *(number(each.results[ALL].get(metric)) for metric in BY_TOKENS))
        for each in found.trials
    )
    title = f"{found.benchmark}: evidence, and answers, within so many tokens"
    names = (metric.removeprefix("recall@").replace("answer@", "ans ") for metric in BY_TOKENS)
    return Table(title, ("strategy", *names), rows)


def _kinds(found: Comparison, metric: str) -> Table:
    kinds = [kind for kind in found.trials[0].results if kind != ALL]
    rows = tuple(
        (_named(each), *(number(each.results.get(kind, {}).get(metric)) for kind in kinds))
        for each in found.trials
    )
    names = (found.groups.get(kind, kind) for kind in kinds)
    return Table(f"{found.benchmark}: {metric} by kind of question", ("strategy", *names), rows)


def _costs(found: Comparison) -> Table:
    heading = (
        "strategy", "s", "s embed", "calls", "tokens", "tok/question", "given up", "MB"
    )  # fmt: skip
    rows = tuple(_cost(each) for each in found.trials if each.cost)
    return Table(f"{found.benchmark}: what it cost", heading, rows)


def _made(found: Comparison) -> Table:
    turns = f"{found.base.turns:,} turns in {found.base.conversations:,} conversations"
    rows = tuple(
        (_named(each), f"{each.cost.embedded:,}", _counted(each.cost.derived))
        for each in found.trials
        if each.cost
    )
    title = f"{found.benchmark}: what was made of {turns}"
    return Table(title, ("strategy", "embedded", "memories"), rows)


def _cost(trial: Trial) -> tuple[str, ...]:
    cost = trial.cost
    assert cost is not None
    return (
        _named(trial),
        number(cost.seconds, 0),
        number(cost.embed_seconds, 0),
        f"{cost.calls:,}",
        f"{cost.asked + cost.answered:,}",
        number(trial.tokens_asked, 0),
        f"{cost.failed:,}",
        number(cost.megabytes, 0),
    )


def _named(trial: Trial) -> str:
    return trial.name.removeprefix("plaintext:")


def _counted(derived: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in sorted(derived.items())) or NONE


def _count(found: Comparison) -> int:
    return int(found.trials[0].results.get(ALL, {}).get("n", 0))


def _short(metric: str) -> str:
    return metric.replace("recall@", "rec@").replace("answer@", "ans@")
