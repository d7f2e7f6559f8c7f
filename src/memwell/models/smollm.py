"""SmolLM2-135M-Instruct in this process: a small language model without a server.

It is small enough for any machine and too small to trust: it follows a form when held to it, and
gets much of the content wrong. It is here for what needs the inside of a model (key/value caches,
adapters), and as the model of last resort where nothing may leave the machine.
"""

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from memwell.core.errors import InvalidInput
from memwell.models.asking import Completion
from memwell.models.bundle import FORM
from memwell.models.catalog import known
from memwell.models.chat import chat_ids
from memwell.models.extras import need_local
from memwell.models.grammar import Grammar, Held
from memwell.models.local import Local, few_threads, load, torch_threads

WINDOW = 8192  # tokens the model was trained to read
ENDS = ("<|im_end|>", "<|endoftext|>")


@dataclass
class SmolLM:
    """A provider for `Asking`. Safe to use from several threads: they are served in turn.

    The same prompt and settings give the same text. Prompts longer than the window less
    `max_new_tokens` lose their middle (see chat.py).
    """

    max_new_tokens: int = 256
    window: int = WINDOW  # tokens of prompt and answer together
    held: bool = True  # to the JSON schema, while writing; else it writes freely
    temperature: float = 0.0  # 0 takes the likeliest token
    seed: int = 0
    threads: int = field(default_factory=few_threads)
    name: str = field(default="", init=False)
    _grammar: Grammar | None = field(default=None, init=False, repr=False, compare=False)
    _making: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 1 <= self.max_new_tokens < self.window <= WINDOW:
            raise InvalidInput(f"max_new_tokens must be less than window, window at most {WINDOW}")
        if self.temperature < 0 or self.threads < 1:
            raise InvalidInput("temperature must not be negative, threads at least 1")
        self.name = ":".join(self._settings())

    @property
    def holds_schema(self) -> bool:
        return self.held

    def _settings(self) -> list[str]:
        """All that its answers depend on, for they are cached under the name."""
        drawn = [f"t{self.temperature:g}", f"seed{self.seed}"] if self.temperature else []
        form = "held" if self.held else "free"
        source = f"{known('smollm2').sha256[:12]}.{FORM}"
        return ["smollm2", source, f"{self.max_new_tokens}of{self.window}", form, *drawn]

    @property
    def local(self) -> Local:
        """The model and tokenizer, shared by the process. Raises ModelUnavailable."""
        return load("smollm2")

    def complete(self, prompt: str, schema: dict[str, Any]) -> Completion:
        """What the model writes, with exact counts; the end token counts as written.

        An empty schema asks for free text. Raises ModelUnavailable.
        """
        local = self.local
        with local.lock, torch_threads(self.threads):
            room = self.window - self.max_new_tokens
            asked = chat_ids(local.tokenizer, prompt, room)
            held = self._holding(local, schema) if self.held and schema else None
            written = self._generate(local, asked, [held] if held else [])
            text = local.tokenizer.decode(written, skip_special_tokens=True)
        return Completion(held.whole(text) if held else text, len(asked), len(written))

    def _generate(self, local: Local, asked: list[int], processors: list[Any]) -> list[int]:
        import torch

        if self.temperature:
            processors = [*processors, Drawn(self.temperature, self.seed)]
        ids = torch.tensor([asked])
        with torch.inference_mode():
            whole = local.model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=self.max_new_tokens,
                do_sample=False,  # a processor draws, from a generator of its own
                eos_token_id=end_ids(local),
                pad_token_id=end_ids(local)[0],
                logits_processor=processors,
            )
        written: list[int] = whole[0, len(asked) :].tolist()
        return written

    def _holding(self, local: Local, schema: dict[str, Any]) -> Held | None:
        with self._making:
            if self._grammar is None:
                need_local("holding answers to a schema", "llguidance")
                self._grammar = Grammar(local.tokenizer, end_ids(local))
        return self._grammar.answer(schema, self.max_new_tokens)


class Drawn:
    """A logits processor after which the likeliest token is a draw from the scores' softmax."""

    def __init__(self, temperature: float, seed: int) -> None:
        import torch

        self._temperature = temperature
        self._random = torch.Generator().manual_seed(seed)

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Scores with Gumbel noise: the greatest of them is distributed as their softmax."""
        import torch

        noise = torch.empty_like(scores).exponential_(generator=self._random)
        return scores / self._temperature - noise.log()


def end_ids(local: Local) -> list[int]:
    """The tokens that end an answer."""
    ids: list[int] = local.tokenizer.convert_tokens_to_ids(list(ENDS))
    return ids
