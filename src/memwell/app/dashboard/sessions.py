"""Who is logged in: opaque cookies, of which the memory keeps the digests.

The session names the key; the key itself is kept nowhere. Every server process of one memory knows
the same sessions, and a key that is revoked ends its sessions at once.
"""

import hmac
import json
import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from memwell.core.apikey import ApiKey
from memwell.core.clock import Clock
from memwell.core.store import Store

KIND = "dashboard session"
LASTS = timedelta(hours=12)
COOKIE = "memwell_session"


class Sessions:
    """Those of one memory."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def begin(self, key: ApiKey) -> str:
        """The cookie of a new session."""
        now, cookie = self._clock.now(), secrets.token_urlsafe(32)
        self._sweep(key.scope.tenant, now)
        body = json.dumps({"key": key.id, "ends": (now + LASTS).isoformat()})
        self._store.records.put(KIND, _digest(cookie), key.scope.tenant, body, now)
        return cookie

    def key(self, cookie: str) -> ApiKey | None:
        """The key that the session was begun with, as long as both are valid."""
        body = self._store.records.get(KIND, _digest(cookie)) if cookie else None
        if body is None:
            return None
        now, session = self._clock.now(), json.loads(body)
        key = self._store.keys.get(session["key"])
        ended = now >= datetime.fromisoformat(session["ends"])
        return key if key and key.valid(now) and not ended else None

    def end(self, cookie: str) -> None:
        self._store.records.drop(KIND, _digest(cookie))

    def _sweep(self, tenant: str, now: datetime) -> None:
        """Drop what has ended."""
        for id, body in self._store.records.listed(KIND, tenant):
            if now >= datetime.fromisoformat(json.loads(body)["ends"]):
                self._store.records.drop(KIND, id)


def form_token(cookie: str) -> str:
    """What every form of a session carries; nobody can tell the cookie from it."""
    return sha256(b"memwell form " + cookie.encode()).hexdigest()


def matches(cookie: str, token: str) -> bool:
    """Whether the form came from a page of this session."""
    return bool(cookie) and hmac.compare_digest(form_token(cookie).encode(), token.encode())


def _digest(cookie: str) -> str:
    return sha256(b"memwell session " + cookie.encode("utf-8", "replace")).hexdigest()
