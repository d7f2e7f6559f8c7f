"""The share of answers that fit: first replies, repaired ones, failures."""

import json

from pydantic import BaseModel

from memwell.bench.schema_share import Share, extraction, schema_share, table
from memwell.core.model import Prompt
from memwell.models.asking import Completion
from memwell.models.prompts import FACTS


class Number(BaseModel):
    value: int


ONE = Prompt("one", "Say a number, {name}.", Number)
TWO = Prompt("two", "Say another, {name}.", Number)
GOOD, BAD = '{"value": 1}', '{"value": "many"}'


class Writer:
    name = "writer"

    def __init__(self, *written):
        self.written = list(written)

    def complete(self, prompt, schema):
        return Completion(self.written.pop(0), 10, 3)


def test_counts_what_came_of_each_question():
    questions = [(ONE, {"name": "Ann"}), (TWO, {"name": "Bo"}), (ONE, {"name": "Cy"})]
    heard = []
    one, two = schema_share(Writer(GOOD, BAD, BAD, BAD, GOOD), questions, heard.append)
    assert (one.prompt, one.first, one.repaired, one.failed) == ("one", 1, 1, 0)
    assert (two.first, two.repaired, two.failed) == (0, 0, 1)
    assert (one.read, one.written, two.read, two.written) == (30, 9, 20, 6)
    assert (one.questions, one.first_share, two.first_share) == (2, 0.5, 0.0)
    assert heard[-1] == one


def test_the_same_question_is_asked_each_time():
    (one,) = schema_share(Writer(GOOD, GOOD), [(ONE, {"name": "Ann"})] * 2)
    assert one.first == 2


def test_nothing_asked_is_no_share():
    assert Share("none").first_share == 0.0


def test_a_table_has_a_row_per_prompt():
    page = table("shares", [Share("one", 20, 3, 2, 12_345, 678, 9.6)]).markdown()
    assert "| one | 25 | 20 | 3 | 2 | 12,345 | 678 | 10 |" in page


def test_questions_about_turns_spread_over_the_file(tmp_path):
    session = [
        {"speaker": "Ann", "dia_id": f"D1:{place}", "text": f"turn {place}"}
        for place in range(1, 11)
    ]
    sample = {
        "sample_id": "conv-1",
        "conversation": {
            "speaker_a": "Ann",
            "speaker_b": "Bo",
            "session_1_date_time": "1:56 pm on 8 May, 2023",
            "session_1": session,
        },
        "qa": [],
    }
    (tmp_path / "locomo.json").write_text(json.dumps([sample]))
    asked = [fields for prompt, fields in extraction(tmp_path, 5) if prompt is FACTS]
    assert [fields["text"] for fields in asked] == [f"turn {place}" for place in (1, 3, 5, 7, 9)]
    assert asked[0]["at"] == "Monday 08 May 2023"
