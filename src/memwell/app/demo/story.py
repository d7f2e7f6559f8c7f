"""The demo's conversation: nineteen sessions over twelve weeks, told anew for every persona.

The script is story.txt. `[one|another]` are tellings of the same turn, of which the seed picks
one; `{slot}` is filled from the persona; `U (tag):` marks a turn that a question rests on.
"""

import random
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

from memwell.app.demo.persona import Persona, draw
from memwell.core.message import Conversation, Message

SEED = 11  # the telling that `memwell demo` shows

_HEADING = re.compile(r"== day (\d+), (\d\d):(\d\d)")
_TURN = re.compile(r"([UA])(?: \((\w+)\))?: (.*)")
_TELLINGS = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Story:
    """What was said, and which turns (by `Message.ref`) the questions rest on."""

    persona: Persona
    conversations: tuple[Conversation, ...]
    refs: dict[str, str]  # tag of the script -> ref, such as "s03:5"

    @property
    def asked_at(self) -> datetime:
        """The day after the last conversation: when the questions are asked."""
        last = self.conversations[-1].at
        assert last is not None
        return last + timedelta(days=1)

    def day_of(self, event: str) -> date:
        """The day something happened, which is not always the day it was told."""
        told = {conversation.session: conversation.at for conversation in self.conversations}
        at = told[self.refs[_TOLD[event]].split(":")[0]]
        assert at is not None
        return at.date() - timedelta(days=_days_before(self.persona)[event])


def tell(seed: int = SEED, persona: Persona | None = None) -> Story:
    """The conversation of one persona; the seed also picks how things are put."""
    who = persona or draw(seed)
    rng = random.Random(f"story {seed}")
    refs: dict[str, str] = {}
    conversations = [
        _conversation(number, block, who, rng, refs) for number, block in enumerate(_blocks(), 1)
    ]
    return Story(persona=who, conversations=tuple(conversations), refs=refs)


def _blocks() -> list[str]:
    script = files("memwell.app.demo").joinpath("story.txt").read_text(encoding="utf-8")
    return [block.strip() for block in script.split("\n\n")]


def _conversation(
    number: int, block: str, who: Persona, rng: random.Random, refs: dict[str, str]
) -> Conversation:
    heading, *lines = block.splitlines()
    at = _moment(heading, who)
    session = f"s{number:02d}"
    slots = _slots(who, at.date())
    messages = []
    for place, line in enumerate(lines, 1):
        turn = _TURN.fullmatch(line)
        assert turn is not None, line
        role, tag, words = turn.groups()
        ref = f"{session}:{place}"
        if tag:
            refs[tag] = ref
        content = _TELLINGS.sub(lambda told: rng.choice(told[1].split("|")), words)
        messages.append(
            Message(
                content=content.format_map(slots),
                role="user" if role == "U" else "assistant",
                at=at + timedelta(minutes=place),
                ref=ref,
            )
        )
    return Conversation(messages=tuple(messages), session=session, at=at)


def _moment(heading: str, who: Persona) -> datetime:
    found = _HEADING.fullmatch(heading)
    assert found is not None, heading
    day, hour, minute = map(int, found.groups())
    return datetime(who.start.year, who.start.month, who.start.day, hour, minute, tzinfo=UTC) + (
        timedelta(days=day)
    )


# The tag of the turn that tells of an event.
_TOLD = {"dog": "dog_home", "interview": "interview", "offer": "offer"}


def _days_before(who: Persona) -> dict[str, int]:
    return dict(zip(_TOLD, who.days_before, strict=True))


_PLAIN = """name age home partner sister friend colleague neighbour teacher dog sister_dog
    sister_job old_employer employer craft bookshop diet cuisine gift"""


def _slots(who: Persona, today: date) -> dict[str, str]:
    """The words that fill the script's {slots} in a conversation held today."""
    return _people(who) | _purchases(who) | _events(who, today)


def _people(who: Persona) -> dict[str, str]:
    return {field: str(getattr(who, field)) for field in _PLAIN.split()} | {
        "city_a": who.visited[0],
        "city_b": who.visited[1],
        "city_c": who.visited[2],
        "city_never": who.cancelled,
        "city_wish": who.wished,
        "city_partner": who.partner_trip,
        "day_old": who.class_days[0],
        "day_new": who.class_days[1],
        "day_other": who.partner_day,
        "best_old": who.best_times[0],
        "best_new": who.best_times[1],
        "partner_best": who.partner_time,
    }


def _purchases(who: Persona) -> dict[str, str]:
    slots = {"item_c_cap": capitalised(who.parts[2])}
    for letter, part, price in zip("abc", who.parts, who.prices, strict=True):
        slots |= {f"item_{letter}": part, f"price_{letter}": f"{price} {who.currency}"}
    for thing, price in {"cargo": 4200, "laptop": 1400, "jacket": 130, "neighbour": 85}.items():
        slots[f"{thing}_price"] = f"{price} {who.currency}"
    return slots


def _events(who: Persona, today: date) -> dict[str, str]:
    slots = {f"{event}_when": when(days, today) for event, days in _days_before(who).items()}
    return slots | {
        "interview_when_cap": capitalised(slots["interview_when"]),
        "birthday_when": when(2, today, name_it=True),
    }


def when(days_before: int, today: date, *, name_it: bool = False) -> str:
    """How one speaks of a day that lies so many days back."""
    if days_before < 2 and not name_it:
        return ("today", "yesterday")[days_before]
    return f"on {today - timedelta(days=days_before):%A}"


def capitalised(words: str) -> str:
    """The same words at the beginning of a sentence."""
    return words[:1].upper() + words[1:]
