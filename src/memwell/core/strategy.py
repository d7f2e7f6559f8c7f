"""A memory strategy: four stages with working defaults (MemEvolve, paper 52: Ω = (E, U, R, G)).

A strategy proposes and never writes: it reads a View and returns values.
"""

from collections.abc import Iterable

from memwell.core.hit import Hit
from memwell.core.message import Event
from memwell.core.op import Add, Draft, Noop, Op
from memwell.core.view import Query, View


class Strategy:
    """Base of all plaintext mechanisms; subclasses override the stages their paper defines.

    The words of every event are kept as turn cubes before a strategy is asked, so the default
    stages add nothing and search what is there.
    """

    # True: encode or store asks a language model, so that they run in the background unless the
    # model is an immediate one.
    needs_model = False

    @property
    def name(self) -> str:
        """How provenance names it: "plaintext:zep" for the class in memwell/plaintext/zep.py."""
        return ":".join(type(self).__module__.split(".")[-2:])

    @property
    def refines(self) -> bool:
        """False for a strategy that derives nothing from new events."""
        return type(self).encode is not Strategy.encode

    def encode(self, event: Event, view: View) -> Iterable[Draft | Noop]:
        """What in the event is worth keeping beyond its words; a Noop says what was left out."""
        return ()

    def store(self, drafts: Iterable[Draft | Noop], view: View) -> Iterable[Op]:
        """How the drafts change what is known."""
        return [each if isinstance(each, Noop) else Add(each, why="new") for each in drafts]

    def retrieve(self, query: Query, view: View, k: int) -> list[Hit]:
        """The k best memories for the query, best first, each with its reasons."""
        return view.search(query.text, k)

    def manage(self, view: View) -> Iterable[Op]:
        """What to tidy while idle: decay, merge, reflect. The view is that of one owner."""
        return ()
