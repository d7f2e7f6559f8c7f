"""How likely the evidence holds an answer at all, judged from scores alone.

An unanswerable question still has a best match. What gives it away is that the match is weak, that
no single turn speaks of all its telling words, and that some word of it is met nowhere near.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from memwell.core.evidence import Evidence, Ints
from memwell.core.model import Floats
from memwell.index.analysis import terms, words
from memwell.index.lexical import K1, contributions, idf, term_counts
from memwell.index.products import weighted_sum
from memwell.index.surroundings import with_surroundings

Flags = npt.NDArray[np.bool_]

NEAR = 3  # sessions among which every telling word should be met
LITERAL = 0.85  # what a word counts that stands there letter by letter, whatever its state
LEXICAL = 0.20  # share of BM25 next to late interaction, as in retrieval

# Fitted by logistic regression on the 155 LongMemEval dev questions: the 144 answerable ones
# against themselves with their evidence sessions removed and the 11 abstention questions (weighted
# double). The bias is then moved so that 0.5 refuses one answerable question in twenty. Fitted on
# one half of the questions and measured on the other, AUC is .94 (words alone: .91).
STATES = (-9.70, 7.73, 5.73, 3.22)  # bias, best, focus, weakest
WORDS = (-4.09, 8.38, 3.52)  # bias, best, focus: where there are no token states

# Words that ask, remind or count: whether they are met says nothing about the subject.
_GENERIC = frozenset(
    terms(
        """remind mention mentioned discuss discussed talk talked tell told say said suggest
        suggested recommend recommended provide provided conversation chat earlier previous
        previously wonder wondering remember recall confirm follow going back planning plan
        think thought know help please many much long often total number amount time times day
        days week weeks month months year years hour hours minute ago past last first second
        third recent recently currently current now since until before after between spend spent
        get got go went come came take took taken make made do did done use used using have had
        buy bought purchase purchased pay paid cost money start started begin began begun finish
        finished attend attended participate participated name called call kind type sort item
        items thing things different new old one two three four five six seven eight nine ten
        more most less all every each any some other another again still already just specific
        exactly list event events place way idea ideas advice tip tips suggestion suggestions
        good best better interesting want like prefer need feel pass passed happen happened
        receive received order earliest latest lot bit able usual usually typical typically
        average percentage altogether overall difference compared combined keep try tried learn
        learned work working worked live lived see saw look looking give gave given visit
        visited become became spring summer autumn fall winter morning evening afternoon night
        today tonight tomorrow yesterday weekend january february march april may june july
        august september october november december monday tuesday wednesday thursday friday
        saturday sunday"""
    ).tolist()
)
_ROLES = frozenset({"", "user", "assistant", "system", "tool"})


@dataclass(frozen=True, slots=True)
class Matches:
    """What late interaction found: for each piece of the question, its best match in every turn."""

    pieces: Sequence[str]  # the question's WordPieces, special ones left out: "hamster", "##s"
    found: Floats  # [n, pieces], surroundings included
    weights: Floats  # [pieces] rarity, summing to 1


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for an answer being there; each grows with it and is at most about 1."""

    best: float  # the best turn's score
    focus: float  # how well one turn speaks of all telling words
    weakest: float  # the least met telling word, among the best sessions


def confidence(text: str, evidence: Evidence, matches: Matches | None) -> float:
    """How likely the evidence holds the answer, in [0, 1]; below 0.5 it is better not to answer.

    `matches` is None where there are no token states; words alone decide then, less surely.
    """
    if not len(evidence):
        return 0.0
    found = signs(text, evidence, matches)
    if matches is None:
        return _logistic(WORDS, (found.best, found.focus))
    return _logistic(STATES, (found.best, found.focus, found.weakest))


