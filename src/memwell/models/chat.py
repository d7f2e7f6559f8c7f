"""Prompts in a model's own chat form, as token ids that fit its context window.

Only the template speaks the model's markup: marks such as <|im_end|> in a prompt are plain text.
A prompt that is too long loses its middle. Its beginning (what is asked for) and its end (the
question, the form of the answer) stay, half of the room each.
"""

from collections.abc import Sequence
from typing import Any

from memwell.core.errors import InvalidInput

CUT = "\n[…]\n"  # stands for what was left out
PLACE = "\x00prompt\x00"  # where the template puts the prompt


def chat_ids(tokenizer: Any, prompt: str, room: int) -> list[int]:
    """One user's message and the head of the answer, in at most `room` tokens.

    Raises InvalidInput when not even the template fits.
    """
    message = [{"role": "user", "content": PLACE}]
    form = tokenizer.apply_chat_template(message, tokenize=False, add_generation_prompt=True)
    before, after = (tokenizer.encode(part, add_special_tokens=False) for part in form.split(PLACE))
    words = plain_ids(tokenizer, prompt)
    left = room - len(before) - len(after)
    return [*before, *cut(words, left, plain_ids(tokenizer, CUT)), *after]


def plain_ids(tokenizer: Any, text: str) -> list[int]:
    """Token ids of a text in which no special token is special."""
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False, split_special_tokens=True)
    return ids


def cut(ids: Sequence[int], room: int, mark: Sequence[int]) -> list[int]:
    """The ids, or their two ends with the mark between, in at most `room`.

    Raises InvalidInput when the mark and a token on each side have no room.
    """
    if len(ids) <= room:
        return list(ids)
    kept = room - len(mark)
    if kept < 2:
        raise InvalidInput(f"the model's window leaves {room} tokens for the prompt: too few")
    tail = kept // 2
    return [*ids[: kept - tail], *mark, *ids[len(ids) - tail :]]
