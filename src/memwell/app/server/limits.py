"""How often: a token bucket for each key, and one for each address that shows wrong keys."""

import math
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from memwell.app.server.problems import Refused
from memwell.app.server.settings import Settings

KEPT = 10_000  # buckets: the ones used longest ago are full again by then
AGAIN = 1 / 3  # wrong keys a second


class Buckets:
    """By name: each fills at a rate, up to what may be used at once."""

    def __init__(self, rate: float, most: float, clock: Callable[[], float] = monotonic) -> None:
        self._rate, self._most, self._clock = rate, most, clock
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def left(self, name: str) -> float:
        filled, at = self._kept.get(name, (self._most, self._clock()))
        return min(self._most, filled + (self._clock() - at) * self._rate)

    def take(self, name: str) -> float:
        """Seconds until there is one to be had; 0 when one was taken."""
        left = self.left(name)
        if left < 1:
            return (1 - left) / self._rate
        self._kept[name] = (left - 1, self._clock())
        self._kept.move_to_end(name)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return 0.0


class Limits:
    """Of one server process. Raises Refused with the seconds to wait."""

    def __init__(self, settings: Settings) -> None:
        self._keys = Buckets(settings.rate, settings.burst) if settings.rate else None
        self._wrong = Buckets(AGAIN, settings.tries)

    def take(self, key: str) -> None:
        """One request of a key."""
        if self._keys and (wait := self._keys.take(key)):
            raise _slower("this key asks too often", wait)

    def wrong(self, address: str) -> None:
        """Somebody there showed a key that is none; others who come from there are not kept out."""
        if wait := self._wrong.take(address):
            raise _slower("too many wrong keys came from this address", wait)


def _slower(why: str, wait: float) -> Refused:
    return Refused(429, f"{why}; try again later", {"Retry-After": str(math.ceil(wait))})
