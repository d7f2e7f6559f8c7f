"""LanceDB: a table on disk; scanned exactly, or with the index its documents advise."""

from pathlib import Path
from typing import Any

import lancedb
import pyarrow as pa

WIDTH = 384
REFINED = 10  # times k: candidates of the index whose full vectors are compared
SCHEMA = pa.schema(
    [
        ("row", pa.int64()),
        ("text", pa.string()),
        ("topic", pa.string()),
        ("vector", pa.list_(pa.float32(), WIDTH)),
    ]
)


class System:
    """One table in a folder."""

    def __init__(self, folder: Path, options: dict[str, Any]) -> None:
        self._folder, self._options = folder, options

    def open(self, *, new: bool) -> None:
        self._database = lancedb.connect(str(self._folder))
        if new:
            self._table = self._database.create_table("memories", schema=SCHEMA)
        else:
            self._table = self._database.open_table("memories")

    def add_many(self, block: dict[str, Any]) -> None:
        vectors = pa.FixedSizeListArray.from_arrays(pa.array(block["vectors"].ravel()), WIDTH)
        columns = [block["rows"], block["texts"], block["topics"], vectors]
        self._table.add(pa.table(dict(zip(SCHEMA.names, columns, strict=True)), schema=SCHEMA))

    add = add_many

    def tidy(self) -> None:
        """Joins the fragments that every add leaves; its documents ask for it."""
        if self._options.get("index"):
            self._table.create_index(metric="cosine")
            self._table.create_scalar_index("topic", index_type="BITMAP")
        self._table.optimize()

    def search(self, text: str, vector: Any, topic: str | None, k: int) -> list[int]:
        query = self._table.search(vector).distance_type("cosine").limit(k)
        if self._options.get("index"):
            query = query.refine_factor(REFINED)
        if topic:
            query = query.where(f"topic = '{topic}'", prefilter=True)
        rows: list[int] = query.select(["row", "text", "_distance"]).to_arrow()["row"].to_pylist()
        return rows

    def settings(self) -> dict[str, str]:
        index = (
            f"IVF_PQ, refined {REFINED}-fold, and BITMAP index"
            if self._options.get("index")
            else "no index, exact scan"
        )
        return {"sync": f"a file and a manifest per add; {index}"}

    def close(self) -> None:
        pass
