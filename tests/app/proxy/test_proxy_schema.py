"""Whatever the OpenAPI document lets clients send to these routes, no fault answers."""

from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance
from starlette.testclient import TestClient

from memwell import Memory
from memwell.app.server.create import create_app
from memwell.app.server.settings import Settings
from support import WordEmbedder

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/embeddings", "/v1/models"])
def test_no_request_meets_a_fault(tmp_path: Path, path: str) -> None:
    with Memory(tmp_path / "memory", embedder=WordEmbedder()) as memory:
        app = create_app(memory, Settings(rate=0, upstream="rules"))
        key = memory.keyring.create("test", memory.scope).token
        with TestClient(app):  # so that it lives
            schema = schemathesis.openapi.from_asgi("/openapi.json", app)
            (operation,) = [
                each.ok() for each in schema.get_all_operations() if each.ok().path == path
            ]

            @settings(
                max_examples=60, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
            )
            @given(case=operation.as_strategy())
            def try_out(case: schemathesis.Case) -> None:
                response = case.call(headers={"Authorization": f"Bearer {key}"})
                case.validate_response(response, checks=CHECKS)

            try_out()
