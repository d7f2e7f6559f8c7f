"""Long work: begun by a request, done in the background, looked at by its id.

A job is a record in the store, so that any server of the same memory tells how it stands. Whoever
works on it says so again and again; when that stops, the job was cut off, and is told to be.
"""

import json
import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from memwell.app.server.heard import Heard
from memwell.app.server.problems import Refused
from memwell.core.clock import Clock, SystemClock
from memwell.core.errors import MemwellError, NotFound
from memwell.core.records import Records
from memwell.core.scope import Scope

KIND = "job"
THREADS = 2
MOST = 20  # jobs of one tenant that wait or run
BEAT = timedelta(seconds=10)
LOST = 3 * BEAT  # without a sign of life
KEPT = timedelta(days=7)
CUT_OFF = (
    "the server ended in the middle of it; what was done by then stays, and to go on, post it anew"
)

log = logging.getLogger("memwell.server")


class Stopped(Exception):
    """The server ends: the job is to leave off."""


@dataclass(frozen=True, slots=True)
class Job:
    """How it stands."""

    id: str
    kind: str  # import, export, manage, refine
    tenant: str
    user: str | None
    agent: str | None
    status: str  # waiting, running, done, failed, interrupted
    created: str
    server: str  # which process does it
    seen: str  # its last sign of life
    done: int = 0
    total: int | None = None
    ended: str | None = None
    result: dict[str, Any] | None = None
    error: str | None = None

    @property
    def scope(self) -> Scope:
        return Scope(self.tenant, self.user, self.agent)

    @property
    def over(self) -> bool:
        return self.status not in ("waiting", "running")

    def shown(self) -> dict[str, Any]:
        """As it is told."""
        return {k: v for k, v in asdict(self).items() if k not in ("server", "seen")}


@dataclass
class Progress:
    """How a job tells how far it is. Raises Stopped when the server is about to end."""

    _tell: Callable[[int, int | None], None]
    _stopping: threading.Event
    done: int = 0
    total: int | None = field(default=None)

    def __call__(self, more: int = 1) -> None:
        if self._stopping.is_set():
            raise Stopped
        self.done += more
        self._tell(self.done, self.total)


Work = Callable[[Progress], dict[str, Any]]


class Jobs:
    """Those of one server process, and a look at those of others."""

    def __init__(self, records: Records, heard: Heard, clock: Clock | None = None) -> None:
        self._records, self._heard, self._clock = records, heard, clock or SystemClock()
        self.server = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._running: dict[str, Job] = {}
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(THREADS, "memwell-job")
        self._heart = threading.Thread(target=self._beat, name="memwell-jobs", daemon=True)
        self._heart.start()
        self._tidy()

    def begin(self, kind: str, scope: Scope, work: Work) -> Job:
        """A job that waits for its turn. Raises Refused when the tenant has too many."""
        if len([job for job in self.listed(Scope(scope.tenant)) if not job.over]) >= MOST:
            raise Refused(429, f"{MOST} jobs are waiting already", {"Retry-After": "10"})
        now = self._now()
        job = Job(
            secrets.token_hex(13), kind, scope.tenant, scope.user, scope.agent, "waiting", now,
            self.server, now,
        )  # fmt: skip
        with self._lock:
            self._put(job)
        self._pool.submit(self._work, job.id, work)
        return job

    def get(self, id: str, scope: Scope) -> Job:
        """Raises NotFound for one that is not within the scope."""
        body = self._records.get(KIND, id)
        job = self._stands(_read(body)) if body else None
        if job is None or not scope.covers(job.scope):
            raise NotFound(f"there is no job {id[:40]}")
        return job

    def listed(self, scope: Scope) -> list[Job]:
        """Those within a scope, the oldest first."""
        found = (self._stands(_read(body)) for _, body in self._records.listed(KIND, scope.tenant))
        return [job for job in found if scope.covers(job.scope)]

    @property
    def waiting(self) -> int:
        return len(self._running)

    def close(self) -> None:
        """What can leave off does; what cannot is waited for."""
        self._stopping.set()
        self._pool.shutdown(wait=True)
        self._heart.join()

    # -- doing

    def _work(self, id: str, work: Work) -> None:
        if self._stopping.is_set():
            self._end(id, "interrupted", error=CUT_OFF)
            return
        self._change(id, status="running")
        try:
            result = work(Progress(lambda done, total: self._told(id, done, total), self._stopping))
        except Stopped:
            self._end(id, "interrupted", error=CUT_OFF)
        except MemwellError as error:
            self._end(id, "failed", error=str(error))
        except Exception as error:
            log.error("job %s failed", id, exc_info=error)
            self._end(id, "failed", error="something went wrong that should not; it is in the log")
        else:
            self._end(id, "done", result=result)

    def _end(self, id: str, status: str, **more: Any) -> None:
        with self._lock:
            self._change(id, status=status, ended=self._now(), **more)
            job = self._running.pop(id)
        self._heard.ended(job.id, job.status, job.scope)

    def _told(self, id: str, done: int, total: int | None) -> None:
        """Written at most once a second; looked at here, it is never older."""
        with self._lock:
            job = self._running[id]
            self._running[id] = replace(job, done=done, total=total)
        if self._clock.now() - datetime.fromisoformat(job.seen) > timedelta(seconds=1):
            self._change(id)

    def _change(self, id: str, **changes: Any) -> None:
        with self._lock:
            self._put(replace(self._running[id], seen=self._now(), **changes))

    def _put(self, job: Job) -> None:
        """With the lock held, or nobody gets an older one written last."""
        self._running[job.id] = job
        self._records.put(KIND, job.id, job.tenant, json.dumps(asdict(job)), self._clock.now())

    # -- looking

    def _stands(self, job: Job) -> Job:
        """One that nobody works on any more was cut off."""
        with self._lock:
            job = self._running.get(job.id, job)
        if job.over or job.server == self.server:
            return job
        silent = self._clock.now() - datetime.fromisoformat(job.seen) > LOST
        return replace(job, status="interrupted", error=CUT_OFF) if silent or _gone(job) else job

    def _beat(self) -> None:
        while not self._stopping.wait(BEAT.total_seconds()):
            for id in list(self._running):
                try:
                    self._change(id)
                except (KeyError, MemwellError):  # it has just ended; or the next beat is luckier
                    continue

    def _tidy(self) -> None:
        """Jobs that ended long ago are dropped."""
        now = self._clock.now()
        for id, body in self._records.listed(KIND):
            if now - datetime.fromisoformat(_read(body).created) > KEPT:
                self._records.drop(KIND, id)

    def _now(self) -> str:
        return self._clock.now().isoformat()


def _gone(job: Job) -> bool:
    """Whether the process was one of this machine and is there no more."""
    host, pid, _ = job.server.split(":")
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return int(pid) == os.getpid()  # the number was given anew


def _read(body: str) -> Job:
    return Job(**json.loads(body))
