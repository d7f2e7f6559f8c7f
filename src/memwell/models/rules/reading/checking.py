"""Yes or no: by what was said last of just this, and whether that was denied."""

import re
from dataclasses import dataclass

from memwell.models.rules.reading.clauses import clauses
from memwell.models.rules.reading.compose import Found, quote
from memwell.models.rules.reading.owners import about, foreign, is_mine, kind, subjects
from memwell.models.rules.reading.question import Asked
from memwell.models.rules.reading.sentences import Corpus, Sentence
from memwell.models.rules.reading.single import fact
from memwell.models.rules.reading.wording import key, keys, wordset

FEW = 4  # telling words in a question that must all be met; of more, MOST of them
MOST = 0.75
_NOT = re.compile(r"(?i)\b(?:not|never|no longer|no|none|neither|nor|\w*n['’]t|cannot|without)\b")
_SIGNS = (
    (re.compile(r"(?i)\b(?:can(?:no|['’])t|cannot) (?:stand|bear|abide)\b"), " hate "),
    (
        re.compile(r"(?i)\b(?:not|n['’]t|never)(?: \w+){0,2} (?:fan of|keen on|fond of|into)"),
        " hate ",
    ),
    (re.compile(r"(?i)\b(?:(?:a|big|huge) fan of|keen on|fond of|into|crazy about)\b"), " like "),
    (re.compile(r"(?i)\b(?:can(?:no|['’])t|cannot) (?:get enough of|live without)\b"), " like "),
    (re.compile(r"(?i)\b(?:no|not any) (?:problem|doubt|wonder|idea)\b"), " "),
)
_LIKES = frozenset(map(key, wordset("like love enjoy adore prefer fancy relish")))
_HATES = frozenset(map(key, wordset("hate dislike detest loathe despise")))
_ENDED = re.compile(
    r"(?i)\b(?:used to|gave up|given up|give up|quit|stopped|sold|lost|got rid of|gave away|"
    r"cancell?ed|used up)\b"
)
_PRESENT = re.compile(r"(?i)^(?:do|does|am|is|are|have|has|can)\b")
_EMPTY = frozenset(map(key, wordset("any ever still own really actually already yet anymore")))


@dataclass(frozen=True, slots=True)
class Verdict:
    """A statement about just what is asked, and whether it says so or denies it."""

    sentence: Sentence
    agrees: bool


def check(asked: Asked, corpus: Corpus) -> Found | None:
    """Yes or no, with what was said of it last, and what was said otherwise before."""
    wanted = frozenset(found for found in asked.focus if found not in _EMPTY) - about(asked.clause)
    verdicts = _verdicts(wanted, asked, corpus) if wanted else []
    if not verdicts:
        return _loosely(asked, corpus) if len(wanted) > FEW else None
    newest = verdicts[-1]
    answer = f"{'Yes' if newest.agrees else 'No'}. {quote(newest.sentence, corpus)}"
    other = next((one for one in reversed(verdicts) if one.agrees != newest.agrees), None)
    if other is None:
        return Found(answer, (newest.sentence,), sure=True)
    answer += f" Before that it was otherwise. {quote(other.sentence, corpus)}"
    return Found(answer, (newest.sentence, other.sentence), sure=True)


def _loosely(asked: Asked, corpus: Corpus) -> Found | None:
    """By the closest statement, for long questions that no statement repeats."""
    found = fact(asked, corpus)
    if found is None:
        return None
    agrees = _denied(found.support[0].text) == _denied(asked.clause)
    answer = f"{'Yes' if agrees else 'No'}. {quote(found.support[0], corpus)}"
    return Found(answer, found.support, typed=found.typed)


def _verdicts(wanted: frozenset[str], asked: Asked, corpus: Corpus) -> list[Verdict]:
    """What was said of it by or about the right one, the oldest first."""
    who = about(asked.clause)
    need = len(wanted) if len(wanted) <= FEW else MOST * len(wanted)
    feelings = _LIKES | _HATES if wanted & (_LIKES | _HATES) else frozenset[str]()
    thing = wanted - feelings
    found = []
    for item, place, text in corpus.sentences():
        own = corpus.own[item][place]
        near = own | (corpus.own[item][place - 1] if place else frozenset())
        met = thing & near if feelings else wanted & near
        if len(met) < min(need, len(thing)) or not own & (thing | feelings):
            continue
        if (text.rstrip().endswith("?") and "," not in text) or not is_mine(corpus.items[item]):
            continue
        part = _part(text, wanted, feelings, asked)
        stated = _agrees(part, asked.clause, feelings) if part else None
        if stated is not None and not _foreign(who, part, item, corpus):
            found.append(Verdict(corpus.whole(item, place), stated))
    whole = [one for one in found if thing <= corpus.own[one.sentence.item][one.sentence.place]]
    return sorted(whole or found, key=lambda one: corpus.said(one.sentence))


def _foreign(who: frozenset[str], part: str, item: int, corpus: Corpus) -> bool:
    speaker = corpus.items[item].speaker.lower()
    said = subjects(part)
    named = {found for found in who if found in {kind(word) for word in re.findall(r"\w+", part)}}
    if who and not said:
        return speaker not in {"", "user"} and speaker not in who and "me" not in who
    return not named and foreign(who, part, corpus.items[item])


def _part(text: str, wanted: frozenset[str], feelings: frozenset[str], asked: Asked) -> str:
    """The clause that says most of it: where one feels, or else what is asked."""
    parts = clauses(text)
    predicate = next((found for found in keys(asked.clause) if found in wanted), "")
    shares = [
        (
            bool(feelings & set(keys(_plain(part)))),
            len(wanted & set(keys(part))),
            predicate in keys(part),
            -place,
        )
        for place, part in enumerate(parts)
    ]
    return parts[-max(shares)[3]] if shares else ""


def _plain(text: str) -> str:
    """The text with idioms of liking and hating put as one word."""
    for pattern, plain in _SIGNS:
        text = pattern.sub(plain, text)
    return text


def _denied(text: str) -> bool:
    return bool(_NOT.search(_plain(text)))


def _agrees(part: str, question: str, feelings: frozenset[str]) -> bool | None:
    """Whether the clause says what the question asks; None where it says nothing of it."""
    spoken, asked = _plain(part), _plain(question)
    said, meant = set(keys(spoken)), set(keys(asked))
    turned = _denied(part) != _denied(question)
    if feelings:
        if not said & feelings:
            return None
        same = bool(said & _HATES) == bool(meant & _HATES)
        return same != turned
    ended = _ENDED.search(spoken)
    if ended and _PRESENT.search(question) and not set(keys(ended[0])) & meant:
        turned = not turned
    return not turned
