"""The folder's side: which files there are, what they say, and writing them with care."""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from memwell.app.imports import markdown, page
from memwell.app.sync.plan import File
from memwell.app.sync.says import fixed_in, of_page
from memwell.app.sync.state import Known
from memwell.core.errors import InvalidInput
from memwell.store import durable

CONFLICT = re.compile(r"\.conflict-[0-9a-f]{8}\.md$")


class Moved(Exception):
    """A file is no longer what was read of it: somebody is editing it right now."""


@dataclass
class Folder:
    """Files under one folder."""

    path: Path
    files: dict[str, File] = field(default_factory=dict)  # by the id of their memory
    new: list[File] = field(default_factory=list)  # those without one
    faults: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)  # conflicts that nobody has settled yet

    def read(self, known: dict[str, Known]) -> None:
        """Look at every file. Whose memory it is its front matter tells, else its name."""
        named = {each.file: id for id, each in known.items()}
        found = list(self._found())
        # Of two files with one id the one that had it before is the memory's.
        for file in sorted(found, key=lambda each: (named.get(each.name) != each.id, each.name)):
            id = file.id or named.get(file.name)
            if id is None and file.says:
                self.new.append(file)
            elif id is None:
                self.faults.append((file.name, file.fault))
            elif id in self.files:
                self._again(file, self.files[id])
            else:
                self.files[id] = file

    def write(self, name: str, content: bytes, before: File | None) -> str:
        """The new file's digest. Raises Moved when it is not as it was read."""
        path = self._inside(name)
        self._check(path, before)
        durable.write(path, content, only_new=before is None)
        return digest(content)

    def remove(self, file: File) -> None:
        """Raises Moved."""
        path = self._inside(file.name)
        self._check(path, file)
        path.unlink()

    def set_aside(self, file: File) -> str:
        """Keep what a file says under a name that tells of the conflict; gives that name."""
        name = f"{file.name.removesuffix('.md')}.conflict-{file.digest[:8]}.md"
        content = self._inside(file.name).read_bytes()
        if digest(content) != file.digest:
            raise Moved(file.name)
        path = self._inside(name)
        if not path.exists():
            durable.write(path, content, only_new=True)
        return name

    def _found(self) -> Iterator[File]:
        told = self.faults
        for path in markdown.files(self.path, lambda place, why: told.append((place, why))):
            name = path.relative_to(self.path).as_posix()
            if CONFLICT.search(name):
                self.waiting.append(name)
            elif not name.isprintable() or path.suffix != ".md":
                self.faults.append((ascii(name), "its name cannot be kept; rename it"))
            else:
                yield _file(path, name)

    def _again(self, file: File, first: File) -> None:
        why = f"it has the id of {first.name}; take the line `id` out of it to add it as a new one"
        self.faults.append((file.name, file.fault or why))

    def _inside(self, name: str) -> Path:
        """The path, none of whose folders is a link to somewhere else. Raises InvalidInput."""
        path = self.path / name
        for part in (path, *path.parents):
            if part == self.path:
                return path
            if part.is_symlink():
                raise InvalidInput(f"{part} is a link to somewhere else; nothing is written there")
        raise InvalidInput(f"{name} is not in {self.path}")

    def _check(self, path: Path, before: File | None) -> None:
        try:
            there = digest(path.read_bytes())
        except FileNotFoundError:
            there = None
        if there != (before.digest if before else None):
            raise Moved(path.name)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _file(path: Path, name: str) -> File:
    try:
        if path.stat().st_size > page.LARGEST:
            raise InvalidInput(f"it has more than {page.LARGEST:,} bytes")
        content = _content(path)
        found = page.parsed(content)
    except (InvalidInput, OSError) as fault:
        return File(name, "", fault=str(fault))
    id, version = found.fields.get("id"), found.fields.get("version")
    id = str(id) if id is not None else None
    version = version if isinstance(version, int) else None
    try:
        return File(name, digest(content), id, version, of_page(found), fixed=fixed_in(found))
    except InvalidInput as fault:
        return File(name, digest(content), id, version, fault=str(fault))


def _content(path: Path) -> bytes:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        return file.read(page.LARGEST + 1)
