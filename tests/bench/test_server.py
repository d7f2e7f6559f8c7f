"""The crowd that a served memory stands counts what it says it counts."""

from typing import Any

import pytest

from memwell.bench.server.crowd import Plan, Seen, crowd
from memwell.bench.server.host import Ask
from memwell.bench.server.memwell import Memwell
from memwell.bench.server.run import Row, _lost, _row, run, table

SMALL = Plan(clients=4, users=2, seconds=3, adds=0.5)


@pytest.mark.slow
def test_a_real_server_loses_nothing_and_shows_nothing_to_strangers(tmp_path: Any) -> None:
    (row,) = run([Memwell("none")], SMALL, tmp_path, lambda _: None)
    assert row.failure is None
    assert (row.errors, row.lost, row.strangers) == (0, 0, 0)
    assert row.requests > row.adds > 0
    assert row.add_ms[0] <= row.add_ms[1] <= row.add_ms[2]


class Forgetful:
    """Keeps all adds but one, and mixes users up."""

    name, requires = "forgetful", ()

    def kept(self, client: object, user: str) -> set[str]:
        return {"one"}

    def owners(self, answer: Any) -> set[str]:
        return {"somebody else"}

    def add(self, user: str, words: str) -> Ask:
        return Ask("POST", "/", {})

    search = add


def test_what_is_lost_is_counted() -> None:
    seen = Seen(acknowledged={"ana": {"one", "two"}, "bo": {"one"}})
    assert _lost(None, Forgetful(), seen) == 1  # type: ignore[arg-type]


def test_a_server_that_is_not_there_makes_errors() -> None:
    seen = crowd("http://127.0.0.1:9", Forgetful(), Plan(2, 1, 0.2, 1.0))  # type: ignore[arg-type]
    assert seen.errors["ConnectError"] > 0
    assert seen.acknowledged == {"user0": set()}


def test_rows_tell_rates_and_centiles() -> None:
    seen = Seen(2.0, [0.001] * 50 + [0.1] * 50, [0.01] * 100)
    row = _row("x", seen, 0)
    assert (row.requests, row.adds) == (100.0, 50.0)
    assert row.search_ms == pytest.approx((10.0, 10.0, 10.0))
    assert len(table([row, Row("y", failure="broken")], SMALL).rows[1]) == len(row.cells())
