"""One question and its answer: what is recalled before, and remembered after.

Whatever happens to memory, the answer is not lost: what went wrong becomes a warning.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from memwell.app.proxy.asked import About
from memwell.app.proxy.keeping import Kept
from memwell.app.proxy.turn import Message, Turn, with_memories, words
from memwell.app.recalled import block
from memwell.app.server import problems
from memwell.app.server.caller import Caller
from memwell.app.server.problems import Refused
from memwell.core.errors import MemwellError
from memwell.core.hit import Hit
from memwell.core.receipt import Receipt
from memwell.core.tokens import estimate
from memwell.kernel.memory import Memory

log = logging.getLogger("memwell.proxy")
R = TypeVar("R")
ASKED = 8_000  # characters of a turn that are searched with: its end, where the question is


@dataclass
class Exchange:
    """Recalls and remembers for one request."""

    caller: Caller
    about: About
    turn: Turn | None  # None when the user said nothing
    recalls: bool
    remembers: bool
    keeps: bool = True  # also the answers of this model
    recalled: list[Hit] = field(default_factory=list)
    tokens: int = 0  # that the memories take
    kept: list[str] = field(default_factory=list)  # receipts
    warnings: list[str] = field(default_factory=list)

    @property
    def session(self) -> str | None:
        return self.about.session or (self.turn.session if self.turn else None)

    async def recall(self, messages: Sequence[Message]) -> list[Message]:
        """The messages for the model, with the memories that help to answer."""
        if not (self.recalls and self.turn):
            return list(messages)
        known = {words(each).strip() for each in messages}  # the model reads these anyway
        asked, k = self.turn.text[-ASKED:], self.about.k
        found = await self._try("recalled", lambda memory: memory.search(asked, k)) or []
        fresh = [hit for hit in found if hit.cube.text.strip() not in known]
        self.recalled = _fitting(fresh, self.about.budget)
        if not self.recalled:
            return list(messages)
        text = _told(self.recalled)
        self.tokens = estimate(text)
        return with_memories(messages, text)

    async def remember(self, answer: str, model: str, *, partial: bool = False) -> None:
        """Keep the user's turn, once, and the answer to it, where answers of this model are kept.

        Nothing of what the client sends along beside them is kept.
        """
        if not (self.remembers and self.turn and self.session):
            return
        recalled = [hit.cube for hit in self.recalled]
        said = answer if self.keeps else ""
        kept = Kept(self.turn, self.session, said, model, partial, recalled)
        receipts = await self._try("remembered", lambda memory: self._store(kept, memory))
        self.kept = [each.id for each in receipts or []]

    async def does(self, work: Callable[[Memory], R]) -> R:
        """Work on the memory that this is about. Raises Forbidden, and what the work does."""
        return await self.caller.does(work, user=self.about.user)

    @property
    def told(self) -> dict[str, Any]:
        """For the client: the extension field `memwell` of an answer."""
        return {
            "recalled": [
                {"id": hit.cube.id, "score": hit.score, "trust": hit.cube.source.trust}
                for hit in self.recalled
            ],
            "tokens": self.tokens,
            "session": self.session,
            "receipts": self.kept,
            "warnings": self.warnings,
        }

    @property
    def headers(self) -> dict[str, str]:
        """The same, as far as it is known before the answer begins."""
        found = {
            "x-memwell-recalled": ",".join(hit.cube.id for hit in self.recalled),
            "x-memwell-tokens": str(self.tokens),
        }
        if self.warnings:
            found["x-memwell-warning"] = _harmless("; ".join(self.warnings))
        return found

    def _store(self, kept: Kept, memory: Memory) -> list[Receipt]:
        receipts = kept.store(memory)
        self.caller.service.added(memory, *receipts)
        return receipts

    async def _try(self, what: str, work: Callable[[Memory], R]) -> R | None:
        """Its result, or None with a warning."""
        try:
            return await self.does(work)
        except MemwellError as error:
            status, name = problems.meaning(error)
            why = problems.words(error, status, name)
        except Refused as error:
            why = error.detail
        except Exception:
            log.exception("memory failed in a chat", extra={"operation": "chat"})
            why = "a fault of memwell's own; its log says more"
        self.warnings.append(f"nothing was {what}: {why}")
        return None


def _told(hits: Sequence[Hit]) -> str:
    """In order of time, as a reader expects."""
    cubes = [hit.cube for hit in hits]
    return block(sorted(cubes, key=lambda cube: cube.at.timestamp() if cube.at else 0.0))


def _fitting(hits: Sequence[Hit], budget: int) -> list[Hit]:
    """The best that fit; one that is too long does not keep others out."""
    chosen: list[Hit] = []
    for hit in hits:
        if estimate(_told([*chosen, hit])) <= budget:
            chosen.append(hit)
    return chosen


def _harmless(text: str) -> str:
    """As a header can carry it."""
    return " ".join(text.split()).encode("ascii", "replace").decode()[:500]
