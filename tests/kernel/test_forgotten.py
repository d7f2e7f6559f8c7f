"""After forgetting, no byte of it is in any file, and what was not asked for is all there."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from acting import Add, Draft, Link, Noting, Open, Text, Update
from hypothesis import given, settings
from hypothesis import strategies as st

from memwell.core.clock import ManualClock
from memwell.core.errors import NotFound
from memwell.core.payload import KV
from memwell.core.scope import Scope
from memwell.kernel import scrub, traces
from memwell.kernel.doctor.doctor import doctor
from memwell.kernel.memory import Memory
from support import START, WordEmbedder, base, files_holding, quick_folder

SECRET = "schwertfisch-ñ"
BRANCHES = ("main", "other")


def opened(folder: Path, **options: object) -> Memory:
    given = {"embedder": WordEmbedder(), "model": None, "clock": ManualClock(START), **options}
    return Memory(folder, **given)  # type: ignore[arg-type]


def everything(folder: Path) -> bytes:
    """Every byte of every file, free pages and log included."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def contents(memory: Memory) -> dict[str, list[tuple[object, ...]]]:
    """Of every memory in a branch: what it says in each version."""
    return {
        id: [(c.version, c.payload, c.state, dict(c.labels), c.keys) for c in memory.history(id)]
        for id in memory.store.resolve("", memory.scope, None)
    }


class Story:
    """A memory that is made up of drawn steps; every turn has a word that no other has."""

    def __init__(self, folder: Path, parents: bool) -> None:
        self.folder, self.clock = folder, ManualClock(START)
        strategy = Noting(parents=parents)
        self.memory = opened(folder, strategy=strategy, clock=self.clock)
        self.other: Memory | None = None
        self.words = 0
        self.said: dict[str, str] = {}  # the word of each turn
        self.tensors: dict[str, bytes] = {}  # by blob
        self.receipts: list[str] = []

    def word(self) -> str:
        self.words += 1
        return f"wörd{self.words:04d}q"

    def step(self, kind: str, n: int) -> None:
        self.clock.advance(timedelta(minutes=1))
        ids = sorted(self.said)
        if kind == "add" or not ids:
            fresh = [self.word() for _ in range(1 + n % 3)]
            texts = [f"{word} likes tea and {word}" for word in fresh]
            memory = self.other if self.other and n % 4 == 3 else self.memory
            receipt = memory.add(texts, session=f"s{n % 3}", user=f"u{n % 2}")
            self.said |= dict(zip(receipt.ids, fresh, strict=False))
            self.receipts.append(receipt.id)
        elif kind == "update":
            self._update(self.memory, ids[n % len(ids)])
        elif kind == "branch" and self.other is None:
            self.memory.branch("other")
            self.other = opened(self.folder, branch="other", clock=self.clock)
        elif kind == "branch" and self.other:
            self._update(self.other, ids[n % len(ids)])
        elif kind == "undo" and self.receipts:
            self.memory.undo(self.receipts[n % len(self.receipts)])
        elif kind == "manage":
            self.memory.manage()
        elif kind == "link":
            one, two = ids[n % len(ids)], ids[(n + 1) % len(ids)]
            why = f"{self.said[one]} and {self.said[two]}"
            self.memory.apply([Link(one, two, "next", why)], by="test")
        elif kind == "tensors":
            content = np.random.default_rng(self.words * 100 + n).bytes(64)
            blob = self.memory.blobs.put({"k": np.frombuffer(content, np.uint8)})
            cached = Draft(KV(blob, "model", 3, (0, 3)), parents=(ids[n % len(ids)],))
            self.memory.apply([Add(cached, f"of {self.said[ids[n % len(ids)]]}")], by="test")
            self.tensors[blob] = content

    def _update(self, memory: Memory, id: str) -> None:
        if memory.store.get(id):
            text = f"{self.said[id]} corrected {self.said[id]}"
            memory.apply([Update(id, f"about {self.said[id]}", payload=Text(text))], by="test")

    def branches(self) -> Iterator[Memory]:
        yield self.memory
        if self.other:
            yield self.other

    def close(self) -> None:
        for memory in self.branches():
            memory.close()


def codes(memory: Memory, ids: list[str]) -> list[bytes]:
    return memory.store.codes_of(ids)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "update", "branch", "undo", "manage", "link", "tensors"]),
        st.integers(0, 11),
    ),
    min_size=2,
    max_size=12,
)


