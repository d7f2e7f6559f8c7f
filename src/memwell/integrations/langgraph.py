"""LangGraph's long-term memory: a `BaseStore` whose items are memories.

    graph = builder.compile(store=MemwellStore(Memory("memory")))

Every put of a key is a new version of one memory, and a deleted item comes back with `undo`. Items
are searched as everything else in memwell is, by words and meaning, with no further embedder.
"""

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from memwell.core.cube import MemCube
from memwell.core.errors import InvalidInput
from memwell.core.hit import Hit
from memwell.core.view import Query
from memwell.integrations.json_filter import matches
from memwell.integrations.missing import missing
from memwell.integrations.records import VALUE, Put, Records
from memwell.kernel.memory import Memory
from memwell.kernel.trusted import retrieve

try:
    from langgraph.store.base import (
        BaseStore,
        GetOp,
        IndexConfig,
        Item,
        ListNamespacesOp,
        MatchCondition,
        Op,
        PutOp,
        Result,
        SearchItem,
        SearchOp,
        TTLConfig,
        get_text_at_path,
        tokenize_path,
        validate_op_namespace,
    )
except ImportError as error:
    raise missing("langgraph", error) from error

KIND = "langgraph"
PATH, KEY, DEPTH, INDEXED, MINUTES = "namespace", "key", "under", "indexed", "minutes"
Namespace = tuple[str, ...]


class MemwellStore(BaseStore):
    """Items of a namespace and key, kept in a memory.

    Namespaces do not separate users: hand over `memory.acting(user=…)` where they must not meet.
    Without a query the item that was changed last comes first. A batch reads first and then writes
    all it puts in one transaction.

    Args:
        memory: Where they are kept.
        index: `fields`: which parts of the values are searched; the whole of them by default. An
            embedder named here is not used: the memory has its own.
        ttl: `default_ttl` in minutes, and `refresh_on_read`. What has not been read or written for
            that long is no longer there; `sweep_ttl` or the next search that meets it drops it.
    """

    supports_ttl = True

    def __init__(
        self,
        memory: Memory,
        *,
        index: IndexConfig | None = None,
        ttl: TTLConfig | None = None,
    ) -> None:
        self.memory, self.ttl_config = memory, ttl
        self._records = Records(memory, KIND)
        self._fields = list((index or {}).get("fields") or ["$"])

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """Raises InvalidNamespaceError, and InvalidInput for values that are no JSON."""
        puts: dict[tuple[Namespace, str], PutOp] = {}
        results: list[Result] = []
        for op in ops:
            validate_op_namespace(op)
            match op:
                case PutOp():
                    puts[op.namespace, op.key] = op
                    results.append(None)
                case GetOp():
                    results.append(self._get(op))
                case SearchOp():
                    results.append(self._search(op))
                case ListNamespacesOp():
                    results.append(self._namespaces(op))
                case _:
                    raise InvalidInput(f"a {type(op).__name__} is no operation of a store")
        self._records.put([self._put(op) for op in puts.values()], "put by the program")
        return results

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        """Like `batch`, in a worker thread."""
        return await asyncio.to_thread(self.batch, list(ops))

    def sweep_ttl(self) -> int:
        """Drop all items whose time has ended; how many there were."""
        now = self._records.now
        ended = [cube for cube in self._records.scan({MINUTES: "*"}) if _ended(cube, now)]
        self._drop(ended)
        return len(ended)

    # -- one operation each

    def _get(self, op: GetOp) -> Item | None:
        cube = self._records.get(_address(op.namespace, op.key))
        if cube is None:
            return None
        if _ended(cube, self._records.now):
            self._drop([cube])
            return None
        self._used([cube], op.refresh_ttl)
        return Item(**_fields(cube))

    def _put(self, op: PutOp) -> Put:
        address = _address(op.namespace, op.key)
        if op.value is None:
            return Put(address, None, {})
        value = _json(op.value)
        paths = self._fields if op.index is None else op.index or []
        texts = [text for path in paths for text in get_text_at_path(op.value, _tokens(path))]
        words = "\n".join(texts).strip()
        labels = {
            PATH: json.dumps(op.namespace),
            KEY: op.key,
            VALUE: value,
            INDEXED: str(bool(words)),
            **{f"{DEPTH}{d}": ".".join(op.namespace[:d]) for d in range(1, len(op.namespace) + 1)},
        }
        if op.ttl is not None:
            labels[MINUTES] = str(op.ttl)
        return Put(address, words or "/".join([*op.namespace, op.key]) or "item", labels)

    def _search(self, op: SearchOp) -> list[SearchItem]:
        where = _below(op.namespace_prefix)
        found = self._alive(self._records.scan(where))
        cubes = {
            cube.id: cube
            for cube in reversed(found)
            if matches(json.loads(cube.labels[VALUE]), op.filter or {})
        }
        scores = {hit.cube.id: hit.score for hit in self._ranked(op, where, len(found))}
        ranked = [id for id in scores if id in cubes]
        order = [*ranked, *(id for id in cubes if id not in scores)]
        chosen = [cubes[id] for id in order[op.offset :][: op.limit]]
        self._used(chosen, op.refresh_ttl)
        return [SearchItem(**_fields(cube), score=scores.get(cube.id)) for cube in chosen]

    def _ranked(self, op: SearchOp, where: Mapping[str, str], most: int) -> list[Hit]:
        if not op.query or not op.query.strip() or not most:
            return []
        view = self.memory.view().only(self._records.only({**where, INDEXED: "True"}))
        return retrieve(self.memory.strategy, Query(op.query, view.now), view, most)

    def _namespaces(self, op: ListNamespacesOp) -> list[Namespace]:
        every = {_namespace(cube) for cube in self._alive(self._records.scan())}
        found = {
            each[: op.max_depth]
            for each in every
            if all(_holds(condition, each) for condition in op.match_conditions or ())
        }
        return sorted(found)[op.offset :][: op.limit]

    # -- shared

    def _alive(self, cubes: Iterator[MemCube]) -> list[MemCube]:
        """Without those whose time has ended: these are dropped."""
        now, found = self._records.now, list(cubes)
        ended = [cube for cube in found if _ended(cube, now)]
        self._drop(ended)
        return [cube for cube in found if cube not in ended] if ended else found

    def _drop(self, cubes: Sequence[MemCube]) -> None:
        if cubes and not self.memory.store.read_only:
            self._records.drop(cubes, "its time to live has ended")

    def _used(self, cubes: Sequence[MemCube], refresh: bool) -> None:
        """Their time to live begins anew; that alone is no new version."""
        if refresh and cubes and not self.memory.store.read_only:
            now = self._records.now
            self.memory.store.touch([(cube.id, now) for cube in cubes])


