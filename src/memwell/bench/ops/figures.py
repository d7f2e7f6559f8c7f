"""What is measured of one system at one size, and how it is read from what its processes told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from memwell.bench.averages import percentile
from memwell.bench.measured import mean

GROUPS = ("single", "batch", "search", "filtered", "cold", "memory", "disk", "syncs")
MB = 1e6
HEADLINES = (
    ("adds/s", "single_per_s", 0),
    ("in batches", "batch_per_s", 0),
    ("search p50 ms", "search_p50_ms", 1),
    ("filtered", "filtered_p50_ms", 1),
    ("recall", "filtered_recall", 3),
)


@dataclass
class Cell:
    """Figures by name; for each group that lacks them, why; and the settings as they were read."""

    system: str
    size: int
    figures: dict[str, float] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)  # group → why it has no figures
    notes: dict[str, str] = field(default_factory=dict)  # group → what limits its figures
    settings: dict[str, str] = field(default_factory=dict)
    shared: tuple[str, ...] = ()  # groups that are another system's, whose store this one reads

    def lacks(self, groups: Sequence[str], why: str) -> None:
        """These groups have no figures, unless they have."""
        for group in groups:
            if not any(name.startswith(f"{group}_") for name in self.figures):
                self.missing.setdefault(group, why)

    def get(self, name: str) -> float | None:
        return self.figures.get(name)

    def __str__(self) -> str:
        """The figures that say most, in one line; why there are none."""
        shown = [
            f"{words} {self.figures[name]:,.{digits}f}"
            for words, name, digits in HEADLINES
            if name in self.figures
        ]
        return ", ".join(shown) or "; ".join(dict.fromkeys(self.missing.values()))

    def as_json(self) -> dict[str, object]:
        return {
            "system": self.system,
            "size": self.size,
            "figures": self.figures,
            "not_run": self.missing,
            "notes": self.notes,
            "settings": self.settings,
        }


def of_batch(event: Mapping[str, Any]) -> dict[str, float]:
    """Adds per second in batches."""
    return _rates("batch", event["added"], event["seconds"], event["cpu"], event["elsewhere"])


def of_singles(event: Mapping[str, Any]) -> dict[str, float]:
    """Adds per second one by one, each acknowledged, and how long one takes."""
    took: list[float] = event["seconds"]
    if not took:
        return {}
    quantiles = _milliseconds("single", took)
    return _rates("single", len(took), sum(took), sum(event["cpu"]), event["elsewhere"]) | quantiles


def of_searches(kind: str, event: Mapping[str, Any], exact: bool) -> dict[str, float]:
    """Wall and processor time of a search, and recall@10 against the exact neighbours.

    What ranks by more than vectors is not held against the nearest vectors.
    """
    found = _milliseconds(kind, event["wall"]) | {
        f"{kind}_cpu_ms": 1000 * mean(event["cpu"]),
        f"{kind}_n": len(event["wall"]),
    }
    if exact:
        found[f"{kind}_recall"] = mean(event["recall"])
    if event["elsewhere"]:
        found[f"{kind}_stub_ms"] = 1000 * event["elsewhere"] / max(len(event["wall"]), 1)
    return found


def of_start(imported: Mapping[str, Any], cold: Mapping[str, Any]) -> dict[str, float]:
    """Seconds from a started interpreter to the first result."""
    parts = {
        "cold_import_s": imported["seconds"],
        "cold_open_s": cold["open"],
        "cold_first_s": cold["first"],
    }
    return {"cold_s": sum(parts.values())} | parts


def of_memory(started: Mapping[str, Any], memory: Mapping[str, Any]) -> dict[str, float]:
    """Resident megabytes: all, those of mapped files, and what the bare process began with."""
    return {
        "memory_mb": memory["rss"] / MB,
        "memory_mapped_mb": memory["mapped"] / MB,
        "memory_before_mb": started["rss"] / MB,
    }


def of_disk(taken: int, size: int) -> dict[str, float]:
    """Megabytes on disk, and what 100,000 memories take at that rate."""
    return {"disk_mb": taken / MB, "disk_mb_per_100k": taken / size * 100_000 / MB}


def _rates(
    group: str, count: int, seconds: float, cpu: float, elsewhere: float
) -> dict[str, float]:
    """As it is, and with the time that the stub took for itself taken off."""
    if not count:
        return {}
    found = {
        f"{group}_per_s": count / seconds,
        f"{group}_n": count,
        f"{group}_cpu_ms": 1000 * cpu / count,
    }
    if elsewhere:
        found[f"{group}_per_s_without_stub"] = count / max(seconds - elsewhere, 1e-9)
    return found


def _milliseconds(group: str, seconds: Sequence[float]) -> dict[str, float]:
    return {
        f"{group}_p{share}_ms": 1000 * percentile(seconds, share / 100) for share in (50, 95, 99)
    }
