"""What somebody or something is called: "my dog Biscuit", "Biscuit, my dog", "she's called Pixel".

A name counts only for the one it is given to: the name of my sister's dog is no name of my sister,
nor of my dog.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from memwell.models.rules.reading.compose import Found, quote
from memwell.models.rules.reading.owners import (
    ANIMATE,
    ME,
    Owned,
    forms,
    is_mine,
    kind,
    owned,
    subjects,
)
from memwell.models.rules.reading.question import Asked
from memwell.models.rules.reading.sentences import Corpus, Sentence
from memwell.models.rules.reading.spans import CALENDAR, TITLED
from memwell.models.rules.reading.wording import STOP, key

_CHAIN = (
    r"(?P<owner>(?i:my|our|the)|[A-ZÀ-Þ][\w-]*(?:['’]s|s['’]))\s+"
    r"(?P<rest>(?:[\w-]+(?:['’]s|s['’])?\s+){0,3}?)(?P<head>[\w-]+)"
)
_IS = r"(?:['’]s|\s+is|\s+was|\s+are|\s+were)"
_ASKS = tuple(
    re.compile(rf"^{pattern}(?:\s+(?:again|now|please))?$")
    for pattern in (
        rf"(?i:what{_IS}\s+the\s+names?\s+of)\s+{_CHAIN}",
        rf"(?i:what{_IS})\s+{_CHAIN}(?i:['’]s?\s+names?)",
        rf"(?i:what{_IS})\s+{_CHAIN}(?i:\s+(?:called|named))",
        rf"(?i:what)\s+{_CHAIN}(?i:{_IS}\s+(?:called|named))",
        rf"(?i:(?:what|how)\s+did\s+(?:i|we)\s+(?:name|call))\s+{_CHAIN}",
        rf"(?i:(?P<who>who){_IS})\s+{_CHAIN}",
    )
)
_NAMES = rf"(?P<names>{TITLED}(?:(?:,\s+|,?\s+and\s+){TITLED})*)"
_BEHIND = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^(?:['’]s|['’])?\s+names?\s+(?:is|was|are)\s+{_NAMES}",
        rf"^,?\s+(?:(?:is|was|are|who\s+is|we|I)\s+)?(?:called|named)\s+{_NAMES}",
        rf"^(?:['’]s|\s+is|\s+was|\s+are)\s+{_NAMES}(?=[,.!?;:)]|\s+(?:and|but|who)\b|$)",
        rf"^(?:\s+too|\s+as\s+well)?[,:]\s+{_NAMES}(?=[,.!?;:)]|\s+(?:and|but|is|was)\b|$)",
        rf"^\s+{_NAMES}",
    )
)
_AHEAD = re.compile(
    rf"(?:^|[\s(“\"]){_NAMES}(?P<link>,\s+|(?:\s+is|\s+was|\s+are|['’]s)\s+)$",
)
_APART = re.compile(r"^\s*(?:[,.!?;:)–—-]|and\b|but\b|$)")
_MINE = re.compile(rf"\b[Mm]ine(?:['’]s|\s+is|\s+are)?(?:\s+(?:called|named))?\s+{_NAMES}")
_HAS = re.compile(
    r"(?i)\b(?:have|has|had|got|own|owns|adopt(?:ed)?|bought|keeps?|['’]ve)\b[\w\s]*$"
)
_THEM = re.compile(
    r"(?i:\b(?:named?|call(?:ed|ing)?|christened)\s+(?:her|him|it|them|the\s+\w+|our\s+\w+|"
    rf"my\s+\w+)|\b(?:she|he|it|they)(?:['’](?:s|re)|\s+is|\s+are|\s+was)\s+(?:called|named)|"
    rf"\b(?:her|his|its|their|the)\s+names?(?:['’]s|\s+is|\s+was|\s+are))\s+{_NAMES}"
)
ANYBODY = "anybody"
_WORDS = re.compile(r"[^\W\d_](?:[\w-]*\w)?")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose name is asked for."""

    root: str  # ME, ANYBODY, or a name in lower case
    through: tuple[str, ...]
    head: str  # kind
    telling: frozenset[str]  # keys of what tells it apart: the violin of "my violin teacher"
    plural: bool
    strict: bool  # nobody else's name, nor a place's, will do


def wanted(asked: Asked) -> Wanted | None:
    """What is to be named, where the question asks for nothing but a name."""
    bare = asked.clause.strip().rstrip("?.! ")
    told = next((found for pattern in _ASKS if (found := pattern.search(bare))), None)
    if told is None or told["head"].lower() in STOP or kind(told["head"]) == key("name"):
        return None
    rest = told["rest"].split()
    through = tuple(kind(word) for word in rest if re.search(r"['’]", word))
    owner = told["owner"].lower().rstrip("'’").removesuffix("'s").removesuffix("’s")
    head = kind(told["head"])
    return Wanted(
        root={"my": ME, "our": ME, "the": ANYBODY}.get(owner, owner),
        through=through,
        head=head,
        telling=frozenset(key(word) for word in rest if not re.search(r"['’]", word)),
        plural=told["head"].lower().endswith(("s", "s'", "children")) and head != kind("boss"),
        strict=head in ANIMATE or (told.re is _ASKS[-1] and owner != "the"),
    )


