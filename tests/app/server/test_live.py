"""A server on a real port, ended in the middle of its work: what it acknowledged is there."""

import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from memwell import Memory
from memwell.core.scope import Scope
from support import environment

CODE = "from memwell.app.cli import main; main()"
SERVE = [sys.executable, "-c", CODE, "serve"]
pytestmark = pytest.mark.slow

USERS = ("ana", "bo", "cy", "di")
ENOUGH = 40  # acknowledged adds before the end


class Running:
    """A server in a process of its own."""

    def __init__(self, folder: Path, *more: str) -> None:
        command = [
            sys.executable,
            "-c",
            CODE,
            "serve",
            "--memory",
            str(folder),
            "--embedder",
            "none",
        ]
        self.process = subprocess.Popen(
            [*command, "--port", "0", "--rate", "0", *more],
            env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.said = ""
        assert self.process.stderr
        while (found := re.search(r"at (https?://\S+)", self.said)) is None:
            line = self.process.stderr.readline()
            assert line, self.said
            self.said += line
        self.url = found[1]

    def ended(self, how: int) -> int:
        self.process.send_signal(how)
        out, err = self.process.communicate()
        self.said += out + err
        return self.process.returncode


@contextmanager
def running(folder: Path, *more: str) -> Iterator[Running]:
    server = Running(folder, *more)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.ended(signal.SIGKILL)


class Crowd:
    """Users who add and search at the same time until the server is gone."""

    def __init__(self, url: str, keys: dict[str, str]) -> None:
        self.url, self.keys = url, keys
        self.acknowledged: list[tuple[str, str]] = []
        self.strange: list[str] = []
        self._lock = threading.Lock()

    def work(self, user: str, number: int) -> None:
        headers = {"Authorization": f"Bearer {self.keys[user]}"}
        with httpx.Client(base_url=self.url, headers=headers, timeout=60) as client:
            for count in range(10_000):
                words = f"fact {number}-{count} of {user}"
                try:
                    answer = client.post("/v1/memories", json={"messages": words})
                    found = client.post("/v1/search", json={"query": "fact", "k": 5})
                except httpx.TransportError:
                    return
                with self._lock:
                    if answer.status_code == 201:
                        self.acknowledged.append((user, words))
                    elif answer.status_code != 503:
                        self.strange.append(f"{answer.status_code} {answer.text}")
                    self._look(user, found)

    def _look(self, user: str, found: httpx.Response) -> None:
        if found.status_code == 200:
            whose = {hit["memory"]["user"] for hit in found.json()["hits"]}
            if whose - {user}:
                self.strange.append(f"{user} saw what belongs to {whose}")


def keys_of(folder: Path) -> dict[str, str]:
    with Memory(folder, embedder="none") as memory:
        return {user: memory.keyring.create(user, Scope(user=user)).token for user in USERS}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_no_acknowledged_add_is_lost(tmp_path: Path, how: signal.Signals) -> None:
    folder = tmp_path / "m"
    keys = keys_of(folder)
    with running(folder) as server:
        crowd = Crowd(server.url, keys)
        threads = [
            threading.Thread(target=crowd.work, args=[user, number])
            for number in range(2)
            for user in USERS
        ]
        for thread in threads:
            thread.start()
        while len(crowd.acknowledged) < ENOUGH and not crowd.strange:
            time.sleep(0.01)
        code = server.ended(how)
        for thread in threads:
            thread.join()
    assert crowd.strange == []
    assert code == (0 if how == signal.SIGTERM else -signal.SIGKILL), server.said
    with Memory(folder, embedder="none") as memory:
        kept = {(cube.scope.user, cube.text) for cube in memory.view().scan()}
        assert set(crowd.acknowledged) <= kept
        assert memory.governance.broken_seals() == []


def test_a_new_memory_gets_one_admin_key_that_is_shown_once(tmp_path: Path) -> None:
    with running(tmp_path / "m") as first:
        assert first.process.stdout
        token = first.process.stdout.readline().strip()
        headers = {"Authorization": f"Bearer {token}"}
        own = httpx.get(f"{first.url}/v1/keys/own", headers=headers).json()
        assert "admin" in own["rights"]
        answer = httpx.get(f"{first.url}/health")
        assert "server" not in answer.headers
        assert first.ended(signal.SIGINT) == 0
    with running(tmp_path / "m") as second:
        assert httpx.get(f"{second.url}/v1/keys", headers=headers).status_code == 200
        assert second.ended(signal.SIGTERM) == 0
        assert token not in second.said


def test_a_job_that_was_cut_off_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    headers = {"Authorization": f"Bearer {keys_of(folder)['ana']}"}
    lines = "\n".join(
        json.dumps({"messages": [{"role": "user", "content": f"film {n}"}]}) for n in range(20_000)
    )
    with running(folder) as server:
        begun = httpx.post(
            f"{server.url}/v1/jobs/import?format=openai", content=lines, headers=headers, timeout=60
        )
        where = begun.headers["location"]
        while httpx.get(server.url + where, headers=headers, timeout=60).json()["done"] == 0:
            time.sleep(0.01)
        server.ended(signal.SIGKILL)
    with running(folder) as again:
        job = httpx.get(again.url + where, headers=headers, timeout=60).json()
        assert job["status"] == "interrupted"
        assert "post it anew" in job["error"]
        assert again.ended(signal.SIGTERM) == 0


def test_it_does_not_listen_beyond_this_machine_without_tls(tmp_path: Path) -> None:
    command = [*SERVE, "--memory", str(tmp_path / "m")]
    refused = subprocess.run(
        [*command, "--host", "0.0.0.0"],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 2
    assert "--tls-cert" in refused.stderr
    assert not (tmp_path / "m").exists()


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    with running(tmp_path / "m") as server:
        port = server.url.rpartition(":")[2]
        command = [*SERVE, "--memory", str(tmp_path / "n")]
        refused = subprocess.run(
            [*command, "--port", port, "--embedder", "none"],
            env=environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert refused.returncode == 2
        assert "Traceback" not in refused.stderr
        assert server.ended(signal.SIGTERM) == 0
