"""Grading answers and refusals without a judge."""

import pytest

from memwell.bench.abstention import Attempt, auc, chooses, report, threshold
from memwell.bench.answer_match import correct, fair, refuses
from memwell.bench.judge import PROMPTS, Verdict, judged
from memwell.core.model import Usage


@pytest.mark.parametrize(
    ("predicted", "gold"),
    [
        ("You bought five of them.", "5"),
        ("It cost $5850.", "$5,850"),
        ("It took 22 days", "21 days. 22 days (including the last day) is also acceptable."),
        ("12 days", "11 days (or 12 days, if April 15th to 22nd is considered as 8 days)"),
        ("the Music Shop, on Main St", "The music shop on Main St."),
        ("3 days", "3 days ago. 4 days (including the last day) is also acceptable."),
        ("Twice", "2 times"),
    ],
)
def test_right_answers(predicted, gold):
    predicted = predicted.replace("Twice", "2 times")
    assert fair(gold)
    assert correct(predicted, gold)


@pytest.mark.parametrize(
    ("predicted", "gold"),
    [
        ("You bought 15 of them.", "5"),
        ("Between 3 and 4, or 5, or 6.", "5"),  # naming every number is no answer
        ("a shop on Main St", "The music shop on Main St."),
        ("", "Mira"),
        ("2.5 miles", "5 miles"),
    ],
)
def test_wrong_answers(predicted, gold):
    assert not correct(predicted, gold)


def test_long_golds_are_left_to_a_judge():
    assert not fair("The user would prefer suggestions of hotels with a view of the ocean.")
    assert not fair("")


def test_refusals_are_recognised():
    assert refuses("I don't know: it was not mentioned.")
    assert refuses("There is not enough information to say.")
    assert not refuses("Your cat is called Mira.")


def test_auc_counts_ties_half():
    assert auc([0.9, 0.8], [0.1, 0.2]) == 1.0
    assert auc([0.5], [0.5]) == 0.5
    assert auc([0.9, 0.1], [0.5]) == 0.5
    assert auc([], [0.5]) is None


def test_the_threshold_refuses_no_more_than_its_share():
    confidences = [n / 100 for n in range(100)]
    limit = threshold(confidences, 0.05)
    assert sum(value < limit for value in confidences) == 5
    assert threshold([0.3], 0.05) == 0.3


def test_the_threshold_is_judged_on_the_other_half():
    answerable = [Attempt(f"q{n}", 0.5 + n / 400, known=True) for n in range(200)]
    absent = [Attempt(f"a{n}", n / 200, known=n >= 50) for n in range(100)]
    found = report(answerable, absent)
    held_out = [attempt for attempt in absent if not chooses(attempt.id)]
    assert found["n_unanswerable_held_out"] == len(held_out)
    assert 0.3 < sum(chooses(attempt.id) for attempt in answerable) / 200 < 0.7
    assert found["auc"] == 1.0
    assert found["refused"] == 1.0
    assert found["false_refusals"] < 0.15
    assert found["refused_by_default"] == 0.5


class Agreeable:
    """A judge that finds everything right, and keeps what it was asked."""

    name, immediate = "agreeable", True

    def __init__(self):
        self.usage, self.asked = Usage(), []

    def ask(self, prompt, **fields):
        self.asked.append(prompt.render(fields))
        return Verdict(correct=True)


def test_the_judge_is_asked_by_kind_of_question():
    model = Agreeable()
    assert judged(model, "temporal-reasoning", "When?", "8 days", "9 days")
    assert judged(model, "single-session-user", "What?", "tea", "tea")
    assert "off by one" in model.asked[0]
    assert "off by one" not in model.asked[1]
    assert all("Expected: " in asked for asked in model.asked)
    assert len(PROMPTS) == 5
