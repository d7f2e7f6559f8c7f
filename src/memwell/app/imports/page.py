"""Markdown with YAML front matter: one page, read with care for who may have written it.

Front matter is plain data of a few kilobytes. Anchors and aliases, with which a few lines grow
into gigabytes, tags, which name classes of programs, and names given twice are refused.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib import import_module
from typing import Any

from memwell.core.errors import InvalidInput, ModelUnavailable

FENCE = "---"
LONGEST = 64 * 1024  # characters of front matter
DEEPEST = 8  # levels of it
LARGEST = 8 << 20  # bytes of a page


@dataclass(frozen=True, slots=True)
class Page:
    """What a file says."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""


def parsed(content: bytes) -> Page:
    """The page. Raises InvalidInput, saying why it is refused."""
    if len(content) > LARGEST:
        raise InvalidInput(f"it has {len(content):,} bytes; at most {LARGEST:,} are read")
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as fault:
        raise InvalidInput(f"it is not UTF-8 text ({fault.reason})") from fault
    head, found = _split(text)
    return Page(_fields(head) if found else {}, text if not found else _after(text, head))


def rendered(page: Page) -> bytes:
    """As a file; `parsed` gives the same page again."""
    yaml = _yaml()
    head = yaml.safe_dump(dict(page.fields), allow_unicode=True, sort_keys=False, width=1_000)
    return f"{FENCE}\n{head}{FENCE}\n{page.text}\n".encode()


def moment_in(value: Any) -> Any:
    """YAML reads dates by itself; a day begins at midnight."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value.isoformat() if isinstance(value, datetime) else value


def plain(value: Any) -> Any:
    """Front matter as JSON knows it."""
    match value:
        case Mapping():
            return {str(name): plain(each) for name, each in value.items()}
        case list() | tuple() | set():
            return [plain(each) for each in value]
        case date():
            return moment_in(value)
        case None | str() | bool() | int() | float():
            return value
    raise InvalidInput(f"front matter holds a {type(value).__name__}, which cannot be kept")


def text_of(value: Any) -> str:
    """As a label keeps it."""
    value = plain(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _split(text: str) -> tuple[str, bool]:
    """The front matter, and whether there is any."""
    if not text.startswith(f"{FENCE}\n"):
        return "", False
    start = len(FENCE) + 1
    end = text.find(f"\n{FENCE}\n", start - 1)
    if end < 0 and text.endswith(f"\n{FENCE}"):
        end = len(text) - len(FENCE) - 1
    if end < 0:
        return "", False  # a rule across the page, not front matter
    return text[start : end + 1], True


def _after(text: str, head: str) -> str:
    body = text[len(FENCE) + 1 + len(head) + len(FENCE) + 1 :]
    return body.removesuffix("\n")


def _fields(head: str) -> dict[str, Any]:
    if len(head) > LONGEST:
        raise InvalidInput(f"its front matter has {len(head):,} characters; {LONGEST:,} are read")
    yaml = _yaml()
    try:
        found = yaml.load(head, Loader=_loader()) if head.strip() else {}
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as fault:
        raise InvalidInput(f"its front matter cannot be read: {_told(fault)}") from fault
    if not isinstance(found or {}, dict):
        raise InvalidInput("its front matter is no list of names and values")
    return {str(name): value for name, value in (found or {}).items()}


def _told(fault: BaseException) -> str:
    mark = getattr(fault, "problem_mark", None)
    place = f" (line {mark.line + 2})" if mark else ""
    return f"{getattr(fault, 'problem', None) or fault}{place}"


def _yaml() -> Any:
    try:
        return import_module("yaml")  # comes with tokenizers; slow to import
    except ImportError as error:
        raise ModelUnavailable("front matter needs PyYAML: pip install pyyaml") from error


@cache
def _loader() -> Any:
    """A loader of plain data that knows neither aliases, nor tags, nor a name twice."""
    yaml = _yaml()

    class Careful(yaml.SafeLoader):  # type: ignore[misc, name-defined]
        """Refuses on the way, before anything is made."""

        depth = 0

        def compose_node(self, parent: Any, index: Any) -> Any:
            """Overrides yaml's."""
            event = self.peek_event()
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise InvalidInput("its front matter has anchors or aliases, which are not read")
            if getattr(event, "tag", None):
                raise InvalidInput("its front matter has tags (!), which are not read")
            self.depth += 1
            if self.depth > DEEPEST:
                raise InvalidInput(f"its front matter is more than {DEEPEST} levels deep")
            node = super().compose_node(parent, index)
            self.depth -= 1
            return node

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            """Overrides yaml's."""
            names = [self.construct_object(name, deep=True) for name, _ in node.value]
            if len(set(map(str, names))) < len(names):
                raise InvalidInput("its front matter has a name twice")
            found: dict[Any, Any] = super().construct_mapping(node, deep)
            return found

    return Careful
