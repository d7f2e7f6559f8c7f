"""A change that fails midway keeps nothing; kills and lost power have their own tests (faults)."""

import pytest
from acting import Open

from memwell.kernel import record
from memwell.kernel.memory import Memory
from memwell.store import erase, writing
from memwell.store.versions import Versions
from support import base, rows, tables


class Interrupted(RuntimeError):
    """Something went wrong in the middle."""


@pytest.mark.parametrize(
    ("module", "step", "call"),
    [
        (writing, "_event", 1),
        (Versions, "take", 2),
        (Versions, "write", 1),
        (Versions, "_entries", 1),
        (writing, "save_receipt", 1),
        (record, "keys", 2),
        (record, "embedded", 1),
    ],
)
def test_an_add_that_fails_midway_keeps_nothing(
    memory: Memory, monkeypatch: pytest.MonkeyPatch, module: object, step: str, call: int
) -> None:
    memory.add("before")
    before = tables(base(memory))
    genuine, calls = getattr(module, step), []

    def failing(*args: object, **options: object) -> object:
        calls.append(args)
        if len(calls) == call:
            raise Interrupted
        return genuine(*args, **options)

    monkeypatch.setattr(module, step, failing)
    with pytest.raises(Interrupted):
        memory.add(["one", "two"])
    assert tables(base(memory)) == before
    monkeypatch.undo()
    assert len(memory.add(["one", "two"]).ids) == 2
    assert len(memory.search("one two before")) == 3


def test_forgetting_that_fails_midway_keeps_everything(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*args: object) -> None:
        raise Interrupted

    receipt = memory.add(["one", "two"])
    before = tables(base(memory))
    monkeypatch.setattr(erase, "rewrite", failing)
    with pytest.raises(Interrupted):
        memory.forget(receipt.ids[0])
    assert tables(base(memory)) == before
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
    assert rows(base(memory), "SELECT count(*) FROM event") == [(1,)]
