"""What a server holds while it runs."""

import logging

from memwell.app.server.folder import Folder
from memwell.app.server.handles import Handles
from memwell.app.server.heard import Heard
from memwell.app.server.jobs import Jobs
from memwell.app.server.limits import Limits
from memwell.app.server.meters import Meters
from memwell.app.server.pool import Pool
from memwell.app.server.refusals import Refusals
from memwell.app.server.sending import Sender
from memwell.app.server.settings import Settings
from memwell.app.server.webhooks import Webhooks
from memwell.core.receipt import Receipt, Status
from memwell.kernel.memory import Memory

log = logging.getLogger("memwell.server")


class Service:
    """One memory, served: `app.state.service` of the app."""

    def __init__(self, memory: Memory, settings: Settings) -> None:
        self.memory, self.settings = memory, settings
        self.pool = Pool(settings.threads, settings.waiting)
        self.handles, self.limits = Handles(memory), Limits(settings)
        self.meters, self.heard, self.folder = Meters(), Heard(), Folder()
        records, private = memory.store.records, settings.private_webhooks
        self.jobs = Jobs(records, self.heard)
        self.webhooks = Webhooks(records, Sender(private=private), private=private)
        self.heard.listeners.append(self.webhooks.happened)
        self.refusals = Refusals(memory)
        memory.on_refined(self.heard.refined)
        for name, told, read in (
            ("memwell_busy", "Requests that work or wait.", lambda: self.pool.busy),
            ("memwell_jobs", "Jobs that run or wait here.", lambda: self.jobs.waiting),
            ("memwell_deliveries", "Webhooks still to be told.", lambda: self.webhooks.waiting),
            ("memwell_queue", "Events still to be refined.", self._queue),
        ):
            self.meters.watch(name, told, read)

    def denied(self, address: str) -> None:
        """A key was shown that opens nothing."""
        self.meters.denied()
        self.limits.wrong(address)

    def added(self, memory: Memory, *receipts: Receipt) -> None:
        """Tell who wants to hear of it; strategies that refine tell of that themselves."""
        kept = [each for each in receipts if each.status is not Status.PREVIEW]
        kept = [each for each in kept if not each.repeated]
        self.meters.added(len(kept))
        if not memory.strategy.refines:
            for receipt in kept:
                self.heard.refined(receipt, memory.scope)

    def close(self) -> None:
        """After the last request: finish what is being done. The memory stays open."""
        self.jobs.close()
        self.webhooks.close()
        self.pool.close()
        self.refusals.close()
        self.folder.close()

    def _queue(self) -> float:
        return len(self.memory.store.unrefined())
