"""What is written about memwell is true: generated pages are in step, the example runs."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*words):
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)


def test_generated_pages_are_in_step_with_the_code():
    done = run(ROOT / "scripts" / "docs.py", "--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_example_does_what_the_quickstart_says():
    done = run(ROOT / "examples" / "quickstart.py")
    assert done.returncode == 0, done.stderr
    assert "Sunday, 3 May 2026." in done.stdout
    assert "I don't know" in done.stdout
    assert "v2 Yesterday I moved from Braga to Lisbon." in done.stdout
    assert "1 forgotten, verified: True" in done.stdout
    quickstart = (ROOT / "docs" / "quickstart.md").read_text("utf-8")
    answers = [line[2:] for line in done.stdout.splitlines() if "Sunday" in line or "don't" in line]
    assert all(answer in quickstart for answer in answers)
