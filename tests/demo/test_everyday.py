"""Small memories of everyday life, and what a newcomer would ask of them.

A table is made of paragraphs, each a memory of its own. "05-20: words" is what the user said on
that day of 2026 (or of a year put before it), "05-20 Ana: words" what a named speaker did; a line
without a day goes on with the session. A question is "? words => answer": how the answer begins,
"~" and words it holds anywhere, or "-" for not knowing. "|" parts alternatives.
"""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from memwell import Memory
from memwell.core.message import Message
from memwell.models.minilm import MiniLM

HERE = Path(__file__).parent
ASKED = datetime(2026, 8, 3, 12, tzinfo=UTC)  # a Monday
LINE = re.compile(r"(?:(?P<day>(?:\d{4}-)?\d\d-\d\d) ?)?(?P<name>[A-Z]\w+)?: (?P<text>.+)")
MEMORIES = [
    paragraph.splitlines()
    for table in ("everyday.txt", "people.txt")
    for paragraph in (HERE / table).read_text("utf-8").strip().split("\n\n")
]


@pytest.fixture(scope="module")
def minilm() -> MiniLM:
    return MiniLM(threads=1)


@pytest.mark.parametrize("lines", MEMORIES, ids=lambda lines: lines[0][:40])
def test_answers_what_was_told(lines: list[str], tmp_path: Path, minilm: MiniLM) -> None:
    wrong = [
        f"{question} -> {answer}, expected {expected}"
        for question, expected, answer, right in asked(lines, tmp_path, minilm)
        if not right
    ]
    assert not wrong, "\n".join(wrong)


def asked(lines: list[str], folder: Path, minilm: MiniLM) -> list[tuple[str, str, str, bool]]:
    """Every question with what was expected, what was answered, and whether that is right."""
    found = []
    with Memory(folder, user="u", embedder=minilm) as memory:
        remember(memory, [line for line in lines if not line.startswith("?")])
        for line in lines:
            if line.startswith("? "):
                question, expected = line[2:].split(" => ")
                answer = memory.ask(question, at=ASKED)
                text = answer.text if answer.known else "-"
                found.append((question, expected, text, accepts(expected, text)))
    return found


def remember(memory: Memory, lines: list[str]) -> None:
    """What was said, a session for every line that names a day."""
    session, at = 0, ASKED
    for line in lines:
        told = LINE.fullmatch(line)
        assert told, line
        if told["day"]:
            session, at = session + 1, day(told["day"])
        message = Message(told["text"], name=told["name"], at=at)
        memory.add(message, session=f"s{session}", at=at)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text if len(text) > 5 else f"2026-{text}").replace(
        hour=18, tzinfo=UTC
    )


def accepts(expected: str, answer: str) -> bool:
    """True when the answer is one of the alternatives; "not knowing" is an answer too."""
    return any(_fits(one, answer.casefold()) for one in expected.casefold().split("|"))


def _fits(expected: str, answer: str) -> bool:
    if expected == "-":
        return answer == "-"
    return expected[1:] in answer if expected[0] == "~" else answer.startswith(expected)
