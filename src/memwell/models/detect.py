"""Detectors say where a text holds secrets and personal data; policy says what is done about it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from memwell.core.errors import ModelUnavailable

KINDS: dict[str, str] = {
    "credential": "a password, token or private key",
    "email": "an e-mail address",
    "phone": "a telephone number",
    "card": "the number of a payment card",
    "account": "the number of a bank account",
    "national_id": "a person's national number",
}
RANK = list(KINDS)
HOMES = {"credential": "memwell.models.privacy.credentials"}  # all others are personal data
ELSE = "memwell.models.privacy.personal"


@dataclass(frozen=True, slots=True)
class Finding:
    """A part of a text, by its positions."""

    kind: str
    start: int
    end: int


class Detector(Protocol):
    """Finds some kinds; parts may overlap, and come in any order."""

    def find(self, text: str) -> Iterable[Finding]: ...


def detectors(kinds: Collection[str]) -> list[Detector]:
    """Those that find these kinds. Raises ModelUnavailable when their packages are missing."""
    homes = sorted({HOMES.get(kind, ELSE) for kind in kinds})
    try:
        return [import_module(home).detector(kinds) for home in homes]
    except ImportError as error:
        raise ModelUnavailable(
            f"the package {error.name} is missing; install what finding secrets and personal data "
            "needs: pip install 'memwell[privacy]'"
        ) from error


def merged(findings: Iterable[Finding]) -> Iterator[Finding]:
    """In order; parts that overlap become one, of the kind that KINDS names first."""
    last: Finding | None = None
    for each in sorted(findings, key=lambda each: (each.start, -each.end)):
        if last and each.start < last.end:
            kind = min(last.kind, each.kind, key=RANK.index)
            last = Finding(kind, last.start, max(last.end, each.end))
            continue
        if last:
            yield last
        last = each
    if last:
        yield last
