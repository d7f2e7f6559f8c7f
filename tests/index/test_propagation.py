"""Communities by label propagation: cliques stay together, and it always comes to rest."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from memwell.index.propagation import communities


def ties(*pairs: tuple[str, str], weight: float = 1.0) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for one, other in pairs:
        found.setdefault(one, {})[other] = weight
        found.setdefault(other, {})[one] = weight
    return found


def test_two_cliques_and_a_bridge_are_two_communities() -> None:
    pairs = [*combinations("abcd", 2), *combinations("efgh", 2), ("d", "e")]
    assert communities(ties(*pairs)) == [list("abcd"), list("efgh")]


def test_those_without_ties_stay_by_themselves() -> None:
    assert communities({"a": {}, "b": {}}) == [["a"], ["b"]]
    assert communities({}) == []


def test_heavier_ties_decide() -> None:
    found = ties(("a", "b"), ("c", "d"), weight=5.0) | {}
    found["b"]["c"] = found["c"]["b"] = 1.0
    assert communities(found) == [["a", "b"], ["c", "d"]]


def test_what_would_swing_for_ever_comes_to_rest() -> None:
    """A star of heavy ties: all leaves and the middle would change places at each step."""
    star = ties(*(("m", leaf) for leaf in "abcdef"), weight=3.0)
    found = communities(star)
    assert sorted(name for group in found for name in group) == sorted("mabcdef")
    assert found == communities(star)


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"), st.integers(1, 4)),
        max_size=20,
    )
)
def test_everybody_is_in_one_community_whatever_the_ties(drawn) -> None:
    found: dict[str, dict[str, float]] = {}
    for one, other, weight in drawn:
        if one != other:
            found.setdefault(one, {})[other] = weight
            found.setdefault(other, {})[one] = weight
    groups = communities(found)
    assert sorted(name for group in groups for name in group) == sorted(found)
