"""Plain text and Markdown transcripts: lines that begin with a name and a colon.

A name counts as a speaker when it says more than one thing, or is a usual role. Other lines go
on with what was said before. A Markdown heading or a line that is a date begins a new session;
a time in brackets before the name dates the message.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from memwell.app.imports.moments import moment
from memwell.bench.json_items import OnBad, open_text
from memwell.core.errors import InvalidInput
from memwell.core.message import Conversation, Message

TITLE = "transcript"
ROLES = {
    "user": "user",
    "human": "user",
    "me": "user",
    "you": "user",
    "assistant": "assistant",
    "ai": "assistant",
    "bot": "assistant",
    "chatgpt": "assistant",
    "claude": "assistant",
    "system": "system",
}
# A name and a colon, in bold or not, after a bullet or not, after a time in brackets or not.
SAID = re.compile(
    r"^\s*(?:[-*>]\s+)?(?:[\[(](?P<at>[\d:.,/T Z+-]{4,32})[\])]\s*)?"
    r"(?P<mark>\*\*|__)?(?P<name>[^\W\d][\w.'’ -]{0,39}?)(?:(?P=mark))?\s*:(?:\*\*|__)?"
    r"(?:\s+(?P<words>.*)|\s*)$"
)
# A role on a line of its own, as a heading or in bold: its words follow.
ROLE = re.compile(r"^\s*(?:#{1,6}\s+|\*\*|__)+(?P<name>[A-Za-z]+):?(?:\*\*|__)?:?\s*$")
DATED = re.compile(r"^\s*(?P<hashes>#{1,6}\s+)?(?P<title>.*\S)\s*$")
CLOCK = re.compile(r"\d\d?:\d\d")
DAY = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?")


@dataclass
class _Open:
    """The session that is being read."""

    name: str
    at: datetime | None = None
    said: list[tuple[str, datetime | None, list[str]]] = field(default_factory=list)

    def conversation(self) -> Conversation:
        return Conversation(
            tuple(_message(*each) for each in self.said), session=self.name, at=self.at
        )


def matches(first: Any) -> bool:  # noqa: ARG001
    """No JSON is a transcript."""
    return False


def read(path: Path, on_bad: OnBad) -> Iterator[Conversation]:
    with open_text(path) as stream:
        speakers = names(stream)
        if not speakers:
            raise InvalidInput(f"{path}: expected lines such as 'Name: words', found none")
        stream.seek(0)
        yield from _sessions(stream, speakers, path.stem, on_bad)


def speaks(path: Path) -> bool:
    """Whether anybody says anything in the file."""
    with open_text(path) as stream:
        return bool(names(stream))


def names(lines: Iterable[str]) -> frozenset[str]:
    """Who speaks: usual roles, and names that begin at least two lines; else the first name."""
    counts = Counter(name for line in lines if (name := _spoken(line)[0]))
    speakers = {name for name, n in counts.items() if n > 1 or name.lower() in ROLES}
    return frozenset(speakers or list(counts)[:2])


def _spoken(line: str) -> tuple[str | None, str | None, str]:
    """Who says what in a line, and the time before it; no name where nobody begins to speak."""
    if (role := ROLE.match(line)) and role["name"].lower() in ROLES:
        return role["name"], None, ""
    if found := SAID.match(line):
        return found["name"], found["at"], found["words"] or ""
    return None, None, ""


def _sessions(
    lines: Iterable[str], speakers: frozenset[str], stem: str, on_bad: OnBad
) -> Iterator[Conversation]:
    count, session = 1, _Open(stem)
    for number, line in enumerate(lines, start=1):
        name, time, words = _spoken(line)
        if name is not None and name in speakers:
            at = _time(time, session.at, f"line {number}", on_bad)
            session.said.append((name, at, [words]))
        elif (heading := _heading(line)) is not None:
            if session.said:
                yield session.conversation()
                count += 1
            session = _Open(f"{stem}-{count}" if count > 1 else stem, heading.at)
        elif session.said:
            session.said[-1][2].append(line.rstrip())
        elif line.strip():
            on_bad(f"line {number}", f"nobody says this: {line.strip()[:60]!r}")
    if session.said:
        yield session.conversation()


@dataclass(frozen=True, slots=True)
class _Heading:
    at: datetime | None


def _heading(line: str) -> _Heading | None:
    """A Markdown heading, or a line that is nothing but a date."""
    found = DATED.match(line)
    if not found:
        return None
    day = DAY.search(found["title"])
    if not found["hashes"] and not (day and day[0] == found["title"]):
        return None
    return _Heading(moment(day[0]) if day else None)


def _time(text: str | None, day: datetime | None, place: str, on_bad: OnBad) -> datetime | None:
    """The moment in brackets; a bare time of day is on the session's day, where that is known."""
    if not text:
        return None
    if found := DAY.search(text):
        return datetime.fromisoformat(found[0]).replace(tzinfo=UTC)
    if day and (clock := CLOCK.search(text)):
        hour, minute = map(int, clock[0].split(":"))
        return day.replace(hour=hour % 24, minute=minute % 60)
    on_bad(place, f"its time {text!r} is left out: expected one such as 2024-05-01 10:22")
    return None


def _message(name: str, at: datetime | None, lines: list[str]) -> Message:
    role = ROLES.get(name.lower())
    return Message(
        "\n".join(lines).strip(), role=role or "user", name=None if role else name, at=at
    )
