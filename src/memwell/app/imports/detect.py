"""Finds out which format a file has, by what is in it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from memwell.app.imports import (
    chatgpt,
    claude,
    cogx,
    graphiti,
    letta,
    locomo,
    longmemeval,
    markdown,
    mcp,
    mem0,
    openai,
    transcript,
)
from memwell.app.imports.base import Format
from memwell.app.imports.records import Found
from memwell.app.imports.source import EXPORTED, exported_items
from memwell.bench.json_items import OnBad
from memwell.core.errors import InvalidInput

FORMATS: Mapping[str, Format] = {
    "chatgpt": chatgpt,
    "claude": claude,
    "longmemeval": longmemeval,
    "locomo": locomo,
    "letta": letta,
    "mem0": mem0,
    "graphiti": graphiti,
    "cogx": cogx,
    "mcp": mcp,
    "openai": openai,
    "markdown": markdown,
    "transcript": transcript,
}
JSON = frozenset({".json", ".jsonl", ".zip", ".af"})
NOTES = frozenset({".md", ".markdown"})
TEXT = frozenset({".txt", ".md", ".markdown"})


def detect(path: Path) -> str:
    """The name of the format.

    Raises InvalidInput, saying what was expected, when the path is of none.
    """
    if not path.exists():
        raise InvalidInput(f"{path}: there is no such file or folder")
    if name := _folder(path) if path.is_dir() else _file(path):
        return name
    try:
        return _by_first_item(path)
    except InvalidInput as fault:
        if path.is_dir() or path.suffix in JSON:
            raise
        if transcript.speaks(path):
            return "transcript"
        raise InvalidInput(f"{path}: neither JSON nor a transcript ({fault})") from fault


def read(path: Path, on_bad: OnBad, name: str | None = None) -> Iterator[Found]:
    """The conversations and memories of a file, in the named format or the one it is found to have.

    Raises InvalidInput when the format is unknown, or nothing in the file can be read.
    """
    name = name or detect(path)
    if name not in FORMATS:
        raise InvalidInput(f"no import format {name!r}; there are: {', '.join(FORMATS)}")
    return FORMATS[name].read(path, on_bad)


def _file(path: Path) -> str | None:
    """What a file is, where its name or first bytes tell."""
    if path.suffix == ".zip":
        return "cogx" if cogx.is_archive(path) else None
    if mem0.is_history(path):
        return "mem0"
    if path.suffix in NOTES and markdown.is_note(path):
        return "markdown"
    return "transcript" if path.suffix in TEXT else None


def _folder(folder: Path) -> str | None:
    """What a folder's files are, where their names tell."""
    if cogx.is_archive(folder):
        return "cogx"
    if name := _dataset(folder):
        return name
    exported = any(folder.glob(EXPORTED))
    return "markdown" if not exported and markdown.is_folder(folder) else None


def _dataset(folder: Path) -> str | None:
    """A folder that holds a benchmark's files."""
    if (folder / "questions.jsonl").is_file() or any(folder.glob("longmemeval*.json")):
        return "longmemeval"
    return "locomo" if any(folder.glob("locomo*.json")) else None


def _by_first_item(path: Path) -> str:
    item = next(exported_items(path), None)
    first = item.value if item else None
    for name, each in FORMATS.items():
        if each.matches(first):
            return name
    shown = f"keys {', '.join(list(first)[:6])}" if isinstance(first, Mapping) else repr(first)[:60]
    titles = ", ".join(each.TITLE for each in FORMATS.values())
    raise InvalidInput(f"{path}: expected one of {titles}; its first item has {shown}")
