"""Finds a mechanism by its name: "plaintext:zep" is the class in plaintext/zep.py.

No registry: a file's name is its entry. Plug-ins from outside come by the entry-point groups
`memwell.plaintext`, `memwell.activation` and so on.
"""

import re
from importlib import import_module
from importlib.resources import files
from inspect import getmembers, isclass
from typing import TYPE_CHECKING

from memwell.core.errors import UnknownName

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

FAMILIES = ("plaintext", "activation", "parametric", "offload", "hardware", "index")
NAME = re.compile(r"([a-z]+):([a-z][a-z0-9_]*)")


def load(name: str) -> type:
    """The class behind a name such as "plaintext:verbatim".

    Raises UnknownName, listing what there is.
    """
    match = NAME.fullmatch(name)
    if not match or match[1] not in FAMILIES:
        raise UnknownName(
            f"{name!r} is not a name like 'family:name'; families: {', '.join(FAMILIES)}"
        )
    family, short = match.groups()
    if short in _shipped(family):
        return _main_class(f"memwell.{family}.{short}")
    for point in _plugins(family):
        if point.name == short:
            plugin: type = point.load()
            return plugin
    raise UnknownName(f"no {family} mechanism called {short!r}; there are: {_listed(family)}")


def names(family: str) -> list[str]:
    """Names of all mechanisms of a family, plug-ins included."""
    return sorted({*_shipped(family), *(point.name for point in _plugins(family))})


def _shipped(family: str) -> list[str]:
    try:
        folder = files(f"memwell.{family}")
    except ModuleNotFoundError:
        return []
    inside = [file.name[:-3] for file in folder.iterdir() if file.name.endswith(".py")]
    return [name for name in inside if name not in ("__init__", "base")]


def _plugins(family: str) -> "EntryPoints":
    from importlib.metadata import entry_points  # slow: it looks at every installed package

    return entry_points(group=f"memwell.{family}")


def _listed(family: str) -> str:
    return ", ".join(names(family)) or "none yet"


def _main_class(module_name: str) -> type:
    """A mechanism file defines one public class."""
    module = import_module(module_name)
    found: list[type] = [
        member
        for name, member in getmembers(module, isclass)
        if member.__module__ == module_name and not name.startswith("_")
    ]
    if len(found) != 1:
        raise UnknownName(
            f"{module_name} must define exactly one public class, it has {len(found)}"
        )
    return found[0]
