"""Breadth-first search: how many steps away everything is, as far as one looks."""

from collections.abc import Callable, Iterable, Sequence

Step = tuple[str, str]  # two nodes that are next to each other
Around = Callable[[Sequence[str]], Iterable[Step]]  # all steps to and from these nodes


def distances(origins: Iterable[str], around: Around, depth: int, most: int) -> dict[str, int]:
    """Steps from the nearest origin to every node within `depth`, in order of finding.

    Stops in between when `most` nodes are found: somebody whom everything is about is next to
    everything.
    """
    found = dict.fromkeys(origins, 0)
    edge = list(found)
    for steps in range(1, depth + 1):
        edge = _next(edge, found, around, steps, most)
        if not edge:
            break
    return found


def _next(
    edge: Sequence[str], found: dict[str, int], around: Around, steps: int, most: int
) -> list[str]:
    """The nodes one step on, which are entered into what was found."""
    fresh: list[str] = []
    for pair in around(edge):
        for node in pair:
            if len(found) >= most:
                return fresh
            if node not in found:
                found[node] = steps
                fresh.append(node)
    return fresh
