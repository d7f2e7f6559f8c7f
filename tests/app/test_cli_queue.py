"""The queue at the shell: what waits, what was given up and why, and trying it again."""

import sqlite3


def spoil(shell, place: int, change: str) -> str:
    """Makes a job of an event that is there; returns its id."""
    connection = sqlite3.connect(shell.folder / "memory.db")
    (event,) = connection.execute(
        "SELECT id FROM event ORDER BY seq LIMIT 1 OFFSET ?", [place]
    ).fetchone()
    connection.execute(
        "INSERT INTO job SELECT id, 0, 0, recorded, 0, '', 0 FROM event WHERE id = ?", [event]
    )
    connection.execute(f"UPDATE job SET {change} WHERE event = ?", [event])
    connection.commit()
    connection.close()
    return event


def test_an_empty_queue_says_so(held):
    shell, _ = held
    assert shell.text("queue") == "Nothing is waiting, and nothing was given up.\n"
    assert shell.json("queue") == {"jobs": []}
    assert shell.json("queue", "--retry") == {"jobs": []}


def test_jobs_are_listed_with_reasons(held):
    shell, _ = held
    dead = spoil(shell, 0, "dead = 1, attempts = 5, error = 'TimeoutError: no answer'")
    waiting = spoil(shell, 1, "attempts = 2, due = due + 60000000 * 60 * 24 * 365")
    running = spoil(shell, 2, "attempts = 1, leased = due + 60000000 * 60 * 24 * 365")
    shown = shell.text("queue")
    first, *rest = shown.splitlines()
    assert first == "1 waiting, 1 running, 1 given up"
    assert f"{dead}  given up  after 5 attempts" in rest
    assert "  TimeoutError: no answer" in rest
    assert any(line.startswith(f"{waiting}  waiting  in 31,5") for line in rest)
    assert f"{running}  running  attempt 1" in rest
    assert rest[-1] == "`memwell queue --retry` tries again what was given up."
    (job,) = shell.json("queue", dead[:10])["jobs"]
    assert (job["standing"], job["attempts"]) == ("dead", 5)
    assert job["error"] == "TimeoutError: no answer"
    assert shell.json("queue", "--user", "nobody") == {"jobs": []}


def test_what_was_given_up_is_put_back(held):
    shell, _ = held
    dead = spoil(shell, 0, "dead = 1, attempts = 5, error = 'TimeoutError: no answer'")
    assert "0 events that were given up begin with zz" in shell.error("queue", "--retry", "zz")
    (job,) = shell.json("queue", "--retry", dead)["jobs"]
    assert (job["standing"], job["attempts"], job["error"]) == ("waiting", 0, None)
    assert "1 waiting" in shell.text("queue")
