"""The two events a question about time compares: "between A and B", "how long after A did B"."""

import re

_PAIRS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bbetween (?P<a>.+?) and (?P<b>.+)",
        r"\bfrom (?P<a>.+?) (?:until|till|to) (?P<b>.+)",
        r"\bafter (?P<a>.+?),? (?:did|was|were|had|have|until|before) (?P<b>.+)",
        r"\bbefore (?P<b>.+?),? (?:did|was|were|had) (?P<a>.+)",
        r"\b(?:pass(?:ed)?|elapsed|since|after) (?P<a>.+?),? (?:when|until|till|before) (?P<b>.+)",
        r"(?:how (?:many|much|long)(?: \w+)? )(?:did|had|was|were|have) (?P<b>.+?) after (?P<a>.+)",
        r"how (?:many|much|long)(?: \w+)? (?:did|had|was)? ?(?P<a>.+?) (?:before|when) (?P<b>.+)",
    )
)
_OPEN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bago (?:did|was|were|had|have) (?P<a>.+)",
        r"(?:passed|gone by|elapsed|has it been|been) since (?P<a>.+)",
        r"\bsince (?P<a>.+)",
        r"\bhow long (?:have|has) (?P<a>.+)",
    )
)
_EITHER = re.compile(
    r"(?i)(?:first|earlier|later|last|before the other|more recently)\b[,:]?\s*"
    r"(?P<a>.+?),? or (?P<b>.+)"
)


def pair(question: str) -> tuple[str, str | None] | None:
    """The first and second event; no second one where time runs until the question is asked."""
    bare = question.strip().rstrip("?.! ")
    if found := _search(_PAIRS, bare):
        return found["a"], found["b"]
    if found := _search(_OPEN, bare):
        return found["a"], None
    return None


def either(question: str) -> tuple[str, str] | None:
    """The two events of "which came first, A or B?"."""
    found = _EITHER.search(question.strip().rstrip("?.! "))
    return (found["a"].strip(" ,"), found["b"].strip(" ,")) if found else None


def _search(patterns: tuple[re.Pattern[str], ...], text: str) -> re.Match[str] | None:
    return next((found for pattern in patterns if (found := pattern.search(text))), None)
