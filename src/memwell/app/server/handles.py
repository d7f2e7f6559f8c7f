"""The memory as each key sees it."""

from collections import OrderedDict
from threading import Lock

from memwell.core.apikey import ApiKey
from memwell.core.errors import NotFound
from memwell.kernel.memory import Memory

KEPT = 1_000  # handles


class Handles:
    """Made when they are first asked for; the ones used last are kept."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._kept: OrderedDict[tuple[object, ...], Memory] = OrderedDict()
        self._lock = Lock()

    def of(
        self, key: ApiKey, user: str | None = None, agent: str | None = None,
        branch: str | None = None,
    ) -> Memory:  # fmt: skip
        """For the key, or for whom it names among those it stands for.

        Raises Forbidden for anybody else, and NotFound for a branch that there is not.
        """
        if branch is not None:  # there may be another one of that name by now
            return self._made(key, user, agent, branch)
        wanted = (key.scope, key.rights, key.clearance, user, agent)
        with self._lock:
            found = self._kept.pop(wanted, None)
        if found is None:
            found = self._made(key, user, agent, None)
        with self._lock:
            self._kept[wanted] = found
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def _made(self, key: ApiKey, user: str | None, agent: str | None, branch: str | None) -> Memory:
        scope, memory = key.scope, self._memory
        own = memory.acting(
            tenant=scope.tenant, user=scope.user, agent=scope.agent,
            rights=key.rights & memory.rights, clearance=min(key.clearance, memory.clearance),
        )  # fmt: skip
        if (user, agent, branch) == (None, None, None):
            return own
        try:
            return own.acting(user=user, agent=agent, branch=branch)
        except NotFound as error:  # its words name all branches
            raise NotFound(f"there is no branch {branch!r}") from error
