"""Listens until it is told to end, and then finishes what is being done."""

import ipaddress
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from memwell.app.server.create import create_app
from memwell.app.server.settings import Settings
from memwell.core.errors import InvalidInput
from memwell.kernel.memory import Memory

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


def is_local(host: str) -> bool:
    """Whether only this machine reaches it."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def run(memory: Memory, where: Listening, settings: Settings) -> None:
    """Serve the memory; returns when a signal has ended it and every request was answered."""
    where.check()
    config = uvicorn.Config(
        create_app(memory, settings),
        host=where.host,
        port=where.port,
        ssl_certfile=where.certificate,
        ssl_keyfile=where.certificate_key,
        server_header=False,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        timeout_graceful_shutdown=PATIENCE,
    )
    with _told_to_end():
        uvicorn.Server(config).run()


@contextmanager
def _told_to_end() -> Iterator[None]:
    """A signal ends the server, which then raises it anew: the memory is still to be closed."""
    kept = {each: signal.signal(each, lambda *_: None) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in kept.items():
            signal.signal(each, handler)
