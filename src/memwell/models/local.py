"""Models that run in this process: loaded once, shared by all who ask.

Weights are mapped from the bundle's file and computed with in float32, which a processor does
several times faster than half precision.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from memwell.core.errors import ModelUnavailable
from memwell.models import bundle
from memwell.models.catalog import Known, known
from memwell.models.extras import need_local
from memwell.models.install import located
from memwell.models.minilm import cores
from memwell.models.unpack import no_bars

log = logging.getLogger(__name__)

_loaded: dict[str, "Local"] = {}
_loading = Lock()


@dataclass(frozen=True, eq=False)
class Local:
    """A causal language model and its tokenizer, both of transformers, ready to use.

    Hold `lock` while the model computes or the tokenizer's settings matter: it serves one at a
    time. `fingerprint` is a sha256 of both; what was computed with one (key/value caches,
    adapters) does not fit another.
    """

    model: Any  # transformers' PreTrainedModel, in float32 and in evaluation mode
    tokenizer: Any  # transformers' PreTrainedTokenizerFast
    fingerprint: str
    folder: Path
    lock: Lock = field(default_factory=Lock, repr=False)


def load(name: str = "smollm2") -> Local:
    """The model of that name, loaded once per process; unpacked first where it has to be.

    Raises UnknownName, and ModelUnavailable when packages or weights are missing.
    """
    model = known(name)
    with _loading:
        if model.name not in _loaded:
            check(model)
            _loaded[model.name] = _load(model)
        return _loaded[model.name]


def check(model: Known) -> None:
    """Raises ModelUnavailable when the model cannot be loaded here, saying what to install."""
    if not model.unpacks:
        raise ModelUnavailable(f"{model.name} is no language model that runs in this process")
    need_local(model.name, "torch", "transformers")
    if bundle.found(model) is None and located(model) is None:
        raise ModelUnavailable(
            f"{model.name} is not installed: run `memwell models install {model.name}`"
        )


def _load(model: Known) -> Local:
    ready = bundle.ready(model, log.info)
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(ready.folder, local_files_only=True)
    with no_bars():
        network = AutoModelForCausalLM.from_pretrained(
            ready.folder, local_files_only=True, dtype=torch.float32, use_safetensors=True
        )
    network.requires_grad_(False)
    return Local(network.eval(), tokenizer, ready.fingerprint, ready.folder)


def few_threads() -> int:
    """Half the processors, four at most.

    One pass reads all weights, so memory bounds it soon; and threads that wait for each other
    lose far more on a busy machine than they gain on a quiet one.
    """
    return max(1, min(4, cores() // 2))


@contextmanager
def torch_threads(limit: int) -> Iterator[None]:
    """Torch uses at most that many threads meanwhile. The setting is the process's."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(min(before, limit))
    try:
        yield
    finally:
        torch.set_num_threads(before)
