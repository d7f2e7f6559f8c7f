"""Prompts that are too long lose their middle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memwell.core.errors import InvalidInput
from memwell.models.chat import cut

MARK = [-1, -2]


def test_what_fits_is_kept_as_it_is():
    assert cut([1, 2, 3], 3, MARK) == [1, 2, 3]


def test_the_beginning_and_the_end_stay():
    assert cut(range(10), 7, MARK) == [0, 1, 2, *MARK, 8, 9]
    assert cut(range(10), 8, MARK) == [0, 1, 2, *MARK, 7, 8, 9]


def test_no_room_is_told():
    with pytest.raises(InvalidInput, match="leaves 3 tokens"):
        cut(range(10), 3, MARK)


@given(st.integers(5, 200), st.integers(4, 100))
def test_a_cut_prompt_fills_the_room_in_order(length, room):
    ids = cut(range(length), room, MARK)
    assert len(ids) == min(length, room)
    words = [id for id in ids if id >= 0]
    assert words == sorted(set(words))
    assert (words[0], words[-1]) == (0, length - 1)
