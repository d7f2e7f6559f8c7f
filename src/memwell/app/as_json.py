"""Values as `--json` prints them. Fields may be added to these objects, and are never renamed."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from memwell.core.access import Grant
from memwell.core.apikey import ApiKey
from memwell.core.branch import Branch
from memwell.core.cube import MemCube
from memwell.core.governance import Copy, Quota, Sealed
from memwell.core.hit import Answer, Hit, Reason
from memwell.core.interval import Interval
from memwell.core.job import Job
from memwell.core.message import Event, Message
from memwell.core.payload import Text
from memwell.core.receipt import Applied, Receipt

if TYPE_CHECKING:
    from memwell.kernel.archive import Manifest
    from memwell.kernel.context import Context
    from memwell.kernel.doctor.examine import Health
    from memwell.kernel.explain import Explanation
    from memwell.kernel.forget import ForgetReport
    from memwell.kernel.timeline import Change

Json = dict[str, Any]


def of_moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def of_interval(interval: Interval) -> Json:
    return {"from": of_moment(interval.start), "to": of_moment(interval.end)}


def of_cube(cube: MemCube) -> Json:
    return {
        "id": cube.id,
        "version": cube.version,
        "form": "text" if isinstance(cube.payload, Text) else type(cube.payload).__name__.lower(),
        "text": cube.text,
        "speaker": cube.speaker,
        "role": cube.labels.get("role"),
        "ref": cube.labels.get("ref"),
        "at": of_moment(cube.at),
        "user": cube.scope.user,
        "agent": cube.scope.agent,
        "session": cube.scope.session,
        "state": cube.state.value,
        "labels": dict(cube.labels),
        "sensitivity": cube.sensitivity.name.lower(),
        "until": of_moment(cube.until),
        "valid": of_interval(cube.valid),
        "known": of_interval(cube.known),
        "uses": cube.uses,
        "source": {
            "by": cube.source.by,
            "events": list(cube.source.events),
            "parents": list(cube.source.parents),
            "trust": cube.source.trust,
        },
    }


def of_reasons(reasons: Iterable[Reason]) -> list[Json]:
    return [{"name": each.name, "value": each.value, "text": each.text} for each in reasons]


def of_hits(hits: Iterable[Hit]) -> list[Json]:
    return [
        {
            "rank": rank,
            "score": hit.score,
            "reasons": of_reasons(hit.reasons),
            "memory": of_cube(hit.cube),
        }
        for rank, hit in enumerate(hits, 1)
    ]


def of_answer(answer: Answer, sources: Iterable[MemCube]) -> Json:
    return {
        "answer": answer.text,
        "known": answer.known,
        "confidence": answer.confidence,
        "sources": [of_cube(cube) for cube in sources],
        "hits": of_hits(answer.hits),
        "tokens": answer.tokens,
    }


def of_receipt(receipt: Receipt) -> Json:
    return {
        "id": receipt.id,
        "status": receipt.status.value,
        "events": list(receipt.events),
        "applied": [_of_applied(each) for each in receipt.applied],
        "dropped": [_of_applied(each) for each in receipt.dropped],
        "tokens": receipt.tokens,
        "seconds": receipt.seconds,
        "error": receipt.error,
        "noticed": [
            {"message": each.place, "kind": each.kind, "done": each.done}
            for each in receipt.noticed
        ],
    }


def of_explanation(explanation: "Explanation") -> Json:
    ahead = explanation.ahead
    return {
        "rank": explanation.rank,
        "score": explanation.score,
        "verdict": explanation.verdict,
        "reasons": of_reasons(explanation.reasons),
        "memory": of_cube(explanation.cube),
        "ahead": {"id": ahead.cube.id, "score": ahead.score, "reasons": of_reasons(ahead.reasons)}
        if ahead
        else None,
    }


def of_copy(copy: Copy) -> Json:
    return {
        "path": copy.path,
        "kind": copy.kind,
        "at": of_moment(copy.at),
        "journal": copy.journal,
    }


def of_forget(report: "ForgetReport") -> Json:
    return {
        "forgotten": list(report.cubes),
        "asked": report.asked,
        "events": list(report.events),
        "went": dict(report.went),
        "copies": [of_copy(copy) for copy in report.copies],
        "verified": report.verified,
        "how": report.how,
        "waiting": report.waiting,
        "dry_run": report.dry_run,
    }


def of_change(change: "Change") -> Json:
    return {
        "id": change.id,
        "kind": change.kind.value,
        "before": of_cube(change.before) if change.before else None,
        "after": of_cube(change.after) if change.after else None,
    }


def of_context(context: "Context") -> Json:
    return {
        "text": context.text,
        "route": context.route.value,
        "tokens": context.tokens,
        "left_out": context.left_out,
        "memories": [cube.id for cube in context.cubes],
    }


def of_event(event: Event) -> Json:
    return {
        "id": event.id,
        "at": of_moment(event.at),
        "recorded": of_moment(event.recorded),
        "user": event.scope.user,
        "agent": event.scope.agent,
        "session": event.scope.session,
        "messages": [_of_message(each) for each in event.messages],
    }


def of_api_key(key: ApiKey) -> Json:
    """Never its digest."""
    return {
        "id": key.id,
        "name": key.name,
        "tenant": key.scope.tenant,
        "user": key.scope.user,
        "agent": key.scope.agent,
        "rights": sorted([*key.rights, *(["admin"] if key.admin else [])]),
        "clearance": key.clearance.name.lower(),
        "created": of_moment(key.created),
        "expires": of_moment(key.expires),
        "used": of_moment(key.used),
        "revoked": of_moment(key.revoked),
    }


def of_branch(branch: Branch) -> Json:
    return {
        "name": branch.name,
        "parent": branch.parent,
        "forked": branch.forked,
        "at": of_moment(branch.at),
    }


def of_grant(grant: Grant) -> Json:
    return {
        "id": grant.id,
        "to": grant.to.named(),
        "on": grant.on.named(),
        "memory": grant.cube,
        "rights": sorted(grant.rights),
        "until": of_moment(grant.until),
    }


def of_job(job: Job) -> Json:
    return {
        "event": job.event,
        "standing": job.standing.value,
        "attempts": job.attempts,
        "due": of_moment(job.due),
        "error": job.error or None,
    }


def of_quota(quota: Quota, memories: int, size: int) -> Json:
    return {
        "scope": quota.scope.named(),
        "memories": {"limit": quota.memories, "used": memories},
        "bytes": {"limit": quota.bytes, "used": size},
    }


def of_sealed(line: Sealed) -> Json:
    return {
        "seq": line.seq,
        "at": of_moment(line.at),
        "actor": line.actor,
        "action": line.action,
        "batch": line.batch,
        "count": line.count,
        "journal": line.journal,
        "seal": line.seal,
    }


def of_health(health: "Health") -> Json:
    return {
        "sound": health.sound,
        "checks": list(health.checks),
        "findings": [
            {
                "check": each.check,
                "what": each.what,
                "examples": list(each.examples),
                "grave": each.grave,
                "repairable": each.repair is not None,
            }
            for each in health.findings
        ],
        "repaired": list(health.repaired),
        "lost": list(health.lost),
    }


def of_manifest(manifest: "Manifest") -> Json:
    return {
        "events": manifest.events,
        "versions": manifest.versions,
        "links": manifest.links,
        "skipped": manifest.skipped,
        "noticed": manifest.noticed,
        "receipts": manifest.receipts,
        "blobs": manifest.blobs,
        "grants": manifest.grants,
        "withheld": manifest.withheld,
    }


def _of_message(message: Message) -> Json:
    return {
        "role": message.role,
        "name": message.name,
        "content": message.content,
        "at": of_moment(message.at),
        "ref": message.ref,
        "attachments": list(message.attachments),
    }


def _of_applied(applied: Applied) -> Json:
    return {
        "op": applied.op,
        "id": applied.id,
        "version": applied.version,
        "why": applied.why,
        "text": applied.text,
    }
