"""The systems that are measured: what each needs, how far it is taken, how it is set up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from memwell.core.errors import UnknownName

DRIVERS = Path(__file__).parent / "drivers"
OWN = "memwell"


@dataclass(frozen=True, slots=True)
class System:
    """One row of the tables."""

    name: str
    family: str  # what --peers calls it; several set-ups of one system share it
    driver: str  # the file under drivers/
    requires: tuple[str, ...] = ()  # packages of its environment; none: memwell's own
    options: Mapping[str, object] = field(default_factory=dict)
    largest: int = 100_000
    smallest: int = 0
    reads: str | None = None  # searches what this system has filled
    exact: bool = True  # ranks by vectors alone, so that its recall says something
    served: bool = False  # takes its vectors from the embedding stub

    @property
    def script(self) -> Path:
        return DRIVERS / f"{self.driver}.py"

    def unfit(self, size: int) -> str | None:
        """Why it is not run at this size."""
        if size > self.largest:
            return f"capped at {short(self.largest)}"
        return f"needs {short(self.smallest)} or more" if size < self.smallest else None


MEMWELL = System("memwell", OWN, "memwell", largest=1_000_000)
SQLITE_VEC = ("sqlite-vec==0.1.9", "numpy", "pysqlite3-binary")
LANCEDB = ("lancedb==0.40.0", "numpy")

SYSTEMS = (
    MEMWELL,
    System(
        "memwell, default search",
        OWN,
        "memwell",
        options={"strategy": "default"},
        largest=1_000_000,
        reads=MEMWELL.name,
        exact=False,
    ),
    System("chromadb", "chromadb", "chromadb", ("chromadb==1.5.9", "numpy")),
    System("lancedb, scan", "lancedb", "lancedb", LANCEDB),
    System(
        "lancedb, IVF_PQ", "lancedb", "lancedb", LANCEDB, options={"index": True}, smallest=10_000
    ),
    System("sqlite-vec", "sqlite-vec", "sqlite_vec", SQLITE_VEC),
    System("sqlite-vec, WAL", "sqlite-vec", "sqlite_vec", SQLITE_VEC, options={"wal": True}),
    System("mem0", "mem0", "mem0", ("mem0ai==2.2.1", "numpy"), largest=10_000, served=True),
)


def chosen(peers: str) -> list[System]:
    """memwell, and the peers named: "all", "none", or names with commas. Raises UnknownName."""
    families = list(dict.fromkeys(one.family for one in SYSTEMS if one.family != OWN))
    named = {"all": families, "none": []}.get(peers, [name.strip() for name in peers.split(",")])
    for name in named:
        if name not in families:
            raise UnknownName(f"no peer is called {name!r}; there are {', '.join(families)}")
    return [one for one in SYSTEMS if one.family in {OWN, *named}]


def short(size: int) -> str:
    """A size as people write it: 10k, 1M."""
    for unit, letter in ((1_000_000, "M"), (1_000, "k")):
        if size >= unit and size % unit == 0:
            return f"{size // unit}{letter}"
    return str(size)


def read_sizes(text: str) -> list[int]:
    """The sizes in "1k,10k,1M", ascending. Raises ValueError."""
    found = []
    for part in text.split(","):
        digits, unit = part.strip().lower(), 1
        for letter, times in (("k", 1_000), ("m", 1_000_000)):
            if digits.endswith(letter):
                digits, unit = digits[:-1], times
        found.append(int(digits) * unit)
    return sorted(set(found))
