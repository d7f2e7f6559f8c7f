"""Who is told what: webhooks are records in the store, and so are deliveries until they are made.

A delivery is made at least once: `Memwell-Delivery` tells repetitions apart. It is signed:
`Memwell-Signature: t=<seconds>,v1=<hex>` is the HMAC-SHA256 of "<seconds>.<body>" by the secret.
"""

import hmac
import json
import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from memwell.app.server.addresses import Target
from memwell.app.server.heard import Happening
from memwell.app.server.problems import Refused
from memwell.core.clock import Clock, SystemClock
from memwell.core.errors import MemwellError, NotFound
from memwell.core.records import Records
from memwell.core.scope import Scope

HOOK, DELIVERY = "webhook", "delivery"
MOST = 20  # webhooks of a tenant
WAITING = 10_000  # deliveries; more are not noted
PAUSES = (1, 4, 16, 64, 256, 1024)  # seconds before another attempt
TICK = 1.0

log = logging.getLogger("memwell.server")

Send = Callable[[str, bytes, dict[str, str]], int]  # address, body, headers: the status


@dataclass(frozen=True, slots=True)
class Hook:
    """Somebody who wants to hear."""

    id: str
    url: str
    kinds: tuple[str, ...]
    secret: str
    tenant: str
    user: str | None
    agent: str | None
    created: str
    failed: int = 0

    @property
    def scope(self) -> Scope:
        return Scope(self.tenant, self.user, self.agent)

    def shown(self) -> dict[str, Any]:
        """Without the secret."""
        told = ("id", "url", "kinds", "created", "failed")
        return {name: value for name, value in asdict(self).items() if name in told}


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something that is still to be told."""

    id: str
    hook: str
    tenant: str
    body: str
    due: str
    attempts: int = 0


class Webhooks:
    """Those of a memory, as far as this process sees to them."""

    def __init__(
        self, records: Records, send: Send, *, private: bool, clock: Clock | None = None
    ) -> None:
        self._records, self._send, self._private = records, send, private
        self._clock = clock or SystemClock()
        self._changed, self._ended = threading.Condition(), threading.Event()
        self._open = {id: Delivery(**json.loads(body)) for id, body in records.listed(DELIVERY)}
        self._worker = threading.Thread(target=self._serve, name="memwell-webhooks", daemon=True)
        self._worker.start()

    # -- who

    def register(self, url: str, kinds: list[str], scope: Scope) -> Hook:
        """Raises InvalidInput for a URL that may not be used, and Refused when there are many."""
        Target.of(url, private=self._private).resolved(private=self._private)
        if len(self.listed(Scope(scope.tenant))) >= MOST:
            raise Refused(429, f"a tenant has {MOST} webhooks at most; delete one")
        made = Hook(
            secrets.token_hex(8), url, tuple(sorted(set(kinds))), secrets.token_hex(32),
            scope.tenant, scope.user, scope.agent, self._now().isoformat(),
        )  # fmt: skip
        self._keep(made)
        return made

    def listed(self, scope: Scope) -> list[Hook]:
        """Those within a scope."""
        found = (_hook(body) for _, body in self._records.listed(HOOK, scope.tenant))
        return [hook for hook in found if scope.covers(hook.scope)]

    def drop(self, id: str, scope: Scope) -> None:
        """Raises NotFound for one that is not within the scope."""
        if id not in {hook.id for hook in self.listed(scope)}:
            raise NotFound(f"there is no webhook {id[:40]}")
        self._records.drop(HOOK, id)

    # -- what

    def happened(self, happening: Happening) -> None:
        """Note what is to be told; it never keeps whoever did it from going on."""
        try:
            for hook in self.listed(Scope(happening.scope.tenant)):
                if happening.kind in hook.kinds and hook.scope.covers(happening.scope):
                    self._note(hook, happening)
        except MemwellError as error:
            log.warning("a webhook is not told of something: %s", type(error).__name__)

    def close(self) -> None:
        """Ends after the delivery at hand; the rest waits in the store."""
        self._ended.set()
        with self._changed:
            self._changed.notify_all()
        self._worker.join()

    @property
    def waiting(self) -> int:
        return len(self._open)

    # -- telling

    def _note(self, hook: Hook, happening: Happening) -> None:
        if len(self._open) >= WAITING:
            log.warning("too many deliveries wait; webhook %s is not told", hook.id)
            return
        now = self._now().isoformat()
        whose = happening.scope.without_session().named()
        told = {"kind": happening.kind, "at": now, "scope": whose, **happening.about}
        delivery = Delivery(secrets.token_hex(13), hook.id, hook.tenant, json.dumps(told), now)
        with self._changed:
            self._put(delivery)
            self._changed.notify_all()

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                due = self._due()
                for delivery in due:
                    self._deliver(delivery)
                    if self._ended.is_set():
                        return
            except MemwellError as error:
                log.warning("webhooks wait: %s", type(error).__name__)
                due = []
            if not due:
                with self._changed:
                    self._changed.wait(TICK)

    def _due(self) -> list[Delivery]:
        now = self._now()
        with self._changed:
            return [each for each in self._open.values() if datetime.fromisoformat(each.due) <= now]

    def _deliver(self, delivery: Delivery) -> None:
        body = self._records.get(HOOK, delivery.hook)
        if body is None or self._sent(_hook(body), delivery):
            self._struck(delivery)
        elif delivery.attempts < len(PAUSES):
            due = self._now() + timedelta(seconds=PAUSES[delivery.attempts])
            with self._changed:
                self._put(replace(delivery, due=due.isoformat(), attempts=delivery.attempts + 1))
        else:
            hook = _hook(body)
            self._keep(replace(hook, failed=hook.failed + 1))
            self._struck(delivery)

    def _sent(self, hook: Hook, delivery: Delivery) -> bool:
        sent = delivery.body.encode()
        headers = {
            "Content-Type": "application/json",
            "Memwell-Delivery": delivery.id,
            "Memwell-Signature": signature(hook.secret, sent, int(self._now().timestamp())),
        }
        try:
            return 200 <= self._send(hook.url, sent, headers) < 300
        except Exception as error:  # whatever the network does
            log.info("webhook %s was not reached: %s", hook.id, type(error).__name__)
            return False

    def _struck(self, delivery: Delivery) -> None:
        with self._changed:
            self._open.pop(delivery.id, None)
            self._records.drop(DELIVERY, delivery.id)

    def _put(self, delivery: Delivery) -> None:
        body = json.dumps(asdict(delivery))
        self._records.put(DELIVERY, delivery.id, delivery.tenant, body, self._now())
        self._open[delivery.id] = delivery

    def _keep(self, hook: Hook) -> None:
        self._records.put(HOOK, hook.id, hook.tenant, json.dumps(asdict(hook)), self._now())

    def _now(self) -> datetime:
        return self._clock.now()


def signature(secret: str, body: bytes, seconds: int) -> str:
    """As the header has it; a receiver makes it anew, compares, and turns old ones away."""
    digest = hmac.digest(secret.encode(), f"{seconds}.".encode() + body, "sha256")
    return f"t={seconds},v1={digest.hex()}"


def _hook(body: str) -> Hook:
    fields = json.loads(body)
    return Hook(**{**fields, "kinds": tuple(fields["kinds"])})
