"""The stand-ins behave as the real ones do."""

import numpy as np
import pytest
from pydantic import BaseModel

from memwell.core.errors import InvalidOutput, ModelUnavailable
from memwell.core.model import Prompt
from memwell.models.scripted import HashEmbedder, Scripted


class Word(BaseModel):
    word: str


WORD = Prompt("word", "A word like {like}.", Word)


def test_answers_in_turn_and_records_what_it_was_asked():
    model = Scripted({"word": [{"word": "tea"}, Word(word="milk")]})
    assert model.ask(WORD, like="tee").word == "tea"
    assert model.ask(WORD, like="silk").word == "milk"
    assert model.asked("word") == [{"like": "tee"}, {"like": "silk"}]
    with pytest.raises(ModelUnavailable, match="call 3"):
        model.ask(WORD, like="more")


def test_answers_by_function():
    model = Scripted({"word": lambda like: {"word": like.upper()}})
    assert model.ask(WORD, like="tea").word == "TEA"


def test_fails_as_told():
    model = Scripted({"word": [ModelUnavailable("down"), {"no": 1}]})
    with pytest.raises(ModelUnavailable, match="down"):
        model.ask(WORD, like="tea")
    with pytest.raises(InvalidOutput):
        model.ask(WORD, like="tea")
    with pytest.raises(ModelUnavailable, match="no answer"):
        Scripted().ask(WORD, like="tea")


def test_hashed_vectors_share_what_texts_share():
    model = HashEmbedder()
    made = model.embed(["the red kettle", "a red kettle", "quarterly figures", ""])
    assert np.linalg.norm(made.vectors, axis=1) == pytest.approx(1, abs=1e-5)
    scores = made.vectors @ made.vectors[0]
    assert scores[1] > scores[2] + 0.2
    assert [len(one) for one in made.tokens] == [3, 3, 2, 0]
    assert np.array_equal(
        made.vectors,
        HashEmbedder().embed(["the red kettle", "a red kettle", "quarterly figures", ""]).vectors,
    )
    assert model.fingerprint != HashEmbedder(32).fingerprint
