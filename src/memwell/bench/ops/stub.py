"""Serves precomputed vectors as an OpenAI-compatible embedding endpoint on the loopback address.

Answers are rendered beforehand, and the time spent on requests is counted, so that it can be
taken off what a client of it is measured at.
"""

import json
from collections.abc import Iterable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from time import perf_counter
from types import TracebackType
from typing import Self

from memwell.core.model import Floats


class EmbeddingStub:
    """A context in which the vectors of these texts are served at `url`."""

    def __init__(self, texts: Iterable[str], vectors: Iterable[Floats]) -> None:
        pairs = zip(texts, vectors, strict=True)
        self._rendered = {text: _rendered(vector) for text, vector in pairs}
        self.seconds, self.requests = 0.0, 0
        self._lock = Lock()
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def answer(self, texts: Sequence[str]) -> bytes | None:
        """The response's body; None when a text is not known."""
        found = [self._rendered.get(text) for text in texts]
        if any(vector is None for vector in found):
            return None
        items = ", ".join(
            f'{{"object": "embedding", "index": {place}, "embedding": {vector}}}'
            for place, vector in enumerate(found)
        )
        head = '{"object": "list", "model": "precomputed", "usage": {"prompt_tokens": 0, '
        return f'{head}"total_tokens": 0}}, "data": [{items}]}}'.encode()

    def spent(self, seconds: float) -> None:
        with self._lock:
            self.seconds += seconds
            self.requests += 1

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, stub: EmbeddingStub) -> None:
        self.stub = stub
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    """One connection, kept open; small packets leave at once."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together
    server: _Server

    def do_POST(self) -> None:
        start = perf_counter()
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        given = body.get("input")
        found = self.server.stub.answer([given] if isinstance(given, str) else given)
        if found is None:
            self._send(404, b'{"error": {"message": "no vector was computed for this text"}}')
        else:
            self._send(200, found)
        self.server.stub.spent(perf_counter() - start)

    def do_GET(self) -> None:
        """How long requests took so far."""
        stub = self.server.stub
        known = {"seconds": stub.seconds, "requests": stub.requests}
        self._send(200, json.dumps(known).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nobody reads along."""


def _rendered(vector: Floats) -> str:
    """Nine digits give the same float32 back."""
    return "[" + ", ".join(f"{number:.9g}" for number in vector.tolist()) + "]"
