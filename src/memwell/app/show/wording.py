"""A memory's words, with those of the question marked, cut to what matters."""

import re

from rich.text import Text

from memwell.index.analysis import WORD, terms

MARKED = "bold yellow"


def marked(text: str, query: str, limit: int | None = None) -> Text:
    """The text on one line with the query's words marked, about `limit` characters of it."""
    text = re.sub(r"\s+", " ", text).strip()
    spans = _spans(text, query)
    start, end = _window(text, [begin for begin, _ in spans], limit)
    shown = Text(text[start:end])
    for begin, stop in spans:
        if start <= begin and stop <= end:
            shown.stylize(MARKED, begin - start, stop - start)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return Text.assemble((before, "dim"), shown, (after, "dim"))


def _spans(text: str, query: str) -> list[tuple[int, int]]:
    """Where words of the text have the stem of a word of the query."""
    wanted = set(terms(query).tolist())
    return [
        word.span() for word in WORD.finditer(text) if wanted & set(terms(word.group()).tolist())
    ]


def _window(text: str, places: list[int], limit: int | None) -> tuple[int, int]:
    """The stretch with the most marked words, begun and ended between words."""
    if limit is None or len(text) <= limit:
        return 0, len(text)
    lead = limit // 5
    starts = [0, *(max(0, place - lead) for place in places)]
    start = max(starts, key=lambda begin: sum(begin <= at < begin + limit - lead for at in places))
    start = max(0, min(start, len(text) - limit))
    if start:
        start = text.rfind(" ", 0, start + 1) + 1
    end = start + limit
    return start, text.rfind(" ", start, end) if end < len(text) else len(text)
