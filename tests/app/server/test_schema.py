"""Whatever the OpenAPI document allows to be asked is answered as it says, and never by a fault."""

from pathlib import Path

import pytest
import schemathesis
from being_served import Served, added, bearer
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis.strategies import booleans
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from memwell import Memory
from memwell.app.server.settings import Settings

EXAMPLES = 6
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def test_no_request_meets_a_fault(tmp_path: Path) -> None:
    with Memory(tmp_path / "m", embedder="none") as memory:
        served = Served(memory, Settings(threads=2, rate=0, upstream="rules"))
        with served.client:
            there = added(served.client_of(user="ana"), "something that is there")
            assert _tried(served, there) > 40


def _tried(served: Served, there: str) -> int:
    """How many operations."""
    headers = bearer(served.key(admin=True))
    schema = schemathesis.openapi.from_asgi("/openapi.json", served.app)
    operations = [result.ok() for result in schema.get_all_operations()]
    for operation in operations:
        if operation.path == "/v1/jobs/{id}/events":
            continue  # a stream

        @hypothesis_settings(
            max_examples=EXAMPLES, phases=[Phase.generate], derandomize=True, deadline=None,
            suppress_health_check=list(HealthCheck), database=None,
        )  # fmt: skip
        @given(case=operation.as_strategy(), real=booleans())
        def try_out(case: schemathesis.Case, real: bool) -> None:
            if real and case.path.startswith("/v1/memories/{id}"):
                case.path_parameters["id"] = there
            response = case.call(headers=headers)
            case.validate_response(response, checks=CHECKS)

        try_out()
    return len(operations)


@pytest.mark.parametrize("settings", [Settings(threads=2, tries=1_000)])
def test_nor_does_one_without_a_key(served: Served) -> None:
    client: TestClient = served.client
    document = client.get("/openapi.json").json()
    for path, verbs in document["paths"].items():
        for verb in verbs:
            if path in ("/health", "/ready"):
                continue
            answer = client.request(verb, path.replace("{id}", "1").replace("{name}", "1"), json={})
            assert answer.status_code in (401, 429), (verb, path)  # who guesses is slowed down
