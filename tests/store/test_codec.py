"""Values survive the way to the database and back, whatever they hold."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from memwell.core.message import Message
from memwell.core.model import Floats, TokenStates
from memwell.core.payload import KV, Payload, Text, Weights
from memwell.core.receipt import Applied, Receipt, Status
from memwell.store import codec

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

texts = st.text(max_size=20)
moments = st.datetimes(timezones=st.just(UTC))
filled = st.text(min_size=1, max_size=10)
messages = st.builds(
    Message,
    content=texts,
    role=filled,
    name=st.none() | filled,
    at=st.none() | moments.filter(lambda at: at != EPOCH),
    ref=st.none() | filled,
    attachments=st.lists(texts, max_size=2).map(tuple),
)
payloads = (
    st.builds(Text, texts)
    | st.builds(KV, texts, texts, st.integers(0), st.tuples(st.integers(), st.integers()))
    | st.builds(Weights, texts, texts)
)
done = st.builds(Applied, filled, st.none() | filled, st.none() | st.integers(1), texts)
receipts = st.builds(
    Receipt,
    id=filled,
    status=st.sampled_from(Status),
    events=st.lists(filled, max_size=2).map(tuple),
    applied=st.lists(done, max_size=3).map(tuple),
    dropped=st.lists(done, max_size=3).map(tuple),
    tokens=st.integers(0),
    seconds=st.floats(0, 1e6),
    error=st.none() | texts,
)


@given(moments)
@example(EPOCH)
@example(datetime(1969, 12, 31, 23, 59, 59, 999999, UTC))
def test_moments_are_kept_to_the_microsecond(at: datetime) -> None:
    assert codec.moment(codec.micros(at)) == at


def test_no_moment_stays_none() -> None:
    assert codec.moment(codec.micros(None)) is None


@given(st.lists(messages, max_size=4).map(tuple))
def test_messages_come_back_word_for_word(said: tuple[Message, ...]) -> None:
    assert codec.load_messages(codec.dump_messages(said)) == said


@pytest.mark.parametrize(
    "message", [Message("x", at=EPOCH), Message("x", role=""), Message("x", name="", ref="")]
)
def test_what_is_zero_or_empty_is_kept_too(message: Message) -> None:
    assert codec.load_messages(codec.dump_messages([message])) == (message,)


@given(payloads)
def test_payloads_come_back(payload: Payload) -> None:
    assert codec.load_payload(*codec.dump_payload(payload)) == payload


@given(receipts)
def test_receipts_come_back(receipt: Receipt) -> None:
    assert codec.load_receipt(codec.dump_receipt(receipt)) == receipt


def token_states(count: int, width: int, seed: int) -> TokenStates:
    """Unit states in random directions, coded finely."""
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, 65536, count).astype(np.uint16)
    unit = rng.standard_normal((count, width))
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    scale = (np.abs(unit).max(axis=1) / 127).astype(np.float16)
    return TokenStates(ids, np.rint(unit / scale[:, None]).clip(-127, 127).astype(np.int8), scale)


def restored(states: TokenStates) -> Floats:
    return states.codes * states.scale.astype(np.float32)[:, None]


@given(st.integers(0, 30), st.integers(1, 128), st.integers(0, 10**6))
def test_token_states_come_back_at_two_bytes_and_half_a_byte_per_dimension_a_token(
    count: int, width: int, seed: int
) -> None:
    given = token_states(count, width, seed)
    blob = codec.dump_states(given)
    assert len(blob) == 2 + count * (2 + (width + 1) // 2)
    found = codec.load_states(blob)
    assert len(found) == count
    assert np.array_equal(found.ids, given.ids)
    assert found.codes.shape == (count, width)
    assert (found.codes.dtype, found.scale.dtype) == (np.int8, np.float16)
    assert np.allclose(np.linalg.norm(restored(found), axis=1), 1, atol=2e-3)
    assert codec.dump_states(found) == blob, "coding what was decoded changes nothing"


def test_coarse_codes_point_where_the_states_did() -> None:
    given = token_states(2000, 128, 0)
    found = codec.load_states(codec.dump_states(given))
    cosines = (restored(given) * restored(found)).sum(axis=1)
    assert cosines.mean() > 0.99
    assert cosines.min() > 0.97
