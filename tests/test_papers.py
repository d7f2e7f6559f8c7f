"""Keeps papers.toml, the files it names, their claims and the generated pages in step."""

import ast
import io
import json
import re
from pathlib import Path

import pytest
from rich.console import Console

from memwell.app.papers import (
    FAMILIES,
    Paper,
    Standing,
    as_json,
    find,
    papers,
    papers_command,
    render_claims,
    render_markdown,
    render_table,
)
from memwell.core.errors import UnknownName
from memwell.core.taxonomy import Dynamics, Form, Function

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "memwell"

# The second paper extends the first; all others have a file of their own.
SHARED_HOMES = {"plaintext/tme.py": [5, 28]}

works = [row for row in papers() if row.status is Standing.WORKS]
absent = [row for row in papers() if row.status is Standing.ABSENT]


def by_name(row: Paper) -> str:
    return f"{row.n}-{row.name}"


def claimed_by_docstring(row: Paper) -> bool:
    """True when the row's home exists and its docstring says that it is this paper."""
    home = PACKAGE / row.home
    if not home.is_file():
        return False
    docstring = ast.get_docstring(ast.parse(home.read_text("utf-8"))) or ""
    return any(
        re.search(rf"\b{row.n}\b", line)
        for line in docstring.splitlines()
        if re.match(r"Papers?\s", line)
    )


def claim_test(row: Paper) -> Path:
    home = Path(row.home)
    return ROOT / "tests" / home.parent / f"test_{home.name}"


def test_there_are_56_papers_in_order() -> None:
    assert [row.n for row in papers()] == list(range(1, 57))


def test_names_and_titles_are_unique() -> None:
    assert len({row.title for row in papers()}) == 56
    homes: dict[str, list[int]] = {}
    for row in papers():
        homes.setdefault(row.home, []).append(row.n)
    assert {home: rows for home, rows in homes.items() if len(rows) > 1} == SHARED_HOMES
    assert len({Path(home).stem for home in homes}) == len(homes)


def test_every_row_is_complete() -> None:
    for row in papers():
        assert row.family in FAMILIES
        assert re.fullmatch(r"[a-z]+/[a-z0-9]+\.py", row.home)
        assert row.claim.endswith("."), f"{row.n}: a claim is a sentence"
        assert row.claim.count(". ") == 0, f"{row.n}: a claim is one sentence"
        assert row.published
        assert bool(row.measured) == bool(row.verdict), f"{row.n}: a figure comes with its verdict"
        assert len(set(row.terms)) == len(row.terms)


def test_what_remembers_is_on_the_map_and_no_term_is_empty() -> None:
    for row in papers():
        if row.family in ("plaintext", "activation", "parametric"):
            assert row.form, row.title
            assert row.function, row.title
    used = {term for row in papers() for term in row.terms}
    assert used == {*Form, *Function, *Dynamics}


@pytest.mark.parametrize("row", works, ids=by_name)
def test_what_works_has_its_file_its_claim_and_its_figure(row: Paper) -> None:
    assert claimed_by_docstring(row), f"src/memwell/{row.home} does not say 'Paper  {row.n}'"
    assert claim_test(row).is_file(), f"{claim_test(row)} is missing"
    assert re.search(rf"\bclaim\({row.n}\)", claim_test(row).read_text("utf-8"))
    assert row.measured
    assert row.verdict
    assert row.title in (ROOT / "docs" / "claims.md").read_text("utf-8")


@pytest.mark.parametrize("row", absent, ids=by_name)
def test_what_is_absent_has_no_file_that_pretends(row: Paper) -> None:
    assert not claimed_by_docstring(row), f"src/memwell/{row.home} exists: the row must say so"


@pytest.mark.parametrize(
    ("page", "rendered"),
    [("papers.md", render_markdown(papers())), ("claims.md", render_claims(papers()))],
    ids=["papers", "claims"],
)
def test_generated_pages_are_in_step(page: str, rendered: str) -> None:
    assert (ROOT / "docs" / page).read_text("utf-8") == rendered, "run `make docs`"


def test_a_paper_is_found_by_number_name_title_family_and_place() -> None:
    assert [row.n for row in find(35)] == [35]
    assert [row.n for row in find("#35")] == [35]
    assert [row.n for row in find("zep")] == [35]
    assert [row.n for row in find("tme")] == [5, 28]
    assert [row.n for row in find("MemOS")] == [2, 3]
    assert [row.n for row in find("index")] == [18, 56]
    assert {row.n for row in find("experiential")} >= {4, 25, 27}
    assert {row.n for row in find("plaintext")} >= {35, 43}


def test_a_wrong_name_is_told_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean zep"):
        find("zepp")


def test_an_unknown_name_is_an_error() -> None:
    for nothing in ("", "qqqqqq", 0, 57):
        with pytest.raises(UnknownName):
            find(nothing)


def test_json_holds_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    papers_command(None, json_output=True)
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 56
    assert rows == as_json(papers())
    assert rows[34]["name"] == "zep"
    assert rows[34]["form"] == ["plaintext"]


def test_the_table_names_every_paper_and_the_card_its_claim() -> None:
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(render_table(papers()))
    console.print(render_table(find("zep")))
    text = console.export_text()
    assert all(row.name in text for row in papers())
    assert "src/memwell/plaintext/zep.py" in text
