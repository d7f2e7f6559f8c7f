"""Items come one at a time, and every fault says where it is."""

import gzip
import io
import json
import lzma

import pytest

from memwell.bench import json_items
from memwell.bench.json_items import items_of, read_items
from memwell.core.errors import InvalidInput


def values(path):
    return [item.value for item in read_items(path)]


def write(folder, text, name="data.json"):
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
def test_a_list_is_read_whole_whatever_is_read_at_a_time(tmp_path, monkeypatch, chunk):
    monkeypatch.setattr(json_items, "CHUNK", chunk)
    given = [{"a": "x]," * 50}, [1, [2]], 12345, -1.5e3, 'é\\"}', None, True, {}]
    assert values(write(tmp_path, json.dumps(given, indent=1))) == given
    assert values(write(tmp_path, "  [ ]  ")) == []


def test_lines_objects_and_one_object(tmp_path):
    assert values(write(tmp_path, '{"a": 1}\n\n{"a": 2}\n')) == [{"a": 1}, {"a": 2}]
    assert values(write(tmp_path, '\ufeff{\n "a": 1\n}\n')) == [{"a": 1}]


def test_compressed_files_are_read_by_suffix(tmp_path):
    (tmp_path / "a.jsonl.xz").write_bytes(lzma.compress(b'{"a": 1}\n'))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b'{"a": 1}\n'))
    assert values(tmp_path / "a.jsonl.xz") == values(tmp_path / "a.jsonl.gz") == [{"a": 1}]


def test_a_bad_line_is_reported_and_passed_over(tmp_path):
    file = write(tmp_path, '{"a": 1}\n{"a": oops}\n{"a": 3}\n')
    faults = []
    found = [item.value for item in read_items(file, lambda *fault: faults.append(fault))]
    assert found == [{"a": 1}, {"a": 3}]
    assert faults[0][0] == "line 2"
    with pytest.raises(InvalidInput, match="line 2"):
        list(read_items(file))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[{"a": 1}, {"a": 2', "item 2: not valid JSON"),
        ('[{"a": 1} {"a": 2}]', "item 2: expected , or ], found '{'"),
        ('[{"a": 1}, ' + '{"b": nope, "c": "' + "x" * 100 + '"}]', "item 2: not valid JSON"),
        ("[1, 2", "item 3: expected , or ], found the end"),
        ('{\n "a": 1,\n', "line 3: not valid JSON"),
        ("hello", "expected JSON, found 'h'"),
        ("", "expected JSON, found ''"),
    ],
)
def test_faults_say_where_and_what_was_expected(tmp_path, text, fault):
    with pytest.raises(InvalidInput) as raised:
        list(read_items(write(tmp_path, text)))
    assert fault in str(raised.value)


def test_what_comes_before_a_fault_is_read(tmp_path):
    faults = []
    stream = io.StringIO('[{"a": 1}, {"a": 2}, {"a"')
    found = [item.value for item in items_of(stream, "it", lambda *fault: faults.append(fault))]
    assert found == [{"a": 1}, {"a": 2}]
    assert faults[0][0] == "item 3"


def test_damaged_and_missing_files_are_invalid_input(tmp_path):
    (tmp_path / "bad.json").write_bytes(b'["\xff"]')
    (tmp_path / "bad.jsonl.xz").write_bytes(lzma.compress(b'{"a": 1}\n')[:-8])
    for name in ("bad.json", "bad.jsonl.xz", "none.json"):
        with pytest.raises(InvalidInput, match="cannot be read"):
            list(read_items(tmp_path / name))


def test_one_item_is_held_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(json_items, "CHUNK", 1000)
    items = read_items(write(tmp_path, json.dumps([{"a": "x" * 500}] * 200)))
    next(items)
    window = items.gi_frame.f_locals  # the generator is still inside the file
    assert sum(len(value) for value in window.values() if isinstance(value, str)) < 5000
    items.close()