@settings(max_examples=40)
@given(steps=STEPS, parents=st.booleans(), what=st.sampled_from(["fact", "session", "user"]),
       which=st.integers(0, 99))  # fmt: skip
def test_no_byte_of_it_is_left_and_all_else_is(
    steps: list[tuple[str, int]], parents: bool, what: str, which: int
) -> None:
    with quick_folder() as name:
        folder = Path(name)
        story = Story(folder, parents)
        for kind, n in steps:
            story.step(kind, n)
        memory = story.memory
        fact = sorted(story.said)[which % len(story.said)]
        (scope,) = {cube.scope for cube in memory.store.everywhere(fact)}
        named = {
            "fact": ((fact,), {}),
            "session": ((), {"session": scope.session}),
            "user": ((), {"user": scope.user}),
        }[what]
        if not memory.store.resolve(fact, memory.scope, None) and story.other:
            memory = story.other  # it was said in the branch alone
        before = [contents(each) for each in story.branches()]
        all_codes = {id: codes(memory, [id]) for held in before for id in held}
        preview = memory.forget(*named[0], **named[1], dry_run=True)
        assert [contents(each) for each in story.branches()] == before
        report = memory.forget(*named[0], **named[1])
        assert set(report.cubes) == set(preview.cubes)
        assert report.went == preview.went
        assert report.verified, report.how
        gone = set(report.cubes)
        assert fact in gone or what != "fact"

        after = [contents(each) for each in story.branches()]
        for held, left in zip(before, after, strict=True):
            assert left == {id: told for id, told in held.items() if id not in gone}
        assert_unfindable(story, [story.said[id] for id in gone & story.said.keys()])
        named_still = blobs_of(story)
        memory.export(folder.parent / f"{folder.name}.jsonl")
        exported = (folder.parent / f"{folder.name}.jsonl").read_bytes()
        (folder.parent / f"{folder.name}.jsonl").unlink()
        story.close()

        content = everything(folder)
        for id in gone & story.said.keys():
            for form in (story.said[id], json.dumps(story.said[id])[1:-1]):
                assert form.encode() not in content
                assert form.encode() not in exported
        kept_codes = {code for id, found in all_codes.items() if id not in gone for code in found}
        for code in {code for id in gone for code in all_codes.get(id, ())} - kept_codes:
            assert code not in content
        for blob, tensor in story.tensors.items():
            assert (tensor in content) == (blob in named_still)
        assert doctor(folder, deep=True).findings == ()


def assert_unfindable(story: Story, words: list[str]) -> None:
    """In no branch, at no moment."""
    for each in story.branches():
        for word in words:
            for moment in (None, START + timedelta(minutes=5)):
                found = each.search(word, k=99, as_of=moment)
                found += each.search(word, k=99, known_at=moment)
                assert word not in str([hit.cube for hit in found])


def blobs_of(story: Story) -> set[str]:
    """What memories name still."""
    return {
        cube.payload.blob
        for each in story.branches()
        for id in each.store.resolve("", each.scope, None)
        for cube in each.history(id)
        if isinstance(cube.payload, KV)
    }


def test_the_report_says_what_went_and_how_it_was_verified(open_memory: Open) -> None:
    memory = open_memory(strategy=Noting())
    one, two, _ = memory.add([SECRET, "tea"], session="s").ids
    memory.update(one, f"{SECRET}!")
    memory.apply([Link(one, two, "before", "why not")], by="test")
    report = memory.forget(one)
    assert report.went["versions"] == 3
    assert report.went["links"] == 1
    assert report.went["vectors"] == report.went["token_states"] == 3
    assert report.went["branches"] == 1
    assert "sought in" in report.how
    assert "none found" in report.how
    assert not report.waiting


def test_copies_made_while_it_was_there_are_listed(open_memory: Open, tmp_path: Path) -> None:
    memory = open_memory()
    memory.add("tea")
    memory.export(tmp_path / "before.jsonl")
    (id,) = memory.add(SECRET).ids
    memory.export(tmp_path / "with.jsonl.gz")
    memory.backup(tmp_path / "backup")
    preview = memory.forget(id, dry_run=True)
    report = memory.forget(id)
    assert {copy.kind for copy in report.copies} == {"export", "backup"}
    assert {Path(copy.path).name for copy in report.copies} == {"with.jsonl.gz", "backup"}
    assert preview.copies == report.copies
    assert files_holding(tmp_path / "backup", SECRET)  # listed, not erased


