"""Benchmark files in miniature, and the real ones where they are at hand."""

import json
import lzma
from pathlib import Path

import pytest

REAL = Path(__file__).parents[3] / "shared" / "data"


def _turn(role, content, has_answer=False):
    return {"role": role, "content": content, "has_answer": has_answer}


SESSIONS = {
    "answer_cat": [
        _turn("user", "I adopted a cat called Mira.", has_answer=True),
        _turn("assistant", "Congratulations on Mira!"),
        _turn("user", "She sleeps all day."),
    ],
    "answer_list": [
        _turn("user", "Name three teas."),
        _turn("assistant", "Assam, sencha and oolong.", has_answer=True),
    ],
    "noise_1": [
        {"role": "assistant", "content": "Shall we plan the garden?"},
        {"role": "user", "content": "Tomatoes and beans, please."},
    ],
    "noise_2": [{"role": "user", "content": "How do I fix a bike chain?"}],
}
DAYS = ["2023/05/28 (Sun) 09:05", "2023/05/29 (Mon) 10:00", "2023/05/30 (Tue) 11:30"]
QUESTIONS = [
    {
        "question_id": "q1",
        "question_type": "single-session-user",
        "question": "What is my cat called?",
        "answer": "Mira",
        "answer_session_ids": ["answer_cat"],
        "haystack": ["noise_1", "answer_cat", "noise_1"],  # a filler that stands twice
    },
    {
        "question_id": "q2",
        "question_type": "single-session-assistant",
        "question": "Which was the second tea?",
        "answer": "sencha",
        "answer_session_ids": ["answer_list"],
        "haystack": ["answer_list", "noise_2"],
    },
    {
        "question_id": "q3_abs",
        "question_type": "single-session-user",
        "question": "What is my dog called?",
        "answer": "You did not mention this information.",
        "answer_session_ids": ["answer_cat"],
        "haystack": ["answer_cat", "noise_2"],
    },
]


@pytest.fixture
def official(tmp_path):
    """LongMemEval as released: one list of questions, each with its haystack inside."""
    whole = []
    for given in QUESTIONS:
        fields = {name: value for name, value in given.items() if name != "haystack"}
        fields["question_date"] = "2023/06/02 (Fri) 19:47"
        fields["haystack_session_ids"] = given["haystack"]
        fields["haystack_dates"] = DAYS[: len(given["haystack"])]
        fields["haystack_sessions"] = [SESSIONS[id] for id in given["haystack"]]
        whole.append(fields)
    file = tmp_path / "longmemeval_s_cleaned.json"
    file.write_text(json.dumps(whole))
    return file


@pytest.fixture
def shared(tmp_path):
    """LongMemEval with every session stored once."""
    keys = {id: key for key, id in enumerate(SESSIONS)}
    folder = tmp_path / "shared"
    folder.mkdir()
    lines = []
    for given in QUESTIONS:
        haystack = [(id, at, keys[id]) for id, at in zip(given["haystack"], DAYS, strict=False)]
        fields = given | {"haystack": haystack, "question_date": "2023/06/02 (Fri) 19:47"}
        lines.append(json.dumps(fields) + "\n")
    (folder / "questions.jsonl").write_text("".join(lines))
    sessions = "".join(json.dumps({"k": keys[id], "turns": SESSIONS[id]}) + "\n" for id in SESSIONS)
    (folder / "sessions.jsonl.xz").write_bytes(lzma.compress(sessions.encode()))
    return folder


SAMPLE = {
    "sample_id": "conv-1",
    "conversation": {
        "speaker_a": "Ann",
        "speaker_b": "Bo",
        "session_1_date_time": "1:56 pm on 8 May, 2023",
        "session_1": [
            {"speaker": "Ann", "dia_id": "D1:1", "text": "I started pottery classes."},
            {
                "speaker": "Bo",
                "dia_id": "D1:2",
                "text": "Look at my boat!",
                "img_url": ["x"],
                "blip_caption": "a red sailing boat",
            },
        ],
        "session_2_date_time": "12:09 am on 13 September, 2023",
        "session_2": [
            {"speaker": "Bo", "dia_id": "D2:1", "text": "We sailed to Sweden last week."},
            {"speaker": "Ann", "dia_id": "D2:2", "text": "My first bowl broke."},
        ],
        "session_3_date_time": "1:00 pm on 1 October, 2023",
    },
    "qa": [
        {
            "question": "What did Ann start?",
            "answer": "pottery",
            "evidence": ["D1:1"],
            "category": 4,
        },
        {
            "question": "What happened to Ann's pottery?",
            "answer": "a bowl, broke",
            "evidence": ["D1:1; D2:2"],
            "category": 1,
        },
        {"question": "When did Bo sail?", "answer": 2023, "evidence": ["(D:2:01)"], "category": 2},
        {"question": "Is Bo rich?", "answer": "Likely; has a boat", "evidence": [], "category": 3},
        {
            "question": "What did Bo bake?",
            "adversarial_answer": "bread",
            "evidence": ["D1:2", "D9:9"],
            "category": 5,
        },
    ],
}


@pytest.fixture
def locomo(tmp_path):
    """LoCoMo with one short conversation."""
    file = tmp_path / "locomo10.json"
    file.write_text(json.dumps([SAMPLE]))
    return file


@pytest.fixture
def real_longmemeval():
    """The development split of LongMemEval."""
    if not (REAL / "longmemeval").is_dir():
        pytest.skip("needs the LongMemEval data beside the repository")
    return REAL / "longmemeval"


@pytest.fixture
def real_locomo():
    """The development conversations of LoCoMo."""
    if not (REAL / "locomo").is_dir():
        pytest.skip("needs the LoCoMo data beside the repository")
    return REAL / "locomo"
