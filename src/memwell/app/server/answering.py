"""How routes answer: JSON as the shell prints it, and what goes wrong as a problem."""

from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from memwell.app.server.shapes.asked import Name
from memwell.app.server.shapes.told import Problem

_TOLD = {
    400: "what was given cannot be used",
    401: "no valid key was shown",
    403: "the key may not do that",
    404: "there is no such thing that the key may see",
    409: "it stands otherwise by now",
    413: "it is too large",
    422: "the request has another form",
    429: "too much was asked for",
    503: "not now",
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": told,
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }
    for status, told in _TOLD.items()
}


class Sight(BaseModel):
    """On whose behalf, in a query string."""

    user: Name | None = Field(None, description="For one of the users the key stands for.")
    agent: Name | None = Field(None, description="For one of the agents the key stands for.")
    branch: Name | None = Field(None, description="Which branch to work in; main by default.")


Asking = Annotated[Sight, Query()]


def answer(value: Any, status: int = 200, **headers: str) -> JSONResponse:
    """A value that is JSON already."""
    return JSONResponse(value, status, headers=headers or None)
