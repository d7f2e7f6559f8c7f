"""`memwell bench replies`: strategies with a language model, and how often its replies fit."""

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from memwell.app.bench_options import Chosen
from memwell.app.output import Json, console, notes, print_json
from memwell.app.progress import spinner
from memwell.app.show.tables import rich_table
from memwell.bench.strategies.replies import replies, table
from memwell.kernel.load import names
from memwell.models.asking import Asking
from memwell.models.resolve import resolve_model

Data = Annotated[Path, typer.Option("--locomo", exists=True, help="LoCoMo's file or folder.")]
Model = Annotated[str, typer.Option("--model", help="smollm2, or http://host/v1#model.")]
Turns = Annotated[int, typer.Option("--turns", min=1, help="How many turns to remember.")]


def replies_command(
    locomo: Data,
    model: Model,
    turns: Turns = 50,
    strategy: Chosen = None,
    as_json: Json = False,
) -> None:
    """How often a language model's replies fit, strategy by strategy, on real turns.

    A reply fits at first, when told what is wrong, or not at all: then it is dropped. Afterwards
    every turn has to be there, and the memory whole.
    """
    asking = resolve_model(model)
    if not isinstance(asking, Asking):
        raise typer.BadParameter("rules write no replies; give smollm2 or an endpoint")
    chosen = strategy or [f"plaintext:{name}" for name in names("plaintext") if name != "verbatim"]
    found = []
    for spec in chosen:
        with tempfile.TemporaryDirectory() as folder, spinner(notes(), spec):
            found.append(replies(spec, locomo, turns, asking.provider, Path(folder) / "memory"))
        if not as_json:
            console().print(rich_table(table(found[-1])))
    if as_json:
        print_json({each.strategy: asdict(each) for each in found})
