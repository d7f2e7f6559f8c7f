"""LoCoMo's file: every conversation, remembered for a user of the sample's id."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from memwell.bench import locomo_data as data
from memwell.bench.json_items import OnBad
from memwell.core.message import Conversation

TITLE = "LoCoMo"


def matches(first: Any) -> bool:
    return data.matches(first)


def read(path: Path, on_bad: OnBad) -> Iterator[Conversation]:
    for sample in data.samples(path):
        for session in sample.sessions:
            if session.turns:
                yield session.conversation(sample.id)
            else:
                on_bad(f"sample {sample.id}, session {session.number}", "it holds no turns")
