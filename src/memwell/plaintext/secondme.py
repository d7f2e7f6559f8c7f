"""Second Me: a user's memories in levels, from raw words to who they are, and a voice for them.

Paper       22 (Wei et al., 2025: AI-native Memory 2.0)
Does        L0, what was said; L1 in natural language: topics of it, a shade of the user for each,
            near ones merged, a biography and a status, each in the third and second person;
            requests to others enriched with that, and their responses criticised for the user
Needs       an embedder, and a language model for shades, biographies and what is said for the user
Loses       by rules: shades are keywords and what was stated, biographies add them up, a request is
            enriched by quotation, and critique goes by words
Leaves out  L2, a model trained on these levels (its weights come later)
Claim       after training on one user's memories a small model answers held-out paraphrases about
            them with no context (awaits the weights)

Everything is brought up to date with what is new alone. Topics grow by leader clustering where the
published code clusters all documents anew.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from memwell.core.cube import MemCube
from memwell.core.errors import InvalidInput
from memwell.core.hit import Hit
from memwell.core.op import Op
from memwell.core.strategy import Strategy
from memwell.core.view import SAID, Query, View
from memwell.models.prompts.secondme import CONTEXT_CRITIC, CONTEXT_ENHANCE
from memwell.plaintext.growing.biography import Biographies
from memwell.plaintext.growing.day import own
from memwell.plaintext.growing.ranking import joined
from memwell.plaintext.growing.shades import Shades
from memwell.plaintext.growing.spoken import Spoken, cited, pieces
from memwell.plaintext.verbatim import Verbatim

UNNAMED = "The user"
TOLD = {"is": ["shade", "biography"]}


@dataclass(frozen=True)
class SecondMe(Strategy):
    """Raises InvalidInput for figures that make no sense."""

    chunk: int = 500  # characters of a conversation that are compared with topics
    near: float = 0.55  # cosine from which a chunk belongs to a topic
    nearer: float = 0.75  # cosine from which two topics may be one
    most: int = 60  # turns of a topic; the next that are alike begin another
    days: float = 14.0  # that the status looks back
    room: int = 12_000  # characters of what is told, in one prompt
    k: int = 10  # memories that an outside request is enriched, or a response criticised, from
    top: int = 6  # turns that are recalled before shades and biographies may come in
    share: float = 0.1  # of the hits may be those; more where turns are few
    base: Strategy = field(default_factory=Verbatim)  # ranks turns, shades and biographies

    def __post_init__(self) -> None:
        if not (self.chunk > 0 and self.most > 0 and self.room > 0 and self.k > 0):
            raise InvalidInput("chunk, most, room and k are above 0")
        if not (-1 <= self.near <= 1 and -1 <= self.nearer <= 1 and self.days > 0):
            raise InvalidInput("near and nearer are cosines; days are above 0")

    def retrieve(self, query: Query, view: View, k: int) -> list[Hit]:
        turns = self.base.retrieve(query, view.only(SAID), k)
        if query.by == "session":
            return turns
        room = max(int(self.share * k), k - len(turns))
        told = self.base.retrieve(query, view.only(TOLD), room) if room else []
        return joined(turns, (), told, self.top)[:k]

    def manage(self, view: View) -> Iterator[Op]:
        """New turns find their topics, whose shades change; then the biographies."""
        turns = [turn for turn in view.only(SAID).scan() if own(turn, view)]
        shades = Shades(self.name, view, self.room)
        yield from shades.grow(turns, chunk=self.chunk, near=self.near, most=self.most)
        yield from shades.merge(near=self.nearer, most=self.most)
        biographies = Biographies(self.name, view, self.room, user(turns))
        yield from biographies.life(shades)
        yield from biographies.status(turns, self.days)

    # -- speaking for the user

    def enhance(self, request: str, view: View) -> Spoken:
        """A request to somebody who does not know the user, with what they need to know.

        Raises InvalidInput for an empty request, InvalidOutput and ModelUnavailable.
        """
        hits, (who, told) = self.recalled([request], view), biography(view)
        answer = view.ask(
            CONTEXT_ENHANCE, request=request, who=who, biography=told, memories=pieces(hits)
        )
        return Spoken(answer.request, cited(hits, answer.used))

    def critic(self, request: str, response: str, view: View) -> Spoken:
        """What the user would say to a response to their request. Raises as `enhance` does."""
        hits, (who, told) = self.recalled([request, response], view), biography(view)
        answer = view.ask(
            CONTEXT_CRITIC, request=request, response=response, who=who, biography=told,
            memories=pieces(hits),
        )  # fmt: skip
        return Spoken(answer.feedback, cited(hits, answer.used), answer.satisfied)

    def recalled(self, texts: Sequence[str], view: View) -> list[Hit]:
        """The best turns for each of the texts, each once."""
        if not texts[0].strip():
            raise InvalidInput("the request is empty; say what is to be asked of somebody")
        found: dict[str, Hit] = {}
        for text in filter(str.strip, texts):
            for hit in self.base.retrieve(Query(text, view.now), view.only(SAID), self.k):
                found.setdefault(hit.cube.id, hit)
        return list(found.values())


def user(turns: Sequence[MemCube]) -> str:
    """The name of who says most, assistants left out; "The user" where there is none."""
    named = Counter(
        turn.speaker for turn in turns if turn.speaker and turn.labels.get("role") != "assistant"
    )
    return str(named.most_common(1)[0][0]) if named else UNNAMED


def biography(view: View) -> tuple[str, str]:
    """The user's name, and who they are and what occupies them; empty while nothing is told."""
    found = [
        cube
        for cube in view.only({"is": "biography"}).scan()
        if cube.labels.get("person") == "third" and own(cube, view)
    ]
    who = next((cube.labels["who"] for cube in found if "who" in cube.labels), UNNAMED)
    return who, "\n".join(cube.text for cube in found)
