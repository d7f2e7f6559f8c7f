"""What was acknowledged is there, and what was forgotten is gone, wherever a process is killed."""

import random
import shutil
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import schema_one
from acknowledged import Deed, Truth, opened
from deeds import do, drawn
from forked import Tell, killed_at, run
from sqlite_files import library

from memwell.store import schema
from memwell.store.schema import migrations
from support import quick_folder, rows

DEEDS = 25  # done by a process that nothing stops
STEPS = 700  # that many steps, about, these take
observable = pytest.mark.skipif(library() is None, reason="SQLite is built into Python here")


class Killed:
    """A memory that processes work on, one after the other, each until it is killed."""

    def __init__(self, folder: Path, seed: int, *, background: bool) -> None:
        self.folder, self.background = folder, background
        self.chance = random.Random(seed)
        self.truth = Truth()
        self.kills = 0

    def at_a_step(self) -> None:
        step = self.chance.randint(1, self.chance.choice([40, STEPS]))
        seed = self.chance.getrandbits(64)
        self._count(killed_at(step, self.folder, seed, self._work(seed), self.told))

    def after_a_while(self) -> None:
        work = self._work(self.chance.getrandbits(64))
        self._count(run(work, self.told, delay=self.chance.uniform(0.001, 0.15)))

    def undisturbed(self) -> None:
        assert not run(self._work(self.chance.getrandbits(64)), self.told)

    def _work(self, seed: int) -> Callable[[Tell], None]:
        """For a child: it knows the truth as it was when it was forked, and keeps up."""

        def work(tell: Tell) -> None:
            chance = random.Random(seed)
            memory = opened(self.folder, background=self.background)
            for _ in range(DEEDS):
                self.truth.begun = deed = drawn(self.truth, chance)
                tell(["begun", deed.name, deed.id, deed.texts])
                result = do(deed, memory)
                tell(["done", result])
                self.truth.done(result)
            memory.close()

        return work

    def opening(self, tell: Tell) -> None:
        """For a child that does nothing else."""
        opened(self.folder).close()

    @property
    def database(self) -> Path:
        return self.folder / "memory.db"

    def ready_for_anything(self) -> None:
        """So that forgetting has vectors in the index files, and tensors, to follow."""
        memory = opened(self.folder)
        for name in ("tensors", "search"):
            deed = self.truth.begun = Deed(name, next(iter(self.truth.texts)), ("unheard of",))
            self.truth.done(do(deed, memory))
        memory.close()

    def copied(self, folder: Path) -> "Killed":
        """The same memory in another folder."""
        other = Killed(folder, 0, background=self.background)
        shutil.copytree(self.folder, folder)
        other.truth = deepcopy(self.truth)
        return other

    def single(self, name: str) -> Callable[[Tell], None]:
        """For a child that does but this."""
        id = next(iter(self.truth.bases.values()))
        texts = tuple(f"word{number}x likes tea" for number in range({"many": 6}.get(name, 2)))

        def work(tell: Tell) -> None:
            memory = opened(self.folder)
            tell(["begun", name, id, texts])
            tell(["done", do(Deed(name, id, texts), memory)])
            memory.close()

        return work

    def told(self, line: list[Any]) -> None:
        """In the parent."""
        if line[0] == "begun":
            self.truth.begun = Deed(line[1], line[2], tuple(line[3]))
        else:
            self.truth.done(line[1])

    def _count(self, killed: bool) -> None:
        self.kills += killed
        self.truth.check(self.folder, background=self.background, export=self.kills % 10 == 0)


@observable
@pytest.mark.parametrize("background", [False, True], ids=["at once", "in the background"])
@pytest.mark.parametrize("seed", range(8))
def test_killed_at_any_step(seed: int, background: bool) -> None:
    with quick_folder() as folder:
        memory = Killed(Path(folder) / "memory", seed, background=background)
        while memory.kills < 10:
            memory.at_a_step()


