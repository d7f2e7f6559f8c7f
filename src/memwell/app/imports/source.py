"""The JSON files a path stands for: a file, the folder of an unpacked export, or its zip."""

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from memwell.app.imports.members import member_text, opened_zip
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
        if file.is_symlink():
            raise InvalidInput(f"{file} is a link to somewhere else; an export holds its own files")
        yield from _named(file.name, read_items(file, on_bad))


def _zip_items(path: Path, on_bad: OnBad | None) -> Iterator[Item]:
    with opened_zip(path) as archive:
        infos = {info.filename: info for info in archive.infolist()}
        members = sorted(name for name in infos if fnmatch(Path(name).name, EXPORTED))
        if not members:
            raise InvalidInput(f"{path}: expected {EXPORTED} in this archive, found none")
        for member in members:
            with member_text(archive, infos[member], path) as stream:
                yield from _named(member, items_of(stream, f"{path}/{member}", on_bad))


def _named(name: str, items: Iterator[Item]) -> Iterator[Item]:
    return (Item(f"{name}, {item.place}", item.value) for item in items)
