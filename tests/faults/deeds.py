"""What is done to a memory while things go wrong: drawn at random, each with words of its own."""

import random
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from acknowledged import Deed, Truth

from memwell.core.message import Conversation
from memwell.core.op import Add, Draft
from memwell.core.payload import KV
from memwell.kernel.intake import as_messages
from memwell.kernel.memory import Memory

NAMES = ["add", "many", "update", "tensors", "forget", "search"]
WEIGHTS = [4, 2, 3, 2, 3, 3]


def drawn(truth: Truth, chance: random.Random) -> Deed:
    """Something to do next."""
    spoken = [id for id in truth.texts if id not in truth.blobs]
    (name,) = chance.choices(NAMES, WEIGHTS) if len(spoken) > 3 else ["add"]
    match name:
        case "add":
            return Deed("add", texts=(said(chance), said(chance)))
        case "forget" if truth.bases and chance.random() < 0.5:
            return Deed("forget", chance.choice(list(truth.bases.values())))
        case "many":
            return Deed("many", texts=tuple(said(chance) for _ in range(6)))
        case _:
            return Deed(name, chance.choice(spoken), (said(chance),))


def said(chance: random.Random) -> str:
    """A text that begins with a word that nobody ever said."""
    word = "".join(chance.choices("bcdfghjkmnpqrtvwxz", k=12))
    return f"{word} likes tea"


def do(deed: Deed, memory: Memory) -> Any:
    """Returns what the truth is told once it is done."""
    return DOING[deed.name](deed, memory)


def _add(deed: Deed, memory: Memory) -> list[str]:
    return list(memory.add(deed.texts, session=session(deed.texts)).ids[:2])


def _many(deed: Deed, memory: Memory) -> list[str]:
    """Two turns to a conversation; all of them are one batch."""
    pairs = zip(deed.texts[::2], deed.texts[1::2], strict=True)
    receipts = memory.add_many([conversation(*pair) for pair in pairs])
    return [id for receipt in receipts for id in receipt.ids[:2]]


def conversation(*texts: str) -> Conversation:
    return Conversation(as_messages(texts), session(texts))


def session(texts: Sequence[str]) -> str:
    """A name that tells nothing of the words: it stays as long as anything of the session."""
    return f"session {zlib.crc32(texts[0].encode())}"


def _update(deed: Deed, memory: Memory) -> None:
    memory.update(deed.id, deed.texts[0])


def _tensors(deed: Deed, memory: Memory) -> tuple[str, str]:
    """A cube made of the memory, with tensors that hold words."""
    words = np.frombuffer(deed.texts[0].encode(), np.uint8)
    digest = memory.blobs.put({"words": words})
    draft = Draft(KV(digest, "model", 1, (0, 1)), parents=(deed.id,))
    receipt = memory.apply([Add(draft, "computed")], by="test")
    return receipt.ids[0], digest


def _forget(deed: Deed, memory: Memory) -> list[str]:
    report = memory.forget(deed.id)
    assert report.verified
    return list(report.cubes)


def _search(deed: Deed, memory: Memory) -> None:
    text = memory.get(deed.id).text
    assert deed.id in [hit.cube.id for hit in memory.search(text, 5)]


DOING: dict[str, Callable[[Deed, Memory], Any]] = {
    "add": _add,
    "many": _many,
    "update": _update,
    "tensors": _tensors,
    "forget": _forget,
    "search": _search,
}
