"""Which model is behind the proxy."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from memwell.app.proxy.own import NAME, OwnModel
from memwell.app.proxy.upstream import Model, Target, Upstream


def chosen(spec: str | None) -> Target | OwnModel | None:
    """From "rules" or http://host/v1#model; None for none. Raises InvalidInput."""
    if not spec:
        return None
    return OwnModel() if spec == NAME else Target.of(spec)


@asynccontextmanager
async def opened(choice: Target | OwnModel | None) -> AsyncIterator[Model | None]:
    """The model, while a server runs."""
    if not isinstance(choice, Target):
        yield choice
        return
    upstream = Upstream(choice)
    try:
        yield upstream
    finally:
        await upstream.close()
