"""What can be said of a result in a log: counts and random ids. What has words begins with a _."""

from collections.abc import Iterable
from functools import singledispatch
from typing import Any

from memwell.core.cube import MemCube
from memwell.core.hit import Answer, Hit
from memwell.core.receipt import Receipt
from memwell.kernel.archive import Manifest
from memwell.kernel.context import Context
from memwell.kernel.forget import ForgetReport

Fields = dict[str, Any]


@singledispatch
def outcome(_: object, /) -> Fields:
    """Nothing is said of most results."""
    return {}


@outcome.register
def _of_receipt(result: Receipt) -> Fields:
    said = [{"content": done.text, "id": done.id} for done in result.applied if done.text]
    return {
        "count": len(result.ids),
        "dropped": len(result.dropped),
        "batch": result.id,
        "status": result.status.value,
        "_records": said,
    }


@outcome.register
def _of_list(result: list) -> Fields:  # type: ignore[type-arg]
    hits = [each for each in result if isinstance(each, Hit)]
    return {"count": len(result), "_records": _found(hits)}


@outcome.register
def _of_answer(result: Answer) -> Fields:
    return {"count": len(result.hits), "known": result.known, "_records": _found(result.hits)}


@outcome.register
def _of_context(result: Context) -> Fields:
    records = [_record(cube) for cube in result.cubes]
    return {"count": len(result.cubes), "tokens": result.tokens, "_records": records}


@outcome.register
def _of_forgetting(result: ForgetReport) -> Fields:
    return {"count": len(result.cubes), "verified": result.verified}


@outcome.register
def _of_manifest(result: Manifest) -> Fields:
    return {"count": result.versions}


def _found(hits: Iterable[Hit]) -> list[Fields]:
    return [{**_record(hit.cube), "score": hit.score} for hit in hits]


def _record(cube: MemCube) -> Fields:
    return {"content": cube.text, "id": cube.id}
