"""The doctor finds what is wrong, mends it, and leaves the rest as it is."""

import os
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from acting import Open, Text, Update
from wards import change, opened, told

from memwell.core.errors import NotFound
from memwell.kernel.doctor.doctor import doctor
from memwell.kernel.doctor.examine import CHECKS


def checks(folder: Path) -> set[str]:
    return {finding.check for finding in doctor(folder, deep=True).findings}


def test_a_memory_with_everything_in_it_is_whole(folder: Path) -> None:
    health = doctor(folder, deep=True)
    assert health.findings == ()
    assert health.sound
    assert health.checks == tuple(CHECKS)


def test_looking_changes_nothing(folder: Path) -> None:
    change(folder, "DELETE FROM label")
    before = told(folder), (folder / "memory.db").read_bytes()
    assert not doctor(folder).sound
    assert (told(folder), (folder / "memory.db").read_bytes()) == before


def test_where_there_is_no_memory_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no memory"):
        doctor(tmp_path)


TURN = "SELECT min(row) FROM version WHERE labels LIKE '%\"turn\"%' AND row > 4"

# What is done behind memwell's back, and which check sees it.
WRONGS = {
    "terms": [f"UPDATE terms SET hashed = x'01020304' WHERE row = ({TURN})"],
    "search entries": ["DELETE FROM terms WHERE row = 2"],
    "labels": ["DELETE FROM label WHERE row = 5", "INSERT INTO label VALUES ('topic', 'no', 6)"],
    "nothing orphaned": [
        "PRAGMA foreign_keys = OFF",
        "INSERT INTO vector (fingerprint, row, vector) VALUES ('x', 9999, x'0000803f')",
        "INSERT INTO usage VALUES ('nobody', 1, 1, 1)",
        (
            "INSERT INTO link (src, dst, relation, weight, why, branch, created, born, batch)"
            " VALUES ('a', 'b', 'c', 1, '', 0, 0, 0, '')"
        ),
        "INSERT INTO scope (tenant, user, agent, session) VALUES ('default', 'nobody', '', '')",
        "INSERT INTO lineage VALUES (9999, 'event', 0, 'gone')",
        "INSERT INTO receipt VALUES ('never', 'refined', '{}')",
        "INSERT INTO job VALUES ('never', 0, 0, 0, 0, '', 0)",
        "INSERT INTO token_states VALUES (9999, 'x', x'02000100ff')",
    ],
    "turns of events": [
        "PRAGMA foreign_keys = OFF",
        f"CREATE TEMP TABLE gone AS SELECT row FROM version WHERE row = ({TURN})",
        "DELETE FROM lineage WHERE row IN (SELECT row FROM gone)",
        "DELETE FROM label WHERE row IN (SELECT row FROM gone)",
        "DELETE FROM version WHERE row IN (SELECT row FROM gone)",
    ],
    "events of turns": ["DELETE FROM event WHERE seq = 3"],
    "events named by turns": [f"DELETE FROM lineage WHERE row = ({TURN})"],
    "times of versions": ["UPDATE version SET died = NULL WHERE row = 1"],
    "order of versions": [
        (
            "UPDATE version SET expired = NULL, died = NULL WHERE id IN"
            " (SELECT id FROM version WHERE version = 3) AND version = 1"
        )
    ],
    "vectors": [
        "UPDATE vector SET vector = zeroblob(96) WHERE place = 1",
        "UPDATE vector SET vector = x'0000803f' WHERE place = 2",
    ],
    "token states": ["UPDATE token_states SET states = x'080001' WHERE row = 1"],
    "owners and branches": ["PRAGMA foreign_keys = OFF", "DELETE FROM scope WHERE code = 1"],
}


@pytest.mark.parametrize("check", WRONGS)
def test_what_is_wrong_is_found_and_mended(folder: Path, check: str) -> None:
    before = told(folder)
    change(folder, *WRONGS[check])
    assert check in checks(folder)
    health = doctor(folder, repair=True)
    assert health.sound, health.findings
    assert health.repaired
    opened(folder).close()  # vectors that are missing are made on opening
    after = told(folder)
    assert not doctor(folder, deep=True).findings
    if check == "owners and branches":  # nobody can tell any more whose they were
        assert "lost+found" in str(health.repaired)
    else:
        assert after == before


def test_a_missing_turn_comes_back_to_its_place(folder: Path) -> None:
    def order() -> list[str]:
        with opened(folder) as memory:
            found = memory.store.connections.get().execute(
                "SELECT payload FROM version WHERE version = 1 AND place >= 0 ORDER BY scope, place"
            )
            return [text for (text,) in found]

    before = order()
    change(folder, *WRONGS["turns of events"])
    assert order() != before
    doctor(folder, repair=True)
    assert order() == before


