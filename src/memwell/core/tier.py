"""A place memory can live in. Numbers only: runtime, scheduler and simulator read the same ones."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tier:
    """Capacity, speed and whether content is sealed there."""

    name: str
    capacity: int  # bytes
    read_bandwidth: float  # bytes per second
    write_bandwidth: float  # bytes per second
    latency: float  # seconds
    sealed: bool = False  # content is encrypted there
