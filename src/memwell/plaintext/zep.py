"""Zep: a graph of entities and of facts that hold for a time, beside every word that was said.

Paper       35 (Rasmussen et al., 2025)
Does        episodes (the turns); entities, told apart by name, by letters (MinHash) and by a
            model; facts with four times, two of the world (`valid`) and two of the system
            (`known`); invalidation that is right in whatever order facts arrive; communities by
            label propagation, joined at once and formed anew by `manage`; summaries; named ways
            to search by BM25, cosine and breadth-first search, ranked by RRF, MMR, mentions,
            distance, a cross-encoder or late interaction; JSON documents as episodes
Needs       rules, or a language model for every message, and for facts and names like known ones
Loses       with rules: facts are sentences of the speakers themselves, retold; what an assistant
            says is not read; only what has one value at a time (home, employer, a count, a best
            time) or is denied outright is superseded; who "Ann" is beside "Anna" stays open;
            summaries are made by `manage` alone and quote the newest facts
Leaves out  what was said before the event that is read, beyond its own messages; entity types of
            one's own; community summaries follow a newcomer when `manage` forms them anew
Claim       questions about what held at a given time are answered right in whatever order facts
            arrive, where plain retrieval returns outdated facts, from a small part of the full
            context's tokens

The published code departs from the paper, and this does not follow it: mentions rank nodes in
descending order, distance is that of a true breadth-first search, and MMR is greedy. A duplicate
of a fact that has ended makes a fact of its own there, which leaves the old one ended.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from memwell.core.hit import Hit
from memwell.core.message import Event
from memwell.core.op import Draft, Noop, Op
from memwell.core.strategy import Strategy
from memwell.core.view import Query, View
from memwell.plaintext.graph import care, entities, facts, groups, said, search, summaries
from memwell.plaintext.graph.episodes import episodes, read
from memwell.plaintext.graph.recipes import SAID_FIRST, recipe
from memwell.plaintext.graph.records import ENTITY, MENTIONS, Entity, Fact, plain
from memwell.plaintext.graph.sheet import Sheet
from memwell.plaintext.verbatim import Verbatim

VERBATIM = Verbatim()

Known = dict[tuple[str, str], Entity]  # who is meant by a name, turn by turn


@dataclass(frozen=True)
class Zep(Strategy):
    """Facts are never deleted: they end. `recipe` names how the graph is searched."""

    needs_model = True
    context: int = 10  # messages before the one that is read
    candidates: int = 15  # known entities or facts that a new one is compared with
    recipe: str = SAID_FIRST
    min_cosine: float = 0.6  # of what is found by meaning alone
    depth: int = 3  # hops of the breadth-first search
    balance: float = 0.5  # of relevance against novelty, for MMR
    fact: float = 0.2  # what a turn's best fact adds to its score
    fit: float = 0.85  # share of the turn's score from which on the fact stands for the turn
    base: Strategy = VERBATIM  # finds what was said

    def encode(self, event: Event, view: View) -> Iterator[Draft | Noop]:
        yield from read(episodes(event, self.context), view)

    def store(self, drafts: Iterable[Draft | Noop], view: View) -> Iterator[Op]:
        sheet, known = Sheet(view), Known()
        for draft in drafts:
            if isinstance(draft, Noop):
                sheet.noops.append(draft)
            elif draft.labels.get("is") == ENTITY:
                self._entity(draft, known, sheet)
            else:
                self._fact(draft, known, sheet)
        groups.join(sheet)
        yield from sheet.ops()
        if not view.immediate:
            yield from summaries.extended(list(sheet.entities.values()), fresh(sheet), view)

    def retrieve(self, query: Query, view: View, k: int) -> list[Hit]:
        if self.recipe == SAID_FIRST:
            weights = said.Weights(self.fact, self.fit)
            return said.search(query, view, k, self.base, weights)
        settings = search.Settings(self.min_cosine, self.depth, self.balance)
        return search.search(query, view, k, recipe(self.recipe), settings)

    def manage(self, view: View) -> Iterator[Op]:
        yield from care.tended(view)

    def _entity(self, draft: Draft, known: Known, sheet: Sheet) -> None:
        (turn,) = draft.parents
        name = draft.labels["name"]
        words = sheet.view.get(turn)
        text = words.text if words else name
        naming = entities.Naming(name, draft.labels.get("kind", ""), turn, text)
        found = entities.resolved(naming, sheet, self.candidates)
        if found:
            known[turn, plain(name)] = found
            sheet.join(turn, found.id, MENTIONS, f"it names {found.name}")

    def _fact(self, draft: Draft, known: Known, sheet: Sheet) -> None:
        (turn,) = draft.parents
        source = known.get((turn, plain(draft.labels["subject"])))
        target = known.get((turn, plain(draft.labels.get("object", ""))))
        if source is None:
            sheet.left(f"whom {facts.words(draft)!r} is about could not be told")
        else:
            facts.enter(facts.drawn(draft, source, target, sheet.view), sheet, self.candidates)


def fresh(sheet: Sheet) -> dict[str, list[Fact]]:
    """New facts by the entities they are about, or join to another."""
    found: dict[str, list[Fact]] = {}
    for fact in sheet.facts.values():
        if sheet.is_new(fact.id):
            for id in dict.fromkeys(filter(None, (fact.source, fact.target))):
                found.setdefault(id, []).append(fact)
    return found