def test_what_was_tampered_with_in_the_audit_log_stays_as_evidence(folder: Path) -> None:
    change(folder, "UPDATE audit SET action = 'nothing' WHERE seq = 2")
    health = doctor(folder, repair=True)
    (finding,) = health.findings
    assert (finding.check, finding.grave, finding.examples) == ("audit log", True, ("2",))


def test_lines_that_are_missing_in_the_journal_are_told(folder: Path) -> None:
    change(folder, "DELETE FROM journal WHERE seq IN (4, 5)")
    health = doctor(folder, repair=True)
    assert health.sound
    (finding,) = health.findings
    assert finding.what.startswith("2 lines of the journal are missing")


def test_a_journal_that_lost_its_end_goes_on_behind_it(folder: Path) -> None:
    change(folder, "DELETE FROM journal WHERE seq > 10")
    assert "journal" in checks(folder)
    assert doctor(folder, repair=True).sound
    with opened(folder) as memory:
        memory.add("and on")
    assert doctor(folder).sound


def test_tensors_that_changed_or_are_gone_are_named(folder: Path) -> None:
    (blob,) = (folder / "blobs").glob("*/*.safetensors")
    blob.write_bytes(blob.read_bytes()[:-1] + b"x")
    (changed,) = doctor(folder).findings
    assert changed.examples == (blob.stem,)
    blob.unlink()
    (missing,) = doctor(folder, repair=True).findings
    assert (missing.examples, missing.grave) == ((blob.stem,), True)


def test_tensors_of_no_memory_go_once_nobody_can_come_to_name_them(folder: Path) -> None:
    with opened(folder) as memory:
        blob = memory.blobs.path(memory.blobs.put({"k": np.ones(3)}))
    part = blob.with_name("cut-off.part")
    part.write_bytes(b"half")
    assert doctor(folder, repair=True).findings == ()
    assert blob.exists()
    for path in (blob, part):
        os.utime(path, (0, 0))
    assert checks(folder) == {"tensors left over"}
    assert doctor(folder, repair=True).findings == ()
    assert not blob.exists()
    assert not part.exists()


def test_index_files_that_do_not_fit_are_dropped(folder: Path) -> None:
    def index() -> Path:
        with opened(folder) as memory:
            memory._reembedder.source.exhaustive = 1
            memory.search("tea")
        return next((folder / "index" / "flat").glob("vectors-*"))

    vectors = index()
    assert doctor(folder, deep=True).findings == ()
    content = bytearray(vectors.read_bytes())
    content[5] ^= 1
    vectors.write_bytes(content)
    assert checks(folder) == {"index files of vectors"}
    assert doctor(folder, repair=True).sound
    assert not vectors.exists()
    index()
    change(folder, "UPDATE vector SET vector = (SELECT vector FROM vector WHERE place = 3)")
    assert doctor(folder).findings == ()  # only a comparison with the store shows it
    assert checks(folder) == {"index files of vectors"}


def test_an_erasure_that_was_cut_off_is_finished(folder: Path) -> None:
    change(folder, "INSERT OR REPLACE INTO meta VALUES ('unscrubbed', '[1, []]')")
    change(folder, "UPDATE meta SET value = '1' WHERE key = 'erasures'")
    assert checks(folder) >= {"erasures finished"}
    assert doctor(folder, repair=True).findings == ()


def test_every_index_can_be_built_anew(folder: Path) -> None:
    before = told(folder)
    change(folder, "DELETE FROM label", "UPDATE terms SET hashed = x'00000000'")
    assert doctor(folder, repair=True, anew=True).sound
    assert told(folder) == before
    with opened(folder) as memory:
        assert memory.search("word7", where={"topic": "t1"})[0].cube.text == "word7 likes tea?"


def test_past_versions_of_an_import_are_past_in_its_branches_too(
    open_memory: Open, tmp_path: Path
) -> None:
    one, two = open_memory("one"), open_memory("two")
    (id,) = one.add("tea").ids
    one.update(id, "beer")
    one.export(tmp_path / "x.jsonl")
    two.import_(tmp_path / "x.jsonl")
    two.branch("b")
    branch = open_memory("two", branch="b")
    assert [cube.text for cube in branch.view().scan()] == ["beer"]
    assert doctor(two.path).findings == ()


def test_words_that_come_back_within_one_change_are_found_again(open_memory: Open) -> None:
    memory = open_memory()
    (id,) = memory.add("alpha").ids
    ops = [Update(id, "x", Text("beta")), Update(id, "y", Text("alpha"))]
    memory.apply(ops, by="test")
    memory.add("gamma")
    assert memory.search("alpha")[0].cube.id == id
    assert doctor(memory.path).findings == ()


def test_it_looks_while_others_write(folder: Path) -> None:
    with opened(folder) as memory:
        memory.add("while it is open")
        assert doctor(folder, deep=True).findings == ()
        writer = sqlite3.connect(folder / "memory.db", isolation_level=None)
        memory.add("and again")
        writer.close()
        assert doctor(folder).sound
