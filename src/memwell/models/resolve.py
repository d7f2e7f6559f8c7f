"""From a name in a setting to a model.

Embedders: "minilm" (default), "none", "http://host/v1#model", or a path to MiniLM's ONNX file.
Language models: "rules" (default), "none", "smollm2", "http://host/v1#model".

A key for endpoints is read from MEMWELL_API_KEY.
"""

import logging
import os
from collections.abc import MutableMapping
from functools import cache
from pathlib import Path

from memwell.core.errors import InvalidInput, UnknownName
from memwell.core.model import Embedder, LanguageModel
from memwell.models import minilm
from memwell.models.catalog import known
from memwell.models.install import located
from memwell.models.minilm import MiniLM
from memwell.models.rules import Rules
from memwell.models.scripted import HashEmbedder

log = logging.getLogger(__name__)


def resolve_embedder(spec: str | None = "minilm") -> Embedder | None:
    """The embedder meant, shared by all who ask for it; None for a lexical-only memory.

    A missing default embedder is no error: search works by words alone, and one line says so.
    Raises UnknownName for a spec of no known form, InvalidInput for an unusable one.
    """
    if spec in (None, "", "none"):
        return None
    if _is_url(spec):
        return _endpoint_embedder(*_parts(spec))
    if spec.startswith("hash:"):
        return HashEmbedder(int(spec.removeprefix("hash:")))
    if spec == "minilm":
        return _default_embedder()
    if (path := Path(spec).expanduser()).exists():
        return _minilm(path / "model.onnx" if path.is_dir() else path, MAX_TOKENS)
    raise UnknownName(
        f'no embedder {spec!r}: use "minilm", "none", "http://host/v1#model" or a path'
    )


def preload(spec: str) -> None:
    """Begin to load the embedder's weights in the background, where it is one that has any."""
    found = _of_length(MAX_TOKENS) if spec == "minilm" else None
    if isinstance(found, MiniLM):
        found.preload()


def resolve_model(
    spec: str | None = "rules", answers: MutableMapping[str, str] | None = None
) -> LanguageModel | None:
    """The language model meant; None for none at all. `answers` keeps what it was asked before.

    Raises UnknownName for a spec of no known form, InvalidInput for an unusable one,
    ModelUnavailable for "smollm2" where it or the extra `local` is not installed.
    """
    if spec in (None, "", "none"):
        return None
    if spec == "rules":
        return Rules()
    if spec == "smollm2":
        return _smollm(answers)
    if _is_url(spec):
        from memwell.models.asking import Asking  # heavy, as is the next; most memories need none
        from memwell.models.http import OpenAICompatible

        url, model = _parts(spec)
        provider = OpenAICompatible(url, model, os.environ.get("MEMWELL_API_KEY"))
        return Asking(provider, {} if answers is None else answers)
    raise UnknownName(
        f'no language model {spec!r}: use "rules", "none", "smollm2" or "http://host/v1#model"'
    )


def _smollm(answers: MutableMapping[str, str] | None) -> LanguageModel:
    from memwell.models.asking import Asking
    from memwell.models.local import check
    from memwell.models.smollm import SmolLM

    check(known("smollm2"))
    return Asking(SmolLM(), {} if answers is None else answers)


def embedder_of(fingerprint: str) -> Embedder | None:
    """The embedder that made vectors with this fingerprint; None when it cannot be had."""
    try:
        if fingerprint.startswith(minilm.NAME):
            found = _of_length(int(fingerprint.split(":")[2]))
        else:
            found = resolve_embedder(fingerprint)
    except (InvalidInput, ValueError, IndexError):
        return None
    return found if found and found.fingerprint == fingerprint else None


MAX_TOKENS = MiniLM.max_tokens


def _default_embedder() -> Embedder | None:
    found = _of_length(MAX_TOKENS)
    if found is None:
        log.warning(
            "no embedder: this memory searches by words alone; to search by meaning too, run "
            "`memwell models install minilm`",
            extra={"operation": "open"},
        )
    return found


def _of_length(max_tokens: int) -> Embedder | None:
    weights = located(known("minilm"))
    return _minilm(weights, max_tokens) if weights else None


@cache
def _minilm(weights: Path, max_tokens: int) -> MiniLM:
    return MiniLM(weights, max_tokens)


@cache
def _endpoint_embedder(url: str, model: str) -> Embedder:
    from memwell.models.http import HTTPEmbedder  # heavy; most memories need none

    return HTTPEmbedder(url, model, os.environ.get("MEMWELL_API_KEY"))


def _is_url(spec: str) -> bool:
    return spec.startswith(("http://", "https://"))


def _parts(spec: str) -> tuple[str, str]:
    """Base URL and model of "http://host/v1#model"."""
    url, _, model = spec.partition("#")
    if not model:
        raise InvalidInput(f"name the model after a #, such as {url}#model-name")
    return url, model
