"""The ten questions on the whole memory: recorded, embedded, retrieved and read, for other people."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from test_answers import check

from memwell import Memory
from memwell.app.demo.questions import questions
from memwell.app.demo.story import SEED, tell


@pytest.mark.parametrize("seed", [SEED, 101, 102, 103])
def test_every_question_is_answered_from_its_source_in_every_wording(
    seed: int, tmp_path: Path
) -> None:
    story = tell(seed)
    with Memory(tmp_path, user="somebody") as memory:
        list(memory.add_many(story.conversations))

        def ask(question: str, at: datetime) -> tuple[str, Sequence[str]]:
            found = memory.ask(question, at=at)
            return found.text, [memory.get(id).labels["ref"] for id in found.sources]

        for question in questions(story):
            for wording in question.wordings:
                check(question, wording, story, ask)
