"""Tables of a run: adding, searching, what it costs, and how memwell compares."""

from collections.abc import Callable, Sequence

from memwell.bench.ops.figures import Cell
from memwell.bench.ops.run import OpsReport
from memwell.bench.ops.systems import MEMWELL, short
from memwell.bench.table import NONE, Table, number

Column = tuple[str, str, Callable[[float], str]]  # heading, figure, how it is written

NOT_RUN = "not run"


def _digits(count: int) -> Callable[[float], str]:
    return lambda value: f"{value:,.{count}f}"


SINGLE: tuple[Column, ...] = (
    ("adds/s", "single_per_s", _digits(0)),
    ("– stub", "single_per_s_without_stub", _digits(0)),
    ("p50 ms", "single_p50_ms", _digits(2)),
    ("p99 ms", "single_p99_ms", _digits(2)),
    ("CPU ms", "single_cpu_ms", _digits(2)),
    ("syncs/add", "syncs_per_add", _digits(1)),
)

BATCH: tuple[Column, ...] = (
    ("adds/s", "batch_per_s", _digits(0)),
    ("– stub", "batch_per_s_without_stub", _digits(0)),
    ("CPU ms/add", "batch_cpu_ms", _digits(3)),
)


def _searching(kind: str) -> tuple[Column, ...]:
    return (
        ("p50 ms", f"{kind}_p50_ms", _digits(2)),
        ("p95 ms", f"{kind}_p95_ms", _digits(2)),
        ("p99 ms", f"{kind}_p99_ms", _digits(2)),
        ("CPU ms", f"{kind}_cpu_ms", _digits(2)),
        ("recall@10", f"{kind}_recall", _digits(3)),
    )


COSTS: tuple[Column, ...] = (
    ("cold s", "cold_s", _digits(2)),
    ("import", "cold_import_s", _digits(2)),
    ("open", "cold_open_s", _digits(3)),
    ("first", "cold_first_s", _digits(3)),
    ("RSS MB", "memory_mb", _digits(0)),
    ("mapped", "memory_mapped_mb", _digits(0)),
    ("MB/100k", "disk_mb_per_100k", _digits(0)),
)

# What is compared, and whether more of it is better.
COMPARED = (
    ("single adds/s", "single_per_s", True),
    ("batch adds/s", "batch_per_s", True),
    ("single add CPU", "single_cpu_ms", False),
    ("batch add CPU", "batch_cpu_ms", False),
    ("search p50", "search_p50_ms", False),
    ("search CPU", "search_cpu_ms", False),
    ("filtered p50", "filtered_p50_ms", False),
    ("filtered CPU", "filtered_cpu_ms", False),
    ("cold start", "cold_s", False),
    ("RSS", "memory_mb", False),
    ("disk", "disk_mb_per_100k", False),
)

LEGEND = (
    "single adds: each is acknowledged before the next one; batches: 1,000 memories a call",
    "syncs/add: sync system calls per single add, by a trace; with none, a power cut may lose it",
    "– stub: without the seconds that the embedding stub measured for itself",
    "cold start: from a started interpreter to the first result, with a warm disk cache",
    "RSS: after all searches, interpreter and numpy (about 27 MB) included",
    "times better: only systems with syncs keep what they acknowledge",
)


def tables(report: OpsReport) -> list[Table]:
    """Those of each size, the smallest first."""
    found = []
    for size in report.sizes():
        cells, name = report.of_size(size), f"{short(size)} memories"
        found += [
            _table(f"{name}: adding one by one", cells, SINGLE, "single"),
            _table(f"{name}: adding in batches", cells, BATCH, "batch"),
            _table(f"{name}: searching", cells, _searching("search"), "search"),
            _table(f"{name}: searching 1 % of them", cells, _searching("filtered"), "filtered"),
            _table(f"{name}: what it costs", cells, COSTS, "cold"),
            *_ratios(name, cells),
        ]
    return found


def page(found: Sequence[Table], said: Sequence[str]) -> str:
    """Tables and notes as Markdown."""
    body = "\n".join(table.markdown() for table in found)
    return f"{body}\n" + "".join(f"- {note}\n" for note in said)


def notes(report: OpsReport) -> list[str]:
    """What was not run and why, how each system syncs, and what stands behind the columns."""
    synced = {cell.system: cell.settings["sync"] for cell in report.cells if cell.settings}
    settings = ", ".join(f"{name} {value}" for name, value in report.config.items())
    return [
        *(line for cell in report.cells for line in (*_not_run(cell), *_tidied(cell))),
        *(f"{system}: {setting}" for system, setting in synced.items()),
        *LEGEND,
        settings,
    ]


def _not_run(cell: Cell) -> list[str]:
    """What shares a reason is said in one line."""
    reasons: dict[str, list[str]] = {}
    for group, why in cell.missing.items():
        reasons.setdefault(why, []).append(group)
    where = f"{short(cell.size)} {cell.system}"
    return [
        f"{where}: not run: {why}" + (f" ({', '.join(groups)})" if cell.figures else "")
        for why, groups in reasons.items()
    ] + [f"{where}: {group}: {why}" for group, why in cell.notes.items()]


def _tidied(cell: Cell) -> list[str]:
    """Index builds and compaction after the adds, where they are worth a line."""
    took = cell.figures.get("tidy_s", 0.0)
    where = f"{short(cell.size)} {cell.system}"
    return [f"{where}: {took:.1f} s of index building after the adds"] if took >= 0.5 else []


def _table(title: str, cells: Sequence[Cell], columns: Sequence[Column], group: str) -> Table:
    """A row for each system; one whose figures are another's stands in no row."""
    shown = [column for column in columns if any(column[1] in cell.figures for cell in cells)]
    rows = tuple(
        (cell.system, *_row(cell, shown, group)) for cell in cells if group not in cell.shared
    )
    return Table(title, ("system", *(heading for heading, _, _ in shown)), rows)


def _row(cell: Cell, columns: Sequence[Column], group: str) -> list[str]:
    values = [(cell.get(name), written) for _, name, written in columns]
    found = [NONE if value is None else written(value) for value, written in values]
    return [NOT_RUN, *found[1:]] if group in cell.missing and found else found


def _ratios(name: str, cells: Sequence[Cell]) -> list[Table]:
    """How many times better memwell is than each of the others."""
    own = next((cell for cell in cells if cell.system == MEMWELL.name), None)
    others = [cell for cell in cells if not cell.system.startswith(MEMWELL.name) and cell.figures]
    if own is None or not others:
        return []
    rows = tuple(
        (words, *(_times(own.get(figure), cell.get(figure), more) for cell in others))
        for words, figure, more in COMPARED
    )
    heading = ("memwell is better by", *(cell.system for cell in others))
    return [Table(f"{name}: times better than its peers (below 1: worse)", heading, rows)]


def _times(own: float | None, other: float | None, more_is_better: bool) -> str:
    if not own or not other:
        return NONE
    return f"{number(own / other if more_is_better else other / own, 2)}x"
