"""Judging an answer without a judge, where that is fair.

Fair means: the gold answer is a few words or a number, so that an answer that is right must hold
it. Rubrics and longer explanations are left to a language model.
"""

import re
import string

FAIR_WORDS = 5  # longer gold answers can be put in too many ways
UNITS = "zero one two three four five six seven eight nine ten eleven twelve"
VALUE = {word: str(number) for number, word in enumerate(UNITS.split())} | {
    "once": "1 time",
    "twice": "2 time",
    "fifteen": "15",
    "twenty": "20",
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "hundred": "100",
}
STATED = 2  # an answer that names more different numbers than these has not chosen one
DROPPED = frozenset({"a", "an", "the", "ago"})
PUNCTUATION = str.maketrans(dict.fromkeys(string.punctuation + "’‘“”–—", " "))
GROUPED = re.compile(r"(?<=\d),(?=\d{3}\b)")  # the comma of 5,850
DECIMAL = re.compile(r"(\d)\.(\d)")
OTHERWISE = re.compile(r"\(or ([^),]+)[^)]*\)", re.IGNORECASE)  # 11 days (or 12 days, if ...)
ASIDE = re.compile(r"\([^)]*\)")
ACCEPTED = re.compile(r"[.;]\s+([^.;]*?)\s+(?:is|are) also acceptable", re.IGNORECASE)
ABSENT = re.compile(
    r"\b(?:not|n't|never|no)\b.{0,40}\b(?:mention|know|information|enough|remember|recall|find|"
    r"available|answer|record)|\bunknown\b|\bcannot answer\b",
    re.IGNORECASE,
)


def fair(gold: str) -> bool:
    """Whether a deterministic comparison does this gold answer justice."""
    return 0 < min((len(words(part)) for part in alternatives(gold)), default=0) <= FAIR_WORDS


def correct(predicted: str, gold: str) -> bool:
    """Whether the answer holds the gold answer or one of its alternatives."""
    said = words(predicted)
    return any(_holds(said, words(part)) for part in alternatives(gold))


def refuses(predicted: str) -> bool:
    """Whether the answer says that memory does not hold it."""
    return ABSENT.search(predicted) is not None


def alternatives(gold: str) -> list[str]:
    """The ways in which a gold answer may be given: "21 days. 22 days is also acceptable."."""
    others = OTHERWISE.findall(gold) + ACCEPTED.findall(gold)
    main = ACCEPTED.sub(" ", gold)
    return [plain for part in (main, *others) if words(plain := ASIDE.sub(" ", part))]


def words(text: str) -> list[str]:
    """Lower-case words without punctuation, articles and "ago"; small numbers as digits."""
    plain = DECIMAL.sub(r"\1point\2", GROUPED.sub("", text.lower()))
    split = plain.translate(PUNCTUATION).split()
    named = " ".join(VALUE.get(word, word) for word in split if word not in DROPPED)
    return named.split()


def _holds(said: list[str], gold: list[str]) -> bool:
    """Gold as a run of words in what was said; a bare number must be what the answer settles on."""
    if not any(said[at : at + len(gold)] == gold for at in range(len(said) - len(gold) + 1)):
        return False
    bare = len(gold) == 1 and gold[0][0].isdigit()
    return not bare or len({word for word in said if word[0].isdigit()}) <= STATED
