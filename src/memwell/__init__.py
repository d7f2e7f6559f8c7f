"""memwell: a memory operating system for AI. `Memory` is where to begin."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from memwell.core.errors import MemwellError as MemwellError
    from memwell.core.hit import Answer as Answer
    from memwell.core.hit import Hit as Hit
    from memwell.core.message import Conversation as Conversation
    from memwell.core.message import Message as Message
    from memwell.core.receipt import Receipt as Receipt
    from memwell.core.scope import Scope as Scope
    from memwell.core.strategy import Strategy as Strategy
    from memwell.kernel.aio import AsyncMemory as AsyncMemory
    from memwell.kernel.memory import Memory as Memory

__version__ = "0.1.0"

# Where each public name lives. They are imported at first use, so that `import memwell` is instant.
_HOMES = {
    "Answer": "core.hit",
    "AsyncMemory": "kernel.aio",
    "Conversation": "core.message",
    "Hit": "core.hit",
    "Memory": "kernel.memory",
    "MemwellError": "core.errors",
    "Message": "core.message",
    "Receipt": "core.receipt",
    "Scope": "core.scope",
    "Strategy": "core.strategy",
}

__all__ = [
    "Answer",
    "AsyncMemory",
    "Conversation",
    "Hit",
    "Memory",
    "MemwellError",
    "Message",
    "Receipt",
    "Scope",
    "Strategy",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'memwell' has no attribute {name!r}")
    return getattr(import_module(f"memwell.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
