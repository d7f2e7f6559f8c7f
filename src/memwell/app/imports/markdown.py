"""Notes in Markdown, with YAML front matter or without: a file, or a folder of them.

A note is one memory. Its front matter may say whose it is and when it holds (`user`, `agent`,
`session`, `valid`, `created`); what else stands there is kept as labels. Wikilinks to other notes
of the folder are links. Hidden folders are passed over, and links to other places refused.
"""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from memwell.app.imports import page
from memwell.app.imports.moments import moment
from memwell.app.imports.records import (
    Found,
    Memo,
    Tie,
    interval,
    labels_of,
    name_of,
    texts,
    words_of,
)
from memwell.bench.json_items import OnBad
from memwell.core.errors import InvalidInput

TITLE = "Markdown notes"
SUFFIXES = frozenset({".md", ".markdown"})
WIKI = re.compile(r"\[\[([^\[\]|#\n]{1,500})(?:[#|][^\[\]\n]{0,500})?\]\]")
LINKS, RELATION = "links", "links to"
OWN = (
    "id", "version", "user", "agent", "session", "valid", "created", "date", "trust", "labels",
    "role", "speaker", "until", "kind", LINKS,
)  # fmt: skip


def matches(first: Any) -> bool:  # noqa: ARG001
    """No JSON is a note."""
    return False


def is_note(path: Path) -> bool:
    """Whether the file has front matter."""
    with path.open("rb") as file:
        return file.read(8).removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"").startswith(b"---\n")


def is_folder(path: Path) -> bool:
    """Whether there are notes in it."""
    return any(True for _ in files(path))


def read(path: Path, on_bad: OnBad) -> Iterator[Found]:
    folder = path if path.is_dir() else path.parent
    found = list(files(path, on_bad)) if path.is_dir() else [path]
    stems = {_plain(file.stem): file.relative_to(folder).as_posix() for file in found}
    stems |= {_plain(_inside(file, folder)): _ref(file, folder) for file in found}
    for file in found:
        try:
            yield from _note(file, folder, stems)
        except (InvalidInput, OSError) as fault:
            on_bad(_ref(file, folder), str(fault))


def files(folder: Path, on_bad: OnBad | None = None) -> Iterator[Path]:
    """Notes in the folder and those below it; links are told and not followed."""
    for top, inner, names in os.walk(folder, followlinks=False):
        inner[:] = sorted(each for each in inner if not each.startswith("."))
        for name in sorted([*names, *inner]):
            path = Path(top, name)
            if path.suffix.lower() not in SUFFIXES and name not in inner:
                continue
            if path.is_symlink():
                if on_bad:
                    on_bad(_ref(path, folder), "it is a link to somewhere else, which is not read")
            elif path.is_file() and not name.startswith("."):
                yield path


def links_in(text: str) -> list[str]:
    """Names of the notes that a text links to, each once."""
    return list(dict.fromkeys(name.strip() for name in WIKI.findall(text)))


def _note(file: Path, folder: Path, stems: Mapping[str, str]) -> Iterator[Found]:
    ref = _ref(file, folder)
    if not ref.isprintable():
        raise InvalidInput("its name holds characters that cannot be shown")
    found = page.parsed(file.read_bytes())
    fields = found.fields
    start, end = valid(fields)
    id = name_of(fields.get("id")) or ref
    since = _moment(fields.get("created"))
    yield Memo(
        ref=id,
        text=words_of(found.text),
        role=name_of(fields.get("role")) or "memory",
        speaker=name_of(fields.get("speaker")),
        kind=name_of(fields.get("kind")),
        user=name_of(fields.get("user")),
        agent=name_of(fields.get("agent")),
        session=name_of(fields.get("session")),
        valid=interval(start, end),
        since=since,
        until=_moment(fields.get("until")),
        labels=labels(fields),
        whole=ref if id != ref else None,
    )
    told = {stems.get(_plain(name)): RELATION for name in links_in(found.text)}
    told |= {stems.get(_plain(name)): relation for relation, name in _told_links(fields)}
    yield from (Tie(id, other, relation) for other, relation in told.items() if other)


def valid(fields: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """When the note holds. Raises InvalidInput."""
    held = fields.get("valid")
    if isinstance(held, Mapping):
        return _moment(held.get("from")), _moment(held.get("to"))
    return _moment(held or fields.get("date")), None


def labels(fields: Mapping[str, Any]) -> dict[str, str]:
    """Those it lists, and all that is no field of ours."""
    listed = fields.get("labels") or {}
    if not isinstance(listed, Mapping):
        listed = {"labels": listed}
    own = {name: page.text_of(value) for name, value in listed.items() if value is not None}
    more = {name: value for name, value in fields.items() if name not in OWN}
    return {
        **labels_of({name: page.text_of(value) for name, value in more.items() if value}),
        **labels_of(own),
    }


def _told_links(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Links that the front matter lists as "relation [[note]]"."""
    for line in texts(fields.get(LINKS)):
        for name in links_in(line):
            yield line.partition("[[")[0].strip() or RELATION, name


def _moment(value: Any) -> datetime | None:
    return moment(page.moment_in(value))


def _plain(name: str) -> str:
    return name.strip().lower().removesuffix(".md")


def _inside(file: Path, folder: Path) -> str:
    return file.relative_to(folder).with_suffix("").as_posix()


def _ref(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix()
