"""Tells whoever listens what a memory does: a log record and a span for each operation.

Logs hold counts, times and random ids; who acted is told by the digest that the audit log has.
They never hold words, names or queries. Spans do so only when that is asked for.
"""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import wraps
from inspect import signature
from time import perf_counter, time_ns
from typing import Concatenate, ParamSpec, TypeVar

from memwell.core.errors import MemwellError
from memwell.core.governance import Governance
from memwell.core.receipt import Receipt
from memwell.core.scope import Scope
from memwell.kernel import spans
from memwell.kernel.outcome import Fields, outcome
from memwell.store.place import Place

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M")

CREATE, UPDATE, UPSERT = "create_memory", "update_memory", "upsert_memory"
SEARCH, DELETE = "search_memory", "delete_memory"
CREATE_STORE, DELETE_STORE = "create_memory_store", "delete_memory_store"

log = logging.getLogger("memwell.operations")


class Observer:
    """Says of one memory's operations who did them, and where."""

    def __init__(self, governance: Governance, scope: Scope) -> None:
        self._governance, self._scope = governance, scope
        self._named: tuple[str, str] | None = None

    @contextmanager
    def operation(
        self, name: str, kind: str | None, asked: Fields | None = None
    ) -> Iterator[Fields]:
        """Around an operation; what it led to is put into the fields it yields."""
        done: Fields = {}
        started, error = perf_counter(), ""
        try:
            if kind is None:
                yield done
                return
            about = {**_about(kind, name, asked or {}), **self._attributes({})}
            with spans.span(kind, about) as span:
                yield done
                if span:
                    span.set_attributes(self._attributes(done))
        except BaseException as raised:
            error = type(raised).__qualname__
            raise
        finally:
            self.tell(name, perf_counter() - started, done, error)

    def tell(self, name: str, seconds: float, done: Fields, error: str = "") -> None:
        """One line in the log."""
        if not log.isEnabledFor(logging.INFO):
            return
        told = {key: value for key, value in done.items() if not key.startswith("_")}
        fields = {**told, "ms": round(1000 * seconds, 2), "actor": self._names()[0], "error": error}
        kept = {key: value for key, value in fields.items() if value not in ("", None)}
        line = " ".join(f"{key}={value}" for key, value in kept.items())
        log.info("%s %s", name, line, extra={"operation": name, **kept})

    def _attributes(self, done: Fields) -> Fields:
        found = {"gen_ai.memory.store.id": self._names()[1]}
        if "count" in done:
            found["gen_ai.memory.record.count"] = done["count"]
        if done.get("_records") and spans.content_wanted():
            found["gen_ai.memory.records"] = json.dumps(done["_records"], ensure_ascii=False)
        return {key: value for key, value in found.items() if value not in ("", None)}

    def _names(self) -> tuple[str, str]:
        """Of the scope and of the memory: keyed digests; empty before anything was written."""
        if self._named is None:
            with suppress(MemwellError):  # what is told is never a reason to fail
                actor = self._governance.digest(repr(self._scope))
                store = self._governance.digest("memory")
                if actor and store:
                    self._named = actor, store
        return self._named or ("", "")


def listened() -> bool:
    """Whether anybody wants to know; else an operation costs nothing more."""
    return log.isEnabledFor(logging.INFO) or spans.tracer() is not None


def creating(place: Place) -> AbstractContextManager[object]:
    """Around the opening of a store that may not be there yet."""
    if place.exists():
        return nullcontext()
    return spans.span(CREATE_STORE, _about(CREATE_STORE, "open", {}))


def observed(
    kind: str | None = None,
) -> Callable[[Callable[Concatenate[M, P], R]], Callable[Concatenate[M, P], R]]:
    """Of a method of a memory: `kind` is the name that the conventions have for what it does."""

    def decorate(method: Callable[Concatenate[M, P], R]) -> Callable[Concatenate[M, P], R]:
        name = method.__name__.strip("_")
        (_, *parameters) = signature(method).parameters
        first = parameters[0] if parameters else ""

        @wraps(method)
        def run(self: M, /, *args: P.args, **options: P.kwargs) -> R:
            if not listened():
                return method(self, *args, **options)
            given = args[0] if args else options.get(first)
            asked = {first: given} if isinstance(given, str) else {}
            with _observer(self).operation(name, kind, asked) as done:
                result = method(self, *args, **options)
                done.update(outcome(result))
                return result

        return run

    return decorate


def observed_each(
    kind: str,
) -> Callable[
    [Callable[Concatenate[M, P], Iterator[Receipt]]], Callable[Concatenate[M, P], Iterator[Receipt]]
]:
    """The same for a method that gives one receipt after the other: told when they have ended."""

    def decorate(
        method: Callable[Concatenate[M, P], Iterator[Receipt]],
    ) -> Callable[Concatenate[M, P], Iterator[Receipt]]:
        @wraps(method)
        def run(self: M, /, *args: P.args, **options: P.kwargs) -> Iterator[Receipt]:
            found = method(self, *args, **options)
            name = method.__name__
            return _counted(found, _observer(self), name, kind) if listened() else found

        return run

    return decorate


def _counted(
    receipts: Iterator[Receipt], observer: Observer, name: str, kind: str
) -> Iterator[Receipt]:
    """The consumer's own time between two receipts is part of it."""
    began, started, count, conversations, error = time_ns(), perf_counter(), 0, 0, ""
    try:
        for receipt in receipts:
            count += len(receipt.ids)
            conversations += 1
            yield receipt
    except Exception as raised:
        error = type(raised).__qualname__
        raise
    finally:
        done = {"count": count, "conversations": conversations}
        observer.tell(name, perf_counter() - started, done, error)
        if tracer := spans.tracer():
            about = {**_about(kind, name, {}), "gen_ai.memory.record.count": count}
            tracer.start_span(kind, attributes=about, start_time=began).end()


def _about(kind: str, name: str, asked: Fields) -> Fields:
    found = {"gen_ai.operation.name": kind, "memwell.operation": name}
    if id := asked.get("id", asked.get("ids")):
        found["gen_ai.memory.record.id"] = id
    query = asked.get("query", asked.get("question"))
    if query and spans.content_wanted():
        found["gen_ai.memory.query.text"] = query
    return found


def _observer(memory: object) -> Observer:
    found: Observer = memory.observer  # type: ignore[attr-defined]
    return found
