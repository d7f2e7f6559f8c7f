"""Strategies by name, with parameters, and with single stages of others (MemEvolve, paper 52).

"plaintext:zep" is the strategy as it comes; "plaintext:memorybank,threshold=0.2" sets one of its
fields; "plaintext:zep,retrieve=verbatim,manage=memorybank" swaps two of its stages.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, get_type_hints

from memwell.core.errors import InvalidInput
from memwell.core.hit import Hit
from memwell.core.message import Event
from memwell.core.op import Draft, Noop, Op
from memwell.core.strategy import Strategy
from memwell.core.view import Query, View
from memwell.kernel.load import load

STAGES = ("encode", "store", "retrieve", "manage")


@dataclass(frozen=True)
class Composed(Strategy):
    """Four stages that may come from four strategies."""

    spec: str  # what provenance calls it
    encoder: Strategy
    storer: Strategy
    retriever: Strategy
    steward: Strategy

    @property
    def name(self) -> str:
        return self.spec

    @property
    def needs_model(self) -> bool:  # type: ignore[override]  # a constant of plain strategies
        return self.encoder.needs_model or self.storer.needs_model

    @property
    def refines(self) -> bool:
        return self.encoder.refines

    def encode(self, event: Event, view: View) -> Iterable[Draft | Noop]:
        return self.encoder.encode(event, view)

    def store(self, drafts: Iterable[Draft | Noop], view: View) -> Iterable[Op]:
        return self.storer.store(drafts, view)

    def retrieve(self, query: Query, view: View, k: int) -> list[Hit]:
        return self.retriever.retrieve(query, view, k)

    def manage(self, view: View) -> Iterable[Op]:
        return self.steward.manage(view)


def build(spec: str) -> Strategy:
    """The strategy that a spec describes.

    Raises UnknownName for a name there is none of, InvalidInput for a parameter that does not fit.
    """
    name, *options = (part.strip() for part in spec.split(","))
    given = dict(_option(option) for option in options)
    swapped = {stage: given.pop(stage) for stage in STAGES if stage in given}
    base = _with(load(name), given)
    if not swapped:
        return base
    family = name.split(":")[0]
    stages = [
        build(_full(swapped[stage], family)) if stage in swapped else base for stage in STAGES
    ]
    return Composed(spec, *stages)


def _option(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found or not name.strip() or not value.strip():
        raise InvalidInput(
            f"{text!r} sets nothing: write field=value, or stage=strategy for one of the stages "
            f"{', '.join(STAGES)}"
        )
    return name.strip(), value.strip()


def _full(name: str, family: str) -> str:
    return name if ":" in name else f"{family}:{name}"


def _with(kind: type, given: dict[str, str]) -> Strategy:
    """The strategy with these of its fields set."""
    made: Strategy = kind(**{name: _value(kind, name, text) for name, text in given.items()})
    return made


def _value(kind: type, name: str, text: str) -> Any:
    from pydantic import TypeAdapter, ValidationError  # slow to import, and seldom needed

    known = [field.name for field in fields(kind)]
    if name not in known:
        raise InvalidInput(
            f"{kind.__name__} has no field {name!r}; there are {', '.join(known) or 'none'}"
        )
    hint = get_type_hints(kind)[name]
    if hint is Strategy:
        return build(_full(text, "plaintext"))
    try:
        return TypeAdapter(hint).validate_strings(text)
    except ValidationError as error:
        raise InvalidInput(
            f"{kind.__name__} takes no {name}={text}: {error.errors()[0]['msg']}"
        ) from error
