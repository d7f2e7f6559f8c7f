"""Everything the façade does can be done over HTTP, and answers as the shell prints it."""

import gzip
import json

from being_served import Served, added, finished, found
from starlette.testclient import TestClient

from memwell import Memory


def test_what_is_added_is_found_read_and_explained(ana: TestClient) -> None:
    id = added(ana, "my cat is called Tom", session="pets", labels={"topic": "pets"})
    assert found(ana, "what is the cat called", where={"topic": "pets"}) == ["my cat is called Tom"]
    assert found(ana, "cat", where={"topic": "work"}) == []
    assert ana.get(f"/v1/memories/{id[:10]}").json()["text"] == "my cat is called Tom"
    assert ana.get("/v1/memories").json()["memories"][0]["id"] == id
    source = ana.get(f"/v1/memories/{id}/sources").json()["events"][0]
    assert source["messages"][0]["content"] == "my cat is called Tom"
    told = ana.post(f"/v1/memories/{id}/explain", json={"query": "cat"}).json()
    assert told["rank"] == 1
    assert "cat" in ana.post("/v1/context", json={"query": "cat"}).json()["text"]
    assert ana.post("/v1/ask", json={"query": "What is my cat called?"}).json()["sources"]


def test_messages_come_in_any_form(ana: TestClient) -> None:
    said = [
        {"role": "user", "content": [{"type": "text", "text": "I moved to Porto"}]},
        {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "map"}}]},
        "and I like it",
    ]
    receipt = ana.post("/v1/memories", json={"messages": said}).json()
    assert [each["text"] for each in receipt["applied"]][::2] == [
        "I moved to Porto",
        "and I like it",
    ]


def test_many_at_once_are_not_stored_twice(ana: TestClient) -> None:
    talks = [{"messages": f"fact {number}", "at": "2024-01-01T00:00:00Z"} for number in range(3)]
    first = ana.post("/v1/memories/many", json={"conversations": talks})
    assert first.status_code == 201
    again = ana.post("/v1/memories/many", json={"conversations": talks}).json()["receipts"]
    assert all(each["dropped"] for each in again)
    assert len(ana.get("/v1/memories").json()["memories"]) == 3


def test_pages_follow_each_other(ana: TestClient) -> None:
    for number in range(5):
        added(ana, f"fact {number}")
    page = ana.get("/v1/memories", params={"limit": 3}).json()
    rest = ana.get("/v1/memories", params={"limit": 3, "skip": page["next"]}).json()
    texts = [each["text"] for each in page["memories"] + rest["memories"]]
    assert texts == [f"fact {number}" for number in range(5)]
    assert rest["next"] is None


def test_a_dry_run_stores_nothing(ana: TestClient) -> None:
    answer = ana.post("/v1/memories", json={"messages": "never mind", "dry_run": True})
    assert (answer.status_code, answer.json()["status"]) == (200, "preview")
    assert found(ana, "never mind") == []


def test_change_history_undo_and_rollback(ana: TestClient) -> None:
    id = added(ana, "the meeting is on Monday")
    receipt = ana.patch(f"/v1/memories/{id}", json={"text": "the meeting is on Tuesday"}).json()
    history = ana.get(f"/v1/memories/{id}/history").json()["versions"]
    assert [each["version"] for each in history] == [1, 2]
    preview = ana.post("/v1/undo", json={"receipt": receipt["id"], "dry_run": True})
    assert preview.json()["status"] == "preview"
    assert found(ana, "meeting") == ["the meeting is on Tuesday"]
    assert ana.post("/v1/undo", json={"receipt": receipt["id"]}).status_code == 200
    assert found(ana, "meeting") == ["the meeting is on Monday"]
    assert ana.post("/v1/rollback", json={"to": receipt["id"]}).status_code == 200
    assert found(ana, "meeting") == ["the meeting is on Tuesday"]
    changes = ana.get("/v1/diff", params={"since": 0}).json()["changes"]
    assert [each["kind"] for each in changes] == ["added"]


def test_what_is_frozen_stays(ana: TestClient) -> None:
    id = added(ana, "water boils at 100 degrees")
    assert ana.post(f"/v1/memories/{id}/freeze", json={}).status_code == 200
    refused = ana.patch(f"/v1/memories/{id}", json={"text": "it boils at 90"})
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:memwell:illegal-transition"
    assert ana.post(f"/v1/memories/{id}/thaw", json={}).status_code == 200
    assert ana.patch(f"/v1/memories/{id}", json={"text": "it boils at 90"}).status_code == 200


