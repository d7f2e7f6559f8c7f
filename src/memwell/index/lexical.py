"""BM25 over evidence: exact, with document frequencies of the very history that is searched."""

import numpy as np

from memwell.core.evidence import Ints, Population, Ragged
from memwell.core.model import Floats
from memwell.core.store import Terms

K1, B = 1.2, 0.75


def idf(count: int, frequency: Floats) -> Floats:
    """ln(1 + (N - df + .5) / (df + .5)): never negative (Lucene's form)."""
    return np.asarray(np.log1p((count - frequency + 0.5) / (frequency + 0.5)), np.float32)


def bm25(query: Terms, documents: Ragged) -> Floats:
    """Scores [n] of n documents for the distinct terms of a query."""
    return np.asarray(contributions(np.unique(query), documents)[0].sum(axis=1))


def contributions(
    wanted: Terms, documents: Ragged, population: Population | None = None
) -> tuple[Floats, Floats]:
    """What each sorted, distinct term adds to each score [n, terms], and each term's idf [terms].

    The idf of a term that stands in no document is 0. Where the documents were chosen, a term is as
    rare as it is in what they were chosen from.
    """
    counts = term_counts(wanted, documents)
    lengths = documents.lengths.astype(np.float32)
    mean = max(float(lengths.mean()) if len(lengths) else 0.0, 1.0)
    norm = (K1 * (1 - B + B * lengths / mean)).astype(np.float32)
    frequency = (counts > 0).sum(axis=0).astype(np.float32)
    holders = population.with_terms(wanted, frequency) if population else frequency
    weights = idf(population.count if population else len(documents), holders)
    added = counts * np.float32(K1 + 1) / (counts + norm[:, None]) * weights
    return added.astype(np.float32), np.where(frequency > 0, weights, 0).astype(np.float32)


def term_counts(wanted: Terms, documents: Ragged) -> Floats:
    """How often each of the sorted, distinct wanted terms stands in each document: [n, terms]."""
    counts = np.zeros((len(documents), len(wanted)), np.float32)
    if not len(wanted) or not len(documents.data):
        return counts
    places = np.searchsorted(wanted, documents.data)
    places[places == len(wanted)] = 0
    found = wanted[places] == documents.data
    np.add.at(counts, (documents.owners[found], places[found]), 1.0)
    return counts


def grouped(documents: Ragged, groups: Ints, count: int) -> Ragged:
    """Documents joined by group: what all turns of a session say together."""
    order = np.argsort(groups[documents.owners], kind="stable")
    lengths = np.bincount(groups, weights=documents.lengths, minlength=count).astype(np.int64)
    return Ragged(documents.data[order], np.concatenate([[0], np.cumsum(lengths)]))
