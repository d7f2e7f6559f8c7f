"""Answers without a language model."""

from datetime import UTC, date, datetime

import pytest
from pydantic import BaseModel

from memwell.core.errors import InvalidInput, ModelUnavailable
from memwell.core.model import Prompt
from memwell.models import prompts
from memwell.models.rules import Rules, entities, facts, keywords, knows, ner

AT = datetime(2023, 6, 14, tzinfo=UTC)


@pytest.fixture(autouse=True)
def without_spacy(monkeypatch):
    monkeypatch.setattr(ner, "_pipeline", lambda: None)


class Anything(BaseModel):
    text: str = ""


def test_answers_the_prompts_it_knows():
    rules = Rules()
    text = "Anna moved to Berlin on 3 May 2023."
    found = rules.ask(prompts.KEYWORDS, text=text)
    assert "Berlin" in found.keywords
    (told,) = rules.ask(prompts.DATES, text=text, at=AT).dates
    assert (told.start, told.end, told.precision) == (date(2023, 5, 3), date(2023, 5, 4), "day")
    named = rules.ask(prompts.ENTITIES, text=text).entities
    assert [one.name for one in named] == ["Anna", "Berlin"]
    (fact,) = rules.ask(prompts.FACTS, text=text, speaker="Joe", at=AT).facts
    assert (fact.subject, fact.relation, fact.object) == ("Anna", "moved to", "Berlin")
    assert rules.usage.tokens == 0
    assert rules.immediate


@pytest.mark.parametrize("name", ["zep:extract", "almanac", "summary", "__init__", ""])
def test_says_clearly_what_it_cannot_do(name):
    assert not knows(name)
    with pytest.raises(ModelUnavailable, match="needs a language model"):
        Rules().ask(Prompt(name, "Do {text}.", Anything), text="this")


def test_asks_for_missing_fields():
    with pytest.raises(InvalidInput, match="speaker"):
        Rules().ask(prompts.FACTS, text="I work at sea.", at=AT)


def test_evidence_is_written_as_numbered_lines():
    pieces = prompts.Pieces([prompts.Piece("I moved.", "Anna", AT), prompts.Piece("Where to?")])
    assert str(pieces) == "[0] Wednesday 14 June 2023 Anna: I moved.\n[1] user: Where to?"
    assert len(pieces[1:]) == 1
    assert "[1] user: Where to?" in prompts.ANSWER.render(
        {"evidence": pieces, "question": "Where?", "at": AT}
    )


FACTS = """
I work at Google. | Joe | works at | Google
I'm working for the city council | Joe | works at | the city council
I work as a nurse. | Joe | works as | a nurse
My brother doesn't work for Apple | Joe's brother | not works at | Apple
I no longer work at Shell | Joe | not works at | Shell
My sister's name is Anna. | Joe's sister | is named | Anna
My name is Joe Miller | Joe | is named | Joe Miller
My dog is called Max | Joe's dog | is named | Max
Tom lives in Paris | Tom | lives in | Paris
I moved from Boston to Berlin last year | Joe | moved to | Berlin
I'm originally from Norway | Joe | comes from | Norway
I'm allergic to peanuts, sadly. | Joe | is allergic to | peanuts
I don't like mushrooms | Joe | not likes | mushrooms
I really love hiking | Joe | likes | hiking
I'm really into climbing these days | Joe | likes | climbing
Melanie hates olives | Melanie | dislikes | olives
I can't stand jazz | Joe | dislikes | jazz
I never play tennis | Joe | not plays | tennis
Anna plays the piano | Anna | plays | piano
My favourite colour is blue | Joe | favourite colour | blue
Anna's favorite food is ramen. | Anna | favourite food | ramen
We adopted a dog on Friday | Joe | owns | a dog
I have two cats | Joe | has | two cats
"""


@pytest.mark.parametrize("case", FACTS.strip().splitlines())
def test_facts(case):
    said, subject, relation, told = case.split(" | ")
    (fact,) = facts.find(said, "Joe", AT)
    stated = f"not {fact.relation}" if fact.negated else fact.relation
    assert (fact.subject, stated, fact.object) == (subject, relation, told)


@pytest.mark.parametrize(
    "said",
    [
        "Do I work at Google?",
        "If I lived in Rome",
        "I would like a tea",
        "I used to live in Oslo",
        "She works at IBM",
        "I love it!",
        "Maybe I work at sea",
        "",
    ],
)
def test_what_is_no_fact(said):
    assert facts.find(said, "Joe", AT) == []


def test_two_clauses_two_facts():
    found = facts.find("I live in Rome, but Anna lives in Oslo and I play chess", "Joe", AT)
    assert [(one.subject, one.relation, one.object) for one in found] == [
        ("Joe", "lives in", "Rome"),
        ("Anna", "lives in", "Oslo"),
        ("Joe", "plays", "chess"),
    ]


def test_entities_of_every_kind():
    text = (
        'Caroline: I saw "The Nutcracker" with Anna\'s brother in New York for $1,200, ran 5 km. '
        "Mail a.b@c.org or see https://x.org/a?b."
    )
    assert [(one.name, one.kind) for one in entities.find(text)] == [
        ("Caroline", "name"),
        ("The Nutcracker", "title"),
        ("Anna", "name"),
        ("New York", "name"),
        ("$1,200", "money"),
        ("5 km", "number"),
        ("a.b@c.org", "email"),
        ("https://x.org/a?b", "url"),
    ]


def test_words_that_open_a_sentence_are_no_names():
    text = "Wow, Melanie! That's great. Thanks for the photo. Running was fun. In May we saw Tim."
    assert [one.name for one in entities.find(text)] == ["Melanie", "Tim"]


def test_keywords_are_names_then_telling_words():
    found = keywords.find("Yeah, I went camping with Anna, and the camping stove broke!")
    assert found[:2] == ["Anna", "camping"]
    assert "stove" in found
    assert not {"the", "with", "yeah", "and"} & set(found)
    assert len(keywords.find(" ".join(f"word{chr(97 + n)}" for n in range(26)))) == keywords.MOST
