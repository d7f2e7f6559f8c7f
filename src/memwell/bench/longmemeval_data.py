"""LongMemEval's files: the official ones, and a folder with each session stored once.

Paper       43 (Wu et al., 2025), §3 and the released data
Official    one list of questions, each with `haystack_sessions`, `haystack_dates`, ...
Folder      questions.jsonl (`haystack: [[session id, date, k], ...]`) and sessions.jsonl[.xz]
            (`{k, turns}`), which holds a session once however many questions share it
"""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from memwell.bench.json_items import Item, open_text, read_items
from memwell.core.errors import InvalidInput
from memwell.core.message import Conversation, Message

DATE = re.compile(r"(\d{4})/(\d\d?)/(\d\d?)[^\d]*(\d\d?):(\d\d)")


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn, and whether it holds the evidence."""

    content: str
    role: str
    has_answer: bool


@dataclass(frozen=True, slots=True)
class Session:
    """One chat of the haystack."""

    id: str
    at: datetime
    turns: tuple[Turn, ...]

    def ref(self, position: int) -> str:
        """The published id of the turn at this position, counted from 0."""
        return f"{self.id}_{position + 1}"

    def conversation(self, user: str, roles: frozenset[str] | None = None) -> Conversation:
        """The session as it is handed to a memory; only turns of these roles, where given."""
        return Conversation(
            messages=tuple(
                Message(turn.content, role=turn.role, at=self.at, ref=self.ref(position))
                for position, turn in enumerate(self.turns)
                if roles is None or turn.role in roles
            ),
            session=self.id,
            at=self.at,
            user=user,
        )


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its whole haystack."""

    id: str
    type: str
    text: str
    answer: str
    asked: datetime
    evidence: frozenset[str]  # ids of the sessions that hold the answer
    sessions: tuple[Session, ...]

    @property
    def abstention(self) -> bool:
        """True when the haystack does not hold the answer."""
        return self.id.endswith("_abs")


def questions(path: Path, limit: int | None = None) -> Iterator[Question]:
    """The questions of a file or folder, one at a time.

    Raises InvalidInput when the path holds no LongMemEval data, or a question is malformed.
    """
    file = find(path)
    source = _folder(file) if file.name == "questions.jsonl" else _official(file)
    for count, question in enumerate(source):
        if limit is not None and count >= limit:
            return
        yield question


def find(path: Path) -> Path:
    """The file that holds the questions.

    Raises InvalidInput when there is none, or when it is unclear which of several is meant.
    """
    if path.is_file():
        return path
    if (path / "questions.jsonl").is_file():
        return path / "questions.jsonl"
    patterns = ("longmemeval_s*.json", "longmemeval*.json", "*.json")
    found = next((files for each in patterns if (files := sorted(path.glob(each)))), [])
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(file.name for file in found)
        raise InvalidInput(f"{path} holds {names}: name the one that is meant")
    raise InvalidInput(
        f"{path}: expected longmemeval_s*.json, or questions.jsonl and sessions.jsonl"
    )


def files(path: Path) -> list[Path]:
    """All files that the benchmark reads, for their digest."""
    file = find(path)
    return [file, _sessions_file(file)] if file.name == "questions.jsonl" else [file]


def date(text: str) -> datetime:
    """A date as LongMemEval writes it, "2023/05/28 (Sun) 19:47", in UTC."""
    found = DATE.match(text)
    if not found:
        raise InvalidInput(f"expected a date such as '2023/05/28 (Sun) 19:47', found {text!r}")
    year, month, day, hour, minute = map(int, found.groups())
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def matches(value: Any) -> bool:
    """True when a parsed item looks like an official question."""
    return isinstance(value, Mapping) and {"question_id", "haystack_sessions"} <= value.keys()


def question(fields: Mapping[str, Any], sessions: Sequence[Session]) -> Question:
    """A question from its fields and its sessions."""
    return Question(
        id=str(fields["question_id"]),
        type=str(fields["question_type"]),
        text=str(fields["question"]),
        answer=str(fields["answer"]),
        asked=date(fields["question_date"]),
        evidence=frozenset(fields["answer_session_ids"]),
        sessions=tuple(sessions),
    )


def official_question(fields: Mapping[str, Any]) -> Question:
    """A question as the official files hold it."""
    columns = (
        fields["haystack_session_ids"],
        fields["haystack_dates"],
        fields["haystack_sessions"],
    )
    return question(
        fields,
        [Session(id, date(at), turns(each)) for id, at, each in zip(*columns, strict=True)],
    )


def turns(raw: Sequence[Mapping[str, Any]]) -> tuple[Turn, ...]:
    """The turns of a session."""
    return tuple(
        Turn(turn["content"], turn["role"], bool(turn.get("has_answer", False))) for turn in raw
    )


def _official(file: Path) -> Iterator[Question]:
    for item in read_items(file):
        with _place(file, item):
            parsed = official_question(item.value)
        yield parsed


def _folder(file: Path) -> Iterator[Question]:
    with SessionPool(_sessions_file(file)) as pool:
        for item in read_items(file):
            with _place(file, item):
                fields = item.value
                haystack = [Session(id, date(at), pool[k]) for id, at, k in fields["haystack"]]
                parsed = question(fields, haystack)
            yield parsed


def _sessions_file(questions_file: Path) -> Path:
    for name in ("sessions.jsonl.xz", "sessions.jsonl", "sessions.jsonl.gz"):
        if (file := questions_file.with_name(name)).is_file():
            return file
    raise InvalidInput(
        f"{questions_file.parent}: expected sessions.jsonl.xz beside questions.jsonl"
    )


class SessionPool:
    """Sessions by key, spooled to disk: memory holds only where each one starts."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.starts: dict[int, int] = {}
        self.spool: BinaryIO | None = None

    def __enter__(self) -> "SessionPool":
        self.spool = cast("BinaryIO", tempfile.TemporaryFile())
        with open_text(self.file) as stream:
            for number, line in enumerate(stream, start=1):
                with _place(self.file, Item(f"line {number}", line)):
                    self.starts[json.loads(line)["k"]] = self.spool.tell()
                self.spool.write(line.encode())
        return self

    def __exit__(self, *_: object) -> None:
        if self.spool is not None:
            self.spool.close()

    def __getitem__(self, key: int) -> tuple[Turn, ...]:
        if key not in self.starts or self.spool is None:
            raise InvalidInput(f"{self.file} holds no session with k = {key}")
        self.spool.seek(self.starts[key])
        return turns(json.loads(self.spool.readline())["turns"])


class _place:  # noqa: N801 (reads as a verb at its use)
    """Says where in which file a malformed item stood."""

    def __init__(self, file: Path, item: Item) -> None:
        self.file, self.item = file, item

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, fault: BaseException | None, _: object) -> None:
        if isinstance(fault, KeyError):
            raise InvalidInput(f"{self.file}, {self.item.place}: no {fault}") from fault
        if isinstance(fault, (TypeError, ValueError, AttributeError)):
            raise InvalidInput(f"{self.file}, {self.item.place}: {fault}") from fault
