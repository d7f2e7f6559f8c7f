"""Writes the generated pages of docs/; with --check it only says whether they are in step."""

import sys
from collections.abc import Callable
from pathlib import Path

from api_page import render_api
from cli_page import render_cli
from strategies_page import render_strategies

from memwell.app.papers import papers, render_claims, render_markdown

DOCS = Path(__file__).resolve().parents[1] / "docs"

# One line per generated page: its name under docs/ and what renders it.
PAGES: dict[str, Callable[[], str]] = {
    "papers.md": lambda: render_markdown(papers()),
    "claims.md": lambda: render_claims(papers()),
    "strategies-compared.md": render_strategies,
    "cli.md": render_cli,
    "api.md": render_api,
}


def main(check: bool) -> int:
    """Write what differs; return 1 when checking and something does."""
    stale = [name for name, render in PAGES.items() if _read(DOCS / name) != render()]
    for name in stale:
        if check:
            print(f"docs/{name} is out of step: run `make docs`")
        else:
            (DOCS / name).write_text(PAGES[name](), encoding="utf-8")
            print(f"docs/{name} written")
    return 1 if check and stale else 0


def _read(page: Path) -> str | None:
    return page.read_text(encoding="utf-8") if page.is_file() else None


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
