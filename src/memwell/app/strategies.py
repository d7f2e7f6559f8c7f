"""`memwell strategies`: what each strategy does, needs and loses, and what it was found to find."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Annotated, Any

import typer

from memwell.app.output import Json, print_json, show
from memwell.app.show.strategies import Described, card, comparison
from memwell.core.errors import UnknownName
from memwell.kernel.load import load, names

HEADINGS = ("Paper", "Does", "Needs", "Loses", "Leaves out", "Claim")


def described() -> list[Described]:
    """All strategies there are, the default first."""
    found = [_described(name) for name in names("plaintext")]
    return sorted(found, key=lambda each: (each.name != "verbatim", each.name))


def strategies(
    name: Annotated[str | None, typer.Argument(help="One of them, told in full.")] = None,
    json_output: Json = False,
) -> None:
    """Compare the ways to remember: what each does, needs, costs and finds.

    A strategy is chosen with --strategy plaintext:NAME; `memwell refine` lets it work on what is
    there already.
    """
    found = described()
    if name is not None:
        found = [each for each in found if each.name == name.removeprefix("plaintext:")]
        if not found:
            raise UnknownName(
                f"no strategy is called {name!r}; there are {', '.join(names('plaintext'))}"
            )
    if json_output:
        print_json({"strategies": [asdict(each) for each in found]})
    else:
        show(card(found[0]) if name is not None else comparison(found, measured()))


@cache
def measured() -> dict[str, dict[str, Any]]:
    """The recorded run of `memwell bench strategies`: trials by benchmark and name."""
    text = (files("memwell.app") / "measured" / "strategies.json").read_text("utf-8")
    found: dict[str, dict[str, Any]] = json.loads(text)
    return found


def headings(docstring: str) -> Iterator[tuple[str, str]]:
    """What a mechanism's docstring says under each heading, on one line."""
    heading, words = "", list[str]()
    for line in docstring.splitlines():
        found = next((each for each in HEADINGS if line.startswith(f"{each}  ")), None)
        if found or not line.strip():
            if heading:
                yield heading, " ".join(words)
            heading, words = found or "", []
        if heading:
            words.append(line.removeprefix(heading).strip() if found else line.strip())
    if heading:
        yield heading, " ".join(words)


def _described(name: str) -> Described:
    module = import_module(load(f"plaintext:{name}").__module__)
    docstring = module.__doc__ or ""
    spec = f"plaintext:{name}"
    trials = {
        benchmark: run["trials"][spec]
        for benchmark, run in measured().items()
        if spec in run.get("trials", {})
    }
    return Described(
        name,
        docstring.strip().split("\n", maxsplit=1)[0],
        dict(headings(docstring)),
        {benchmark: trial["results"]["all"] for benchmark, trial in trials.items()},
        {benchmark: trial["cost"] for benchmark, trial in trials.items()},
    )
