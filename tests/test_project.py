"""The project as a newcomer finds it: what the README promises, and what no file may hold."""

import inspect
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

import memwell

ROOT = Path(__file__).resolve().parents[1]

# Each pattern is written so that it does not match itself.
FORBIDDEN = {
    "a path of somebody's machine": r"(?<![\w.])/(?:work|root|home|Users|tmp)/\w",
    "a folder outside the project": r"\.\./(?:shared)\b",
    "a package index host": r"pypi\.(?:org|python)|files\.(?:pythonhosted)",
    "a note on who typed it": r"(?i)co-authored-(?:by)|generated (?:by|with) (?:an? )?(?:ai|llm)\b",
}


def tracked() -> list[Path]:
    """Every file under version control."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (UnicodeDecodeError, FileNotFoundError):
        return ""


def test_the_readme_names_the_two_commands_on_its_first_screen() -> None:
    first_screen = (ROOT / "README.md").read_text("utf-8").splitlines()[:40]
    for command in ("make demo", "make test"):
        assert any(line.startswith(command) for line in first_screen)


def test_the_readme_names_every_package() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for package in (ROOT / "src" / "memwell").iterdir():
        if (package / "__init__.py").is_file():
            assert f"  {package.name}/" in readme, f"the tree in README.md lacks {package.name}/"


def test_make_alone_lists_every_target() -> None:
    helped = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("setup", "check", "test", "claims", "bench", "docs", "demo", "serve"):
        assert f"make {target} " in helped


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_holds(what: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in tracked()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if re.search(FORBIDDEN[what], line)
    ]
    assert not found, f"{what}:\n" + "\n".join(found)


def test_the_base_install_stays_light() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    base = " ".join(project["dependencies"])
    for heavy in ("torch", "transformers", "spacy", "scipy", "fastapi"):
        assert heavy not in base


def test_only_the_files_that_need_torch_import_it() -> None:
    light = ("core", "kernel", "store", "plaintext", "bench", "app", "index", "tiers")
    for package in light:
        for path in (ROOT / "src" / "memwell" / package).rglob("*.py"):
            assert not re.search(r"^(?:import|from) torch\b", text_of(path), re.MULTILINE), path


def test_the_public_api_is_documented() -> None:
    for name in getattr(memwell, "__all__", []):
        value = getattr(memwell, name)
        if not callable(value):
            continue
        assert inspect.getdoc(value), f"memwell.{name} has no docstring"
        for method, function in inspect.getmembers(value, inspect.isfunction):
            if not method.startswith("_"):
                assert inspect.getdoc(function), f"memwell.{name}.{method} has no docstring"