def signs(text: str, evidence: Evidence, matches: Matches | None) -> Signs:
    """The signs of an answer, among the words of the one participant a question names, if any."""
    lexical = share_of_words(text, evidence)
    states = np.zeros(len(evidence), np.float32)
    if matches:
        states = weighted_sum(matches.found, matches.weights)
    scores = states + LEXICAL * lexical if matches else lexical
    own = _said_by_named(text, evidence)
    # Somebody else's turn that fits better is no evidence: it makes the question look confused.
    lead = float(scores[~own].max() - scores[own].max()) if not own.all() else 0.0
    best = float(scores[own].max()) - max(0.0, lead)
    telling, weights = _telling(text, evidence, matches)
    if not telling.shape[1]:
        return Signs(best, best, best)
    near = own & np.isin(evidence.sessions, _best_sessions(scores, evidence.sessions, own))
    return Signs(
        best=best,
        focus=float(weighted_sum(telling[own], weights).max()),
        weakest=float(telling[near].max(axis=0).min()),
    )


def share_of_words(text: str, evidence: Evidence) -> Floats:
    """BM25 [n] as a share of the best it could be, words that were never met counted too."""
    wanted = np.unique(terms(text))
    added, weights = contributions(wanted, evidence.terms, evidence.population)
    count = evidence.population.count if evidence.population else len(evidence)
    unmet = float(idf(count, np.zeros(1, np.float32))[0]) * int((weights == 0).sum())
    most = (K1 + 1) * (float(weights.sum()) + unmet)
    around = with_surroundings(added, evidence.sessions, evidence.places, evidence.terms.lengths)
    return np.asarray(around.sum(axis=1) / max(most, 1e-9), np.float32)


def _telling(text: str, evidence: Evidence, matches: Matches | None) -> tuple[Floats, Floats]:
    """How well each telling word is met in every turn [n, words], and the words' weights."""
    grouped = _words(matches.pieces) if matches else [(word, []) for word in words(text)]
    telling = [(word, pieces) for word, pieces in grouped if _tells(word)]
    if not telling:
        return np.zeros((len(evidence), 0), np.float32), np.zeros(0, np.float32)
    hashed = np.array([terms(word)[0] for word, _ in telling], np.uint32)
    wanted, places = np.unique(hashed, return_inverse=True)
    literal = term_counts(wanted, evidence.terms)[:, places] > 0
    if matches is None:
        weights = idf(len(evidence), literal.sum(axis=0).astype(np.float32))
        met = with_surroundings(
            literal.astype(np.float32), evidence.sessions, evidence.places, evidence.terms.lengths
        )
    else:
        weights = np.array([matches.weights[pieces].max() for _, pieces in telling], np.float32)
        states = np.stack([matches.found[:, pieces].mean(axis=1) for _, pieces in telling], axis=1)
        met = np.where(literal, np.maximum(states, LITERAL), states)
    return met, np.asarray(weights / max(float(weights.sum()), 1e-9), np.float32)


def _words(pieces: Sequence[str]) -> list[tuple[str, list[int]]]:
    """WordPieces joined to words again, with their positions."""
    joined: list[tuple[str, list[int]]] = []
    for place, piece in enumerate(pieces):
        if piece.startswith("##") and joined:
            word, places = joined[-1]
            joined[-1] = (word + piece[2:], [*places, place])
        else:
            joined.append((piece, [place]))
    return joined


def _tells(word: str) -> bool:
    """True for words about the subject: neither stopwords nor those that only ask or count."""
    found = terms(word)
    return len(found) > 0 and int(found[0]) not in _GENERIC


def _said_by_named(text: str, evidence: Evidence) -> Flags:
    """The turns of the one participant the question names; all where it names none or more."""
    asked = set(words(text))
    named = {who for who in set(evidence.speakers) - _ROLES if who in asked}
    if len(named) != 1:
        return np.ones(len(evidence), np.bool_)
    return np.array([who in named for who in evidence.speakers], np.bool_)


def _best_sessions(scores: Floats, sessions: Ints, own: Flags) -> Ints:
    codes, owners = np.unique(sessions[own], return_inverse=True)
    best = np.full(len(codes), -np.inf, np.float32)
    np.maximum.at(best, owners, scores[own])
    return np.asarray(codes[np.argsort(-best, kind="stable")[:NEAR]])


def _logistic(weights: Sequence[float], values: Sequence[float]) -> float:
    bias, *slopes = weights
    return 1 / (1 + math.exp(-bias - sum(w * v for w, v in zip(slopes, values, strict=True))))
