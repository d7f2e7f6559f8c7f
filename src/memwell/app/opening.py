"""Which memory a command works on: the options it takes, before or after its name."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from memwell.app import logs
from memwell.app.group import MEMORY
from memwell.core.errors import InvalidInput, NotFound
from memwell.store.address import has_memory, is_database, shown

if TYPE_CHECKING:
    from memwell.core.model import Embedder
    from memwell.kernel.memory import Memory

VARIABLE = "MEMWELL_MEMORY"
HOME = "~/.memwell"


@dataclass(frozen=True)
class Opening:
    """What it takes to open a memory."""

    folder: Path | str  # or the URL of a database
    tenant: str = "default"
    branch: str = "main"
    user: str | None = None
    agent: str | None = None
    embedder: str = "minilm"
    model: str = "rules"
    strategy: str = "plaintext:verbatim"
    key_file: str | None = None
    privacy: str = "off"

    @property
    def key(self) -> Path | None:
        """Where its key is; None leaves that to the environment."""
        return Path(self.key_file).expanduser() if self.key_file else None

    def open(
        self,
        *,
        create: bool = False,
        embedder: "Embedder | None" = None,
        embeds: bool = False,
        rights: Iterable[str] = ("read", "write", "delete"),
    ) -> "Memory":
        """The memory. Raises NotFound when there is none and none is to be created.

        `embeds` says that a text will be embedded: the weights are loaded while all else is.
        """
        if not create and isinstance(self.folder, Path) and not has_memory(self.folder):
            raise NotFound(
                f"there is no memory in {self.folder}; `memwell add` begins one, and --memory or "
                f"{VARIABLE} names another folder"
            )
        if embeds:
            from memwell.models.resolve import preload

            preload(self.embedder)
        from memwell.kernel.memory import Memory

        return Memory(
            self.folder,
            tenant=self.tenant,
            branch=self.branch,
            user=self.user,
            agent=self.agent,
            embedder=embedder or self.embedder,
            model=self.model,
            strategy=self.strategy,
            key=self.key,
            privacy=self.privacy,
            rights=rights,
        )

    @property
    def files(self) -> Path:
        """Its folder. Raises InvalidInput for a database on a server, which has none."""
        if isinstance(self.folder, Path):
            return self.folder
        raise InvalidInput(
            f"{shown(self.folder)} is a database on a server, and this command is for folders; use "
            "the server's own tools: pg_dump, pg_restore, pg_amcheck, and its encryption"
        )

    def as_options(self) -> str:
        """The options that name this memory again, for a hint."""
        named = {
            "--memory": shown(self.folder),
            "--user": self.user,
            "--agent": self.agent,
            "--key-file": self.key_file,
        }
        return " ".join(f"{option} {value}" for option, value in named.items() if value)


def _option(name: str, metavar: str, words: str) -> Any:
    return typer.Option(f"--{name}", metavar=metavar, help=words, rich_help_panel=MEMORY)


OPTIONS: dict[str, Any] = {
    "memory": _option(
        "memory", "FOLDER", f"Its folder, or a URL: postgresql://… [{VARIABLE}, else {HOME}]"
    ),
    "user": _option("user", "NAME", "Whose memory; by default that of all users."),
    "agent": _option("agent", "NAME", "Of which agent; by default of all."),
    "tenant": _option("tenant", "NAME", "Of which tenant. [default]"),
    "branch": _option("branch", "NAME", "Which branch of it to work in. [main]"),
    "embedder": _option("embedder", "NAME", "minilm, none, a path or http://host/v1#model."),
    "model": _option("model", "NAME", "rules, smollm2 or http://host/v1#model."),
    "strategy": _option("strategy", "NAME", "How it remembers. [plaintext:verbatim]"),
    "key_file": _option(
        "key-file", "FILE", "Where the key of an encrypted one is. [MEMWELL_KEY_FILE]"
    ),
    "privacy": _option(
        "privacy", "POLICY", "off, warn, redact or refuse secrets and personal data; or kind=…,…"
    ),
}
LOG = typer.Option(
    "--log",
    metavar="FORM",
    help="Log to standard error: json, text or off. [MEMWELL_LOG]",
    rich_help_panel=MEMORY,
)
DEBUG = typer.Option("--debug", help="Show where an error arose.", rich_help_panel=MEMORY)


def takes_opening(command: Callable[..., Any]) -> Callable[..., Any]:
    """Replaces `**opening` in a command's signature by the options above."""
    own = [
        each
        for each in signature(command, eval_str=True).parameters.values()
        if each.kind is not Parameter.VAR_KEYWORD
    ]
    texts = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[str | None, at])
        for name, at in OPTIONS.items()
    ]
    log = Parameter(
        "log", Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[str | None, LOG]
    )
    debug = Parameter(
        "debug", Parameter.KEYWORD_ONLY, default=False, annotation=Annotated[bool, DEBUG]
    )

    @wraps(command)
    def run(**given: Any) -> Any:
        return command(**given)

    parameters = [each.replace(kind=Parameter.KEYWORD_ONLY) for each in own] + [*texts, log, debug]
    shown: Any = run
    shown.__signature__ = signature(command).replace(parameters=parameters)
    shown.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


def on_memory(command: Callable[..., None]) -> Callable[..., None]:
    """For a command that works on a memory: its first parameter, an Opening, comes from options."""

    def run(ctx: typer.Context, **given: Any) -> None:
        chosen = {name: given.pop(name) for name in OPTIONS}
        ctx.obj["debug"] = given.pop("debug") or ctx.obj["debug"]
        ctx.obj["log"] = given.pop("log") or ctx.obj["log"]
        logs.begin(ctx.obj["log"], debug=ctx.obj["debug"])
        command(opening(chosen, before=ctx.obj), **given)

    own = list(signature(command, eval_str=True).parameters.values())[1:]
    context = Parameter("ctx", Parameter.KEYWORD_ONLY, annotation=typer.Context)
    rest = Parameter("opening", Parameter.VAR_KEYWORD)
    keywords = [each.replace(kind=Parameter.KEYWORD_ONLY) for each in own]
    typed: Any = wraps(command)(run)
    typed.__signature__ = signature(run).replace(parameters=[context, *keywords, rest])
    return takes_opening(typed)


def opening(chosen: dict[str, Any], before: dict[str, Any]) -> Opening:
    """Options after the command win over those before it, and these over the environment."""
    given = {name: chosen[name] or before.get(name) for name in OPTIONS}
    folder = given.pop("memory") or os.environ.get(VARIABLE) or HOME
    set_ones = {name: value for name, value in given.items() if value}
    return Opening(folder if is_database(folder) else Path(folder).expanduser(), **set_ones)
