"""API keys on a terminal."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from memwell.app.dates import minute
from memwell.app.show.trust import owner
from memwell.core.apikey import ApiKey


def key_table(keys: Sequence[ApiKey]) -> RenderableType:
    """One line for each."""
    if not keys:
        return Text("There are no keys; `memwell keys create` makes one.")
    table = Table.grid(padding=(0, 2, 0, 0))
    for key in keys:
        rights = [*sorted(key.rights), *(["admin"] if key.admin else [])]
        table.add_row(
            Text(key.id, style="green"),
            Text(key.name, style="bold"),
            Text(f"{owner(key.scope)} may {', '.join(rights)}"),
            Text(_when(key), style="dim"),
        )
    return table


def _when(key: ApiKey) -> str:
    if key.revoked:
        return f"revoked {minute(key.revoked)}"
    used = f"used {minute(key.used)}" if key.used else "never used"
    return f"{used}, ends {minute(key.expires)}" if key.expires else used
