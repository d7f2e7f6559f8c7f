"""Which SQLite opens a database: the standard library's, or SQLCipher for an encrypted one.

Both speak the same interface, but their classes of errors are their own: `except errors():` holds
for whichever is in use.
"""

import sqlite3
import sys
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from memwell.core.errors import Locked
from memwell.store import readonly

ENCRYPTED = "sqlcipher3.dbapi2"
INSTALL = "install what encryption needs: pip install 'memwell[encryption]'"


class Driver(Protocol):
    """Opens connections to databases of one kind."""

    def connect(self, path: Path, **options: Any) -> sqlite3.Connection:
        """A connection, or a reader's (`mode="ro"`); options are those of sqlite3.connect."""
        ...


@dataclass(frozen=True, slots=True)
class Plain:
    """The standard library's."""

    def connect(self, path: Path, **options: Any) -> sqlite3.Connection:
        target = _target(path, options)
        connection: sqlite3.Connection = sqlite3.connect(target, **options)
        readonly.prepare(connection, target)
        return connection


@dataclass(frozen=True, slots=True)
class Cipher:
    """SQLCipher: every page of the database, of its log and its journal is encrypted.

    Without a key it opens plain databases, to copy them into encrypted ones.
    """

    key: bytes | None = field(default=None, repr=False)  # 32 bytes

    def connect(self, path: Path, **options: Any) -> sqlite3.Connection:
        target = _target(path, options)
        connection = sqlcipher().connect(target, **options)
        connection.execute("PRAGMA cipher_log_level = NONE")  # errors are raised, not printed
        if self.key:
            connection.execute(f"PRAGMA key = {self.literal}")
        readonly.prepare(connection, target)
        return cast(sqlite3.Connection, connection)  # a class of its own with the same methods

    @property
    def literal(self) -> str:
        """The key as SQL has it."""
        return f"\"x'{self.key.hex()}'\"" if self.key else "''"


def sqlcipher() -> Any:
    """The module. Raises Locked when it is not installed."""
    try:
        return import_module(ENCRYPTED)
    except ImportError as error:
        raise Locked(f"SQLCipher is missing; {INSTALL}") from error


def errors(name: str = "Error") -> tuple[type[BaseException], ...]:
    """The class of that name of every SQLite in use, for an `except`."""
    used = [sqlite3, *filter(None, [sys.modules.get(ENCRYPTED)])]
    return tuple(getattr(module, name) for module in used)


def _target(path: Path, options: dict[str, Any]) -> str:
    """The path, or the address for one who only reads; takes the mode out of the options."""
    mode = options.pop("mode", None)
    options["uri"] = mode is not None
    return readonly.address(path) if mode else str(path)
