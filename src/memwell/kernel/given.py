"""What callers hand in beside messages: questions, counts, moments, ids.

Whatever cannot be used raises InvalidInput.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from memwell.core.clock import aware
from memwell.core.errors import InvalidInput
from memwell.kernel.limits import HALF, LONGEST


def question(text: Any) -> str:
    """What is asked, with cut characters replaced as they are in what is kept."""
    if not isinstance(text, str):
        raise InvalidInput(f"a query is text, not {_kind(text)}")
    if not text.strip():
        raise InvalidInput("the query is empty; say what to look for")
    if len(text) > LONGEST:
        raise InvalidInput(f"the query has {len(text):,} characters; at most {LONGEST:,} are read")
    return whole(text)


def count(number: Any, name: str, least: int = 1) -> int:
    """A whole number from `least` on."""
    if isinstance(number, bool) or not isinstance(number, int):
        raise InvalidInput(f"{name} is a whole number, not {number!r}")
    if number < least:
        raise InvalidInput(f"{name} must be at least {least}, not {number}")
    return number


def moment(given: Any, name: str) -> datetime | None:
    """In UTC; a naive one is taken to be UTC already."""
    if given is None:
        return None
    if not isinstance(given, datetime):
        raise InvalidInput(f"{name} is a datetime, not {_kind(given)}")
    try:
        return aware(given)
    except OverflowError as error:
        raise InvalidInput(f"{name}, {given}, is outside the years 1 to 9999 in UTC") from error


def end(ttl: Any, now: datetime) -> datetime | None:
    """When a time to live that begins now is over."""
    if ttl is None:
        return None
    if not isinstance(ttl, timedelta):
        raise InvalidInput(f"a time to live is a timedelta, not {_kind(ttl)}")
    if ttl <= timedelta(0):
        raise InvalidInput(f"a time to live must be longer than nothing, not {ttl}")
    try:
        return now + ttl
    except OverflowError as error:
        raise InvalidInput(f"a time to live of {ttl} ends after the year 9999") from error


def ident(id: Any) -> str:
    """An id, or the beginning of one."""
    if not isinstance(id, str) or not id.strip():
        raise InvalidInput(f"an id is text, such as `search` shows, not {id!r}")
    return whole(id)


def name(given: Any, what: str) -> str:
    """What something is called."""
    if not isinstance(given, str) or not given.strip() or HALF.search(given):
        raise InvalidInput(f"{what} needs a name of whole characters, not {given!r}")
    return given


def names(given: Any) -> frozenset[str]:
    """Sessions by name; a single name is taken as one, not as its letters."""
    if not isinstance(given, Iterable) or isinstance(given, bytes):
        raise InvalidInput(f"sessions are named by text, not by {_kind(given)}")
    return frozenset(name(each, "a session") for each in _one_or_many(given))


def _one_or_many(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


def whole(text: str) -> str:
    """Halves of cut characters become replacement characters: they could not be stored."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _kind(value: Any) -> str:
    return f"a {type(value).__name__}"
