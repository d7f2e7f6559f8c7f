"""Typed answers from a model that only completes text."""

import pytest
from pydantic import BaseModel

from memwell.core.errors import InvalidInput, InvalidOutput, ModelUnavailable
from memwell.core.model import Prompt
from memwell.models.asking import Asking, Completion, parsed


class Colour(BaseModel):
    name: str
    brightness: int


class Named(BaseModel):
    name: str


COLOUR = Prompt("colour", "Which colour is {thing}?", Colour)
GOOD = '{"name": "red", "brightness": 3}'


class Writer:
    name = "writer"

    def __init__(self, *written, counted=True):
        self.written, self.asked, self.counted = list(written), [], counted

    def complete(self, prompt, schema):
        self.asked.append(prompt)
        assert schema["properties"]["name"]
        text = self.written.pop(0)
        return Completion(text, 100, 10) if self.counted else Completion(text)


def test_a_good_answer_is_typed_and_counted():
    model = Asking(Writer(GOOD))
    assert model.ask(COLOUR, thing="blood") == Colour(name="red", brightness=3)
    assert (model.usage.calls, model.usage.asked, model.usage.answered) == (1, 100, 10)
    assert not model.immediate


def test_a_provider_that_holds_to_the_schema_is_not_told_it():
    writer = Writer(GOOD)
    writer.holds_schema = True
    Asking(writer).ask(COLOUR, thing="blood")
    assert writer.asked == ["Which colour is blood?"]


def test_an_answer_is_not_kept_for_another_schema():
    cache = {}
    for schema, text in ((Colour, GOOD), (Named, '{"name": "red"}')):
        writer = Writer(text)
        writer.holds_schema = True
        model = Asking(writer, cache)
        model.ask(Prompt("colour", "Which colour is {thing}?", schema), thing="blood")
        assert model.usage.calls == 1


def test_the_question_holds_the_fields_and_the_schema():
    writer = Writer(GOOD)
    Asking(writer).ask(COLOUR, thing="blood")
    assert "Which colour is blood?" in writer.asked[0]
    assert '"brightness"' in writer.asked[0]


def test_the_same_question_costs_once_and_the_cache_can_be_shared():
    cache = {}
    Asking(Writer(GOOD), cache).ask(COLOUR, thing="blood")
    again = Asking(Writer(), cache)
    assert again.ask(COLOUR, thing="blood").name == "red"
    assert (again.usage.calls, again.usage.cached, again.usage.tokens) == (0, 1, 0)
    with pytest.raises(IndexError):  # another question is not in it
        again.ask(COLOUR, thing="grass")


@pytest.mark.parametrize(
    "bad", ["red, I think", '{"name": "red"}', '{"name": "red", "bright', "[]"]
)
def test_a_bad_answer_is_repaired_once(bad):
    writer = Writer(bad, GOOD)
    model = Asking(writer)
    assert model.ask(COLOUR, thing="blood").brightness == 3
    assert bad in writer.asked[1]
    assert "does not fit" in writer.asked[1]
    assert model.usage.calls == 2


def test_two_bad_answers_are_an_error_and_not_remembered():
    cache = {}
    with pytest.raises(InvalidOutput, match="brightness"):
        Asking(Writer("no", '{"name": "red"}'), cache).ask(COLOUR, thing="blood")
    assert cache == {}


def test_tokens_are_estimated_where_nobody_counts():
    model = Asking(Writer(GOOD, counted=False))
    model.ask(COLOUR, thing="blood")
    assert model.usage.answered == len(GOOD) / 4
    assert model.usage.asked > 20


def test_a_provider_that_fails_is_heard():
    class Down:
        name = "down"

        def complete(self, prompt, schema):
            raise ModelUnavailable("not there")

    with pytest.raises(ModelUnavailable):
        Asking(Down()).ask(COLOUR, thing="blood")


def test_a_missing_field_is_the_callers_mistake():
    with pytest.raises(InvalidInput, match="thing"):
        Asking(Writer()).ask(COLOUR)


@pytest.mark.parametrize("written", [GOOD, f"```json\n{GOOD}\n```", f"Sure! {GOOD} Anything else?"])
def test_json_is_found_in_what_surrounds_it(written):
    assert parsed(written, Colour).name == "red"
