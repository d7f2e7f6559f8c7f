"""Labels and filters as they are typed: `topic=travel`, or a whole filter as JSON."""

import json
from collections.abc import Sequence
from typing import Any

from memwell.core.errors import InvalidInput


def labelled(given: Sequence[str] | None) -> dict[str, str]:
    """Labels by name. Raises InvalidInput for one without a value."""
    return dict(map(_pair, given or ()))


def filtered(given: Sequence[str] | None) -> dict[str, Any] | None:
    """A filter that asks for all that is given. Raises InvalidInput."""
    if not given:
        return None
    parts = [_filter(each) for each in given]
    return parts[0] if len(parts) == 1 else {"AND": parts}


def _filter(text: str) -> dict[str, Any]:
    if not text.lstrip().startswith("{"):
        return dict([_pair(text)])
    try:
        return dict(json.loads(text))
    except ValueError as error:
        raise InvalidInput(f"{text!r} is no JSON: {error}") from error


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise InvalidInput(f"{text!r} names no label; write it as topic=travel")
    return name, value
