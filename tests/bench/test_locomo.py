"""LoCoMo: the file with its slips, and the published answer metric."""

from datetime import UTC, datetime

import pytest

from memwell.bench import locomo_data as data
from memwell.bench.locomo import LoCoMo
from memwell.bench.locomo_f1 import f1, f1_of_parts, locomo_score
from memwell.bench.retrieval_case import Level
from memwell.core.errors import InvalidInput


def test_sessions_become_conversations(locomo):
    first, second = LoCoMo(locomo).conversations()
    assert (first.user, first.session, second.session) == ("conv-1", "S1", "S2")
    assert first.at == datetime(2023, 5, 8, 13, 56, tzinfo=UTC)
    boat = first.messages[1]
    assert (boat.speaker, boat.ref, boat.attachments) == ("Bo", "D1:2", ("a red sailing boat",))


def test_midnight_is_the_day_it_begins():
    assert data.date("12:09 am on 13 September, 2023").hour == 0
    assert data.date("12:30 pm on 1 June, 2023").hour == 12
    with pytest.raises(InvalidInput, match="expected a date such as"):
        data.date("1:56 pm on 8 Mai, 2023")


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        (["D8:6; D9:17"], ("D8:6", "D9:17")),
        (["D8:6 D9:17", "D8:6"], ("D8:6", "D9:17")),
        (["(D8:6)"], ("D8:6",)),
        (["D:9:17"], ("D9:17",)),
        (["D9:017", "D08:06"], ("D9:17", "D8:6")),
        (["D10:99", "D"], ()),
    ],
)
def test_malformed_references_are_mended(raw, meant):
    assert data.evidence(raw, {"D8:6", "D9:17"}) == meant


def test_questions_without_evidence_are_skipped(locomo):
    cases = list(LoCoMo(locomo).cases())
    assert [case.group for case in cases] == ["4", "1", "2", "5"]
    assert cases[1].gold == {"D1:1", "D2:2"}
    assert cases[3].gold == {"D1:2"}
    assert not cases[3].answerable
    assert len(list(LoCoMo(locomo).all_cases())) == 5
    assert len(list(LoCoMo(locomo, limit=2).all_cases())) == 2


def test_sessions_can_be_ranked_instead(locomo):
    cases = list(LoCoMo(locomo, Level.SESSION).cases())
    assert cases[1].gold == {"S1", "S2"}
    assert [document.id for document in cases[0].documents] == ["S1", "S2"]


def test_baselines_see_date_speaker_words_and_caption(locomo):
    text = next(LoCoMo(locomo).cases()).documents[1].text
    assert text == "1:56 pm on 8 May, 2023 Bo: Look at my boat! [a red sailing boat]"


def test_scores_are_mean_shares_of_evidence(locomo):
    benchmark = LoCoMo(locomo)
    first, second, *_ = benchmark.cases()
    found = benchmark.score([(first, ["D1:1"]), (second, ["D1:2", "D2:2"])])
    assert found["all"]["recall@5"] == 0.75
    assert found["1"] == found["1"] | {"n": 1, "recall@5": 0.5, "recall_any@5": 1.0}
    assert found["1"]["recall_all@5"] == 0


def test_f1_counts_stems_and_drops_articles():
    assert f1("The painting and the races", "a painted race") == 1.0
    # said: red, boat, sail; gold: boat: precision 1/3, recall 1
    assert f1("red boats sailing", "boat") == pytest.approx(0.5)
    assert f1("", "boat") == 0.0


def test_lists_are_matched_part_by_part():
    assert f1_of_parts("pottery, camping", "camping, pottery") == 1.0
    assert f1_of_parts("pottery", "camping, pottery") == 0.5


def test_categories_are_scored_as_published():
    assert locomo_score("3", "likely", "Likely; has a boat") == 1.0
    assert locomo_score("5", "No information available.", "bread") == 1.0
    assert locomo_score("5", "It was not mentioned", "bread") == 1.0
    assert locomo_score("5", "bread", "bread") == 0.0
    assert locomo_score("1", "a bowl, broke", "bowl, broke") == 1.0


def test_a_malformed_sample_is_named(tmp_path):
    (tmp_path / "locomo.json").write_text('[{"sample_id": "c", "conversation": {"session_1": []}}]')
    with pytest.raises(InvalidInput, match=r"item 1: no 'session_1_date_time'"):
        list(data.samples(tmp_path / "locomo.json"))


def test_the_real_file_is_read_whole(real_locomo):
    cases = list(LoCoMo(real_locomo).cases())
    assert len(cases) == 495
    assert all(case.gold <= case.ids for case in cases)
