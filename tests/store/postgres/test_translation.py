"""The store's statements as PostgreSQL has them."""

import pytest
from storing import batch, cube, put

from memwell.store.postgres.packed import Packed
from memwell.store.postgres.store import PostgresStore
from memwell.store.postgres.translation import translated
from support import rows


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("SELECT ? WHERE a = '?' AND b LIKE 'x%'", "SELECT %s WHERE a = '?' AND b LIKE 'x%%'"),
        ("SELECT user, to_user FROM scope", 'SELECT "user", to_user FROM scope'),
        ("SELECT scope.user", 'SELECT scope."user"'),
        ("length(CAST(payload AS BLOB))", "length(convert_to(payload, 'UTF8'))"),
        ("a % 2", "a %% 2"),
    ],
)
def test_a_statement_is_spelled_as_the_server_has_it(ours: str, theirs: str) -> None:
    assert translated(ours) == theirs


@pytest.mark.parametrize(
    "text", ["a\0b", "\U000f0000", "\U000f0000\U000f0001", "\0\U000f0000\0", "plain é 漢"]
)
def test_any_text_comes_back_as_it_was(database: str, text: str) -> None:
    store = PostgresStore(database)
    store.commit(batch(put(cube("a", text=text, labels={"said": text}))))
    found = store.get("a")
    assert found
    assert (found.text, found.labels["said"]) == (text, text)
    store.close()


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("-3.5e2x", -350), (".5", 0.5), ("e5", 0), ("1e999", float("inf")),
     ("1e-999", 0), ("-1e999", float("-inf"))],
)  # fmt: skip
def test_numbers_are_read_as_sqlite_reads_them(database: str, text: str, number: float) -> None:
    assert rows(database, "SELECT number(?)", text) == [(number,)]


def test_a_vector_has_the_bytes_it_was_given(database: str) -> None:
    import numpy as np

    store = PostgresStore(database)
    store.commit(batch(put(cube("a"))))
    (code, *_) = store.codes_of(["a"])
    assert store.holds(code[4:24])
    assert not store.holds(np.array([1e9, 2e9], "<f4").tobytes())
    assert isinstance(Packed(code), bytes)
    store.close()
