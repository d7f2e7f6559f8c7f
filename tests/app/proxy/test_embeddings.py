"""/v1/embeddings, asked by the real `openai` client."""

from pathlib import Path

import numpy as np
import openai
import pytest
from house import House
from openai import OpenAI
from serving import listening

from memwell import Memory
from memwell.app.server.create import create_app

TEXTS = ["My dog is called Biscuit.", "The weather is fine.", "My dog is called Biscuit."]


def test_vectors_are_those_that_memories_are_found_by(house: House) -> None:
    own = house.memory.view().embedder
    assert own is not None
    for form in ("float", "base64"):
        answer = house.client().embeddings.create(
            model="memwell", input=TEXTS, encoding_format=form
        )
        assert [each.index for each in answer.data] == [0, 1, 2]
        got = np.array(
            [np.frombuffer(_bytes(each.embedding), "<f4") for each in answer.data]
            if form == "base64"
            else [each.embedding for each in answer.data],
            np.float32,
        )
        np.testing.assert_array_equal(got, own.embed(TEXTS).vectors)
        assert answer.usage.prompt_tokens == 14
        assert answer.model == own.fingerprint


def _bytes(written: object) -> bytes:
    import base64

    assert isinstance(written, str)
    return base64.b64decode(written)


def test_the_client_decodes_what_it_asks_for_by_itself(house: House) -> None:
    (one,) = house.client().embeddings.create(model="memwell", input="dog").data
    own = house.memory.view().embedder
    assert own is not None
    np.testing.assert_array_equal(np.float32(one.embedding), own.embed(["dog"]).vectors[0])


def test_what_cannot_be_embedded_is_refused(house: House) -> None:
    ana = house.client().embeddings
    for wrong in ("", ["dog", ""], [], ["dog"] * 2049, "x" * 100_001, [[1, 2, 3]]):
        with pytest.raises(openai.BadRequestError):
            ana.create(model="memwell", input=wrong)  # type: ignore[arg-type]
    with pytest.raises(openai.BadRequestError, match="24 dimensions"):
        ana.create(model="memwell", input="dog", dimensions=3)
    with pytest.raises(openai.NotFoundError, match="ask for 'memwell'"):
        ana.create(model="text-embedding-3-small", input="dog")
    with pytest.raises(openai.AuthenticationError):
        house.client("sk-wrong").embeddings.create(model="memwell", input="dog")


def test_without_embedder_or_model_it_says_so(tmp_path: Path) -> None:
    with Memory(tmp_path / "memory", embedder="none") as memory:
        key = memory.keyring.create("test", memory.scope).token
        with listening(create_app(memory)) as url:
            client = OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)
            with pytest.raises(openai.NotFoundError, match="by words alone"):
                client.embeddings.create(model="memwell", input="dog")
            with pytest.raises(openai.InternalServerError, match="--upstream"):
                client.chat.completions.create(
                    model="x", messages=[{"role": "user", "content": "Hello"}]
                )
            assert list(client.models.list()) == []
