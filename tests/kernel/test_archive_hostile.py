"""An export is complete, and one that was damaged, crafted or forged changes nothing."""

import gzip
import json
import secrets
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from acting import Add, Draft, Link, Open
from archived import contents, lines_of, sealed
from hypothesis import given, settings
from hypothesis import strategies as st

from memwell.core.errors import InvalidInput
from memwell.core.payload import KV, Weights
from memwell.core.scope import Scope
from memwell.kernel.archive import PART
from memwell.kernel.bounded import Bounds
from memwell.kernel.memory import Memory
from memwell.kernel.unarchive import records
from support import START, quick_folder, tables


def fill(memory: Memory, size: int = 8) -> None:
    """Everything an export can hold."""
    first = memory.add(["I like tea", "I like milk"], session="s1")
    memory.update(first.ids[0], "I like green tea")
    name = memory.blobs.put({"k": np.arange(size, dtype=np.float32)})
    again = memory.blobs.put({"w": np.arange(3)})
    drafts = [
        Draft(KV(name, "model", size, (0, size)), parents=first.ids[:1]),
        Draft(Weights(again, "model"), parents=first.ids[:1]),
    ]
    memory.apply([Add(each, "kept ready") for each in drafts], by="test")
    memory.apply([Link(*first.ids, "before", "so it was")], by="test")
    memory.governance.grant(Scope("default", "bob"), ["read"])
    memory.governance.share(first.ids[0], "cleo", ["read", "write"], until=START.replace(year=2099))


@pytest.fixture
def memory(open_memory: Open) -> Memory:
    opened = open_memory("one", embedder=None, user="ana")
    fill(opened)
    return opened


@pytest.fixture
def path(memory: Memory, tmp_path: Path) -> Path:
    memory.export(tmp_path / "all.jsonl")
    return tmp_path / "all.jsonl"


@pytest.fixture
def other(open_memory: Open) -> Memory:
    return open_memory("two", embedder=None, user="ana")


def refused(memory: Memory, path: Path, why: str, **options: Any) -> None:
    """The import raises, and nothing has changed."""
    before = tables(memory.path / "memory.db")
    blobs = set(memory.blobs.digests())
    with pytest.raises(InvalidInput, match=why):
        memory.import_(path, **options)
    assert tables(memory.path / "memory.db") == before
    assert set(memory.blobs.digests()) == blobs


# -- complete


@pytest.mark.parametrize("name", ["all.jsonl", "all.jsonl.gz"])
def test_all_of_it_comes_back(memory, other, tmp_path, name):
    written = memory.export(tmp_path / name)
    counts = (written.events, written.versions, written.links, written.receipts, written.blobs)
    assert counts == (1, 5, 1, 1, 2)
    assert written.grants == 2
    assert other.import_(tmp_path / name, grants=True) == written
    assert contents(other) == contents(memory)
    assert other.governance.grants() == memory.governance.grants()
    (event,) = memory.store.all_events(memory.scope)
    assert other.receipt(event.id) == memory.receipt(event.id)
    for cube in (each for each in other.view().scan() if not each.text):
        blob = cube.payload.blob
        assert other.blobs.read(blob) == memory.blobs.read(blob)
    again = other.import_(tmp_path / name, grants=True)
    assert again.skipped == 1 + 5 + 1 + 1 + 2 + 2
    assert (again.versions, again.blobs, again.grants) == (0, 0, 0)


def test_blobs_of_an_encrypted_memory_get_the_names_of_the_other(open_memory, other, tmp_path):
    pytest.importorskip("sqlcipher3")
    memory = open_memory("one", embedder=None, user="ana", key=secrets.token_bytes(32))
    fill(memory, size=PART)  # of several lines
    memory.export(tmp_path / "all.jsonl")
    other.import_(tmp_path / "all.jsonl")
    mine, theirs = (
        {cube.id: m.blobs.get(cube.payload.blob) for cube in m.view().scan() if not cube.text}
        for m in (memory, other)
    )
    assert mine.keys() == theirs.keys()
    for id, tensors in mine.items():
        for name, tensor in tensors.items():
            assert np.array_equal(tensor, theirs[id][name])


def test_grants_are_given_on_request_only(memory, other, path):
    done = other.import_(path)
    assert (done.grants, done.withheld) == (0, 2)
    assert other.governance.grants() == []
    assert other.import_(path, grants=True).grants == 2


