"""Which memwell memory a mem0 program works on."""

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from memwell.core.errors import InvalidInput
from memwell.kernel.memory import Memory

FOLDER, HOME = "MEMWELL_MEMORY", "~/.memwell"

log = logging.getLogger(__name__)


def opened(config: Any) -> Memory:
    """The memory named by `config["memwell"]`: its path and what else `memwell.Memory` takes.

    Without a path it is in the folder that MEMWELL_MEMORY names, or in ~/.memwell. Settings of
    mem0's own parts (vector store, models, history) have no meaning here, and are left alone.
    """
    given = config if isinstance(config, Mapping) else {}
    if ignored := sorted(set(given) - {"memwell"}):
        log.info("memwell brings its own parts; left alone: %s", ", ".join(map(str, ignored)))
    options = given.get("memwell", {})
    if not isinstance(options, Mapping):
        raise InvalidInput('"memwell" in the config is a mapping, such as {"path": "family"}')
    options = dict(options)
    path = options.pop("path", None) or os.environ.get(FOLDER) or HOME
    return Memory(Path(path).expanduser(), **options)
