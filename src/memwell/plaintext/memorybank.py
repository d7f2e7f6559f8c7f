"""MemoryBank: memories fade along Ebbinghaus' curve and are renewed when they are recalled.

Paper       34 (Zhong et al., 2023)
Does        daily and overall summaries, daily and overall portraits of the user, forgetting of
            turns by R = exp(-t/S), turns recalled together with those beside them
Needs       an embedder, and a language model to tell of days
Loses       by rules: advice on how to answer; portraits hold what is stated ("I like", "I'm
            glad"), and summaries are chosen sentences
Leaves out  the fine-tuned chatbot
Claim       recalled memories outlive idle ones, and the measured drop rate follows R = exp(-t/S)

Notation    R retention in [0, 1]; t days since the last recall, or since it was recorded;
            S strength: 1 at first mention, 1 more at every recall, which also sets t = 0

The published code computes exp(-t/5 * S) where exp(-t/(5 S)) was meant, so that what is recalled
fades faster; it draws anew at every start, so that the more often it starts the more is lost; and
a day's summary goes with its last turn. Here R is the paper's, each memory has one lot between two
recalls, and summaries and portraits stay. What fades expires: history and undo still see it.
"""

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import accumulate
from typing import Literal

import numpy as np

from memwell.core.cube import MemCube
from memwell.core.errors import InvalidInput, InvalidOutput
from memwell.core.evidence import Evidence, Ints
from memwell.core.hit import Hit
from memwell.core.identity import derive
from memwell.core.lifecycle import State
from memwell.core.op import Delete, Noop, Op
from memwell.core.strategy import Strategy
from memwell.core.view import SAID, Query, View
from memwell.models.prompts.memorybank import (
    DAILY_PORTRAIT,
    DAILY_SUMMARY,
    OVERALL_PORTRAIT,
    OVERALL_SUMMARY,
)
from memwell.plaintext.growing.day import idle, own, untold, zone_named
from memwell.plaintext.growing.diary import Diary, Kind
from memwell.plaintext.growing.ranking import joined
from memwell.plaintext.verbatim import Verbatim

DAY = timedelta(days=1)
FAR = 5  # turns away in a session
KINDS = (
    Kind("summary", DAILY_SUMMARY, OVERALL_SUMMARY),
    Kind("portrait", DAILY_PORTRAIT, OVERALL_PORTRAIT),
)
TOLD = {"is": [kind.name for kind in KINDS]}
MODES = ("threshold", "stochastic", "off")


