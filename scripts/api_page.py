"""docs/api.md: the public names of memwell, written from their signatures and docstrings."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import memwell
from memwell.core.cube import MemCube, Source
from memwell.core.hit import Reason
from memwell.core.interval import Interval
from memwell.core.job import Job
from memwell.core.message import Event
from memwell.kernel.archive import Manifest
from memwell.kernel.context import Context
from memwell.kernel.explain import Explanation
from memwell.kernel.forget import ForgetReport

INTRODUCTION = """\
<!-- Written by `make docs` from the docstrings; edit those instead. -->
# Python API

Everything in the first part is imported from `memwell`. Errors are subclasses of `MemwellError`;
their text says what to do next.
"""
VALUES = """\
# Values it returns

Plain frozen values; programs read them and need not import their classes.
"""
QUALIFIED = re.compile(r"\b(?:\w+\.)+(?=[A-Za-z_])")
FIELD = re.compile(r"^    (\w+): [^#\n]*?# (.+)$", re.MULTILINE)
ITEM = re.compile(r"^    (\w[\w, ]*): (.*)$")
FIRST = ("Memory", "AsyncMemory")  # what readers come for
RETURNED = (
    Context,
    Explanation,
    ForgetReport,
    Manifest,
    MemCube,
    Source,
    Interval,
    Event,
    Reason,
    Job,
)


def render_api() -> str:
    """The whole page."""
    names = [*FIRST, *(name for name in memwell.__all__ if name not in FIRST)]
    parts = [INTRODUCTION]
    for name in names:
        parts += _class(name, getattr(memwell, name))
    parts.append(VALUES)
    for kind in RETURNED:
        parts += _class(kind.__name__, kind)
    return "\n".join(parts).rstrip() + "\n"


def _class(name: str, kind: Any) -> Iterator[str]:
    yield from (f"## {name}", "")
    if not issubclass(kind, Exception):
        yield from ("```text", _signature(name, kind), "```", "")
    yield from (_markdown(inspect.getdoc(kind) or ""), "")
    if is_dataclass(kind):
        yield from _fields(kind)
    own = [each for each in kind.__mro__ if each.__module__.startswith("memwell.")]
    members = {key: value for each in own for key, value in vars(each).items()}
    public = {key: value for key, value in members.items() if not key.startswith("_")}
    methods = {key: value for key, value in public.items() if _documented(value)}
    if name == "AsyncMemory":
        yield from (f"Its methods: {', '.join(f'`{method}`' for method in methods)}.", "")
        return
    for method, value in methods.items():
        yield from _method(name, method, value)


def _fields(kind: Any) -> Iterator[str]:
    """The fields that say more than their name and type."""
    told = dict(FIELD.findall(inspect.getsource(kind)))
    if told:
        yield from (
            f"- `{each.name}`: {told[each.name]}" for each in fields(kind) if each.name in told
        )
        yield ""


def _documented(value: Any) -> bool:
    return inspect.isfunction(value) or isinstance(value, property)


def _method(owner: str, name: str, value: Any) -> Iterator[str]:
    yield from (f"### {owner}.{name}", "")
    if isinstance(value, property):
        words = inspect.getdoc(value) or _returned(value.fget)
        yield from (words, "")
        return
    yield from ("```text", _signature(f"{owner}.{name}", value), "```", "")
    yield from (_markdown(inspect.getdoc(value) or ""), "")


def _returned(function: Any) -> str:
    return f"Gives `{_short(inspect.signature(function).return_annotation)}`."


def _signature(name: str, value: Any) -> str:
    """On one line while it is short; else a parameter to a line."""
    found = inspect.signature(value)
    parameters = [each for each in found.parameters.values() if each.name != "self"]
    result = found.return_annotation
    told = (
        "" if inspect.isclass(value) or result in (found.empty, None) else f" -> {_short(result)}"
    )
    spelled = list(_spelled(parameters))
    line = f"{name}({', '.join(spelled)}){told}"
    if len(line) <= 92:
        return line
    return "\n".join([f"{name}(", *(f"    {each}," for each in spelled), f"){told}"])


def _spelled(parameters: list[inspect.Parameter]) -> Iterator[str]:
    starred = False
    for each in parameters:
        starred |= each.kind is each.VAR_POSITIONAL
        if each.kind is each.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        star = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
        kind = "" if each.annotation is each.empty else f": {_short(each.annotation)}"
        default = "" if each.default is each.empty else f" = {_value(each.default)}"
        yield f"{star}{each.name}{kind}{default}"


def _value(value: Any) -> str:
    value = value.value if isinstance(value, Enum) else value
    return "…" if "object at" in repr(value) or "factory" in repr(value) else repr(value)


def _short(annotation: Any) -> str:
    """A type without the modules it lives in."""
    written = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return QUALIFIED.sub("", written)


def _markdown(text: str) -> str:
    """A docstring, its Args as a list and its examples as text."""
    lines, inside = [], False
    for line in text.splitlines():
        item = ITEM.match(line) if inside else None
        if line == "Args:":
            inside = True
        elif item:
            lines.append(f"- `{item[1]}`: {item[2]}")
        elif inside and line.startswith("        "):
            lines.append(f"  {line.strip()}")
        else:
            inside = inside and not line.strip()
            lines.append(line)
    return "\n".join(lines)
