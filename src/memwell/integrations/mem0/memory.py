"""mem0's `Memory` over memwell."""

from collections.abc import Mapping
from itertools import islice
from types import TracebackType
from typing import Any, Self

from memwell.core.cube import MemCube
from memwell.core.errors import IllegalTransition, InvalidInput
from memwell.core.hit import Hit
from memwell.core.lifecycle import SEARCHABLE
from memwell.core.op import Delete, Op, Update
from memwell.core.payload import Text
from memwell.core.receipt import Receipt
from memwell.integrations.mem0 import given, items
from memwell.integrations.mem0.config import opened
from memwell.integrations.mem0.given import EXPIRES
from memwell.integrations.mem0.items import Item
from memwell.kernel.memory import Memory as MemwellMemory

BY = "mem0"
UNSET = object()
EVENTS = {"add": "ADD", "update": "UPDATE", "delete": "DELETE"}


class Memory:
    """Same methods, parameters, filters and results as mem0's; see `mem0.given` for its errors.

    user_id, agent_id and run_id are memwell's user, agent and session. Metadata are labels.
    `delete` and `delete_all` let memories expire: history and `memory.undo` still reach them;
    `reset` and `memory.forget` erase for good. Close it, or use it in a `with`.

    Args:
        config: `{"memwell": {"path": …, "strategy": …}}`; the rest of a mem0 config is left alone.
        memory: An open memwell memory to work on, instead; closing this leaves it open.
    """

    def __init__(self, config: Any = None, *, memory: MemwellMemory | None = None) -> None:
        self._owns = memory is None
        self.memory = opened(config) if memory is None else memory

    @classmethod
    def from_config(cls, config_dict: dict[str, Any]) -> Self:
        """Opens what `config_dict["memwell"]` names."""
        return cls(config_dict)

    def add(
        self,
        messages: Any,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        metadata: dict[str, Any] | None = None,
        timestamp: Any | None = None,
        expiration_date: Any | None = None,
        infer: bool = True,
        memory_type: str | None = None,
        prompt: str | None = None,
    ) -> dict[str, list[Item]]:
        """Keep messages, word for word; system messages are left out, as mem0 leaves them out.

        With `infer` the strategy of the memory has had its say before this returns, and what it
        derived, changed or took back is in the results too; without, it is left to work behind.
        What is in the results can be searched. `prompt` has no meaning here.
        """
        owner = given.identities(user_id=user_id, agent_id=agent_id, run_id=run_id)
        if not owner:
            raise given.invalid(
                "At least one of 'user_id', 'agent_id', or 'run_id' must be provided.",
                "VALIDATION_001",
                "Please provide at least one identifier to scope the memory operation.",
            )
        if memory_type not in (None, "procedural_memory"):
            raise given.invalid(
                "Invalid 'memory_type'. Please pass procedural_memory to create procedural ones.",
                "VALIDATION_002",
                "Use 'procedural_memory' to create procedural memories.",
                provided_type=memory_type,
            )
        labels = given.labels(metadata, given.expiration(expiration_date)) | owner
        if memory_type:
            labels["memory_type"] = memory_type
        said = [each for each in given.messages(messages) if _role(each) != "system"]
        if not said:
            return {"results": []}
        whose = self._whose(owner)
        receipt = whose.add(
            said,
            session=owner.get("run_id"),
            at=given.moment(timestamp, "timestamp"),
            labels=labels,
            wait=infer,
        )
        return {"results": _events(receipt, whose)}

    def get(self, memory_id: str) -> Item | None:
        """A memory; None when there is none."""
        cube = self._current(memory_id)
        return items.item(cube, self._first(cube)) | {"score": None} if cube else None

    def get_all(
        self,
        *,
        filters: dict[str, Any] | None = None,
        top_k: int = 20,
        show_expired: bool = False,
        **kwargs: Any,
    ) -> dict[str, list[Item]]:
        """Memories in the order they were kept, at most `top_k`."""
        given.no_identities(kwargs, "get_all")
        given.limits(top_k)
        owner, where = given.filters(filters)
        view = self._whose(owner).view(session=owner.get("run_id"))
        found = islice(view.only(self._shown(where, show_expired)).scan(), top_k)
        return {"results": [items.item(each, self._first(each)) for each in found]}

    def search(
        self,
        query: str,
        *,
        top_k: int = 20,
        filters: dict[str, Any] | None = None,
        threshold: float = 0.1,
        rerank: bool = False,
        explain: bool = False,
        reference_date: Any | None = None,
        show_expired: bool = False,
        **kwargs: Any,
    ) -> dict[str, list[Item]]:
        """The best memories, best first, with a score of at least `threshold`.

        Without an embedder scores are shares of words: then whatever shares none is left out, and
        the threshold has no meaning. Ranking always is memwell's best, with or without `rerank`.
        """
        given.no_identities(kwargs, "search")
        given.limits(top_k, threshold)
        query = given.query(query)
        owner, where = given.filters(filters)
        if not top_k:
            return {"results": []}
        hits = self._whose(owner).search(
            query,
            top_k,
            session=owner.get("run_id"),
            at=given.moment(reference_date, "reference_date"),
            where=self._shown(where, show_expired),
        )
        kept = [hit for hit in hits if self._reaches(hit, threshold)]
        return {
            "results": [items.scored(hit, self._first(hit.cube), explained=explain) for hit in kept]
        }

    def update(
        self,
        memory_id: str,
        text: str | None = None,
        metadata: dict[str, Any] | None = None,
        expiration_date: Any = UNSET,
        data: str | None = None,
    ) -> dict[str, str]:
        """Write a new version; what is left out stays. Ids in metadata are ignored."""
        text = data if text is None else text
        if text is None and metadata is None and expiration_date is UNSET:
            raise InvalidInput("At least one of text, metadata, or expiration_date is needed.")
        cube = self._existing(memory_id)
        labels = dict(cube.labels)
        if metadata is not None:
            labels |= given.labels(items.metadata(cube) | metadata)
        if expiration_date is not UNSET:
            expires = given.expiration(expiration_date)
            labels |= {EXPIRES: expires} if expires else {}
            labels = labels if expires else {n: v for n, v in labels.items() if n != EXPIRES}
        words = None if text is None else Text(text)
        self._apply([Update(cube.id, "updated by the program", payload=words, labels=labels)])
        return {"message": "Memory updated successfully!"}

    def delete(self, memory_id: str) -> dict[str, str]:
        """Let a memory expire; `history` and `memory.undo` still reach it."""
        self._apply([Delete(self._existing(memory_id).id, "deleted by the program")])
        return {"message": "Memory deleted successfully!"}

    def delete_all(
        self, user_id: str | None = None, agent_id: str | None = None, run_id: str | None = None
    ) -> dict[str, str]:
        """Let everything of a user, agent or run expire, as `delete` does."""
        owner = given.identities(user_id=user_id, agent_id=agent_id, run_id=run_id)
        if not owner:
            raise InvalidInput(
                "At least one filter is required to delete all memories. If you want to delete "
                "all memories, use the `reset()` method."
            )
        whose = self._whose(owner)
        found = list(whose.view(session=owner.get("run_id")).scan())
        self._apply([Delete(cube.id, "all deleted by the program") for cube in found])
        return {"message": "Memories deleted successfully!"}

    def history(self, memory_id: str) -> list[Item]:
        """Every version of a memory, also of one that was deleted."""
        versions = self.memory.view().history(str(memory_id))
        return items.history(versions) if versions else []

    def reset(self) -> None:
        """Erase everything within the scope of the memory for good."""
        if ids := self.memory.store.resolve("", self.memory.scope, None):
            self.memory.forget(*ids)

    def close(self) -> None:
        """Closes the memory, unless it was handed in open."""
        if self._owns:
            self.memory.close()

    def chat(self, query: Any) -> None:
        """Not in mem0 either."""
        raise NotImplementedError("chat is not implemented; `memory.ask` answers from memory")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # -- shared

    def _whose(self, owner: Mapping[str, str]) -> MemwellMemory:
        return self.memory.acting(user=owner.get("user_id"), agent=owner.get("agent_id"))

    def _shown(self, where: dict[str, Any], expired: bool) -> dict[str, Any]:
        """A filter, to which the last day of each is added."""
        if expired:
            return where
        today = self.memory.view().now.date().isoformat()
        hidden = {"NOT": [{EXPIRES: {"lt": today}}]}
        return {"AND": [hidden, *([where] if where else [])]}

    def _reaches(self, hit: Hit, threshold: float | None) -> bool:
        if self.memory.view().embedder is None:
            return hit.score > 0
        return hit.score >= (0.1 if threshold is None else threshold)

    def _current(self, id: str) -> MemCube | None:
        cube = self.memory.view().get(str(id))
        return cube if cube and cube.state in SEARCHABLE else None

    def _existing(self, id: str) -> MemCube:
        cube = self._current(id)
        if cube is None:
            raise InvalidInput(f"Memory with id {id} not found. Please provide a valid 'memory_id'")
        return cube

    def _first(self, cube: MemCube) -> MemCube:
        return cube if cube.version == 1 else self.memory.view().history(cube.id)[0]

    def _apply(self, ops: list[Op]) -> None:
        """Raises IllegalTransition for what is refused: nothing says success and does nothing."""
        receipt = self.memory.apply(ops, by=BY)
        if receipt.dropped:
            raise IllegalTransition(f"not changed: {receipt.dropped[0].why}")


def _role(message: Any) -> Any:
    return message.get("role") if isinstance(message, Mapping) else None


def _events(receipt: Receipt, memory: MemwellMemory) -> list[Item]:
    """What became of every memory, the messages first."""
    view = memory.view()
    done = {each.id: each.op for each in receipt.applied if each.id and each.op in EVENTS}
    cubes = ((view.get(id), op) for id, op in done.items())
    return [items.event(cube, EVENTS[op]) for cube, op in cubes if cube and cube.text]
