"""Simple facts: who works, lives, likes, owns, plays what, and what somebody is called.

Modest on purpose. A clause is read only when its subject is the speaker, one of theirs ("my
sister") or a name, and when it states something: questions, wishes and conditions are left out.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from memwell.models.prompts import Fact, Facts
from memwell.models.rules import dates

_CLAUSE = re.compile(r"[^.!?;\n]+[.!?;]?")
_CLAUSE_BREAK = re.compile(
    r",\s+(?:and\s+|but\s+|so\s+)?(?=(?:I|we|my|our|he|she|they)\b)|\s+(?:but|because|although|though)\s+"
    r"|\s+and\s+(?=(?:I|we|my|our|he|she|they)\b)",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"\b(?:if|would|could|might|wish|maybe|perhaps|hope|unless|should|used to|pretend)\b",
    re.IGNORECASE,
)

_NAME = r"[A-ZÀ-Þ][\w-]*(?:\s+(?!I\b)[A-ZÀ-Þ][\w-]*)?"
_VERB = r"(?:is|are|was|were|has|had|does|did|do|can|really|also|just|never|still|now|who|and)\b"
_OWN = rf"(?:[Mm]y|[Oo]ur)\s+(?!favou?rite)[\w-]+(?:\s+(?!{_VERB})[\w-]+)??"
_SUBJECT = rf"(?P<subject>\bI|\b[Ww]e|\b{_OWN}|\b{_NAME})"
_ADVERB = (
    r"(?:(?i:really|also|still|now|currently|just|always|absolutely|actually|recently|both|all"
    r"|already|totally|usually|often|only|even|do|did|finally)\s+)*"
)
_NOT = (
    r"(?P<negated>(?i:(?:do|does|did|have|has|am|is|are|was)(?:\s+not|n['’]t)|never|no\s+longer"
    r"|['’](?:m|s|re)\s+not|can\s?not|can['’]t)\s+)?"
)
_BE = r"(?:am|is|are|['’]m|['’]s|['’]re)"
_HAVE = r"(?:(?:have|has|['’]ve|['’]s)\s+)?"
_OBJECT = (
    r"(?P<object>[^,;.!?()\n]+?)(?=\s+(?:and\s+(?:I|we|my|the[ny]|it|he|she)\b|when|while|since|so"
    r"|which|who|where|until|these\s+days|right\s+now|at\s+the\s+moment|too|as\s+well)\b|[,;.!?()]"
    r"|\s+[—–-]\s|$)"
)

# relation, verb phrase; the first that fits a clause is taken
_VERBS = (
    ("works at", rf"(?:{_BE}\s+)?(?:works?|working)\s+(?:at|for)"),
    ("works as", rf"(?:{_BE}\s+)?(?:works?|working)\s+as"),
    ("lives in", rf"(?:{_BE}\s+)?(?:lives?|living|based)\s+in"),
    ("moved to", rf"{_HAVE}(?:moved|relocated)\s+(?:(?:out\s+)?from\s+[^,.;]+?\s+)?(?:in)?to"),
    ("comes from", rf"(?:{_BE}\s+(?:originally\s+)?from|comes?\s+from|grew\s+up\s+in)"),
    ("is allergic to", rf"(?:{_BE}\s+)?allergic\s+to"),
    ("is married to", rf"(?:{_BE}\s+)?(?:married|engaged)\s+to"),
    ("is named", rf"(?:{_BE}|was)?\s*(?:called|named)"),
    ("dislikes", r"(?:dislikes?|hates?|detests?|can(?:no|['’])t\s+stand)"),
    ("likes", rf"(?:likes?|loves?|enjoys?|adores?|prefers?|{_BE}\s+(?:\w+\s+)?(?:into|fond\s+of))"),
    ("studies", rf"(?:{_BE}\s+)?(?:study|studies|studying|majoring\s+in)"),
    ("plays", rf"(?:{_BE}\s+)?(?:plays?|playing)(?:\s+the)?"),
    ("speaks", r"speaks?"),
    ("owns", rf"{_HAVE}(?:owns?|bought|adopted)"),
    ("has", r"(?:have|has|['’]ve\s+got|have\s+got|has\s+got)(?=\s+(?:an?|two|three|four|\d+)\s)"),
)
_PATTERNS = tuple(
    (relation, re.compile(rf"{_SUBJECT}(?:\s+|(?=['’])){_ADVERB}{_NOT}{_ADVERB}{verb}\s+{_OBJECT}"))
    for relation, verb in _VERBS
)
_NAMED = re.compile(
    rf"(?P<subject>{_OWN}|{_NAME})['’]s\s+name\s+is\s+(?P<object>{_NAME})"
    rf"|\b[Mm]y\s+name\s+is\s+(?P<self>{_NAME})"
)
_FAVOURITE = re.compile(
    rf"(?P<subject>\b[Mm]y|\b{_NAME}['’]s)\s+(?:all-time\s+)?favou?rite\s+(?P<kind>[\w -]+?)\s+"
    rf"(?P<negated>is(?:n['’]t|\s+not)|is|are)\s+{_OBJECT}"
)
_KIN = re.compile(
    r"\b(?P<subject>[Mm]y)\s+(?P<kind>sister|brother|wife|husband|partner|son|daughter|mother|mom"
    r"|mum|father|dad|boss|best\s+friend|girlfriend|boyfriend|dog|cat|roommate),?\s+"
    r"(?P<object>[A-ZÀ-Þ][\w-]+)\b"
)


def facts(fields: dict[str, Any]) -> Facts:
    """Answers the prompt FACTS(text, speaker, at)."""
    return Facts(facts=find(fields["text"], fields["speaker"], fields["at"]))


def find(text: str, speaker: str, at: datetime) -> list[Fact]:
    """The facts a speaker states, in order, each once."""
    found = [
        fact
        for sentence in _CLAUSE.findall(text)
        if not sentence.rstrip().endswith("?")
        for clause in _CLAUSE_BREAK.split(sentence)
        if not _UNSURE.search(clause)
        for fact in _stated(clause.strip(), speaker or "the speaker", at)
        if fact.object and fact.object.lower() not in _POINTERS
    ]
    return list({(one.subject, one.relation, one.object): one for one in found}.values())


def _stated(clause: str, speaker: str, at: datetime) -> Iterator[Fact]:
    for told in _KIN.finditer(clause):
        yield _fact(f"{speaker}'s {told['kind']}", "is named", told["object"], clause)
    if named := _NAMED.search(clause):
        subject = _whom(named["subject"], speaker) if named["subject"] else speaker
        yield _fact(subject, "is named", named["object"] or named["self"], clause)
    elif best := _FAVOURITE.search(clause):
        subject = speaker if best["subject"].lower() == "my" else best["subject"][:-2]
        negated = best["negated"] not in ("is", "are")
        yield _fact(subject, f"favourite {best['kind']}", best["object"], clause, negated=negated)
    else:
        yield from _verbal(clause, speaker, at)


def _verbal(clause: str, speaker: str, at: datetime) -> Iterator[Fact]:
    for relation, pattern in _PATTERNS:
        told = pattern.search(clause)
        if told and (subject := _whom(told["subject"], speaker)):
            what = _timeless(told["object"], at)
            yield _fact(subject, relation, what, clause, negated=bool(told["negated"]))
            return


def _timeless(told: str, at: datetime) -> str:
    """The object without a time at its end: "Berlin" of "Berlin last year"."""
    for span in dates.find(told, at):
        if span.offset + len(span.text) == len(told):
            return re.sub(
                r"\s*\b(?:in|on|at|during|over|for)?\s*(?:the\s*)?$", "", told[: span.offset]
            )
    return told


def _whom(subject: str, speaker: str) -> str:
    """The subject by name; empty for words that only look like a name."""
    lower = subject.lower()
    if lower in ("i", "we"):
        return speaker
    if lower.startswith(("my ", "our ")):
        return f"{speaker}'s {subject.split(maxsplit=1)[1]}"
    return "" if lower.split()[0] in _NOBODY else subject


_POINTERS = frozenset(["it", "that", "this", "them", "him", "her", "you", "me", "these", "those"])
_NOBODY_WORDS = """he she it they you this that these those there who what everyone everybody nobody
    someone people so and but also then yes no oh wow well hey hi the a an his her their
    your one some most many nothing everything how when while in on"""
_NOBODY = frozenset(_NOBODY_WORDS.split())


def _fact(subject: str, relation: str, told: str, clause: str, *, negated: bool = False) -> Fact:
    return Fact(
        subject=subject, relation=relation, object=told.strip(), negated=negated, text=clause
    )
