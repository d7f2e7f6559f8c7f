"""The index of papers: papers.toml as typed rows, as a table, as Markdown and as a command."""

import json
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ConfigDict, TypeAdapter
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from memwell.core.errors import StoreError, UnknownName
from memwell.core.taxonomy import Dynamics, Form, Function, Term

FAMILIES = {
    "core": "Foundations",
    "kernel": "Kernel",
    "plaintext": "Plaintext memory",
    "activation": "Activation memory",
    "parametric": "Parametric memory",
    "index": "Indexes",
    "offload": "Offloading and training in little memory",
    "hardware": "Memory hardware",
    "bench": "Benchmarks",
}


class Standing(StrEnum):
    """How far a paper has come."""

    ABSENT = "absent"  # nothing here yet
    BEGUN = "begun"  # some of it is here, its claim is not yet measured
    WORKS = "works"  # complete, its claim test green, its figure recorded


@dataclass(frozen=True, slots=True)
class Paper:
    """One row of papers.toml."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    n: int
    title: str
    year: int
    home: str  # its file under src/memwell
    form: tuple[Form, ...]
    function: tuple[Function, ...]
    dynamics: tuple[Dynamics, ...]
    published: str  # the paper's own headline
    claim: str  # what this code measures instead, beside the paper's baseline
    measured: str
    verdict: str
    status: Standing

    @property
    def name(self) -> str:
        """The mechanism's name, which is its file's name."""
        return Path(self.home).stem

    @property
    def family(self) -> str:
        """The package it belongs to."""
        return Path(self.home).parts[0]

    @property
    def terms(self) -> tuple[Term, ...]:
        """Its place on the survey's map."""
        return (*self.form, *self.function, *self.dynamics)


_ROWS = TypeAdapter(tuple[Paper, ...])


@cache
def papers() -> tuple[Paper, ...]:
    """All rows, in the order of their numbers."""
    return _ROWS.validate_python(tomllib.loads(_index().read_text("utf-8"))["paper"])


def find(query: str | int) -> tuple[Paper, ...]:
    """The papers with this number, name, family, place on the map or words in the title.

    Raises UnknownName when there is none, with the nearest names.
    """
    word = str(query).strip().lower().removeprefix("#")
    rows = papers()
    exact = tuple(row for row in rows if word in (str(row.n), row.name, row.family, *row.terms))
    titled = tuple(row for row in rows if word in row.title.lower())
    found = exact if exact or not word or word.isdigit() else titled
    if found:
        return found
    near = get_close_matches(word, [row.name for row in rows], n=3)
    hint = f"; did you mean {', '.join(near)}?" if near else "; `memwell papers` lists all of them"
    raise UnknownName(f"no paper is called {str(query)!r}{hint}")


def as_json(rows: Iterable[Paper]) -> list[dict[str, Any]]:
    """Plain values for JSON, each row with its name."""
    dumped: list[dict[str, Any]] = _ROWS.dump_python(tuple(rows), mode="json")
    return [{"name": Path(row["home"]).stem, **row} for row in dumped]


# ---------------------------------------------------------------- Markdown

_WRITTEN = "<!-- Written by `make {}` from papers.toml; edit that file instead. -->"
_PAPERS = (
    "Every system in these papers becomes a working part of memwell. A paper *works* when its "
    "mechanism is complete, the test of its claim passes and the measured figure is recorded here."
)
_CLAIMS = (
    "Each paper's headline, restated as something this code measures beside the paper's own "
    "baseline, on two cores: ratios and counted bytes, not milliseconds. A claim that does not "
    "transfer to this scale is reported so."
)


def render_markdown(rows: Sequence[Paper]) -> str:
    """The page docs/papers.md."""
    lines = [_WRITTEN.format("docs"), "# Papers", "", f"{_PAPERS} So far: {_count(rows)}."]
    for family, members in _by_family(rows):
        lines += ["", f"## {FAMILIES[family]}", "", *_family_table(members)]
    return "\n".join(lines) + "\n"


