"""Every command, as a person reads it and as a program does."""

import sqlite3

from typed import TURNS, Shell


def test_add_says_what_was_kept(tmp_path):
    shell = Shell(tmp_path / "memory")
    said = shell.text("add", "Biscuit is a beagle.", "--name", "Ana", "--session", "s1")
    assert said.startswith("1 memory stored  receipt ")
    assert "Biscuit is a beagle." in said
    hit = shell.json("search", "beagle")["hits"][0]
    assert (hit["memory"]["speaker"], hit["memory"]["session"]) == ("Ana", "s1")


def test_add_reads_standard_input(tmp_path):
    shell = Shell(tmp_path / "memory")
    for words in (["add", "-"], ["add"]):
        assert shell.json(*words, stdin="Line one.\nLine two.\n")["status"] == "refined"
    texts = [hit["memory"]["text"] for hit in shell.json("search", "line")["hits"]]
    assert texts == ["Line one.\nLine two."] * 2


def test_a_dry_run_writes_nothing(tmp_path):
    shell = Shell(tmp_path / "memory")
    assert "nothing was written" in shell.text("add", "Hello.", "--dry-run")
    assert shell.json("add", "Hello.", "--dry-run")["status"] == "preview"
    assert shell.json("stats")["memories"] == 0


def test_search_shows_rank_date_speaker_words_and_reasons(held):
    shell, ids = held
    shown = shell.text("search", "Where does Biscuit sleep?")
    first, words, why, *_ = shown.splitlines()
    assert first.split() == ["1", "████████", ids[1][:8], "3", "May", "2025", "user", "in", "s1"]
    assert words.strip() == TURNS[1][0]
    assert why.strip().startswith("same words")


def test_search_as_json(held):
    shell, ids = held
    found = shell.json("search", "Biscuit", "-k", 1)
    assert found.keys() == {"query", "hits", "seconds"}
    (hit,) = found["hits"]
    assert hit.keys() == {"rank", "score", "reasons", "memory"}
    assert hit["memory"]["id"] == ids[1]
    assert hit["memory"]["at"] == "2025-05-03T10:00:00+00:00"
    assert {"name", "value", "text"} == hit["reasons"][0].keys()


def test_search_can_be_narrowed(held):
    shell, ids = held
    only = shell.json("search", "I", "--session", "s2", "-k", 9)["hits"]
    assert [hit["memory"]["id"] for hit in only] == [ids[2]]
    early = shell.json("search", "dentist", "--as-of", "2025-05-20", "-k", 9)["hits"]
    assert ids[2] not in [hit["memory"]["id"] for hit in early]
    assert shell.json("search", "dentist", "--known-at", "2001-01-01")["hits"] == []
    assert shell.json("search", "dentist", "--user", "bob")["hits"] == []
    sessions = [
        hit["memory"]["session"] for hit in shell.json("search", "I", "--by", "session")["hits"]
    ]
    assert sorted(sessions) == ["s1", "s2"]


def test_long_memories_are_cut_around_the_words_asked_for(held):
    shell, _ = held
    shell.text("add", f"{'before ' * 200}the purple kayak {'after ' * 200}")
    shown = shell.text("search", "purple kayak", "-k", 1)
    assert "purple kayak" in shown
    assert len(shown.splitlines()) <= 6
    assert shell.text("search", "purple kayak", "-k", 1, "--full").count("after") == 200


def test_ask_shows_the_answer_and_its_source(held):
    shell, ids = held
    shown = shell.text("ask", "What is the name of my dog?", "--at", "2025-07-01")
    assert shown.startswith("Biscuit.")
    assert ids[1][:8] in shown
    told = shell.json("ask", "What is the name of my dog?", "--at", "2025-07-01")
    assert told["known"]
    assert [source["id"] for source in told["sources"]] == [ids[1]]
    assert 0 < told["confidence"] <= 1


def test_ask_says_when_it_does_not_know(held):
    shell, _ = held
    assert "don't know" in shell.text("ask", "What did my brother give me?")
    assert not shell.json("ask", "What did my brother give me?")["known"]


def test_context_prints_the_text_alone(held):
    shell, _ = held
    text = shell.text("context", "Where does Ana live?")
    told = shell.json("context", "Where does Ana live?")
    assert text == told["text"] + "\n"
    assert all(words in text for words, _, _ in TURNS)
    assert (told["route"], len(told["memories"])) == ("everything", 3)
    assert shell.json("context", "Where?", "--budget", 30)["left_out"] > 0


def test_a_request_is_enhanced_and_its_response_criticised(held):
    shell, ids = held
    request = "Suggest a toy for my dog"
    assert shell.text("enhance", request).startswith(f"{request}\n\nWhat you should know of me:\n")
    told = shell.json("enhance", request)
    assert "Biscuit" in told["text"]
    assert ids[1] in [source["id"] for source in told["sources"]]
    feedback = shell.json("critique", request, "Buy a ball.")
    assert not feedback["satisfied"]
    assert "Biscuit" in feedback["text"]
    assert feedback["text"] + "\n" == shell.text("critique", request, "Buy a ball.")


