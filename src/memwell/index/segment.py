"""One segment of postings: for every term the documents that hold it, and how often."""

from dataclasses import dataclass, fields
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt

from memwell.core.evidence import Ints, Ragged
from memwell.core.model import Floats
from memwell.core.store import Terms
from memwell.index.lexical import K1, B

MOST = 65_535  # how often a term can stand in a document, as far as we count


@dataclass(frozen=True, eq=False, slots=True)
class Segment:
    """n documents and p postings, ordered by term and then by document."""

    rows: Ints  # [n] the entries, ascending
    lengths: npt.NDArray[np.int32]  # [n] terms of each document
    terms: Terms  # [m] distinct terms, ascending
    starts: Ints  # [m + 1] where each term's postings begin
    documents: npt.NDArray[np.int32]  # [p] positions in rows
    counts: npt.NDArray[np.uint16]  # [p]

    @property
    def words(self) -> float:
        """Terms in all documents."""
        return float(self.lengths.sum())

    def frequency(self, wanted: Terms) -> Ints:
        """How many documents hold each term."""
        starts, ends = self._spans(wanted)
        return ends - starts

    def scores(self, wanted: Terms, weights: Floats, mean: float) -> Floats:
        """BM25 [n] for weighted terms; `mean` is the mean length of all documents there are."""
        found = np.zeros(len(self.rows), np.float32)
        norm = (K1 * (1 - B + B / mean * self.lengths)).astype(np.float32)
        for start, end, weight in zip(*self._spans(wanted), weights, strict=True):
            documents = self.documents[start:end]
            counts = self.counts[start:end].astype(np.float32)
            found[documents] += weight * (counts / (counts + norm[documents]))
        return found

    def _spans(self, wanted: Terms) -> tuple[Ints, Ints]:
        places = np.searchsorted(self.terms, wanted)
        there = places < len(self.terms)
        there[there] = self.terms[places[there]] == wanted[there]
        places = np.where(there, places, 0)
        starts = np.where(there, self.starts[places], 0)
        return starts, np.where(there, self.starts[places + 1], 0)

    def save(self, path: Path) -> None:
        """Array after array, each aligned to eight bytes, and a checksum of all of them.

        Nothing waits for the disk: what a power cut takes does not fit the checksum.
        """
        part, known = path.with_suffix(".part"), 0
        with part.open("wb") as file:
            header = np.array([len(getattr(self, each.name)) for each in fields(self)], np.int64)
            for array in (header, *(getattr(self, each.name) for each in fields(self))):
                content = array.tobytes()
                content += bytes(-len(content) % 8)
                known = crc32(content, known)
                file.write(content)
            file.write(np.array([known], np.int64).tobytes())
        part.replace(path)

    @classmethod
    def opened(cls, path: Path) -> "Segment":
        """The file as arrays. Raises FileNotFoundError, and ValueError when it is damaged."""
        whole = np.memmap(path, np.uint8, "r")
        if len(whole) % 8 or crc32(whole[:-8].data) != whole[-8:].view(np.int64)[0]:
            raise ValueError(f"{path} does not match its checksum")
        lengths = whole[:48].view(np.int64).tolist()
        at, arrays = 48, []
        for count, kind in zip(lengths, KINDS, strict=True):
            size = count * np.dtype(kind).itemsize
            arrays.append(np.asarray(whole[at : at + size]).view(kind))
            at += size + -size % 8
        return cls(*arrays)


KINDS = (np.int64, np.int32, np.uint32, np.int64, np.int32, np.uint16)


def postings(rows: Ints, terms: Ragged) -> Segment:
    """The segment of these documents."""
    keys = terms.data.astype(np.uint64) << np.uint64(32) | terms.owners.astype(np.uint64)
    distinct, counts = np.unique(keys, return_counts=True)
    documents = (distinct & np.uint64(0xFFFFFFFF)).astype(np.int32)
    return _ordered(
        rows,
        terms.lengths.astype(np.int32),
        (distinct >> np.uint64(32)).astype(np.uint32),
        documents,
        np.minimum(counts, MOST).astype(np.uint16),
    )


def joined(first: Segment, second: Segment) -> Segment:
    """One segment of both; the second one's rows come later."""
    terms = [np.repeat(each.terms, np.diff(each.starts)) for each in (first, second)]
    order = np.argsort(np.concatenate(terms), kind="stable")  # documents stay in order
    documents = [first.documents, second.documents + np.int32(len(first.rows))]
    return _ordered(
        np.concatenate([first.rows, second.rows]),
        np.concatenate([first.lengths, second.lengths]),
        np.concatenate(terms)[order],
        np.concatenate(documents)[order],
        np.concatenate([first.counts, second.counts])[order],
    )


def _ordered(
    rows: Ints,
    lengths: npt.NDArray[np.int32],
    terms: Terms,
    documents: npt.NDArray[np.int32],
    counts: npt.NDArray[np.uint16],
) -> Segment:
    """From postings in order: a term for each."""
    distinct, starts = np.unique(terms, return_index=True)
    ends = np.concatenate([starts, [len(terms)]]).astype(np.int64)
    return Segment(rows, lengths, distinct, ends, documents, counts)
