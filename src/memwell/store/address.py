"""How a memory is named: by a folder, or by the URL of a database."""

from pathlib import Path

SCHEMES = ("postgresql://", "postgres://")


def has_memory(folder: Path) -> bool:
    """Whether there is a memory in a folder."""
    return (folder / "memory.db").is_file()


def is_database(where: str | Path) -> bool:
    """Whether it is the URL of a database."""
    return isinstance(where, str) and where.startswith(SCHEMES)


def shown(where: str | Path) -> str:
    """As it may be told to anybody: without a password."""
    if not is_database(where):
        return str(where)
    scheme, rest = str(where).split("://", 1)
    login, at, host = rest.partition("@")
    return f"{scheme}://{login.split(':')[0]}{at}{host.split('?')[0]}"
