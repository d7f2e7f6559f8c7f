"""Every code block in README.md and docs/ runs, page by page, as a reader would run it.

Python blocks of one page share a namespace, and all blocks of a page share an empty folder. Lines
of a console block that start with `$ ` are commands. A block that cannot run here says why:

    ```bash no-run: needs a clone of this repository
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(?P<info>[^\n`]+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
RUN = {"python", "console", "bash"}
TEXT = {"text", "json", "toml"}


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    page: Path
    line: int
    language: str
    remark: str  # what follows the language in the info string
    code: str

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text("utf-8")
    for match in BLOCK.finditer(text):
        language, _, remark = match["info"].strip().partition(" ")
        line = text.count("\n", 0, match.start()) + 1
        yield Block(page, line, language, remark, match["code"])


def runs(block: Block) -> bool:
    return block.language in RUN and not block.remark.startswith("no-run")


def run_python(block: Block, namespace: dict[str, object]) -> None:
    # The blank lines make a traceback point at the line of the page.
    source = "\n" * block.line + block.code
    exec(compile(source, str(block.page), "exec"), namespace)


def run_shell(block: Block, folder: Path) -> None:
    lines = block.code.splitlines()
    if block.language == "console":
        lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    assert lines, f"{block.place}: no command in this block"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(lines)],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, f"{block.place}: {done.stdout}\n{done.stderr}"


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if any(runs(block) for block in blocks(page))],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_every_block_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": "__docs__"}
    for block in filter(runs, blocks(page)):
        if block.language == "python":
            run_python(block, namespace)
        else:
            run_shell(block, tmp_path)


def test_a_block_that_does_not_run_says_why() -> None:
    for page in PAGES:
        for block in blocks(page):
            assert block.language in RUN | TEXT, f"{block.place}: unknown language"
            if block.remark:
                assert re.fullmatch(r"no-run: \S.+", block.remark), f"{block.place}: say why"


def test_links_between_pages_lead_somewhere() -> None:
    link = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
    for page in PAGES:
        prose = BLOCK.sub("", page.read_text("utf-8"))
        for target in link.findall(prose):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"


def test_every_page_can_be_reached_from_the_index() -> None:
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    for page in sorted((ROOT / "docs").rglob("*.md")):
        name = page.relative_to(ROOT / "docs").as_posix()
        assert name == "index.md" or f"({name})" in index, f"docs/index.md does not name {name}"
