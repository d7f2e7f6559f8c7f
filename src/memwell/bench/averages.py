"""Means per group: what every table of scores is made of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from memwell.bench.base import Scores

ALL = "all"


def averages(rows: Iterable[tuple[str, Mapping[str, float]]]) -> Scores:
    """The mean of every metric over all rows, and over the rows of each group, with their n.

    Groups come in alphabetical order after "all"; a metric is averaged over the rows that have it.
    """
    grouped: dict[str, list[Mapping[str, float]]] = defaultdict(list)
    for group, metrics in rows:
        grouped[group].append(metrics)
    everything = [metrics for members in grouped.values() for metrics in members]
    return {ALL: _mean(everything)} | {group: _mean(grouped[group]) for group in sorted(grouped)}


def _mean(rows: list[Mapping[str, float]]) -> dict[str, float]:
    names = dict.fromkeys(name for row in rows for name in row)
    means: dict[str, float] = {"n": len(rows)}
    for name in names:
        values = [row[name] for row in rows if name in row]
        means[name] = sum(values) / len(values)
    return means


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    if not ordered:
        return 0.0
    rank = -(-len(ordered) * share // 1)  # rounded up
    return ordered[max(int(rank), 1) - 1]
