"""Where JSON that broke off could have ended."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memwell.models.unfinished import endings, inside_string


def whole(text):
    """The longest ending that is JSON."""
    for ending in endings(text):
        try:
            return json.loads(ending)
        except ValueError:
            continue
    return None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('{"a": ["x", "y", "un', {"a": ["x", "y"]}),
        ('{"a": ["x", "y",', {"a": ["x", "y"]}),
        ('{"a": ["x", "y"', {"a": ["x", "y"]}),
        ('{"a": [', {"a": []}),
        ('{"a": [{"b": 1}, {"b"', {"a": [{"b": 1}, {}]}),
        ('{"a": 12', {}),  # it may have been 120
        ('{"a": 12, "b": tru', {"a": 12}),
        ('{"a": "] } \\" ,", "b": "', {"a": '] } " ,'}),
        ('{"a": "x"}', {"a": "x"}),
        ("", None),
        ('"never ended', None),
    ],
)
def test_ends_after_the_last_whole_value(text, kept):
    assert whole(text) == kept


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("", False),
        ('{"a', True),
        ('{"a"', False),
        ('{"a": "x\\"', True),
        ('{"a": "x\\\\"', False),
        ('{"a": "]}', True),
    ],
)
def test_knows_where_a_text_stops(text, inside):
    assert inside_string(text) is inside


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.dictionaries(st.text(), VALUES), st.integers(min_value=1))
def test_every_beginning_of_an_object_has_an_ending(value, end):
    text = json.dumps(value)
    beginning = text[: 1 + end % len(text)]
    assert isinstance(whole(beginning), dict)
    assert whole(text) == value
