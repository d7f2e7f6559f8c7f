"""Moments as exports write them."""

from datetime import UTC, datetime
from typing import Any

from memwell.core.clock import aware
from memwell.core.errors import InvalidInput

MILLISECONDS = 1e11  # larger numbers of seconds would lie beyond the year 5000


def moment(value: Any) -> datetime | None:
    """A moment from ISO 8601 text, or from seconds or milliseconds since 1970; None stays None.

    Raises InvalidInput for anything else.
    """
    if value is None or value == "":
        return None
    try:
        match value:
            case bool():
                pass
            case int() | float():
                seconds = value / 1000 if abs(value) > MILLISECONDS else value
                return datetime.fromtimestamp(seconds, UTC)
            case str():
                return aware(datetime.fromisoformat(value))
    except (ValueError, OverflowError, OSError):
        pass
    raise InvalidInput(f"expected an ISO 8601 time or seconds since 1970, found {value!r}")
