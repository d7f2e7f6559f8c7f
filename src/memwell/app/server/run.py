"""Listens until it is told to end, and then finishes what is being done."""

import ipaddress
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from memwell.app.server.create import create_app
from memwell.app.server.settings import Settings
from memwell.core.errors import InvalidInput
from memwell.kernel.memory import Memory

IDLE = 75  # seconds; longer than clients and proxies keep a connection, which then close it first
PATIENCE = 30  # seconds for requests that are under way when the server is told to end


@dataclass(frozen=True, slots=True)
class Listening:
    """Where, and how safely."""

    host: str = "127.0.0.1"
    port: int = 8765
    certificate: Path | None = None
    certificate_key: Path | None = None
    insecure: bool = False

    def check(self) -> None:
        """Raises InvalidInput for keys that would cross a network in the clear."""
        if self.certificate or self.insecure or is_local(self.host):
            return
        raise InvalidInput(
            f"{self.host} can be reached from other machines, and keys would travel unencrypted: "
            "give --tls-cert and --tls-key, or --insecure where something before the server "
            "encrypts (or nobody else is on the network)"
        )

    def bound(self) -> socket.socket:
        """A socket there. Raises InvalidInput when that cannot be, and as `check` does."""
        self.check()
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            return socket.create_server((self.host, self.port), family=family, backlog=2048)
        except OSError as error:
            raise InvalidInput(
                f"cannot listen on {self.host}, port {self.port}: {error.strerror}; "
                "--port takes another one"
            ) from error

    def address(self, bound: socket.socket) -> str:
        """Where it is to be reached."""
        scheme, host = "https" if self.certificate else "http", self.host
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{bound.getsockname()[1]}"


def is_local(host: str) -> bool:
    """Whether only this machine reaches it."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def run(memory: Memory, where: Listening, bound: socket.socket, settings: Settings) -> None:
    """Serve the memory; returns when a signal has ended it and every request was answered."""
    config = uvicorn.Config(
        create_app(memory, settings),
        ssl_certfile=where.certificate,
        ssl_keyfile=where.certificate_key,
        server_header=False,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=PATIENCE,
    )
    server = uvicorn.Server(config)
    with _told_to_end(server):
        server.run(sockets=[bound])


@contextmanager
def _told_to_end(server: uvicorn.Server) -> Iterator[None]:
    """A signal ends the server, which then raises it anew: the memory is still to be closed."""

    def end(*_: object) -> None:
        server.should_exit = True

    kept = {each: signal.signal(each, end) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in kept.items():
            signal.signal(each, handler)
