"""A driver's process: what it tells, how it fails, and that its time ends."""

from dataclasses import replace

from memwell.bench.ops.process import Process


def spec(driver, work, folder, **changed):
    return {
        "phase": "fill", "driver": str(driver), "work": str(work.folder), "folder": str(folder),
        "options": {}, "size": 200, "singles": 40, "batch": 50, "budget": 30.0, "k": 10,
        "mark": str(folder / "mark"),
    } | changed  # fmt: skip


def quiet(_):
    pass


def test_filling_and_seeking_tell_what_they_measured(process, scan, work, tmp_path):
    said = []
    filled = process.run(spec(scan, work, tmp_path / "store"), said.append)
    assert filled.failure is None
    assert filled.events["batch"]["added"] == 160
    assert len(filled.events["single"]["seconds"]) == 40
    assert filled.events["settings"]["sync"] == "none"
    assert said == ["50 added", "100 added", "150 added", "160 added"]

    sought = process.run(spec(scan, work, tmp_path / "store", phase="seek"), quiet)
    for kind in ("search", "filtered"):
        assert sought.events[kind]["recall"] == [1.0] * 20
        assert len(sought.events[kind]["wall"]) == len(sought.events[kind]["cpu"]) == 20
    assert sought.events["memory"]["rss"] > sought.events["memory"]["mapped"] > 0
    assert sought.events["cold"]["first"] > 0


def test_a_budget_that_is_over_stops_adding_and_says_how_far_it_came(process, scan, work, tmp_path):
    told = process.run(spec(scan, work, tmp_path / "store", budget=-1.0), quiet)
    assert told.failure is None
    assert told.events["batch"]["added"] == 0
    assert "single" not in told.events


def test_a_failure_is_told_in_its_own_words(process, scan, work, tmp_path):
    broken = spec(scan, work, tmp_path / "store", options={"breaks_at": 120})
    told = process.run(broken, quiet)
    assert told.failure == "failed: RuntimeError: the disk is full"
    assert told.events["progress"]["added"] == 100


def test_a_process_that_hangs_is_ended(process: Process, scan, work, tmp_path):
    hanging = tmp_path / "hanging.py"
    hanging.write_text("import time\ntime.sleep(600)\n")
    told = replace(process, seconds=1.0).run(spec(hanging, work, tmp_path / "store"), quiet)
    assert told.failure == "time budget"


def test_a_driver_finds_no_way_out_but_the_loopback(process, work, tmp_path):
    curious = tmp_path / "curious.py"
    curious.write_text("import os\nraise SystemExit(os.environ['HTTPS_PROXY'])\n")
    told = process.run(spec(curious, work, tmp_path / "store"), quiet)
    assert told.failure == "failed: http://127.0.0.1:9"
