"""`memwell bench ops`: operations per second, latency and cost by size, beside peers."""

from pathlib import Path
from typing import Annotated

import typer

from memwell.app.bench_options import Folder, Markdown, Plot
from memwell.app.output import Json, console, notes, print_json
from memwell.app.show.tables import rich_table
from memwell.bench.ops import parts, picture, show
from memwell.bench.ops.run import Settings, run
from memwell.bench.ops.systems import chosen, read_sizes
from memwell.bench.table import Table
from memwell.bench.workspace import cache

Sizes = Annotated[str, typer.Option("--sizes", help="How many memories: 1k,10k,100k,1M.")]
Peers = Annotated[
    str,
    typer.Option(
        "--peers", help="all, none, or names: chromadb,lancedb,sqlite-vec,mem0. Installed once."
    ),
]
Budget = Annotated[
    float, typer.Option("--budget", min=1, help="Seconds for one system at one size.")
]
Parts = Annotated[
    bool, typer.Option("--parts", help="Instead: what each part of one default search costs.")
]
Questions = Annotated[int, typer.Option("--questions", min=1, help="Searches of each kind.")]
Seed = Annotated[int, typer.Option("--seed", help="Of texts, vectors and questions.")]


def ops(
    sizes: Sizes = "1k,10k",
    peers: Peers = "none",
    budget: Budget = 600,
    questions: Questions = 200,
    seed: Seed = 0,
    store: Folder = None,
    parts_only: Parts = False,
    as_json: Json = False,
    plot_file: Plot = None,
    markdown_file: Markdown = None,
) -> None:
    """Operations: durable adds, searches with and without a filter, cold start, memory, disk."""
    folder = store or cache() / "memwell" / "bench" / "ops"
    found = _sizes(sizes)
    screen = notes()
    if parts_only:
        costs = parts.run(found, folder, questions, seed, screen.print)
        _out(costs.as_json(), costs.tables(), costs.notes(), as_json, markdown_file)
        return
    report = run(Settings(found, chosen(peers), folder, budget, questions, seed), screen.print)
    if plot_file:
        picture.plot(report, plot_file)
    _out(report.as_json(), show.tables(report), show.notes(report), as_json, markdown_file)


def _sizes(text: str) -> list[int]:
    try:
        found = read_sizes(text)
    except ValueError:
        found = []
    if not found or found[0] < 10:
        raise typer.BadParameter(
            f"{text!r}: give sizes of 10 and more, like 1k,10k", param_hint="--sizes"
        )
    return found


def _out(
    value: dict[str, object], tables: list[Table], said: list[str], as_json: bool,
    markdown_file: Path | None,
) -> None:  # fmt: skip
    if markdown_file:
        markdown_file.write_text(show.page(tables, said), encoding="utf-8")
    if as_json:
        print_json(value)
        return
    screen = console()
    for table in tables:
        screen.print(rich_table(table))
    for note in said:
        screen.print(note, style="dim")
