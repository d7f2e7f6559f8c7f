"""One process of many on one memory: it adds, searches, and counts on shared counters.

Started with the memory's folder, a name, and how many seconds to go on. It says "ready", waits for
a line, works, and prints as JSON what was acknowledged to it.
"""

import json
import random
import sys
import time

from memwell.core.errors import Conflict
from memwell.core.op import Update
from memwell.core.payload import Text
from memwell.kernel.memory import Memory
from support import WordEmbedder


def main(folder: str, name: str, seconds: float) -> None:
    chance, added, counted = random.Random(name), list[str](), dict[str, int]()
    with Memory(folder, embedder=WordEmbedder(), model=None) as memory:
        memory._reembedder.source.exhaustive = 50  # the index files are used from then on
        counters = sorted(cube.id for cube in memory.view().scan() if cube.text.isdigit())
        say("ready")
        sys.stdin.readline()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            added.append(add(memory, f"{name}n{len(added)} likes tea"))
            id = chance.choice(counters)
            increment(memory, id)
            counted[id] = counted.get(id, 0) + 1
    say(json.dumps({"added": added, "counted": counted}))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def add(memory: Memory, text: str) -> str:
    """Its author finds it at once."""
    (id,) = memory.add(text).ids
    assert memory.get(id).text == text
    assert id in [hit.cube.id for hit in memory.search(text, 3)], f"{text} is not found"
    return id


def increment(memory: Memory, id: str) -> None:
    """Read, add one, write on condition that nobody else wrote; again until it is so."""
    while True:
        cube = memory.get(id)
        update = Update(id, "counted", payload=Text(str(int(cube.text) + 1)), version=cube.version)
        try:
            if memory.apply([update], by="test").applied:
                return
        except Conflict:
            continue


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
