"""Eight processes on one memory: no lock error, no lost update, everything added is found.

`MEMWELL_CROWD_SECONDS=60` makes it go on for that long.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from acknowledged import assert_clean

from memwell.kernel.memory import Memory
from support import WordEmbedder

PROCESSES = 8
COUNTERS = 3
SECONDS = os.environ.get("MEMWELL_CROWD_SECONDS", "15")
HERE = Path(__file__).parent


def begun(folder: Path, name: str) -> "subprocess.Popen[str]":
    sources = [HERE.parents[1] / "src", HERE.parent, HERE.parent / "kernel", HERE]
    return subprocess.Popen(
        [sys.executable, str(HERE / "crowd_member.py"), str(folder), name, SECONDS],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, sources))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def all_at_once(running: list["subprocess.Popen[str]"]) -> list[dict[str, Any]]:
    """Lets them go when the last one is ready; what each says was acknowledged to it."""
    for process in running:
        assert process.stdout
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
    for process in running:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate() for process in running]
    for process, (_, errors) in zip(running, told, strict=True):
        assert process.returncode == 0, errors
        assert not errors
    return [json.loads(said) for said, _ in told]


def test_eight_processes_on_one_memory(tmp_path: Path) -> None:
    folder = tmp_path / "memory"
    with Memory(folder, embedder=WordEmbedder(), model=None) as memory:
        counters = [memory.add("0").ids[0] for _ in range(COUNTERS)]
    told = all_at_once([begun(folder, f"p{number}x") for number in range(PROCESSES)])
    added = {id for each in told for id in each["added"]}
    counted = sum((Counter(each["counted"]) for each in told), Counter[str]())
    assert len(added) == sum(len(each["added"]) for each in told)
    assert len(added) >= PROCESSES
    with Memory(folder, embedder=WordEmbedder(), model=None) as memory:
        assert {id: int(memory.get(id).text) for id in counters} == {
            id: counted[id] for id in counters
        }
        assert {len(memory.history(id)) for id in counters} == {counted[id] + 1 for id in counters}
        texts = {cube.id: cube.text for cube in memory.view().scan()}
        assert set(texts) == added | set(counters)
        for id in added:
            assert id in [hit.cube.id for hit in memory.search(texts[id], 3)]
    assert_clean(folder)


def test_two_processes_begin_the_same_new_memory(tmp_path: Path) -> None:
    """Neither waits for the other to have made it."""
    folder = tmp_path / "memory"
    script = (
        "import sys; from support import WordEmbedder; from memwell.kernel.memory import Memory\n"
        "memory = Memory(sys.argv[1], embedder=WordEmbedder(), model=None)\n"
        "memory.add(sys.argv[2]); memory.close()"
    )
    sources = os.pathsep.join(map(str, [HERE.parents[1] / "src", HERE.parent]))
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(folder), text],
            env={**os.environ, "PYTHONPATH": sources},
        )
        for text in ("one", "two", "three")
    ]
    assert [process.wait() for process in running] == [0, 0, 0]
    with Memory(folder, embedder=WordEmbedder(), model=None) as memory:
        assert {cube.text for cube in memory.view().scan()} == {"one", "two", "three"}
    assert_clean(folder)
