"""A bundle is made once, whole or not at all, and made anew when it is stale."""

import hashlib
import json
from dataclasses import replace

import pytest

from memwell.app.show.models import about, as_json
from memwell.core.errors import ModelUnavailable
from memwell.models import bundle, extras
from memwell.models.catalog import known
from memwell.models.unpack import TOKENIZER, WEIGHTS

GGUF = b"a small file" * 100


@pytest.fixture
def model(tmp_path, monkeypatch):
    """A model whose weights are there, and whose unpacking writes two small files."""
    small = replace(
        known("smollm2"),
        name="small",
        member="small_weights/small.gguf",
        sha256=hashlib.sha256(GGUF).hexdigest(),
    )
    monkeypatch.setenv("MEMWELL_HOME", str(tmp_path))
    folder = tmp_path / "models" / "small"
    folder.mkdir(parents=True)
    (folder / "small.gguf").write_bytes(GGUF)
    monkeypatch.setattr(bundle, "need_local", lambda *_: None)
    monkeypatch.setattr(bundle, "CATALOG", [small])
    return small


@pytest.fixture
def unpacked(monkeypatch):
    """Unpackings so far."""
    made = []

    def unpack(gguf, folder):
        made.append(gguf)
        (folder / WEIGHTS).write_bytes(b"weights")
        (folder / TOKENIZER).write_text("{}")

    monkeypatch.setattr(bundle, "unpack", unpack)
    return made


def test_is_made_once(model, unpacked):
    told = []
    first = bundle.ready(model, told.append)
    assert told[0].startswith("unpacking small.gguf")
    assert bundle.ready(model) == first == bundle.found(model)
    assert len(unpacked) == 1
    names = {each.name for each in first.folder.iterdir()}
    assert names == {WEIGHTS, TOKENIZER, bundle.MANIFEST}
    assert {each.name for each in first.folder.parent.iterdir()} == {"small.gguf", "bundle"}


def test_a_failing_unpacking_leaves_nothing(model, monkeypatch):
    def unpack(gguf, folder):
        (folder / WEIGHTS).write_bytes(b"half")
        raise ModelUnavailable("the disk is gone")

    monkeypatch.setattr(bundle, "unpack", unpack)
    with pytest.raises(ModelUnavailable, match="the disk is gone"):
        bundle.ready(model)
    assert bundle.found(model) is None
    weights = bundle.folder_of(model).parent
    assert [each.name for each in weights.iterdir()] == ["small.gguf"]


def test_a_bundle_of_other_weights_is_stale(model, unpacked):
    old = bundle.ready(model)
    (old.folder.parent / "small.gguf").write_bytes(b"newer")
    newer = replace(model, sha256=hashlib.sha256(b"newer").hexdigest())
    assert bundle.found(newer) is None
    assert bundle.ready(newer).source == newer.sha256
    assert len(unpacked) == 2


def test_a_bundle_of_an_older_form_is_stale(model, unpacked, monkeypatch):
    bundle.ready(model)
    monkeypatch.setattr(bundle, "FORM", bundle.FORM + 1)
    assert bundle.found(model) is None
    bundle.ready(model)
    assert len(unpacked) == 2


@pytest.mark.parametrize("name", [WEIGHTS, TOKENIZER])
def test_a_damaged_bundle_is_made_anew(model, unpacked, name):
    made = bundle.ready(model)
    (made.folder / name).write_bytes(b"damaged")
    assert bundle.ready(model).whole
    assert len(unpacked) == 2


def test_a_manifest_that_is_none_is_no_bundle(model, unpacked):
    manifest = bundle.ready(model).folder / bundle.MANIFEST
    for written in ("", "[]", "{}", json.dumps({"form": bundle.FORM, "source": model.sha256})):
        manifest.write_text(written)
        assert bundle.found(model) is None


def test_whoever_was_quicker_is_right(model, unpacked, monkeypatch):
    """Another process puts its bundle in place while this one unpacks."""
    slow = bundle.unpack

    def unpack(gguf, folder):
        monkeypatch.setattr(bundle, "unpack", slow)
        bundle.ready(model)
        slow(gguf, folder)

    monkeypatch.setattr(bundle, "unpack", unpack)
    assert bundle.ready(model) == bundle.found(model)
    assert bundle.found(model).whole


def test_missing_weights_say_what_to_run(model):
    (bundle.folder_of(model).parent / "small.gguf").unlink()
    with pytest.raises(ModelUnavailable, match="memwell models install small"):
        bundle.ready(model)


def test_damaged_weights_are_not_unpacked(model, unpacked):
    (bundle.folder_of(model).parent / "small.gguf").write_bytes(b"damaged")
    with pytest.raises(ModelUnavailable, match="not the expected file"):
        bundle.ready(model)
    assert not unpacked


def test_missing_packages_say_what_to_install(monkeypatch):
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == "gguf" else name)
    with pytest.raises(ModelUnavailable, match=r"needs gguf: pip install 'memwell\[local\]'"):
        extras.need_local("unpacking small", "torch", "gguf")
    extras.need_local("loading small", "torch")


def test_the_fingerprint_is_of_weights_and_tokenizer(model, unpacked):
    made = bundle.ready(model)
    assert made.fingerprint == bundle.found(model).fingerprint
    for name in (WEIGHTS, TOKENIZER):
        other = replace(made, files={**made.files, name: "0" * 64})
        assert other.fingerprint != made.fingerprint


def test_the_list_tells_what_is_still_to_be_done(model, unpacked):
    (listed,) = bundle.list_models()
    assert (listed.ready, as_json(listed)["bundle"]) == (False, None)
    assert "not unpacked" in about(listed)
    made = bundle.ready(model)
    (listed,) = bundle.list_models()
    assert (listed.ready, as_json(listed)["bundle"]) == (True, str(made.folder))
    assert "not unpacked" not in about(listed)
