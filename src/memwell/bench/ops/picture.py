"""A picture of a run: each figure by size, one line per system."""

from pathlib import Path
from typing import Any

from memwell.bench.ops.run import OpsReport
from memwell.bench.ops.systems import short
from memwell.bench.plot import COLOURS
from memwell.core.errors import ModelUnavailable

# Title, figure, logarithmic.
PANELS = (
    ("single durable adds per second", "single_per_s", True),
    ("batch adds per second", "batch_per_s", True),
    ("search, p50 ms", "search_p50_ms", True),
    ("search with a 1 % filter, p50 ms", "filtered_p50_ms", True),
    ("recall@10", "search_recall", False),
    ("recall@10 with a 1 % filter", "filtered_recall", False),
)
MARKS = "oosD^vPX"


def plot(report: OpsReport, file: Path) -> None:
    """Write a PNG. Raises ModelUnavailable when matplotlib is not installed."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as fault:
        raise ModelUnavailable("plots need matplotlib: pip install 'memwell[bench]'") from fault
    figure = Figure(figsize=(10, 10.5), layout="constrained")
    FigureCanvasAgg(figure)
    for place, (title, name, logarithmic) in enumerate(PANELS, start=1):
        axes = figure.add_subplot(3, 2, place)
        _panel(axes, report, name)
        axes.set_title(title, fontsize=10, loc="left")
        if logarithmic:
            axes.set_yscale("log")
        else:
            axes.set_ylim(0, 1.05)
    handles: dict[str, Any] = {}
    for axes in figure.axes:
        handles |= dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    figure.legend(list(handles.values()), list(handles), loc="outside upper center", ncols=4)
    figure.savefig(file, dpi=150)


def _panel(axes: Any, report: OpsReport, figure: str) -> None:
    systems = list(dict.fromkeys(cell.system for cell in report.cells))
    for place, system in enumerate(systems):
        points = [
            (cell.size, cell.figures[figure])
            for cell in report.cells
            if cell.system == system and figure in cell.figures
        ]
        if points:
            own = place == 0
            axes.plot(
                *zip(*points, strict=True),
                color=COLOURS[place % len(COLOURS)],
                marker=MARKS[place % len(MARKS)],
                linewidth=2.4 if own else 1.3,
                markersize=6 if own else 5,
                zorder=3 if own else 2,
                linestyle="--" if "," in system else "-",
                label=system,
            )
    axes.set_xscale("log")
    axes.set_xticks(report.sizes(), [short(size) for size in report.sizes()])
    axes.minorticks_off()
    axes.grid(axis="y", alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