@dataclass(frozen=True)
class MemoryBank(Strategy):
    """Raises InvalidInput for a mode of forgetting or a figure that makes no sense."""

    forgetting: Literal["threshold", "stochastic", "off"] = "threshold"
    threshold: float = 0.3  # "threshold" drops what has less retention than that
    scale: float = 1.0  # days that t counts in
    top: int = 6  # turns that are recalled before anything else comes in
    merged: int = 1  # of them, bring along what was said beside them
    chunk: int = 400  # characters of a turn with what is beside it, at most
    share: float = 0.1  # of the hits may be summaries and portraits; more where turns are few
    room: int = 12_000  # characters of what is told, in one prompt
    zone: str = "UTC"  # IANA name of where a day begins and ends: "Europe/Lisbon"
    seed: int = 0
    base: Strategy = field(default_factory=Verbatim)  # ranks turns, and summaries

    def __post_init__(self) -> None:
        if self.forgetting not in MODES:
            raise InvalidInput(f"forgetting is one of {MODES}, not {self.forgetting!r}")
        if not (0 <= self.threshold <= 1 and self.scale > 0 and self.room > 0):
            raise InvalidInput("threshold lies in [0, 1]; scale and room are above 0")
        zone_named(self.zone)

    def retrieve(self, query: Query, view: View, k: int) -> list[Hit]:
        turns = self.base.retrieve(query, view.only(SAID), k)
        if query.by == "session":
            return turns
        room = max(int(self.share * k), k - len(turns))
        told = self.base.retrieve(query, view.only(TOLD), room) if room else []
        near = self.beside(turns[: self.merged], query, view) if k > self.top else []
        return joined(turns, near, told, self.top)[:k]

    def beside(self, turns: Sequence[Hit], query: Query, view: View) -> list[Hit]:
        """What was said next to these turns in their sessions, as far as a chunk has room.

        The paper does so for all that it recalls; hits are counted here, and neighbours of the
        later ones keep better hits out.
        """
        evidence = view.only(SAID).evidence(query.text) if turns else None
        if evidence is None:
            return []
        found: list[Hit] = []
        for turn in turns:
            around = neighbours(turn.cube.id, evidence)
            nothing = np.zeros(len(evidence), np.float32)
            hits = view.hits(evidence, nothing, around, {"beside": nothing})
            found += fitting(hits, self.chunk - len(turn.cube.text))
        return found

    def manage(self, view: View) -> Iterator[Op]:
        """Tell of the days that are over, then let fade what nobody recalled."""
        turns = [turn for turn in view.only(SAID).scan() if own(turn, view)]
        here = zone_named(self.zone)
        diaries = [Diary(kind, self.name, view, here, self.room).read() for kind in KINDS]
        yield from self.tell(turns, diaries, view)
        for diary in diaries:
            yield from diary.sum_up()
        if self.forgetting != "off":
            yield from self.fade(turns, view)

    def tell(self, turns: Sequence[MemCube], diaries: Sequence[Diary], view: View) -> Iterator[Op]:
        """Summary and portrait of each day that is over; neither where one cannot be had.

        Turns that faded before are told of, too: where no summary could be had in time, or where
        it went with a turn that was forgotten for good.
        """
        gone = view.only(SAID).scan(State.EXPIRED)
        faded = [turn for turn in gone if self.dropped(turn) and own(turn, view)]
        summaries = diaries[0]
        found = untold([*turns, *faded], summaries.days, view.now, summaries.zone)
        days = {day: said for day, said in found.items() if summaries.open(day, said)}
        texts = zip(*(diary.told(days) for diary in diaries), strict=True)
        for (day, said), told in zip(days.items(), texts, strict=True):
            if misfits := [text for text in told if isinstance(text, InvalidOutput)]:
                yield Noop(f"{day} is told of another time: {misfits[0]}")
                continue
            for diary, text in zip(diaries, told, strict=True):
                yield from diary.write(day, str(text), said)

    def dropped(self, turn: MemCube) -> bool:
        """Whether it faded; by a composed strategy, this one's stage is in the name, too."""
        return self.name.rpartition(":")[2] in turn.source.by

    def fade(self, turns: Iterable[MemCube], view: View) -> Iterator[Op]:
        """Deletes what was not recalled for long; what is protected or frozen stays."""
        for turn in turns:
            if turn.state is State.FROZEN or protected(turn):
                continue
            kept = retention(idle(turn, view.now) / (self.scale * DAY), turn.strength)
            least = self.threshold if self.forgetting == "threshold" else lot(turn, self.seed)
            if kept < least:
                yield Delete(turn.id, f"retention {kept:.2f} is below {least:.2f}")


def retention(t: float, strength: float) -> float:
    """R = exp(-t/S)."""
    return math.exp(-t / strength)


def lot(turn: MemCube, seed: int) -> float:
    """In [0, 1), drawn once between two recalls.

    A memory goes when its retention falls below its lot, so the share that is gone is 1 - R at any
    time, however often that is looked at.
    """
    return random.Random(derive(seed, turn.id, turn.uses)).random()


def protected(turn: MemCube) -> bool:
    """Whether the user gave it the label `protected`."""
    return turn.labels.get("protected", "false").lower() not in ("false", "no", "0", "")


def neighbours(id: str, evidence: Evidence) -> Ints:
    """Positions of what stands in the same session, the nearest first, what follows before."""
    if id not in evidence.ids:
        return np.zeros(0, np.int64)
    own = evidence.ids.index(id)
    away = evidence.places - evidence.places[own]
    others = np.flatnonzero((evidence.sessions == evidence.sessions[own]) & (away != 0))
    near = others[np.abs(away[others]) <= FAR]
    order = np.lexsort((-away[near], np.abs(away[near])))
    return np.asarray(near[order], np.int64)


def fitting(hits: Sequence[Hit], room: int) -> list[Hit]:
    """The first hits, as long as their words fit."""
    ends = accumulate(len(hit.cube.text) for hit in hits)
    return [hit for hit, end in zip(hits, ends, strict=True) if end <= room]
