"""What is kept of a chat: the user's turn, and the answer to it.

An answer may repeat what the model was told. So it is as sensitive as the most sensitive memory
that was recalled for it and ends no later than any of them; where one is trusted less than fully,
the answer is derived from it, and inherits that trust.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from memwell.app.proxy.turn import Turn
from memwell.core.access import Sensitivity
from memwell.core.cube import MemCube
from memwell.core.identity import derive
from memwell.core.interval import Interval
from memwell.core.message import Conversation, Message
from memwell.core.op import Add, Draft
from memwell.core.payload import Text
from memwell.core.receipt import Receipt
from memwell.kernel.memory import Memory

BY = "memwell:chat"
VIA = {"via": "chat"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A turn with its answer, which may be empty."""

    turn: Turn
    session: str
    answer: str
    model: str
    partial: bool
    recalled: Sequence[MemCube]

    def store(self, memory: Memory) -> list[Receipt]:
        """Receipts of what is new: a turn or an answer that was kept before is not kept again."""
        turn, ref = self.turn, self.turn.ref
        said = Message(turn.text, "user", turn.name, ref=ref)
        talks = [Conversation((said,), self.session, labels=VIA)]
        doubtful = [cube.id for cube in self.recalled if cube.source.trust < 1]
        if self.answer.strip() and not doubtful:
            talks.append(self._answer())
        receipts = list(memory.add_many(talks))
        if self.answer.strip() and doubtful:
            receipts.append(memory.apply([self._derived(doubtful, memory)], by=BY))
        return [each for each in receipts if each.applied and not each.repeated]

    def _answer(self) -> Conversation:
        said = Message(self.answer, "assistant", ref=self._ref)
        ends = [cube.until for cube in self.recalled if cube.until]
        levels = [cube.sensitivity for cube in self.recalled]
        return Conversation(
            (said,),
            self.session,
            labels=self._labels,
            until=min(ends, default=None),
            sensitivity=max(levels, default=Sensitivity.INTERNAL),
        )

    def _derived(self, doubtful: Sequence[str], memory: Memory) -> Add:
        others = [cube.id for cube in self.recalled if cube.id not in doubtful]
        draft = Draft(
            Text(self.answer.strip()),
            Interval(memory.view().now),
            self.session,
            {**self._labels, "role": "assistant", "ref": self._ref},
            parents=(*doubtful, *others),
            sensitivity=Sensitivity.INTERNAL,
        )
        why = "an answer given with memories that are not fully trusted"
        return Add(draft, why, derive(BY, self._ref, self.answer))

    @property
    def _ref(self) -> str:
        return f"{self.turn.ref}:answer"

    @property
    def _labels(self) -> dict[str, str]:
        return {**VIA, "model": self.model, **({"partial": "true"} if self.partial else {})}
