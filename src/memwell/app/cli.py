"""`memwell` at the shell: which commands there are, and the options that come before them."""

import gc
import os
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from memwell import __version__
from memwell.app import logs
from memwell.app.commands import (
    access,
    add,
    ask,
    audit,
    backup,
    branch,
    context,
    critique,
    demo,
    diff,
    doctor,
    enhance,
    explain,
    export,
    forget,
    freeze,
    graph,
    history,
    importing,
    key,
    keys,
    manage,
    mcp,
    models,
    move,
    queue,
    quota,
    receipt,
    refine,
    restore,
    rollback,
    search,
    serve,
    stats,
    sync,
    undo,
    update,
)
from memwell.app.group import LATER, Command, Root
from memwell.app.opening import takes_opening

app = typer.Typer(
    name="memwell",
    cls=Root,
    help="A memory operating system for AI: it keeps what happened, answers from it, and can say "
    "where every memory came from.",
    epilog="`memwell COMMAND --help` tells all about a command. Try `memwell demo` first.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

SECTIONS: dict[str, dict[str, Callable[..., None]]] = {
    "Remember": {
        "add": add.add,
        "import": importing.import_,
        "update": update.update,
        "sync": sync.sync,
    },
    "Recall": {"search": search.search, "ask": ask.ask, "context": context.context},
    "Speak for you": {"enhance": enhance.enhance, "critique": critique.critique},
    "Look into": {
        "history": history.history,
        "explain": explain.explain,
        "receipt": receipt.receipt,
        "queue": queue.queue,
        "stats": stats.stats,
    },
    "Go back": {"undo": undo.undo, "diff": diff.diff, "rollback": rollback.rollback},
    "Govern": {
        "freeze": freeze.freeze,
        "thaw": freeze.thaw,
        "quota": quota.quota,
        "audit": audit.audit,
    },
    "Take out": {"forget": forget.forget, "export": export.export},
    "Look after": {
        "manage": manage.manage,
        "refine": refine.refine,
        "doctor": doctor.doctor,
        "backup": backup.backup,
        "restore": restore.restore,
        "move": move.move,
    },
    "Serve": {"serve": serve.serve, "mcp": mcp.mcp},
    "Get to know": {"demo": demo.demo},
}


def _version(wanted: bool) -> None:
    if wanted:
        print(f"memwell {__version__}")
        raise typer.Exit


@app.callback()
@takes_opening
def root(
    ctx: typer.Context,
    version: Annotated[  # noqa: ARG001 (its callback acts)
        bool,
        typer.Option("--version", is_eager=True, callback=_version, help="Print the version."),
    ] = False,
    **opening: Any,
) -> None:
    # Options before the command; those after it win.
    ctx.obj = opening
    ctx.call_on_close(logs.end)
    logs.begin(opening["log"], debug=opening["debug"])


def _register() -> None:
    for section, commands in SECTIONS.items():
        for name, command in commands.items():
            app.command(name, cls=Command, rich_help_panel=section)(command)
    for name, found_later in LATER.items():
        app.command(name, help=found_later.summary, rich_help_panel="Get to know")(lambda: None)
    app.add_typer(branch.app, name="branch", rich_help_panel="Go back")
    app.add_typer(graph.app, name="graph", rich_help_panel="Take out")
    app.add_typer(access.app, name="access", rich_help_panel="Govern")
    app.add_typer(key.app, name="key", rich_help_panel="Govern")
    app.add_typer(keys.app, name="keys", rich_help_panel="Serve")
    app.add_typer(models.app, name="models", rich_help_panel="Get to know")


_register()


def main() -> None:
    """The console script."""
    gc.set_threshold(100_000)  # a short life makes little garbage, and looking for it takes time
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # so that none are looked for
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # an old terminal loses a symbol, not the command
    app()
