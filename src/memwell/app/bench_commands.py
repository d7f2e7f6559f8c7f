"""`memwell bench`: published benchmarks over a memory, with their own metrics and baselines."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from memwell.app.bench_options import Embedder, Limit, Markdown, Model, Plot
from memwell.app.bench_progress import Bars
from memwell.app.growth_bench import growth
from memwell.app.ops_command import ops
from memwell.app.output import Json, console, notes, print_json
from memwell.app.replies_bench import replies_command
from memwell.app.server_bench import server
from memwell.app.show.tables import rich_table
from memwell.app.strategies_bench import strategies
from memwell.bench.evaluate import ConversationalBenchmark, Settings, evaluate
from memwell.bench.locomo import LoCoMo
from memwell.bench.longmemeval import LongMemEval
from memwell.bench.plot import plot
from memwell.bench.report import Report
from memwell.bench.retrieval_case import Level, Roles
from memwell.bench.table import markdown, tables

bench_app = typer.Typer(
    name="bench",
    help="Measure a memory: on published benchmarks, and its operations beside its peers.",
    no_args_is_help=True,
    add_completion=False,
)

Data = Annotated[
    Path, typer.Option("--data", exists=True, help="The file, or the folder it is in.")
]
Strategy = Annotated[str, typer.Option("--strategy", help="The memory strategy to measure.")]
Store = Annotated[
    Path | None,
    typer.Option("--store", help="Keep the memory in this folder; by default in the user's cache."),
]
Baselines = Annotated[bool, typer.Option("--baselines", help="Run the baselines beside it.")]
Qa = Annotated[bool, typer.Option("--qa", help="Also ask every question and grade the answers.")]
Abstention = Annotated[
    bool, typer.Option("--abstention", help="Also measure refusals of unanswerable questions.")
]
Judge = Annotated[
    str | None,
    typer.Option("--judge", help="Let this model judge the answers: http://host/v1#model."),
]


@bench_app.command("longmemeval")
def longmemeval(  # noqa: PLR0913 (one per option)
    data: Data,
    strategy: Strategy = "plaintext:verbatim",
    level: Annotated[Level, typer.Option("--level", help="What is ranked.")] = Level.SESSION,
    roles: Annotated[Roles, typer.Option("--roles", help="Whose turns are kept.")] = Roles.ALL,
    as_json: Json = False,
    limit: Limit = None,
    store: Store = None,
    embedder: Embedder = "minilm",
    model: Model = "rules",
    baselines: Baselines = False,
    plot_file: Plot = None,
    markdown_file: Markdown = None,
    qa: Qa = False,
    abstention: Abstention = False,
    judge: Judge = None,
) -> None:
    """LongMemEval: evidence retrieval over some fifty chat sessions per question."""
    settings = Settings(
        strategy,
        embedder,
        model,
        store,
        roles.value,
        baselines,
        qa or bool(judge),
        abstention,
        judge,
    )
    benchmark = LongMemEval(data, level, roles, limit)
    _run(benchmark, settings, as_json, plot_file, markdown_file)


@bench_app.command("locomo")
def locomo(  # noqa: PLR0913 (one per option)
    data: Data,
    strategy: Strategy = "plaintext:verbatim",
    level: Annotated[Level, typer.Option("--level", help="What is ranked.")] = Level.TURN,
    as_json: Json = False,
    limit: Limit = None,
    store: Store = None,
    embedder: Embedder = "minilm",
    model: Model = "rules",
    baselines: Baselines = False,
    plot_file: Plot = None,
    markdown_file: Markdown = None,
    qa: Qa = False,
    abstention: Abstention = False,
    judge: Judge = None,
) -> None:
    """LoCoMo: evidence retrieval over months of conversation between two people."""
    settings = Settings(
        strategy, embedder, model, store, "all", baselines, qa or bool(judge), abstention, judge
    )
    _run(LoCoMo(data, level, limit), settings, as_json, plot_file, markdown_file)


bench_app.command("strategies")(strategies)
bench_app.command("growth")(growth)
bench_app.command("replies")(replies_command)
bench_app.command("ops")(ops)
bench_app.command("server")(server)


def _run(
    benchmark: ConversationalBenchmark,
    settings: Settings,
    as_json: bool,
    plot_file: Path | None,
    markdown_file: Path | None,
) -> None:
    report = evaluate(benchmark, settings, Bars(notes()))
    if plot_file:
        plot(report, plot_file)
    if markdown_file:
        markdown_file.write_text(markdown(report), encoding="utf-8")
    if as_json:
        print_json(report.as_json())
    else:
        _show(report, console())


def _show(report: Report, screen: Console) -> None:
    for table in tables(report):
        screen.print(rich_table(table))
    for note in report.notes:
        screen.print(f"[dim]{note}[/dim]")
    screen.print(f"[dim]memory kept in {report.config['store']}[/dim]", soft_wrap=True)
