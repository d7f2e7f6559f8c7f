"""`memwell bench strategies`: plaintext strategies side by side."""

from pathlib import Path
from typing import Annotated

import typer

from memwell.app.bench_options import Chosen, Embedder, Folder, Limit, Markdown, Model
from memwell.app.bench_progress import Bars
from memwell.app.output import Json, console, notes, print_json
from memwell.app.show.tables import rich_table
from memwell.bench.evaluate import ConversationalBenchmark
from memwell.bench.locomo import LoCoMo
from memwell.bench.longmemeval import LongMemEval
from memwell.bench.retrieval_case import Level
from memwell.bench.strategies.compare import Settings, compare
from memwell.bench.strategies.show import NOTES, as_json, markdown, plot, tables
from memwell.kernel.load import names

LoCoMoData = Annotated[
    Path | None, typer.Option("--locomo", exists=True, help="LoCoMo's file or folder.")
]
LongMemEvalData = Annotated[
    Path | None, typer.Option("--longmemeval", exists=True, help="LongMemEval's folder.")
]
Each = Annotated[
    int | None,
    typer.Option("--each", min=1, help="LongMemEval: only the first N questions of each type."),
]
Plot = Annotated[
    Path | None, typer.Option("--plot", help="Write a picture (PNG) of the first benchmark here.")
]


def strategies(  # noqa: PLR0913 (one per option)
    locomo: LoCoMoData = None,
    longmemeval: LongMemEvalData = None,
    strategy: Chosen = None,
    embedder: Embedder = "minilm",
    model: Model = "rules",
    limit: Limit = None,
    each: Each = None,
    store: Folder = None,
    as_json_output: Json = False,
    plot_file: Plot = None,
    markdown_file: Markdown = None,
) -> None:
    """Strategies side by side: evidence found, tokens, cost, by kind of question.

    Every strategy works on the same recorded turns, so that only what it adds is counted. A
    strategy may have parameters and stages of others: plaintext:zep,retrieve=verbatim.
    """
    chosen = strategy or [f"plaintext:{name}" for name in names("plaintext")]
    benchmarks = _benchmarks(locomo, longmemeval, limit, each)
    found = [
        compare(
            benchmark,
            Settings(chosen, embedder, model, store / benchmark.name if store else None),
            Bars(notes()),
        )
        for benchmark in benchmarks
    ]
    if plot_file:
        plot(found[0], plot_file)
    if markdown_file:
        markdown_file.write_text(markdown(found), encoding="utf-8")
    if as_json_output:
        print_json({each.benchmark: as_json(each) for each in found})
        return
    screen = console()
    for table in (table for each in found for table in tables(each)):
        screen.print(rich_table(table))
    for note in NOTES:
        screen.print(note, style="dim")


def _benchmarks(
    locomo: Path | None, longmemeval: Path | None, limit: int | None, each: int | None
) -> list[ConversationalBenchmark]:
    found: list[ConversationalBenchmark] = []
    if locomo:
        found.append(LoCoMo(locomo, Level.TURN, limit))
    if longmemeval:
        found.append(LongMemEval(longmemeval, Level.TURN, limit=limit, each=each))
    if not found:
        raise typer.BadParameter("give --locomo FILE, --longmemeval FOLDER, or both")
    return found
