"""Scores of what was returned for a question: by rank, and within a budget of tokens."""

from collections.abc import Collection, Iterator, Sequence

from memwell.bench.answer_match import alternatives, words
from memwell.bench.retrieval_case import RetrievalCase
from memwell.bench.retrieval_metrics import recall, recall_any
from memwell.bench.strategies.credit import Returned

KS = (5, 10)
BUDGETS = (125, 250, 500, 1000, 2000)  # tokens


def scores(case: RetrievalCase, found: Sequence[Returned]) -> dict[str, float]:
    """Shares of the case's evidence; `answer@…t` says whether the answer stands in the text."""
    ranking = ranked(found, case.ids)
    rates = {f"recall@{k}": recall(ranking, case.gold, k) for k in KS}
    rates |= {f"any@{k}": recall_any(ranking, case.gold, k) for k in KS}
    for budget in BUDGETS:
        inside = list(within(found, budget))
        turns = [each.turn or "" for each in inside]
        rates[f"recall@{budget}t"] = recall(turns, case.gold, len(turns))
        if case.answerable and checkable(case.answer):
            rates[f"answer@{budget}t"] = float(holds(inside, case.answer))
    rates["tokens@10"] = float(sum(each.tokens for each in found[:10]))
    return rates


def ranked(found: Sequence[Returned], documents: Collection[str]) -> list[str]:
    """Turns in order of rank. A turn that is no document is passed over, as published.

    What gives evidence of no document takes a rank all the same, and so does what gives the same
    evidence once more.
    """
    ranking: list[str] = []
    for place, each in enumerate(found):
        if each.turn in documents and each.turn not in ranking:
            ranking.append(each.turn or "")
        elif not each.said or each.turn in documents:
            ranking.append(f" {place}")
    return ranking


def within(found: Sequence[Returned], budget: int) -> Iterator[Returned]:
    """The first ones that fit; one that is too long does not keep shorter ones out."""
    left = budget
    for each in found:
        if each.tokens <= left:
            left -= each.tokens
            yield each


def checkable(answer: str) -> bool:
    """Whether a text that holds this answer word for word can be told from one that does not."""
    return any(len("".join(words(part))) > 2 for part in alternatives(answer))


def holds(found: Sequence[Returned], answer: str) -> bool:
    """Whether all words of the answer, or of one of its alternatives, stand in one memory."""
    texts = [frozenset(words(each.text)) for each in found]
    return any(
        wanted <= text
        for part in alternatives(answer)
        if (wanted := frozenset(words(part)))
        for text in texts
    )
