"""Logging in: with a key, and out again, for good."""

import json
from datetime import timedelta

import pytest
from visiting import Dashboard, Visitor, form_token, text_of

from memwell import Memory
from memwell.app.dashboard import login
from memwell.app.dashboard.sessions import COOKIE, KIND, LASTS, Sessions
from memwell.app.server.settings import Settings
from memwell.core.clock import ManualClock
from memwell.core.scope import Scope


def test_a_stranger_is_sent_to_the_login_page_and_then_where_it_wanted_to_go(
    dashboard: Dashboard,
) -> None:
    stranger = dashboard.stranger()
    sent = stranger.get("/timeline?day=2024-03-01")
    assert sent.status_code == 303
    assert sent.headers["location"] == "/login?next=/timeline%3Fday%3D2024-03-01"
    assert 'value="/timeline?day=2024-03-01"' in stranger.page(sent.headers["location"])
    entered = stranger.login(dashboard.key(), wanted="/timeline?day=2024-03-01")
    assert entered.headers["location"] == "/timeline?day=2024-03-01"


def test_a_wrong_key_opens_nothing(dashboard: Dashboard) -> None:
    stranger = dashboard.stranger()
    for wrong in ("", "mw_1_2", "x" * 5000, dashboard.key()[:-1] + "~"):
        answer = stranger.login(wrong)
        assert answer.status_code == 401
        assert "That is no valid key." in text_of(answer.text)
        assert COOKIE not in stranger.client.cookies
    assert stranger.get("/").status_code == 303


def test_whoever_shows_many_wrong_keys_has_to_wait(memory: Memory) -> None:
    dashboard = Dashboard(memory, Settings(threads=2, tries=3))
    stranger = dashboard.stranger()
    answers = [stranger.login("mw_0_0") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    dashboard.close()


def test_the_cookie_is_opaque_and_kept_from_scripts_and_other_sites(dashboard: Dashboard) -> None:
    key = dashboard.key()
    answer = dashboard.stranger().login(key)
    cookie = next(each for each in answer.headers.get_list("set-cookie") if COOKIE in each)
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert key not in cookie
    assert "Secure" not in cookie  # over http, on this machine


def test_over_https_the_cookie_never_travels_in_the_clear(dashboard: Dashboard) -> None:
    stranger = dashboard.stranger()
    stranger.client.base_url = "https://testserver"
    answer = stranger.login(dashboard.key())
    assert all("Secure" in each for each in answer.headers.get_list("set-cookie") if COOKIE in each)


def test_the_store_knows_neither_cookie_nor_key(dashboard: Dashboard, memory: Memory) -> None:
    key, stranger = dashboard.key(), dashboard.stranger()
    stranger.login(key)
    kept = repr(memory.store.records.listed(KIND))
    assert json.loads(memory.store.records.listed(KIND)[0][1])["key"] in key
    assert key.rsplit("_", 1)[1] not in kept
    assert stranger.client.cookies[COOKIE] not in kept


def test_after_logging_out_the_old_cookie_opens_nothing(ana: Visitor) -> None:
    cookie = ana.client.cookies[COOKIE]
    assert ana.post("/logout").headers["location"] == "/login?done=logged-out"
    ana.client.cookies.set(COOKIE, cookie)
    assert ana.get("/").headers["location"] == "/login"


def test_a_revoked_key_ends_its_sessions(dashboard: Dashboard, memory: Memory) -> None:
    visitor = dashboard.visitor(name="short-lived")
    assert visitor.get("/").status_code == 200
    key = next(each for each in memory.keyring.listed() if each.name == "short-lived")
    memory.keyring.revoke(key.id)
    assert visitor.get("/").headers["location"] == "/login"


def test_a_session_ends_by_itself_and_is_swept_away(memory: Memory, clock: ManualClock) -> None:
    sessions = Sessions(memory.store, clock)
    key = memory.keyring.create("k", Scope()).key
    cookie = sessions.begin(key)
    clock.advance(LASTS - timedelta(seconds=1))
    assert sessions.key(cookie) == key
    clock.advance(timedelta(seconds=1))
    assert sessions.key(cookie) is None
    sessions.begin(key)
    assert len(memory.store.records.listed(KIND)) == 1


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "/a\nb", "", "/\t/"],
)
def test_after_the_login_nobody_is_sent_elsewhere(dashboard: Dashboard, path: str) -> None:
    assert login._inside(path) == "/"
    assert dashboard.stranger().login(dashboard.key(), wanted=path).headers["location"] == "/"


def test_the_login_form_of_one_browser_is_of_no_use_in_another(dashboard: Dashboard) -> None:
    token = form_token(dashboard.stranger().get("/login").text)
    other = dashboard.stranger()
    other.get("/login")
    answer = other.client.post("/login", data={"token": token, "key": dashboard.key()})
    assert answer.status_code == 403


def test_light_and_dark_are_chosen_without_scripts(ana: Visitor) -> None:
    assert 'data-theme="auto"' in ana.page("/help")
    assert ana.post("/theme", theme="dark", back="/help").headers["location"] == "/help"
    assert 'data-theme="dark"' in ana.page("/help")
    ana.post("/theme", theme='"><script>', back="//evil.example")
    assert 'data-theme="auto"' in ana.page("/help")
