"""The JSON files a path stands for: a file, the folder of an unpacked export, or its zip."""

import io
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from memwell.bench.json_items import Item, OnBad, items_of, read_items
from memwell.core.errors import InvalidInput

EXPORTED = "conversations*.json"  # what ChatGPT and Claude call their files


def exported_items(path: Path, on_bad: OnBad | None = None) -> Iterator[Item]:
    """Every item of every JSON file; places name the file where there are several.

    Raises InvalidInput when there is no such file.
    """
    if path.is_dir():
        yield from _folder_items(path, on_bad)
    elif path.suffix == ".zip":
        yield from _zip_items(path, on_bad)
    else:
        yield from read_items(path, on_bad)


def _folder_items(path: Path, on_bad: OnBad | None) -> Iterator[Item]:
    files = sorted(path.glob(EXPORTED))
    if not files:
        raise InvalidInput(f"{path}: expected {EXPORTED} in this folder, found none")
    for file in files:
        yield from _named(file.name, read_items(file, on_bad))


def _zip_items(path: Path, on_bad: OnBad | None) -> Iterator[Item]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted(m for m in archive.namelist() if fnmatch(Path(m).name, EXPORTED))
            if not members:
                raise InvalidInput(f"{path}: expected {EXPORTED} in this archive, found none")
            for member in members:
                with archive.open(member) as raw:
                    stream = io.TextIOWrapper(raw, encoding="utf-8-sig")
                    yield from _named(member, items_of(stream, f"{path}/{member}", on_bad))
    except (zipfile.BadZipFile, UnicodeDecodeError) as fault:
        raise InvalidInput(f"{path}: cannot be read as a zip of UTF-8 files ({fault})") from fault


def _named(name: str, items: Iterator[Item]) -> Iterator[Item]:
    return (Item(f"{name}, {item.place}", item.value) for item in items)
