"""The stopwatch, and the parts of a real search."""

from time import process_time

from memwell.bench.ops import parts
from memwell.bench.ops.stopwatch import Stopwatch, watching
from memwell.kernel.evidence import EXHAUSTIVE


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


def test_every_stage_of_a_real_search_is_seen(tmp_path, monkeypatch):
    """Beyond the size up to which every memory is scored, so that the first stages run."""
    monkeypatch.setattr(parts, "DISTINCT", 20)
    size = EXHAUSTIVE + 100
    costs = parts.run([size], tmp_path, questions=4, seed=0, note=lambda _: None)
    found = costs.sizes[size]
    assert set(found) == {parts.WHOLE, *parts.STAGES}
    cpu, wall = found[parts.WHOLE]
    assert [name for name, (_, taken) in found.items() if taken <= 0] == []
    assert wall > max(taken for name, (_, taken) in found.items() if name != parts.WHOLE)
    assert costs.tables()[0].rows[0][0] == parts.WHOLE
    assert costs.as_json()["sizes"][str(size)][parts.WHOLE]["cpu_ms"] == cpu > 0
