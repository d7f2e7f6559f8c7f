"""Memories of other systems: dates, owners, ids, validity, links survive; none comes twice."""

from datetime import UTC, datetime
from pathlib import Path

import exported
import pytest
from exported import FILES, taken, write
from typed import Shell

from memwell.app.imports.detect import detect
from memwell.app.imports.moments import moment
from memwell.app.ingestion import Imported, adopt, survey
from memwell.core.clock import ManualClock
from memwell.core.cube import MemCube
from memwell.core.errors import InvalidInput
from memwell.core.interval import Interval
from memwell.core.lifecycle import State
from memwell.kernel.doctor.doctor import doctor
from memwell.kernel.memory import Memory
from support import START

NOW = START.replace(year=2026)


@pytest.fixture
def memory(tmp_path: Path):
    with Memory(tmp_path / "memory", embedder=None, clock=ManualClock(NOW)) as opened:
        yield opened


def held(memory: Memory) -> dict[str, MemCube]:
    """All that is searchable, by its words."""
    return {cube.text: cube for cube in memory.view().scan()}


def ties(memory: Memory) -> set[tuple[str, str, str]]:
    texts = {cube.id: cube.text for cube in memory.view().scan()}
    return {
        (texts[link.src], link.relation, texts[link.dst])
        for id in texts
        for link in memory.view().neighbours(id)
    }


def at(text: str) -> datetime:
    found = moment(text)
    assert found
    return found


KINDS = pytest.mark.parametrize("kind", FILES)


@KINDS
def test_a_file_is_known_by_what_is_in_it_and_comes_in_once(memory, tmp_path, kind):
    path = FILES[kind](tmp_path)
    assert detect(path) == kind
    first = taken(memory, path)
    assert first.new_memories == first.memories > 0
    before = memory.store.sequence()
    again = taken(memory, path)
    assert (again.new_memories, again.changed_memories, again.new_links) == (0, 0, 0)
    assert memory.store.sequence() == before
    memory.close()
    assert doctor(memory.path).findings == ()


@KINDS
def test_all_of_it_rests_on_events_that_say_just_that(memory, tmp_path, kind):
    taken(memory, FILES[kind](tmp_path))
    events = {event.id: event for event in memory.store.all_events(memory.scope)}
    for cube in memory.view().scan():
        assert cube.source.by == f"import:{kind}"
        assert cube.source.events
        assert set(cube.source.events) <= events.keys()
        if "turn" in cube.labels:
            (event,) = cube.source.events
            assert events[event].messages[0].content == cube.text
            assert events[event].recorded == cube.known.start


def test_memories_of_mem0(memory, tmp_path):
    taken(memory, FILES["mem0"](tmp_path))
    lisbon, nuts = held(memory)["Lives in Lisbon"], held(memory)["Allergic to nuts"]
    created = datetime(2024, 5, 1, 17, 22, 0, 123456, UTC)
    assert (lisbon.scope.user, lisbon.scope.session) == ("ana", "trip")
    assert lisbon.known.start == lisbon.valid.start == created
    assert lisbon.labels["ref"] == "892db2ae-06d9-49e5-8b3e-585ef9b85b8e"
    assert lisbon.labels["changed"] == "2024-06-02T08:00:00+00:00"
    assert (lisbon.labels["topic"], lisbon.labels["rank"]) == ("home", "2")
    assert (lisbon.labels["x_role"], lisbon.labels["role"]) == ("traveller", "memory")
    assert (nuts.scope.user, nuts.scope.agent) == ("bob", "cook")
    assert nuts.until == datetime(2099, 1, 1, tzinfo=UTC)
    assert [hit.cube.id for hit in memory.search("lisbon", user="ana")] == [lisbon.id]
    assert lisbon.id not in {hit.cube.id for hit in memory.search("lisbon", user="bob")}


def test_every_wording_in_mem0s_history_is_a_version(memory, tmp_path):
    path = exported.history(tmp_path / "history.db")
    assert detect(path) == "mem0"
    taken(memory, path)
    lisbon = held(memory)["Lives in Lisbon"]
    versions = memory.history(lisbon.id)
    assert [cube.text for cube in versions] == ["Lives in Porto", "Lives in Lisbon"]
    assert [cube.known.start for cube in versions] == [at("2024-01-01"), at("2024-06-01")]
    assert "Has a cat" not in held(memory)
    then, *_ = memory.search("cat", known_at=at("2024-03-01"))
    assert (then.cube.text, then.cube.speaker) == ("Has a cat", "ana")
    gone = memory.store.history(then.cube.id)[-1]
    assert (gone.state, gone.known.start) == (State.EXPIRED, at("2024-07-01"))


