"""Second Me's levels in words: topics, shades, biographies, and a voice towards others."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from memwell.core.clock import ManualClock
from memwell.core.cube import MemCube
from memwell.core.errors import InvalidInput, InvalidOutput
from memwell.core.lifecycle import State
from memwell.core.message import Message
from memwell.core.op import Delete, Update
from memwell.kernel.memory import Memory
from memwell.models.prompts.secondme import Biography, Critique, Enhanced, Merged, Shade
from memwell.models.scripted import Scripted
from memwell.plaintext.secondme import SecondMe
from support import WordEmbedder

DAY = timedelta(days=1)
BOATS = ["Boat sail red", "Boat sail torn", "Boat sail new"]
DOGS = ["Dog Biscuit barks", "Dog Biscuit barks at night", "Dog Biscuit barks now"]


def texts(fields: dict[str, Any], name: str = "parts") -> str:
    return " + ".join(piece.text for piece in fields[name])


def shaded(**fields: Any) -> Shade:
    """A shade that keeps what it is shown; boats and dogs are told apart by their words."""
    before = fields["before"].partition("\n\n")[2]
    told = " + ".join(filter(None, [before, texts(fields)]))
    name = "boat sail" if "sail" in told else "dog barks Biscuit"
    return Shade(name=name, description=name, trait=told)


def scripted(**script: Any) -> Scripted:
    given: dict[str, Any] = {
        "shade": shaded,
        "merge_shades": lambda **fields: Merged(same=False),
        "biography": lambda **fields: Biography(
            text=" / ".join(filter(None, [fields["before"], texts(fields)]))
        ),
        "status": lambda **fields: Biography(text=f"now: {texts(fields)}"),
        "second_person": lambda **fields: Biography(text=f"you: {fields['text']}"),
    }
    return Scripted(given | script)


class Desk:
    """A memory on a clock that the test moves."""

    def __init__(self, folder: Path, clock: ManualClock) -> None:
        self.folder, self.clock, self.opened = folder, clock, list[Memory]()

    def open(self, model: Any = "rules", embedder: Any = "", **figures: Any) -> Memory:
        memory = Memory(
            self.folder / "memory", user="ana", model=model, clock=self.clock, seed=1,
            strategy=SecondMe(**{"chunk": 40, "near": 0.45} | figures),
            embedder=WordEmbedder() if embedder == "" else embedder,
        )  # fmt: skip
        self.opened.append(memory)
        return memory


@pytest.fixture
def desk(tmp_path: Path, clock: ManualClock) -> Iterator[Desk]:
    made = Desk(tmp_path, clock)
    yield made
    for memory in made.opened:
        memory.close()


def told(memory: Memory, kind: str, **labels: str) -> list[MemCube]:
    found = memory.view().only({"is": kind, **labels}).scan()
    return sorted(found, key=lambda cube: cube.text)


def words(memory: Memory, kind: str, **labels: str) -> list[str]:
    return [cube.text for cube in told(memory, kind, **labels)]


@pytest.mark.parametrize("embedder", ["", None])
def test_what_is_alike_makes_a_topic_with_its_shade(desk: Desk, embedder: Any) -> None:
    memory = desk.open(scripted(), embedder=embedder)
    boats = memory.add(BOATS, session="a").ids
    dogs = memory.add(DOGS, session="b").ids
    memory.manage()
    boat, dog = told(memory, "topic")
    assert (boat.source.parents, dog.source.parents) == (boats, dogs)
    shades = {shade.labels["topic"]: shade for shade in told(memory, "shade")}
    assert shades[boat.id].text == " + ".join(BOATS)
    assert shades[boat.id].source.parents == (boat.id,)
    assert shades[boat.id].source.events == memory.get(boats[0]).source.events


def test_new_words_join_their_topic_and_only_they_are_told(desk: Desk) -> None:
    model = scripted()
    memory = desk.open(model)
    memory.add(BOATS, session="a")
    memory.add(DOGS, session="b")
    memory.manage()
    asked = len(model.calls)
    assert memory.manage().applied == ()
    assert len(model.calls) == asked
    (id,) = memory.add("Boat sail mended", session="c").ids
    memory.manage()
    (fields,) = model.asked("shade")[2:]
    assert texts(fields) == "Boat sail mended"
    assert fields["before"].endswith(" + ".join(BOATS))
    boat, dog = told(memory, "topic")
    assert (boat.version, dog.version) == (2, 1)
    assert boat.source.parents[-1] == id
    again = model.asked("biography")[-1]
    assert texts(again, "replaced") == " + ".join(BOATS)
    assert texts(again) == " + ".join([*BOATS, "Boat sail mended"])


def test_a_full_topic_takes_no_more(desk: Desk) -> None:
    memory = desk.open(scripted(), most=3)
    memory.add(BOATS, session="a")
    memory.manage()
    memory.add("Boat sail blue", session="c")
    memory.manage()
    assert sorted(len(topic.source.parents) for topic in told(memory, "topic")) == [1, 3]


def test_topics_that_are_one_are_merged(desk: Desk) -> None:
    whole = {"same": True, "name": "all", "description": "of it", "trait": "sails and barks"}
    model = scripted(merge_shades=lambda **fields: whole)
    memory = desk.open(model, nearer=-1.0)
    boats = memory.add(BOATS, session="a").ids
    dogs = memory.add(DOGS, session="b").ids
    memory.manage()
    (topic,), (shade,) = told(memory, "topic"), told(memory, "shade")
    assert (topic.text, shade.text) == ("all\nof it", "sails and barks")
    assert topic.source.parents == boats + dogs
    assert words(memory, "biography", about="life", person="third") == ["sails and barks"]
    merged = list(memory.view().only({"is": "topic"}).scan(State.MERGED))
    assert [cube.source.parents for cube in merged] == [dogs]
    assert memory.manage().applied == ()
    memory.forget(dogs[0])
    assert told(memory, "topic") == []
    memory.manage()
    assert {turn for topic in told(memory, "topic") for turn in topic.source.parents} == {
        *boats, *dogs[1:],
    }  # fmt: skip


@pytest.mark.parametrize(
    "answer", [{"same": False}, {"same": True, "name": "x"}, InvalidOutput("no JSON")]
)
def test_topics_stay_apart_when_the_answer_does_not_say_what_both_are(
    desk: Desk, answer: Any
) -> None:
    memory = desk.open(scripted(merge_shades=lambda **fields: answer), nearer=-1.0)
    memory.add(BOATS, session="a")
    memory.add(DOGS, session="b")
    memory.manage()
    assert len(told(memory, "topic")) == len(told(memory, "shade")) == 2


def test_biographies_speak_of_and_to_the_user(desk: Desk) -> None:
    model = scripted()
    memory = desk.open(model)
    said = [Message(text, name="Ana") for text in DOGS]
    memory.add([*said, Message("Which dog?", role="assistant", name="Bot")], session="a")
    memory.manage()
    for about in ("life", "status"):
        (third,) = told(memory, "biography", about=about, person="third")
        (second,) = told(memory, "biography", about=about, person="second")
        assert second.text == f"you: {third.text}"
        assert second.source.parents == (third.id,)
        assert third.labels["who"] == "Ana"
    assert {fields["who"] for fields in model.asked("second_person")} == {"Ana"}


def test_the_status_follows_the_days(desk: Desk) -> None:
    memory = desk.open(scripted(), days=7)
    memory.add("Boat sail red", session="a")
    memory.manage()
    assert words(memory, "biography", about="status", person="third") == ["now: Boat sail red"]
    desk.clock.advance(5 * DAY)
    memory.add("Dog Biscuit barks", session="b")
    memory.manage()
    desk.clock.advance(4 * DAY)
    assert memory.manage().applied == ()
    (third,) = told(memory, "biography", about="status", person="third")
    assert third.text == "now: Boat sail red + Dog Biscuit barks"
    assert len(told(memory, "biography", about="status", person="second")) == 1
    desk.clock.advance(4 * DAY)
    receipt = memory.manage()
    assert {each.why for each in receipt.applied} == {"nothing was said for 7 days"}
    assert told(memory, "biography", about="status") == []
    assert len(told(memory, "biography", about="life")) == 2


def test_invalid_answers_change_nothing_and_are_asked_for_again(desk: Desk) -> None:
    broken = [InvalidOutput("no JSON")]
    memory = desk.open(scripted(shade=broken, biography=broken, status=broken))
    memory.add(BOATS, session="a")
    receipt = memory.manage()
    assert receipt.applied == ()
    assert {each.op for each in receipt.dropped} == {"noop"}
    memory.close()
    again = desk.open(scripted(second_person=[InvalidOutput("no JSON")] * 2))
    again.manage()
    assert len(told(again, "shade")) == 1
    assert [cube.labels["person"] for cube in told(again, "biography")] == ["third", "third"]
    again.close()
    last = desk.open(scripted())
    last.manage()
    assert len(told(last, "biography", person="second")) == 2
    assert last.manage().applied == ()


def test_forgetting_a_turn_takes_its_topic_and_the_rest_finds_one_anew(desk: Desk) -> None:
    memory = desk.open(scripted())
    memory.add(BOATS, session="a")
    secret = memory.add([*DOGS, "Dog Biscuit barks swordfish"], session="b").ids[-1]
    memory.manage()
    memory.forget(secret)
    assert words(memory, "shade") == [" + ".join(BOATS)]
    assert told(memory, "biography") == []
    memory.manage()
    assert " + ".join(DOGS) in words(memory, "shade")
    (life,) = words(memory, "biography", about="life", person="third")
    assert sorted(life.split(" + ")) == sorted([*BOATS, *DOGS])
    for state in State:
        assert not any("swordfish" in cube.text for cube in memory.view().scan(state))


def test_what_the_user_took_out_or_froze_is_left_alone(desk: Desk) -> None:
    model = scripted()
    memory = desk.open(model)
    memory.add(BOATS, session="a")
    memory.add(DOGS, session="b")
    memory.manage()
    boat, dog = told(memory, "topic")
    memory.apply(
        [Update(boat.id, "settled", state=State.FROZEN), Delete(dog.id, "not mine")], by="user"
    )
    asked = len(model.asked("shade"))
    memory.manage()
    assert len(model.asked("shade")) == asked
    memory.add("Boat sail mended", session="c")
    memory.manage()
    assert memory.get(boat.id).version == 2
    assert memory.get(dog.id).state is State.EXPIRED


def test_shades_and_biographies_come_in_after_the_leading_turns(desk: Desk) -> None:
    memory = desk.open(scripted(), top=2)
    memory.add(BOATS, session="a")
    memory.add(DOGS, session="b")
    memory.manage()
    kinds = [hit.cube.labels.get("is") for hit in memory.search("the dog barks", k=10)]
    assert kinds[:2] == [None, None]
    assert {"shade", "biography"} & set(kinds)
    assert "topic" not in kinds
    by_session = memory.search("the dog barks", k=10, by="session")
    assert [hit.cube.scope.session for hit in by_session] == ["b", "a"]


# -- speaking for the user


def test_a_request_is_enriched_from_what_is_known(desk: Desk) -> None:
    answer = Enhanced(request="Find a vet for Biscuit, a dog that barks", used=[0, 7, -1])
    model = scripted(context_enhance=[answer])
    memory = desk.open(model)
    memory.add([Message(text, name="Ana") for text in DOGS], session="b")
    memory.manage()
    spoken = SecondMe().enhance("Find a vet for the dog", memory.view())
    assert spoken.text == answer.request
    (fields,) = model.asked("context_enhance")
    assert spoken.sources == (memory.search("Find a vet for the dog", k=1)[0].cube.id,)
    assert fields["who"] == "Ana"
    assert " + ".join(DOGS) in fields["biography"]
    assert texts(fields, "memories").count("Biscuit") == 3


def test_a_response_is_criticised_from_what_is_known(desk: Desk) -> None:
    model = scripted(context_critic=[Critique(feedback="Biscuit bites", satisfied=False, used=[1])])
    memory = desk.open(model)
    memory.add([*DOGS, *BOATS], session="b")
    spoken = SecondMe().critic("Find a vet", "Try the boat", memory.view())
    assert (spoken.text, spoken.satisfied, len(spoken.sources)) == ("Biscuit bites", False, 1)
    (fields,) = model.asked("context_critic")
    assert (fields["request"], fields["response"]) == ("Find a vet", "Try the boat")
    assert len(fields["memories"]) == len({piece.text for piece in fields["memories"]})


def test_rules_quote_the_user_and_nobody_else(desk: Desk) -> None:
    memory = desk.open()
    memory.add(
        [
            Message("I am allergic to walnuts.", name="Ana"),
            Message("I bake cake every week.", name="Ana"),
            Message("Is cake good for you?", name="Ana"),
            Message("I can recommend carrot cake.", role="assistant", name="Bot"),
        ],
        session="a",
    )
    memory.manage()
    me = SecondMe()
    request = "Suggest a cake to bake"
    spoken = me.enhance(request, memory.view())
    assert spoken.text.startswith(f"{request}\n\nWhat you should know of me:\n")
    assert "I bake cake every week." in spoken.text
    assert "carrot" not in spoken.text
    assert "Is cake good" not in spoken.text
    assert all(memory.get(id).speaker == "Ana" for id in spoken.sources)
    bad = me.critic(request, "Take a walnut cake with cream.", memory.view())
    assert not bad.satisfied
    assert 'This may not suit me: "I am allergic to walnuts."' in bad.text
    good = me.critic(request, "You bake every week: a carrot cake, as you are allergic to walnuts.",
                     memory.view())  # fmt: skip
    assert good.satisfied


def test_an_empty_memory_has_nothing_to_add(desk: Desk) -> None:
    memory = desk.open()
    assert SecondMe().enhance("Suggest a cake", memory.view()).text == "Suggest a cake"
    assert SecondMe().critic("Suggest a cake", "Walnut cake", memory.view()).satisfied
    with pytest.raises(InvalidInput, match="empty"):
        SecondMe().enhance(" ", memory.view())


def test_rules_tell_shades_and_biographies_from_what_was_stated(desk: Desk) -> None:
    memory = desk.open(chunk=200)
    memory.add([Message("I like sailing. The sail of my boat is red.", name="Ana")], session="a")
    memory.add([Message("I like sailing. My boat has a new sail!", name="Ana")], session="b")
    memory.manage()
    (shade,) = words(memory, "shade")
    assert shade.splitlines()[0].startswith("Ana speaks of ")
    assert "Ana likes sailing (2 times)" in shade.splitlines()
    assert {"sail", "boat"} & set(shade.splitlines()[0].removeprefix("Ana speaks of ").split(", "))
    (second,) = words(memory, "biography", about="life", person="second")
    assert "You like sailing (2 times)" in second.splitlines()
    (status,) = words(memory, "biography", about="status", person="third")
    said = "I like sailing. The sail of my boat is red. My boat has a new sail!"
    assert all(line.removeprefix("Ana: ") in said for line in status.splitlines())


@pytest.mark.parametrize("figures", [{"chunk": 0}, {"near": 2.0}, {"days": 0.0}])
def test_figures_that_make_no_sense_are_refused(figures: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        SecondMe(**figures)
