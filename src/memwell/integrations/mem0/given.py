"""What callers hand in, as mem0 takes it; what cannot be used raises what mem0 raises."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from memwell.core.errors import InvalidInput
from memwell.kernel.intake import as_labels

IDENTITIES = ("user_id", "agent_id", "run_id")
PINNED = frozenset({*IDENTITIES, "actor_id"})  # metadata can never set these
METADATA, EXPIRES = "mem0:metadata", "expiration_date"


class ValidationError(InvalidInput):
    """As mem0.exceptions.ValidationError, which it also is where mem0 is installed."""

    def __init__(
        self, message: str, code: str, details: dict[str, Any] | None = None, suggestion: str = ""
    ) -> None:
        super().__init__(message)
        self.message, self.error_code = message, code
        self.details, self.suggestion = details or {}, suggestion
        self.debug_info: dict[str, Any] = {}


def invalid(message: str, code: str, suggestion: str, **details: Any) -> InvalidInput:
    """The error to raise; a program that catches mem0's own class catches it."""
    kind: Any = ValidationError
    if find_spec("mem0"):
        theirs = import_module("mem0.exceptions").ValidationError
        kind = type("ValidationError", (ValidationError, theirs), {})
    error: InvalidInput = kind(message, code, details, suggestion)
    return error


def identity(value: Any, name: str) -> str | None:
    """An id as text, trimmed; numbers are taken as they are written. Raises InvalidInput."""
    if value is None:
        return None
    text = str(value).strip()
    if not text:
        raise InvalidInput(f"Invalid {name}: it is empty; give an identifier or leave it out")
    if any(map(str.isspace, text)):
        raise InvalidInput(f"Invalid {name}: {text!r} has spaces in it; use one without")
    return text


def identities(**given: Any) -> dict[str, str]:
    """Those that are set."""
    found = {name: identity(value, name) for name, value in given.items()}
    return {name: value for name, value in found.items() if value is not None}


def no_identities(options: Mapping[str, Any], method: str) -> None:
    """Raises InvalidInput where ids stand beside `filters`, as mem0 does."""
    if misplaced := sorted(set(IDENTITIES) & set(options)):
        raise InvalidInput(
            f"Top-level entity parameters {misplaced} are not supported in {method}(); "
            f"use filters={{'{misplaced[0]}': '...'}}"
        )
    if options:
        raise TypeError(f"{method}() got an unexpected keyword argument {next(iter(options))!r}")


def filters(given: Mapping[str, Any] | None) -> tuple[dict[str, str], dict[str, Any]]:
    """Whose memories are asked for, and what else is. Raises InvalidInput where nobody is named."""
    wanted = dict(given or {})
    named = {name: wanted.pop(name) for name in IDENTITIES if name in wanted}
    found = identities(**named)
    if not found:
        raise InvalidInput(
            "filters must contain at least one of: user_id, agent_id, run_id. "
            "Example: filters={'user_id': 'u1'}"
        )
    return found, {_label(name): value for name, value in wanted.items()}


def _label(name: str) -> str:
    return "speaker" if name == "actor_id" else name


def query(text: Any) -> str:
    """What is asked, trimmed. Raises InvalidInput."""
    if not isinstance(text, str) or not text.strip():
        raise InvalidInput("Invalid query: it must be text that is not empty.")
    return text.strip()


def limits(top_k: Any, threshold: Any = None) -> None:
    """Raises InvalidInput for numbers that mean nothing."""
    if isinstance(top_k, bool) or not isinstance(top_k, int) or top_k < 0:
        raise InvalidInput(f"Invalid top_k: {top_k!r}. It must be a non-negative integer.")
    if threshold is not None and not (isinstance(threshold, int | float) and 0 <= threshold <= 1):
        raise InvalidInput(f"Invalid threshold: {threshold!r}. It must be between 0 and 1.")


def expiration(value: Any) -> str | None:
    """The last day on which it is shown, YYYY-MM-DD. Raises InvalidInput."""
    match value:
        case None:
            return None
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case str():
            try:
                return date.fromisoformat(value).isoformat()
            except ValueError as error:
                raise InvalidInput("expiration_date must be a date, YYYY-MM-DD") from error
    raise InvalidInput("expiration_date must be a date, YYYY-MM-DD")


def moment(value: Any, name: str) -> datetime | None:
    """A datetime, ISO 8601 text, or seconds since 1970. Raises InvalidInput."""
    try:
        match value:
            case None | datetime():
                return value
            case int() | float():
                return datetime.fromtimestamp(value, UTC)
            case str():
                return datetime.fromisoformat(value)
    except (ValueError, OverflowError, OSError) as error:
        raise InvalidInput(f"{name} {value!r} cannot be read: {error}") from error
    raise InvalidInput(f"{name} is a datetime, ISO 8601 text or seconds since 1970")


def messages(given: Any) -> list[dict[str, Any]]:
    """Messages as dicts; raises mem0's error for anything else, and keeps nothing then."""
    if isinstance(given, str):
        given = [{"role": "user", "content": given}]
    if isinstance(given, dict):
        given = [given]
    if not isinstance(given, list):
        raise invalid(
            "messages must be str, dict, or list[dict]",
            "VALIDATION_003",
            "Convert your input to a string, dictionary, or list of dictionaries.",
            provided_type=type(given).__name__,
        )
    return given


def labels(metadata: Mapping[str, Any] | None, expires: str | None = None) -> dict[str, str]:
    """Metadata to filter by, each as text, and all of it as it was given."""
    own = {name: value for name, value in (metadata or {}).items() if name not in PINNED}
    found = {name: _text(value) for name, value in own.items() if value is not None}
    found = as_labels(found)
    if own:
        found[METADATA] = _json(own)
    return found | ({EXPIRES: expires} if expires else {})


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | bool | int | float) else _json(value)


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"metadata must be JSON: {error}") from error
