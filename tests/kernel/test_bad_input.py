"""Bad input: a clear error that names the item, and nothing that was acknowledged is lost."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from acting import Add, Delete, Draft, Link, Open, Text, Update
from hypothesis import given, settings
from hypothesis import strategies as st

from memwell.core.access import Sensitivity
from memwell.core.errors import InvalidInput, MemwellError, NotFound
from memwell.core.filter import Both, Compare
from memwell.core.interval import Interval
from memwell.core.message import Conversation, Event, Message
from memwell.core.op import Noop, Op
from memwell.core.receipt import Receipt, Status
from memwell.core.scope import Scope
from memwell.core.strategy import Strategy
from memwell.core.view import View
from memwell.kernel.limits import LONGEST
from memwell.kernel.memory import Memory
from support import START, WordEmbedder, base, quick_folder, tables

EAST = timezone(timedelta(hours=14))
Act = Callable[[Memory, str], object]

# What is done with a memory and the id of its only content, and what the error must name.
REFUSED: list[tuple[str, Act, str]] = [
    ("no message", lambda m, _: m.add([]), "nothing to remember"),
    ("an empty message", lambda m, _: m.add(""), "nothing to remember"),
    ("a blank message", lambda m, _: m.add(" \n\t"), "nothing to remember"),
    ("None", lambda m, _: m.add(None), "NoneType"),
    ("a number", lambda m, _: m.add(5), "int"),
    ("bytes", lambda m, _: m.add(b"tea"), "bytes"),
    ("a list of numbers", lambda m, _: m.add(["tea", 5]), "message 1"),
    ("a nested list", lambda m, _: m.add(["tea", ["milk"]]), "message 1"),
    ("a content of bytes", lambda m, _: m.add([{"content": b"tea"}]), "message 0"),
    ("a Message of bytes", lambda m, _: m.add([Message(b"tea")]), "message 0"),
    ("a Message of None", lambda m, _: m.add(["x", Message(None)]), "message 1"),
    ("an odd role", lambda m, _: m.add([Message("x", role=5)]), "message 0"),
    ("an odd attachment", lambda m, _: m.add([Message("x", attachments=(5,))]), "message 0"),
    ("a long message", lambda m, _: m.add(["x", "y" * (LONGEST + 1)]), "message 1 has 1,000,001"),
    ("a long correction", lambda m, id: m.update(id, "y" * (LONGEST + 1)), "1,000,001"),
    ("an empty correction", lambda m, id: m.update(id, " "), "forget"),
    ("a correction of None", lambda m, id: m.update(id, None), "NoneType"),
    ("the year 0", lambda m, _: m.add({"content": "x", "at": "0000-01-01"}), "message 0"),
    ("the year 10000", lambda m, _: m.add({"content": "x", "at": "10000-01-01"}), "message 0"),
    ("a far second", lambda m, _: m.add({"content": "x", "at": 10**18}), "message 0"),
    ("no second", lambda m, _: m.add({"content": "x", "at": float("nan")}), "message 0"),
    ("a time before all", lambda m, _: m.add("x", at=datetime(1, 1, 1, tzinfo=EAST)), "years 1"),
    ("a message before all", lambda m, _: m.add(Message("x", at=datetime(1, 1, 1, tzinfo=EAST))),
     "message 0"),
    ("a time in words", lambda m, _: m.add("x", at="yesterday"), "datetime"),
    ("a time to live of seconds", lambda m, _: m.add("x", ttl=60), "timedelta"),
    ("no time to live", lambda m, _: m.add("x", ttl=timedelta(0)), "longer"),
    ("a boundless time to live", lambda m, _: m.add("x", ttl=timedelta.max), "9999"),
    ("an odd sensitivity", lambda m, _: m.add("x", sensitivity="hush"), "public"),
    ("a level too high", lambda m, _: m.add("x", sensitivity=7), "public"),
    ("a list of labels", lambda m, _: m.add("x", labels=["a"]), "labels"),
    ("a reserved label", lambda m, _: m.add("x", labels={"turn": 1}), "turn"),
    ("a label of None", lambda m, _: m.add("x", labels={"a": None}), "'a'"),
    ("a nested label", lambda m, _: m.add("x", labels={"a": {"b": 1}}), "'a'"),
    ("a label without name", lambda m, _: m.add("x", labels={"": "b"}), "label"),
    ("a numbered label", lambda m, _: m.add("x", labels={5: "b"}), "5"),
    ("a huge label", lambda m, _: m.add("x", labels={"a": "y" * (LONGEST + 1)}), "label 'a'"),
    ("a numbered session", lambda m, _: m.add("x", session=5), "session"),
    ("an empty session", lambda m, _: m.add("x", session=""), "session"),
    ("a user of bytes", lambda m, _: m.add("x", user=b"ana"), "user"),
    ("half a character as user", lambda m, _: m.add("x", user="\ud800"), "user"),
    ("no conversation", lambda m, _: list(m.add_many(["hello"])), "conversation 0"),
    ("an empty conversation", lambda m, _: list(m.add_many([Conversation(())])), "conversation 0"),
    ("odd labels of a conversation",
     lambda m, _: list(m.add_many([Conversation((Message("x"),), labels={"role": "y"})])),
     "conversation 0"),
    ("an empty query", lambda m, _: m.search(" "), "query"),
    ("a query of None", lambda m, _: m.search(None), "query"),
    ("a query of bytes", lambda m, _: m.search(b"tea"), "query"),
    ("a long query", lambda m, _: m.search("x" * (LONGEST + 1)), "query"),
    ("an empty question", lambda m, _: m.ask(""), "query"),
    ("a context for nothing", lambda m, _: m.context(""), "query"),
    ("a budget below nothing", lambda m, _: m.context("tea", -1), "budget"),
    ("a budget of None", lambda m, _: m.context("tea", None), "budget"),
    *[
        (f"k of {k!r}", lambda m, _, k=k: m.search("tea", k), "k ")
        for k in (0, -1, True, 1.5, None, "3")
    ],
    ("as of a word", lambda m, _: m.search("tea", as_of="then"), "as_of"),
    ("known at a number", lambda m, _: m.search("tea", known_at=5), "known_at"),
    ("an unknown order", lambda m, _: m.search("tea", by="day"), "turn"),
    ("sessions by number", lambda m, _: m.search("tea", without=[5]), "session"),
    ("an explanation without id", lambda m, _: m.explain("tea", ""), "id"),
    ("an id of None", lambda m, _: m.get(None), "id"),
    ("an empty id", lambda m, _: m.forget(""), "id"),
    ("an id of bytes", lambda m, _: m.history(b"x"), "id"),
    ("nothing to forget", lambda m, _: m.forget(), "name what to forget"),
    ("a receipt of None", lambda m, _: m.receipt(None), "id"),
    ("an undo of None", lambda m, _: m.undo(None), "id"),
    ("a point of None", lambda m, _: m.rollback(None), "point"),
    ("a point in between", lambda m, _: m.rollback(1.5), "point"),
    ("a branch of None", lambda m, _: m.branch(None), "branch"),
    ("a blank branch", lambda m, _: m.branch(" "), "branch"),
    ("half a branch", lambda m, _: m.branch("\ud800"), "branch"),
    ("an odd right", lambda m, _: m.governance.grant("bob", ["fly"]), "read"),
    ("no right", lambda m, _: m.governance.grant("bob", []), "right"),
    ("nobody", lambda m, _: m.governance.grant("", ["read"]), "user"),
    ("a grant until a word", lambda m, _: m.governance.grant("bob", until="soon"), "until"),
    ("a grant to another tenant", lambda m, _: m.governance.grant(Scope("other", "x")), "tenant"),
    ("a quota below nothing", lambda m, _: m.governance.limit(memories=-1), "quota"),
    ("a quota in words", lambda m, _: m.governance.limit(memories="many"), "quota"),
    ("an op of nothing", lambda m, _: m.apply(None, by="user"), "ops"),
    ("ops of nobody", lambda m, _: m.apply([], by=None), "by"),
]  # fmt: skip


@pytest.fixture(scope="module")
def kept() -> Iterator[tuple[Memory, str]]:
    """One memory for all of it: whatever is refused, its content stays."""
    with quick_folder() as folder:
        memory = Memory(Path(folder) / "memory", embedder=WordEmbedder(), model=None)
        yield memory, memory.add("I like tea", session="s").ids[0]
        memory.close()


@pytest.mark.parametrize(("act", "named"), [pytest.param(*r[1:], id=r[0]) for r in REFUSED])
def test_it_is_refused_by_name_and_nothing_is_changed(
    kept: tuple[Memory, str], act: Act, named: str
) -> None:
    memory, id = kept
    before = tables(base(memory), but=["usage"])
    with pytest.raises(InvalidInput, match=named):
        act(memory, id)
    assert tables(base(memory), but=["usage"]) == before
    assert [hit.cube.id for hit in memory.search("tea")] == [id]


UNKNOWN: list[Act] = [
    lambda m, _: m.get("nothing"),
    lambda m, _: m.history("nothing"),
    lambda m, _: m.sources("%"),
    lambda m, _: m.update("' OR 1=1 --", "x"),
    lambda m, _: m.forget("*"),
    lambda m, _: m.forget(session="nowhere"),
    lambda m, _: m.forget(user="nobody"),
    lambda m, _: m.explain("tea", "nothing"),
    lambda m, _: m.receipt("nothing"),
    lambda m, _: m.undo("nothing"),
    lambda m, _: m.rollback("nothing"),
    lambda m, _: m.drop_branch("nothing"),
    lambda m, _: m.diff(branch="nothing"),
    lambda m, _: m.governance.share("nothing", "bob"),
    lambda m, _: m.governance.revoke("nothing"),
]


@pytest.mark.parametrize("act", UNKNOWN)
def test_what_is_unknown_is_not_found(kept: tuple[Memory, str], act: Act) -> None:
    memory, id = kept
    with pytest.raises(NotFound):
        act(memory, id)
    assert [hit.cube.id for hit in memory.search("tea")] == [id]


def test_unknown_scopes_are_empty(kept: tuple[Memory, str]) -> None:
    memory, _ = kept
    assert memory.search("tea", user="nobody") == memory.search("tea", session="nowhere") == []
    assert memory.context("tea", user="nobody").text == ""
    assert memory.search("tea", without=["nowhere"])


def test_more_can_be_asked_for_than_there_is(kept: tuple[Memory, str]) -> None:
    memory, id = kept
    assert [hit.cube.id for hit in memory.search("tea", 10**9)] == [id]
    assert memory.context("tea", 10**9, k=10**9).text
    nothing = memory.context("tea", 0)
    assert (nothing.text, nothing.left_out) == ("", 1)


def test_an_id_that_begins_several_must_be_longer(memory: Memory) -> None:
    memory.apply([Add(Draft(Text(w)), "new", id=f"same-{w}") for w in ("tea", "milk")], by="user")
    with pytest.raises(InvalidInput, match="2 memories"):
        memory.get("same-")
    assert memory.get("same-t").text == "tea"


@pytest.mark.parametrize("year", [1, 1600, 9999])
def test_far_dates_are_kept_and_asked_for(memory: Memory, year: int) -> None:
    at = datetime(year, 1, 1, 12, 30, 15, 123456, tzinfo=UTC)
    (id,) = memory.add("I like tea", at=at).ids
    assert memory.get(id).at == at
    for query in ("tea", "what was it last week?", "two years ago", "in 1 day"):
        assert [hit.cube.id for hit in memory.search(query, at=at)] == [id]
        assert [hit.cube.id for hit in memory.search(query)] == [id]
    assert [hit.cube.id for hit in memory.search("tea", as_of=at)] == [id]
    assert "tea" in memory.context("tea").text


def test_a_naive_time_is_utc(memory: Memory) -> None:
    naive = datetime(1900, 5, 1, 12)  # noqa: DTZ001
    (id,) = memory.add("I like tea", at=naive).ids
    assert memory.get(id).at == naive.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["a\x00b", "\x00", "tea\x00?", "\x1b[31mred", "\u202etea", "'; DROP TABLE version; --"]
)
def test_odd_characters_are_kept_and_found(open_memory: Open, text: str) -> None:
    memory = open_memory(user=text, agent=text)
    said = [Message(f"{text} zebra", "user", text, ref=text), Message(text)]
    receipt = memory.add(said, session=text, labels={f"l{text}": text})
    first = memory.search("zebra", 1, where={f"l{text}": text}, session=text)[0].cube
    assert (first.text, first.speaker, first.scope.session) == (f"{text} zebra".strip(), text, text)
    assert (first.scope.user, first.scope.agent) == (text, text)
    assert first.labels[f"l{text}"] == text
    assert memory.get(receipt.ids[-1]).text == text.strip()
    assert memory.search("zebra", where={f"l{text}": {"contains": text}})
    assert memory.search("zebra", where={f"l{text}": {"in": [text, "x"]}})
    assert not memory.search("zebra", where={f"l{text}": f"{text}x"})
    memory.update(receipt.ids[0], f"giraffe {text}")
    assert memory.search("giraffe", 1)[0].cube.text == f"giraffe {text}"
    assert memory.store.counts(memory.scope).memories == 2
    memory.forget(session=text)
    assert memory.search("zebra") == []


@settings(max_examples=60)
@given(text=st.text(st.characters(exclude_categories=[]), min_size=1), data=st.data())
def test_every_text_that_is_taken_comes_back(
    kept: tuple[Memory, str], text: str, data: st.DataObject
) -> None:
    """As it was, but for halves of characters, which become replacement characters."""
    memory, _ = kept
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    try:
        receipt = memory.add(text, labels={"note": text})
    except InvalidInput:
        assert not text.strip()
        return
    cube = memory.get(receipt.ids[0])
    assert (cube.text, cube.labels["note"]) == (whole.strip(), whole)
    assert memory.sources(cube.id)[0].messages[0].content == whole
    found = memory.search("tea", 10**6, where={"note": text})
    assert cube.id in {hit.cube.id for hit in found}
    memory.forget(cube.id)


@settings(max_examples=60)
@given(
    name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1), other=st.text(min_size=1)
)
def test_every_name_is_told_from_every_other(
    kept: tuple[Memory, str], name: str, other: str
) -> None:
    memory, _ = kept
    (id,) = memory.add("zebra", user=name, session=name).ids
    seen = {hit.cube.id for hit in memory.search("zebra", user=name, session=name)}
    assert seen == {id}
    if other.encode("utf-16", "surrogatepass") != name.encode("utf-16") and max(other) < "\ud800":
        assert memory.search("zebra", user=name, session=other) == []
    memory.forget(user=name)


@pytest.mark.parametrize(
    "name", ["a.b", 'a"b', "a'b", "$", "$.role", "a[0]", "é", "日本", "a b", "*", "%", "a\nb"]
)
def test_a_label_is_nothing_but_its_name(memory: Memory, name: str) -> None:
    (id, _) = (memory.add("I like tea", labels=each).ids[0] for each in ({name: "x"}, {"b": "x"}))
    for wanted in ({name: "x"}, {name: "*"}, {name: {"contains": "x"}}, {"NOT": {"b": "x"}}):
        assert [hit.cube.id for hit in memory.search("tea", where=wanted)] == [id]


def nested(depth: int, word: str) -> dict[str, Any]:
    wanted: dict[str, Any] = {"a": "b"}
    for _ in range(depth):
        wanted = {word: [wanted]}
    return wanted


BAD_FILTERS: list[Any] = [
    5, "topic", ["topic"], b"x", {5: "x"}, {None: "x"}, {"": "x"}, {"a": None}, {"a": {}},
    {"a": b"x"}, {"a": {"like": "x"}}, {"a": {None: "x"}}, {"a": {"eq": ["x"]}}, {"a": {"in": "x"}},
    {"a": {"in": 5}}, {"a": {"in": [["x"]]}}, {"a": {"gt": None}}, {"a": {"gt": {}}}, {"OR": {}},
    {"OR": []}, {"AND": "x"}, Compare("a", "like", "x"), Compare("a", "in", None), Both(()),
    {"AND": [5]}, {"OR": [{}]}, {"NOT": []}, {"NOT": 5}, {"OR": [{"a": {"b": {"c": 1}}}]},
    {"a": {"gt": 10**400}}, {"a": {"gt": float("nan")}}, {"a": ["x"] * 100_000},
    nested(5_000, "OR"), nested(200, "NOT"), {"OR": [{"a": str(n)} for n in range(50_000)]},
]  # fmt: skip


@pytest.mark.parametrize("wanted", BAD_FILTERS, ids=range(len(BAD_FILTERS)))
def test_a_malformed_filter_is_refused(kept: tuple[Memory, str], wanted: Any) -> None:
    memory, _ = kept
    with pytest.raises(InvalidInput, match=r"filter"):
        memory.search("tea", where=wanted)


def test_a_wide_filter_is_no_trouble(memory: Memory) -> None:
    (id,) = memory.add("I like tea", labels={"n": 2999}).ids
    many = [{"n": n} for n in range(3000)]
    assert [hit.cube.id for hit in memory.search("tea", where={"OR": many})] == [id]
    assert memory.search("tea", where={"AND": many}) == []
    assert memory.search("tea", where={"n": [str(n) for n in range(3000)]})


def test_numbers_are_not_compared_with_words(memory: Memory) -> None:
    memory.add("I like tea", labels={"year": "unknown"})
    (id,) = memory.add("I like tea", labels={"year": 7}).ids
    assert [h.cube.id for h in memory.search("tea", where={"year": {"lt": 2000}})] == [id]
    assert [h.cube.id for h in memory.search("tea", where={"year": {"gte": 7.0}})] == [id]


class Hostile(Strategy):
    """Proposes whatever it is given, good ops around it."""

    def __init__(self, ops: Callable[[View], Iterator[object]]) -> None:
        self.ops = ops

    def encode(self, event: Event, view: View) -> list[Draft]:
        return []

    def store(self, drafts: Any, view: View) -> Iterator[Op]:
        yield Add(Draft(Text("first giraffe")), "good")
        yield from self.ops(view)  # type: ignore[misc]
        yield Add(Draft(Text("last giraffe")), "good")


ODD: list[object] = [
    None, 5, "Add", {"op": "add"}, Draft(Text("x")), Add(None, "x"), Add(Draft(None), "x"),
    Add(Draft(Text(None)), "x"), Add(Draft(Text("")), "x"), Add(Draft(Text("\ud800")), "x"),
    Add(Draft(Text("x" * (LONGEST + 1))), "x"), Add(Draft(Text("x"), labels={"a": {"b": 1}}), "x"),
    Add(Draft(Text("x"), labels={"a": "\udfff"}), "x"), Add(Draft(Text("x"), session=""), "x"),
    Add(Draft(Text("x"), session=5), "x"), Add(Draft(Text("x"), keys="abc"), "x"),
    Add(Draft(Text("x"), valid=Interval(datetime(2024, 1, 1))), "x"),  # noqa: DTZ001
    Add(Draft(Text("x"), parents=("nobody",)), "x"), Add(Draft(Text("x"), events=("none",)), "x"),
    Add(Draft(Text("x")), None), Add(Draft(Text("x")), "x", id=5),
    Add(Draft(Text("x")), "x", id="\ud800"),
    Add(Draft(Text("x"), sensitivity=9), "x"), Add(Draft(Text("x"), until="soon"), "x"),
    Update(None, "x"), Update("nobody", "x"), Delete("nobody", "x"), Delete(5, "x"),
    Link("a", "b", "x"), Link(None, None, None), Noop(5), Update("x", "x", state="dead"),
    Update("x", "x", version="one"),
]  # fmt: skip


@pytest.mark.parametrize("op", ODD, ids=lambda op: repr(op)[:50])
def test_an_odd_op_is_dropped_with_its_reason_and_the_others_are_applied(
    open_memory: Open, op: object
) -> None:
    memory = open_memory(strategy=Hostile(lambda view: iter([op])))
    receipt = memory.add("I like tea")
    assert receipt.status is Status.REFINED
    assert len(receipt.ids) == 3
    assert [bool(done.why) for done in receipt.dropped] == [True]
    assert len(memory.search("giraffe")) >= 2


def test_an_endless_strategy_fails_and_the_words_are_kept(open_memory: Open) -> None:
    def endless(view: View) -> Iterator[object]:
        while True:
            yield Noop("again")

    memory = open_memory(strategy=Hostile(endless))
    receipt = memory.add("I like tea")
    assert (receipt.status, "more than" in (receipt.error or "")) == (Status.FAILED, True)
    assert [hit.cube.text for hit in memory.search("tea")] == ["I like tea"]


def test_a_bad_conversation_among_many_is_named_and_those_before_it_are_kept(
    memory: Memory,
) -> None:
    talks = [Conversation((Message(f"talk {n}"),), at=START) for n in range(600)]
    talks[500] = Conversation((Message(5),))  # type: ignore[arg-type]
    done: list[Receipt] = []
    with pytest.raises(InvalidInput, match="conversation 500"):
        done.extend(memory.add_many(talks))
    assert len(done) == 256
    assert all(memory.get(receipt.ids[0]) for receipt in done)
    talks[500] = Conversation((Message("talk 500"),), at=START)
    again = list(memory.add_many(talks))
    assert [receipt.repeated for receipt in again] == [n < 256 for n in range(600)]
    assert len(list(memory.view().scan())) == 600


def test_sensitivity_by_number(memory: Memory) -> None:
    (id,) = memory.add("I like tea", sensitivity=Sensitivity.SECRET).ids
    assert memory.get(id).sensitivity is Sensitivity.SECRET


def test_scopes_are_named_by_text(tmp_path: Path) -> None:
    for bad in ({"tenant": None}, {"user": 5}, {"agent": b"x"}, {"tenant": "\udfff"}, {"user": ""}):
        with pytest.raises(InvalidInput):
            Memory(tmp_path / "memory", embedder=None, model=None, **bad)  # type: ignore[arg-type]
    for bad in ({"rights": "fly"}, {"rights": 5}, {"clearance": "hush"}):
        with pytest.raises(InvalidInput):
            Memory(tmp_path / "memory", embedder=None, model=None, **bad)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        Memory(tmp_path / "memory", embedder=None, model=None, branch="nowhere")


def test_every_error_says_something(kept: tuple[Memory, str]) -> None:
    memory, id = kept
    for _, act, _ in REFUSED:
        with pytest.raises(MemwellError) as raised:
            act(memory, id)
        assert len(str(raised.value)) > 20
