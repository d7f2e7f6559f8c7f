"""What is added is there at once, word for word, and a receipt says so."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from acting import Open, turn
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from memwell.core.clock import ManualClock
from memwell.core.errors import InvalidInput, NotFound
from memwell.core.message import Message
from memwell.core.receipt import Status
from memwell.kernel.memory import Memory
from support import START, WordEmbedder, assert_embedded, assert_sound, base, quick_folder, tables

TALK = [
    {"role": "user", "content": "My dog Biscuit loves the beach."},
    {"role": "assistant", "content": "Which beach do you go to?"},
    {"role": "user", "content": "Mostly Praia da Luz on Sundays."},
]


def texts(memory: Memory, query: str, **options: Any) -> list[str]:
    return [hit.cube.text for hit in memory.search(query, **options)]


def test_words_are_found_as_soon_as_add_returns(memory: Memory) -> None:
    receipt = memory.add(TALK, session="s1")
    assert receipt.status is Status.REFINED
    assert [done.op for done in receipt.applied] == ["add"] * 3
    assert receipt.ids == tuple(turn(receipt.id, place) for place in range(3))
    assert texts(memory, "Where on Sundays?", k=1) == ["Mostly Praia da Luz on Sundays."]
    assert texts(memory, "Praia", k=1) == ["Mostly Praia da Luz on Sundays."]
    assert_sound(base(memory))
    assert_embedded(base(memory), WordEmbedder().fingerprint)


@pytest.mark.parametrize("embedder", ["none", WordEmbedder()])
def test_search_works_with_and_without_an_embedder(open_memory: Open, embedder: object) -> None:
    memory = open_memory(embedder=embedder)
    memory.add(TALK)
    memory.add("The quarterly report is late.")
    assert texts(memory, "dog Biscuit", k=1) == [TALK[0]["content"]]
    assert texts(memory, "report", k=1) == ["The quarterly report is late."]


def test_dense_search_finds_what_shares_no_stem(open_memory: Open) -> None:
    """With real sentence vectors."""
    memory = open_memory(embedder="minilm")
    memory.add(TALK)
    memory.add("The quarterly report is late.")
    assert texts(memory, "Which pet does she own?", k=1) == [TALK[0]["content"]]
    first, *_ = memory.search("Which pet does she own?", k=1)
    named = {reason.name: reason.value for reason in first.reasons}
    assert named["meaning"] > named["words"]
    assert first.score == pytest.approx(sum(named.values()), abs=1e-5)


def test_everything_survives_reopening(open_memory: Open) -> None:
    memory = open_memory()
    receipt = memory.add(TALK, session="s1", at=START)
    memory.close()
    again = open_memory()
    assert again.receipt(receipt.id).status is receipt.status
    assert again.receipt(receipt.id).ids == receipt.ids
    assert [again.get(id).text for id in receipt.ids] == [said["content"] for said in TALK]
    (event,) = again.sources(receipt.ids[0])
    assert [message.content for message in event.messages] == [said["content"] for said in TALK]
    assert texts(again, "Biscuit", k=1) == [TALK[0]["content"]]


def test_a_turn_knows_who_said_it_when_and_in_which_session(open_memory: Open) -> None:
    memory = open_memory(tenant="acme", user="ana", agent="helper")
    noon = datetime(2024, 2, 1, 12, tzinfo=UTC)
    receipt = memory.add([Message("hello", "user", "Ana", noon, "m1", ("a cat",))], session="s1")
    cube = memory.get(receipt.ids[0])
    assert cube.text == "hello [a cat]"
    assert cube.line == "Ana: hello [a cat]"
    assert cube.labels == {"role": "user", "turn": "0", "speaker": "Ana", "ref": "m1"}
    assert cube.at == noon
    assert cube.known.start == START
    assert vars_of(cube.scope) == ("acme", "ana", "helper", "s1")
    assert cube.source.events == (receipt.id,)


def vars_of(scope: Any) -> tuple[str | None, ...]:
    return (scope.tenant, scope.user, scope.agent, scope.session)


def test_a_dry_run_changes_nothing(memory: Memory) -> None:
    memory.add("hello")
    before = tables(base(memory))
    preview = memory.add(TALK, session="s1", dry_run=True)
    assert preview.status is Status.PREVIEW
    assert [done.text for done in preview.applied] == [said["content"] for said in TALK]
    assert tables(base(memory)) == before
    with pytest.raises(NotFound):
        memory.receipt(preview.id)
    assert texts(memory, "Biscuit") == ["hello"]


@pytest.mark.parametrize(
    "given",
    [
        "",
        [],
        [{"role": "user"}],
        [{"content": 5}],
        [{"content": {"text": "x"}}],
        [5],
        {"role": "user", "content": None},
        [{"content": "x", "at": "yesterday"}],
        [{"content": "x", "timestamp": 1e15}],
    ],
    ids=str,
)
def test_what_cannot_be_kept_is_refused_and_leaves_no_trace(memory: Memory, given: Any) -> None:
    before = tables(base(memory))
    with pytest.raises(InvalidInput):
        memory.add(given)
    assert tables(base(memory)) == before


@pytest.mark.parametrize("at", ["2024-02-01T12:00:00Z", 1706788800, datetime(2024, 2, 1, 12)])  # noqa: DTZ001
def test_times_may_come_in_several_forms(memory: Memory, at: Any) -> None:
    receipt = memory.add({"content": "hello", "at": at})
    assert memory.get(receipt.ids[0]).at == datetime(2024, 2, 1, 12, tzinfo=UTC)


def test_a_message_with_a_naive_time_is_taken_to_be_utc(memory: Memory) -> None:
    receipt = memory.add(Message("hello", at=datetime(2024, 2, 1, 12)))  # noqa: DTZ001
    assert memory.get(receipt.ids[0]).at == datetime(2024, 2, 1, 12, tzinfo=UTC)


def test_parts_and_tool_calls_are_kept_as_descriptions(memory: Memory) -> None:
    parts = [{"type": "text", "text": "Look:"}, {"type": "image_url", "image_url": {"url": "x"}}]
    call = {"function": {"name": "weather", "arguments": '{"city": "Porto"}'}}
    receipt = memory.add(
        [
            {"role": "user", "content": parts},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "content": ""},
        ]
    )
    assert [memory.get(id).text for id in receipt.ids] == [
        "Look: [image_url]",
        '[called weather({"city": "Porto"})]',
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "function", "name"]), inner, max_size=3)
    ),
    max_leaves=4,
)
fields = ["role", "content", "name", "at", "timestamp", "id", "tool_calls"]
words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
odd_messages = st.lists(
    st.builds(
        lambda odd, content: {"content": content, **odd},
        st.dictionaries(st.sampled_from(fields), json_values, max_size=3),
        words,
    ),
    min_size=1,
    max_size=2,
)


@settings(max_examples=60, phases=[Phase.explicit, Phase.generate])
@given(odd_messages)
def test_odd_messages_are_refused_or_kept_whole(given: list[dict[str, Any]]) -> None:
    """Never another error, never a memory that cannot be searched or exported afterwards."""
    with quick_folder() as folder, Memory(folder, embedder="none", model=None) as memory:
        memory.add("hello there")
        try:
            memory.add(given)
        except InvalidInput:
            return
        assert "hello there" in texts(memory, "hello", k=1000)
        memory.export(Path(folder) / "all.jsonl")
        with Memory(Path(folder) / "copy", embedder="none", model=None) as copy:
            copy.import_(Path(folder) / "all.jsonl")
            assert list(copy.view().scan()) == list(memory.view().scan())


def test_a_broken_emoji_is_refused_or_kept(memory: Memory) -> None:
    """Exports cut in the middle of a character contain them."""
    try:
        memory.add("nice \ud83d day")
    except InvalidInput:
        return
    assert len(texts(memory, "nice day")) == 1


def test_order_and_time_of_events_are_kept(memory: Memory, clock: ManualClock) -> None:
    late = memory.add("second", at=START)
    clock.advance(timedelta(hours=1))
    early = memory.add("first", at=START - timedelta(days=1))
    cubes = list(memory.view().scan())
    assert [cube.id for cube in cubes] == [*late.ids, *early.ids]
    (event,) = memory.sources(early.ids[0])
    assert (event.at, event.recorded) == (START - timedelta(days=1), START + timedelta(hours=1))


@pytest.mark.parametrize(("query", "k"), [("", 5), ("  ", 5), ("dog", 0)])
def test_a_search_that_makes_no_sense_is_refused(memory: Memory, query: str, k: int) -> None:
    with pytest.raises(InvalidInput):
        memory.search(query, k)


def test_an_empty_memory_answers_nothing(memory: Memory) -> None:
    assert memory.search("anything") == []
    assert memory.context("anything").text == ""
    assert memory.manage().applied == ()
    with pytest.raises(NotFound):
        memory.get("abc")


def test_searching_by_session_gives_each_session_once(memory: Memory) -> None:
    for session in ("s1", "s2"):
        memory.add([f"tea in {session}", f"more tea in {session}", "coffee"], session=session)
    hits = memory.search("tea", by="session")
    assert sorted(str(hit.cube.scope.session) for hit in hits) == ["s1", "s2"]
    hits = memory.search("tea", without=["s1"])
    assert {hit.cube.scope.session for hit in hits} == {"s2"}
    assert {hit.cube.scope.session for hit in memory.search("tea", session="s1")} == {"s1"}


def test_use_is_noted(memory: Memory) -> None:
    receipt = memory.add("I like tea")
    memory.search("tea")
    memory.search("tea")
    memory.manage()
    cube = memory.get(receipt.ids[0])
    assert (cube.uses, cube.last_used) == (2, START)
    assert cube.strength > 1


def test_ids_may_be_shortened_while_they_are_unambiguous(memory: Memory) -> None:
    receipt = memory.add(["one", "two"])
    assert memory.get(receipt.ids[0][:12]).text == "one"
    with pytest.raises(InvalidInput, match="an id is text"):
        memory.get("")
    with pytest.raises(NotFound):
        memory.get("zzzzzzzzzz")
    ids = memory.add(["again"] * 40).ids  # 40 ids, 32 letters to begin with
    twice = next(id[0] for place, id in enumerate(ids) if id[0] in {i[0] for i in ids[:place]})
    with pytest.raises(InvalidInput, match="give more of it"):
        memory.get(twice)


def test_a_seed_makes_ids_repeatable(open_memory: Open) -> None:
    first, second = (open_memory(name, seed=7).add(TALK).ids for name in ("one", "two"))
    assert first == second
    memory = open_memory("three", seed=7)
    assert memory.add(TALK).ids == first
    memory.close()
    assert not set(open_memory("three", seed=7).add(TALK).ids) & set(first)


def test_two_users_may_have_the_same_seed(open_memory: Open) -> None:
    ana, bob = (open_memory(user=user, seed=7) for user in ("ana", "bob"))
    assert ana.add("tea").id != bob.add("coffee").id


def test_an_empty_user_is_refused_or_works(open_memory: Open) -> None:
    try:
        memory = open_memory(user="")
        receipt = memory.add("I like tea")
    except InvalidInput:
        return
    assert memory.get(receipt.ids[0]).text == "I like tea"