def test_what_letta_kept(memory, tmp_path):
    path = FILES["letta"](tmp_path)
    assert survey(path, None).left == {"empty memory blocks": 1, "tools": 1, "system prompts": 1}
    taken(memory, path)
    found = held(memory)
    said = found["I moved to Porto"]
    assert (said.scope.agent, said.scope.session) == ("companion", "agent-0")
    assert (said.labels["role"], said.labels["ref"], said.at) == (
        "user", "message-0", at("2025-01-02T03:04:05Z"),
    )  # fmt: skip
    block = found["Name: Ana"]
    assert (block.labels["is"], block.labels["label"], block.scope.agent) == (
        "block", "human", "companion",
    )  # fmt: skip
    assert block.labels["colour"] == "blue"
    assert found["Likes port wine"].labels["tags"] == '["taste"]'
    assert "Noted [called core_memory_append({})]" in found


def test_an_agent_file_that_has_grown_adds_what_is_new(memory, tmp_path):
    path = FILES["letta"](tmp_path)
    taken(memory, path)
    grown = {**exported.LETTA, "agents": [dict(exported.LETTA["agents"][0])]}
    more = {"id": "message-2", "role": "user", "content": "Bye", "created_at": "2025-01-03"}
    grown["agents"][0]["messages"] = [*exported.LETTA["agents"][0]["messages"], more]
    grown["blocks"] = [{**exported.LETTA["blocks"][0], "value": "Name: Ana Sousa"}]
    done = taken(memory, write(tmp_path, "agent.af", grown))
    assert (done.new_memories, done.changed_memories) == (1, 1)
    block = held(memory)["Name: Ana Sousa"]
    assert [cube.text for cube in memory.history(block.id)] == ["Name: Ana", "Name: Ana Sousa"]


def test_an_older_agent_file(memory, tmp_path):
    path = write(tmp_path, "old.af", exported.OLD_LETTA)
    assert detect(path) == "letta"
    taken(memory, path)
    assert {"Chad", "hello"} == held(memory).keys()
    assert held(memory)["Chad"].scope.agent == "old friend"


def test_the_four_times_of_a_fact(memory, tmp_path):
    taken(memory, FILES["graphiti"](tmp_path))
    acme, globex = (held(memory)[f"Ana works at {firm}"] for firm in ("Acme", "Globex"))
    started, left = at("2024-01-09"), at("2025-01-01")
    assert (acme.valid, globex.valid) == (Interval(started, left), Interval(left))
    learned, ended = at("2024-01-10T09:00:02Z"), at("2025-01-10T09:00:02Z")
    versions = memory.history(acme.id)
    assert [cube.known.start for cube in versions] == [learned, ended]
    assert [cube.valid for cube in versions] == [Interval(started), Interval(started, left)]

    def works(**when: datetime) -> set[str]:
        view = memory.search("works at", k=20, **when)
        return {hit.cube.text for hit in view if hit.cube.labels.get("is") == "fact"}

    assert works(as_of=at("2024-06-01")) == {acme.text}
    assert works(as_of=at("2025-06-01")) == {globex.text}
    assert works(as_of=at("2025-06-01"), known_at=at("2024-06-01")) == {acme.text}


def test_a_graph_comes_as_zep_keeps_it(memory, tmp_path):
    taken(memory, FILES["graphiti"](tmp_path))
    assert {
        ("Ana works at Acme", "SOURCE", "Ana"),
        ("Ana works at Acme", "TARGET", "Acme"),
        ("I work at Acme now.", "STATES", "Ana works at Acme"),
        ("I work at Acme now.", "MENTIONS", "Ana"),
    } <= ties(memory)
    acme = held(memory)["Ana works at Acme"]
    (episode,) = memory.sources(acme.id)
    assert (episode.messages[0].content, episode.scope.user) == ("I work at Acme now.", "ana")
    assert episode.at == at("2024-01-09T09:00:00Z")
    assert held(memory)["Ana"].labels["age"] == "31"
    with Memory(memory.path, embedder=None, strategy="plaintext:zep", user="ana") as zep:
        texts = [hit.cube.text for hit in zep.search("Where does Ana work?", k=20)]
        assert texts
        zep.manage()


def test_observations_and_relations(memory, tmp_path):
    taken(memory, FILES["mcp"](tmp_path))
    assert ("Ana", "lives_in", "Porto") in ties(memory)
    chess = held(memory)["Plays chess"]
    assert (chess.labels["entity_name"], chess.keys) == ("Ana", ("Ana",))
    assert held(memory)["Ana"].labels["kind"] == "person"