def test_nobody_gives_rights_by_a_file_that_they_do_not_have(open_memory, path):
    reader = open_memory("two", embedder=None, user="ana", rights=["read", "write"])
    reader.import_(path, grants=True)
    weak = open_memory("three", embedder=None, user="ana", rights=["write"])
    refused(weak, path, "grants more than the right to write", grants=True)


# -- damaged


@settings(max_examples=150)
@given(st.data())
def test_no_flipped_bit_passes_with_other_content(data):
    """It is refused and nothing changes, or what came in is just what was written."""
    with quick_folder() as folder:
        packed = data.draw(st.booleans())
        whole = _once(packed)
        content = bytearray(whole.content)
        for _ in range(data.draw(st.integers(1, 3))):
            bit = data.draw(st.integers(0, 8 * len(content) - 1))
            content[bit // 8] ^= 1 << bit % 8
        path = Path(folder, "all.jsonl.gz" if packed else "all.jsonl")
        path.write_bytes(content)
        with Memory(Path(folder, "two"), embedder=None, user="ana") as other:
            try:
                other.import_(path, grants=True)
            except InvalidInput:
                assert list(other.store.all_events(other.scope)) == []
                assert other.store.sequence() == 0
                assert other.governance.grants() == []
            else:
                assert contents(other) == whole.contents


@settings(max_examples=60)
@given(st.data())
def test_a_file_that_was_cut_is_refused_wherever(data):
    packed = data.draw(st.booleans())
    content = _once(packed).content
    cut = content[: data.draw(st.integers(0, len(content) - 2))]
    with quick_folder() as folder:
        path = Path(folder, "all.jsonl.gz" if packed else "all.jsonl")
        path.write_bytes(cut)
        with pytest.raises(InvalidInput):
            list(records(path))


class _Whole:
    """A good export, and what is in it."""

    def __init__(self, packed: bool) -> None:
        with quick_folder() as folder:
            path = Path(folder, "all.jsonl.gz" if packed else "all.jsonl")
            with Memory(Path(folder, "one"), embedder=None, user="ana") as memory:
                fill(memory)
                memory.export(path)
                self.contents = contents(memory)
            self.content = path.read_bytes()


_MADE: dict[bool, _Whole] = {}


def _once(packed: bool) -> _Whole:
    if packed not in _MADE:
        _MADE[packed] = _Whole(packed)
    return _MADE[packed]


# -- changed, and made to fit again


def test_a_changed_word_is_noticed(other, path):
    path.write_text(path.read_text().replace("I like milk", "I like beer"))
    refused(other, path, "checksum does not fit")


def test_with_a_key_nobody_else_can_change_it(memory, other, tmp_path):
    key, path = secrets.token_bytes(32), tmp_path / "all.jsonl"
    memory.export(path, seal_key=key)
    refused(other, path, "sealed with a key")
    refused(other, path, "checksum does not fit.*or the key", seal_key=secrets.token_bytes(32))
    whole = path.read_text()
    lines = [line.replace("I like milk", "I like beer") for line in lines_of(path)]
    path.write_text(sealed(lines))
    refused(other, path, "checksum does not fit", seal_key=key)
    path.write_text(sealed([lines[0].replace("hmac-", ""), *lines[1:]]))
    refused(other, path, "not sealed with a key", seal_key=key)
    path.write_text('{"format": "memwell/1"}\n')
    refused(other, path, "not sealed with a key", seal_key=key)
    path.write_text(whole)
    assert other.import_(path, seal_key=key).versions == 5


TWICE = ["event", "receipt", "blob", "cube", "link", "grant"]


@pytest.mark.parametrize("kind", TWICE)
def test_nothing_is_there_twice(other, path, kind):
    lines = lines_of(path)
    line = next(each for each in lines[1:] if json.loads(each)["type"] == kind)
    path.write_text(sealed([*lines, line]))
    refused(other, path, "twice|does not follow")


def changed(lines: list[str], kind: str, **fields: Any) -> list[str]:
    """With other values in the first line of a kind."""
    place = next(n for n, each in enumerate(lines) if json.loads(each).get("type") == kind)
    line = json.dumps({**json.loads(lines[place]), **fields})
    return [*lines[:place], line, *lines[place + 1 :]]


CRAFTED = [
    ("blob", {"name": "0" * 64}, "names the blob"),
    ("blob", {"data": "AAAA"}, "not what it was"),
    ("blob", {"data": "%%%"}, "line"),
    ("blob", {"of": 2}, "rest of a blob is missing"),
    ("blob", {"part": 1, "of": 2}, "do not follow"),
    ("blob", {"part": -1}, "do not follow"),
    ("receipt", {"id": "x"}, "not above"),
    ("receipt", {"events": ["x"]}, "not above"),
    ("grant", {"on": {"tenant": "default", "user": "bob"}}, "outside"),
    ("grant", {"on": {"tenant": "acme"}, "to": {"tenant": "acme"}}, "outside"),
    ("grant", {"rights": []}, "right"),
    ("event", {"scope": {"tenant": "default", "user": "bob"}}, "outside"),
    ("cube", {"scope": {"tenant": "default"}}, "outside"),
    ("cube", {"known": {"start": "2024-01-01T00:00:00", "end": None}}, "zone"),
    ("link", {"dst": "nowhere"}, "neither above"),
    ("link", {"weight": float("nan")}, "boundless"),
]


@pytest.mark.parametrize(("kind", "fields", "why"), CRAFTED, ids=str)
def test_a_crafted_line_is_refused(other, path, kind, fields, why):
    path.write_text(sealed(changed(lines_of(path), kind, **fields)))
    refused(other, path, why)


def test_what_stands_around_the_lines_has_to_fit(other, path):
    whole, lines = path.read_text(), lines_of(path)
    end = json.loads(whole.splitlines()[-1])
    path.write_text(whole + lines[1] + "\n")
    refused(other, path, "follows what was to be its last line")
    path.write_text("\n".join([*lines, json.dumps({**end, "events": 2}), ""]))
    refused(other, path, "another number of records")
    path.write_text("\n".join([*lines, ""]))
    refused(other, path, "its last line is missing")
    packed = path.with_suffix(".jsonl.gz")
    packed.write_bytes(gzip.compress(whole.encode()) + gzip.compress(whole.encode()))
    refused(other, packed, "follows what was to be its last line")
    for version in ("memwell/3", "memwell/0", "memwell/", 2, None):
        path.write_text(sealed(changed_header(lines, format=version)))
        refused(other, path, "upgrade memwell|does not say")
    path.write_text(sealed(changed_header(lines, checksum="crc32")))
    refused(other, path, "kind that is not known")


def changed_header(lines: list[str], **fields: Any) -> list[str]:
    return [json.dumps({**json.loads(lines[0]), **fields}), *lines[1:]]


def test_an_older_export_is_still_read(memory, other, path):
    lines = [json.dumps({"format": "memwell/1"})]
    lines += [each for each in lines_of(path)[1:]
              if json.loads(each)["type"] in ("event", "link")
              or "text" in json.loads(each).get("payload", ())]  # fmt: skip
    path.write_text("\n".join(lines))
    other.import_(path)
    assert {cube.text for cube in other.view().scan()} == {"I like green tea", "I like milk"}


# -- made to fill the memory of who opens it


def test_a_bomb_is_refused_before_it_has_unpacked(other, tmp_path):
    path = tmp_path / "all.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b'{"format": "memwell/2", "checksum": "sha256"}\n')
        for _ in range(200):
            file.write(b" " * (1 << 20))
    assert path.stat().st_size < (200 << 20) / 100
    refused(other, path, "more than 100 times its size")


def test_bounds_hold_while_it_is_read(path, tmp_path):
    packed = tmp_path / "packed.jsonl.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    for file, bounds, why in (
        (packed, Bounds(ratio=2, floor=0), "more than 2 times"),
        (packed, Bounds(total=1000), "more than 1,000 bytes"),
        (path, Bounds(line=100), "a line of more than 100 bytes"),
    ):
        with pytest.raises(InvalidInput, match=why):
            list(records(file, None, bounds))
    assert list(records(path, None, Bounds())) == list(records(packed))


@pytest.mark.parametrize("line", ["[" * 100_000, "9" * 5_000, '{"type": ' * 20_000, "\x00" * 10])
def test_json_that_was_made_to_harm(other, path, line):
    lines = lines_of(path)
    path.write_text("\n".join([*lines[:2], line, *lines[2:]]))
    refused(other, path, "line 3")


def test_what_is_under_way_leaves_no_file(memory, tmp_path, monkeypatch):
    def broken(*_: Any) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(memory.blobs, "read", broken)
    with pytest.raises(InvalidInput, match="No space left"):
        memory.export(tmp_path / "all.jsonl")
    assert not list(tmp_path.glob("*all.jsonl*"))
