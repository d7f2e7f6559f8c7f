"""MemoryBank: days are told of, memories fade along the curve, and recalling renews them."""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memwell.core.clock import ManualClock
from memwell.core.cube import MemCube, Source
from memwell.core.errors import InvalidInput, InvalidOutput
from memwell.core.interval import Interval
from memwell.core.lifecycle import State
from memwell.core.message import Message
from memwell.core.op import Delete, Update
from memwell.core.payload import Text
from memwell.core.receipt import Receipt
from memwell.core.scope import Scope
from memwell.kernel.memory import Memory
from memwell.models.prompts.memorybank import Portrait, Summary
from memwell.models.scripted import Scripted
from memwell.plaintext.growing.day import idle
from memwell.plaintext.memorybank import DAY, MemoryBank, lot, retention
from support import START, WordEmbedder

HOUR = timedelta(hours=1)


def words(fields: dict[str, Any]) -> str:
    """What a model was shown, the text so far included."""
    told = [piece.text for piece in fields["parts"]]
    return " + ".join([fields["before"], *told] if fields["before"] else told)


def scripted(**script: Any) -> Scripted:
    """A model that writes down what it is shown."""
    given: dict[str, Any] = {
        "daily_summary": lambda **fields: Summary(text=words(fields)),
        "daily_portrait": lambda **fields: Portrait(traits=[f"trait: {words(fields)}"]),
        "overall_summary": lambda **fields: Summary(text=f"all: {words(fields)}"),
        "overall_portrait": lambda **fields: Portrait(traits=[f"is: {words(fields)}"]),
    }
    return Scripted(given | script)


class Bank:
    """A memory on a clock that the test moves."""

    def __init__(self, folder: Path, clock: ManualClock) -> None:
        self.folder, self.clock, self.opened = folder, clock, list[Memory]()

    def open(self, model: Any = "rules", name: str = "memory", **figures: Any) -> Memory:
        user = figures.pop("user", "ana")
        memory = Memory(
            self.folder / name, user=user, strategy=MemoryBank(**figures), model=model,
            embedder=WordEmbedder(), clock=self.clock, seed=1,
        )  # fmt: skip
        self.opened.append(memory)
        return memory


@pytest.fixture
def bank(tmp_path: Path, clock: ManualClock) -> Iterator[Bank]:
    made = Bank(tmp_path, clock)
    yield made
    for memory in made.opened:
        memory.close()


def told(memory: Memory, kind: str, span: str = "day") -> list[MemCube]:
    found = memory.view().only({"is": kind}).scan()
    return sorted(
        (cube for cube in found if cube.labels["span"] == span),
        key=lambda cube: cube.labels.get("day", ""),
    )


def done(receipt: Receipt, op: str) -> list[str | None]:
    return [each.id for each in receipt.applied if each.op == op]


def there(memory: Memory, id: str) -> bool:
    return memory.get(id).state is State.ACTIVATED


def turn(number: int, **fields: Any) -> MemCube:
    cube = MemCube(
        f"turn{number}", 1, Text("words"), Scope("t", "ana"), Source("x"), known=Interval(START)
    )
    return replace(cube, **fields)


class Now:
    """As much of a view as forgetting looks at."""

    def __init__(self, now: datetime) -> None:
        self.now = now


def faded(bank: MemoryBank, turns: list[MemCube], after: timedelta) -> set[str]:
    ops = bank.fade(turns, Now(START + after))  # type: ignore[arg-type]
    return {op.id for op in ops if isinstance(op, Delete)}


# -- the curve


def test_retention_at_two_days_and_after_two_recalls() -> None:
    assert retention(2, 1) == pytest.approx(0.1353, abs=1e-4)
    assert retention(3, 3) == pytest.approx(0.3679, abs=1e-4)
    assert retention(0, 1) == 1


days = st.floats(0.01, 100)
strengths = st.floats(1, 100)


@given(days, strengths, st.floats(0.01, 50))
def test_retention_grows_with_strength_and_falls_with_time(t: float, s: float, d: float) -> None:
    assert retention(t, s + d) > retention(t, s)
    assert retention(t + d, s) < retention(t, s)
    slope = (retention(t, s + 1e-6) - retention(t, s)) / 1e-6
    assert slope == pytest.approx(t / s**2 * retention(t, s), rel=1e-2, abs=1e-7)


