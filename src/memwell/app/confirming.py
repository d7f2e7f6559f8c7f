"""Asking before something is done that is not easily taken back."""

import sys

import typer

from memwell.core.errors import InvalidInput


def confirm(question: str, otherwise: str) -> None:
    """Goes on when the answer is yes. Raises InvalidInput when nobody is there to be asked."""
    if not somebody_is_there():
        raise InvalidInput(f"{otherwise}: say --yes, as nobody is there to be asked")
    if not typer.confirm(question, err=True):
        raise typer.Exit(1)


def somebody_is_there() -> bool:
    return sys.stdin.isatty()
