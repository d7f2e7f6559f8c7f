"""Whose memory it is. Identity comes from the credential or program, never from a request body."""

import re
from dataclasses import asdict, dataclass, replace

from memwell.core.errors import InvalidInput
from memwell.core.identity import derive

LONGEST = 1_000  # characters of a name
HALF = re.compile("[\ud800-\udfff]")  # of a character that was cut


@dataclass(frozen=True, slots=True)
class Scope:
    """Tenant, user, agent and session of a memory. In a question, None means any."""

    tenant: str = "default"
    user: str | None = None
    agent: str | None = None
    session: str | None = None

    def __post_init__(self) -> None:
        for part, name in asdict(self).items():
            if not isinstance(name, str | None) or (name is None and part == "tenant"):
                raise InvalidInput(f"a {part} is named by text, not by {name!r}")
            if name == "":
                raise InvalidInput("a tenant, user, agent or session cannot be empty; leave it out")
            if name and (len(name) > LONGEST or HALF.search(name)):
                raise InvalidInput(
                    f"the name of a {part} has at most {LONGEST:,} characters, none of them cut"
                )

    def covers(self, other: "Scope") -> bool:
        """True when a reader with this scope may see what belongs to the other."""
        return self.tenant == other.tenant and all(
            mine is None or mine == theirs
            for mine, theirs in (
                (self.user, other.user),
                (self.agent, other.agent),
                (self.session, other.session),
            )
        )

    def within(
        self, *, user: str | None = None, agent: str | None = None, session: str | None = None
    ) -> "Scope":
        """The same scope, narrowed by what is given.

        Raises InvalidInput for a user, agent or session other than the one it is narrowed to.
        """
        given = {"user": user, "agent": agent, "session": session}
        wanted = {name: value for name, value in given.items() if value is not None}
        for name, value in wanted.items():
            own = getattr(self, name)
            if own not in (None, value):
                raise InvalidInput(
                    f"this memory is open for {name} {own!r} and cannot be used for {value!r}; "
                    f"open it without {name}= to work across {name}s"
                )
        return replace(self, **wanted)

    def without_session(self) -> "Scope":
        """The same owner, across sessions."""
        return replace(self, session=None)

    @property
    def owner(self) -> str:
        """Stands for tenant, user and agent in a label, so that a look-up meets no one else's."""
        return derive("owner", self.tenant, self.user or "", self.agent or "")

    def named(self) -> dict[str, str]:
        """The parts that are set, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}
