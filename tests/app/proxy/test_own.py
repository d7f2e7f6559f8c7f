"""The proxy for those without a model, asked by the real `openai` client."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from openai import OpenAI
from serving import listening

from memwell import Memory
from memwell.app.server.create import create_app
from memwell.app.server.settings import Settings


@pytest.fixture
def client(tmp_path: Path) -> Iterator[OpenAI]:
    with (
        Memory(tmp_path / "memory", embedder="none") as memory,
        listening(create_app(memory, Settings(upstream="rules"))) as url,
    ):
        key = memory.keyring.create("test", memory.scope).token
        yield OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)


def say(client: OpenAI, text: str, **more: object) -> str | None:
    messages = [{"role": "user", "content": text}]
    answer = client.chat.completions.create(model="memwell", messages=messages, **more)  # type: ignore[call-overload]
    assert answer.usage.total_tokens > 0
    return answer.choices[0].message.content


def test_it_answers_what_it_was_told_and_nothing_else(client: OpenAI) -> None:
    assert say(client, "My dog is called Biscuit.") == "Noted."
    assert (say(client, "What is my dog called?") or "").startswith("Biscuit.")
    assert (say(client, "Where do I work?") or "").startswith("I don't know")
    assert [each.id for each in client.models.list()] == ["rules"]


def test_it_streams(client: OpenAI) -> None:
    say(client, "My dog is called Biscuit.")
    chunks = client.chat.completions.create(
        model="memwell",
        messages=[{"role": "user", "content": "What is my dog called?"}],
        stream=True,
    )
    words = "".join(each.choices[0].delta.content or "" for each in chunks)
    assert words.startswith("Biscuit.")


def test_its_answers_are_not_remembered_and_off_is_off(client: OpenAI) -> None:
    off = {"x-memwell-memory": "off"}
    assert "off" in (say(client, "My dog is called Biscuit.", extra_headers=off) or "")
    assert (say(client, "What is my dog called?") or "").startswith("I don't know")
    for _ in range(2):
        assert "don't know" in (say(client, "Who is Biscuit?") or "")
