"""The three forms a memory can take: text, key/value cache, weights.

Big bytes live in the content-addressed blob store, as safetensors; a payload names them by digest.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Plaintext memory."""

    text: str


@dataclass(frozen=True, slots=True)
class KV:
    """Activation memory: keys and values a model computed over some text."""

    blob: str  # sha256 of the file: per layer k and v of shape [kv heads, tokens, head width]
    model: str  # fingerprint of the model and tokenizer; another model must not read it
    tokens: int
    positions: tuple[int, int]  # [first, last + 1) position the keys were rotated to


@dataclass(frozen=True, slots=True)
class Weights:
    """Parametric memory: a change to a model's weights."""

    blob: str  # sha256 of the safetensors file
    model: str  # fingerprint of the base model the change applies to


Payload = Text | KV | Weights
