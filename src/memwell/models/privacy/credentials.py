"""Credentials: tokens by their forms (detect-secrets), private keys, and passwords that are told."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.plugins.base import RegexBasedDetector

from memwell.models.detect import Finding

LEFT_OUT = {"IPPublicDetector", "PrivateKeyDetector"}  # no secret; and only a key's first line
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


def detector(kinds: Collection[str]) -> "Credentials":
    """There is one kind only."""
    classes = get_mapping_from_secret_type_to_class().values()
    chosen = [
        each
        for each in classes
        if issubclass(each, RegexBasedDetector) and each.__name__ not in LEFT_OUT
    ]
    return Credentials(tuple(each() for each in sorted(chosen, key=lambda each: each.__name__)))


@dataclass(frozen=True)
class Credentials:
    """Implements models.detect.Detector. Nothing is checked against any service."""

    plugins: tuple[Any, ...]

    def find(self, text: str) -> Iterator[Finding]:
        for match in PRIVATE_KEY.finditer(text):
            yield Finding("credential", *match.span())
        for match in TOLD.finditer(text):
            if ODD.search(match["value"].rstrip(".,;:!?…)")):
                yield Finding("credential", *match.span("value"))
        for value in self._tokens(text):
            for match in re.finditer(re.escape(value), text):
                yield Finding("credential", *match.span())

    def _tokens(self, text: str) -> set[str]:
        """Their values: detect-secrets does not say where they stand."""
        return {
            found
            for line in text.splitlines()
            for plugin in self.plugins
            for found in plugin.analyze_string(line)
            if found
        }
