"""Claude's memory tool (`memory_20250818`): files under /memories that are memories.

    client.beta.messages.run_tools(tools=[MemwellMemoryTool(Memory("memory"))], …)

A file is one memory: every edit is a new version, a deleted file comes back with `undo`, and what
is in files can be searched. Answers and errors are those of the tool's own file system version.
"""

import asyncio
import posixpath
from collections.abc import Iterator
from typing import Any

from memwell.core.cube import MemCube
from memwell.integrations.missing import missing
from memwell.integrations.records import VALUE, Put, Records
from memwell.kernel.memory import Memory

try:
    from anthropic.lib.tools import (
        BetaAbstractMemoryTool,
        BetaAsyncAbstractMemoryTool,
        ToolError,
    )
    from anthropic.types import beta
except ImportError as error:
    raise missing("anthropic", error) from error

Create = beta.BetaMemoryTool20250818CreateCommand
Delete = beta.BetaMemoryTool20250818DeleteCommand
Insert = beta.BetaMemoryTool20250818InsertCommand
Rename = beta.BetaMemoryTool20250818RenameCommand
StrReplace = beta.BetaMemoryTool20250818StrReplaceCommand
View = beta.BetaMemoryTool20250818ViewCommand

KIND = "anthropic"
ROOT = "/memories"
MOST_LINES, NUMBER = 999_999, 6  # and how wide a line's number is printed
SHOWN = 2  # levels of a directory
UNITS = ("B", "K", "M", "G")


class MemwellMemoryTool(BetaAbstractMemoryTool):
    """The tool for `Anthropic`; directories are there as long as a file is in them.

    Args:
        memory: Where the files are kept. Hand over `memory.acting(user=…)` for each user.
        cache_control: As the tool of Anthropic's own package takes it.
    """

    def __init__(self, memory: Memory, *, cache_control: Any = None) -> None:
        super().__init__(cache_control=cache_control)
        self.memory, self._files = memory, Records(memory, KIND)

    def view(self, command: View) -> str:
        """A file with line numbers, or what a directory holds, two levels deep."""
        path = checked(command.path)
        if (cube := self._files.get(path)) is not None:
            return _numbered(command.path, content(cube), command.view_range)
        held = self._below(path)
        if not held and path != ROOT:
            raise ToolError(f"The path {command.path} does not exist. Please provide a valid path.")
        sizes = {each: len(content(cube).encode()) for each, cube in held.items()}
        return _listed(command.path, path, sizes)

    def create(self, command: Create) -> str:
        """A new file; one that is there already is not overwritten."""
        path = checked(command.path)
        if self._there(path) or path == ROOT:
            raise ToolError(f"File {command.path} already exists")
        for above in _above(path):
            if self._files.get(above):
                raise ToolError(f"The path {above} is not a directory")
        self._write(path, command.file_text, "created")
        return f"File created successfully at: {command.path}"

    def str_replace(self, command: StrReplace) -> str:
        """Replaces words that stand in the file exactly once."""
        path, text, old = checked(command.path), self._read(command.path), command.old_str
        lines = [text[:place].count("\n") + 1 for place in _places(text, old)]
        if not lines:
            raise ToolError(
                f"No replacement was performed, old_str `{old}` did not appear verbatim in "
                f"{command.path}."
            )
        if len(lines) > 1:
            raise ToolError(
                f"No replacement was performed. Multiple occurrences of old_str `{old}` in lines: "
                f"{', '.join(map(str, lines))}. Please ensure it is unique"
            )
        changed = text.replace(old, command.new_str)
        self._write(path, changed, "edited")
        return (
            "The memory file has been edited. Here is the snippet showing the change (with line "
            f"numbers):\n{_around(changed, lines[0])}"
        )

    def insert(self, command: Insert) -> str:
        """Text after a line; 0 is the beginning."""
        path, lines = checked(command.path), self._read(command.path).split("\n")
        if lines[-1] == "":
            lines.pop()
        if not 0 <= command.insert_line <= len(lines):
            raise ToolError(
                f"Invalid `insert_line` parameter: {command.insert_line}. "
                f"It should be within the range [0, {len(lines)}]."
            )
        lines.insert(command.insert_line, command.insert_text.rstrip("\n"))
        changed = "\n".join(lines)
        self._write(path, changed if changed.endswith("\n") else changed + "\n", "edited")
        return f"The file {command.path} has been edited."

    def delete(self, command: Delete) -> str:
        """A file, or a directory with all that is in it."""
        path = checked(command.path)
        if path == ROOT:
            raise ToolError("Cannot delete the /memories directory itself")
        gone = self._held(path)
        if not gone:
            raise ToolError(f"The path {command.path} does not exist")
        self._files.put([Put(each, None, {}) for each in gone], "deleted")
        return f"Successfully deleted {command.path}"

    def rename(self, command: Rename) -> str:
        """Moves a file or a directory; its old name keeps the history up to there."""
        old, new = checked(command.old_path), checked(command.new_path)
        if old == ROOT:
            raise ToolError("Cannot rename the /memories directory itself")
        if new == ROOT or self._there(new):
            raise ToolError(f"The destination {command.new_path} already exists")
        moved = self._held(old)
        if not moved:
            raise ToolError(f"The path {command.old_path} does not exist")
        if new.startswith(f"{old}/"):
            raise ToolError(f"{command.old_path} cannot be moved into itself")
        puts = [Put(each, None, {}) for each in moved]
        puts += [_file(new + each[len(old) :], content(cube)) for each, cube in moved.items()]
        self._files.put(puts, f"renamed from {old}")
        return f"Successfully renamed {command.old_path} to {command.new_path}"

    def clear_all_memory(self) -> str:
        """Deletes all files; `memory.forget` erases them for good."""
        self._files.drop(self._files.scan(), "all memory cleared")
        return "All memory cleared"

    # -- shared

    def _below(self, path: str) -> dict[str, MemCube]:
        """Files in a directory and in those below it, by path."""
        every = {cube.labels["address"]: cube for cube in self._files.scan()}
        return {each: every[each] for each in sorted(every) if each.startswith(f"{path}/")}

    def _held(self, path: str) -> dict[str, MemCube]:
        """The file, or all files of the directory."""
        cube = self._files.get(path)
        return {path: cube} if cube else self._below(path)

    def _there(self, path: str) -> bool:
        return bool(self._held(path))

    def _read(self, given: str) -> str:
        path = checked(given)
        cube = self._files.get(path)
        if cube is None and (path == ROOT or self._below(path)):
            raise ToolError(f"The path {given} is not a file.")
        if cube is None:
            raise ToolError(f"The path {given} does not exist. Please provide a valid path.")
        return content(cube)

    def _write(self, path: str, text: str, why: str) -> None:
        self._files.put([_file(path, text)], f"{why} by the assistant")


