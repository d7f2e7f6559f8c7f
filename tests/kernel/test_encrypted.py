"""An encrypted memory tells nothing to whoever has its files only, and works like a plain one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from acting import Noting, Open

from memwell.core.errors import InvalidInput, Locked, MemwellError
from memwell.core.scope import Scope
from memwell.index.analysis import terms
from memwell.kernel.memory import Memory
from memwell.store import driver
from support import WordEmbedder, environment

KEY = bytes(range(32))
SAID = ["annabel moved to zanzibar", "the dentist is called grimbart"]
BLOB = {"k": np.arange(400, dtype=np.float32)}


def live(memory: Memory) -> None:
    """Everything that writes to disk."""
    receipt = memory.add(SAID, session="holidaysession", user="userannabel")
    memory.update(receipt.ids[0], "annabel moved to ouagadougou", why="shehasmovedagain")
    memory.blobs.put(BLOB)
    memory.manage()
    memory._reembedder.source.exhaustive = 1
    assert "ouagadougou" in memory.search("ouagadougou annabel", 1)[0].cube.text
    memory.forget(memory.add("to be forgotten").ids[0])
    memory.add("said after that")


def traces(memory: Memory) -> Iterator[tuple[str, bytes]]:
    """What must not be found, by what it is."""
    words = "zanzibar grimbart ouagadougou holidaysession userannabel shehasmovedagain noted"
    yield from ((word, word.encode()) for word in words.split())
    for text in SAID:
        yield f"hashed words of {text}", terms(text).astype("<u4").tobytes()
    _, _, vectors = memory.store.vectors(WordEmbedder().fingerprint, 0, 100)
    assert len(vectors) > 3
    yield from (("a vector", vector.astype("<f4").tobytes()) for vector in vectors)
    yield "a tensor", BLOB["k"][50:90].tobytes()
    yield "the embedder's name", WordEmbedder().fingerprint.encode()
    yield "a table's name", b"CREATE TABLE"


def found(folder: Path, memory: Memory) -> set[str]:
    content = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert content
    return {what for what, trace in traces(memory) if any(trace in each for each in content)}


def test_no_file_of_it_holds_words_vectors_or_names(open_memory: Open) -> None:
    memory = open_memory(key=KEY, strategy=Noting())
    live(memory)
    assert not found(memory.path, memory)  # with the log beside the database
    memory.close()
    again = open_memory(key=KEY)
    assert not found(memory.path, again)
    assert not (memory.path / "index").exists()


def test_the_same_search_finds_all_of_it_in_a_plain_memory(open_memory: Open) -> None:
    memory = open_memory(strategy=Noting())
    live(memory)
    everything = {what for what, _ in traces(memory)}
    assert found(memory.path, memory) == everything


def test_both_answer_alike(open_memory: Open) -> None:
    plain, sealed = open_memory("plain", seed=1), open_memory("sealed", seed=1, key=KEY)
    for memory in (plain, sealed):
        for n in range(30):
            memory.add([f"word{n} is said", f"answer {n % 7}"], session=f"s{n % 5}")
    for exhaustive in (2000, 3):
        for memory in (plain, sealed):
            memory._reembedder.source.exhaustive = exhaustive
        for query in ("word3 answer", "said 5"):
            one, other = plain.search(query, 20), sealed.search(query, 20)
            assert [hit.cube.id for hit in one] == [hit.cube.id for hit in other]
            assert [hit.score for hit in one] == [hit.score for hit in other]


def test_it_does_not_open_without_its_key(open_memory: Open) -> None:
    memory = open_memory(key=KEY)
    memory.add("kept")
    memory.close()
    before = {path: path.read_bytes() for path in memory.path.rglob("*")}
    with pytest.raises(Locked, match="MEMWELL_KEY"):
        open_memory()
    for other in (os.urandom(32), "a passphrase"):
        with pytest.raises(Locked, match="does not open"):
            open_memory(key=other)
    assert before == {path: path.read_bytes() for path in memory.path.rglob("*")}
    assert len(open_memory(key=KEY).search("kept")) == 1


def test_a_key_for_a_plain_memory_is_refused(open_memory: Open) -> None:
    memory = open_memory()
    memory.add("kept")
    memory.close()
    with pytest.raises(InvalidInput, match="memwell key encrypt"):
        open_memory(key=KEY)
    assert not (memory.path / "seal.json").exists()
    assert len(open_memory().search("kept")) == 1


def test_a_passphrase_and_the_environment_open_it(
    open_memory: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("tea at four\n")
    memory = open_memory(key="tea at four")
    memory.add("kept")
    memory.close()
    monkeypatch.setenv("MEMWELL_KEY", "tea at four")
    assert len(open_memory().search("kept")) == 1
    monkeypatch.delenv("MEMWELL_KEY")
    monkeypatch.setenv("MEMWELL_KEY_FILE", str(tmp_path / "key"))
    assert len(open_memory().search("kept")) == 1


@pytest.mark.parametrize("package", ["sqlcipher3.dbapi2", "cryptography.hazmat.primitives"])
def test_a_missing_package_is_named_and_nothing_begun(
    open_memory: Open, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    for name in [*sys.modules]:
        if name.startswith(package):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(Locked, match=r"pip install 'memwell\[encryption\]'"):
        open_memory("none", key=KEY)
    memory = open_memory()  # a plain one needs none of them
    memory.add("kept")
    assert not list(memory.path.parent.glob("none/*"))


def damaged(content: bytes) -> Iterator[bytes]:
    """A bit here and there, and less than all of it."""
    for at in range(20, len(content), len(content) // 7):
        yield content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :]
    for length in (0, 100, len(content) // 2, len(content) - 1):
        yield content[:length]


@pytest.mark.parametrize("name", ["memory.db", "seal.json"])
def test_damage_is_told_and_never_read_as_something_else(open_memory: Open, name: str) -> None:
    memory = open_memory(key=KEY)
    said = {f"word{n} is said" for n in range(200)}
    memory.add(sorted(said))
    memory.close()
    path = memory.path / name
    whole = path.read_bytes()
    told = 0
    for content in damaged(whole):
        path.write_bytes(content)
        try:
            with open_memory(key=KEY) as again:
                texts = {cube.text for cube in again.view().scan()}
        except (MemwellError, *driver.errors()) as error:
            assert str(error)  # noqa: PT017
            told += 1
        else:
            assert texts == said or (content == b"" and name == "memory.db")
    assert told >= 4
    path.write_bytes(whole)
    assert {cube.text for cube in open_memory(key=KEY).view().scan()} == said


def test_counts_are_read_with_the_key(open_memory: Open) -> None:
    memory = open_memory(key=KEY)
    memory.add(["one", "two"])
    counts = memory.store.counts(Scope("default"))
    assert (counts.memories, counts.embedded[0].vectors) == (2, 2)


PROCESS = """
import sys
from support import WordEmbedder, environment
from memwell.kernel.memory import Memory

folder, who = sys.argv[1:]
with Memory(folder, embedder=WordEmbedder(), model=None) as memory:
    for n in range(12):
        receipt = memory.add(f"{who}{n} likes tea", session=who)
        assert receipt.ids[0] in [hit.cube.id for hit in memory.search(f"{who}{n}", 5)]
"""


def test_processes_may_begin_and_share_one_memory(open_memory: Open, tmp_path: Path) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(tmp_path / "shared"), who],
            env={**environment(), "MEMWELL_KEY": KEY.hex()},
            stderr=subprocess.PIPE,
            text=True,
        )
        for who in ("a", "b", "c")
    ]
    for process in running:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    texts = {cube.text for cube in open_memory("shared", key=KEY).view().scan()}
    assert texts == {f"{who}{n} likes tea" for who in "abc" for n in range(12)}
