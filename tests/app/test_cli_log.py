"""`memwell --log`: what it prints, where, and what it leaves out."""

import json
import logging
from datetime import datetime

import pytest


def lines(result) -> list[dict]:
    return [json.loads(line) for line in result.stderr.splitlines()]


def test_json_lines_tell_what_was_done(held):
    shell, _ = held
    result = shell.run("search", "Where does Biscuit sleep?", "--user", "ana", "--log", "json")
    assert result.exit_code == 0
    (line,) = lines(result)
    assert (line["level"], line["logger"]) == ("info", "memwell.operations")
    assert (line["operation"], line["count"]) == ("search", 3)
    assert line["ms"] > 0
    assert datetime.fromisoformat(line["at"]).tzinfo
    assert "Biscuit" not in result.stderr
    assert "ana" not in result.stderr
    assert "Biscuit" in result.stdout


def test_text_lines_before_the_command(held):
    shell, _ = held
    result = shell.run("--log", "text", "forget", "zzz", "--yes")
    assert result.exit_code == 2
    first, second = result.stderr.splitlines()
    assert " info    forget ms=" in first
    assert first.endswith("error=NotFound")
    assert second.startswith("error: there is no memory zzz")


def test_the_environment_may_ask_for_logs(held, monkeypatch):
    shell, _ = held
    assert shell.run("stats").stderr == ""
    monkeypatch.setenv("MEMWELL_LOG", "json")
    assert [line["operation"] for line in lines(shell.run("add", "Tea."))] == ["add"]
    assert shell.run("add", "Tea.", "--log", "off").stderr == ""


def test_another_form_is_refused(held):
    shell, _ = held
    assert "logs come as json, text, off, not as 'xml'" in shell.error("stats", "--log", "xml")


@pytest.mark.parametrize("form", ["json", "text", "off"])
def test_nothing_of_it_stays_in_the_program(held, form):
    shell, _ = held
    logger = logging.getLogger("memwell")
    before = (list(logger.handlers), logger.level, logger.propagate)
    shell.run("stats", "--log", form)
    assert (list(logger.handlers), logger.level, logger.propagate) == before


def test_debugging_shows_why_an_attempt_failed(held):
    from memwell.app.logs import JsonLines, TextLines

    try:
        raise ValueError("odd")
    except ValueError as error:
        record = logging.LogRecord("x", 10, "f", 1, "event %s", ("e",), (ValueError, error, None))
    line = json.loads(JsonLines().format(record))
    assert (line["message"], line["traceback"]) == ("event e", "ValueError: odd")
    assert TextLines().format(record).endswith("event e\nValueError: odd")
