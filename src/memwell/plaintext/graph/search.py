"""Searching facts, entities, episodes and communities by named recipes (paper 35, §3).

Each method fetches twice as many candidates as are wanted: BM25, cosine, and breadth-first search
from the entities that the other two come upon. One ranking then orders all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from memwell.core.cube import MemCube
from memwell.core.errors import InvalidOutput
from memwell.core.evidence import Evidence, Ints
from memwell.core.hit import Hit, Reason
from memwell.core.model import Floats
from memwell.core.view import Query, View
from memwell.index.analysis import terms
from memwell.index.flat import top
from memwell.index.fuse import diverse, reciprocal_ranks
from memwell.index.late import best_matches, rarity
from memwell.index.lexical import bm25
from memwell.models.prompts.zep import RELEVANCE, Lines
from memwell.plaintext.graph.network import Network, ends, searchable
from memwell.plaintext.graph.recipes import Recipe, filter_of
from memwell.plaintext.graph.records import MENTIONS

RANK_CONSTANT = 0.0  # the paper's: the first of a ranking counts 1, the second a half
CENTRE = 0.1  # the distance of an entity from itself


@dataclass(frozen=True)
class Settings:
    """Of all recipes; the paper's figures."""

    min_cosine: float = 0.6
    depth: int = 3  # hops of the breadth-first search
    balance: float = 0.5  # of relevance against novelty, for MMR
    fetched: int = 2  # times as many candidates as results, from each method


@dataclass
class Candidates:
    """What the methods found in one scope, as columns."""

    cubes: list[MemCube] = field(default_factory=list)
    rankings: dict[str, Ints] = field(default_factory=dict)  # positions, by method
    vectors: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    cosine: Floats = field(default_factory=lambda: np.zeros(0, np.float32))


def search(query: Query, view: View, k: int, recipe: Recipe, settings: Settings) -> list[Hit]:
    """The k best of all scopes of the recipe, best first."""
    found = [_scope(scope, query, view, k, recipe, settings) for scope in recipe.scopes]
    return merged(found, k) if len(found) > 1 else found[0][:k]


def merged(lists: Sequence[Sequence[Hit]], k: int) -> list[Hit]:
    """Scopes in turn: the best of each, then the second of each. Scores become 1 / rank."""
    ranked = [
        (place, order, hit) for order, hits in enumerate(lists) for place, hit in enumerate(hits)
    ]
    chosen = sorted(ranked, key=lambda each: each[:2])[:k]
    return [
        Hit(hit.cube, 1 / (place + 1) - order * 1e-6, hit.reasons) for place, order, hit in chosen
    ]


def _scope(
    scope: str, query: Query, view: View, k: int, recipe: Recipe, settings: Settings
) -> list[Hit]:
    """The k best of one scope."""
    narrowed = view.only(filter_of(scope))
    evidence = narrowed.evidence(query.text)
    most = settings.fetched * k
    ranked = _ranked(query, evidence, narrowed, most, settings)
    ids = [evidence.ids[place] for ranking in ranked.values() for place in ranking.tolist()]
    network = Network(view)
    if "bfs" in recipe.methods:
        reached = network.reached(_origins(ids, query, view), settings.depth)
        ids += network.near(scope, reached)[:most]
    candidates = _gathered(ids, ranked, evidence, query, narrowed, most)
    if not candidates.cubes:
        return []
    scores = _scores(recipe.ranking, candidates, query, narrowed, k, network, settings)
    return [_hit(place, scores, candidates, recipe.ranking) for place in top(scores, k).tolist()]


def _ranked(
    query: Query, evidence: Evidence, view: View, most: int, settings: Settings
) -> dict[str, Ints]:
    """Positions in the evidence by method, best first."""
    if not len(evidence):
        return {}
    lexical = bm25(terms(query.text), evidence.terms)
    found = {"bm25": _above(lexical, 0.0, most)}
    embedding = view.embed([query.text])
    if embedding is not None and evidence.vectors.shape[1]:
        cosines: Floats = evidence.vectors @ embedding.vectors[0]
        found["cosine"] = _above(cosines, settings.min_cosine, most)
    return found


def _above(scores: Floats, least: float, most: int) -> Ints:
    best = top(scores, most)
    return best[scores[best] > least]


def _origins(ids: Sequence[str], query: Query, view: View) -> list[str]:
    """Entities that what was found is about; of turns, those they name."""
    cubes = searchable(view, ids)
    found = [end for cube in cubes for end in ends(cube)]
    turns = [cube.id for cube in cubes if "is" not in cube.labels]
    found += [link.dst for link in view.neighbours(*turns) if link.relation == MENTIONS]
    return list(dict.fromkeys([*found, *named(query, view)]))


def named(query: Query, view: View) -> list[str]:
    """Entities whose whole names the question tells, the first one told first."""
    text = query.text.lower()
    hits = view.only({"is": "entity"}).search(query.text, 10)
    places = {hit.cube.id: text.find(hit.cube.text.lower()) for hit in hits}
    return sorted((id for id, at in places.items() if at >= 0), key=lambda id: (places[id], id))


