"""Counting sync calls in a trace."""

import sys
from pathlib import Path

import pytest

from memwell.bench.ops import tracing
from memwell.bench.ops.process import Process

TRACE = """\
11 fsync(3</store/a.db>) = 0
11 fsync(4</bench/mark>) = 0
11 fsync(3</store/a.db-wal>) = 0
12 fdatasync(7</store/b.db> <unfinished ...>
12 <... fdatasync resumed>) = 0
11 fsync(4</bench/mark>) = 0
11 fsync(3</store/a.db>) = 0
12 +++ exited with 0 +++
"""


def test_only_whole_calls_between_the_marks_count():
    assert tracing.between(TRACE.splitlines(), Path("/bench/mark")) == 2


def test_a_real_trace_counts_real_syncs(scan, work, tmp_path):
    out, mark = tmp_path / "trace.txt", tmp_path / "mark"
    before = tracing.command(out)
    if before is None:
        pytest.skip("needs strace")
    syncing = tmp_path / "syncing.py"
    syncing.write_text(
        scan.read_text() + "\n\nimport os\n\ndef twice(self, block):\n"
        "    with (self.folder / 'x').open('w') as file:\n"
        "        os.fsync(file.fileno())\n        os.fdatasync(file.fileno())\n\n"
        "System.add = twice\n"
    )
    spec = {
        "phase": "syncs", "driver": str(syncing), "work": str(work.folder), "options": {},
        "folder": str(tmp_path / "store"), "mark": str(mark),
    }  # fmt: skip
    process = Process(Path(sys.executable), tmp_path / "home", 60.0, before)
    told = process.run(spec, lambda _: None)
    if told.failure:
        pytest.skip(f"tracing is not allowed here: {told.failure}")
    lines = out.read_text().splitlines()
    assert tracing.between(lines, mark) == 2 * told.events["traced"]["adds"]
