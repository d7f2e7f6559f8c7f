"""Thoughts: written down when a conversation is over, found by tag and time, reviewed."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from memwell.core.clock import ManualClock
from memwell.core.errors import InvalidOutput
from memwell.core.hit import Hit
from memwell.core.lifecycle import State
from memwell.core.message import Conversation, Message
from memwell.core.strategy import Strategy
from memwell.core.view import SAID, Query, View
from memwell.index.flat import top
from memwell.kernel.memory import Memory
from memwell.models.prompts.caim import Groups
from memwell.models.rules import Rules, topics
from memwell.models.scripted import Scripted
from memwell.plaintext.caim import CAIM
from memwell.plaintext.thoughts.session import opened as going_on
from memwell.plaintext.thoughts.thought import read
from memwell.plaintext.verbatim import Verbatim
from support import START, WordEmbedder

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
ONTOLOGY = ("pets", "work", "travel")

Opening = Callable[..., Memory]


@pytest.fixture
def opened(tmp_path: Path, clock: ManualClock):
    made: list[Memory] = []

    def open_(at: str = "memory", **options: Any) -> Memory:
        options = {
            "strategy": CAIM(ontology=ONTOLOGY), "embedder": WordEmbedder(width=64)
        } | options  # fmt: skip
        made.append(Memory(tmp_path / at, clock=clock, **options))
        return made[-1]

    yield open_
    for memory in made:
        memory.close()


def thought(text: str, *turns: int, tags: tuple[str, ...] = ("pets",)) -> dict[str, Any]:
    return {"text": text, "tags": list(tags), "turns": list(turns)}


def scripted(*sessions: list[dict[str, Any]], immediate: bool = False, **more: Any) -> Scripted:
    """A model that thinks these thoughts, a list for each conversation that ends."""
    script: dict[str, Any] = {
        "memory_needed": lambda question: {"needed": question != "hi"},
        "question_tags": lambda question, **f: {"tags": [t for t in ONTOLOGY if t in question]},
        "thought_filter": lambda thoughts, **f: {"passing": list(range(len(thoughts)))},
        "thought_review": lambda thoughts: {"groups": []},
        "session_thoughts": [{"thoughts": thoughts} for thoughts in sessions],
    }
    return Scripted(script | more, immediate=immediate)


def thoughts(memory: Memory) -> list[str]:
    return [cube.text for cube in memory.view().only({"is": "thought"}).scan()]


def texts(hits: list[Hit]) -> list[str]:
    return [hit.cube.text for hit in hits]


@dataclass(frozen=True)
class Watched(Strategy):
    """A base that notes when it is asked."""

    asked: list[str] = field(default_factory=list)

    def retrieve(self, query: Query, view: View, k: int) -> list[Hit]:
        self.asked.append(query.text)
        return Verbatim().retrieve(query, view, k)


# -- short-term memory and extension


def test_a_conversation_is_thought_about_when_another_begins(opened: Opening) -> None:
    memory = opened(model=scripted([thought("Ana got a dog, Rex.", 0, 2)]))
    first = memory.add(["I got a dog.", "What is it called?"], session="s1", wait=True)
    second = memory.add("Its name is Rex.", session="s1", wait=True)
    assert thoughts(memory) == []
    assert memory.model.calls == [], "nothing is asked while it goes on"
    (going,) = going_on(memory.view())
    assert going.source.events == (first.id, second.id)
    memory.add("Nice weather.", session="s2", wait=True)
    (cube,) = memory.view().only({"is": "thought"}).scan()
    (asked,) = memory.model.asked("session_thoughts")
    assert [piece.text for piece in asked["turns"]] == [
        "I got a dog.", "What is it called?", "Its name is Rex.",
    ]  # fmt: skip
    assert asked["ontology"] == "pets, work, travel"
    assert cube.source.parents == (first.ids[0], second.ids[0])
    assert set(cube.source.events) == {first.id, second.id}
    assert cube.scope.session == "s1"
    assert cube.labels["tag pets"] == "yes"
    assert cube.at == memory.get(second.ids[0]).at
    assert [one.scope.session for one in going_on(memory.view())] == ["s2"]


def test_idle_conversations_are_ended_by_manage_and_others_are_not(
    opened: Opening, clock: ManualClock
) -> None:
    memory = opened(model=scripted([thought("Ana has a dog.", 0)]))
    memory.add("I have a dog.", session="s1", wait=True)
    assert memory.manage().applied == ()
    clock.advance(HOUR)
    memory.manage()
    assert thoughts(memory) == ["Ana has a dog."]
    assert memory.manage().applied == ()


def test_silence_and_length_end_a_conversation_too(opened: Opening, clock: ManualClock) -> None:
    strategy = CAIM(ontology=ONTOLOGY, room=2)
    memory = opened(strategy=strategy, model=scripted([thought("One.", 0)], [thought("Two.", 1)]))
    memory.add("I have a dog. One.", wait=True)
    clock.advance(HOUR)
    memory.add("I have a cat.", wait=True)
    assert thoughts(memory) == ["One."]
    memory.add("It eats. Two.", wait=True)
    memory.add("It sleeps.", wait=True)
    assert thoughts(memory) == ["One.", "Two."]


def test_nothing_outside_the_ontology_is_stored(opened: Opening) -> None:
    told = [
        thought("Ana has a dog.", 0, tags=("Pets", "animals", "")),
        thought("Ana sings.", 0, tags=("music",)),
        thought("  ", 0),
    ]
    memory = opened(model=scripted(told))
    memory.add("I have a dog. I sing.", session="s1", wait=True)
    receipt = memory.add("Fine.", session="s2", wait=True)
    (cube,) = memory.view().only({"is": "thought"}).scan()
    assert read(cube).tags == ("pets",)
    assert sum("under no tag" in done.why for done in receipt.dropped) == 2


def test_a_thought_rests_on_the_turns_it_names_and_those_its_words_come_from(
    opened: Opening,
) -> None:
    told = [thought("The password is swordfish.", 0, 99, -1), thought("Ana has a dog.")]
    memory = opened(model=scripted(told))
    said = ["I have a dog.", "I told Ben the password swordfish."]
    receipt = memory.add(said, session="s1", wait=True)
    memory.add("Fine.", session="s2", wait=True)
    for cube in memory.view().only({"is": "thought"}).scan():
        assert cube.source.parents == receipt.ids[:2], "named, and by its words; all, by default"
    assert memory.forget(receipt.ids[1]).verified
    assert thoughts(memory) == []


@pytest.mark.parametrize("answer", [{"thoughts": [{"text": "x"}]}, InvalidOutput("no JSON")])
def test_an_answer_that_does_not_fit_is_no_thought(opened: Opening, answer: Any) -> None:
    memory = opened(model=scripted(session_thoughts=[answer]))
    memory.add("I have a dog.", session="s1", wait=True)
    receipt = memory.add("Fine.", session="s2", wait=True)
    assert receipt.error is None
    assert any(done.why.startswith("no thoughts") for done in receipt.dropped)
    assert thoughts(memory) == []


# -- review


def test_of_those_that_say_the_same_the_newest_is_kept_under_all_tags(
    opened: Opening, clock: ManualClock
) -> None:
    memory = opened(
        model=scripted(
            [thought("Ana walks dogs for a living.", 0, tags=("pets",))],
            [thought("Ana walks dogs for her living.", 0, tags=("work",)), thought("Ana flew.", 0)],
            thought_review=lambda thoughts: {"groups": [[0, 2, 2, 7, -1], [0, 1]]},
        )
    )
    for number, said in enumerate(("I walk dogs.", "I walk dogs for a living. I flew.", "Bye.")):
        memory.add(said, session=f"s{number}", wait=True)
        clock.advance(DAY)
    (asked,) = memory.model.asked("thought_review")
    assert [piece.text for piece in asked["thoughts"]] == [
        "Ana walks dogs for her living.", "Ana flew.", "Ana walks dogs for a living.",
    ]  # fmt: skip
    assert thoughts(memory) == ["Ana walks dogs for her living.", "Ana flew."]
    kept, _ = memory.view().only({"is": "thought"}).scan()
    assert set(read(kept).tags) == {"pets", "work"}
    assert len(kept.source.parents) == 2
    (merged,) = memory.view().scan(State.MERGED)
    assert merged.text == "Ana walks dogs for a living."


def test_a_review_that_does_not_fit_leaves_all_thoughts(opened: Opening) -> None:
    told = [thought("Ana has a dog.", 0), thought("Ana has one dog.", 0)]
    memory = opened(model=scripted(told, thought_review=[InvalidOutput("no JSON")]))
    memory.add("I have a dog.", session="s1", wait=True)
    memory.add("Fine.", session="s2", wait=True)
    assert len(thoughts(memory)) == 2


# -- retrieval


def test_small_talk_asks_nothing_of_memory(opened: Opening) -> None:
    base = Watched()
    memory = opened(strategy=CAIM(ONTOLOGY, base=base), model=scripted())
    memory.add("I have pets.", session="s1", wait=True)
    embedded = memory.view().embedder.texts
    assert memory.search("hi") == []
    assert base.asked == []
    assert [call.prompt for call in memory.model.calls] == ["memory_needed"]
    assert memory.view().embedder.texts == embedded
    assert texts(memory.search("pets?")) == ["I have pets."]
    assert base.asked == ["pets?"]


@pytest.fixture
def told(opened: Opening) -> Memory:
    """A memory of thoughts under different tags."""
    model = scripted(
        [thought("Rex is a dog.", 0), thought("Ana is a pilot.", 1, tags=("work",))],
        [thought("Ana flew to Rome.", 0, tags=("travel", "work"))],
    )
    memory = opened(strategy=CAIM(ONTOLOGY, first=0, every=1), model=model)
    memory.add(["Rex barks.", "I fly a plane."], session="s1", wait=True)
    memory.add("Rome was warm.", session="s2", wait=True)
    memory.add("Bye.", session="s3", wait=True)
    return memory


def test_only_entries_under_the_tags_are_looked_at(told: Memory) -> None:
    for question, wanted in (
        ("any pets?", {"Rex is a dog."}),
        ("work", {"Ana is a pilot.", "Ana flew to Rome."}),
        ("pets and travel", {"Rex is a dog.", "Ana flew to Rome."}),
    ):
        hits = told.search(question)
        shown = told.model.asked("thought_filter")[-1]["thoughts"]
        assert {piece.text for piece in shown} == wanted
        found = [hit for hit in hits if hit.reasons[-1].name == "thought"]
        assert len(found) == len(wanted)
    asked = len(told.model.asked("thought_filter"))
    assert len(told.search("something else")) == 4, "the base finds turns all the same"
    assert len(told.model.asked("thought_filter")) == asked


def test_what_does_not_pass_is_not_raised(told: Memory) -> None:
    told.model.script["thought_filter"] = lambda thoughts, **f: {"passing": [1, 1, 5, -1]}
    hits = told.search("work")
    shown = told.model.asked("thought_filter")[-1]["thoughts"]
    (found,) = [hit for hit in hits if hit.reasons[-1].name == "thought"]
    assert found.reasons[-1].text == f"a thought about it: {shown[1].text}"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize("name", ["memory_needed", "question_tags", "thought_filter"])
def test_a_search_does_without_answers_that_do_not_fit(told: Memory, name: str) -> None:
    told.model.script[name] = lambda **fields: InvalidOutput("no JSON")
    assert "Rex barks." in texts(told.search("pets: Rex"))


def test_a_thought_over_several_turns_is_returned_itself(opened: Opening) -> None:
    model = scripted([thought("Ana got a dog called Rex.", 0, 1)])
    memory = opened(strategy=CAIM(ONTOLOGY, first=1, every=1), model=model)
    memory.add(["I got a dog.", "Its name is Rex."], session="s1", wait=True)
    memory.add("Bye.", session="s2", wait=True)
    assert "Ana got a dog called Rex." in texts(memory.search("pets"))[:2]
    assert len(memory.search("pets", by="session")) == 2


def test_the_newest_of_two_conflicting_thoughts_passes(opened: Opening, clock: ManualClock) -> None:
    memory = opened(strategy=CAIM(first=0, every=1), model="rules")
    for number, town in enumerate(("Porto", "Lisbon")):
        memory.add(f"I live in {town} in a small house.", session=f"s{number}")
        clock.advance(DAY)
    hits = memory.search("In which house do I live?")
    passed = [hit.cube.text for hit in hits if hit.reasons[-1].name == "thought"]
    assert passed == ["I live in Lisbon in a small house."]
    assert len(hits) == 2, "the base ranks the older one all the same"


# -- rules


def test_by_rules_a_thought_is_a_sentence_of_one_turn_at_once(opened: Opening) -> None:
    memory = opened(strategy=CAIM(), model="rules")
    said = ["Hello!", "Wow. We went to the beach with our dog in May. Do you swim?", "Great!"]
    receipt = memory.add(said, session="s1")
    (cube,) = memory.view().only({"is": "thought"}).scan()
    assert cube.text == "We went to the beach with our dog in May."
    assert set(read(cube).tags) <= set(topics.TOPICS)
    assert {"animals", "travel"} <= set(read(cube).tags)
    assert cube.source.parents == (receipt.ids[1],)


@pytest.mark.parametrize(
    "text", ["hi", "Hello there!", "thank you so much", "ok, bye", "How are you?"]
)
def test_rules_know_small_talk(text: str) -> None:
    assert not CAIM()._needed(text, Answering())


@pytest.mark.parametrize(
    "text", ["Who is Hi?", "hi, where do I live?", "thanks to whom?", "Bye Rex"]
)
def test_rules_ask_memory_for_all_else(text: str) -> None:
    assert CAIM()._needed(text, Answering())


class Answering:
    """As much of a view as asks the rules."""

    def ask(self, prompt: Any, **fields: Any) -> Any:
        return Rules().ask(prompt, **fields)


# -- the paper's claim

SAYINGS = {
    "sport": ["I ran a marathon in {p}", "I joined a gym near {p}", "My yoga in {p} went well",
              "I played tennis in {p}", "We went cycling around {p}"],
    "music": ["I learnt the guitar in {p}", "A concert in {p} was loud", "I sing songs in {p}",
              "The orchestra of {p} moved me", "I bought an album in {p}"],
    "food": ["I cook dinner in {p}", "The pizza of {p} is great", "I bake a cake in {p}",
             "Lunch in {p} was cheap", "I drank coffee in {p}"],
    "animals": ["My puppy likes {p}", "A rabbit lives in {p}", "I fed birds in {p}",
                "The kitten was born in {p}", "I rode a horse near {p}"],
    "health": ["The dentist in {p} was kind", "I took medicine in {p}",
               "A therapist in {p} helped", "I had surgery in {p}", "My allergy got worse in {p}"],
}  # fmt: skip
TOWNS = "Porto Lisbon Faro Braga Evora Coimbra Sintra Aveiro Lagos Tomar".split()
TALK = ["The bus to {p} was late", "I saw the mayor of {p}", "The streets of {p} are loud",
        "Nobody answered in {p}", "It got dark in {p}"]  # fmt: skip


def months(seed: int) -> tuple[list[Conversation], list[tuple[str, set[str]]]]:
    """A conversation a week; questions ask for everything of one kind in one month."""
    draw = random.Random(seed)
    talks, evidence = [], dict[tuple[str, str], set[str]]()
    for week in range(40):
        at = START + week * 7 * DAY
        told = []
        for kind in draw.sample(list(SAYINGS), 2):
            ref = f"{week} {kind}"
            said = draw.choice(SAYINGS[kind]).format(p=draw.choice(TOWNS))
            told.append(Message(f"{said}.", ref=ref))
            evidence.setdefault((kind, f"{at:%B %Y}"), set()).add(ref)
        told += [Message(f"{draw.choice(TALK)}.".format(p=draw.choice(TOWNS))) for _ in range(4)]
        draw.shuffle(told)
        talks.append(Conversation(tuple(told), f"w{week}", at))
    names = {"sport": "What sport did I do", "music": "What about music did I tell you",
             "food": "What food did I have", "animals": "Which animals did I mention",
             "health": "What about my health did I tell you"}  # fmt: skip
    return talks, [(f"{names[kind]} in {month}?", refs) for (kind, month), refs in evidence.items()]


@dataclass(frozen=True)
class Similar(Strategy):
    """Similarity alone: the cosine of the question with every turn."""

    def retrieve(self, query: Query, view: View, k: int) -> list[Hit]:
        turns, asked = view.evidence(query.text), view.embed([query.text])
        assert asked is not None
        scores = turns.vectors @ asked.vectors[0]
        return view.hits(turns, scores, top(scores, k), {"cosine": scores})


def share_found(strategy: Strategy, view: View, asked: list[tuple[str, set[str]]]) -> float:
    found = 0.0
    for question, evidence in asked:
        hits = strategy.retrieve(Query(question, START + 300 * DAY), view, 10)
        refs = {hit.cube.labels.get("ref") for hit in hits}
        found += len(refs & evidence) / len(evidence) / len(asked)
    return found


@pytest.mark.claim(45)
@pytest.mark.parametrize("seed", [1, 2])
def test_tags_and_time_find_more_than_similarity_alone(opened: Opening, seed: int) -> None:
    """The same turns, embedder and k; places that tags and time leave are filled by similarity.

    The word lists of the rules know the topics of what is said here, as a model would.
    """
    talks, asked = months(seed)
    memory = opened(strategy=CAIM(), model="rules", embedder="minilm")
    list(memory.add_many(talks))
    view = memory.view()
    alone = share_found(Similar(), view.only(SAID), asked)
    assert share_found(CAIM(base=Similar(), first=0, every=1), view, asked) > alone
    assert share_found(CAIM(base=Similar()), view, asked) > alone, "also beyond the first five"


@pytest.mark.claim(45)
def test_review_leaves_fewer_duplicates(opened: Opening) -> None:
    draw = random.Random(1)
    said = [f"My {pet} sleeps in the {place}." for pet in ("dog", "cat") for place in TOWNS[:5]]
    counts = {}
    for name, model in (("reviewed", Rules()), ("not", Unreviewed())):
        memory = opened(name, strategy=CAIM(), model=model)
        for number in range(8):
            memory.add([draw.choice(said) for _ in range(4)], session=f"s{number}")
        kept = thoughts(memory)
        counts[name] = len(kept) - len(set(kept))
    assert counts["reviewed"] == 0 < counts["not"]


@dataclass
class Unreviewed(Rules):
    """Rules that think no two thoughts the same."""

    def ask(self, prompt: Any, **fields: Any) -> Any:
        if prompt.name == "thought_review":
            return Groups(groups=[])
        return super().ask(prompt, **fields)
