"""LoCoMo's file: long conversations between two speakers, and questions with evidence turns.

Paper       LoCoMo (Maharana et al., 2024), the released locomo10.json
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from memwell.bench.json_items import read_items
from memwell.core.errors import InvalidInput
from memwell.core.message import Conversation, Message

CATEGORIES = {
    "1": "multi-hop",
    "2": "temporal",
    "3": "open-domain",
    "4": "single-hop",
    "5": "adversarial",
}
ADVERSARIAL = "5"

MONTHS = "january february march april may june july august september october november december"
DATE = re.compile(r"(\d\d?):(\d\d)\s*([ap]m)\s+on\s+(\d\d?)\s+(\w+),?\s+(\d{4})", re.IGNORECASE)
EVIDENCE = re.compile(
    r"D:?\s*0*(\d+)\s*:\s*0*(\d+)"
)  # "D8:6", and slips such as "D:11:26", "D30:05"
SESSION = re.compile(r"session_(\d+)")


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn; a shared picture is known by its caption."""

    id: str  # "D1:3": session 1, turn 3
    speaker: str
    text: str
    caption: str | None = None

    @property
    def words(self) -> str:
        return f"{self.text} [{self.caption}]" if self.caption else self.text


@dataclass(frozen=True, slots=True)
class Session:
    """One day's conversation."""

    number: int
    at: datetime
    said: str  # the date and time in the file's own words
    turns: tuple[Turn, ...]

    @property
    def id(self) -> str:
        """As the published session-level evaluation names it."""
        return f"S{self.number}"

    def conversation(self, user: str) -> Conversation:
        """The session as it is handed to a memory."""
        messages = tuple(
            Message(
                turn.text,
                name=turn.speaker,
                at=self.at,
                ref=turn.id,
                attachments=(turn.caption,) if turn.caption else (),
            )
            for turn in self.turns
        )
        return Conversation(messages, session=self.id, at=self.at, user=user)


@dataclass(frozen=True, slots=True)
class Question:
    """One question and the turns that answer it."""

    id: str
    category: str
    text: str
    answer: str  # for adversarial questions the answer they wrongly suggest
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One conversation over many sessions, with its questions."""

    id: str
    sessions: tuple[Session, ...]
    questions: tuple[Question, ...]


def samples(path: Path) -> Iterator[Sample]:
    """The samples of a file, or of the one locomo*.json in a folder, one at a time.

    Raises InvalidInput when the path holds no LoCoMo data, or a sample is malformed.
    """
    file = find(path)
    for item in read_items(file):
        try:
            parsed = sample(item.value)
        except KeyError as fault:
            raise InvalidInput(f"{file}, {item.place}: no {fault}") from fault
        except (TypeError, ValueError, AttributeError) as fault:
            raise InvalidInput(f"{file}, {item.place}: {fault}") from fault
        yield parsed


def find(path: Path) -> Path:
    """The file itself. Raises InvalidInput when a folder holds none, or several."""
    if path.is_file():
        return path
    found = sorted(path.glob("locomo*.json")) or sorted(path.glob("*.json"))
    if len(found) != 1:
        names = ", ".join(file.name for file in found) or "none"
        raise InvalidInput(f"{path}: expected one file locomo*.json, found {names}; name the file")
    return found[0]


def matches(value: Any) -> bool:
    """True when a parsed item looks like a LoCoMo sample."""
    return isinstance(value, Mapping) and {"sample_id", "conversation"} <= value.keys()


def sample(fields: Mapping[str, Any]) -> Sample:
    """A sample from its fields."""
    spoken = sessions(fields["conversation"])
    known = {turn.id for session in spoken for turn in session.turns}
    id = str(fields["sample_id"])
    questions = tuple(
        _question(f"{id}-{number}", raw, known)
        for number, raw in enumerate(fields.get("qa", ()), start=1)
    )
    return Sample(id, spoken, questions)


def sessions(conversation: Mapping[str, Any]) -> tuple[Session, ...]:
    """The sessions that were held; a date without a session is passed over."""
    numbers = sorted(int(found[1]) for key in conversation if (found := SESSION.fullmatch(key)))
    return tuple(
        _session(
            number, conversation[f"session_{number}"], conversation[f"session_{number}_date_time"]
        )
        for number in numbers
    )


def date(text: str) -> datetime:
    """A date as LoCoMo writes it, "1:56 pm on 8 May, 2023", taken to be UTC."""
    found = DATE.search(text)
    months = MONTHS.split()
    if not found or found[5].lower() not in months:
        raise InvalidInput(f"expected a date such as '1:56 pm on 8 May, 2023', found {text!r}")
    hour = int(found[1]) % 12 + (12 if found[3].lower() == "pm" else 0)
    month = months.index(found[5].lower()) + 1
    return datetime(int(found[6]), month, int(found[4]), hour, int(found[2]), tzinfo=UTC)


def evidence(raw: list[str], known: set[str]) -> tuple[str, ...]:
    """Ids of the evidence turns, once each.

    Some references are malformed ("D8:6; D9:17", "(D1:5)", "D:11:26", "D30:05") and some name
    turns that do not exist; the first are mended, the others cannot be found and are dropped.
    """
    named = [f"D{day}:{turn}" for text in raw for day, turn in EVIDENCE.findall(text)]
    return tuple(dict.fromkeys(id for id in named if id in known))


def _session(number: int, raw: list[Mapping[str, Any]], said: str) -> Session:
    turns = tuple(
        Turn(turn["dia_id"], turn["speaker"], turn["text"], turn.get("blip_caption"))
        for turn in raw
    )
    return Session(number, date(said), said, turns)


def _question(id: str, raw: Mapping[str, Any], known: set[str]) -> Question:
    answer = raw.get("answer")
    if answer is None:
        answer = raw.get("adversarial_answer", "")
    return Question(
        id=id,
        category=str(raw["category"]),
        text=raw["question"],
        answer=str(answer),
        evidence=evidence(raw.get("evidence") or [], known),
    )
