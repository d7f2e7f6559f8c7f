"""Everything one run of a benchmark found out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from memwell.bench.ingest import Ingested
from memwell.bench.measured import Measured


@dataclass(frozen=True)
class Report:
    """The memory's own figures first, then those of the baselines beside it."""

    benchmark: str
    config: Mapping[str, object]
    shown: tuple[str, ...]  # the metrics a table leads with
    groups: Mapping[str, str]  # names for groups whose ids say little
    methods: tuple[Measured, ...]
    ingest: Ingested
    qa: Mapping[str, object] | None = None
    abstention: Mapping[str, Mapping[str, float | None]] | None = None
    notes: tuple[str, ...] = field(default_factory=tuple)

    def as_json(self) -> dict[str, object]:
        """One object; `results` maps "all" and each group to its metrics."""
        own, *baselines = self.methods
        whole: dict[str, object] = {
            "benchmark": self.benchmark,
            "config": dict(self.config),
            **own.as_json(),
            "ingest": self.ingest.as_json(),
        }
        if baselines:
            whole["baselines"] = {method.name: method.as_json() for method in baselines}
        if self.qa is not None:
            whole["qa"] = dict(self.qa)
        if self.abstention is not None:
            whole["abstention"] = dict(self.abstention)
        return whole | {"notes": list(self.notes)}

    def group_name(self, group: str) -> str:
        """A group's id, and its name where it has one."""
        name = self.groups.get(group)
        return f"{group} {name}" if name else group
