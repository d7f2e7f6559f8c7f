"""Makes and checks API keys.

A key reads `mw_<id>_<secret>`. The secret is 256 random bits, of which the store keeps the SHA-256:
slow hashes protect passwords, which people choose and others can guess; nobody guesses 256 bits.
"""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from memwell.core.access import Right, Sensitivity, as_rights
from memwell.core.apikey import ApiKey
from memwell.core.clock import Clock
from memwell.core.errors import InvalidInput, NotFound
from memwell.core.scope import Scope
from memwell.core.store import Store
from memwell.kernel import given

ID, SECRET = 8, 32  # bytes of randomness
LONGEST = 200  # characters of a name
MINUTE = timedelta(minutes=1)
ALL = ("read", "write", "delete")
NOBODY = sha256(b"").hexdigest()  # compared with where there is no such key


@dataclass(frozen=True, slots=True)
class Made:
    """A new key, and the text that is shown once."""

    key: ApiKey
    token: str


class Keyring:
    """The keys of one memory."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._keys, self._clock = store.keys, clock

    def create(
        self,
        name: str,
        scope: Scope,
        rights: Iterable[Right | str] = ALL,
        *,
        admin: bool = False,
        clearance: Sensitivity | str = Sensitivity.SECRET,
        expires: datetime | None = None,
    ) -> Made:
        """A key for a tenant, a user or an agent. Raises InvalidInput."""
        now, ends = self._clock.now(), given.moment(expires, "the end of a key")
        if ends is not None and ends <= now:
            raise InvalidInput(f"a key that ends at {ends} would never open anything")
        if scope.session is not None:
            raise InvalidInput("a key is for a tenant, a user or an agent, not for a session")
        id, secret = secrets.token_hex(ID), secrets.token_hex(SECRET)
        key = ApiKey(
            id, _digest(secret), _named(name), scope, as_rights(rights), now, admin,
            Sensitivity.named(clearance), ends,
        )  # fmt: skip
        if not key.rights and not admin:
            raise InvalidInput("a key needs at least one right: read, write, delete or admin")
        self._keys.add(key, now)
        return Made(key, f"mw_{id}_{secret}")

    def check(self, token: str) -> ApiKey | None:
        """The key that the token is, as long as it is valid. Wrong ones take as long as others."""
        parts = token.split("_")
        id, secret = (parts[1], parts[2]) if len(parts) == 3 and parts[0] == "mw" else ("", "")
        found = self._keys.get(id) if len(id) == 2 * ID else None
        right = hmac.compare_digest(found.digest if found else NOBODY, _digest(secret))
        if found is None or not right or not found.valid(self._clock.now()):
            return None
        return self._noted(found)

    def listed(self, scope: Scope | None = None) -> list[ApiKey]:
        """The keys within a scope, or all."""
        found = self._keys.listed(scope.tenant if scope else None)
        return [key for key in found if scope is None or scope.covers(key.scope)]

    def revoke(self, id: str, scope: Scope | None = None) -> None:
        """From now on it opens nothing. Raises NotFound for a key that is not within the scope."""
        if id not in {key.id for key in self.listed(scope)}:
            raise NotFound(f"there is no key {id}; `memwell keys list` shows them")
        self._keys.revoke(id, self._clock.now())

    def _noted(self, key: ApiKey) -> ApiKey:
        """That it was used: once a minute, so that reading does not wait for the disk."""
        now = self._clock.now()
        if key.used is None or now - key.used >= MINUTE:
            self._keys.used(key.id, now)
            return replace(key, used=now)
        return key


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


def _named(name: str) -> str:
    found = given.name(name, "a key").strip()
    if len(found) > LONGEST or not found.isprintable():
        raise InvalidInput(f"the name of a key has at most {LONGEST} characters, on one line")
    return found
