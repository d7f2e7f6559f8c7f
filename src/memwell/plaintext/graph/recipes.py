"""Named ways to search the graph: what is searched, by which methods, ranked how.

A name is what is searched and the ranking: "facts_rrf", "entities_distance", "combined_mmr". The
one called "said" is for conversations and stands apart (plaintext/graph/said.py).
"""

from dataclasses import dataclass

from memwell.core.errors import UnknownName
from memwell.core.filter import Filter, parsed
from memwell.core.view import SAID

SAID_FIRST = "said"  # the default: turns as they are found by all means, told by their facts
EVERYTHING = ("facts", "episodes", "entities", "communities")
METHODS = ("bm25", "cosine", "bfs")
RANKINGS = ("rrf", "mmr", "mentions", "distance", "cross_encoder", "late")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to search."""

    scopes: tuple[str, ...]  # in the order in which equals are told
    methods: tuple[str, ...]
    ranking: str


def _recipes() -> dict[str, Recipe]:
    """Every ranking of everything and of each scope; mentions are counted where there are any."""
    scopes = {"combined": EVERYTHING} | {name: (name,) for name in EVERYTHING}
    found = {}
    for name, searched in scopes.items():
        for ranking in RANKINGS:
            if ranking == "mentions" and not {"facts", "entities"} >= set(searched):
                continue
            found[f"{name}_{ranking}"] = Recipe(searched, METHODS, ranking)
    return found


RECIPES = _recipes()

_KIND = {"facts": "fact", "entities": "entity", "communities": "community"}


def recipe(name: str) -> Recipe:
    """By its name. Raises UnknownName, listing what there is."""
    if name not in RECIPES:
        known = ", ".join([SAID_FIRST, *RECIPES])
        raise UnknownName(f"there is no way to search called {name!r}; there are: {known}")
    return RECIPES[name]


def filter_of(scope: str) -> Filter:
    """What a view is narrowed to for searching it."""
    found = SAID if scope == "episodes" else parsed({"is": _KIND[scope]})
    assert found is not None
    return found
