"""Templates become pages. Whatever is put into one is escaped; there is no way around that."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from memwell.app.dashboard import words


@cache
def environment() -> Environment:
    made = Environment(
        loader=PackageLoader("memwell.app.dashboard"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "bars": words.bars, "brief": words.brief, "day": words.day, "diff": words.diff,
        "minute": words.minute, "size": words.size,
    }  # fmt: skip
    return made


def drawn(template: str, **values: Any) -> str:
    """The page of that template."""
    return environment().get_template(template).render(values)
