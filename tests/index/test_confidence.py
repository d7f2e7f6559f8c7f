"""Confidence grows with what is met of the question, and needs no scale of its own."""

import numpy as np

from memwell.core.evidence import Evidence, Ragged
from memwell.core.model import Floats
from memwell.index.analysis import terms
from memwell.index.confidence import Matches, confidence, signs

TURNS = (
    ("s1", "ana", "My hamster Otto escaped into the kitchen again"),
    ("s1", "ben", "Did you look behind the oven?"),
    ("s2", "ben", "I repaired the bicycle and painted the fence"),
    ("s3", "ana", "The train to Lisbon was late but the weather was lovely"),
    ("s3", "ben", "We played cards until midnight"),
)
QUESTION = "When did the hamster escape?"


def evidence(turns: tuple[tuple[str, str, str], ...] = TURNS) -> Evidence:
    analysed = [terms(text) for _, _, text in turns]
    sessions = np.array([int(session[1:]) for session, _, _ in turns])
    n = len(turns)
    return Evidence(
        ids=[str(row) for row in range(n)],
        rows=np.arange(n),
        entries=np.arange(n),
        sessions=sessions,
        places=np.array([int((sessions[:row] == sessions[row]).sum()) for row in range(n)]),
        speakers=[speaker for _, speaker, _ in turns],
        at=np.zeros(n),
        asks=np.array([text.endswith("?") for _, _, text in turns]),
        terms=Ragged(
            np.concatenate([*analysed, np.zeros(0, np.uint32)]),
            np.cumsum([0, *map(len, analysed)]),
        ),
        read=lambda entries: np.zeros((len(entries), 0), np.float32),
    )


def matches(met: float) -> Matches:
    """As if the first turn met every piece of the question to some degree, the others hardly."""
    pieces = ["when", "did", "the", "ham", "##ster", "escape", "?"]
    found: Floats = np.full((len(TURNS), len(pieces)), 0.2, np.float32)
    found[0] = met
    return Matches(pieces, found, np.full(len(pieces), 1 / len(pieces), np.float32))


def test_words_alone_tell_met_from_unmet() -> None:
    met = confidence("hamster kitchen", evidence(), None)
    unmet = confidence("What is the name of my parrot?", evidence(), None)
    assert unmet < 0.5 < met


def test_grows_with_the_match() -> None:
    values = [confidence(QUESTION, evidence(), matches(met)) for met in (0.1, 0.4, 0.7, 0.95)]
    assert values == sorted(values)
    assert values[0] + 0.2 < values[-1]


def test_one_unmet_word_is_seen() -> None:
    found = matches(0.9)
    lacking = Matches(found.pieces, found.found.copy(), found.weights)
    lacking.found[:, 5] = 0.1
    other = "When did the hamster vanish?"
    assert signs(other, evidence(), lacking).weakest < signs(other, evidence(), found).weakest


def test_what_somebody_else_said_does_not_count() -> None:
    own = confidence("What did Ana say of the hamster?", evidence(), matches(0.9))
    other = confidence("What did Ben say of the hamster?", evidence(), matches(0.9))
    assert other < own


def test_no_evidence_is_no_confidence() -> None:
    assert confidence(QUESTION, evidence(()), None) == 0.0


def test_a_question_of_generic_words_is_judged_by_its_best_turn() -> None:
    found = signs("What did I say last time?", evidence(), None)
    assert found.best == found.focus == found.weakest
