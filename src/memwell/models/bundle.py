"""A model's bundle: its GGUF file unpacked once, so that later loads are quick.

The bundle is a folder of weights (safetensors), tokenizer, chat template and configuration, with a
manifest that says from which file it was made and every file's sha256. It appears whole or not at
all, in $MEMWELL_HOME/models/NAME/bundle, and is made anew when it is damaged or belongs to another
file.
"""

import hashlib
import json
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from memwell.core.errors import ModelUnavailable
from memwell.models.catalog import CATALOG, Known
from memwell.models.digest import file_sha256
from memwell.models.extras import need_local
from memwell.models.install import Progress, home, located
from memwell.models.unpack import TOKENIZER, WEIGHTS, unpack

FORM = 1  # raised when bundles are made in another way
MANIFEST = "bundle.json"


@dataclass(frozen=True)
class Bundle:
    """The unpacked files of a model."""

    folder: Path
    source: str  # sha256 of the GGUF file
    files: dict[str, str]  # sha256 by name

    @property
    def fingerprint(self) -> str:
        """A sha256 of model and tokenizer: what was computed with one does not fit another."""
        parts = (self.source, self.files[WEIGHTS], self.files[TOKENIZER])
        return hashlib.sha256(" ".join(parts).encode()).hexdigest()

    @property
    def whole(self) -> bool:
        """Whether every file is there as it was written."""
        return all(
            (self.folder / name).is_file() and file_sha256(self.folder / name) == sha256
            for name, sha256 in self.files.items()
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """A known model, and where its weights and bundle lie on this machine (None: nowhere)."""

    model: Known
    path: Path | None
    bundle: Path | None

    @property
    def ready(self) -> bool:
        """Whether it can be loaded as it is."""
        return (self.bundle if self.model.unpacks else self.path) is not None


def list_models() -> list[Listed]:
    """All known models."""
    made = {model.name: found(model) for model in CATALOG if model.unpacks}
    return [
        Listed(model, located(model), bundle.folder if (bundle := made.get(model.name)) else None)
        for model in CATALOG
    ]


def folder_of(model: Known) -> Path:
    return home() / model.name / "bundle"


def found(model: Known) -> Bundle | None:
    """The model's bundle on this machine; None when there is none of this file and form."""
    try:
        written = json.loads((folder_of(model) / MANIFEST).read_text("utf-8"))
        bundle = Bundle(folder_of(model), written["source"], dict(written["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    current = written.get("form") == FORM and bundle.source == model.sha256
    return bundle if current and {WEIGHTS, TOKENIZER} <= bundle.files.keys() else None


def ready(model: Known, progress: Progress = lambda _: None) -> Bundle:
    """The model's bundle, checked; made from the weights where it is missing or stale.

    Raises ModelUnavailable when the weights, or the packages that read them, are missing.
    """
    bundle = found(model)
    if bundle and bundle.whole:
        return bundle
    weights = located(model)
    if weights is None:
        raise ModelUnavailable(
            f"{model.name} is not installed: run `memwell models install {model.name}`"
        )
    need_local(f"unpacking {model.name}", "torch", "transformers", "accelerate", "gguf")
    if file_sha256(weights) != model.sha256:
        raise ModelUnavailable(
            f"{weights} is not the expected file: run `memwell models install {model.name}` again"
        )
    progress(f"unpacking {weights.name} (once; up to a minute, 270 MB on disk)")
    return made(model, weights)


def made(model: Known, weights: Path) -> Bundle:
    """The bundle, made beside its place and moved there whole."""
    place = folder_of(model)
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".bundle-", dir=place.parent) as folder:
        new = Path(folder) / "new"
        new.mkdir()
        unpack(weights, new)
        files = {each.name: file_sha256(each) for each in sorted(new.iterdir())}
        manifest = {"form": FORM, "source": model.sha256, "files": files}
        (new / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
        _put(new, place, Path(folder) / "old")
    return Bundle(place, model.sha256, files)


def _put(new: Path, place: Path, old: Path) -> None:
    """Moves the new folder to its place, and what lay there aside."""
    with suppress(FileNotFoundError):
        place.rename(old)
    try:
        new.rename(place)
    except OSError:
        # Another process was quicker: its bundle is made of the same file.
        if not (place / MANIFEST).is_file():
            raise
        shutil.rmtree(new)
