"""Options that several `memwell bench` commands take."""

from pathlib import Path
from typing import Annotated

import typer

Embedder = Annotated[str, typer.Option("--embedder", help="The embedder, as Memory takes it.")]
Model = Annotated[str, typer.Option("--model", help="The language model, as Memory takes it.")]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="Only the first N questions.")]
Folder = Annotated[
    Path | None,
    typer.Option("--store", help="Work in this folder; by default in the user's cache."),
]
Chosen = Annotated[
    list[str] | None,
    typer.Option("--strategy", help="One to compare; may be given often. All by default."),
]
Markdown = Annotated[Path | None, typer.Option("--markdown", help="Write tables to this file.")]
Plot = Annotated[Path | None, typer.Option("--plot", help="Write a picture (PNG) to this file.")]
