"""A model that is not there, and addresses that are none."""

from pathlib import Path

import openai
import pytest
from openai import OpenAI
from serving import listening

from memwell import Memory
from memwell.app.proxy.upstream import Target
from memwell.app.server.create import create_app
from memwell.app.server.settings import Settings
from memwell.core.errors import InvalidInput


def test_a_model_that_cannot_be_reached_is_told_as_such(tmp_path: Path) -> None:
    gone = "http://127.0.0.1:9/v1#gone"  # the discard port: nobody listens
    with Memory(tmp_path / "memory", embedder="none") as memory:
        key = memory.keyring.create("test", memory.scope).token
        with listening(create_app(memory, Settings(upstream=gone))) as url:
            client = OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)
            for streams in (False, True):
                with pytest.raises(openai.InternalServerError, match="cannot be reached") as down:
                    client.chat.completions.create(
                        model="gone", messages=[{"role": "user", "content": "Hi"}], stream=streams
                    )
                assert down.value.status_code == 502
                assert down.value.code == "upstream_unavailable"
            assert [each.id for each in client.models.list()] == ["gone"]
        assert memory.search("Hi") == []


@pytest.mark.parametrize("spec", ["localhost:11434", "ftp://host/v1", "http:///v1", "rule"])
def test_an_upstream_is_an_address(spec: str, tmp_path: Path) -> None:
    with (
        Memory(tmp_path / "memory", embedder="none") as memory,
        pytest.raises(InvalidInput, match="http://host/v1"),
    ):
        create_app(memory, Settings(upstream=spec))


def test_a_key_is_taken_from_the_environment_and_shown_nowhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MEMWELL_UPSTREAM_KEY", "sk-secret")
    target = Target.of("https://models.example/v1/#big")
    assert (target.url, target.model, target.key) == (
        "https://models.example/v1",
        "big",
        "sk-secret",
    )
    assert "sk-secret" not in repr(target)
    with pytest.raises(InvalidInput, match="MEMWELL_UPSTREAM_KEY") as refused:
        Target.of("https://me:sk-secret@models.example/v1")
    assert "sk-secret" not in str(refused.value)
