"""Ten questions about the demo's conversation, of different kinds, with what answers them.

Each carries two paraphrases, so that a test can ask in other words.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from memwell.app.demo.story import Story


@dataclass(frozen=True, slots=True)
class Question:
    """A question, what a right answer must and must not say, and the turns that hold it."""

    kind: str  # fact, update, time, several sessions, preference, unanswerable
    text: str
    paraphrases: tuple[str, str]
    says: tuple[tuple[str, ...], ...]  # of each group, the answer names at least one
    avoids: tuple[str, ...]  # an answer that begins with any of these is wrong
    sources: tuple[str, ...]  # refs of the turns; empty when memory does not hold the answer

    @property
    def wordings(self) -> tuple[str, ...]:
        return (self.text, *self.paraphrases)

    def accepts(self, answer: str) -> bool:
        """True when the answer says what it must and nothing that is wrong.

        What was true before may be mentioned, as long as it does not come first.
        """
        said = answer.casefold()
        if not self.sources:
            return "don't know" in said
        complete = all(any(word.casefold() in said for word in group) for group in self.says)
        return complete and not any(said.startswith(word.casefold()) for word in self.avoids)


def questions(story: Story) -> tuple[Question, ...]:
    """The ten questions, as the story's persona would ask them."""
    return (*_facts(story), *_updates(story), *_times(story), *_several(story), *_others(story))


def _facts(story: Story) -> Iterator[Question]:
    who, refs = story.persona, story.refs
    city = who.visited[1]
    yield Question(
        kind="fact",
        text="What is the name of my dog?",
        paraphrases=("What did we call the dog?", "Can you remind me what my dog is called?"),
        says=((who.dog,),),
        avoids=(who.sister_dog,),
        sources=(refs["dog_name"],),
    )
    yield Question(
        kind="fact",
        text=f"Which bookshop in {city} did you recommend to me?",
        paraphrases=(
            f"You suggested a bookshop in {city}; what was it called again?",
            f"What was that bookshop you told me about before I went to {city}?",
        ),
        says=((who.bookshop,),),
        avoids=(city,),
        sources=(refs["bookshop"],),
    )


def _updates(story: Story) -> Iterator[Question]:
    who, refs = story.persona, story.refs
    yield Question(
        kind="update",
        text="What is my personal best over ten kilometres?",
        paraphrases=("What's my current personal best for 10k?", "How fast is my best 10k so far?"),
        says=((who.best_times[1],),),
        avoids=(who.best_times[0], who.partner_time),
        sources=(refs["best_new"],),
    )
    yield Question(
        kind="update",
        text=f"On which day of the week is my {who.craft} class?",
        paraphrases=(
            f"What day do I have {who.craft} now?",
            f"Which evening do I go to my {who.craft} class these days?",
        ),
        says=((who.class_days[1],),),
        avoids=(who.class_days[0], who.partner_day),
        sources=(refs["class_new"],),
    )


def _times(story: Story) -> Iterator[Question]:
    who, refs = story.persona, story.refs
    day = story.day_of("dog")
    yield Question(
        kind="time",
        text="When did we bring our dog home?",
        paraphrases=(
            "On what date did we bring home the dog?",
            "When did our dog come home with us?",
        ),
        says=((f"{day.day} {day:%B %Y}", f"{day:%B} {day.day}, {day.year}", day.isoformat()),),
        avoids=(),
        sources=(refs["dog_home"],),
    )
    days = (story.day_of("offer") - story.day_of("interview")).days
    yield Question(
        kind="time",
        text=f"How many days passed between my interview at {who.employer} and their offer?",
        paraphrases=(
            f"How many days after my interview did {who.employer} offer me the job?",
            f"How many days did I wait from the {who.employer} interview until I got the offer?",
        ),
        says=((f"{days} days",),),
        avoids=(),
        sources=(refs["interview"], refs["offer"]),
    )


def _several(story: Story) -> Iterator[Question]:
    who, refs = story.persona, story.refs
    yield Question(
        kind="several sessions",
        text="Which cities have I visited in the past few months?",
        paraphrases=(
            "What cities did I travel to over the last three months?",
            "List the cities I have been to recently.",
        ),
        says=tuple((city,) for city in who.visited),
        avoids=(who.cancelled, who.wished, who.partner_trip, who.home),
        sources=(refs["city_a"], refs["city_b"], refs["city_c"]),
    )
    yield Question(
        kind="several sessions",
        text="How much have I spent on my bike in total?",
        paraphrases=(
            "How much money has gone into my bike altogether?",
            "What did all the things I bought for my bike cost in total?",
        ),
        says=((f"{sum(who.prices)} {who.currency}",),),
        avoids=(),
        sources=(refs["bike_a"], refs["bike_b"], refs["bike_c"]),
    )


def _others(story: Story) -> Iterator[Question]:
    who, refs = story.persona, story.refs
    yield Question(
        kind="preference",
        text="Can you recommend a restaurant for dinner tonight?",
        paraphrases=(
            "What kind of restaurant would suit me?",
            "I'd like to eat out this week. Where should I book a table?",
        ),
        says=((who.diet,), (who.cuisine,), ("loud", "quiet", "noisy")),
        avoids=(),
        sources=(refs["taste"],),
    )
    yield Question(
        kind="unanswerable",
        text="What did my brother give me for my birthday?",
        paraphrases=(
            f"Which present did I get from my brother when I turned {who.age}?",
            "What was the birthday gift from my brother?",
        ),
        says=(),
        avoids=(),
        sources=(),
    )
