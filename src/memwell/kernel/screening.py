"""Passes what comes from outside through a policy, part by part: words, names, labels, reasons."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from memwell.core.cube import MemCube
from memwell.core.message import Conversation, Event, Message
from memwell.core.op import Add, Draft, Link, Op, Update
from memwell.core.payload import Payload, Text
from memwell.core.receipt import Applied, Noticed, Receipt
from memwell.kernel.privacy import Privacy

if TYPE_CHECKING:
    from memwell.kernel.archive import Record  # slow to import


def conversation(privacy: Privacy, given: Conversation) -> tuple[Conversation, tuple[Noticed, ...]]:
    """As it may be kept. Raises InvalidInput, naming the message and the kind."""
    if not privacy:
        return given, ()
    screen = Screen(privacy, f" of session {given.session!r}" if given.session else "")
    messages = tuple(screen.message(each, place) for place, each in enumerate(given.messages))
    labels = screen.labels(given.labels, "a label")
    return replace(given, messages=messages, labels=labels), tuple(screen.noticed)


def changes(privacy: Privacy, ops: Iterable[Op]) -> tuple[list[Op], tuple[Noticed, ...]]:
    """As they may be applied. Raises InvalidInput, naming the change and the kind."""
    if not privacy:
        return list(ops), ()
    screen = Screen(privacy)
    return [screen.op(op, place) for place, op in enumerate(ops)], tuple(screen.noticed)


def imported(privacy: Privacy, record: "Record") -> "tuple[Record, int]":
    """As it may be kept, and in how many places something was found. Raises InvalidInput."""
    if not privacy:
        return record, 0
    screen = Screen(privacy)
    return screen.record(record), len(screen.noticed)


class Screen:
    """Passes values through a policy part by part, and notes what was found where."""

    def __init__(self, privacy: Privacy, of: str = "") -> None:
        self._privacy, self._of = privacy, of
        self.noticed: list[Noticed] = []

    def text(self, text: str, what: str, place: int = 0) -> str:
        """One text; a kind is noted once for each place."""
        kept, kinds = self._privacy.text(text, what + self._of)
        found = (Noticed(place, kind, action.value) for kind, action in kinds.items())
        self.noticed += [each for each in found if each not in self.noticed]
        return kept

    def message(self, message: Message, place: int) -> Message:
        what = f"message {place}"
        return replace(
            message,
            content=self.text(message.content, what, place),
            name=message.name and self.text(message.name, what, place),
            ref=message.ref and self.text(message.ref, what, place),
            attachments=tuple(self.text(each, what, place) for each in message.attachments),
        )

    def labels(self, labels: Mapping[str, str], what: str, place: int = 0) -> dict[str, str]:
        return {name: self.text(value, what, place) for name, value in labels.items()}

    def op(self, op: Op, place: int) -> Op:
        what = f"change {place}"
        op = replace(op, why=self.text(op.why, what, place))
        match op:
            case Add(draft):
                return replace(op, draft=replace(draft, **self._parts(draft, what, place)))
            case Update():
                return replace(op, **self._parts(op, what, place))
        return op

    def record(self, record: "Record") -> "Record":
        match record:
            case Event(messages=messages, labels=labels):
                kept = tuple(self.message(each, place) for place, each in enumerate(messages))
                return replace(record, messages=kept, labels=self.labels(labels, "a label"))
            case MemCube(id=id):
                return replace(record, **self._parts(record, f"memory {id}", 0))
            case Link():
                return replace(record, why=self.text(record.why, "a link"))
            case Receipt():
                applied = tuple(map(self._told, record.applied))
                return replace(
                    record, applied=applied, dropped=tuple(map(self._told, record.dropped))
                )
        return record

    def _told(self, done: Applied) -> Applied:
        """A receipt repeats words of what it is about."""
        text, why = self.text(done.text, "a receipt"), self.text(done.why, "a receipt")
        return replace(done, text=text, why=why)

    def _parts(self, holder: Draft | Update | MemCube, what: str, place: int) -> dict[str, Any]:
        """The parts of a draft, an update or a cube that words can be in."""
        parts: dict[str, Any] = {"payload": self._payload(holder.payload, what, place)}
        if holder.labels is not None:
            parts["labels"] = self.labels(holder.labels, what, place)
        if holder.keys is not None:
            parts["keys"] = tuple(self.text(key, what, place) for key in holder.keys)
        return parts

    def _payload(self, payload: Payload | None, what: str, place: int) -> Payload | None:
        if isinstance(payload, Text):
            return Text(self.text(payload.text, what, place))
        return payload
