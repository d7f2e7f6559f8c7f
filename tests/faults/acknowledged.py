"""What a memory must hold, after everything that was acknowledged and whatever broke off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from acting import Noting

from memwell.core.clock import SystemClock
from memwell.kernel.doctor.doctor import doctor
from memwell.kernel.memory import Memory
from memwell.kernel.queue import LEASE
from memwell.store.codec import dump_states
from support import WordEmbedder, assert_embedded, assert_sound, tables

EMBEDDER = WordEmbedder()
SEARCHED = 3  # of the memories, at every check


class Later(SystemClock):
    """A clock that can be put on: what a process that was killed had claimed is free again."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead

    @classmethod
    def put_on(cls) -> None:
        cls.ahead += LEASE + timedelta(seconds=1)


class Background(Noting):
    """Refines in the background, as strategies that ask a model do."""

    needs_model = True


def opened(folder: Path, *, background: bool = False, exhaustive: int = 2) -> Memory:
    """With the index files in use from the third memory on."""
    strategy = Background() if background else Noting()
    memory = Memory(folder, embedder=EMBEDDER, model=None, strategy=strategy, clock=Later())
    memory._reembedder.source.exhaustive = exhaustive
    return memory


@dataclass
class Deed:
    """One thing done to a memory; what it comes to is known once it is acknowledged."""

    name: str
    id: str = ""  # of the memory it is done to
    texts: tuple[str, ...] = ()


@dataclass
class Truth:
    """What was acknowledged; and the one deed that may be done or not."""

    texts: dict[str, list[str]] = field(default_factory=dict)  # of all versions, by id
    blobs: dict[str, str] = field(default_factory=dict)  # digest by the id of its cube
    bases: dict[str, str] = field(default_factory=dict)  # what such a cube was made of
    gone: list[str] = field(default_factory=list)  # texts that were forgotten
    begun: Deed | None = None

    def done(self, result: Any) -> None:
        """The deed that was begun is acknowledged with this result."""
        deed, self.begun = self.begun, None
        assert deed
        match deed.name:
            case "add" | "many":
                self.texts |= {id: [text] for id, text in zip(result, deed.texts, strict=True)}
            case "update":
                self.texts[deed.id].append(deed.texts[0])
            case "tensors":
                self._computed(deed, *result)
            case "forget":
                self._forgotten(result)

    def _computed(self, deed: Deed, id: str, digest: str) -> None:
        self.texts[id], self.blobs[id], self.bases[id] = [deed.texts[0]], digest, deed.id

    def _forgotten(self, ids: Iterable[str]) -> None:
        for id in ids:
            self.gone += self.texts.pop(id, [])
            self.blobs.pop(id, None)
            self.bases.pop(id, None)

    # -- asking a memory

    def check(self, folder: Path, *, background: bool = False, export: bool = False) -> None:
        """Opens the memory, and settles what the deed that broke off has come to."""
        Later.put_on()
        memory = opened(folder, background=background)
        try:
            memory.wait()
            self._settle(memory)
            self.check_bytes(folder)  # before anything is searched
            self._check_kept(memory)
            self._check_refined(memory)
            self._check_gone(memory, export=export)
        finally:
            memory.close()
        self.check_bytes(folder)
        assert_clean(folder)

    def _settle(self, memory: Memory) -> None:
        """All of it is there, or nothing."""
        deed, self.begun = self.begun, None
        held = {cube.text: cube.id for cube in memory.view().scan()}
        if deed and deed.name in ("add", "many"):
            found = [held[text] for text in deed.texts if text in held]
            assert len(found) in (0, len(deed.texts)), f"a part of {deed} is there"
            self.texts |= {id: [text] for id, text in zip(found, deed.texts, strict=False)}
        elif deed and deed.name == "update" and deed.texts[0] in held:
            self.texts[deed.id].append(deed.texts[0])
        elif deed and deed.name == "forget" and not memory.store.history(deed.id):
            self._forgotten([id for id in self.texts if not memory.store.history(id)])
        elif deed and deed.name == "tensors":
            self._settle_tensors(memory, deed)

    def _settle_tensors(self, memory: Memory, deed: Deed) -> None:
        for id in memory.store.derived([deed.id]):
            payload = memory.get(id).payload
            if id not in self.texts and hasattr(payload, "blob"):
                self._computed(deed, id, payload.blob)

    def _check_kept(self, memory: Memory) -> None:
        """Every memory in every version, its tensors, and that the last ones are found."""
        for id, texts in self.texts.items():
            if id in self.blobs:
                held = memory.blobs.get(self.blobs[id])["words"].tobytes().decode()
                assert held == texts[0]
            else:
                assert [cube.text for cube in memory.history(id)] == texts
        for id in [id for id in self.texts if id not in self.blobs][-SEARCHED:]:
            hits = memory.search(self.texts[id][-1], 3)
            assert id in [hit.cube.id for hit in hits], f"{self.texts[id][-1]} is not found"

    def _check_refined(self, memory: Memory) -> None:
        """Every event has its note, and only one."""
        notes = [cube for cube in memory.view().scan() if cube.text.startswith("noted")]
        noted = [event for note in notes for event in note.source.events]
        assert len(noted) == len(set(noted))
        assert not memory.store.unrefined()

    def _check_gone(self, memory: Memory, *, export: bool) -> None:
        tables_ = tables(memory.path / "memory.db").items()
        held = [(name, row, repr(row)) for name, rows in tables_ for row in rows]
        for text in self.gone:
            found = [(name, row) for name, row, words in held if unique(text) in words]
            assert not found, f"{text} was forgotten and is in {found}"
        for text in self.gone[-SEARCHED:]:
            assert not any(unique(text) in hit.cube.text for hit in memory.search(text, 5))
        if export:
            path = memory.path.with_suffix(".jsonl")
            memory.export(path)
            found = path.read_text()
            assert not [text for text in self.gone if unique(text) in found]

    def check_bytes(self, folder: Path) -> None:
        """No byte of what was forgotten is in any file, and no blob that broke off."""
        files = [path for path in folder.rglob("*") if path.is_file()]
        held = {path: path.read_bytes() for path in files}
        for text in self.gone:
            for trace in traces(text):
                assert not [path for path, content in held.items() if trace in content], text
        assert not list((folder / "blobs").rglob("*.part"))


def assert_clean(folder: Path) -> None:
    """The memory is whole: the one place where that is asked."""
    health = doctor(folder)
    assert health.sound, health.findings
    assert_sound(folder / "memory.db")
    assert_embedded(folder / "memory.db", EMBEDDER.fingerprint)


def unique(text: str) -> str:
    """The word of a text that no other text has."""
    return text.split(maxsplit=1)[0]


@cache
def traces(text: str) -> Sequence[bytes]:
    """Bytes that tell of a text: its word, its vector, its token states."""
    made = EMBEDDER.embed([text])
    assert made.tokens
    return (
        unique(text).encode(),
        made.vectors[0].tobytes(),
        dump_states(made.tokens[0]),
    )
