"""What a server allows, and how much of it."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Settings:
    """All limits in one place; the defaults fit a small machine."""

    threads: int = 16  # that work on the memory
    waiting: int = 1_000  # requests that wait for one of them; more are turned away
    body: int = 4 * MIB  # bytes of a request
    upload: int = 1024 * MIB  # bytes of a file that is imported
    depth: int = 32  # how deep JSON may be nested
    rate: float = 100.0  # requests a second, of one key; 0 sets no limit
    burst: int = 400  # of them at once
    tries: int = 20  # wrong keys from one address at once; one more each three seconds
    docs: bool = True  # /docs and /openapi.json
    upstream: str | None = None  # whom the chat proxy asks: http://host/v1#model, or rules
    private_webhooks: bool = False  # whether webhooks may go to addresses of this network
