"""Models are fetched, and language models unpacked, by one command."""

import json
from pathlib import Path

import pytest

from memwell.app.commands import models
from memwell.models import bundle, install
from memwell.models.bundle import Bundle


@pytest.fixture
def steps(monkeypatch):
    """Instead of fetching and unpacking."""
    done = []

    def fetch(name, progress):
        done.append(f"fetch {name}")
        return Path("weights")

    def ready(model, progress):
        done.append(f"unpack {model.name}")
        return Bundle(Path("bundle"), model.sha256, {})

    monkeypatch.setattr(install, "install", fetch)
    monkeypatch.setattr(bundle, "ready", ready)
    return done


def test_a_language_model_is_unpacked(steps, capsys):
    models.install("smollm2", json_output=True)
    assert steps == ["fetch smollm2", "unpack smollm2"]
    assert json.loads(capsys.readouterr().out)["path"] == "bundle"


def test_an_embedder_is_used_as_it_comes(steps, capsys):
    models.install("minilm", json_output=False)
    assert steps == ["fetch minilm"]
    assert capsys.readouterr().out == "weights\n"
