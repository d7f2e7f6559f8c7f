"""What was acknowledged is there, and what was forgotten is gone, after the power went."""

import random
import threading
from copy import deepcopy
from pathlib import Path

import pytest
from acknowledged import Truth, opened
from deeds import do, drawn
from lost_power import Choice, Disk, Kept, all_there, contents, dropped, first_of, some_of, torn
from sqlite_files import library
from steps import Step, observed

from memwell.core.errors import StoreError
from support import quick_folder

pytestmark = pytest.mark.skipif(library() is None, reason="SQLite is built into Python here")

DEEDS = 40  # in two lives of the memory
CUTS = 40  # at random steps between acknowledgements


class Recording:
    """Every step of a memory's life, and what had been acknowledged, or begun, before each."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.chance = folder, random.Random(seed)
        self.steps: list[Step] = []
        self.truths: list[tuple[int, Truth]] = [(0, Truth())]  # from which step on

    def live(self) -> None:
        """Two lives: the second one begins with what the first has left."""
        truth = Truth()
        with observed(self.folder.parent, self.steps.append):
            for _ in range(2):
                memory = opened(self.folder)
                for _ in range(DEEDS // 2):
                    truth.begun = deed = drawn(truth, self.chance)
                    self._note(truth)
                    truth.done(do(deed, memory))
                    self._note(truth)
                memory.close()

    def _note(self, truth: Truth) -> None:
        self.truths.append((len(self.steps), deepcopy(truth)))

    def cut(self, at: int, content: Choice, names: Choice) -> None:
        """The power goes before this step: the memory that is left holds what was acknowledged."""
        disk = Disk()
        for step in self.steps[:at]:
            disk.take(step)
        truth = deepcopy([truth for since, truth in self.truths if since <= at][-1])
        with quick_folder() as other:
            left = Path(other) / "memory"
            disk.build(self.folder, left, content, names)
            truth.check(left)

    def acknowledged(self) -> list[int]:
        return [at for at, truth in self.truths if truth.begun is None]


@pytest.fixture(scope="module")
def recording() -> Recording:
    with quick_folder() as folder:
        made = Recording(Path(folder) / "memory", 7)
        made.live()
        return made


def test_the_recorded_steps_make_the_very_files(recording: Recording) -> None:
    """Else all that follows would test something else."""
    with quick_folder() as folder:
        again = Recording(Path(folder) / "memory", 7)
        with observed(again.folder.parent, again.steps.append):
            memory = opened(again.folder)
            memory.add(["one", "two"])
            memory.search("one two")
        disk = Disk()
        for step in again.steps:
            disk.take(step)
        disk.build(again.folder, Path(folder) / "built", all_there, all_there)
        for path in again.folder.rglob("*"):
            if path.is_file() and not path.name.endswith("-shm"):
                copy = Path(folder) / "built" / path.relative_to(again.folder)
                assert copy.read_bytes() == path.read_bytes(), path.name
        memory.close()


def test_after_every_acknowledgement_what_was_not_synced_may_vanish(recording: Recording) -> None:
    """Nothing is acknowledged that a sync has not made sure of, the names of files included."""
    for at in recording.acknowledged():
        recording.cut(at, dropped, dropped)


@pytest.mark.parametrize("seed", range(2))
def test_what_was_not_synced_may_be_there_in_part(recording: Recording, seed: int) -> None:
    chance = random.Random(seed)
    for at in chance.sample(recording.acknowledged(), 20):
        recording.cut(at, some_of(chance), first_of(chance))


@pytest.mark.parametrize("how", ["dropped", "some", "torn"])
def test_the_power_may_go_in_the_middle_of_anything(recording: Recording, how: str) -> None:
    chance = random.Random(how)
    choices = {"dropped": dropped, "some": some_of(chance), "torn": torn(chance)}
    for at in chance.sample(range(len(recording.steps)), CUTS):
        recording.cut(at, choices[how], first_of(chance))


def test_every_connection_waits_for_the_disk(tmp_path: Path) -> None:
    """In every thread: a commit returns when the log is synced."""
    memory = opened(tmp_path / "memory")
    memory.add("one")
    other = threading.Thread(target=memory.add, args=["two"])
    other.start()
    other.join()
    connections = memory.store.connections._all
    assert len(connections) == 2
    for connection in connections:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    memory.close()


def test_a_disk_that_loses_what_was_synced_is_noticed_by_these_tests(
    recording: Recording,
) -> None:
    """A check that cannot fail would prove nothing."""
    last = recording.acknowledged()[-1]

    def lost(kept: Kept) -> list[Step]:
        return kept.synced[: len(kept.synced) // 2]

    with pytest.raises((AssertionError, StoreError, LookupError)):
        recording.cut(last, lost, dropped)


def test_contents_are_what_the_changes_make() -> None:
    steps = [Step("write", "f", at=2, data=b"abc"), Step("truncate", "f", at=4)]
    assert contents(steps) == b"\0\0ab"
    assert contents([*steps, Step("truncate", "f", at=6)]) == b"\0\0ab\0\0"
