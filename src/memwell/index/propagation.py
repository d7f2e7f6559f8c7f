"""Communities by label propagation: everybody takes the label that most of their ties point to.

All move at once, as in Zep (35): a label whose ties weigh more than 1 is taken, otherwise the
larger of it and one's own. Moving at once can swing for ever between two states; as soon as a
state comes back, nodes move one after the other, and leave their label only for a heavier one,
which makes the weight of ties within communities grow at each move and so comes to rest.
"""

from collections.abc import Mapping

Ties = Mapping[str, Mapping[str, float]]  # how much ties each node to each other; symmetric


def communities(ties: Ties) -> list[list[str]]:
    """Nodes by community, the largest first; each sorted by name."""
    names = sorted(ties)
    labels = {name: place for place, name in enumerate(names)}
    seen: set[tuple[int, ...]] = set()
    while (state := tuple(labels.values())) not in seen:
        seen.add(state)
        labels = {name: _label(ties[name], labels, labels[name]) for name in names}
        if tuple(labels.values()) == state:
            return grouped(labels)
    return grouped(settled(ties, labels))


def settled(ties: Ties, labels: Mapping[str, int]) -> dict[str, int]:
    """Labels at rest, each node having moved on its own."""
    found, moved = dict(labels), True
    while moved:
        moved = False
        for name in sorted(ties):
            weights = _weights(ties[name], found)
            own = weights.get(found[name], 0.0)
            best = max(weights, key=lambda label: (weights[label], label), default=found[name])
            if weights.get(best, 0.0) > own:
                found[name], moved = best, True
    return found


def grouped(labels: Mapping[str, int]) -> list[list[str]]:
    """Names that share a label, together."""
    groups: dict[int, list[str]] = {}
    for name, label in labels.items():
        groups.setdefault(label, []).append(name)
    return sorted((sorted(group) for group in groups.values()), key=lambda g: (-len(g), g))


def _label(ties: Mapping[str, float], labels: Mapping[str, int], own: int) -> int:
    weights = _weights(ties, labels)
    if not weights:
        return own
    best = max(weights, key=lambda label: (weights[label], label))
    return best if weights[best] > 1 else max(own, best)


def _weights(ties: Mapping[str, float], labels: Mapping[str, int]) -> dict[int, float]:
    weights: dict[int, float] = {}
    for other, weight in ties.items():
        weights[labels[other]] = weights.get(labels[other], 0.0) + weight
    return weights