def test_a_correction_shows_in_history_as_a_change(held):
    shell, ids = held
    changed = shell.text(
        "update", ids[0][:8], "I moved from Porto to Faro.", "--why", "it was Faro"
    )
    assert "[-Lisbon.-] {+Faro.+}" in changed
    shown = shell.text("history", ids[0][:8])
    assert "v1" in shown
    assert "v2" in shown
    assert "it was Faro" in shown
    assert "[-Lisbon.-] {+Faro.+}" in shown
    told = shell.json("history", ids[0])
    assert [each["text"] for each in told["versions"]] == [
        TURNS[0][0],
        "I moved from Porto to Faro.",
    ]
    assert [each["why"] for each in told["versions"]] == ["said", "it was Faro"]


def test_explain_tells_rank_and_parts(held):
    shell, ids = held
    assert shell.text("explain", "Biscuit", ids[1][:6]).startswith("the best result")
    told = shell.json("explain", "Biscuit", ids[2])
    assert told["rank"] in (2, 3)
    assert told["ahead"]["id"] in ids
    assert "same words" in shell.text("explain", "dentist", ids[2][:8])


def test_a_receipt_is_found_by_memory_too(held):
    shell, ids = held
    told = shell.json("receipt", ids[0][:8])
    assert told["applied"][0]["id"] == ids[0]
    assert shell.json("receipt", told["id"]) == told
    assert TURNS[0][0] in shell.text("receipt", told["id"])


def test_stats_count_what_is_there(held):
    shell, _ = held
    told = shell.json("stats")
    counts = {name: told[name] for name in ("memories", "versions", "events", "sessions", "users")}
    assert counts == {"memories": 3, "versions": 3, "events": 3, "sessions": 2, "users": 1}
    assert told["embedded"] == []
    assert told["bytes"]["all"] >= told["bytes"]["database"] > told["bytes"]["words"] > 0
    shown = shell.text("stats")
    assert "3 May 2025 to 10 Jun 2025" in shown
    assert "lexical only" in shown


def test_stats_tell_how_it_is_governed(held):
    shell, ids = held
    told = shell.json("stats")
    assert (told["branch"], told["branches"], told["grants"], told["quotas"]) == (
        "main", ["main"], 0, [],
    )  # fmt: skip
    assert told["queue"] == {"waiting": 0, "running": 0, "dead": 0}
    assert told["sensitivity"] == {"internal": 3}
    assert told["expiring"] == {"memories": 0, "next": None}
    assert told["audit"] == {"lines": 3, "broken": []}
    assert told["backup"] is None
    shell.text("add", "The code is 1234.", "--sensitivity", "secret", "--ttl", "2d")
    shell.text("branch", "new", "trip")
    shell.text("quota", "--memories", "8")
    shell.text("access", "share", ids[0], "bo", "--user", "ana")
    connection = sqlite3.connect(shell.folder / "memory.db")
    connection.execute("INSERT INTO copy VALUES ('/else/where.tar', 'backup', 1770000000000000, 1)")
    connection.execute("INSERT INTO copy VALUES ('/else/old.tar', 'backup', 1760000000000000, 1)")
    connection.execute("INSERT INTO job SELECT id, 0, 5, 0, 0, 'x', 1 FROM event LIMIT 2")
    connection.execute("UPDATE audit SET count = 9 WHERE seq = 2")
    connection.commit()
    connection.close()
    told = shell.json("stats")
    assert (told["branches"], told["grants"]) == (["main", "trip"], 1)
    assert told["queue"]["dead"] == 2
    assert told["sensitivity"] == {"internal": 3, "secret": 1}
    assert told["expiring"]["memories"] == 1
    assert told["quotas"][0]["memories"] == {"limit": 8, "used": 4}
    assert told["audit"]["broken"] == [2]
    assert told["backup"]["path"] == "/else/where.tar"
    shown = shell.text("stats")
    for words in (
        "main; also trip", "2 given up", "4 of 8 memories of everybody", "given or received",
        "tampered with at line 2", "2 Feb 2026 02:40, /else/where.tar", "of the memories",
    ):  # fmt: skip
        assert words in shown
    assert len(shown.splitlines()) < 25, "one screen"


def test_stats_tell_how_much_is_embedded(tmp_path):
    shell = Shell(tmp_path / "memory", ("--embedder", "hash:16"))
    shell.text("add", "Hello there.")
    (embedded,) = shell.json("stats")["embedded"]
    assert embedded["vectors"] == 1
    assert "100%" in shell.text("stats")


def test_export_and_import_again(held, tmp_path):
    shell, _ = held
    backup = tmp_path / "backup.jsonl.gz"
    assert shell.json("export", backup)["versions"] == 3
    copy = Shell(tmp_path / "copy")
    assert copy.json("import", backup)["versions"] == 3
    assert "3 versions of memories from 3 events" in copy.text("export", tmp_path / "x.jsonl")
    assert "were there already" in copy.text("import", backup)


def test_models_are_listed(held):
    shell, _ = held
    assert "minilm" in shell.text("models", "list")
    names = [model["name"] for model in shell.json("models", "list")["models"]]
    assert "minilm" in names


def test_papers_and_bench_are_loaded_when_run(held):
    shell, _ = held
    assert "43. LongMemEval" in shell.run("papers", "43").stdout
    assert shell.json("papers", "43")[0]["n"] == 43
    assert "longmemeval" in shell.text("bench", "--help")