@pytest.mark.parametrize(("t", "strength"), [(0.5, 1.0), (2.0, 1.0), (3.0, 3.0), (2.0, 8.0)])
def test_of_ten_thousand_the_share_that_is_dropped_follows_the_curve(
    t: float, strength: float
) -> None:
    bank = MemoryBank(forgetting="stochastic", seed=3)
    turns = [turn(number, strength=strength) for number in range(10_000)]
    dropped = faded(bank, turns, t * DAY)
    assert abs(len(dropped) / 10_000 - (1 - math.exp(-t / strength))) < 0.02


def test_looking_more_often_drops_no_more() -> None:
    """A lot holds until the next recall, so nothing is drawn again."""
    often = MemoryBank(forgetting="stochastic", seed=3)
    turns = [turn(number) for number in range(500)]
    left = turns
    for hours in (1, 6, 12, 12, 24, 36, 36):
        gone = faded(often, left, hours * HOUR)
        left = [each for each in left if each.id not in gone]
    once = faded(often, turns, 36 * HOUR)
    assert {each.id for each in turns} - once == {each.id for each in left}
    assert lot(turns[0], 3) == lot(turns[0], 3)
    assert lot(turns[0], 3) != lot(turns[0], 4)
    assert lot(turns[0], 3) != lot(replace(turns[0], uses=1), 3)


def test_time_counts_from_the_last_recall_and_never_backwards() -> None:
    cube = turn(0)
    assert idle(cube, START + DAY) == DAY
    assert idle(replace(cube, last_used=START + DAY), START + 3 * DAY) == 2 * DAY
    assert idle(cube, START - DAY) == timedelta(0)


