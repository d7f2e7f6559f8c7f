"""A picture of a run: each figure by size, one line per system."""

from pathlib import Path
from typing import Any

from memwell.bench.ops.run import OpsReport
from memwell.bench.ops.systems import short
from memwell.bench.plot import COLOURS, canvas

# Title, figure, logarithmic.
PANELS = (
    ("single adds per second (hollow: never synced)", "single_per_s", True),
    ("batch adds per second", "batch_per_s", True),
    ("search, p50 ms", "search_p50_ms", True),
    ("search with a 1 % filter, p50 ms", "filtered_p50_ms", True),
    ("recall@10", "search_recall", False),
    ("recall@10 with a 1 % filter", "filtered_recall", False),
)
LINES = ("-", "--")  # of a system's first set-up, and of its second


def plot(report: OpsReport, file: Path) -> None:
    """Write a PNG. Raises ModelUnavailable when matplotlib is not installed."""
    figure = canvas(10, 10.5)
    drawn: dict[str, Any] = {}
    for place, (title, name, logarithmic) in enumerate(PANELS, start=1):
        axes = figure.add_subplot(3, 2, place)
        drawn |= _lines(axes, report, name)
        _scales(axes, report, logarithmic)
        axes.set_title(title, fontsize=10, loc="left")
    order = [name for name in _looks(report) if name in drawn]
    figure.legend([drawn[name] for name in order], order, loc="outside upper center", ncols=4)
    figure.savefig(file, dpi=150)


def _lines(axes: Any, report: OpsReport, figure: str) -> dict[str, Any]:
    """One line per system that has the figure; by name."""
    drawn = {}
    for system, (colour, line) in _looks(report).items():
        cells = [one for one in report.cells if one.system == system and figure in one.figures]
        synced = all(one.figures.get("syncs_per_add", 1.0) for one in cells)
        if cells:
            (drawn[system],) = axes.plot(
                [cell.size for cell in cells],
                [cell.figures[figure] for cell in cells],
                color=colour,
                linestyle=line,
                marker="o" if line == LINES[0] else "D",
                markerfacecolor=colour if synced or figure != "single_per_s" else "white",
                linewidth=2.6 if colour == COLOURS[0] else 1.4,
                markersize=6,
                zorder=3 if colour == COLOURS[0] else 2,
            )
    return drawn


def _scales(axes: Any, report: OpsReport, logarithmic: bool) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axes.set_xscale("log")
    axes.set_xticks(report.sizes(), [short(size) for size in report.sizes()])
    axes.xaxis.set_minor_locator(NullLocator())
    if logarithmic:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 3.0)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        axes.set_ylim(0, 1.05)
    axes.grid(axis="y", alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)


def _looks(report: OpsReport) -> dict[str, tuple[str, str]]:
    """Colour and line of every system: set-ups of one share a colour."""
    families: dict[str, int] = {}
    found: dict[str, tuple[str, str]] = {}
    for cell in report.cells:
        if cell.system not in found:
            family = cell.system.split(",")[0]
            place = list(families).index(family) if family in families else len(families)
            line = LINES[min(families.get(family, 0), 1)]
            families[family] = families.get(family, 0) + 1
            found[cell.system] = (COLOURS[place % len(COLOURS)], line)
    return found
