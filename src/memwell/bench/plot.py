"""A picture of a report: bars per kind of question, one colour per method."""

from pathlib import Path
from typing import Any

from memwell.bench.report import Report
from memwell.core.errors import ModelUnavailable

# Okabe and Ito's colours, which colour-blind readers can tell apart; the memory itself comes first.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#999999")


def plot(report: Report, file: Path) -> None:
    """Write a PNG. Raises ModelUnavailable when matplotlib is not installed."""
    methods = [method for method in report.methods if method.results]
    kinds = list(methods[0].results)
    metrics = report.shown[:2]
    figure = canvas(max(8.0, 1.6 * len(kinds)), 3.6 * len(metrics))
    width = 0.8 / len(methods)
    for row, metric in enumerate(metrics, start=1):
        axes = figure.add_subplot(len(metrics), 1, row)
        for place, method in enumerate(methods):
            left = [kind + (place - (len(methods) - 1) / 2) * width for kind in range(len(kinds))]
            heights = [method.results[kind].get(metric, 0.0) for kind in kinds]
            bars = axes.bar(left, heights, width, label=method.name, color=COLOURS[place % 6])
            if place == 0:
                axes.bar_label(bars, fmt="%.2f", fontsize=8, padding=2)
        axes.set_ylim(0, 1.1)
        axes.set_ylabel(metric)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_xticks(range(len(kinds)), [_label(report, kind) for kind in kinds], fontsize=9)
    figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=5)
    figure.savefig(file, dpi=150)


def canvas(width: float, height: float) -> Any:
    """A figure to draw on, in inches. Raises ModelUnavailable when matplotlib is not installed."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as fault:
        raise ModelUnavailable("plots need matplotlib: pip install 'memwell[bench]'") from fault
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _label(report: Report, kind: str) -> str:
    n = int(report.methods[0].results[kind]["n"])
    return f"{report.group_name(kind).replace('-', chr(10), 1)}\nn = {n}"
