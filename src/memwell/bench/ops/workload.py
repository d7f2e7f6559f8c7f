"""The workload: the same texts, vectors, labels and questions for every system, with the truth.

It is seeded and made in blocks, so that a smaller workload is the beginning of a larger one, and
written to a folder that every system's process reads.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from memwell.bench.ops import texts, vectors
from memwell.bench.ops.truth import Labels, nearest
from memwell.core.model import Floats

FORMAT = 1  # of the folder; raised when what is drawn changes
BLOCK = 1_000  # rows drawn at a time: each topic's conversation once
CONVERSATION = 10  # turns that stand together and share a label
TOPICS = 100  # labels: a filter on one keeps 1 % of the memories
K = 10


@dataclass(frozen=True, slots=True)
class Workload:
    """A folder with `size` turns, and questions whose answers are known exactly."""

    folder: Path
    size: int
    questions: int
    seed: int

    @property
    def done(self) -> Path:
        return self.folder / "workload.json"

    def vectors(self) -> Floats:
        """All vectors [size, 384], mapped and not loaded."""
        mapped: Floats = np.load(self.folder / "vectors.npy", mmap_mode="r")
        return mapped

    def turns(self) -> Iterator[str]:
        """The texts in order of their rows."""
        with (self.folder / "texts.txt").open(encoding="utf-8") as lines:
            yield from (line.rstrip("\n") for line in lines)

    def asked(self) -> list[str]:
        """The questions' texts."""
        found: list[str] = json.loads((self.folder / "questions.json").read_text("utf-8"))["texts"]
        return found

    def asked_vectors(self) -> Floats:
        found: Floats = np.load(self.folder / "questions.npy")
        return found


def topic(number: int) -> str:
    """The label's value."""
    return f"t{number:02d}"


def prepared(folder: Path, size: int, questions: int, seed: int) -> Workload:
    """The workload in a folder of its own below this one; made when it is not there yet."""
    name = f"{FORMAT}-{seed}-{size}-{questions}"
    work = Workload(folder / name, size, questions, seed)
    if not work.done.exists():
        work.folder.mkdir(parents=True, exist_ok=True)
        labels = _write_turns(work)
        _write_questions(work, labels)
        work.done.write_text(json.dumps({"size": size, "questions": questions, "seed": seed}))
    return work


def labels(seed: int, block: int) -> Labels:
    """Topics of a block's rows: one for each conversation, each topic equally often."""
    rng = np.random.default_rng([seed, 3, block])
    return np.repeat(rng.permutation(TOPICS), CONVERSATION).astype(np.uint8)


def _write_turns(work: Workload) -> Labels:
    shape = (work.size, vectors.WIDTH)
    matrix = np.lib.format.open_memmap(
        str(work.folder / "vectors.npy"), "w+", dtype=np.float32, shape=shape
    )
    topics: list[Labels] = []
    with (work.folder / "texts.txt").open("w", encoding="utf-8") as file:
        for block, start in enumerate(range(0, work.size, BLOCK)):
            count = min(BLOCK, work.size - start)
            rng = np.random.default_rng([work.seed, 1, block])
            matrix[start : start + count] = vectors.clustered(rng, work.seed, BLOCK)[:count]
            spoken = texts.turns(np.random.default_rng([work.seed, 2, block]), BLOCK)
            file.writelines(f"{turn}\n" for turn in spoken[:count])
            topics.append(labels(work.seed, block)[:count])
    matrix.flush()
    all_topics = np.concatenate(topics)
    np.save(work.folder / "topics.npy", all_topics)
    return all_topics


def _write_questions(work: Workload, topics: Labels) -> None:
    """Each asks for one of the turns; the filter is that turn's topic."""
    rng = np.random.default_rng([work.seed, 4, work.size])
    count = min(work.questions, work.size)
    targets = np.sort(rng.choice(work.size, count, replace=False))
    matrix = work.vectors()
    asked = vectors.near(rng, np.asarray(matrix[targets]))
    wanted = topics[targets]
    chosen = frozenset(targets.tolist())
    turns = [turn for row, turn in enumerate(work.turns()) if row in chosen]
    words = [texts.question(rng, turn) for turn in turns]
    np.save(work.folder / "questions.npy", asked)
    np.save(work.folder / "truth.npy", nearest(matrix, asked, K))
    filtered = nearest(matrix, asked, K, labels=topics, wanted=wanted)
    np.save(work.folder / "truth_filtered.npy", filtered)
    (work.folder / "questions.json").write_text(
        json.dumps({"texts": words, "topics": [topic(one) for one in wanted.tolist()]}), "utf-8"
    )
