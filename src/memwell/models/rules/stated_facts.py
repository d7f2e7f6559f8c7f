"""The facts that a message states: what its speaker tells of themselves, or of somebody named.

Extractive: each fact is one of the message's own sentences, retold of its speaker. Questions,
wishes, guesses and what is addressed to the other are left out, and so is what an assistant says:
advice is no fact about anybody.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from typing import Any

from memwell.models.prompts.zep import Stated, StatedFacts
from memwell.models.rules import dates
from memwell.models.rules.aspects import Aspect, aspect
from memwell.models.rules.dates import Kind
from memwell.models.rules.reading.clauses import clauses
from memwell.models.rules.reading.sentences import split
from memwell.models.rules.reading.wording import STOP, WORD
from memwell.models.rules.retelling import opened, retold

MOST = 12  # facts of one message
LONGEST = 240  # characters of a sentence that is kept whole
FEWEST = 2  # telling words
UNNAMED = frozenset({"assistant", "system", "tool", "ai", "bot"})

_SELF = re.compile(
    r"\b(?:I|I['’](?:m|ve|d|ll)|[Mm]y|[Mm]e|[Mm]ine|[Ww]e|[Ww]e['’](?:re|ve)|[Oo]ur|us)\b"
)
_UNSURE = re.compile(
    r"\b(?:if I|would (?:like|love) to|wish|hope|hoping|wondering|wonder|maybe|perhaps|might|should"
    r"|could you|can you|please|let me know|do you|would you|pretend|imagine)\b|^(?:what|how|why"
    r"|when|where|which|who|is|are|do|does|can|could|would|should)\b",
    re.IGNORECASE,
)
_HOLLOW = re.compile(
    r"^(?:I(?:['’]m| am)? (?:so )?(?:glad|happy to hear|sorry|sure|see|agree|guess|appreciate"
    r"|know what you mean|will (?:definitely |try |check|let|keep)|think (?:that|I)"
    r"|(?:can|can't) (?:believe|wait))|I['’]ll (?:definitely |try |check|let|keep|be sure)|thank)",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"(?:\bI(?:['’](?:m|ve|d|ll))?|\b[Ww]e(?:['’](?:re|ve))?|\b[Mm]y\s+[\w-]+)\s+"
    r"(?:(?:really|also|still|just|always|actually|recently|already|usually|finally|now|never)\s+)*"
    r"(?P<verb>[a-z]+)"
)


def stated_facts(fields: dict[str, Any]) -> StatedFacts:
    """Answers the prompt STATED_FACTS(text, speaker, at, entities, before)."""
    names = [name for name in fields["entities"].split(", ") if name]
    return StatedFacts(facts=find(fields["text"], fields["speaker"], fields["at"], names))


def find(text: str, speaker: str, at: datetime, names: Sequence[str]) -> list[Stated]:
    """The facts in order, each once."""
    if speaker.lower() in UNNAMED:
        return []
    told = (
        _stated(clause, speaker, at, names)
        for sentence in split(text)
        for clause in _clauses(sentence)
        if states(clause, names, speaker)
    )
    return list({fact.fact: fact for fact in told}.values())[:MOST]


def states(clause: str, names: Sequence[str], speaker: str) -> bool:
    """Whether it states something of its speaker, or of somebody named."""
    bare = opened(clause)
    if bare.rstrip('"” ').endswith("?") or _UNSURE.search(bare) or _HOLLOW.search(bare):
        return False
    about = _SELF.search(bare) or any(spoken_of(name, bare) for name in names if name != speaker)
    return bool(about) and tells(bare)


def tells(text: str) -> bool:
    """Whether there are words in it that say something."""
    return len({word.lower() for word in WORD.findall(text)} - STOP) >= FEWEST


def _clauses(sentence: str) -> Iterator[str]:
    """The sentence, or its parts where each says something by itself."""
    parts = clauses(sentence)
    alone = all(_SELF.match(part) and tells(part) for part in parts)
    if alone or len(sentence) > LONGEST:
        yield from (part[:LONGEST] for part in parts)
    else:
        yield sentence


def _stated(clause: str, speaker: str, at: datetime, names: Sequence[str]) -> Stated:
    who = "The user" if speaker == "user" else speaker
    found = aspect(clause) or Aspect("", "")
    others = [name for name in names if name != speaker and spoken_of(name, clause)]
    selfish = _SELF.search(clause)
    source = speaker if selfish or not others else others.pop(0)
    return Stated(
        source=source,
        target=next((name for name in others if name != source), ""),
        relation=relation(clause, found.name),
        fact=retold(clause, who, at),
        valid_at=since(clause, at),
        aspect=found.name,
        value=found.value,
        negated=found.negated,
    )


def spoken_of(name: str, clause: str) -> bool:
    """Whether a name stands in a clause as more than whom it is said to: not in "Thanks, Mel!"."""
    called = re.escape(name)
    if re.search(rf"(?:^|,\s*){called}\s*(?:[!.,]|$)", clause):
        return False
    return re.search(rf"(?<!\w){called}(?!\w)", clause) is not None


def relation(clause: str, named: str) -> str:
    """By its aspect, or else its verb."""
    verb = _VERB.search(clause)
    words = named.split()[:2] if named else [verb["verb"]] if verb else ["states"]
    return "_".join(re.sub(r"\W", "", word).upper() for word in words) or "STATES"


def since(clause: str, at: datetime) -> str:
    """The first day told that had come when it was said; empty where none was."""
    for span in dates.find(clause, at):
        start = datetime.combine(span.start, time(), UTC)
        if start <= at and span.kind is not Kind.DURATION:
            return start.isoformat()
    return ""
