"""Credentials: tokens by their forms (detect-secrets), private keys, passwords that are told."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.plugins.base import RegexBasedDetector

from memwell.models.detect import Finding

LEFT_OUT = {
    "IPPublicDetector",  # no secret
    "PrivateKeyDetector",  # a key's first line only
    # Their forms take quadratic or cubic time where many blanks or slashes follow each other.
    "CloudantDetector",
    "IbmCloudIamDetector",
    "IbmCosHmacDetector",
    "NpmDetector",
    "SoftlayerDetector",
}
WINDOW, OVERLAP = 8_192, 2_048  # characters looked at together, and again with those after them
PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----.*?"
    r"(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\Z)",
    re.DOTALL,
)
NAME = (
    r"(?:pass ?(?:word|code|phrase)|passwd|pwd|pin(?: code)?|api[ _-]?key|access[ _-]?token|secret)"
)
TOLD = re.compile(
    rf"\b{NAME}\b[^\S\n]*(?:(?:is|was|=|:)[^\S\n]*)+[\"'`]?(?P<value>[^\s\"'`]{{4,}})",
    re.IGNORECASE,
)
ODD = re.compile(r"\d|[^\w.,;:!?…)(-]|[a-z][A-Z]")  # what ordinary words do not hold


def detector(kinds: Collection[str]) -> "Credentials":  # noqa: ARG001 (as all have it)
    """There is one kind only."""
    classes: Collection[Any] = get_mapping_from_secret_type_to_class().values()
    chosen = [
        each
        for each in classes
        if issubclass(each, RegexBasedDetector) and each.__name__ not in LEFT_OUT
    ]
    forms = {form.pattern: form for each in chosen for form in each.denylist}
    return Credentials(tuple(forms[pattern] for pattern in sorted(forms)))


@dataclass(frozen=True)
class Credentials:
    """Implements models.detect.Detector. Nothing is checked against any service."""

    forms: tuple[re.Pattern[str], ...]

    def find(self, text: str) -> Iterator[Finding]:
        """Of a form, all that matches: what detect-secrets itself tells may be its beginning."""
        for match in PRIVATE_KEY.finditer(text):
            yield Finding("credential", *match.span())
        for at in range(0, len(text), WINDOW - OVERLAP):  # so that no text takes too long
            for form in self.forms:
                for match in form.finditer(text, at, at + WINDOW):
                    yield Finding("credential", *match.span())
        for match in TOLD.finditer(text):
            if ODD.search(match["value"].rstrip(".,;:!?…)")):
                yield Finding("credential", *match.span("value"))
