"""Who asks: identity comes from the API key and from nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from memwell.app.server.problems import Refused
from memwell.app.server.service import Service
from memwell.core.apikey import ApiKey
from memwell.core.errors import Forbidden
from memwell.kernel.memory import Memory

R = TypeVar("R")

UNKNOWN = "show an API key: `Authorization: Bearer mw_…`; `memwell keys create` makes one"
bearer = HTTPBearer(
    auto_error=False, scheme_name="key", description="An API key, as `memwell keys create` shows it"
)


@dataclass(frozen=True)
class Caller:
    """Whoever showed a valid key."""

    key: ApiKey
    service: Service

    async def does(
        self, work: Callable[[Memory], R], *, user: str | None = None, agent: str | None = None,
        branch: str | None = None,
    ) -> R:  # fmt: skip
        """Work on the memory, as the key sees it or those it stands for, in a thread of the pool.

        Raises Forbidden for what the key does not stand for.
        """
        service = self.service
        return await service.pool.run(
            lambda: work(service.handles.of(self.key, user, agent, branch))
        )

    def need_admin(self) -> None:
        """Raises Forbidden."""
        if not self.key.admin:
            raise Forbidden("this needs a key with the right to admin")

    @property
    def operates(self) -> bool:
        """Whether it looks after the whole memory, not after one tenant of it."""
        scope, own = self.key.scope, self.service.memory.scope
        return self.key.admin and scope.tenant == own.tenant and not (scope.user or scope.agent)

    def need_operator(self) -> None:
        """Raises Forbidden."""
        if not self.operates:
            raise Forbidden(
                "this tells of all tenants: it needs an admin key of the server's own tenant, "
                "without a user or agent"
            )


async def authenticate(service: Service, token: str, address: str) -> Caller:
    """The caller who shows this key. Raises Refused, with 401 or 429."""
    key = await service.pool.run(service.memory.keyring.check, token)
    if key is None:
        service.denied(address)
        await service.pool.run(service.refusals.note)
        raise Refused(401, UNKNOWN, {"WWW-Authenticate": 'Bearer realm="memwell"'})
    service.limits.take(key.id)
    return Caller(key, service)


async def authenticated(
    request: Request,
    shown: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)] = None,
) -> Caller:
    """As a dependency of routes."""
    service: Service = request.app.state.service
    token = shown.credentials if shown else ""
    address = request.client.host if request.client else ""
    caller = await authenticate(service, token, address)
    request.state.key = caller.key.id
    return caller


async def administering(caller: Annotated[Caller, Depends(authenticated)]) -> Caller:
    """The same, for those who look after a tenant."""
    caller.need_admin()
    return caller


Authenticated = Annotated[Caller, Depends(authenticated)]
Administering = Annotated[Caller, Depends(administering)]
