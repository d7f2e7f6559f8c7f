"""The store's SQL, as PostgreSQL has it: other placeholders, and a few words that it spells else.

Functions that SQLite brings along (`instr`, `json_extract`, `json_each`) are defined in the schema.
"""

import re
from functools import lru_cache

LITERALS = re.compile(r"('(?:[^']|'')*')")
SPELLED = (
    (re.compile(r"%"), "%%"),
    (re.compile(r"\?"), "%s"),
    (re.compile(r'(?<!")\buser\b(?!")'), '"user"'),  # else it is whoever is logged in
    (re.compile(r"CAST\(([\w.]+) AS BLOB\)"), r"convert_to(\1, 'UTF8')"),
    (re.compile(r"CAST\(([\w.]+) AS REAL\)"), r"number(\1)"),
)


@lru_cache(maxsize=2048)
def translated(sql: str) -> str:
    """The same statement for psycopg; what stands in quotes is left alone."""
    parts = LITERALS.split(sql)
    return "".join(
        part.replace("%", "%%") if place % 2 else _spelled(part) for place, part in enumerate(parts)
    )


def _spelled(sql: str) -> str:
    for pattern, other in SPELLED:
        sql = pattern.sub(other, sql)
    return sql
