"""A workload in miniature, and a system to drive that is nothing but an exact scan."""

import sys
from pathlib import Path

import pytest

from memwell.bench.ops.process import Process
from memwell.bench.ops.workload import prepared

# A real store of a few lines: what the harness measures of it is known beforehand.
SCAN = """
from pathlib import Path
import numpy as np

class System:
    def __init__(self, folder, options):
        self.folder, self.options = folder, options
        print("drivers may print")

    def open(self, *, new):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.parts = sorted(self.folder.glob("*.npz"), key=lambda path: int(path.stem))

    def add(self, block):
        if block["rows"][-1] >= self.options.get("breaks_at", 1e9):
            raise RuntimeError("the disk is full")
        path = self.folder / f"{block['rows'][0]}.npz"
        np.savez(path, vectors=block["vectors"], topics=block["topics"], rows=block["rows"])

    add_many = add

    def search(self, text, vector, topic, k):
        loaded = [np.load(path) for path in self.parts]
        vectors, topics, rows = (
            np.concatenate([part[name] for part in loaded])
            for name in ("vectors", "topics", "rows")
        )
        scores = vectors @ vector
        if topic:
            scores[topics != topic] = -2
        return rows[np.argsort(-scores)[:k]].tolist()

    def elsewhere(self):
        return 0.0

    def settings(self):
        return {"sync": "none"}

    def close(self):
        pass
"""


@pytest.fixture
def work(tmp_path):
    return prepared(tmp_path / "work", 200, 20, seed=1)


@pytest.fixture
def scan(tmp_path):
    """The scanning system's driver."""
    path = tmp_path / "scan.py"
    path.write_text(SCAN)
    return path


@pytest.fixture
def process(tmp_path):
    return Process(Path(sys.executable), tmp_path / "home", 60.0)
