"""Values as PostgreSQL carries them: vectors of pgvector, and text with what it cannot hold."""

from typing import Any

import numpy as np
import psycopg
from psycopg.adapt import Buffer, Dumper, Loader
from psycopg.pq import Format
from psycopg.types import TypeInfo

# PostgreSQL's text holds every character but one. It is written as two of the private use area,
# and so is the first of these, so that nothing is mistaken for it.
ESCAPE = "\U000f0000"
ESCAPED = {"\0": f"{ESCAPE}\U000f0001", ESCAPE: f"{ESCAPE}\U000f0002"}
MARK = ESCAPE.encode()


class Packed(bytes):
    """A vector as the store has it: 32-bit floats, little-endian, one after the other."""

    __slots__ = ()


class _Texts(Dumper):
    """All texts; of no type, so that they fit columns of every kind."""

    oid = 0

    def dump(self, obj: str) -> bytes:
        if "\0" in obj or ESCAPE in obj:
            obj = "".join(ESCAPED.get(char, char) for char in obj)
        return obj.encode()


class _Words(Loader):
    format = Format.BINARY

    def load(self, data: Buffer) -> str:
        content = bytes(data)
        found = content.decode()
        if MARK in content:
            for char in ("\0", ESCAPE):
                found = found.replace(ESCAPED[char], char)
        return found


class _Vectors(Loader):
    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        return np.frombuffer(bytes(data), ">f4", offset=4).astype("<f4").tobytes()


def prepare(connection: "psycopg.Connection[Any]", vector: TypeInfo) -> None:
    """Have a connection speak of texts and vectors so."""
    adapters = connection.adapters
    adapters.register_dumper(str, _Texts)
    for name in ("text", "varchar"):
        adapters.register_loader(name, _Words)
    adapters.register_loader(vector.oid, _Vectors)
    adapters.register_dumper(Packed, _dumper(vector.oid))


def _dumper(type: int) -> type[Dumper]:
    class Vectors(Dumper):
        format = Format.BINARY
        oid = type

        def dump(self, obj: bytes) -> bytes:
            width = len(obj) // 4
            head = width.to_bytes(2, "big") + b"\0\0"
            return head + np.frombuffer(obj, "<f4").astype(">f4").tobytes()

    return Vectors
