"""The demo's ten questions, put in several ways to several people's conversations.

`Ask` is what answers them: here the reader over lexically ranked turns, elsewhere the whole memory.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from memwell import Memory
from memwell.app.demo.questions import Question, questions
from memwell.app.demo.story import SEED, Story, tell
from memwell.core.message import Message
from memwell.models.prompts import Piece
from memwell.models.rules.answer import read
from memwell.models.rules.reading.wording import keys

Ask = Callable[[str, datetime], tuple[str, Sequence[str]]]  # question, moment -> answer, refs

SEEDS = (SEED, *range(20, 28))
DISTRACTORS = 30


def check(question: Question, wording: str, story: Story, ask: Ask) -> None:
    """One question, asked in one way, must be answered rightly and from a right turn."""
    answer, sources = ask(wording, story.asked_at)
    assert question.accepts(answer), f"{wording!r} -> {answer!r}, expected {question.says}"
    missing = set(question.sources) - set(sources)
    assert not missing, f"{wording!r}: {answer!r} cites {list(sources)}, not {missing}"
    assert sources or not question.sources


def reader(story: Story) -> Ask:
    """The reader, given the best turns by shared words; no embedder takes part."""
    turns = [
        (message, conversation.session or "")
        for conversation in story.conversations
        for message in conversation.messages
    ]

    def ask(question: str, at: datetime) -> tuple[str, Sequence[str]]:
        evidence = lexical(question, turns, story.refs.values())
        reading = read(question, at, [piece(*turn, score) for turn, score in evidence])
        return reading.answer, [evidence[place][0][0].ref or "" for place in reading.sources]

    return ask


def piece(message: Message, session: str, score: float) -> Piece:
    return Piece(message.text, message.speaker, message.at, message.role, session, score)


def lexical(
    question: str, turns: Sequence[tuple[Message, str]], always: Collection[str]
) -> list[tuple[tuple[Message, str], float]]:
    """The turns that share most with the question, and what was said around them.

    The turns the ten questions rest on are always among them, each a distractor to nine questions.
    """
    said = [set(keys(message.text)) for message, _ in turns]
    df = Counter(key for turn in said for key in turn)
    asked = set(keys(question))
    scores = [
        sum(math.log(1 + len(turns) / df[key]) for key in asked & turn) / (1 + len(turn)) ** 0.3
        for turn in said
    ]
    spread = [
        score + 0.5 * max(scores[near] for near in (place - 2, place + 2) if 0 <= near < len(turns))
        for place, score in enumerate(scores)
    ]
    ranked = sorted(range(len(turns)), key=lambda place: -spread[place])
    held = [place for place in ranked[DISTRACTORS:] if turns[place][0].ref in always]
    best = ranked[:DISTRACTORS] + held
    return [(turns[place], spread[place]) for place in best]


@pytest.mark.parametrize("seed", SEEDS)
def test_answers_the_ten_questions_in_every_wording(seed: int) -> None:
    story = tell(seed)
    ask = reader(story)
    for question in questions(story):
        for wording in question.wordings:
            check(question, wording, story, ask)


@pytest.mark.parametrize("seed", [SEED, 101, 102, 103])
def test_the_whole_memory_answers_them_too(seed: int, tmp_path: Path) -> None:
    """Recorded, embedded, retrieved, weighed and read."""
    story = tell(seed)
    with Memory(tmp_path, user="somebody") as memory:
        list(memory.add_many(story.conversations))

        def ask(question: str, at: datetime) -> tuple[str, Sequence[str]]:
            found = memory.ask(question, at=at)
            return found.text, [memory.get(id).labels["ref"] for id in found.sources]

        for question in questions(story):
            for wording in question.wordings:
                check(question, wording, story, ask)
