"""Webhooks are told what happened, signed, again and again until they hear; and go nowhere else."""

import hmac
import ipaddress
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from being_served import Served, added, finished
from starlette.testclient import TestClient

from memwell import Memory
from memwell.app.server.addresses import Target, is_public
from memwell.app.server.heard import Happening
from memwell.app.server.sending import Sender
from memwell.app.server.settings import Settings
from memwell.app.server.webhooks import PAUSES, Webhooks, signature
from memwell.core.clock import ManualClock
from memwell.core.errors import InvalidInput
from memwell.core.scope import Scope
from support import START

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.5.5", "169.254.169.254", "0.0.0.0", "::1",
    "fe80::1", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "100.64.0.1",
    "224.0.0.1", "ff02::1", "255.255.255.255", "::", "2001:0:0:0:0:0:80ff:fffe",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_of_this_network_are_refused(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(InvalidInput):
        Target.of(f"https://{host}/", private=False).resolved(private=False)


def test_public_addresses_are_allowed() -> None:
    for address in ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"):
        assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "https://", "//x", "",
        "https://ana:pw@example.com/", "https://example.com\r\nHost: x/", "gopher://x",
        "javascript:1",
        "https://2130706433/", "https://0x7f000001/", "https://localhost/", "https://[::1]/",
    ],
)  # fmt: skip
def test_urls_that_lead_elsewhere_are_refused(admin: TestClient, url: str) -> None:
    answer = admin.post("/v1/webhooks", json={"url": url, "kinds": ["job.ended"]})
    assert answer.status_code in (400, 422)


def test_a_name_that_resolves_otherwise_later_gains_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The address is checked each time it is sent to, and it is the one connected to."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", 443))])
    with pytest.raises(InvalidInput, match="public"):
        Sender(private=False)("https://was-public.example/", b"", {})


@contextmanager
def listening(status: int = 200) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A receiver on this machine, and what it was told."""
    got: list[tuple[dict[str, str], bytes]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((dict(self.headers), body))
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook?x=1", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("settings", [Settings(threads=2, private_webhooks=True)])
def test_what_happens_is_told_and_signed(
    served: Served, admin: TestClient, ana: TestClient
) -> None:
    with listening() as (url, got):
        kinds = ["receipt.refined", "memory.forgotten", "job.ended"]
        hook = admin.post("/v1/webhooks", json={"url": url, "kinds": kinds}).json()
        id = added(ana, "the secret words")
        ana.delete(f"/v1/memories/{id}")
        finished(ana, ana.post("/v1/jobs/manage", json={}))
        while len(got) < 3:
            time.sleep(0.01)
    told = [json.loads(body) for _, body in got]
    assert [each["kind"] for each in told] == kinds
    assert told[0]["scope"] == {"tenant": "default", "user": "ana"}
    assert told[0]["memories"] == [id]
    assert b"secret words" not in b"".join(body for _, body in got)
    for headers, body in got:
        seconds, digest = (part[2:] for part in headers["Memwell-Signature"].split(","))
        wanted = signature(hook["secret"], body, int(seconds))
        assert hmac.compare_digest(f"t={seconds},v1={digest[1:]}", wanted)
    listed = admin.get("/v1/webhooks").text
    assert hook["id"] in listed
    assert hook["secret"] not in listed
    assert admin.delete(f"/v1/webhooks/{hook['id']}").status_code == 204


def test_webhooks_hear_of_their_own_tenant_only(tmp_path: Path) -> None:
    sent: list[str] = []
    with _hooks(tmp_path, lambda url, *_: sent.append(url) or 200) as hooks:
        hooks.register("http://127.0.0.1/acme", ["job.ended"], Scope("acme"))
        hooks.register("http://127.0.0.1/ana", ["job.ended"], Scope("default", "ana"))
        hooks.happened(Happening("job.ended", Scope("default", "bo"), {}))
        hooks.happened(Happening("job.ended", Scope("default", "ana"), {}))
        while not sent:
            time.sleep(0.01)
    assert sent == ["http://127.0.0.1/ana"]


def test_it_is_tried_again_later_and_given_up_in_the_end(tmp_path: Path) -> None:
    clock, sent = ManualClock(START), []

    def failing(url: str, body: bytes, headers: dict[str, str]) -> int:
        sent.append(headers["Memwell-Delivery"])
        return 302  # it is not followed

    with _hooks(tmp_path, failing, clock) as hooks:
        hooks.register("http://127.0.0.1/x", ["job.ended"], Scope())
        hooks.happened(Happening("job.ended", Scope(), {}))
        for number, pause in enumerate(PAUSES, 1):
            while len(sent) < number:
                time.sleep(0.01)
            clock.advance(timedelta(seconds=pause))
        while hooks.waiting:
            time.sleep(0.01)
        assert hooks.listed(Scope())[0].failed == 1
    assert len(sent) == len(PAUSES) + 1
    assert len(set(sent)) == 1  # the same delivery


def test_what_was_not_told_is_told_after_a_restart(tmp_path: Path) -> None:
    clock, sent = ManualClock(START), []
    with _hooks(tmp_path, lambda *_: 500, clock) as hooks:
        hooks.register("http://127.0.0.1/x", ["job.ended"], Scope())
        hooks.happened(Happening("job.ended", Scope(), {}))
    clock.advance(timedelta(hours=1))
    with _hooks(tmp_path, lambda url, *_: sent.append(url) or 200, clock) as again:
        while again.waiting:
            time.sleep(0.01)
    assert sent == ["http://127.0.0.1/x"]


@contextmanager
def _hooks(
    folder: Path, send: Callable[..., int], clock: ManualClock | None = None
) -> Iterator[Webhooks]:
    with Memory(folder / "m", embedder="none") as memory:
        hooks = Webhooks(memory.store.records, send, private=True, clock=clock)
        try:
            yield hooks
        finally:
            hooks.close()