def test_what_a_cogx_archive_holds(memory, tmp_path):
    path = FILES["cogx"](tmp_path)
    assert survey(path, None).left == {"nodes of no kind": 1}
    taken(memory, path)
    found = held(memory)
    fact = found["Ana lives in Porto"]
    assert fact.valid == Interval(at("2024-02-01"), at("2024-12-01"))
    assert (fact.labels["confidence"], fact.labels["provenance"]) == ("0.9", '["e-1"]')
    assert {memory.get(id).text for id in fact.source.parents} == {"I live in Porto", "Lovely"}
    assert ("Ana lives in Porto", "TARGET", "Porto") in ties(memory)
    turn = found["I live in Porto"]
    assert (turn.scope.user, turn.scope.session) == ("ana", "s-1")
    assert turn.at == at("2024-02-02T10:00:00Z")
    assert found["A report."].labels["title"] == "Report"


def test_notes_with_front_matter(memory, tmp_path):
    taken(memory, FILES["markdown"](tmp_path))
    home = held(memory)["I live in [[Porto]]."]
    assert (home.scope.user, home.at, home.labels["tags"]) == (
        "ana", at("2024-03-01"), '["home", "city"]',
    )  # fmt: skip
    assert held(memory)["A city on the Douro."].labels["country"] == "Portugal"
    assert ties(memory) == {(home.text, "links to", "A city on the Douro.")}


def test_what_was_edited_here_stays_until_it_changes_there(memory, tmp_path):
    path = FILES["mem0"](tmp_path)
    taken(memory, path)
    id = held(memory)["Lives in Lisbon"].id
    memory.update(id, "Lives in Sintra")
    assert taken(memory, path).changed_memories == 0
    assert memory.get(id).text == "Lives in Sintra"
    first, second = exported.MEM0["results"]
    changed = {"results": [{**first, "memory": "Lives in Faro"}, second]}
    assert taken(memory, write(tmp_path, "new.json", changed)).changed_memories == 1
    texts = [cube.text for cube in memory.history(id)]
    assert texts == ["Lives in Lisbon", "Lives in Sintra", "Lives in Faro"]


def test_what_is_frozen_here_is_left_alone(memory, tmp_path):
    path = FILES["mem0"](tmp_path)
    taken(memory, path)
    id = held(memory)["Lives in Lisbon"].id
    memory.freeze(id)
    first, second = exported.MEM0["results"]
    changed = {"results": [{**first, "memory": "Lives in Faro"}, second]}
    done = taken(memory, write(tmp_path, "new.json", changed))
    assert (done.frozen, done.changed_memories) == (1, 0)
    assert memory.get(id).text == "Lives in Lisbon"


def test_memories_of_somebody_else_are_refused_as_a_whole(tmp_path):
    with Memory(tmp_path / "memory", embedder=None, user="ana") as mine:
        with pytest.raises(InvalidInput, match="bob"):
            taken(mine, FILES["mem0"](tmp_path))
        assert list(mine.view().scan()) == []


def test_bad_records_are_told_and_the_rest_is_kept(memory, tmp_path):
    first = exported.MEM0["results"][0]
    bad = [{"id": "x", "memory": "  "}, {"id": None, "memory": "y"}, 5,
           {"id": "z", "memory": "half \ud83d", "created_at": "noon"}]  # fmt: skip
    path = write(tmp_path, "all.json", {"results": [first, *bad]})
    found = survey(path, None)
    places = [place.rpartition(" ")[2] for place, _ in found.faults]
    assert places == ["2", "3", "4", "5"]
    adopt(memory, path, found, Imported(), lambda _: None)
    assert list(held(memory)) == ["Lives in Lisbon"]


def test_the_command_tells_what_came_in_and_what_did_not(tmp_path):
    shell = Shell(tmp_path / "memory")
    path = FILES["letta"](tmp_path)
    shown = shell.text("import", path)
    assert "4 memories, 0 links taken in" in shown
    assert "left out: 1 tools" in shown
    assert "4 were there already" in shell.text("import", path)
    told = shell.json("import", path, "--format", "letta")
    assert (told["format"], told["memories"], told["new_memories"]) == ("letta", 4, 0)
    assert told["left_out"] == {"empty memory blocks": 1, "tools": 1, "system prompts": 1}
    assert "sealed" not in shell.error("import", path, "--grants")
