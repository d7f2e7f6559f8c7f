"""The stopwatch, and the parts of a real search."""

from time import process_time

import pytest

from memwell.bench.ops import parts
from memwell.bench.ops.stopwatch import Stopwatch, watching


def spin(seconds):
    end = process_time() + seconds
    while process_time() < end:
        pass


class Work:
    def outer(self):
        spin(0.02)
        self.inner()
        return "done"

    def inner(self):
        spin(0.06)


def test_a_stage_does_not_count_the_stages_within_it():
    watch = Stopwatch()
    with watching(watch, {"outer": (Work, "outer"), "inner": (Work, "inner")}):
        assert Work().outer() == "done"
    cpu, wall = watch.taken()
    assert 0.06 <= cpu["inner"] <= wall["inner"] * 1.5
    assert 0.02 <= cpu["outer"] < cpu["inner"]
    assert watch.taken() == ({}, {})


def test_methods_are_their_own_again_afterwards():
    before = Work.outer
    with watching(Stopwatch(), {"outer": (Work, "outer")}):
        assert Work.outer is not before
    assert Work.outer is before


def test_every_stage_is_there():
    for owner, method in parts.STAGES.values():
        assert method in owner.__dict__


@pytest.mark.parametrize("stages", [parts.STAGES])
def test_the_parts_of_a_search_come_with_every_size(stages, tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "DISTINCT", 20)
    costs = parts.run([60], tmp_path, questions=4, seed=0, note=lambda _: None)
    found = costs.sizes[60]
    assert set(found) == {parts.WHOLE, *stages}
    cpu, wall = found[parts.WHOLE]
    assert cpu > 0
    assert wall > 0
    assert found["embedding the question"][0] > 0
    assert found["making hits"][1] < wall
    assert costs.tables()[0].rows[0][0] == parts.WHOLE
    assert costs.as_json()["sizes"]["60"][parts.WHOLE]["cpu_ms"] == cpu
