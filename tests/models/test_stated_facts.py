"""What rules read in a message: who states what of whom, retold so that it stands alone."""

from datetime import UTC, datetime

import pytest

from memwell.models.rules.aspects import aspect
from memwell.models.rules.dates import find as dates_in
from memwell.models.rules.retelling import retold, third
from memwell.models.rules.stated_facts import find

AT = datetime(2023, 5, 8, 13, 56, tzinfo=UTC)  # a Monday


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("I went to a support group yesterday.",
         "Ann went to a support group yesterday (7 May 2023)."),
        ("Hey Bea, I'm learning the violin.", "Ann is learning the violin."),
        ("I've lost my keys.", "Ann has lost their keys."),
        ("By the way, I really love hiking and I'm good at it.",
         "Ann really loves hiking and they're good at it."),
        ("My sister visits me next month.", "Ann's sister visits them next month (June 2023)."),
        ("Last week I tried sushi.", "Last week (1 May 2023 to 7 May 2023) Ann tried sushi."),
        ("We love painting together.", "Ann: We love painting together."),
        ("I don't carry cash.", "Ann doesn't carry cash."),
        ("I was born in 1990 and I was raised in Rome.",
         "Ann was born in 1990 and they were raised in Rome."),
    ],
)  # fmt: skip
def test_words_are_retold_of_their_speaker(said: str, told: str) -> None:
    assert retold(said, "Ann", AT).replace("they are", "they're") == told


@pytest.mark.parametrize(
    ("verb", "form"),
    [("love", "loves"), ("go", "goes"), ("try", "tries"), ("play", "plays"), ("watch", "watches"),
     ("went", "went"), ("moved", "moved"), ("can", "can"), ("have", "has"), ("don't", "doesn't")],
)  # fmt: skip
def test_verbs_of_the_present_change_those_of_the_past_stay(verb: str, form: str) -> None:
    assert third(verb) == form


@pytest.mark.parametrize(
    "said",
    ["Do I know you?", "I hope I win the race.", "Thanks so much, Bea!",
     "Maybe I should buy a car.", "Could you recommend a book about bees for my sister?",
     "That sounds lovely.", "I'll definitely try the recipe with basil."],
)  # fmt: skip
def test_questions_wishes_and_small_talk_state_nothing(said: str) -> None:
    assert find(said, "Ann", AT, ["Ann", "Bea"]) == []


def test_what_an_assistant_says_is_no_fact_about_anybody() -> None:
    assert find("I suggest that you visit my favourite museum.", "assistant", AT, []) == []


def test_a_fact_knows_whom_it_joins_since_when_and_what_it_replaces() -> None:
    (fact,) = find("I moved to Lisbon last May.", "Ann", AT, ["Ann", "Lisbon"])
    assert (fact.source, fact.target) == ("Ann", "Lisbon")
    assert fact.valid_at.startswith("2022-05-01")
    assert (fact.aspect, fact.value, fact.negated) == ("home", "lisbon", False)


def test_somebody_else_may_be_the_subject() -> None:
    (fact,) = find("Bea plays the cello in Porto.", "Ann", AT, ["Ann", "Bea", "Porto"])
    assert (fact.source, fact.target) == ("Bea", "Porto")


@pytest.mark.parametrize(
    ("clause", "name", "value"),
    [
        ("I live in New York City.", "home", "new york ~house"),
        ("I now own four bikes", "number of ~bike", "4"),
        ("I've read twelve novels so far", "number of read novel", "12"),
        ("I turned 34 last week.", "age", "34"),
        ("I have a dog", None, None),
        ("I like jazz", "likes jazz", "yes"),
        ("I walked home", None, None),
    ],
)
def test_what_has_one_value_at_a_time(clause: str, name: str | None, value: str | None) -> None:
    found = aspect(clause)
    if name is None:
        assert found is None
    else:
        assert found is not None
        assert found.name == name
        assert found.value.split()[0] == str(value).split()[0]


def test_the_fourth_of_july_is_a_day() -> None:
    (found,) = dates_in("We grilled on the 4th of  July.", AT)
    assert (found.start.month, found.start.day) == (7, 4)
