"""What tests of the graph share: a model that reads sentences of one shape, and memories of it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from memwell.core.clock import ManualClock
from memwell.core.cube import MemCube
from memwell.core.message import Message
from memwell.core.model import Embedder
from memwell.core.view import Moment
from memwell.kernel.memory import Memory
from memwell.models.prompts.zep import Lines
from memwell.models.scripted import Scripted
from memwell.plaintext.zep import Zep
from support import START, WordEmbedder

Told = Mapping[str, Any]


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Reader:
    """Answers from a table: what each text names and states. All else as it is told to."""

    def __init__(self, **scripts: Callable[..., Any]) -> None:
        self.names: dict[str, list[str]] = {}
        self.facts: dict[str, list[Told]] = {}
        self.model = Scripted(
            {
                "named_entities": lambda text, **_: {
                    "entities": [{"name": name} for name in self.names.get(text, ())]
                },
                "stated_facts": lambda text, **_: {"facts": self.facts.get(text, [])},
                "fact_times": lambda **_: {},
                "duplicate_entity": lambda **_: {"duplicate": -1},
                "fact_standing": lambda **_: {},
                "entity_summary": lambda summary, facts, **_: {
                    "summary": "\n".join(filter(None, [summary, *(f.text for f in facts)]))[:1000]
                },
                "community_summary": lambda first, second: {
                    "summary": f"{first} + {second}"[:1000]
                },
                "community_name": lambda **_: {"name": "a circle"},
                **scripts,
            },
            immediate=False,  # like a real one: it may be asked about all that is known
        )

    def tell(self, text: str, source: str, target: str = "", **fact: Any) -> str:
        """Teaches what a text states, and returns it."""
        known = self.names.setdefault(text, [])
        known += [name for name in (source, target) if name and name not in known]
        stated = {"source": source, "target": target, "relation": "IS", "fact": text} | fact
        self.facts.setdefault(text, []).append(stated)
        return text


def numbers(lines: Lines, holding: str) -> list[int]:
    """Of the lines that hold a text."""
    return [line.number for line in lines if holding in line.text]


def opened(
    folder: Path,
    *,
    model: Scripted | str | None = "rules",
    strategy: Zep | str | None = None,
    embedder: Embedder | None = None,
    clock: ManualClock | None = None,
    user: str | None = None,
) -> Memory:
    return Memory(
        folder,
        strategy=strategy or Zep(),
        model=model,
        embedder=embedder or WordEmbedder(),
        clock=clock or ManualClock(START),
        seed=1,
        user=user,
    )


def said(memory: Memory, *texts: str, by: str = "Ann", at: datetime | None = None, **more: Any):
    return memory.add([Message(text, name=by) for text in texts], at=at, wait=True, **more)


def kept(memory: Memory, kind: str = "fact", **moment: datetime | None) -> list[MemCube]:
    return list(memory.view(moment=Moment(**moment)).only({"is": kind}).scan())


def texts(cubes: Iterable[MemCube]) -> set[str]:
    return {cube.text for cube in cubes}
