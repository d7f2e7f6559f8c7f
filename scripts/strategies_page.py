"""The page docs/strategies-compared.md."""

from collections.abc import Iterator, Mapping
from typing import Any

from memwell.app.show.strategies import BENCHMARKS
from memwell.app.strategies import described, measured
from memwell.bench.table import NONE, number

PREFACE = """<!-- Written by `make docs` from the recorded run; edit nothing here. -->
# Strategies compared

With the `rules` model, on the development parts of both benchmarks, in one run for each. Evidence
is a turn's own words or a statement made of that turn alone. `rec@10` looks at the first ten
memories, `250 t` at those that fit 250 tokens, `ans 250 t` at whether the answer's words stand in
one of these; `derived` counts what was made beside the turns, `s` the seconds that took.
`memwell bench strategies` renews it.
"""


def render_strategies() -> str:
    found = described()
    lines = [PREFACE]
    for benchmark, title in BENCHMARKS.items():
        if trials := measured().get(benchmark, {}).get("trials"):
            lines += [f"## {title}", "", *_rows(trials), ""]
    lines += ["## What each needs and loses", "", "| strategy | needs | loses by rules |"]
    lines += ["|---|---|---|"]
    lines += [
        f"| `{each.name}` | {each.told.get('Needs', NONE)} | {each.told.get('Loses', NONE)} |"
        for each in found
    ]
    return "\n".join(lines) + "\n"


def _rows(trials: Mapping[str, Any]) -> Iterator[str]:
    yield "| strategy | rec@5 | rec@10 | 125 t | 250 t | 500 t | 1000 t | ans 250 t | derived | s |"
    yield f"|---|{'--:|' * 9}"
    for name, trial in trials.items():
        scores, cost = trial["results"]["all"], trial["cost"] or {}
        wanted = ("recall@5", "recall@10", *(f"recall@{each}t" for each in (125, 250, 500, 1000)))
        figures = [number(scores.get(each)) for each in (*wanted, "answer@250t")]
        made = f"{sum(cost.get('derived', {}).values()):,}" if cost else NONE
        seconds = number(cost.get("seconds"), 0)
        yield f"| `{name.removeprefix('plaintext:')}` | {' | '.join([*figures, made, seconds])} |"
