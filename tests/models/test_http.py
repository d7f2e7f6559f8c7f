"""Endpoints, against a real server on the loopback address."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from memwell.core.errors import InvalidInput, InvalidOutput, ModelUnavailable
from memwell.models.http import BATCH, HTTPEmbedder, OpenAICompatible
from memwell.models.resolve import resolve_embedder, resolve_model

KEY = "sk-very-secret"


def chat(text, **used):
    return {"choices": [{"message": {"content": text}}], "usage": used}


def embeddings(body, width=4):
    rows = [{"index": n, "embedding": [n + 1.0] * width} for n in range(len(body["input"]))]
    return {"data": rows[::-1]}  # order is the index's affair


@contextmanager
def server(*replies):
    """Answers with one reply after the other, the last one for ever; yields URL and requests.

    A reply is a status, a body, or (status, body, headers), or a function of the request's body.
    """
    left, seen = list(replies), []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            seen.append((self.path, body, dict(self.headers)))
            reply = left.pop(0) if len(left) > 1 else left[0]
            reply = reply(body) if callable(reply) else reply
            reply = (reply, "", {}) if isinstance(reply, int) else reply
            status, payload, headers = reply if isinstance(reply, tuple) else (200, reply, {})
            text = payload if isinstance(payload, str) else json.dumps(payload)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}/v1", seen
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


def writer(url, **options):
    return OpenAICompatible(url, "m", KEY, sleep=options.pop("sleep", lambda _: None), **options)


def embedder(url, **options):
    return HTTPEmbedder(url, "m", KEY, sleep=lambda _: None, **options)


def test_chat_sends_question_schema_and_key_and_reads_usage():
    with server(chat("hello", prompt_tokens=7, completion_tokens=2)) as (url, seen):
        done = writer(url).complete("hi", {"type": "object"})
    assert (done.text, done.asked, done.answered) == ("hello", 7, 2)
    path, body, headers = seen[0]
    assert path == "/v1/chat/completions"
    assert body["messages"] == [{"role": "user", "content": "hi"}]
    assert body["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert headers["Authorization"] == f"Bearer {KEY}"


def test_without_the_schema_where_the_endpoint_refuses_it():
    def picky(body):
        return 400 if "response_format" in body else chat("hello")

    with server(picky) as (url, seen):
        model = writer(url)
        assert model.complete("hi", {}).text == "hello"
        assert model.complete("hi", {}).text == "hello"
    assert len(seen) == 3  # refused once, then remembered


@pytest.mark.parametrize("status", [429, 500, 503])
def test_tries_again_with_growing_pauses(status):
    waits = []
    with server(status, status, chat("hello")) as (url, seen):
        assert writer(url, sleep=waits.append).complete("hi", {}).text == "hello"
    assert waits == [0.5, 1.0]
    assert len(seen) == 3


@pytest.mark.parametrize(("value", "wait"), [("7", 7.0), ("86400", 30.0), ("soon", 0.5)])
def test_waits_as_long_as_it_is_told_within_reason(value, wait):
    waits = []
    with server((429, "", {"Retry-After": value}), chat("hello")) as (url, _):
        writer(url, sleep=waits.append).complete("hi", {})
    assert waits == [wait]


def test_retry_after_may_be_a_date():
    waits = []
    busy = (503, "", {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})
    with server(busy, chat("hello")) as (url, _):
        writer(url, sleep=waits.append).complete("hi", {})
    assert waits == [0.0]


def test_gives_up_and_says_so():
    with server(500) as (url, seen), pytest.raises(ModelUnavailable, match="3 attempts: HTTP 500"):
        writer(url, retries=2).complete("hi", {})
    assert len(seen) == 3


def test_slow_answers_time_out():
    def slow(_):
        time.sleep(0.5)
        return chat("late")

    with server(slow) as (url, _), pytest.raises(ModelUnavailable, match=r"within 0\.05 s"):
        writer(url, timeout=0.05, retries=1).complete("hi", {})


def test_nobody_there():
    with server(200) as (url, _):
        pass
    with pytest.raises(ModelUnavailable, match="did not answer"):
        writer(url, retries=1).complete("hi", {})


@pytest.mark.parametrize(
    "body", ["{not json", "[1, 2]", "{}", {"choices": []}, chat(None) | {"choices": 3}]
)
def test_malformed_answers(body):
    with server(body) as (url, _), pytest.raises(InvalidOutput):
        writer(url).complete("hi", {})


def test_the_key_is_told_to_nobody(caplog):
    caplog.set_level("DEBUG")
    with server((404, f"no model for {KEY}", {}), 401) as (url, _):
        model = writer(url)
        with pytest.raises(ModelUnavailable, match="refuses the key") as refused:
            model.complete("hi", {})
    for told in (repr(model), str(refused.value), caplog.text, model.name, repr(embedder(url))):
        assert KEY not in told


def test_a_key_that_is_echoed_is_blotted_out():
    refusal = (404, f"no model for {KEY}", {})
    with server(refusal) as (url, _), pytest.raises(ModelUnavailable, match="no model for …"):
        writer(url).complete("hi", {})


@pytest.mark.parametrize("url", ["ftp://host/v1", "host/v1", "http://me:secret@host/v1", "http://"])
def test_urls_that_cannot_be_used(url):
    with pytest.raises(InvalidInput) as refused:
        writer(url)
    assert "secret" not in str(refused.value)


def test_vectors_are_unit_in_order_and_their_width_is_found():
    with server(embeddings) as (url, seen):
        model = embedder(url)
        assert model.width == 0
        made = model.embed([f"text {n}" for n in range(BATCH + 3)])
    assert model.width == 4
    assert made.vectors.shape == (BATCH + 3, 4)
    assert np.allclose(made.vectors, 0.5)
    assert made.tokens is None
    assert len(seen) == 2
    assert model.fingerprint == f"{url}#m"


def test_no_texts_ask_nothing_and_empty_ones_are_accepted():
    with server(embeddings) as (url, seen):
        assert embedder(url).embed([]).vectors.shape == (0, 0)
        assert embedder(url).embed([""]).vectors.shape == (1, 4)
    assert [body["input"] for _, body, _ in seen] == [[" "]]


def test_another_width_is_refused():
    with server(embeddings, lambda body: embeddings(body, width=5)) as (url, _):
        model = embedder(url)
        model.embed(["one"])
        with pytest.raises(InvalidOutput, match="5 numbers after 4"):
            model.embed(["two"])


@pytest.mark.parametrize(
    "answer",
    [
        {"data": []},
        {"data": [{"index": 0}]},
        {"data": "no"},
        {"data": [{"index": 0, "embedding": []}]},
        {"data": [{"index": 0, "embedding": [0.0, 0.0]}]},
        {"data": [{"index": 0, "embedding": [1.0, float("nan")]}]},
        {"error": "busy"},
    ],
)
def test_answers_that_are_no_vectors(answer):
    with server(answer) as (url, _), pytest.raises(InvalidOutput):
        embedder(url).embed(["one"])


def test_resolved_by_url(monkeypatch):
    monkeypatch.setenv("MEMWELL_API_KEY", KEY)
    with server(embeddings) as (url, seen):
        resolve_embedder(f"{url}#m").embed(["one"])
    assert seen[0][2]["Authorization"] == f"Bearer {KEY}"
    assert resolve_model(f"{url}#m").name == f"{url}#m"
    with pytest.raises(InvalidInput, match="after a #"):
        resolve_model(url)
