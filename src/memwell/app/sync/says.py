"""What a page says of a memory, and what a memory says on a page: the same when nobody edited."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from memwell.app.as_json import of_interval, of_moment
from memwell.app.imports import markdown
from memwell.app.imports.page import Page, rendered, text_of
from memwell.app.imports.records import APART, OURS
from memwell.core.cube import MemCube
from memwell.core.interval import Interval

SHOWN, NAMED = 300, 100  # characters of a label and of its name that a page shows
MOST = 40  # labels that it shows
FIXED = ("id", "version", "created", "user", "agent", "session", "trust")  # are not edited


@dataclass(frozen=True, slots=True)
class Says:
    """The part of a memory that can be edited."""

    text: str
    valid: Interval
    labels: Mapping[str, str]


def of_cube(cube: MemCube) -> Says:
    return Says(cube.text.replace("\r\n", "\n"), cube.valid, shown(cube.labels))


def of_page(page: Page) -> Says:
    """Raises InvalidInput for times that cannot be read, or an end before the start."""
    return Says(page.text, Interval(*markdown.valid(page.fields)), markdown.labels(page.fields))


def shown(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels that a person may edit: no long ones, none that memwell sets itself."""
    found = {name: value for name, value in sorted(labels.items()) if _fits(name, value)}
    return dict(list(found.items())[:MOST])


def edited(cube: MemCube, says: Says) -> dict[str, str]:
    """The labels of the memory once those on the page are as they were edited."""
    hidden = {name: value for name, value in cube.labels.items() if name not in shown(cube.labels)}
    return {**says.labels, **hidden}


def fixed_in(page: Page) -> dict[str, str]:
    """What a page says in the fields that cannot be edited."""
    return {name: text_of(page.fields[name]) for name in FIXED if name in page.fields}


def fixed(cube: MemCube, created: datetime | None) -> dict[str, Any]:
    """The fields of a page that tell of the memory and cannot be edited."""
    found = {
        "id": cube.id, "version": cube.version, "created": of_moment(created),
        "user": cube.scope.user, "agent": cube.scope.agent, "session": cube.scope.session,
        "trust": cube.source.trust,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


def page_of(cube: MemCube, created: datetime | None) -> bytes:
    """The file of a memory."""
    return rendered(Page(fields_of(cube, created), of_cube(cube).text))


def fields_of(cube: MemCube, created: datetime | None) -> dict[str, Any]:
    """Its front matter."""
    says = of_cube(cube)
    fields = fixed(cube, created)
    held = {name: moment for name, moment in of_interval(says.valid).items() if moment}
    if held:
        fields["valid"] = held
    if says.labels:
        fields["labels"] = dict(says.labels)
    return fields


def name_for(cube: MemCube, taken: set[str]) -> str:
    """A file name that tells what is in it, made of letters and digits alone."""
    plain = unicodedata.normalize("NFKD", cube.text[:200]).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:48].strip("-")
    for length in range(6, len(cube.id) + 1):
        name = "-".join(filter(None, (words, cube.id[:length]))) + ".md"
        if name not in taken:
            break
    return name


def _fits(name: str, value: str) -> bool:
    return (
        name not in OURS
        and name not in markdown.OWN
        and not name.startswith(APART)
        and 0 < len(name) <= NAMED
        and 0 < len(value) <= SHOWN
        and (name + value).isprintable()
    )
