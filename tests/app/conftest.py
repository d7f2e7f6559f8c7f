from pathlib import Path

import pytest
from typed import Shell, filled


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's own memory is touched, and the terminal is 80 columns of plain text."""
    for name in (
        "MEMWELL_MEMORY",
        "MEMWELL_KEY",
        "MEMWELL_KEY_FILE",
        "MEMWELL_LOG",
        "FORCE_COLOR",
        "GITHUB_ACTIONS",
        "PY_COLORS",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def held(tmp_path: Path) -> tuple[Shell, list[str]]:
    return filled(tmp_path / "memory")
