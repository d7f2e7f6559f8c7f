"""A memory behind a server, in front of somebody else's model."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openai import OpenAI
from serving import listening
from third_party import ThirdParty

from memwell import Memory
from memwell.app.server.create import create_app
from memwell.app.server.settings import Settings
from support import WordEmbedder


@dataclass
class House:
    """A memory behind a server, and somebody else's model behind that."""

    memory: Memory
    model: ThirdParty
    url: str

    def key(self, *, rights: Any = ("read", "write", "delete"), **scope: Any) -> str:
        return str(
            self.memory.keyring.create(
                "test", self.memory.scope.within(**scope), rights=rights
            ).token
        )

    def client(self, key: str | None = None, **options: Any) -> OpenAI:
        shown = key or self.key(user="ana")
        return OpenAI(base_url=f"{self.url}/v1", api_key=shown, max_retries=0, **options)

    def of(self, user: str = "ana") -> list[str]:
        """What is remembered of a user, in order."""
        return [cube.text for cube in self.memory.view(user).scan()]


@contextmanager
def built(folder: Path) -> Iterator[House]:
    """All of it, until this is closed."""
    model = ThirdParty()
    with (
        Memory(folder, embedder=WordEmbedder()) as memory,
        listening(model.app) as upstream,
        listening(create_app(memory, Settings(upstream=f"{upstream}/v1#parrot"))) as url,
    ):
        yield House(memory, model, url)