class AsyncMemwellMemoryTool(BetaAsyncAbstractMemoryTool):
    """The same for `AsyncAnthropic`, in worker threads."""

    def __init__(self, memory: Memory, *, cache_control: Any = None) -> None:
        super().__init__(cache_control=cache_control)
        self.memory, self._tool = memory, MemwellMemoryTool(memory)

    async def view(self, command: View) -> str:
        """Like `MemwellMemoryTool.view`."""
        return await asyncio.to_thread(self._tool.view, command)

    async def create(self, command: Create) -> str:
        """Like `MemwellMemoryTool.create`."""
        return await asyncio.to_thread(self._tool.create, command)

    async def str_replace(self, command: StrReplace) -> str:
        """Like `MemwellMemoryTool.str_replace`."""
        return await asyncio.to_thread(self._tool.str_replace, command)

    async def insert(self, command: Insert) -> str:
        """Like `MemwellMemoryTool.insert`."""
        return await asyncio.to_thread(self._tool.insert, command)

    async def delete(self, command: Delete) -> str:
        """Like `MemwellMemoryTool.delete`."""
        return await asyncio.to_thread(self._tool.delete, command)

    async def rename(self, command: Rename) -> str:
        """Like `MemwellMemoryTool.rename`."""
        return await asyncio.to_thread(self._tool.rename, command)

    async def clear_all_memory(self) -> str:
        """Like `MemwellMemoryTool.clear_all_memory`."""
        return await asyncio.to_thread(self._tool.clear_all_memory)


def checked(path: str) -> str:
    """The path in its plain form. Raises ToolError for one that leads out of /memories."""
    if path != ROOT and not path.startswith(f"{ROOT}/"):
        raise ToolError(f"Path must start with /memories, got: {path}")
    if "\x00" in path:
        raise ToolError("Path holds a NUL character")
    plain = posixpath.normpath(path)
    if plain != ROOT and not plain.startswith(f"{ROOT}/"):
        raise ToolError(f"Path {path} would escape /memories directory")
    return plain


def content(cube: MemCube) -> str:
    """What is in a file, to the letter."""
    return cube.labels.get(VALUE, cube.text)


def _file(path: str, text: str) -> Put:
    """A file with nothing in it is found by its name; its words are kept beside."""
    exact = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if exact.strip():
        return Put(path, exact, {})
    return Put(path, path, {VALUE: exact})


def _above(path: str) -> Iterator[str]:
    while (path := posixpath.dirname(path)) != ROOT:
        yield path


def _places(text: str, wanted: str) -> Iterator[int]:
    place = text.find(wanted)
    while place != -1:
        yield place
        place = text.find(wanted, place + 1) if place < len(text) else -1


def _lines(lines: list[str], first: int) -> str:
    return "\n".join(f"{first + n:>{NUMBER}}\t{line}" for n, line in enumerate(lines))


def _numbered(path: str, text: str, wanted: list[int] | None) -> str:
    lines, start = text.split("\n"), 0
    if len(lines) > MOST_LINES:
        raise ToolError(f"File {path} exceeds maximum line limit of 999,999 lines.")
    if wanted and len(wanted) == 2:
        start = max(1, wanted[0]) - 1
        lines = lines[start : None if wanted[1] == -1 else wanted[1]]
    return f"Here's the content of {path} with line numbers:\n{_lines(lines, start + 1)}"


def _around(text: str, line: int) -> str:
    """Two lines before a line and two after it."""
    start = max(0, line - 3)
    return _lines(text.split("\n")[start : line + 2], start + 1)


def _listed(given: str, path: str, sizes: dict[str, int]) -> str:
    """Sizes and paths, two levels deep; hidden files are left out."""
    shown: dict[str, int] = {}
    for each, size in sizes.items():
        parts = each[len(path) + 1 :].split("/")
        if any(part.startswith(".") for part in parts[:SHOWN]):
            continue
        for depth in range(1, min(len(parts), SHOWN) + 1):
            name = "/".join(parts[:depth]) + ("/" if depth < len(parts) else "")
            shown[name] = shown.get(name, 0) + size
    head = (
        f"Here're the files and directories up to 2 levels deep in {given}, excluding hidden items:"
    )
    rows = [(sum(sizes.values()), given), *((shown[n], f"{given}/{n}") for n in sorted(shown))]
    return "\n".join([head, *(f"{_size(size)}\t{name}" for size, name in rows)])


def _size(size: float) -> str:
    unit = 0
    while size >= 1024 and unit < len(UNITS) - 1:
        size, unit = size / 1024, unit + 1
    return f"{size:.0f}{UNITS[unit]}" if size == int(size) else f"{size:.1f}{UNITS[unit]}"