@observable
@pytest.mark.parametrize(
    ("name", "stride"),
    [("add", 9), ("many", 19), ("update", 9), ("tensors", 2), ("forget", 3), ("search", 1)],
)
def test_killed_all_along_the_way(name: str, stride: int) -> None:
    """The same deed, of the same memory, at later and later steps until it gets through."""
    with quick_folder() as folder:
        first = Killed(Path(folder) / "first", 3, background=False)
        first.undisturbed()
        first.ready_for_anything()
        step, killed = 1 - stride, True
        while killed:
            step += stride
            memory = first.copied(Path(folder) / str(step))
            killed = killed_at(step, memory.folder, step, memory.single(name), memory.told)
            memory.truth.check(memory.folder)
    assert step > 10


@pytest.mark.parametrize("seed", range(5))
def test_killed_at_any_time(seed: int) -> None:
    with quick_folder() as folder:
        memory = Killed(Path(folder) / "memory", seed, background=seed % 2 == 1)
        while memory.kills < 10:
            memory.after_a_while()


# Two steps that a later schema might take: every version is copied into a table of a new form, then
# the versions themselves are changed and the table goes again.
MORE = (
    """
    CREATE TABLE wide (row INTEGER PRIMARY KEY, words TEXT, extra BLOB);
    INSERT INTO wide SELECT row, payload, zeroblob(3000) FROM version;
    CREATE INDEX wide_words ON wide (words);
    """,
    """
    ALTER TABLE version ADD COLUMN kind TEXT NOT NULL DEFAULT '';
    UPDATE version SET kind = 'wide' WHERE row IN (SELECT row FROM wide);
    DROP TABLE wide;
    CREATE INDEX version_kind ON version (kind);
    """,
)


def more_migrations() -> list[tuple[int, str]]:
    known = migrations()
    return [*known, *enumerate(MORE, known[-1][0] + 1)]


@observable
@pytest.mark.parametrize("seed", range(2))
def test_killed_while_a_filled_memory_goes_on_to_a_later_schema(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with quick_folder() as folder:
        memory = Killed(Path(folder) / "memory", seed, background=False)
        memory.undisturbed()
        later = more_migrations()
        monkeypatch.setattr(schema, "migrations", lambda: later)
        killed_in_migrations(memory, seed, later[-1][0])
        names = {name for (name,) in rows(memory.database, "SELECT name FROM sqlite_master")}
        assert "version_kind" in names
        assert "wide" not in names


@observable
def test_killed_while_a_memory_of_the_first_schema_is_opened() -> None:
    with quick_folder() as folder:
        memory = Killed(Path(folder) / "memory", 0, background=False)
        memory.truth.texts = schema_one.made(memory.folder)
        killed_in_migrations(memory, 0, migrations()[-1][0])


def killed_in_migrations(memory: Killed, first: int, newest: int) -> None:
    """At every few steps; each migration is made whole or not at all, and the next one goes on."""
    kept = memory.database.read_bytes()
    before = rows(memory.database, "PRAGMA user_version")[0][0]
    step, killed, found = first + 1, True, set[object]()
    while killed:
        memory.database.write_bytes(kept)
        killed = killed_at(step, memory.folder, step, memory.opening, print)
        step += 9
        found |= {version for (version,) in rows(memory.database, "PRAGMA user_version")}
        memory.truth.check(memory.folder)
        assert rows(memory.database, "PRAGMA user_version") == [(newest,)]
    assert {before, newest} <= found
    assert step > 20


@observable
def test_killed_while_a_memory_is_made() -> None:
    """Whatever there is of it is made whole by the next process."""
    step, killed = -3, True
    while killed:
        step += 4
        with quick_folder() as folder:
            memory = Killed(Path(folder) / "memory", step, background=False)
            killed = killed_at(step, memory.folder, step, memory.opening, print)
            memory.truth.check(memory.folder)
            made = opened(memory.folder)
            (id, _) = made.add("one").ids
            made.close()
            memory.truth.texts[id] = ["one"]
            memory.truth.check(memory.folder)
    assert step > 20