def _gathered(
    ids: Sequence[str],
    ranked: Mapping[str, Ints],
    evidence: Evidence,
    query: Query,
    view: View,
    most: int,
) -> Candidates:
    """All candidates once, with the ranking of each method among them."""
    cubes = searchable(view, dict.fromkeys(ids))
    places = {cube.id: place for place, cube in enumerate(cubes)}
    rankings = {
        method: _positions([evidence.ids[at] for at in ranking.tolist()], places)
        for method, ranking in ranked.items()
    }
    known = {id for ranking in ranked.values() for id in [evidence.ids[at] for at in ranking]}
    beyond = [id for id in dict.fromkeys(ids) if id not in known][:most]
    rankings["bfs"] = _positions(beyond, places)
    found = Candidates(cubes, rankings)
    embedding = view.embed([query.text, *(cube.line for cube in cubes)]) if cubes else None
    if embedding is not None:
        found.vectors = embedding.vectors[1:]
        found.cosine = found.vectors @ embedding.vectors[0]
    return found


def _positions(ids: Sequence[str], places: Mapping[str, int]) -> Ints:
    return np.array([places[id] for id in ids if id in places], np.int64)


def _scores(
    ranking: str,
    found: Candidates,
    query: Query,
    view: View,
    k: int,
    network: Network,
    settings: Settings,
) -> Floats:
    """Of every candidate, by the ranking; what it cannot tell apart stands as RRF has it."""
    fused = reciprocal_ranks(list(found.rankings.values()), len(found.cubes), RANK_CONSTANT)
    match ranking:
        case "mmr" if len(found.cosine):
            chosen = diverse(found.cosine, found.vectors, k, settings.balance)
            return _in_order(chosen, len(found.cubes))
        case "mentions":
            return _tied(mentions(found.cubes, network), fused)
        case "distance":
            return _tied(closeness(found.cubes, query, view, network, settings), fused)
        case "cross_encoder":
            return _tied(_judged(found.cubes, query, view), fused)
        case "late":
            return _tied(_late(found.cubes, query, view), fused)
    return fused


def _tied(scores: Floats, fused: Floats) -> Floats:
    """Equals in the order of RRF, which never overrules a score."""
    return np.asarray(scores + 1e-6 * fused, np.float32)


def _in_order(chosen: Sequence[int], count: int) -> Floats:
    scores = np.zeros(count, np.float32)
    for place, at in enumerate(chosen):
        scores[at] = 1 / (place + 1)
    return scores


def mentions(cubes: Sequence[MemCube], network: Network) -> Floats:
    """In how many episodes each stands, as a score: more of them are better."""
    network.around([cube.id for cube in cubes if cube.labels.get("is") == "entity"])
    counts = [len(set(network.turns.get(cube.id, ()))) or len(cube.source.events) for cube in cubes]
    return np.array(counts, np.float32)


def closeness(
    cubes: Sequence[MemCube], query: Query, view: View, network: Network, settings: Settings
) -> Floats:
    """1 / hops from the entity the question names, or else that of the best candidate; 0 beyond."""
    about = [end for cube in cubes for end in ends(cube)]
    centre = next(iter([*named(query, view), *about]), None)
    if centre is None:
        return np.zeros(len(cubes), np.float32)
    hops = network.reached([centre], settings.depth)
    far = [min((hops[end] for end in ends(cube) if end in hops), default=None) for cube in cubes]
    return np.array([0.0 if d is None else 1 / (d or CENTRE) for d in far], np.float32)


def _judged(cubes: Sequence[MemCube], query: Query, view: View) -> Floats:
    """A model reads question and text together; an answer that does not fit judges nothing."""
    texts = Lines([cube.line for cube in cubes])
    try:
        scores = view.ask(RELEVANCE, question=query.text, texts=texts).scores
    except InvalidOutput:
        scores = []
    if len(scores) != len(cubes):
        return np.zeros(len(cubes), np.float32)
    return np.clip(np.array(scores, np.float32), 0.0, 1.0)


def _late(cubes: Sequence[MemCube], query: Query, view: View) -> Floats:
    """Token by token, rare ones counting more; zeros without an embedder that has tokens."""
    embedding = view.embed([query.text, *(cube.line for cube in cubes)])
    if embedding is None or embedding.tokens is None:
        return np.zeros(len(cubes), np.float32)
    asked, *held = embedding.tokens
    return np.asarray(best_matches(asked, held) @ rarity(asked, held), np.float32)


def _hit(place: int, scores: Floats, found: Candidates, ranking: str) -> Hit:
    reasons = [
        Reason(method, 1 / (int(np.flatnonzero(held == place)[0]) + 1), f"found by {method}")
        for method, held in found.rankings.items()
        if place in held
    ]
    told = Reason(ranking, float(scores[place]), f"ranked by {ranking.replace('_', ' ')}")
    return Hit(found.cubes[place], float(scores[place]), (told, *reasons))
