"""What a server holds while it runs."""

from memwell.app.server.handles import Handles
from memwell.app.server.limits import Limits
from memwell.app.server.pool import Pool
from memwell.app.server.settings import Settings
from memwell.kernel.memory import Memory


class Service:
    """One memory, served: `app.state.service` of the app."""

    def __init__(self, memory: Memory, settings: Settings) -> None:
        self.memory, self.settings = memory, settings
        self.pool = Pool(settings.threads, settings.waiting)
        self.handles = Handles(memory)
        self.limits = Limits(settings)

    def denied(self, address: str) -> None:
        """A key was shown that opens nothing."""
        self.limits.wrong(address)

    def close(self) -> None:
        """After the last request: finish what is being done. The memory stays open."""
        self.pool.close()