def test_forgetting_is_previewed_done_and_proved(ana: TestClient, memory: Memory) -> None:
    id = added(ana, "the password is swordfish")
    preview = ana.post("/v1/forget", json={"ids": [id], "dry_run": True}).json()
    assert (preview["forgotten"], preview["dry_run"]) == ([id], True)
    report = ana.delete(f"/v1/memories/{id}").json()
    assert (report["forgotten"], report["verified"]) == ([id], True)
    assert ana.get(f"/v1/memories/{id}").status_code == 404
    assert ana.post("/v1/forget", json={}).status_code == 400


def test_receipts_queue_and_stats(ana: TestClient) -> None:
    receipt = ana.post("/v1/memories", json={"messages": "one"}).json()
    again = ana.get(f"/v1/receipts/{receipt['id']}").json()
    assert (again["status"], again["events"]) == (receipt["status"], receipt["events"])
    assert ana.get("/v1/queue").json() == {"jobs": []}
    assert ana.post("/v1/queue/retry", json={}).json() == {"receipts": []}
    stats = ana.get("/v1/stats").json()
    assert stats["memories"] == 1
    assert "memory" not in stats  # a folder of the server


def test_branches(admin: TestClient) -> None:
    added(admin, "tea at four")
    assert admin.post("/v1/branches", json={"name": "trial"}).status_code == 201
    added(admin, "coffee at nine", branch="trial")
    assert len(found(admin, "tea coffee", branch="trial")) == 2
    assert len(found(admin, "tea coffee")) == 1
    changes = admin.get("/v1/diff", params={"against": "trial"}).json()["changes"]
    assert [each["after"]["text"] for each in changes] == ["coffee at nine"]
    names = [each["name"] for each in admin.get("/v1/branches").json()["branches"]]
    assert names == ["main", "trial"]
    assert admin.delete("/v1/branches/trial").status_code == 204
    assert admin.get("/v1/memories", params={"branch": "trial"}).status_code == 404


def test_grants_shares_and_sensitivity(ana: TestClient, bo: TestClient, served: Served) -> None:
    id, other = added(ana, "the garden is wide"), added(ana, "the garage is narrow")
    shared = ana.post(f"/v1/memories/{id}/shares", json={"to": "bo"})
    assert shared.status_code == 201
    assert found(bo, "garden garage") == ["the garden is wide"]
    granted = ana.post("/v1/grants", json={"to": "bo", "rights": ["read"]}).json()
    assert len(found(bo, "garden garage")) == 2
    assert len(bo.get("/v1/grants").json()["grants"]) == 2
    assert bo.delete(f"/v1/grants/{granted['id']}").status_code == 404
    assert ana.delete(f"/v1/grants/{granted['id']}").status_code == 204
    assert found(bo, "garden garage") == ["the garden is wide"]
    secret = ana.put(f"/v1/memories/{other}/sensitivity", json={"sensitivity": "secret"})
    assert secret.status_code == 200
    low = served.client_of(user="ana", clearance="internal")
    assert found(low, "garden garage") == ["the garden is wide"]


def test_quotas_hold(admin: TestClient, ana: TestClient) -> None:
    told = admin.put("/v1/quotas", json={"user": "ana", "memories": 1})
    assert told.json()["quotas"][0]["memories"]["limit"] == 1
    added(ana, "one")
    refused = ana.post("/v1/memories", json={"messages": "two"})
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:memwell:quota-exceeded")
    assert ana.put("/v1/quotas", json={"user": "ana"}).status_code == 403


def test_the_audit_log_is_for_those_it_concerns(
    ana: TestClient, bo: TestClient, admin: TestClient
) -> None:
    added(ana, "one")
    added(bo, "two")
    mine = ana.get("/v1/audit").json()
    assert [line["action"] for line in mine["lines"]] == ["add"]
    assert mine["broken"] is None
    whole = admin.get("/v1/audit").json()
    assert {"add", "create key"} <= {line["action"] for line in whole["lines"]}
    assert whole["broken"] == []


