"""Runs the tests that measure the papers' claims, then writes docs/claims.md.

The figures themselves are recorded in papers.toml by whoever ran the measurement, so that a
claim which fails here is seen before the page repeats it.
"""

import subprocess
import sys
from pathlib import Path

from memwell.app.papers import papers, render_claims

ROOT = Path(__file__).resolve().parents[1]
NO_TESTS = 5  # pytest's exit status when nothing carries the mark yet


def main() -> int:
    """Measure, then write the page; the page is left alone when a claim fails."""
    status = subprocess.run(
        [sys.executable, "-m", "pytest", "-m", "claim", "-q"], cwd=ROOT, check=False
    ).returncode
    if status not in (0, NO_TESTS):
        return status
    (ROOT / "docs" / "claims.md").write_text(render_claims(papers()), encoding="utf-8")
    print("docs/claims.md written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
