"""BM25 as the published LongMemEval baseline runs it: Okapi, words split at single spaces.

Paper       43 (Wu et al., 2025), which calls the `rank_bm25` package with its defaults
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

K1, B, EPSILON = 1.5, 0.75, 0.25


@dataclass
class OkapiBM25:
    """Scores a fixed corpus; a negative idf is replaced by a quarter of the mean idf."""

    corpus: Sequence[Sequence[str]]
    idf: dict[str, float] = field(init=False)

    def __post_init__(self) -> None:
        self.counts = [Counter(words) for words in self.corpus]
        lengths = np.array([len(words) for words in self.corpus], np.float64)
        self.norm = K1 * (1 - B + B * lengths / lengths.mean())
        found_in = Counter(word for counts in self.counts for word in counts)
        size = len(self.corpus)
        raw = {word: math.log(size - n + 0.5) - math.log(n + 0.5) for word, n in found_in.items()}
        floor = EPSILON * sum(raw.values()) / max(len(raw), 1)
        self.idf = {word: value if value >= 0 else floor for word, value in raw.items()}

    def scores(self, query: Sequence[str]) -> npt.NDArray[np.float64]:
        """One score per document; a word asked twice counts twice."""
        total = np.zeros(len(self.corpus))
        for word in query:
            if idf := self.idf.get(word):
                counts = np.array([document[word] for document in self.counts], np.float64)
                total += idf * counts * (K1 + 1) / (counts + self.norm)
        return total
