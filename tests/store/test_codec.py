"""Values survive the way to the database and back, whatever they hold."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from memwell.core.message import Message
from memwell.core.model import TokenStates
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


@given(st.integers(0, 30), st.integers(1, 128), st.data())
def test_token_states_come_back_at_four_bytes_and_one_per_dimension_a_token(
    count: int, width: int, data: st.DataObject
) -> None:
    given = TokenStates(
        data.draw(arrays(np.uint16, count)),
        data.draw(arrays(np.int8, (count, width))),
        data.draw(arrays(np.float16, count, elements=st.floats(0, 1, width=16))),
    )
    blob = codec.dump_states(given)
    assert len(blob) == 2 + count * (width + 4)
    found = codec.load_states(blob)
    assert len(found) == count
    for name in ("ids", "codes", "scale"):
        assert np.array_equal(getattr(found, name), getattr(given, name))
        assert getattr(found, name).dtype == getattr(given, name).dtype
