"""Names that are written a little differently share bands; others hardly ever do."""

import random
import string

import pytest

from memwell.index.minhash import bands, entropy, jaccard, letters, shingles, signature


def test_what_is_compared_are_letters() -> None:
    assert letters("Jon Smithe-Robertson") == "jonsmitherobertson"
    assert shingles("Jo Ann") == {"joa", "oan", "ann"}
    assert shingles("Al") == {"al"}
    assert shingles("…") == frozenset()


@pytest.mark.parametrize(("name", "bits"), [("aaaa", 0.0), ("abab", 1.0), ("abcd", 2.0), ("", 0.0)])
def test_entropy_is_that_of_the_letters(name: str, bits: float) -> None:
    assert entropy(name) == pytest.approx(bits)


def test_similarity_is_the_share_of_common_pieces() -> None:
    assert jaccard(frozenset("abc"), frozenset("bcd")) == 0.5
    assert jaccard(frozenset(), frozenset()) == 0.0


def test_the_same_letters_share_all_eight_bands() -> None:
    assert bands("Jon Smithe-Robertson") == bands("jon smithe robertson")
    assert len(bands("Jon Smithe-Robertson")) == 8
    assert len(signature(shingles("Ann"))) == 32
    assert bands("") == ()


def test_agreement_of_signatures_estimates_similarity() -> None:
    """The share of equal hashes is an unbiased estimate; over many pairs errors cancel."""
    rng = random.Random(2)
    errors = []
    for _ in range(200):
        pool = ["".join(rng.choices(string.ascii_lowercase, k=3)) for _ in range(30)]
        first, second = frozenset(pool[:20]), frozenset(pool[10:])
        pairs = zip(signature(first), signature(second), strict=True)
        errors.append(sum(a == b for a, b in pairs) / 32 - jaccard(first, second))
    assert abs(sum(errors) / len(errors)) < 0.02


def test_long_names_that_differ_in_a_letter_meet_and_strangers_do_not() -> None:
    rng = random.Random(3)
    met = strangers = 0
    for _ in range(200):
        name = "".join(rng.choices(string.ascii_lowercase, k=60))
        other = "".join(rng.choices(string.ascii_lowercase, k=60))
        met += any(a == b for a, b in zip(bands(name), bands(name + "x"), strict=True))
        strangers += any(a == b for a, b in zip(bands(name), bands(other), strict=True))
    assert met >= 198
    assert strangers == 0
