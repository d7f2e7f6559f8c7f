"""Identifiers: 26 lower-case base-32 characters, 130 bits, derived or drawn, never reused.

Derived ids make refinement and replay stable: the same event refined twice by the same
strategy proposes the same cubes.
"""

import hashlib
import secrets
from collections.abc import Iterator
from functools import partial
from itertools import count

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford: no i, l, o, u
LENGTH = 26
PAIRS = [first + second for second in ALPHABET for first in ALPHABET]  # two characters at a time


def derive(*parts: str | int) -> str:
    """An id that depends on nothing but its parts."""
    joined = "\x1f".join(str(part) for part in parts)
    number = int.from_bytes(hashlib.blake2b(joined.encode(), digest_size=17).digest())
    return "".join([PAIRS[(number >> shift) & 1023] for shift in range(0, 5 * LENGTH, 10)])


def turn_id(event: str, place: int) -> str:
    """The id of the cube that holds the words at this place of an event."""
    return derive(event, place)


def fresh(seed: str | None) -> Iterator[str]:
    """An endless supply of new ids: unpredictable without a seed, repeatable with one."""
    salt = secrets.token_hex(16) if seed is None else seed
    return map(partial(derive, salt), count())  # threads may share it, unlike a generator
