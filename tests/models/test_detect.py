"""What detectors find in things people say: told on the half that they were not chosen by."""

import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))  # told

from told import REPORTED, SAID

from memwell.core.errors import ModelUnavailable
from memwell.models.detect import KINDS, Finding, detectors, merged

FINDERS = detectors(KINDS)


def found(text: str) -> list[Finding]:
    return list(merged(each for finder in FINDERS for each in finder.find(text)))


def test_quality_on_the_half_that_is_reported() -> None:
    """The page on security tells the figures."""
    right = wrong = missed = 0
    for text, kind in REPORTED:
        kinds = {each.kind for each in found(text)}
        right += kind in kinds
        missed += kind is not None and kind not in kinds
        wrong += len(kinds - {kind})
    assert right + missed >= 25
    assert right / (right + missed) >= 0.9
    assert right / (right + wrong) >= 0.9


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("my mail is ana@example.com, ok", "email", "ana@example.com"),
        ("my password is hunter2, ok", "credential", "hunter2"),
        ("call +44 20 7946 0958 now", "phone", "+44 20 7946 0958"),
        ("card 4111 1111 1111 1111.", "card", "4111 1111 1111 1111"),
        ("IBAN GB82 WEST 1234 5698 7654 32 OK", "account", "GB82 WEST 1234 5698 7654 32"),
        ("my social is 536-90-4399", "national_id", "536-90-4399"),
    ],
)
def test_the_very_part_is_named(text: str, kind: str, part: str) -> None:
    (finding,) = found(text)
    assert finding.kind == kind
    assert text[finding.start : finding.end].rstrip(",. ") == part


def test_a_private_key_is_found_to_its_end() -> None:
    whole = "-----BEGIN PRIVATE KEY-----\nMIIabc\ndef==\n-----END PRIVATE KEY-----"
    (finding,) = found(f"here:\n{whole}\nkeep it")
    assert finding == Finding("credential", 6, 6 + len(whole))
    (cut,) = found("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn")
    assert cut.end == len("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn")


def test_a_token_is_found_wherever_it_stands_in_a_long_text() -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    for at in range(5_900, 8_300, 97):
        text = f"{'x ' * (at // 2)}{token} and on{' y' * 3_000}"
        assert [text[each.start : each.end] for each in found(text)] == [token], at


def test_parts_that_overlap_become_one_of_the_gravest_kind() -> None:
    parts = [Finding("email", 3, 9), Finding("credential", 3, 5), Finding("phone", 9, 12)]
    assert list(merged(parts)) == [Finding("credential", 3, 9), Finding("phone", 9, 12)]
    assert [each.kind for each in found("clone https://ana:s3cr3t@git.example.com")] == [
        "credential"
    ]


@given(st.text(max_size=60), st.sampled_from([text for text, _ in SAID]), st.text(max_size=60))
def test_findings_are_ordered_parts_of_any_text(before: str, said: str, after: str) -> None:
    text = before + said + after
    places = [(each.start, each.end) for each in found(text)]
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(one[1] <= other[0] for one, other in pairwise(places))


def test_only_the_kinds_asked_for_are_found() -> None:
    (finder,) = detectors({"email"})
    kinds = {each.kind for text, _ in SAID for each in finder.find(text)}
    assert kinds == {"email"}


def test_nothing_is_asked_of_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def never(*args: object, **options: object) -> None:
        raise AssertionError("the network was asked")

    for name in ("getaddrinfo", "create_connection", "gethostbyname"):
        monkeypatch.setattr(socket, name, never)
    monkeypatch.setattr(socket.socket, "connect", never)
    assert sum(bool(found(text)) for text, _ in SAID) > 30


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("memwell.models.privacy.personal", "memwell.models.privacy.credentials"):
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    with pytest.raises(ModelUnavailable, match=r"pip install 'memwell\[privacy\]'"):
        detectors({"phone"})
