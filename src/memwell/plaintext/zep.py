"""Zep: a graph of entities and of facts that hold for a time, kept beside every word.

Paper       35 (Rasmussen et al., 2025)
Does        entities and facts with times of the world and of the system
Leaves out  nothing yet
Claim       later

"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from memwell.core.message import Event
from memwell.core.op import Draft, Noop, Op
from memwell.core.strategy import Strategy
from memwell.core.view import View
from memwell.plaintext.graph import entities, facts
from memwell.plaintext.graph.episodes import episodes, read
from memwell.plaintext.graph.records import ENTITY, MENTIONS, Entity, plain
from memwell.plaintext.graph.sheet import Sheet


@dataclass(frozen=True)
class Zep(Strategy):
    """The paper's stages."""

    needs_model = True
    context: int = 10  # messages before the one that is read
    candidates: int = 15  # known entities or facts that a new one is compared with

    def encode(self, event: Event, view: View) -> Iterable[Draft | Noop]:
        yield from read(episodes(event, self.context), view)

    def store(self, drafts: Iterable[Draft | Noop], view: View) -> Iterator[Op]:
        sheet = Sheet(view)
        known: dict[tuple[str, str], Entity] = {}
        for draft in drafts:
            if isinstance(draft, Noop):
                sheet.noops.append(draft)
            elif draft.labels["is"] == ENTITY:
                self._entity(draft, known, sheet)
            else:
                self._fact(draft, known, sheet)
        yield from sheet.ops()

    def _entity(self, draft: Draft, known: dict[tuple[str, str], Entity], sheet: Sheet) -> None:
        (turn,) = draft.parents
        name = draft.labels["name"]
        naming = entities.Naming(name, draft.labels.get("kind", ""), turn, facts.words(draft))
        found = entities.resolved(naming, sheet, self.candidates)
        if found:
            known[turn, plain(name)] = found
            sheet.join(turn, found.id, MENTIONS, f"it names {found.name}")

    def _fact(self, draft: Draft, known: dict[tuple[str, str], Entity], sheet: Sheet) -> None:
        (turn,) = draft.parents
        source = known.get((turn, plain(draft.labels["subject"])))
        target = known.get((turn, plain(draft.labels.get("object", ""))))
        if source is None:
            sheet.left(f"whom {facts.words(draft)!r} is about could not be told")
            return
        facts.enter(facts.drawn(draft, source, target, sheet.view), sheet, self.candidates)