def test_export_and_import(ana: TestClient, bo: TestClient, served: Served) -> None:
    added(ana, "we met in Lisbon")
    job = finished(ana, ana.post("/v1/jobs/export", json={}))
    assert (job["status"], job["result"]["events"]) == ("done", 1)
    file = ana.get(f"/v1/jobs/{job['id']}/file")
    assert b"we met in Lisbon" in gzip.decompress(file.content)
    assert bo.get(f"/v1/jobs/{job['id']}/file").status_code == 404
    id = ana.get("/v1/memories").json()["memories"][0]["id"]
    assert ana.delete(f"/v1/memories/{id}").json()["copies"][0]["path"] is None
    back = finished(ana, ana.post("/v1/jobs/import?name=m.jsonl.gz", content=file.content))
    assert back["status"] == "done", back
    assert found(ana, "where did we meet") == ["we met in Lisbon"]


def test_import_of_conversations_tells_how_far_it_is(ana: TestClient) -> None:
    lines = [
        json.dumps({"messages": [{"role": "user", "content": f"I saw film {number}"}]})
        for number in range(20)
    ]
    job = finished(ana, ana.post("/v1/jobs/import?format=openai", content="\n".join(lines)))
    assert (job["status"], job["done"], job["total"]) == ("done", 20, 20), job
    events = ana.get(f"/v1/jobs/{job['id']}/events").text
    assert "event: ended" in events
    assert len(ana.get("/v1/memories").json()["memories"]) == 20


def test_memories_of_another_system_come_in_once(ana: TestClient) -> None:
    saved = {"results": [{"id": "m1", "memory": "Lives in Lisbon", "created_at": "2024-05-01"}]}
    saved["relations"] = [{"source": "ana", "target": "lisbon"}]
    for new in (1, 0):
        job = finished(ana, ana.post("/v1/jobs/import?name=all.json", content=json.dumps(saved)))
        assert job["status"] == "done", job
        told = job["result"]
        assert (told["format"], told["memories"], told["new_memories"]) == ("mem0", 1, new)
        assert told["left_out"] == {"relations between names that have no memories": 1}
    (memory,) = ana.get("/v1/memories").json()["memories"]
    assert (memory["text"], memory["user"], memory["ref"]) == ("Lives in Lisbon", "ana", "m1")
    theirs = {"results": [{"id": "m2", "memory": "Forged", "user_id": "bo"}]}
    job = finished(ana, ana.post("/v1/jobs/import?format=mem0", content=json.dumps(theirs)))
    assert job["status"] == "failed"
    assert len(ana.get("/v1/memories").json()["memories"]) == 1


def test_manage_and_refine_are_jobs(ana: TestClient) -> None:
    assert finished(ana, ana.post("/v1/jobs/manage", json={"dry_run": True}))["status"] == "done"
    assert finished(ana, ana.post("/v1/jobs/refine", json={}))["result"] == {"events": 0}
    assert len(ana.get("/v1/jobs").json()["jobs"]) == 2


def test_a_file_that_is_none_fails_the_job_with_the_reason(ana: TestClient) -> None:
    job = finished(ana, ana.post("/v1/jobs/import?name=x.json", content=b"{broken"))
    assert job["status"] == "failed"
    assert "memwell-serve-" not in job["error"]
    assert ana.post("/v1/jobs/import", content=b"").status_code == 400


def test_keys_are_looked_after(admin: TestClient, served: Served) -> None:
    body = {"name": "reader", "user": "ana", "rights": ["read"]}
    made = admin.post("/v1/keys", json=body).json()
    reader = TestClient(served.app, headers={"Authorization": f"Bearer {made['key']}"})
    reader.portal = served.client.portal
    assert reader.get("/v1/keys/own").json()["user"] == "ana"
    assert reader.post("/v1/memories", json={"messages": "no"}).status_code == 403
    listed = admin.get("/v1/keys").json()["keys"]
    assert made["id"] in {each["id"] for each in listed}
    assert made["key"] not in admin.get("/v1/keys").text
    assert admin.delete(f"/v1/keys/{made['id']}").status_code == 204
    assert reader.get("/v1/keys/own").status_code == 401


def test_health_readiness_metrics_and_docs(served: Served, admin: TestClient) -> None:
    client = served.client
    assert client.get("/health").json() == {"status": "ok"}
    assert client.get("/ready").json() == {"status": "ok"}
    added(admin, "one")
    found(admin, "one")
    text = admin.get("/metrics").text
    assert 'memwell_requests_total{method="POST",route="/v1/search",status="200"} 1.0' in text
    assert "memwell_adds_total 1.0" in text
    assert "memwell_hits_total 1.0" in text
    assert client.get("/metrics").status_code == 401
    page = client.get("/docs").text
    assert "/v1/search" in page
    assert "http" not in page.replace("<html", "")
