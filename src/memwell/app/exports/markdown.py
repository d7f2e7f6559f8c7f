"""A folder of notes: one Markdown file for every memory, links as wikilinks in its front matter."""

from collections import defaultdict
from pathlib import Path

from memwell.app.exports.files import write_members
from memwell.app.exports.held import Held
from memwell.app.imports.page import Page, rendered
from memwell.app.imports.records import MEMORY, OURS
from memwell.app.sync import says
from memwell.core.cube import MemCube
from memwell.core.errors import InvalidInput


def write(path: Path, held: Held) -> int:
    """Raises InvalidInput for a folder that holds something already."""
    if path.is_dir() and any(path.iterdir()):
        raise InvalidInput(f"{path} holds something already; name a new folder, or see `sync`")
    names: dict[str, str] = {}
    taken: set[str] = set()
    for cube in held.cubes.values():
        names[cube.id] = says.name_for(cube, taken)
        taken.add(names[cube.id])
    links: dict[str, list[str]] = defaultdict(list)
    for link in held.links:
        links[link.src].append(f"{link.relation} [[{names[link.dst].removesuffix('.md')}]]")
    write_members(path, {
        names[id]: _page(cube, links[id], held) for id, cube in held.cubes.items()
    })  # fmt: skip
    return len(held.cubes)


def _page(cube: MemCube, links: list[str], held: Held) -> bytes:
    told = says.fields_of(cube, held.created(cube))
    role, kind = cube.labels.get("role"), cube.labels.get("is")
    told |= {"role": role} if role and role != MEMORY else {}
    told |= {"speaker": cube.speaker} if cube.speaker else {}
    told |= {"kind": kind} if kind else {}
    told |= {"until": cube.until.isoformat()} if cube.until else {}
    told |= {"links": links} if links else {}
    hidden = cube.labels.keys() - says.shown(cube.labels).keys() - OURS
    held.leave("labels that are long or strange", len(hidden))
    return rendered(Page(told, cube.text))
