"""Personal data: numbers by check digits (python-stdnum, phonenumbers), e-mail addresses."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from phonenumbers import Leniency, PhoneNumberMatcher
from stdnum import iban, luhn
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.it import codicefiscale
from stdnum.us import ssn

from memwell.models.detect import Finding

REGIONS = ("US", "GB")  # whose numbers are read without a country's code
NUMBERS = 7  # digits that anything but an e-mail address has at least

LOCAL = r"\w.+%'&*/=?^{|}~-"  # what may stand before the sign
EMAIL = re.compile(rf"(?<![{LOCAL}])[{LOCAL}]+@(?:[\w-]+\.)+[^\W\d_]{{2,}}")
CARD = re.compile(r"(?<![\d.-])[2-6]\d{3}(?:[ -]?\d){8,14}\d(?![\d-])")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b")
NATIONAL: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])"), ssn.is_valid),
    (re.compile(r"\b[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}\b"), nir.is_valid),
    (re.compile(r"\b[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]\b"), codicefiscale.is_valid),
    (re.compile(r"\b\d{8}-?[A-Z]\b"), dni.is_valid),
    (re.compile(r"\b[XYZ]-?\d{7}-?[A-Z]\b"), nie.is_valid),
)


def detector(kinds: Collection[str]) -> "Personal":
    """One that finds these kinds only."""
    return Personal(frozenset(kinds))


@dataclass(frozen=True)
class Personal:
    """Implements models.detect.Detector."""

    kinds: frozenset[str]

    def find(self, text: str) -> Iterator[Finding]:
        ways = FIND if sum(map(str.isdigit, text)) >= NUMBERS else {"email": _emails}
        for kind, way in ways.items():
            if kind in self.kinds:
                yield from (Finding(kind, start, end) for start, end in way(text))


def _emails(text: str) -> Iterator[tuple[int, int]]:
    if "@" in text:
        yield from (match.span() for match in EMAIL.finditer(text))


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for region in REGIONS:
        for match in PhoneNumberMatcher(text, region, Leniency.STRICT_GROUPING):
            yield match.start, match.end


def _cards(text: str) -> Iterator[tuple[int, int]]:
    for match in CARD.finditer(text):
        if luhn.is_valid(re.sub(r"\D", "", match[0])):
            yield match.span()


def _accounts(text: str) -> Iterator[tuple[int, int]]:
    """The longest beginning that is a valid number: capitals may follow it."""
    for match in IBAN.finditer(text):
        ends = (end for end in range(match.end(), match.start() + 14, -1))
        valid = (end for end in ends if iban.is_valid(text[match.start() : end].rstrip()))
        end = next(valid, None)
        if end:
            yield match.start(), end


def _national(text: str) -> Iterator[tuple[int, int]]:
    for pattern, is_valid in NATIONAL:
        yield from (match.span() for match in pattern.finditer(text) if is_valid(match[0]))


FIND: dict[str, Callable[[str], Iterator[tuple[int, int]]]] = {
    "email": _emails,
    "phone": _phones,
    "card": _cards,
    "account": _accounts,
    "national_id": _national,
}
