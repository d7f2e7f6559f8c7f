"""LongMemEval: both layouts, and what the published protocol counts."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice

import pytest

from memwell.app.demo.questions import questions
from memwell.app.demo.story import tell
from memwell.bench import longmemeval_data as data
from memwell.bench.evaluate import Settings, evaluate
from memwell.bench.longmemeval import LongMemEval
from memwell.bench.retrieval_case import Level, Roles
from memwell.core.errors import InvalidInput


def test_both_layouts_hold_the_same(official, shared):
    assert list(data.questions(official)) == list(data.questions(shared))


def test_a_folder_stands_for_the_file_in_it(official):
    assert data.find(official.parent) == official
    (official.parent / "longmemeval_s.json").write_text("[]")
    with pytest.raises(InvalidInput, match="name the one"):
        data.find(official.parent)


def test_dates_are_utc():
    assert data.date("2023/05/28 (Sun) 19:47") == datetime(2023, 5, 28, 19, 47, tzinfo=UTC)
    with pytest.raises(InvalidInput, match="expected a date such as"):
        data.date("28 May")


def test_sessions_become_conversations(shared):
    conversations = list(LongMemEval(shared).conversations())
    assert [c.user for c in conversations] == ["q1"] * 3 + ["q2"] * 2 + ["q3_abs"] * 2
    cat = conversations[1]
    assert cat.session == "answer_cat"
    assert cat.at == datetime(2023, 5, 29, 10, 0, tzinfo=UTC)
    assert [message.ref for message in cat.messages] == [f"answer_cat_{n}" for n in (1, 2, 3)]
    users = list(LongMemEval(shared, roles=Roles.USER).conversations())
    assert {message.role for c in users for message in c.messages} == {"user"}
    assert users[1].messages[1].ref == "answer_cat_3"  # turns keep their number


def test_sessions_of_all_roles_count_every_answerable_question(shared):
    cases = list(LongMemEval(shared).cases())
    assert [case.id for case in cases] == ["q1", "q2"]
    assert cases[0].gold == {"answer_cat"}
    assert [document.id for document in cases[0].documents] == ["noise_1", "answer_cat"]
    assert "Congratulations" in cases[0].documents[1].text


def test_user_sessions_skip_questions_whose_evidence_is_an_assistants(shared):
    cases = list(LongMemEval(shared, roles=Roles.USER).cases())
    assert [case.id for case in cases] == ["q1"]
    assert cases[0].documents[1].text == "I adopted a cat called Mira. She sleeps all day."


def test_turns_are_the_users_and_gold_those_with_the_answer(shared):
    cases = list(LongMemEval(shared, Level.TURN).cases())
    assert [case.id for case in cases] == ["q1"]
    assert cases[0].gold == {"answer_cat_1"}
    assert [d.id for d in cases[0].documents] == ["noise_1_2", "answer_cat_1", "answer_cat_3"]


def test_every_question_is_there_for_asking(shared):
    cases = {case.id: case for case in LongMemEval(shared).all_cases()}
    assert not cases["q3_abs"].answerable
    assert cases["q3_abs"].judged_by == "abstention"
    assert cases["q1"].evidence_sessions == {"answer_cat"}


def test_scores_are_grouped_by_type(shared):
    benchmark = LongMemEval(shared)
    first, second = benchmark.cases()
    found = benchmark.score([(first, ["answer_cat"]), (second, ["noise_2", "noise_1"])])
    assert found["all"]["n"] == 2
    assert found["all"]["recall_any@1"] == 0.5
    assert found["single-session-user"]["ndcg_any@5"] == 1.0


def test_answers_are_graded_where_that_is_fair(shared):
    benchmark = LongMemEval(shared)
    cases = {case.id: case for case in benchmark.all_cases()}
    assert benchmark.grade(cases["q1"], "Your cat is called Mira.") == {"correct": 1.0}
    assert benchmark.grade(cases["q3_abs"], "You never mentioned a dog.") == {"refused": 1.0}


def test_a_malformed_question_is_named(shared):
    with (shared / "questions.jsonl").open("a") as stream:
        stream.write('{"question_id": "q4", "haystack": []}\n')
    with pytest.raises(InvalidInput, match=r"questions.jsonl, line 4: no 'question_type'"):
        list(data.questions(shared))


def test_a_session_that_is_missing_is_named(shared):
    text = (shared / "questions.jsonl").read_text().replace(", 0]", ", 77]")
    (shared / "questions.jsonl").write_text(text)
    with pytest.raises(InvalidInput, match="no session with k = 77"):
        list(data.questions(shared))


def test_the_limit_cuts_questions_and_their_conversations(shared):
    benchmark = LongMemEval(shared, limit=1)
    assert {conversation.user for conversation in benchmark.conversations()} == {"q1"}
    assert len(list(benchmark.all_cases())) == 1


def test_the_real_file_counts_as_published(real_longmemeval):
    sessions = list(islice(LongMemEval(real_longmemeval).cases(), 3))
    assert all(case.gold <= case.ids and case.gold == case.evidence_sessions for case in sessions)
    turns = next(LongMemEval(real_longmemeval, Level.TURN).cases())
    assert turns.gold <= turns.ids


@pytest.mark.slow
def test_the_real_file_has_the_published_counts(real_longmemeval):
    assert sum(1 for _ in LongMemEval(real_longmemeval).cases()) == 144
    assert sum(1 for _ in LongMemEval(real_longmemeval, roles=Roles.USER).cases()) == 126
    assert sum(1 for _ in LongMemEval(real_longmemeval, Level.TURN).cases()) == 126


class Silent:
    """Progress that nobody looks at."""

    @contextmanager
    def stage(self, name, total):
        yield lambda: None


def told_as_haystacks(seeds, folder):
    """The demo's stories in the benchmark's own format: who tells them differs by seed."""
    whole = []
    for seed in seeds:
        story = tell(seed)
        for number, asked in enumerate(questions(story)):
            holding = {ref.split(":")[0] for ref in asked.sources}
            ids = {
                talk.session: ("answer_" if talk.session in holding else "") + talk.session
                for talk in story.conversations
            }
            whole.append(
                {
                    "question_id": f"{seed}-{number}" + ("" if holding else "_abs"),
                    "question_type": asked.kind,
                    "question": asked.paraphrases[0],
                    "answer": "",
                    "question_date": f"{story.asked_at:%Y/%m/%d (%a) %H:%M}",
                    "answer_session_ids": [ids[session] for session in sorted(holding)],
                    "haystack_session_ids": list(ids.values()),
                    "haystack_dates": [
                        f"{talk.at:%Y/%m/%d (%a) %H:%M}" for talk in story.conversations
                    ],
                    "haystack_sessions": [
                        [
                            {
                                "role": said.role,
                                "content": said.content,
                                "has_answer": said.ref in asked.sources,
                            }
                            for said in talk.messages
                        ]
                        for talk in story.conversations
                    ],
                }
            )
    file = folder / "longmemeval_s.json"
    file.write_text(json.dumps(whole))
    return file


@pytest.mark.claim(43)
def test_more_evidence_is_found_than_by_published_bm25_or_by_vectors_alone(tmp_path):
    """Small and quick; docs/log.md has the figures of the development split."""
    file = told_as_haystacks((11,), tmp_path)
    settings = Settings(store=tmp_path / "memory", baselines=True)
    report = evaluate(LongMemEval(file), settings, Silent()).as_json()
    ours, others = report["results"]["all"], report["baselines"]
    assert ours["n"] == 9
    for metric in ("recall_all@5", "ndcg_any@5"):
        for baseline in ("bm25 (published)", "dense only"):
            assert ours[metric] > others[baseline]["results"]["all"][metric], (metric, baseline)