def test_what_others_say_too_is_no_trace(open_memory: Open) -> None:
    memory = open_memory()
    one = memory.add("I like tea very much", session="a").ids[0]
    memory.add("I like tea very much", session="b")
    report = memory.forget(one)
    assert report.verified
    assert [hit.cube.text for hit in memory.search("tea")] == ["I like tea very much"]


def test_a_trace_in_any_file_is_seen(open_memory: Open) -> None:
    memory = open_memory()
    (id,) = memory.add(f"the secret is {SECRET} and nothing else").ids
    (memory.path / "index").mkdir(exist_ok=True)
    (memory.path / "index" / "stray").write_bytes(b"x" * 7 + memory.store.codes_of([id])[0])
    report = memory.forget(id)
    assert not report.verified
    assert "found in index/stray" in report.how


def test_large_memories_are_searched_only_when_asked(
    open_memory: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traces, "SMALL", 10)
    memory = open_memory()
    one, two = memory.add([SECRET, f"again {SECRET}"]).ids
    report = memory.forget(one)
    assert report.verified
    assert "thorough=True" in report.how
    assert "sought in" in memory.forget(two, thorough=True).how


def test_searching_the_files_leaves_the_locks_of_sqlite_alone(open_memory: Open) -> None:
    """Closing any handle of a file drops all locks that a process has on it."""
    memory = open_memory()
    one, *_ = memory.add([SECRET, "tea"]).ids
    memory.forget(one)
    code = (
        "import sys; from pathlib import Path; from memwell.store.salvage.holders import holder;"
        " print(holder(Path(sys.argv[1])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(base(memory))],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() not in ("None", "")


def test_a_reader_that_holds_old_pages_is_told_of_and_the_next_opening_finishes(
    open_memory: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrub, "finish", _impatient(scrub.finish))
    memory = open_memory()
    (id,) = memory.add(SECRET).ids
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN');"
        " c.execute('SELECT count(*) FROM version').fetchone(); print('reading', flush=True);"
        " input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(base(memory))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as reader:  # fmt: skip
        assert reader.stdout
        assert reader.stdout.readline() == "reading\n"
        report = memory.forget(id)
        assert (report.verified, report.waiting) == (False, True)
        assert "next opening" in report.how
        memory.close()
        reader.communicate("\n")
    open_memory().close()
    assert files_holding(memory.path, SECRET) == []
    assert doctor(memory.path).findings == ()


def _impatient(finish):  # type: ignore[no-untyped-def]
    def finished(store, blobs, patience=0.3):  # type: ignore[no-untyped-def]
        return finish(store, blobs, min(patience, 0.3))

    return finished


def test_forgetting_twice_and_what_is_frozen(open_memory: Open) -> None:
    """Whoever asks to forget means it: frozen memories go. What is gone is not there to forget."""
    memory = open_memory()
    (id,) = memory.add(SECRET).ids
    memory.freeze(id)
    assert memory.forget(id).verified
    with pytest.raises(NotFound):
        memory.forget(id)
    assert files_holding(memory.path, SECRET) == []


def test_grants_on_somebody_go_with_their_last_memory(open_memory: Open) -> None:
    ana = open_memory(user=f"ana-{SECRET}")
    ana.add("tea", session=f"at-{SECRET}")
    ana.add("beer", session="elsewhere")
    ana.governance.grant("bob", session=f"at-{SECRET}")
    ana.governance.grant(Scope("default", "carl"))
    ana.forget(session=f"at-{SECRET}")
    assert [grant.to.user for grant in ana.governance.grants()] == ["carl"]
    ana.forget(user=f"ana-{SECRET}")
    assert ana.governance.grants() == []
    ana.close()
    assert files_holding(ana.path, SECRET) == []


def test_uses_counted_late_leave_nothing_behind(open_memory: Open) -> None:
    memory = open_memory()
    (id,) = memory.add(SECRET).ids
    memory.search(SECRET)
    memory.forget(id)
    memory.close()
    assert doctor(memory.path).findings == ()


def test_evidence_that_is_gone_is_named_by_nobody(open_memory: Open) -> None:
    memory = open_memory()
    first, second = memory.add("my name is Ana"), memory.add(f"yes, {SECRET}")
    memory.apply([Update(first.ids[0], "confirmed", events=(second.id,))], by="user")
    memory.forget(*second.ids)
    assert memory.get(first.ids[0]).source.events == (first.id,)
    assert doctor(memory.path).findings == ()
