"""Whatever is done on both sides between two syncs, nothing is lost and both sides agree."""

from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from memwell.app.imports import page
from memwell.app.sync.folder import CONFLICT
from memwell.app.sync.sync import Synced, sync
from memwell.core.clock import ManualClock
from memwell.core.lifecycle import State
from memwell.core.op import Update
from memwell.kernel.memory import Memory
from support import START, quick_folder

WORDS = st.sampled_from(["tea", "milk", "a\n\nb", "---\nx\n---", "ends\n", "[[tea]]", "é ü", "#"])
PICK = st.integers(0, 50)


class BothSides(RuleBasedStateMachine):
    """A memory and a folder that are edited by turns, or at once."""

    def __init__(self) -> None:
        super().__init__()
        self.holder = quick_folder()
        self.folder = Path(self.holder.name, "notes")
        self.memory = Memory(
            Path(self.holder.name, "memory"), embedder=None, clock=ManualClock(START), seed=1
        )
        self.count = 0
        self.said: set[str] = set()  # everything that stood anywhere when a sync began

    def teardown(self) -> None:
        self.memory.close()
        self.holder.cleanup()

    # -- the memory's side

    @rule(words=WORDS)
    def add(self, words: str) -> None:
        self.memory.add(self._new(words))

    @rule(pick=PICK, words=WORDS)
    def change(self, pick: int, words: str) -> None:
        if id := self._memory(pick):
            self.memory.update(id, self._new(words))

    @rule(pick=PICK)
    def take_out(self, pick: int) -> None:
        if id := self._memory(pick):
            self.memory.apply([Update(id, "no longer", state=State.EXPIRED)], by="test")

    @rule(pick=PICK)
    def freeze_and_thaw(self, pick: int) -> None:
        """A new version that says the same."""
        if id := self._memory(pick):
            self.memory.freeze(id)
            self.memory.thaw(id)

    # -- the folder's side

    @rule(words=WORDS)
    def write(self, words: str) -> None:
        self.folder.mkdir(exist_ok=True)
        text = self._new(words)
        (self.folder / f"new-{self.count}.md").write_text(text)

    @rule(pick=PICK, words=WORDS)
    def edit(self, pick: int, words: str) -> None:
        if file := self._file(pick):
            found = page.parsed(file.read_bytes())
            file.write_bytes(page.rendered(page.Page(found.fields, self._new(words))))

    @rule(pick=PICK, words=WORDS)
    def write_anew(self, pick: int, words: str) -> None:
        """An editor that throws the front matter away."""
        if file := self._file(pick):
            file.write_text(self._new(words))

    @rule(pick=PICK)
    def delete(self, pick: int) -> None:
        if file := self._file(pick):
            file.unlink()

    @rule(pick=PICK)
    def rename(self, pick: int) -> None:
        if file := self._file(pick):
            self.count += 1
            file.rename(self.folder / f"moved-{self.count}.md")

    @rule(pick=PICK)
    def copy(self, pick: int) -> None:
        if file := self._file(pick):
            self.count += 1
            (self.folder / f"copy-{self.count}.md").write_bytes(file.read_bytes())

    @rule(pick=PICK)
    def break_(self, pick: int) -> None:
        if file := self._file(pick):
            file.write_bytes(b"---\n[broken\n---\n")

    @precondition(lambda self: (self.folder / ".memwell-sync.json").exists())
    @rule()
    def lose_the_state(self) -> None:
        (self.folder / ".memwell-sync.json").unlink()

    # -- both

    @rule()
    def bring_together(self) -> None:
        before = self._everything()
        found = sync(self.memory, self.folder, most_deleted=None)
        assert before <= self._everything(), before - self._everything()
        self._agree(found)
        again = sync(self.memory, self.folder, most_deleted=None)
        assert not any(again.counts.values()), again.done

    @invariant()
    def no_half_written_file(self) -> None:
        assert not list(self.folder.rglob("*.part"))

    def _agree(self, found: Synced) -> None:
        """Every memory has its file and every file its memory, but for those it told of."""
        told = {name for name, _ in found.faults}
        files = {}
        for path in self._files():
            if path.name not in told:
                read = page.parsed(path.read_bytes())
                files[str(read.fields["id"])] = read.text
        alive = {cube.id: cube.text for cube in self.memory.view().scan()}
        assert files.items() <= alive.items()
        assert not alive.keys() - files.keys() or told

    def _everything(self) -> set[str]:
        """All words that can still be read: in a version, or in a file."""
        ids = self.memory.store.resolve("", self.memory.scope, None)
        kept = {cube.text for id in ids for cube in self.memory.store.history(id)}
        return kept | {_words(path) for path in self.folder.rglob("*.md")} - {""}

    def _new(self, words: str) -> str:
        self.count += 1
        return f"{words} {self.count}"

    def _memory(self, pick: int) -> str | None:
        ids = sorted(cube.id for cube in self.memory.view().scan())
        return ids[pick % len(ids)] if ids else None

    def _files(self) -> list[Path]:
        return sorted(path for path in self.folder.rglob("*.md") if not CONFLICT.search(path.name))

    def _file(self, pick: int) -> Path | None:
        files = [path for path in self._files() if _words(path)]
        return files[pick % len(files)] if files else None


def _words(path: Path) -> str:
    try:
        return page.parsed(path.read_bytes()).text.strip()
    except ValueError:
        return ""


BothSides.TestCase.settings = settings(max_examples=60, stateful_step_count=25)
TestBothSides = BothSides.TestCase
