"""Late interaction: every query token looks for its best match among a memory's tokens (MaxSim).

score = Σ_i w_i max_j q_i · d_j over contextual token states, special tokens left out
(ColBERT, Khattab and Zaharia 2020), weighted by the rarity of the query's tokens.
"""

from collections.abc import Sequence

import numpy as np

from memwell.core.evidence import Evidence, Ints, Population
from memwell.core.model import Floats, TokenStates
from memwell.index.surroundings import with_surroundings

VOCABULARY = 65_536  # ids fit two bytes
POWER = 0.75  # damps the lead of tokens that stand in one memory only


def best_matches(query: TokenStates, documents: Sequence[TokenStates | None]) -> Floats:
    """max_j q_i · d_j for every document and query token i: [documents, query tokens].

    Zeros for a document without token states.
    """
    matches = np.zeros((len(documents), len(query)), np.float32)
    present = [states for states in documents if states is not None and len(states.ids)]
    if present and len(query):
        lengths = [len(states.ids) if states is not None else 0 for states in documents]
        places = np.flatnonzero(lengths)
        starts = np.cumsum([0, *(len(states.ids) for states in present)])[:-1]
        codes = np.concatenate([states.codes for states in present]).astype(np.float32)
        scale = np.concatenate([states.scale for states in present]).astype(np.float32)
        asked = query.codes.astype(np.float32) * query.scale.astype(np.float32)[:, None]
        matches[places] = np.maximum.reduceat((codes @ asked.T) * scale[:, None], starts, axis=0)
    return matches


def matches_around(
    query: TokenStates, evidence: Evidence, states: Sequence[TokenStates | None]
) -> Floats:
    """Best matches in every turn or, discounted, next to it: [n, query tokens]."""
    lengths = np.array([len(held.ids) if held is not None else 0 for held in states], np.int64)
    return with_surroundings(
        best_matches(query, states), evidence.sessions, evidence.places, lengths
    )


def pieces(text: str, query: TokenStates) -> list[str]:
    """The WordPieces of the text, each that goes on within a word marked by ##."""
    if query.spans is None:
        return []
    found, last = [], -1
    for start, end in query.spans.tolist():
        goes_on = start == last and text[start - 1].isalnum() and text[start].isalnum()
        found.append(("##" if goes_on else "") + text[start:end].lower())
        last = end
    return found


def rarity(
    query: TokenStates,
    documents: Sequence[TokenStates | None],
    population: Population | None = None,
) -> Floats:
    """Weights of the query's tokens by WordPiece id, summing to 1: ln(1 + N / (1 + df))^.75.

    Where the documents were chosen, N and df are of what they were chosen from.
    """
    holders: Floats = _holders(query, documents).astype(np.float32)
    count = len(documents)
    if population:
        holders, count = population.with_pieces(query.ids, holders), population.count
    weights = np.log1p(count / (1.0 + holders)) ** POWER
    return (weights / max(float(weights.sum()), 1e-9)).astype(np.float32)


def _holders(query: TokenStates, documents: Sequence[TokenStates | None]) -> Ints:
    """How many documents hold the WordPiece of each query token: [query tokens]."""
    held = [states.ids for states in documents if states is not None]
    if not held:
        return np.zeros(len(query), np.int64)
    ids = np.concatenate(held)
    asked = np.zeros(VOCABULARY, np.bool_)
    asked[query.ids] = True
    found = np.flatnonzero(asked[ids])
    owners = np.searchsorted(np.cumsum([len(each) for each in held]), found, side="right")
    pairs = np.unique(owners * VOCABULARY + ids[found])
    return np.bincount(pairs % VOCABULARY, minlength=VOCABULARY)[query.ids]
