"""Which systems run, and why not."""

import pytest

from memwell.bench.ops.systems import SYSTEMS, chosen, read_sizes, short
from memwell.core.errors import UnknownName


def named(peers):
    return [system.name for system in chosen(peers)]


def test_peers_are_chosen_by_name():
    assert named("none") == ["memwell", "memwell, default search"]
    assert named("all") == [system.name for system in SYSTEMS]
    assert named("mem0, chromadb")[2:] == ["chromadb", "mem0"]


def test_an_unknown_peer_is_named():
    with pytest.raises(UnknownName, match=r"'pinecone'.*chromadb, lancedb, sqlite-vec, mem0"):
        chosen("pinecone")


@pytest.mark.parametrize(
    ("name", "size", "reason"),
    [
        ("mem0", 100_000, "capped at 10k"),
        ("mem0", 10_000, None),
        ("chromadb", 1_000_000, "capped at 100k"),
        ("sqlite-vec", 100_000, None),
        ("lancedb, IVF_PQ", 1_000, "needs 10k or more"),
        ("memwell", 1_000_000, None),
    ],
)
def test_sizes_beyond_a_system(name, size, reason):
    system = next(one for one in SYSTEMS if one.name == name)
    assert system.unfit(size) == reason


def test_every_system_has_its_driver():
    for system in SYSTEMS:
        assert system.script.is_file()


def test_drivers_of_peers_import_nothing_of_memwell():
    for system in SYSTEMS:
        if system.requires:
            assert "memwell" not in system.script.read_text()
    assert "import memwell" not in (SYSTEMS[0].script.parent / "harness.py").read_text()


def test_sizes_are_read_as_people_write_them():
    assert read_sizes("10k, 1k,1M,200") == [200, 1_000, 10_000, 1_000_000]
    assert [short(size) for size in (200, 1_000, 100_000, 1_000_000)] == ["200", "1k", "100k", "1M"]
    with pytest.raises(ValueError, match="ten"):
        read_sizes("ten")
