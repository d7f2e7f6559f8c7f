"""Logs and spans tell what was done, and never what was said or by whom."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
from acting import Noting, Open, Raising

from memwell.core.errors import InvalidInput, ModelUnavailable
from memwell.core.message import Conversation, Message
from memwell.kernel import spans
from memwell.kernel.memory import Memory

trace = pytest.importorskip("opentelemetry.trace")
sdk = pytest.importorskip("opentelemetry.sdk.trace")
from opentelemetry.sdk.trace.export import SimpleSpanProcessor  # noqa: E402
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter  # noqa: E402

WORDS = ("swordfish", "marzipan", "lilou", "soul")  # said, asked, who and where; no id has them


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """Spans that have ended; the program's provider is swapped for the test."""
    exporter = InMemorySpanExporter()
    provider = sdk.TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    yield exporter
    provider.shutdown()


def work(memory: Memory) -> None:
    """One of everything."""
    receipt = memory.add("my password is swordfish", session="soul", user="lilou")
    memory.search("marzipan password", user="lilou")
    memory.ask("What is the marzipan password?")
    memory.context("marzipan")
    changed = memory.update(receipt.ids[0][:8], "it was swordfish")
    memory.undo(changed.id)
    memory.branch("swordfish")
    memory.drop_branch("swordfish")
    memory.manage()
    list(memory.add_many([Conversation((Message(f"{n} swordfish"),)) for n in range(3)]))
    memory.forget(receipt.ids[0])
    with pytest.raises(InvalidInput):
        memory.search("")


def test_every_operation_leaves_one_record(
    open_memory: Open, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "memwell")
    memory = open_memory(user="lilou", model="rules")
    work(memory)
    records = [each for each in caplog.records if each.name == "memwell.operations"]
    assert [each.operation for each in records] == [
        "add", "search", "ask", "context", "update", "undo", "branch", "drop_branch", "manage",
        "add_many", "forget", "search",
    ]  # fmt: skip
    add, search, *_, many, forget, refused = records
    assert (add.count, add.status, add.batch) == (1, "refined", memory.store.journal()[0].batch)
    assert add.ms > 0
    assert add.getMessage().startswith(f"add count=1 dropped=0 batch={add.batch} status=refined ")
    assert (search.count, many.count, many.conversations, forget.verified) == (1, 3, 3, True)
    assert refused.error == "InvalidInput"
    (actor,) = {each.actor for each in records}
    assert actor == memory.governance.audit()[0].actor


def test_nothing_that_was_said_or_named_is_logged(
    open_memory: Open, caplog: pytest.LogCaptureFixture, traced: InMemorySpanExporter
) -> None:
    caplog.set_level(logging.INFO, "memwell")
    memory = open_memory(user="lilou", model="rules")
    work(memory)
    failing = open_memory("failing", strategy=Raising(ModelUnavailable("swordfish")), user="lilou")
    failing.add("my password is swordfish")
    told = [str(vars(each)) + each.getMessage() for each in caplog.records]
    told += [each.to_json() for each in traced.get_finished_spans()]
    assert len(told) > 30
    for word in WORDS:
        assert not [line for line in told if word in line], word


def test_retries_and_dead_letters_are_warnings(
    open_memory: Open, caplog: pytest.LogCaptureFixture
) -> None:
    open_memory("a", strategy=Raising(ModelUnavailable("no"))).add("tea")
    open_memory("b", strategy=Raising(ValueError("no"))).add("tea")
    retry, give_up = [each for each in caplog.records if each.levelno == logging.WARNING]
    assert (retry.operation, retry.attempt, retry.error) == ("retry", 1, "ModelUnavailable")
    assert (give_up.operation, give_up.attempt, give_up.error) == ("give_up", 1, "ValueError")


def test_spans_have_the_names_of_the_conventions(
    open_memory: Open, traced: InMemorySpanExporter
) -> None:
    memory = open_memory(strategy=Noting(), model="rules")
    work(memory)
    ended = traced.get_finished_spans()
    memories = [each for each in ended if "memwell.operation" in (each.attributes or {})]
    told = [(each.name, each.attributes["memwell.operation"]) for each in memories]
    assert told == [
        ("create_memory_store", "open"),
        ("upsert_memory", "refine"),
        ("create_memory", "add"),
        ("search_memory", "search"),
        ("search_memory", "ask"),
        ("search_memory", "context"),
        ("update_memory", "update"),
        ("update_memory", "undo"),
        ("create_memory_store", "branch"),
        ("delete_memory_store", "drop_branch"),
        ("upsert_memory", "manage"),
        *[("upsert_memory", "refine")] * 3,
        ("create_memory", "add_many"),
        ("delete_memory", "forget"),
        ("search_memory", "search"),
    ]
    assert all(each.name == each.attributes["gen_ai.operation.name"] for each in memories)
    assert all(each.kind is trace.SpanKind.INTERNAL for each in memories)
    _, refine, add, search, *_, refused = memories
    assert refine.parent.span_id == add.context.span_id
    assert search.attributes["gen_ai.memory.record.count"] == 2
    assert (
        search.attributes["gen_ai.memory.store.id"] == refused.attributes["gen_ai.memory.store.id"]
    )
    children = {
        each.name for each in ended if each.parent and each.parent.span_id == search.context.span_id
    }
    assert children == {"embeddings", "memwell.first_stage"}
    assert refused.attributes["error.type"] == "InvalidInput"
    assert refused.status.status_code is trace.StatusCode.ERROR
    assert not refused.events
    assert not any("gen_ai.memory.query.text" in each.attributes for each in memories)
    assert not any("gen_ai.memory.records" in each.attributes for each in memories)


def test_content_is_told_when_it_is_asked_for(
    open_memory: Open, traced: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(spans.CAPTURE, "true")
    memory = open_memory()
    (id,) = memory.add("I like tea").ids
    memory.search("Who likes tea?")
    memory.update(id, "I like milk")
    add, search, update = [
        each for each in traced.get_finished_spans() if each.name.endswith("_memory")
    ]
    assert json.loads(add.attributes["gen_ai.memory.records"]) == [
        {"content": "I like tea", "id": id}
    ]
    assert search.attributes["gen_ai.memory.query.text"] == "Who likes tea?"
    (found,) = json.loads(search.attributes["gen_ai.memory.records"])
    assert (found["id"], found["content"]) == (id, "I like tea")
    assert found["score"] > 0
    assert update.attributes["gen_ai.memory.record.id"] == id


def test_without_a_provider_there_are_no_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "get_tracer_provider", trace.ProxyTracerProvider)
    assert spans.tracer() is None
    with spans.span("x", {}) as span:
        assert span is None


def test_telemetry_is_not_imported_by_us() -> None:
    code = (
        "import sys\nfrom memwell import Memory\n"
        "import tempfile\n"
        "with Memory(tempfile.mkdtemp(), embedder='none') as memory:\n"
        "    memory.add('tea')\n    memory.search('tea')\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
