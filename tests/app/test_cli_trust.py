"""Going back, branches, grants, quotas and the audit log, at the shell."""

import sqlite3


def test_undo_takes_back_and_can_itself_be_undone(held):
    shell, ids = held
    receipt = shell.json("update", ids[0], "I moved to Faro.", "--user", "ana")
    back = shell.json("undo", receipt["id"])
    assert [(done["op"], done["id"]) for done in back["applied"]] == [("restore", ids[0])]
    assert shell.json("history", ids[0])["versions"][-1]["text"] == "I moved from Porto to Lisbon."
    shell.text("undo", back["id"])
    assert shell.json("history", ids[0])["versions"][-1]["text"] == "I moved to Faro."


def test_a_dry_run_of_undo_changes_nothing(held):
    shell, ids = held
    receipt = shell.json("update", ids[0], "I moved to Faro.")
    assert "nothing was written" in shell.text("undo", receipt["id"], "--dry-run")
    assert shell.json("history", ids[0])["versions"][-1]["text"] == "I moved to Faro."
    assert "no change" in shell.error("undo", "unheard-of")


def test_rollback_asks_first(held):
    shell, ids = held
    shell.text("update", ids[0], "I moved to Faro.")
    refused = shell.run("rollback", "3")
    assert refused.exit_code == 2
    assert "3 memories would be as before" in refused.stderr
    assert "say --yes" in refused.stderr
    assert shell.json("rollback", "3", "--dry-run")["status"] == "preview"
    done = shell.json("rollback", "2001-01-01", "--yes")
    assert {entry["op"] for entry in done["applied"]} == {"restore"}
    assert shell.json("search", "Lisbon")["hits"] == []
    shell.text("undo", done["id"])
    assert shell.json("search", "Faro")["hits"][0]["memory"]["id"] == ids[0]


def test_diff_shows_what_changed(held):
    shell, ids = held
    receipt = shell.json(
        "receipt", shell.json("history", ids[2])["versions"][0]["source"]["events"][0]
    )
    shell.text("update", ids[0], "I moved from Porto to Faro.")
    shown = shell.text("diff", receipt["id"])
    assert "[-Lisbon.-]" in shown
    assert "{+Faro.+}" in shown
    (change,) = shell.json("diff", receipt["id"])["changes"]
    assert (change["kind"], change["id"]) == ("changed", ids[0])
    assert shell.text("diff", "0", "0") == "No difference.\n"


def test_a_branch_goes_its_own_way(held):
    shell, ids = held
    assert "--branch trip" in shell.text("branch", "new", "trip")
    shell.text("update", ids[0], "I moved to Faro.", "--branch", "trip")
    assert shell.json("search", "Faro")["hits"][0]["memory"]["text"] != "I moved to Faro."
    (change,) = shell.json("diff", "--against", "trip")["changes"]
    assert change["after"]["text"] == "I moved to Faro."
    assert [each["name"] for each in shell.json("branch", "list")["branches"]] == ["main", "trip"]
    assert "say --yes" in shell.error("branch", "drop", "trip")
    shell.text("branch", "drop", "trip", "--yes")
    assert "no branch 'trip'" in shell.error("search", "Faro", "--branch", "trip")
    assert "cannot be dropped" in shell.error("branch", "drop", "main", "--yes")


def test_access_is_granted_and_taken_back(held):
    shell, ids = held
    assert shell.json("search", "Lisbon", "--user", "bo")["hits"] == []
    grant = shell.json("access", "share", ids[0][:8], "bo", "--user", "ana")
    seen = shell.json("search", "Biscuit Lisbon", "--user", "bo")["hits"]
    assert [hit["memory"]["id"] for hit in seen] == [ids[0]]
    assert "user bo may read" in shell.text("access", "list", "--user", "bo")
    assert "gave no grant" in shell.error("access", "revoke", grant["id"], "--user", "bo")
    shell.text("access", "revoke", grant["id"], "--user", "ana")
    assert shell.json("search", "Lisbon", "--user", "bo")["hits"] == []
    assert shell.text("access", "list", "--user", "bo") == "Nothing is shared.\n"


def test_labels_filter_a_search(held):
    shell, _ = held
    shell.text("add", "Tea at noon.", "--label", "topic=plans", "--label", "year=2025")
    hits = shell.json(
        "search", "Tea", "--where", "topic=plans", "--where", '{"year": {"gt": 2020}}'
    )
    assert [hit["memory"]["labels"]["topic"] for hit in hits["hits"]] == ["plans"]
    assert shell.json("search", "Tea", "--where", "topic=other")["hits"] == []
    assert "write it as topic=travel" in shell.error("search", "Tea", "--where", "topic")
    assert "memwell sets that one" in shell.error("add", "x", "--label", "role=boss")


def test_a_quota_is_kept(held):
    shell, _ = held
    assert "3 of 3 memories" in shell.text("quota", "--memories", "3", "--user", "ana")
    assert "may hold 3 memories" in shell.error("add", "One more.", "--user", "ana")
    assert shell.text("quota", "--none", "--user", "ana") == "There are no quotas.\n"
    shell.text("add", "One more.", "--user", "ana")


def test_frozen_memories_are_not_changed(held):
    shell, ids = held
    shell.text("freeze", ids[0])
    assert "frozen" in shell.error("update", ids[0], "I moved to Faro.")
    shell.text("thaw", ids[0])
    shell.text("update", ids[0], "I moved to Faro.")


def test_tampering_with_the_audit_log_shows(held):
    shell, _ = held
    assert "all 3 seals hold" in shell.text("audit")
    connection = sqlite3.connect(shell.folder / "memory.db")
    connection.execute("UPDATE audit SET action = 'nothing' WHERE seq = 2")
    connection.commit()
    connection.close()
    result = shell.run("audit")
    assert result.exit_code == 1
    assert "tampered with at line 2" in result.stdout
    assert shell.json("audit", exit_code=1)["broken"] == [2]
