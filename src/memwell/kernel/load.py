"""Finds a mechanism by its name: "plaintext:zep" is the class in plaintext/zep.py.

No registry: a file's name is its entry. Plug-ins from outside come by the entry-point groups
`memwell.plaintext`, `memwell.activation` and so on.
"""

import re
from importlib import import_module
from importlib.metadata import entry_points
from importlib.resources import files
from inspect import getmembers, isclass

from memwell.core.errors import UnknownName

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
    for point in entry_points(group=f"memwell.{family}"):
        if point.name == short:
            plugin: type = point.load()
            return plugin
    if short not in names(family):
        raise UnknownName(f"no {family} mechanism called {short!r}; there are: {_listed(family)}")
    return _main_class(f"memwell.{family}.{short}")


def names(family: str) -> list[str]:
    """Names of all mechanisms of a family, plug-ins included."""
    try:
        folder = files(f"memwell.{family}")
    except ModuleNotFoundError:
        return []
    inside = [file.name[:-3] for file in folder.iterdir() if file.name.endswith(".py")]
    shipped = [name for name in inside if name not in ("__init__", "base")]
    return sorted({*shipped, *(point.name for point in entry_points(group=f"memwell.{family}"))})


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
