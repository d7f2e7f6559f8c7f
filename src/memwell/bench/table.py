"""Tables of a report: as plain rows, which the terminal and Markdown both print."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from memwell.bench.averages import ALL
from memwell.bench.report import Report

NONE = "–"
SHORT = {"recall_any@": "any@", "recall_all@": "all@", "ndcg_any@": "ndcg@", "recall@": "rec@"}


@dataclass(frozen=True, slots=True)
class Table:
    """A title, a heading and rows of text."""

    title: str
    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """A GitHub-style table under a small heading."""
        rule = tuple("---" if column == 0 else "---:" for column in range(len(self.heading)))
        lines = [f"| {' | '.join(row)} |" for row in (self.heading, rule, *self.rows)]
        return "\n".join([f"### {self.title}", "", *lines, ""])


def tables(report: Report) -> list[Table]:
    """All tables of a report, the most important first."""
    found = [methods(report), groups(report)]
    if report.qa:
        found.append(answers(report, report.qa))
    if report.abstention:
        found.append(refusals(report.abstention))
    return [*found, ingestion(report)]


def markdown(report: Report) -> str:
    """The whole report as a Markdown page."""
    settings = ", ".join(f"{name} {value}" for name, value in report.config.items())
    notes = "".join(f"- {note}\n" for note in report.notes)
    body = "\n".join(table.markdown() for table in tables(report))
    return f"## {report.benchmark}\n\n{settings}\n\n{body}\n{notes}"


def methods(report: Report) -> Table:
    """One row per method, over all questions."""
    rows = []
    for method in report.methods:
        scores = method.results.get(ALL, {})
        rows.append(
            (
                method.name,
                *(number(scores.get(metric)) for metric in report.shown),
                number(method.latency_ms.get("p50"), 1),
                number(method.latency_ms.get("p95"), 1),
                f"{method.tokens:,.0f}",
            )
        )
    n = int(report.methods[0].results.get(ALL, {}).get("n", 0))
    heading = ("method", *short(report.shown), "p50 ms", "p95 ms", "tokens")
    return Table(f"{report.benchmark}: {n} questions", heading, tuple(rows))


def groups(report: Report) -> Table:
    """One row per kind of question, for the memory itself."""
    rows = tuple(
        (
            report.group_name(group),
            str(int(scores["n"])),
            *(number(scores.get(metric)) for metric in report.shown),
        )
        for group, scores in report.methods[0].results.items()
    )
    title = f"{report.methods[0].name}, by kind of question"
    return Table(title, ("kind", "n", *short(report.shown)), rows)


def answers(report: Report, qa: Mapping[str, Any]) -> Table:
    """Graded answers: a column per metric, each with its own n."""
    results: Mapping[str, Mapping[str, Mapping[str, float]]] = qa["results"]
    kinds = list(dict.fromkeys(group for scores in results.values() for group in scores))
    rows = tuple(
        (report.group_name(kind), *(_graded(scores.get(kind)) for scores in results.values()))
        for kind in kinds
    )
    return Table(f"answers to {qa['n']} questions (n fair to grade)", ("kind", *results), rows)


def refusals(abstention: Mapping[str, Mapping[str, float | None]]) -> Table:
    """Answerable against unanswerable questions: one column per kind of the latter."""
    names = next(iter(abstention.values()))
    rows = tuple(
        (name.replace("_", " "), *(_figure(name, found[name]) for found in abstention.values()))
        for name in names
    )
    heading = ("figure", *(f"against {kind.replace('_', ' ')}" for kind in abstention))
    return Table("unanswerable questions", heading, rows)


def ingestion(report: Report) -> Table:
    """How fast the history went in."""
    found = report.ingest.as_json()
    rows = tuple((name.replace("_", " "), f"{value:,.0f}") for name, value in found.items())
    return Table("remembering the history", ("figure", "value"), rows)


def short(metrics: Iterable[str]) -> list[str]:
    """Metrics by names that fit a narrow column."""
    shortened = []
    for metric in metrics:
        start, at, k = metric.partition("@")
        shortened.append(SHORT.get(start + at, start + at) + k)
    return shortened


def number(value: float | None, digits: int = 3) -> str:
    """A figure with a fixed count of digits; a dash where there is none."""
    return NONE if value is None else f"{value:.{digits}f}"


def _figure(name: str, value: float | None) -> str:
    return number(value, 0 if name.startswith("n_") else 3)


def _graded(scores: Mapping[str, float] | None) -> str:
    return f"{number(scores['mean'])} ({int(scores['n'])})" if scores else NONE
