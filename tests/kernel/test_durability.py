"""What was acknowledged is there after the process is killed, at any moment."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from acting import Open

from memwell.kernel import record
from memwell.kernel.memory import Memory
from memwell.store import erase, writing
from support import WordEmbedder, assert_embedded, assert_sound, rows, tables

ROOT = Path(__file__).resolve().parents[2]

# Adds one conversation after the other and prints the ids of each once it is acknowledged.
CHILD = """
import sys
from acting import Noting
from support import WordEmbedder
from memwell.kernel.memory import Memory

memory = Memory(sys.argv[1], embedder=WordEmbedder(), model=None, strategy=Noting())
print("ready", flush=True)
for n in range(10_000):
    receipt = memory.add([f"talk{n} begins", f"talk{n} goes on"], session=f"s{n}")
    print(*receipt.ids, flush=True)
    if n % 3 == 2:
        memory.update(receipt.ids[0], f"talk{n} began")
        print(receipt.ids[0] + "=2", flush=True)
"""


def environment() -> dict[str, str]:
    """For a child process that imports what the tests import."""
    folders = [ROOT / "src", ROOT / "tests", ROOT / "tests" / "kernel"]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders))}


@pytest.mark.parametrize("after", [0.02, 0.15, 0.4])
def test_what_was_acknowledged_survives_a_kill(open_memory: Open, after: float) -> None:
    folder = open_memory("other").path.parent / "memory"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder)],
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    threading.Timer(after, child.send_signal, [signal.SIGKILL]).start()
    said = child.stdout.read().split("\n")[:-1]  # the last line may be cut
    child.wait()
    child.stdout.close()
    memory = open_memory()
    for line in said:
        for word in line.split():
            id, _, version = word.partition("=")
            assert memory.get(id).version >= int(version or 1)
    memory.close()
    path = folder / "memory.db"
    assert_sound(path)
    assert_embedded(path, WordEmbedder().fingerprint)
    again = open_memory()
    for event in again.store.all_events(again.scope):
        receipt = again.receipt(event.id)
        assert set(receipt.ids) <= {cube.id for cube in again.view().scan()}
        assert {again.get(id).source.events for id in receipt.ids} == {(event.id,)}
        assert again.search(event.messages[1].content, 1)[0].cube.id == receipt.ids[1]


class Interrupted(RuntimeError):
    """Something went wrong in the middle."""


@pytest.mark.parametrize(
    ("module", "step"),
    [
        (writing, "_event"),
        (writing, "_version"),
        (writing, "_keys"),
        (writing, "put_vector"),
        (writing, "_lineage"),
        (writing, "save_receipt"),
        (record, "keys"),
        (record, "embedded"),
    ],
)
def test_an_add_that_fails_midway_keeps_nothing(
    memory: Memory, monkeypatch: pytest.MonkeyPatch, module: object, step: str
) -> None:
    memory.add("before")
    before = tables(memory.path / "memory.db")
    genuine, calls = getattr(module, step), []

    def failing(*args: object, **options: object) -> object:
        calls.append(args)
        if len(calls) == (1 if step in ("_event", "save_receipt", "embedded") else 2):
            raise Interrupted
        return genuine(*args, **options)

    monkeypatch.setattr(module, step, failing)
    with pytest.raises(Interrupted):
        memory.add(["one", "two"])
    assert tables(memory.path / "memory.db") == before
    monkeypatch.undo()
    assert len(memory.add(["one", "two"]).ids) == 2
    assert len(memory.search("one two before")) == 3


def test_forgetting_that_fails_midway_keeps_everything(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*args: object) -> None:
        raise Interrupted

    receipt = memory.add(["one", "two"])
    before = tables(memory.path / "memory.db")
    monkeypatch.setattr(erase, "rewrite", failing)
    with pytest.raises(Interrupted):
        memory.forget(receipt.ids[0])
    assert tables(memory.path / "memory.db") == before
    assert len(memory.search("one two")) == 2


def test_a_copied_folder_is_a_copied_memory(open_memory: Open) -> None:
    memory = open_memory()
    receipt = memory.add(["one", "two"])
    memory.close()
    copy = memory.path.parent / "copy"
    copy.mkdir()
    for path in memory.path.rglob("*"):
        if path.is_file():
            target = copy / path.relative_to(memory.path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    again = open_memory("copy")
    assert [again.get(id).text for id in receipt.ids] == ["one", "two"]
    again.add("three")
    assert rows(memory.path / "memory.db", "SELECT count(*) FROM event") == [(1,)]
