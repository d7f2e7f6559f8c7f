"""How values become database columns and back."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from dataclasses import fields as fields_of
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from memwell.core.message import Message
from memwell.core.model import TokenStates
from memwell.core.payload import KV, Payload, Text, Weights
from memwell.core.receipt import Applied, Noticed, Receipt, Status

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime | None) -> int | None:
    """Microseconds since 1970, exactly."""
    return None if moment is None else (moment - EPOCH) // MICROSECOND


def moment(value: int | None) -> datetime | None:
    return None if value is None else EPOCH + value * MICROSECOND


def dump_payload(payload: Payload) -> tuple[str, str]:
    """Form and content of a payload."""
    match payload:
        case Text(text):
            return "text", text
        case KV():
            return "kv", json.dumps(asdict(payload))
        case Weights():
            return "weights", json.dumps(asdict(payload))


def load_payload(form: str, content: str) -> Payload:
    if form == "text":
        return Text(content)
    fields = json.loads(content)
    if form == "weights":
        return Weights(**fields)
    return KV(**{**fields, "positions": tuple(fields["positions"])})


def dump_messages(messages: Iterable[Message]) -> str:
    """A JSON list; parts that are not set are left out."""
    return json.dumps([_fields(message) for message in messages])


def load_messages(content: str) -> tuple[Message, ...]:
    return tuple(_message(fields) for fields in json.loads(content))


def _fields(message: Message) -> dict[str, Any]:
    fields = {
        "role": message.role,
        "content": message.content,
        "name": message.name,
        "ref": message.ref,
        "at": micros(message.at),
        "attachments": message.attachments,
    }
    return {name: value for name, value in fields.items() if value not in (None, ())}


def _message(fields: Mapping[str, Any]) -> Message:
    rest = {name: fields[name] for name in ("role", "content", "name", "ref") if name in fields}
    return Message(
        **rest, at=moment(fields.get("at")), attachments=tuple(fields.get("attachments", ()))
    )


def dump_receipt(receipt: Receipt) -> str:
    """Without the words: they stay in one place, where they can be forgotten."""
    fields = {each.name: getattr(receipt, each.name) for each in _RECEIPT}
    for name in ("applied", "dropped"):
        fields[name] = [_wordless(done) for done in fields[name]]
    fields["noticed"] = [asdict(each) for each in receipt.noticed]
    return json.dumps(fields)


def _wordless(done: Applied) -> dict[str, Any]:
    return {"op": done.op, "id": done.id, "version": done.version, "why": done.why}


_RECEIPT = fields_of(Receipt)


def load_receipt(body: str) -> Receipt:
    fields = json.loads(body)
    for name in ("applied", "dropped"):
        fields[name] = tuple(Applied(**done) for done in fields[name])
    fields["events"] = tuple(fields["events"])
    fields["noticed"] = tuple(Noticed(**each) for each in fields.get("noticed", ()))
    return Receipt(**{**fields, "status": Status(fields["status"])})


def dump_states(states: TokenStates) -> bytes:
    """Width (two bytes), then ids, then 4-bit codes, two to a byte: 2 + p / 2 bytes a token.

    States are of unit length, so no scale is kept: loading restores it.
    """
    return dump_many([states])[0]


def dump_many(many: Sequence[TokenStates]) -> list[bytes]:
    """Those of many texts; coded together where all have one width, which is much faster."""
    if len({states.codes.shape[1] for states in many}) != 1:
        return [dump_states(states) for states in many]
    codes = np.concatenate([states.codes for states in many])
    width = np.array([codes.shape[1]], "<u2").tobytes()
    peak = np.maximum(codes.max(axis=1, initial=1), -codes.min(axis=1, initial=0).astype(np.int16))
    levels = CODED.take(256 * peak[:, None].astype(np.intp) + codes.view(np.uint8))
    if levels.shape[1] % 2:
        levels = np.pad(levels, ((0, 0), (0, 1)))
    packed = levels[:, ::2] | levels[:, 1::2] << 4
    ends = accumulate(map(len, many))
    parts = [packed[end - len(states) : end] for states, end in zip(many, ends, strict=True)]
    return [
        b"".join((width, states.ids.astype("<u2").tobytes(), part.tobytes()))
        for states, part in zip(many, parts, strict=True)
    ]


def _coded() -> npt.NDArray[np.uint8]:
    """The level of every byte under every peak: [129 · 256]."""
    codes = np.arange(256, dtype=np.uint8).view(np.int8)
    peaks = np.maximum(np.arange(129), 1)[:, None]
    return (np.floor(codes * (7.5 / peaks)).clip(-8, 7) + 8).astype(np.uint8).ravel()


CODED = _coded()


def load_states(blob: bytes) -> TokenStates:
    """Codes are the odd numbers from -15 to 15; the scale makes each state of unit length."""
    return load_many([blob])[0]


def load_many(blobs: Sequence[bytes]) -> list[TokenStates]:
    """Those of many texts; decoded together where all have one width, which is much faster."""
    if len({blob[:2] for blob in blobs}) != 1:
        return [load_states(blob) for blob in blobs]
    width = int.from_bytes(blobs[0][:2], "little")
    packed_width = (width + 1) // 2
    counts = [(len(blob) - 2) // (2 + packed_width) for blob in blobs]
    ids = [blob[2 : 2 + 2 * count] for blob, count in zip(blobs, counts, strict=True)]
    states = [blob[2 + 2 * count :] for blob, count in zip(blobs, counts, strict=True)]
    packed = np.frombuffer(b"".join(states), np.uint8).reshape(-1, packed_width)
    codes = LEVELS.take(packed).view(np.int8)[:, :width]
    norms = np.sqrt(np.einsum("tp,tp->t", codes, codes, dtype=np.float32))
    scale = (1.0 / np.maximum(norms, 1.0)).astype(np.float16)
    whole = TokenStates(np.frombuffer(b"".join(ids), "<u2"), codes, scale)
    ends = list(accumulate(counts))
    return [whole.part(end - count, end) for count, end in zip(counts, ends, strict=True)]


# The two codes that each byte holds, side by side in the two bytes of a number: [256].
LEVELS = (
    np.stack([2 * (np.arange(256) & 15) - 15, 2 * (np.arange(256) >> 4) - 15], axis=1)
    .astype(np.int8)
    .view(np.uint16)
    .ravel()
)
