"""The demo: a memory of the story, and its ten questions put to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

from memwell.app.demo.questions import Question, questions
from memwell.app.demo.story import Story
from memwell.core.cube import MemCube
from memwell.core.hit import Answer, Reason
from memwell.kernel.memory import Memory


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what memory answered, and what it read the answer from."""

    question: Question
    answer: Answer
    sources: tuple[MemCube, ...]
    seconds: float

    @property
    def right(self) -> bool:
        """The answer says what it must, and was read from the turns that hold it."""
        cited = {cube.labels.get("ref") for cube in self.sources}
        return self.question.accepts(self.answer.text) and cited >= set(self.question.sources)

    def reasons(self, cube: MemCube) -> tuple[Reason, ...]:
        """Why this source was found."""
        found = (hit.reasons for hit in self.answer.hits if hit.cube.id == cube.id)
        return next(found, ())


def ask_all(memory: Memory, story: Story) -> Iterator[Asked]:
    """Each question, asked the day after the last conversation."""
    for question in questions(story):
        started = perf_counter()
        answer = memory.ask(question.text, at=story.asked_at)
        seconds = perf_counter() - started
        yield Asked(question, answer, tuple(map(memory.get, answer.sources)), seconds)
