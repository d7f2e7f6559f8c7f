"""LongMemEval's files: every question's haystack, remembered for a user of the question's id."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from memwell.bench import longmemeval_data as data
from memwell.bench.json_items import OnBad
from memwell.core.message import Conversation

TITLE = "LongMemEval"


def matches(first: Any) -> bool:
    return data.matches(first)


def read(path: Path, on_bad: OnBad) -> Iterator[Conversation]:
    for question in data.questions(path):
        for session in question.sessions:
            conversation = session.conversation(question.id)
            if any(message.text for message in conversation.messages):
                yield conversation
            else:
                on_bad(f"question {question.id}, session {session.id}", "it holds no words")