@pytest.mark.parametrize(
    "figures",
    [
        {"forgetting": "sometimes"},
        {"threshold": 1.5},
        {"scale": 0.0},
        {"room": 0},
        {"zone": "Atlantis"},
    ],
)
def test_figures_that_make_no_sense_are_refused(figures: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        MemoryBank(**figures)


# -- forgetting in a memory


def test_what_is_recalled_is_kept_and_what_is_not_is_forgotten(bank: Bank) -> None:
    memory = bank.open(top=1)
    violin, boat = memory.add(["Ana plays the violin", "Rui owns a red boat"], session="s").ids
    for _ in range(2):
        bank.clock.advance(0.5 * DAY)
        assert [hit.cube.id for hit in memory.search("violin", k=1)] == [violin]
    bank.clock.advance(3 * DAY)
    receipt = memory.manage()
    assert (memory.get(violin).strength, memory.get(violin).uses) == (3.0, 2)
    assert there(memory, violin)
    assert not there(memory, boat)
    (why,) = (each.why for each in receipt.applied if each.id == boat)
    assert why == "retention 0.02 is below 0.30"
    hits = memory.search("red boat", k=2)
    assert [hit.cube.labels.get("is") for hit in hits] == [None, "summary"]
    assert "red boat" in hits[1].cube.text


def test_what_a_context_was_made_of_is_recalled_too(bank: Bank) -> None:
    memory = bank.open()
    (id,) = memory.add("Ana plays the violin").ids
    bank.clock.advance(DAY)
    assert "violin" in memory.context("What does Ana play?").text
    bank.clock.advance(DAY)
    memory.manage()
    assert (memory.get(id).strength, memory.get(id).state) == (2.0, State.ACTIVATED)


def test_a_time_scale_stretches_the_curve(bank: Bank) -> None:
    memory = bank.open(scale=5.0)
    (id,) = memory.add("Ana plays the violin").ids
    bank.clock.advance(5 * DAY)  # exp(-1)
    memory.manage()
    assert there(memory, id)
    bank.clock.advance(1.1 * DAY)  # below .3
    memory.manage()
    assert not there(memory, id)


def test_forgetting_can_be_switched_off(bank: Bank) -> None:
    memory = bank.open(forgetting="off")
    (id,) = memory.add("Ana plays the violin").ids
    bank.clock.advance(1000 * DAY)
    assert done(memory.manage(), "delete") == []
    assert there(memory, id)


def test_protected_and_frozen_turns_and_what_is_told_stay(bank: Bank) -> None:
    memory = bank.open()
    (safe,) = memory.add("My blood group is A", labels={"protected": True}).ids
    (loose,) = memory.add("I had soup", labels={"protected": False}).ids
    (frozen,) = memory.add("I am allergic to nuts").ids
    memory.freeze(frozen)
    bank.clock.advance(400 * DAY)
    memory.manage()
    bank.clock.advance(400 * DAY)
    memory.manage()
    assert there(memory, safe)
    assert memory.get(frozen).state is State.FROZEN
    assert not there(memory, loose)
    for kind in ("summary", "portrait"):
        assert len(told(memory, kind)) == len(told(memory, kind, "overall")) == 1


def test_fading_can_be_undone_and_then_counts_anew(bank: Bank) -> None:
    memory = bank.open()
    (id,) = memory.add("Ana plays the violin").ids
    bank.clock.advance(2 * DAY)
    receipt = memory.manage()
    assert not there(memory, id)
    memory.undo(receipt.id)
    assert there(memory, id)
    memory.manage()
    assert there(memory, id)


# -- days


def test_a_day_is_told_of_when_it_is_over_and_once(bank: Bank) -> None:
    model = scripted()
    memory = bank.open(model, forgetting="off")
    turns = memory.add(["I like tea", "So do I"], session="s").ids
    memory.manage()
    assert model.calls == []
    bank.clock.advance(DAY)
    memory.manage()
    (page,) = told(memory, "summary")
    assert (page.text, page.labels["day"]) == ("I like tea + So do I", "2024-03-01")
    assert page.source.parents == turns
    assert [each.text for each in told(memory, "portrait")] == ["trait: I like tea + So do I"]
    (overall,) = told(memory, "summary", "overall")
    assert (overall.text, overall.source.parents) == ("all: I like tea + So do I", (page.id,))
    asked = len(model.calls)
    assert asked == 4
    assert memory.manage().applied == ()
    bank.clock.advance(DAY)
    assert memory.manage().applied == ()
    assert len(model.calls) == asked


def test_a_day_that_goes_on_is_brought_up_to_date_with_what_is_new_alone(bank: Bank) -> None:
    model = scripted()
    memory = bank.open(model, forgetting="off")
    (first,) = memory.add("I like tea").ids
    memory.add("It rains", at=START - DAY)
    bank.clock.advance(DAY)
    memory.manage()
    (late,) = memory.add("I like jam", at=START + HOUR).ids
    bank.clock.advance(HOUR)
    memory.manage()
    rain, tea = told(memory, "summary")
    assert (rain.version, tea.version) == (1, 2)
    assert tea.text == "I like tea + I like jam"
    assert tea.source.parents == (first, late)
    fields = model.asked("daily_summary")[-1]
    assert fields["before"] == "I like tea"
    assert [piece.text for piece in fields["parts"]] == ["I like jam"]
    again = model.asked("overall_summary")[-1]
    assert [piece.text for piece in again["parts"]] == ["I like tea + I like jam"]
    assert [piece.text for piece in again["replaced"]] == ["I like tea"]
    assert [cube.version for cube in told(memory, "summary", "overall")] == [2]


def test_a_long_day_is_told_in_portions(bank: Bank) -> None:
    model = scripted()
    memory = bank.open(model, forgetting="off", room=60)
    memory.add([f"Sentence number {number}" for number in range(6)])
    bank.clock.advance(DAY)
    memory.manage()
    asked = model.asked("daily_summary")
    assert len(asked) == 3
    assert [len(fields["parts"]) for fields in asked] == [2, 2, 2]
    (page,) = told(memory, "summary")
    assert all(f"number {number}" in page.text for number in range(6))


def test_days_begin_where_the_user_lives(bank: Bank) -> None:
    memory = bank.open(zone="Pacific/Kiritimati")
    memory.add("Good morning, I am in Kiritimati", at=START + 2 * HOUR)
    bank.clock.advance(2 * DAY)
    memory.manage()
    assert [page.labels["day"] for page in told(memory, "summary")] == ["2024-03-02"]


def test_an_invalid_answer_changes_nothing_and_is_asked_for_again(bank: Bank) -> None:
    answers: list[Any] = [InvalidOutput("no JSON"), {"traits": ["calm"]}]
    memory = bank.open(scripted(daily_portrait=answers))
    (id,) = memory.add("I like tea").ids
    bank.clock.advance(2 * DAY)
    receipt = memory.manage()
    assert done(receipt, "add") == []
    assert [each.why for each in receipt.dropped] == ["2024-03-01 is told of another time: no JSON"]
    assert not there(memory, id)  # it fades all the same, and is told of later
    memory.manage()
    assert [page.text for page in told(memory, "summary")] == ["I like tea"]
    assert [page.text for page in told(memory, "portrait", "overall")] == ["is: calm"]


def test_an_overall_text_that_failed_catches_up(bank: Bank) -> None:
    answers: list[Any] = [InvalidOutput("no JSON"), {"text": "both days"}]
    model = scripted(overall_summary=answers)
    memory = bank.open(model, forgetting="off")
    memory.add("I like tea")
    bank.clock.advance(DAY)
    memory.manage()
    assert told(memory, "summary", "overall") == []
    memory.add("I like jam")
    bank.clock.advance(DAY)
    memory.manage()
    shown = [piece.text for piece in model.asked("overall_summary")[-1]["parts"]]
    assert shown == ["I like tea", "I like jam"]
    (overall,) = told(memory, "summary", "overall")
    assert len(overall.source.parents) == 2


def test_forgetting_a_turn_takes_what_was_told_of_it_and_the_rest_is_told_anew(bank: Bank) -> None:
    memory = bank.open(scripted())
    tea, secret = memory.add(["I like tea", "My code is swordfish"]).ids
    bank.clock.advance(DAY)
    memory.add("I like jam")
    bank.clock.advance(2 * DAY)
    memory.manage()
    assert not there(memory, tea)  # both faded by now
    assert "swordfish" in told(memory, "summary", "overall")[0].text
    memory.forget(secret)
    assert [page.text for page in told(memory, "summary")] == ["I like jam"]
    assert told(memory, "summary", "overall") == []
    memory.manage()
    assert [page.text for page in told(memory, "summary")] == ["I like tea", "I like jam"]
    (overall,) = told(memory, "summary", "overall")
    assert overall.text == "all: I like tea + I like jam"
    assert not there(memory, tea)


def test_what_the_user_took_out_or_froze_is_left_alone(bank: Bank) -> None:
    model = scripted()
    memory = bank.open(model, forgetting="off")
    memory.add("I like tea")
    bank.clock.advance(DAY)
    memory.manage()
    (page,), (portrait,) = told(memory, "summary"), told(memory, "portrait", "overall")
    memory.apply([Delete(page.id, "not mine"), Delete(portrait.id, "nor this")], by="user")
    asked = len(model.calls)
    assert memory.manage().applied == ()
    assert len(model.calls) == asked
    memory.add("I like jam")
    bank.clock.advance(DAY)
    memory.manage()
    (jam,) = told(memory, "summary")
    assert told(memory, "portrait", "overall") == []
    memory.apply([Update(jam.id, "settled", state=State.FROZEN)], by="user")
    memory.add("And honey", at=START + 1.1 * DAY)
    memory.manage()
    assert [page.text for page in told(memory, "summary")] == ["I like jam"]


def test_owners_are_told_of_apart(bank: Bank) -> None:
    memory = bank.open(user=None)
    memory.add("Ana loves the sea", user="ana")
    memory.add("Rui loves the hills", user="rui")
    memory.add("Nobody in particular loves rain")
    bank.clock.advance(DAY)
    memory.manage()
    found = {page.scope.user: page.text for page in told(memory, "summary")}
    assert {user: text.split(": ")[-1] for user, text in found.items()} == {
        "ana": "Ana loves the sea",
        "rui": "Rui loves the hills",
        None: "Nobody in particular loves rain",
    }


# -- recalling


def test_summaries_come_in_after_the_leading_turns(bank: Bank) -> None:
    memory = bank.open(forgetting="off")
    memory.add([f"My boat has {number} sails" for number in range(8)], session="s")
    memory.add([f"Day {number} was mild" for number in range(30)], session="t")
    bank.clock.advance(DAY)
    memory.manage()
    assert all("is" not in hit.cube.labels for hit in memory.search("boat sails", k=6))
    kinds = [hit.cube.labels.get("is") for hit in memory.search("boat sails", k=20)]
    assert kinds[:6] == [None] * 6
    assert 1 <= sum(kind is not None for kind in kinds) <= 2


def test_when_turns_have_faded_what_was_told_of_them_is_found(bank: Bank) -> None:
    memory = bank.open()
    memory.add([Message("I like hiking in Peneda.", name="Ana")], session="s")
    bank.clock.advance(9 * DAY)
    memory.manage()
    hits = memory.search("What does Ana like?", k=3)
    assert {hit.cube.labels["is"] for hit in hits} == {"summary", "portrait"}
    assert "Ana likes hiking in Peneda" in {hit.cube.text for hit in hits}


def test_what_was_said_beside_the_best_turn_comes_along_as_far_as_there_is_room(bank: Bank) -> None:
    other = [f"The weather on day {number} was mild" for number in range(40)]
    memory = bank.open(forgetting="off", top=1, chunk=60)
    memory.add(other[:20], session="a")
    memory.add(
        [
            "Shall we?",
            "My violin is called Lina",
            "Lovely",
            "Not at all, that is far too long here",
        ],
        session="b",
    )
    memory.add(other[20:], session="c")
    hits = memory.search("What is the violin called?", k=4)
    assert hits[0].cube.text == "My violin is called Lina"
    assert [hit.cube.text for hit in hits[1:3]] == ["Lovely", "Shall we?"]
    assert [reason.name for reason in hits[1].reasons] == ["beside"]
    assert [reason.name for reason in hits[3].reasons] != ["beside"]
    labelled = memory.search("What is the violin called?", k=4, where={"turn": "1"})
    assert {hit.cube.labels["turn"] for hit in labelled} == {"1"}


def test_sessions_are_ranked_without_what_belongs_to_none(bank: Bank) -> None:
    memory = bank.open(forgetting="off")
    memory.add("My violin is called Lina", session="a")
    memory.add("My boat is called Vento", session="b")
    bank.clock.advance(DAY)
    memory.manage()
    hits = memory.search("violin", by="session", k=5)
    assert [hit.cube.scope.session for hit in hits] == ["a", "b"]


# -- by rule


def test_rules_choose_sentences_and_count_what_is_stated(bank: Bank) -> None:
    memory = bank.open(forgetting="off")
    talk = [
        Message("I like hiking. I'm so happy about the hut in Peneda!", name="Ana"),
        Message("Which hut do you mean?", name="Rui"),
        Message("You should like hiking, too.", role="assistant"),
    ]
    memory.add(talk, session="s")
    bank.clock.advance(DAY)
    memory.add([Message("I like hiking, and I like tea.", name="Ana")])
    bank.clock.advance(DAY)
    memory.manage()
    first, second = told(memory, "summary")
    said = "\n".join(message.content for message in talk)
    assert all(line.split(": ", 1)[1] in said for line in first.text.splitlines())
    assert "Which hut" not in first.text
    (overall,) = told(memory, "portrait", "overall")
    lines = overall.text.splitlines()
    assert lines == ["Ana likes hiking (2 times)", "Ana likes tea", "Ana felt happy"]
    memory.add([Message("I like jam.", name="Ana")], at=START + 1.2 * DAY)
    memory.manage()
    (overall,) = told(memory, "portrait", "overall")
    assert overall.text.splitlines() == [
        "Ana likes hiking (2 times)", "Ana likes tea", "Ana likes jam", "Ana felt happy",
    ]  # fmt: skip
    assert second.text == "Ana: I like hiking, and I like tea."


@pytest.mark.claim(34)
def test_recalled_memories_outlive_idle_ones_and_the_drop_rate_follows_the_curve(
    tmp_path: Path, clock: ManualClock
) -> None:
    """Beside keeping everything, and dropping as many of the oldest.

    Half of 1,200 memories are recalled after a day; after another, t = 1 and S = 2 for these and
    t = 2 and S = 1 for the others. Three standard errors of a share of 600 are .06.
    """
    bank = MemoryBank(forgetting="stochastic", top=600, seed=7)
    with Memory(
        tmp_path / "m", strategy=bank, embedder=None, model="rules", clock=clock, seed=1
    ) as memory:
        recalled = memory.add([f"The violin has string {n}" for n in range(600)], session="a").ids
        idle = memory.add([f"The weather of day {n} is mild" for n in range(600)], session="b").ids
        clock.advance(DAY)
        assert {hit.cube.id for hit in memory.search("violin string", k=600)} == set(recalled)
        clock.advance(DAY)
        gone = set(done(memory.manage(), "delete"))
    groups = [(recalled, 1 - math.exp(-1 / 2)), (idle, 1 - math.exp(-2 / 1))]
    oldest = set((*recalled, *idle)[: len(gone)])

    def error(dropped: set[Any]) -> float:
        """The largest distance of a group's drop rate from 1 - R."""
        return max(abs(len(dropped & set(ids)) / len(ids) - rate) for ids, rate in groups)

    assert len(gone & set(recalled)) < len(gone & set(idle))
    assert error(gone) < 0.06
    assert error(set()) > 0.3
    assert error(oldest) > 0.3
