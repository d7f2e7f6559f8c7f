"""A mechanism is found by the name of its file."""

import pytest

from memwell.core.errors import UnknownName
from memwell.core.strategy import Strategy
from memwell.kernel.load import FAMILIES, load, names


def test_every_plaintext_strategy_is_found_by_its_name() -> None:
    assert "verbatim" in names("plaintext")
    for name in names("plaintext"):
        strategy = load(f"plaintext:{name}")()
        assert isinstance(strategy, Strategy)
        assert strategy.name == f"plaintext:{name}"


@pytest.mark.parametrize("family", FAMILIES)
def test_names_of_a_family_can_be_listed_even_before_it_exists(family: str) -> None:
    assert names(family) == sorted(set(names(family)))


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("verbatim", "family:name"),
        ("plaintext:", "family:name"),
        ("kernel:memory", "families"),
        ("plaintext:nothing", "verbatim"),
        ("plaintext:__init__", "family:name"),
        ("plaintext:base", "there are"),
        ("plaintext:../core", "family:name"),
        ("", "family:name"),
    ],
)
def test_an_unknown_name_says_what_there_is(name: str, advice: str) -> None:
    with pytest.raises(UnknownName, match=advice):
        load(name)
