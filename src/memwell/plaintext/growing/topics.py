"""Topics: groups of what was said that is alike, and which of it belongs to none yet."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from memwell.core.cube import MemCube
from memwell.core.lifecycle import State
from memwell.core.model import Floats
from memwell.core.view import View
from memwell.index.analysis import terms
from memwell.index.leader import leaders
from memwell.plaintext.growing.day import own

_SHOWN = re.compile(r"\[[^\]\n]*\]")
BATCH = 256  # texts embedded at a time
WORDS = 512  # dimensions of a text's words, where there is no embedder


@dataclass(frozen=True, slots=True)
class Group:
    """Turns that belong together: new members of a topic, or a topic to be."""

    topic: MemCube | None
    turns: tuple[MemCube, ...]


def read(view: View, kind: str) -> dict[str, MemCube]:
    """The owner's own memories of a kind, by id."""
    return {cube.id: cube for cube in view.only({"is": kind}).scan() if own(cube, view)}


def grouped(
    turns: Iterable[MemCube],
    topics: Sequence[MemCube],
    view: View,
    *,
    chunk: int,
    near: float,
    most: int,
) -> list[Group]:
    """The turns in groups: those that are near a topic join it, the others make new ones.

    Chunks of a session are what is compared, with the words that topics have.
    """
    chunks = list(chunked(turns, chunk))
    if not chunks:
        return []
    open_ = [topic for topic in topics if topic.state is State.ACTIVATED]
    vectors = embedded([_text(part) for part in chunks], view)
    centroids = vectors_of(open_, view)
    sizes = np.array([len(topic.source.parents) for topic in open_], np.int64)
    weights = np.array([len(part) for part in chunks], np.int64)
    centroids = centroids.reshape(len(open_), vectors.shape[1])
    whole = leaders(vectors, weights, centroids, sizes, near=near, most=most)
    members: dict[int, list[MemCube]] = {}
    for group, part in zip(whole.tolist(), chunks, strict=True):
        members.setdefault(group, []).extend(part)
    return [
        Group(open_[group] if group < len(open_) else None, tuple(found))
        for group, found in sorted(members.items())
    ]


def chunked(turns: Iterable[MemCube], room: int) -> Iterator[list[MemCube]]:
    """Turns that follow each other in a session, up to `room` characters; none is cut."""
    sessions: dict[str, list[MemCube]] = {}
    for turn in turns:
        sessions.setdefault(turn.scope.session or turn.source.events[0], []).append(turn)
    for found in sessions.values():
        part: list[MemCube] = []
        for turn in found:
            if part and sum(len(each.line) for each in part) + len(turn.line) > room:
                yield part
                part = []
            part.append(turn)
        yield part


def vectors_of(topics: Sequence[MemCube], view: View) -> Floats:
    """Unit vectors [n, d] of topics: those that are kept with them, as far as they are there."""
    known: dict[str, Floats] = {}
    if topics:
        evidence = view.only({"is": topics[0].labels["is"]}).evidence(topics[0].text)
        vectors = evidence.vectors
        if vectors.shape[1]:
            known = {
                id: vector for id, vector in zip(evidence.ids, vectors, strict=True) if vector.any()
            }
    missing = [topic for topic in topics if topic.id not in known]
    found = embedded([topic.text for topic in missing], view)
    known |= {topic.id: vector for topic, vector in zip(missing, found, strict=True)}
    return np.array([known[topic.id] for topic in topics], np.float32)


def embedded(texts: Sequence[str], view: View) -> Floats:
    """Unit vectors [n, d] of texts by the embedder, or of their words where there is none."""
    parts: list[Floats] = []
    for start in range(0, len(texts), BATCH):
        batch = texts[start : start + BATCH]
        found = view.embed(batch)
        parts.append(_of_words(batch) if found is None else found.vectors)
    return np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)


def _of_words(texts: Sequence[str]) -> Floats:
    vectors = np.zeros((len(texts), WORDS), np.float32)
    for place, text in enumerate(texts):
        np.add.at(vectors[place], terms(text) % WORDS, 1)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)


def _text(part: Sequence[MemCube]) -> str:
    """What is compared: the words without who says them and what pictures show, which recur."""
    words = "\n".join(turn.text for turn in part)
    return _SHOWN.sub(" ", words).strip() or words
