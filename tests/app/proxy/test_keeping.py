"""What an answer inherits from the memories it was given with."""

import sqlite3
from datetime import timedelta
from typing import Any

from house import House

QUESTION = {"role": "user", "content": "What is the door code?"}


def ask(house: House) -> Any:
    answer = house.client().chat.completions.create(model="parrot", messages=[QUESTION])
    return answer.model_extra["memwell"]


def doubt(house: House, id: str, trust: float) -> None:
    connection = sqlite3.connect(house.memory.path / "memory.db")
    with connection:
        connection.execute("UPDATE version SET trust = ? WHERE id = ?", (trust, id))
    connection.close()


def test_an_answer_is_as_sensitive_and_ends_as_early_as_what_it_may_repeat(house: House) -> None:
    house.memory.add(
        "The door code is 2580.", user="ana", sensitivity="secret", ttl=timedelta(days=3)
    )
    ask(house)
    code, turn, answer = house.memory.view("ana").scan()
    assert answer.sensitivity.name == "SECRET"
    assert answer.until == code.until
    assert turn.sensitivity.name == "INTERNAL"
    assert turn.until is None


def test_doubt_goes_with_what_is_answered_from_it_and_is_shown(house: House) -> None:
    (id,) = house.memory.add({"role": "tool", "content": "The door code is 6666."}, user="ana").ids
    house.memory.add("The door of the house has a code.", user="ana")
    doubt(house, id, 0.2)
    told = ask(house)
    assert 'trust="0.2"' in house.model.asked[-1]["messages"][0]["content"]
    assert {each["trust"] for each in told["recalled"]} == {0.2, 1.0}
    *_, turn, answer = house.memory.view("ana").scan()
    assert turn.source.trust == 1.0
    assert (answer.text, answer.source.trust) == ("You said: What is the door code?", 0.2)
    assert id in answer.source.parents
    assert answer.labels["role"] == "assistant"

    assert ask(house)["receipts"] == []  # the same again: nothing new
    assert len(list(house.memory.view("ana").scan())) == 4
    house.memory.forget(id)
    assert answer.id not in [cube.id for cube in house.memory.view("ana").scan()]
