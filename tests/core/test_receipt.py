"""Receipts grow and lose nothing; prompts ask for all their fields; errors can be told apart."""

import pytest
from pydantic import BaseModel

from memwell.core import errors
from memwell.core.errors import InvalidInput, MemwellError
from memwell.core.model import Prompt, Usage
from memwell.core.receipt import Applied, Receipt, Status

SAID = Applied("add", "a", 1, "said")
DERIVED = Applied("add", "b", 1, "new")
CHANGED = Applied("update", "a", 2, "corrected")
DROPPED = Applied("noop", None, None, "nothing new")


def test_a_receipt_keeps_what_it_said_before() -> None:
    stored = Receipt("e", Status.STORED, ("e",), (SAID,), tokens=3, seconds=0.5)
    more = Receipt(
        "e", Status.REFINED, ("e",), (DERIVED, CHANGED), (DROPPED,), tokens=4, seconds=0.25
    )
    whole = stored.extended(more)
    assert whole.status is Status.REFINED
    assert whole.events == ("e",)
    assert whole.applied == (SAID, DERIVED, CHANGED)
    assert whole.dropped == (DROPPED,)
    assert (whole.tokens, whole.seconds) == (7, 0.75)
    assert stored.status is Status.STORED


def test_ids_are_named_once_and_in_order() -> None:
    receipt = Receipt("e", Status.REFINED, (), (SAID, DERIVED, CHANGED, DROPPED))
    assert receipt.ids == ("a", "b")


def test_a_failure_is_told_with_its_reason() -> None:
    failed = Receipt("e", Status.STORED, ("e",), (SAID,)).extended(
        Receipt("e", Status.FAILED, error="the model is gone")
    )
    assert failed.status is Status.FAILED
    assert failed.error == "the model is gone"
    assert failed.applied == (SAID,)


def test_a_prompt_names_the_fields_it_lacks() -> None:
    class Reply(BaseModel):
        text: str

    prompt = Prompt("greet", "Greet {name} on {day}.", Reply)
    assert prompt.render({"name": "Ana", "day": "Monday"}) == "Greet Ana on Monday."
    with pytest.raises(InvalidInput, match="day"):
        prompt.render({"name": "Ana"})


def test_usage_counts_both_ways() -> None:
    assert Usage(asked=10, answered=5).tokens == 15


def test_every_error_is_a_memwell_error() -> None:
    found = [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and value.__module__ == errors.__name__
    ]
    assert all(issubclass(error, MemwellError) for error in found)
    assert issubclass(errors.InvalidInput, ValueError)
    assert issubclass(errors.NotFound, LookupError)
    for error in found:
        assert error.__name__ in (errors.__doc__ or ""), f"the tree lacks {error.__name__}"
