"""What happened, for those who want to hear of it: ids and counts, never words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from memwell.core.receipt import Receipt, Status
from memwell.core.scope import Scope
from memwell.kernel.forget import ForgetReport

REFINED, FAILED, FORGOTTEN, ENDED = (
    "receipt.refined", "receipt.failed", "memory.forgotten", "job.ended",
)  # fmt: skip
KINDS = (REFINED, FAILED, FORGOTTEN, ENDED)


@dataclass(frozen=True, slots=True)
class Happening:
    """One of the kinds, and whose it is."""

    kind: str
    scope: Scope
    about: dict[str, Any]


class Heard:
    """Tells whoever listens."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[Happening], None]] = []

    def refined(self, receipt: Receipt, scope: Scope) -> None:
        """A receipt that is refined, or failed."""
        kind = {Status.REFINED: REFINED, Status.FAILED: FAILED}.get(receipt.status)
        if kind:
            about = {"receipt": receipt.id, "memories": list(receipt.ids)}
            self._tell(Happening(kind, scope, about))

    def forgotten(self, report: ForgetReport, scope: Scope) -> None:
        if not report.dry_run:
            about = {"memories": list(report.cubes), "verified": report.verified}
            self._tell(Happening(FORGOTTEN, scope, about))

    def ended(self, job: str, status: str, scope: Scope) -> None:
        """A job of the server."""
        self._tell(Happening(ENDED, scope, {"job": job, "status": status}))

    def _tell(self, happening: Happening) -> None:
        for listener in self.listeners:
            listener(happening)
