"""Many clients at once: each adds and searches, and waits for every answer."""

import asyncio
from dataclasses import dataclass, field
from time import monotonic, perf_counter

import httpx
import numpy as np

from memwell.bench.ops import texts
from memwell.bench.server.host import Ask, Host

WAIT = 120.0  # seconds for an answer


@dataclass(frozen=True, slots=True)
class Plan:
    """How many do what, and for how long."""

    clients: int = 64
    users: int = 8
    seconds: float = 60.0
    adds: float = 0.3  # their share
    seed: int = 0

    def named(self) -> list[str]:
        return [f"user{number}" for number in range(self.users)]


@dataclass
class Seen:
    """What the clients met."""

    seconds: float = 0.0
    adds: list[float] = field(default_factory=list)  # seconds each
    searches: list[float] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)
    strangers: int = 0  # searches that found somebody else's memories
    acknowledged: dict[str, set[str]] = field(default_factory=dict)

    def failed(self, why: str) -> None:
        self.errors[why] = self.errors.get(why, 0) + 1


def crowd(url: str, host: Host, plan: Plan) -> Seen:
    """Lets them work."""
    return asyncio.run(_crowd(url, host, plan))


async def _crowd(url: str, host: Host, plan: Plan) -> Seen:
    seen = Seen(acknowledged={user: set() for user in plan.named()})
    end = monotonic() + plan.seconds
    limits = httpx.Limits(max_connections=plan.clients, max_keepalive_connections=plan.clients)
    started = perf_counter()
    async with httpx.AsyncClient(
        base_url=url, limits=limits, timeout=WAIT, trust_env=False
    ) as client:
        await asyncio.gather(
            *(_client(client, host, plan, number, end, seen) for number in range(plan.clients))
        )
    seen.seconds = perf_counter() - started
    return seen


async def _client(
    client: httpx.AsyncClient, host: Host, plan: Plan, number: int, end: float, seen: Seen
) -> None:
    rng = np.random.default_rng([plan.seed, number])
    user = plan.named()[number % plan.users]
    mine: list[str] = []
    while monotonic() < end:
        if not mine or rng.random() < plan.adds:
            words = f"{texts.turns(rng, 1)[0]} {number}.{len(mine)}"
            if await _asked(client, host.add(user, words), seen, seen.adds) is not None:
                seen.acknowledged[user].add(words)
            mine.append(words)
        else:
            question = texts.question(rng, mine[int(rng.integers(len(mine)))])
            found = await _asked(client, host.search(user, question), seen, seen.searches)
            if found is not None and host.owners(found.json()) - {user}:
                seen.strangers += 1


async def _asked(
    client: httpx.AsyncClient, ask: Ask, seen: Seen, took: list[float]
) -> httpx.Response | None:
    """The answer; None when there is none, which is noted."""
    started = perf_counter()
    try:
        answer = await client.request(
            ask.method, ask.path, json=ask.body, headers=dict(ask.headers)
        )
    except httpx.HTTPError as error:
        seen.failed(type(error).__name__)
        return None
    took.append(perf_counter() - started)
    if not answer.is_success:
        seen.failed(str(answer.status_code))
        return None
    return answer
