"""All else that a memory does, as tools that a client finds when it looks for them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from memwell.app import as_json
from memwell.app.as_json import Json
from memwell.app.mcp.pinned import Id, Moment, Why
from memwell.app.mcp.shapes import Versions
from memwell.app.mcp.tool import tool
from memwell.app.recalled import NOTICE, block
from memwell.app.server.shapes import told
from memwell.core.access import Right
from memwell.kernel.memory import Memory

Asked = Annotated[str, Field(description="A question, in full words.")]
Receipt = Annotated[str, Field(description="The id of a receipt.")]
Point = Annotated[
    datetime | int | str,
    Field(description="A moment (ISO 8601), a journal number, or the id of a receipt."),
]
DryRun = Annotated[bool, Field(description="Only show what would be done.")]


class Rendered(TypedDict):
    """Memories as one text for a prompt."""

    text: str
    route: str
    tokens: int
    left_out: int
    memories: list[str]


class Changes(TypedDict):
    """What changed between two points."""

    changes: list[dict[str, Any]]


class Waiting(TypedDict):
    """Events that the strategy has still to refine, or has given up."""

    jobs: list[dict[str, Any]]


class Branches(TypedDict):
    """All branches of the memory."""

    branches: list[dict[str, Any]]


@tool("Answer from memory", gives=dict[str, Any])
def answer_question(memory: Memory, question: Asked, at: Moment = None) -> Json:
    """Answer a question from memory alone, with its evidence, or say that memory does not know."""
    found = memory.ask(question, at=at)
    sources = [memory.get(id) for id in found.sources]
    return {"notice": NOTICE, "question": question, **as_json.of_answer(found, sources)}


@tool("Memories for a prompt", gives=Rendered)
def get_context(
    memory: Memory,
    query: Asked,
    budget: Annotated[int, Field(ge=0, le=200_000, description="Tokens, estimated.")] = 2000,
) -> Json:
    """All that helps with a question as one text within a token budget; everything, if it fits."""
    found = memory.context(query, budget)
    return {**as_json.of_context(found), "text": block(found.cubes)}


@tool("Why a memory was found or not", gives=dict[str, Any])
def explain_memory(memory: Memory, query: Asked, id: Id) -> Json:
    """Say why a memory is, or is not, among the results of a query, and what stands before it."""
    return as_json.of_explanation(memory.explain(query, id))


@tool("All versions of a memory", gives=Versions)
def get_memory_history(memory: Memory, id: Id) -> Json:
    """Read every version of a memory, the first one first, also of one that was deleted."""
    versions = [as_json.of_cube(cube) for cube in memory.history(id)]
    return {"notice": NOTICE, "versions": versions}


@tool("Read a receipt", gives=told.Receipt)
def get_receipt(memory: Memory, id: Receipt) -> Json:
    """Read what became of something that was added: stored, refined, or failed and why."""
    return as_json.of_receipt(memory.receipt(id))


@tool("What changed", gives=Changes)
def list_changes(memory: Memory, since: Point, until: Point | None = None) -> Json:
    """List what was added, changed or taken out between two points of the past."""
    return {"changes": [as_json.of_change(each) for each in memory.diff(since, until)]}


@tool("What waits to be refined", gives=Waiting)
def list_waiting(memory: Memory) -> Json:
    """List what the memory's strategy has still to work on, works on, or has given up."""
    return {"jobs": [as_json.of_job(job) for job in memory.queue()]}


@tool("Branches", gives=Branches)
def list_branches(memory: Memory) -> Json:
    """List the branches of this memory, the main one first."""
    return {"branches": [as_json.of_branch(each) for each in memory.branches()]}


@tool("Take a change back", gives=told.Receipt, right=Right.WRITE)
def undo(memory: Memory, receipt: Receipt, dry_run: DryRun = False) -> Json:
    """Take back what a receipt says was done: an addition, a correction, a deletion."""
    return as_json.of_receipt(memory.undo(receipt, dry_run=dry_run))


@tool("Go back to a point", gives=told.Receipt, right=Right.WRITE, destructive=True)
def rollback(memory: Memory, to: Point, dry_run: DryRun = True) -> Json:
    """Bring all memories back to how they stood then. Only shows it unless dry_run is false."""
    return as_json.of_receipt(memory.rollback(to, dry_run=dry_run))


@tool("Freeze a memory", gives=told.Receipt, right=Right.WRITE, idempotent=True)
def freeze_memory(memory: Memory, id: Id, why: Why = "frozen by the user") -> Json:
    """Keep a memory as it is: still found, changed by nobody until it is thawed."""
    return as_json.of_receipt(memory.freeze(id, why=why))


@tool("Thaw a memory", gives=told.Receipt, right=Right.WRITE, idempotent=True)
def thaw_memory(memory: Memory, id: Id, why: Why = "thawed by the user") -> Json:
    """Let a frozen memory be changed again."""
    return as_json.of_receipt(memory.thaw(id, why=why))


@tool("Tidy up", gives=told.Receipt, right=Right.WRITE)
def manage_memory(memory: Memory, dry_run: DryRun = True) -> Json:
    """Let the strategy decay, merge and reflect. Only shows it unless dry_run is false."""
    return as_json.of_receipt(memory.manage(dry_run=dry_run))


@tool("Forget a conversation", gives=dict[str, Any], right=Right.DELETE, destructive=True)
def forget_session(
    memory: Memory,
    session: Annotated[str, Field(min_length=1, description="The conversation's name.")],
    dry_run: DryRun = True,
) -> Json:
    """Erase a whole conversation for good, with all that was made of it.

    Only shows what would go unless dry_run is false. Nothing brings it back.
    """
    return as_json.of_forget(memory.forget(session=session, dry_run=dry_run))


FURTHER = (
    answer_question,
    get_context,
    explain_memory,
    get_memory_history,
    get_receipt,
    list_changes,
    list_waiting,
    list_branches,
    undo,
    rollback,
    freeze_memory,
    thaw_memory,
    manage_memory,
    forget_session,
)