def render_claims(rows: Sequence[Paper]) -> str:
    """The page docs/claims.md."""
    told = [row for row in rows if row.measured]
    far = f"Measured so far: {len(told)} of {len(rows)}."
    lines = [_WRITTEN.format("claims"), "# Claims", "", f"{_CLAIMS} {far}"]
    if told:
        lines += [
            "",
            "| n | paper | claim | published | ours | verdict |",
            "|--:|---|---|---|---|---|",
        ]
        lines += [
            _line(row.n, row.title, row.claim, row.published, row.measured, row.verdict)
            for row in told
        ]
    return "\n".join(lines) + "\n"


def _family_table(rows: Iterable[Paper]) -> Iterator[str]:
    yield "| n | title | home | claim | measured | status |"
    yield "|--:|---|---|---|---|---|"
    for row in rows:
        yield _line(row.n, row.title, _home(row), row.claim, row.measured, row.status)


def _home(row: Paper) -> str:
    if row.status is Standing.ABSENT:
        return f"`{row.home}`"
    return f"[`{row.home}`](../src/memwell/{row.home})"


def _line(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


# ---------------------------------------------------------------- terminal


def render_table(rows: Sequence[Paper]) -> RenderableType:
    """A table for the terminal; one row alone is told in full."""
    if len(rows) == 1:
        return _card(rows[0])
    table = Table(caption=_count(rows), box=None, header_style="bold", pad_edge=False)
    table.add_column("n", justify="right")
    table.add_column("name", no_wrap=True)
    table.add_column("title")
    table.add_column("status", no_wrap=True)
    for family, members in _by_family(rows):
        table.add_section()
        table.add_row("", Text(family, style="bold"), "", "")
        for row in members:
            table.add_row(
                str(row.n), row.name, row.title, Text(row.status, style=_STYLE[row.status])
            )
    return table


_STYLE = {Standing.ABSENT: "dim", Standing.BEGUN: "yellow", Standing.WORKS: "green"}


def _card(row: Paper) -> RenderableType:
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim")
    facts.add_column()
    told = {
        "home": f"src/memwell/{row.home}",
        "map": ", ".join(row.terms),
        "published": row.published,
        "claim": row.claim,
        "measured": row.measured,
        "verdict": row.verdict,
        "status": row.status,
    }
    for name, value in told.items():
        facts.add_row(name, Text(value or "–"))
    return Group(Text(f"{row.n}. {row.title} ({row.year})", style="bold"), facts)


def papers_command(
    name: Annotated[
        str | None,
        typer.Argument(help="A number, a name such as zep, a family, or words from a title."),
    ] = None,
    json_output: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the papers memwell is built from: where each lives, what it claims, whether it works."""
    rows = papers() if name is None else find(name)
    if json_output:
        print(json.dumps(as_json(rows), ensure_ascii=False, indent=2))
    else:
        Console().print(render_table(rows))


# ---------------------------------------------------------------- helpers


def _index() -> Traversable | Path:
    """papers.toml inside the installed package, or at the root of a source checkout."""
    packaged = files("memwell") / "papers.toml"
    if packaged.is_file():
        return packaged
    checkout = Path(__file__).resolve().parents[3] / "papers.toml"
    if checkout.is_file():
        return checkout
    raise StoreError("papers.toml is missing from this installation; install memwell again")


def _by_family(rows: Iterable[Paper]) -> Iterator[tuple[str, list[Paper]]]:
    order = list(FAMILIES)
    ranked = sorted(rows, key=lambda row: (order.index(row.family), row.n))
    for family, members in groupby(ranked, key=lambda row: row.family):
        yield family, list(members)


def _count(rows: Iterable[Paper]) -> str:
    standing = [row.status for row in rows]
    return ", ".join(f"{standing.count(each)} {each}" for each in reversed(Standing))
