"""Notes: what is near is linked and rewritten, wherever it stands, or nothing is."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from memwell.core.clock import ManualClock
from memwell.core.errors import InvalidOutput
from memwell.core.hit import Hit
from memwell.core.lifecycle import State
from memwell.core.message import Conversation, Message
from memwell.core.view import Query
from memwell.kernel.memory import Memory
from memwell.models.prompts.amem import NoteEvolution
from memwell.models.rules.note_analysis import note_analysis
from memwell.models.rules.note_evolution import note_evolution
from memwell.models.scripted import Scripted
from memwell.plaintext.amem import AMem
from memwell.plaintext.notes.note import Note, note_id, parsed, read
from support import START, WordEmbedder

DAY = timedelta(days=1)
FAR = "Quarterly budgets were approved by the committee"
FIRST = "Dancing salsa with Rosa"
SECOND = "Dancing tango with Rosa and Pablo"
THIRD = "Dancing salsa and tango with Rosa and Pablo"

Opening = Callable[..., Memory]


@pytest.fixture
def opened(tmp_path: Path, clock: ManualClock):
    made: list[Memory] = []

    def open_(at: str = "memory", **options: Any) -> Memory:
        options = {"strategy": AMem(k=2), "embedder": WordEmbedder(width=64)} | options
        made.append(Memory(tmp_path / at, clock=clock, **options))
        return made[-1]

    yield open_
    for memory in made:
        memory.close()


def analysed(text: str, **fields: Any) -> dict[str, Any]:
    """A model that takes the words for keywords."""
    return {"keywords": text.split(), "context": f"About {text[:7]}.", "tags": ["plain"]}


def scripted(*evolutions: Any, analysis: Any = analysed) -> Scripted:
    """A model that takes its time, so that what is near is near in meaning."""
    script = {"note_analysis": analysis, "note_evolution": list(evolutions)}
    keywords = {"question_keywords": lambda question: {"keywords": question.split()}}
    return Scripted(script | keywords, immediate=False)


def calm() -> dict[str, Any]:
    return {"should_evolve": False}


def evolving(**more: Any) -> dict[str, Any]:
    return {
        "should_evolve": True,
        "actions": ["strengthen", "update_neighbor"],
        "suggested_connections": [0],
        "tags_to_update": ["ballroom"],
        "new_context_neighborhood": ["Nights of dancing.", "Lessons in pairs."],
        "new_tags_neighborhood": [["milonga"], ["duets"]],
    } | more


def turn(memory: Memory, text: str) -> str:
    return next(c.id for c in memory.view().scan() if c.text == text and "is" not in c.labels)


def note(memory: Memory, text: str) -> Note:
    return read(memory.get(note_id(turn(memory, text))))


def fill(memory: Memory, *texts: str) -> None:
    for number, text in enumerate(texts):
        assert memory.add(text, session=f"s{number}", wait=True).error is None


def texts(hits: list[Hit]) -> list[str]:
    return [hit.cube.text for hit in hits]


# -- notes


def test_a_note_is_read_back_from_its_text() -> None:
    made = Note("n", "One line\nand another").told(["a, b", " c\nd ", "C D", ""], ["t"], "Why\nso.")
    assert made.keywords == ("a b", "c d")
    assert made.context == "Why so."
    assert parsed("n", made.text, None) == made
    assert parsed("n", "rewritten by hand", "Ana") == Note("n", "rewritten by hand", speaker="Ana")


def test_every_turn_gets_a_note_that_rests_on_it_alone(opened: Opening) -> None:
    memory = opened(model=scripted(calm()))
    receipt = memory.add(
        [Message(FIRST, name="Ana"), Message(SECOND, name="Ben")], session="s1", wait=True
    )
    for place, said in enumerate((FIRST, SECOND)):
        cube = memory.get(note_id(receipt.ids[place]))
        assert cube.source.parents == (receipt.ids[place],)
        assert cube.scope.session == "s1"
        assert read(cube).content == said
        assert read(cube).keywords == tuple(dict.fromkeys(said.split()))
        assert cube.speaker == ("Ana", "Ben")[place]


def test_what_cannot_be_analysed_gets_no_note_and_the_others_do(opened: Opening) -> None:
    def analysis(text: str, **fields: Any) -> Any:
        return InvalidOutput("no JSON") if text == FIRST else analysed(text)

    memory = opened(model=scripted(analysis=analysis))
    receipt = memory.add([FIRST, SECOND], wait=True)
    assert [done.why for done in receipt.dropped] == ["no note: no JSON"]
    assert note(memory, SECOND).content == SECOND
    assert texts(memory.search("salsa", 1)) == [FIRST]


# -- evolution


def test_the_nearest_notes_are_linked_and_rewritten_and_a_far_one_is_not(opened: Opening) -> None:
    memory = opened(model=scripted(calm(), calm(), evolving()))
    fill(memory, FAR, FIRST, SECOND)
    before = {text: note(memory, text) for text in (FAR, FIRST, SECOND)}
    fill(memory, THIRD)
    (asked,) = memory.model.asked("note_evolution")[2:]
    nearest = [shown.content for shown in asked["neighbours"]]
    assert set(nearest) == {FIRST, SECOND}
    assert note(memory, FAR) == before[FAR]
    assert len(memory.history(note_id(turn(memory, FAR)))) == 1
    for text, context, tag in zip(
        nearest, ("Nights of dancing.", "Lessons in pairs."), ("milonga", "duets"), strict=True
    ):
        assert note(memory, text) == replace(before[text], context=context, tags=(tag,), version=2)
        (old, _) = memory.history(note_id(turn(memory, text)))
        assert read(old) == before[text]
    assert note(memory, THIRD).tags == ("ballroom",)
    (link,) = memory.view().neighbours(note_id(turn(memory, THIRD)))
    assert link.dst == note_id(turn(memory, nearest[0]))
    assert link.relation == "linked"


def test_a_changed_note_is_found_by_its_new_tag(opened: Opening) -> None:
    memory = opened(model=scripted(calm(), calm(), evolving()))
    fill(memory, FAR, FIRST, SECOND)
    assert not any(r.name == "note" for hit in memory.search("milonga") for r in hit.reasons)
    fill(memory, THIRD)
    nearest = memory.model.asked("note_evolution")[2]["neighbours"][0].content
    notes = memory.view().only({"is": "note"})
    assert read(notes.search("milonga", 1)[0].cube).content == nearest
    found = {hit.cube.text: hit for hit in memory.search("milonga")}
    assert [text for text, hit in found.items() if hit.reasons[-1].name == "note"] == [nearest]
    embedded = notes.evidence("milonga")
    place = embedded.ids.index(note_id(found[nearest].cube.id))
    fresh = memory.view().embed([note(memory, nearest).line])
    assert embedded.vectors[place] == pytest.approx(fresh.vectors[0], abs=1e-5)


@pytest.mark.parametrize(
    "answer",
    [
        evolving(new_context_neighborhood=["Only one."]),
        evolving(new_tags_neighborhood=[]),
        evolving(new_tags_neighborhood=[["a"], ["b"], ["c"]]),
        evolving(actions=["update_neighbor"], new_context_neighborhood=[]),
        evolving(actions=["destroy"]),
        evolving(new_tags_neighborhood="milonga"),
        InvalidOutput("no JSON"),
    ],
)
def test_an_answer_that_does_not_fit_changes_nothing(opened: Opening, answer: Any) -> None:
    memory = opened(model=scripted(calm(), calm(), answer))
    fill(memory, FAR, FIRST, SECOND)
    before = {text: note(memory, text) for text in (FAR, FIRST, SECOND)}
    receipt = memory.add(THIRD, session="s3", wait=True)
    assert {text: note(memory, text) for text in before} == before
    assert note(memory, THIRD).tags == ("plain",), "the new note is kept as it was analysed"
    assert memory.view().neighbours(note_id(turn(memory, THIRD))) == []
    assert any(done.why.startswith("it changes nothing") for done in receipt.dropped)


def test_numbers_of_no_note_link_to_nothing(opened: Opening) -> None:
    answer = evolving(actions=["strengthen"], suggested_connections=[-1, 9, 1, 1])
    memory = opened(model=scripted(calm(), answer))
    fill(memory, FIRST, SECOND, THIRD)
    (link,) = memory.view().neighbours(note_id(turn(memory, THIRD)))
    (_, second) = memory.model.asked("note_evolution")[1]["neighbours"]
    assert link.dst == note_id(turn(memory, second.content)), "the second of two: number 1"


def test_notes_of_one_event_evolve_one_after_the_other(opened: Opening) -> None:
    memory = opened(model=scripted(calm(), evolving()))
    receipt = memory.add([FIRST, SECOND, THIRD], session="s1", wait=True)
    assert not [done for done in receipt.dropped if done.op != "noop"]
    tags = {note(memory, text).tags for text in (FIRST, SECOND)}
    assert tags == {("milonga",), ("duets",)}
    assert [len(memory.history(note_id(id))) for id in receipt.ids[:3]] == [2, 2, 1]


def test_refining_again_changes_nothing(opened: Opening) -> None:
    memory = opened(model=scripted(calm(), evolving()))
    receipt = memory.add([FIRST, SECOND, THIRD], session="s1", wait=True)
    (event,) = memory.view().events([receipt.id])
    strategy, view = AMem(k=2), memory.view()
    ops = list(strategy.store(strategy.encode(event, view), view))
    assert {op.why for op in ops} == {"there is a note on it already"}


# -- forgetting


def test_words_that_came_from_a_note_are_forgotten_with_it(opened: Opening) -> None:
    answer = evolving(new_tags_neighborhood=[["swordfish"], ["duets"]])
    memory = opened(model=scripted(calm(), answer))
    third = f"{THIRD} said swordfish"
    memory.add([FIRST, SECOND, third], session="s1", wait=True)
    assert memory.forget(turn(memory, third)).verified
    left = [cube.text for state in State for cube in memory.view().scan(state)]
    assert not any("swordfish" in text for text in left)
    assert {FIRST, SECOND} <= set(left), "what was said stays"


# -- retrieval


def test_linked_turns_get_places_of_their_own(opened: Opening) -> None:
    memory = opened(strategy=AMem(k=2, seeds=1, every=2), model="rules")
    filler = [f"Kettle number {n} boils water in kitchen {n}" for n in range(8)]
    fill(memory, "Anna has a dog, Rexington", *filler, "Rexington went to Hilltop")
    hits = memory.search("Which dog does Anna have?", 3)
    assert texts(hits)[0] == "Anna has a dog, Rexington"
    assert texts(hits)[2] == "Rexington went to Hilltop"
    assert hits[2].reasons[-1].name == "linked"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_links_lead_to_nothing_that_the_search_may_not_see(opened: Opening) -> None:
    memory = opened(strategy=AMem(k=2, seeds=1), model="rules")
    memory.add("Anna has a dog, Rexington", session="s1", labels={"topic": "pets"})
    memory.add("Rexington went to Hilltop", session="s2", labels={"topic": "trips"})
    memory.add("Rexington sleeps a lot", session="s3", labels={"topic": "pets"})
    found = memory.search("Anna's dog", where={"topic": "pets"})
    assert set(texts(found)) == {"Anna has a dog, Rexington", "Rexington sleeps a lot"}
    found = memory.search("Anna's dog", without=["s2"])
    assert "Rexington went to Hilltop" not in texts(found)


def test_a_search_does_not_need_the_model_to_answer(opened: Opening) -> None:
    memory = opened(model=Scripted({"note_analysis": analysed}, immediate=False))
    fill(memory, FIRST)
    assert texts(memory.search("salsa")) == [FIRST]


# -- consolidation


def test_notes_that_say_the_same_are_merged_once_enough_have_evolved(
    opened: Opening, clock: ManualClock
) -> None:
    memory = opened(strategy=AMem(k=2, evo_threshold=3), model="rules")
    said = "Rosa teaches salsa at the harbour on Fridays"
    for number, text in enumerate((said, "Rosa sings in a choir", said)):
        memory.add(text, session=f"s{number}")
        clock.advance(DAY)
    assert memory.manage().applied == (), "two evolved: the second and the third"
    memory.add("Rosa moved to the harbour", session="s3")
    merged = memory.manage()
    (gone,) = [done.id for done in merged.applied if "says the same as" in done.why]
    first, _, third, _ = (cube.id for cube in memory.view().scan() if "is" not in cube.labels)
    assert gone == note_id(third)
    assert memory.get(gone).state is State.MERGED
    links = memory.view().neighbours(note_id(first))
    assert {note_id(first), note_id(third)} <= {end for one in links for end in (one.src, one.dst)}
    assert memory.manage().applied == ()
    assert texts(memory.search("Who teaches salsa?", 2)) == [said, said], "what was said stays"


# -- rules


def test_rules_only_count_and_choose() -> None:
    text = (
        "What a day! I heard that Melanie ran a charity race for mental health. Nice, was it fun?"
    )
    found = note_analysis({"text": text, "speaker": "Melanie", "at": "today"})
    assert found.context == "I heard that Melanie ran a charity race for mental health."
    assert "Melanie" in found.keywords
    assert "charity" in found.keywords
    assert {"sport", "health"} <= set(found.tags)
    assert note_analysis({"text": "Oh wow!", "speaker": "", "at": ""}).keywords == []


# -- the paper's claim

PETS, ASKED = 35, 20
HEADS = "Oak Elm Ash Fir Bay".split()
PLACES = [head + tail for head in HEADS for tail in "ham ton by wick ford dale mere gate".split()]
OWNERS = [a + b for a in "Mar Lin Tor Bel Kas".split() for b in "a o en us ik is et ul".split()]
NAMES = [a + b for a in "Zub Wof Pim Gra Hux".split() for b in "bo ly kin dor per zel nis".split()]


def chains(seed: int) -> tuple[list[Conversation], list[tuple[str, set[str]]]]:
    """Who owns which animal, and where which animal is treated; questions need one of each."""
    draw = random.Random(seed)
    owners = draw.sample(OWNERS, PETS)
    pets, places = draw.sample(NAMES, PETS), draw.sample(PLACES, PETS)
    told = [
        *(Message(f"The animal of my friend {o} is named {p}.", ref=f"own {o}")
          for o, p in zip(owners, pets, strict=True)),
        *(Message(f"I heard that {p} got treated in {at}.", ref=f"at {o}")
          for o, p, at in zip(owners, pets, places, strict=True)),
        *(Message(f"Yesterday my friend {o} was out again.", ref=f"out {o}") for o in owners),
    ]  # fmt: skip
    draw.shuffle(told)
    talks = [
        Conversation(tuple(told[n : n + 6]), f"s{n}", START + n * DAY)
        for n in range(0, len(told), 6)
    ]
    asked = draw.sample(owners, ASKED)
    return talks, [
        (f"Where was the animal of my friend {o} treated?", {f"own {o}", f"at {o}"}) for o in asked
    ]


def share_found(memory: Memory, asked: list[tuple[str, set[str]]], k: int) -> float:
    found = 0.0
    for question, evidence in asked:
        hits = memory.strategy.retrieve(Query(question, memory.view().now), memory.view(), k)
        found += len({hit.cube.labels.get("ref") for hit in hits} & evidence) / len(evidence)
    return found / len(asked)


@pytest.mark.claim(9)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_links_and_evolution_bring_more_of_what_takes_two_hops(opened: Opening, seed: int) -> None:
    """The same notes, by the same rules; without links and evolution in one memory."""
    talks, asked = chains(seed)

    def frozen(**fields: Any) -> NoteEvolution:
        return NoteEvolution(should_evolve=False)

    shares = {}
    for name, evolution in (("linked", lambda **f: note_evolution(f)), ("alone", frozen)):
        script = {
            "note_analysis": lambda **fields: note_analysis(fields),
            "note_evolution": evolution,
            "question_keywords": lambda question: {"keywords": question.split()},
        }
        memory = opened(name, strategy=AMem(), model=Scripted(script))
        list(memory.add_many(talks))
        shares[name] = share_found(memory, asked, 10)
    assert shares["linked"] > shares["alone"]
