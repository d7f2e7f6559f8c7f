"""What `memwell --log` prints: one line per record on standard error."""

import json
import logging
import os
import sys
from datetime import UTC, datetime

from memwell.core.errors import InvalidInput

VARIABLE = "MEMWELL_LOG"
OURS = "memwell --log"  # the name of the handler
FORMS = ("json", "text", "off")
USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

_root = logging.getLogger("memwell")


class JsonLines(logging.Formatter):
    """One JSON object a line: when, how serious, what was said, and the record's own fields."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in USUAL},
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """When, how serious, and what was said."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{_moment(record)} {record.levelname.lower():7} {record.getMessage()}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


def begin(form: str | None, *, debug: bool) -> None:
    """Have memwell's records printed as asked; without a wish, only warnings, as Python does.

    Raises InvalidInput for a form there is none of.
    """
    form = form or os.environ.get(VARIABLE)
    end()
    if not form:
        return
    if form not in FORMS:
        raise InvalidInput(f"logs come as {', '.join(FORMS)}, not as {form!r}")
    handler = logging.NullHandler() if form == "off" else logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    handler.set_name(OURS)
    _root.addHandler(handler)
    _root.setLevel(logging.DEBUG if debug else logging.INFO)
    _root.propagate = False


def end() -> None:
    """As it was before."""
    for handler in [each for each in _root.handlers if each.get_name() == OURS]:
        _root.removeHandler(handler)
        _root.setLevel(logging.NOTSET)
        _root.propagate = True


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
