"""Strategies from a line of text: parameters, and stages of others."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from acting import Managing, Noting, Open

from memwell.core.errors import InvalidInput, UnknownName
from memwell.core.op import Delete
from memwell.core.strategy import Strategy
from memwell.kernel import compose
from memwell.kernel.compose import Composed, build
from memwell.plaintext.verbatim import Verbatim


@dataclass(frozen=True)
class Tuned(Strategy):
    """Fields of every kind that a spec can set."""

    threshold: float = 0.3
    rounds: int = 3
    sharp: bool = False
    mode: str = "soft"
    base: Strategy = field(default_factory=Verbatim)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {"plaintext:tuned": Tuned, "plaintext:noting": Noting, "plaintext:verbatim": Verbatim}

    def load(name: str) -> type:
        if name not in kinds:
            raise UnknownName(name)
        return kinds[name]

    monkeypatch.setattr(compose, "load", load)


def test_a_name_alone_is_the_strategy_as_it_comes() -> None:
    assert build("plaintext:verbatim") == Verbatim()


def test_parameters_are_read_by_the_types_of_their_fields(known: None) -> None:
    made = build("plaintext:tuned, threshold=0.5, rounds=7,sharp=true, mode=hard,base=noting")
    assert made == Tuned(0.5, 7, True, "hard", Noting())


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("plaintext:tuned,threshold", "sets nothing"),
        ("plaintext:tuned,=3", "sets nothing"),
        ("plaintext:tuned,depth=3", "has no field 'depth'; there are threshold, rounds"),
        ("plaintext:tuned,rounds=many", "takes no rounds=many"),
    ],
)
def test_what_does_not_fit_is_told(known: None, spec: str, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        build(spec)


@pytest.mark.parametrize("spec", ["plaintext:nobody", "plaintext:tuned,retrieve=nobody", ""])
def test_unknown_strategies_are_told(known: None, spec: str) -> None:
    with pytest.raises(UnknownName):
        build(spec)


def test_stages_come_from_whom_they_are_said_to(known: None) -> None:
    made = build("plaintext:noting,retrieve=verbatim")
    assert isinstance(made, Composed)
    assert (made.encoder, made.storer, made.steward) == (Noting(), Noting(), Noting())
    assert made.retriever == Verbatim()
    assert made.refines
    assert not made.needs_model


def test_a_composed_strategy_remembers_finds_and_tidies(open_memory: Open) -> None:
    tidying = Managing(lambda view: [Delete(cube.id, "old") for cube in view.scan()])
    made = Composed("plaintext:mine", Noting(), Noting(), Verbatim(), tidying)
    memory = open_memory(strategy=made)
    receipt = memory.add("I like tea")
    assert {cube.text for cube in memory.view().scan()} == {"I like tea", "noted: I like tea"}
    assert memory.search("tea")[0].cube.text == "I like tea"
    assert {memory.get(id).source.by for id in receipt.ids} >= {"plaintext:mine"}
    memory.manage()
    assert list(memory.view().scan()) == []


def test_it_can_be_asked_for_by_its_line(open_memory: Open) -> None:
    memory = open_memory(strategy="plaintext:verbatim,lexical=0.4")
    assert memory.strategy == Verbatim(lexical=0.4)


def test_needing_a_model_is_inherited_from_what_writes() -> None:
    @dataclass(frozen=True)
    class Asking(Strategy):
        needs_model = True

        def encode(self, event: object, view: object) -> Iterable[object]:
            return ()

    writes = Composed("plaintext:a", Asking(), Strategy(), Strategy(), Strategy())
    reads = Composed("plaintext:b", Strategy(), Strategy(), Asking(), Strategy())
    assert writes.needs_model
    assert not reads.needs_model