def _address(namespace: Namespace, key: str) -> str:
    return json.dumps([*namespace, key])


def _below(prefix: Namespace) -> dict[str, str]:
    return {f"{DEPTH}{len(prefix)}": ".".join(prefix)} if prefix else {}


def _namespace(cube: MemCube) -> Namespace:
    return tuple(json.loads(cube.labels[PATH]))


def _fields(cube: MemCube) -> dict[str, Any]:
    return {
        "namespace": _namespace(cube),
        "key": cube.labels[KEY],
        "value": json.loads(cube.labels[VALUE]),
        "created_at": cube.valid.start,
        "updated_at": cube.known.start,
    }


def _json(value: Mapping[str, Any]) -> str:
    """As text that reads back equal. Raises InvalidInput."""
    try:
        return json.dumps(dict(value), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"the value of an item must be JSON: {error}") from error


def _tokens(path: str) -> Any:
    return path if path == "$" else tokenize_path(path)


def _ended(cube: MemCube, now: datetime) -> bool:
    minutes = cube.labels.get(MINUTES)
    if minutes is None:
        return False
    used = max(moment for moment in (cube.known.start, cube.last_used) if moment)
    return used + timedelta(minutes=float(minutes)) <= now


def _holds(condition: MatchCondition, namespace: Namespace) -> bool:
    """Whether a namespace begins, or ends, like the path; "*" is any label."""
    path = tuple(condition.path)
    if len(namespace) < len(path):
        return False
    match condition.match_type:
        case "prefix":
            part = namespace[: len(path)]
        case "suffix":
            part = namespace[len(namespace) - len(path) :]
        case _:
            raise InvalidInput(f"namespaces match by prefix or suffix, not {condition.match_type}")
    return all(wanted in ("*", label) for wanted, label in zip(path, part, strict=True))
