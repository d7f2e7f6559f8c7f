"""Evidence: the memories a query may be answered from, as columns, so that scoring is arithmetic.

While a history is small this is all of it; beyond that it is the best of a first stage.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from memwell.core.model import Floats

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Ragged:
    """Rows of different length in one array: row i is data[offsets[i]:offsets[i + 1]]."""

    data: npt.NDArray[np.uint32]
    offsets: Ints  # [n + 1]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def row(self, place: int) -> npt.NDArray[np.uint32]:
        """What stands in one row."""
        return self.data[self.offsets[place] : self.offsets[place + 1]]

    def followed_by(self, other: "Ragged") -> "Ragged":
        """The rows of both."""
        return Ragged(
            np.concatenate([self.data, other.data]),
            np.concatenate([self.offsets, other.offsets[1:] + len(self.data)]),
        )

    @property
    def lengths(self) -> Ints:
        return np.diff(self.offsets)

    @property
    def owners(self) -> Ints:
        """The row of every element."""
        return np.repeat(np.arange(len(self)), self.lengths)


@dataclass(frozen=True, eq=False, slots=True)
class Population:
    """How common words are in all that evidence was chosen from, judged by a sample of it."""

    count: int  # memories there are
    sampled: int
    terms: npt.NDArray[np.uint32]  # distinct, ascending
    holding: Ints  # how many of the sampled memories hold each
    pieces: Ints  # [65536] the same for WordPieces of token states, by id

    def with_terms(self, wanted: npt.NDArray[np.uint32], chosen: Floats) -> Floats:
        """How many memories hold each term; at least as many as were chosen and hold it."""
        places = np.searchsorted(self.terms, wanted)
        there = places < len(self.terms)
        there[there] = self.terms[places[there]] == wanted[there]
        holding = np.where(there, self.holding[np.where(there, places, 0)], 0)
        return self._scaled(holding, chosen)

    def with_pieces(self, ids: npt.NDArray[np.uint16], chosen: Floats) -> Floats:
        """The same for WordPieces."""
        return self._scaled(self.pieces[ids], chosen)

    def _scaled(self, holding: Ints, chosen: Floats) -> Floats:
        scaled: Floats = np.asarray(holding * (self.count / self.sampled), np.float32)
        return np.maximum(scaled, chosen)


@dataclass(frozen=True, eq=False)
class Evidence:
    """n memories in the order they were recorded, session by session.

    Vectors are read when they are asked for: not every query needs them.
    """

    ids: Sequence[str]  # [n] cube ids
    rows: Ints  # [n] row of the version in the store, ascending
    entries: Ints  # [n] row whose search entries (terms, vector, token states) serve it
    sessions: Ints  # [n] code of the session: equal codes, same session
    places: Ints  # [n] position within the session
    speakers: Sequence[str]  # [n] who said it, lower case; empty where unknown
    at: npt.NDArray[np.float64]  # [n] seconds since 1970, nan where unknown
    asks: npt.NDArray[np.bool_]  # [n] whether it ends in a question mark
    terms: Ragged  # [n] analysed terms, hashed to 32 bits
    read: Callable[[Ints], Floats]  # vectors of entries
    population: Population | None = None  # what it was chosen from; None where this is all

    @cached_property
    def vectors(self) -> Floats:
        """[n, width]; a row of zeros where there is no vector (yet)."""
        return self.read(self.entries)

    def __len__(self) -> int:
        return len(self.rows)