def named(thing: Wanted, corpus: Corpus) -> Found | None:
    """The name, or the names, it was given, by the newest statement."""
    told = sorted(_namings(thing, corpus), key=lambda pair: corpus.said(pair[0]), reverse=True)
    if not told:
        return None
    best, names = told[0]
    telling = f"{' and '.join(names)}. {quote(best, corpus)}"
    return Found(telling, (best,), sure=bool(corpus.own[best.item][best.place] & forms(thing.head)))


def _namings(thing: Wanted, corpus: Corpus) -> Iterator[tuple[Sentence, tuple[str, ...]]]:
    aliases = _aliases(thing, corpus)
    for item, place, text in corpus.sentences():
        if not thing.telling <= corpus.sessions[corpus.items[item].session]:
            continue
        if found := _told(thing, item, place, text, corpus, aliases):
            yield corpus.whole(item, place), found


def _aliases(thing: Wanted, corpus: Corpus) -> frozenset[str]:
    """What those in between are called: my sister's dog may be "Hanne's dog"."""
    if not thing.through:
        return frozenset()
    owner = Wanted(
        thing.root, thing.through[:-1], thing.through[-1], frozenset(), plural=False, strict=True
    )
    return frozenset(name.lower() for _, names in _namings(owner, corpus) for name in names)


def _told(
    thing: Wanted, item: int, place: int, text: str, corpus: Corpus, aliases: frozenset[str]
) -> tuple[str, ...]:
    for word in _WORDS.finditer(text) if corpus.own[item][place] & forms(thing.head) else ():
        if kind(word[0]) == thing.head:
            whose = owned(text[: word.start()])
            names = _around(text, word, whose)
            if names and _belongs(thing, whose, text[: word.start()], item, corpus, aliases):
                return names
    if thing.through or not is_mine(corpus.items[item]):
        return ()
    return _by_pronoun(thing, item, place, text, corpus)


def _around(text: str, word: re.Match[str], whose: Owned) -> tuple[str, ...]:
    """The names that stand behind a noun, or ahead of the words for it."""
    behind = text[word.end() :]
    for pattern in _BEHIND:
        found = pattern.search(behind)
        if found and (names := _split(found["names"])):
            return names
    ahead = _AHEAD.search(text[: whose.start]) if whose.root else None
    if ahead and (_APART.search(behind) or not ahead["link"].startswith(",")):
        return _split(ahead["names"])
    return ()


def _belongs(
    thing: Wanted,
    whose: Owned,
    before: str,
    item: int,
    corpus: Corpus,
    aliases: frozenset[str],
) -> bool:
    """True when it is the one asked about who has it."""
    speaks = thing.root == ANYBODY or _speaks(thing, item, corpus)
    if whose.root is None and _HAS.search(before):
        who = subjects(before)
        fits = bool(who & set(thing.through)) if thing.through else who == {ME}
        return thing.root == ANYBODY or (speaks and fits)
    if whose.root == "?":
        near = {kind(word) for word in _WORDS.findall(corpus.items[item].text)}
        return len(thing.through) == 1 and thing.through[0] in near
    if whose.root in aliases:
        return not whose.through
    mine = is_mine(corpus.items[item])
    rooted = {ME: speaks and mine, "you": not mine}.get(whose.root or "", whose.root == thing.root)
    return (rooted or thing.root == ANYBODY) and whose.through == thing.through


def _speaks(thing: Wanted, item: int, corpus: Corpus) -> bool:
    speaker = corpus.items[item].speaker.lower()
    return is_mine(corpus.items[item]) and thing.root in (ME, ANYBODY, speaker)


def _by_pronoun(thing: Wanted, item: int, place: int, text: str, corpus: Corpus) -> tuple[str, ...]:
    """As "she's called Pixel" does, where the last one spoken of is a cat of the asker's."""
    found = _MINE.search(text) or _THEM.search(text)
    if not found or not _speaks(thing, item, corpus):
        return ()
    before = " ".join(corpus.split[item][:place]) + " " + text[: found.start()]
    spoken = [word for word in _WORDS.finditer(before) if kind(word[0]) in ANIMATE]
    if spoken:
        own = found.re is _MINE or _own(before[: spoken[-1].start()])
        return _split(found["names"]) if own and kind(spoken[-1][0]) == thing.head else ()
    return _split(found["names"]) if _in_session(thing.head, item, corpus) else ()


def _own(before: str) -> bool:
    whose = owned(before)
    return whose.root in (ME, None) and not whose.through


def _in_session(head: str, item: int, corpus: Corpus) -> bool:
    """True where the asker spoke of one of theirs in the same session."""
    return any(
        kind(word[0]) == head and _own(piece.text[: word.start()])
        for piece in corpus.items
        if piece.session == corpus.items[item].session and is_mine(piece)
        for word in _WORDS.finditer(piece.text)
    )


def _split(names: str) -> tuple[str, ...]:
    parts = re.split(r",\s+and\s+|,\s+|\s+and\s+", names)
    kept = [part.removesuffix("'s").removesuffix("’s") for part in parts]
    good = [part for part in kept if part.lower() not in CALENDAR | STOP]
    return tuple(good) if len(good) == len(parts) else ()
