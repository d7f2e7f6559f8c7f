"""Strategies with a language model on real turns: how often its replies fit what is asked.

And whether the memory is whole afterwards, whatever the model wrote.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from memwell.bench.locomo import LoCoMo
from memwell.bench.schema_share import Share, Tallied
from memwell.bench.schema_share import table as shares
from memwell.bench.strategies.prepared import LATER
from memwell.bench.table import Table
from memwell.core.clock import ManualClock
from memwell.core.lifecycle import State
from memwell.core.message import Conversation
from memwell.core.view import DERIVED, SAID
from memwell.kernel.doctor.doctor import doctor
from memwell.kernel.memory import Memory
from memwell.models.asking import Provider


@dataclass(frozen=True)
class Replies:
    """What came of one strategy."""

    strategy: str
    shares: tuple[Share, ...]
    said: int  # turns that are there, word for word, at the end, faded ones among them
    derived: int
    failed: int  # conversations whose refinement was given up
    whole: bool  # nothing is found wrong with the memory


def replies(
    spec: str, data: Path, turns: int, provider: Provider, folder: Path,
    heard: Callable[[Share], None] = lambda _: None,
) -> Replies:  # fmt: skip
    """The first turns of LoCoMo, refined and tidied up."""
    model, clock = Tallied(provider, heard), ManualClock(datetime.now(UTC))
    with Memory(folder, user="locomo", strategy=spec, model=model, clock=clock) as memory:
        expected = []
        for conversation in first(data, turns):
            clock.at = conversation.at or clock.at
            list(memory.add_many([conversation]))
            memory.wait()
            expected += [message.text for message in conversation.messages]
        clock.at += LATER
        memory.manage()
        view = memory.view()
        held = {cube.text for state in State for cube in view.only(SAID).scan(state)}
        derived = sum(1 for _ in view.only(DERIVED).scan())
        failed = len(memory.queue())
    said = sum(1 for text in expected if text in held)
    whole = not doctor(folder).findings
    return Replies(spec, tuple(model.rows.values()), said, derived, failed, whole)


def first(data: Path, turns: int) -> Iterator[Conversation]:
    """As many conversations as hold so many turns; the last one is cut."""
    for conversation in LoCoMo(data).conversations():
        if turns <= 0:
            return
        yield replace(conversation, messages=conversation.messages[:turns], user=None)
        turns -= len(conversation.messages)


def table(found: Replies) -> Table:
    """A row for each prompt of the strategy."""
    return shares(
        f"{found.strategy}: {found.said} turns kept, {found.derived} memories made,"
        f" {found.failed} given up, {'whole' if found.whole else 'damaged'}",
        found.shares,
    )
