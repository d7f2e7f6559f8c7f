"""The search page: hits with reasons, and the other half: what was left out."""

import re

from visiting import Dashboard, Tags, Visitor, text_of

from memwell import Memory
from memwell.core.op import Delete


def part(page: str, id: str) -> str:
    """The section that is named by the heading of that id."""
    found = re.search(rf'<section[^>]*aria-labelledby="{id}".*?</section>', page, re.DOTALL)
    assert found, id
    return text_of(found[0])


def test_a_hit_tells_its_score_reasons_trust_times_and_source(ana: Visitor, cat: str) -> None:
    page = ana.page("/?q=cat+piano")
    told = part(page, "hits")
    assert "My cat is called Ilse and sleeps on the piano." in told
    for word in ("1 Mar 2024, 09:00", "ana", "monday", "memwell:journal", "trust 1.00"):
        assert word in told
    assert re.search(r"same words: cat, piano ?\+0\.\d{3}", told)
    assert f'href="/memory/{cat}?q=cat+piano"' in page
    widths = [float(a["width"] or 0) for tag, a in Tags(page).found if a.get("class") == "part"]
    assert widths
    assert all(0 <= width <= 100 for width in widths)


def test_what_is_left_out_is_told_by_cause(ana: Visitor, memory: Memory, cat: str) -> None:
    own = memory.acting(user="ana")
    own.update(cat, "My cat is called Olga and sleeps on the piano.")
    (gone,) = own.add("The cat has fleas.").ids
    own.apply([Delete(gone, "cured")], by="user")
    told = part(ana.page("/?q=cat+piano&k=1"), "left")
    assert "Ranked lower" in told
    assert "Superseded" in told
    assert "version 2 says it now" in told
    assert "Expired" in part(ana.page("/?q=cat+fleas"), "left")
    assert "expired on 1 Mar 2024, 09:00: cured" in part(ana.page("/?q=cat+fleas"), "left")


def test_filters_narrow_it_down_and_stay_in_the_form(ana: Visitor) -> None:
    page = ana.page("/?q=piano&session=tuesday")
    assert "tuner" in part(page, "hits")
    assert "Ilse" not in part(page, "hits")
    assert "it belongs to the session monday" in part(page, "left")
    assert 'name="session" type="text" value="tuesday"' in page
    assert "Ilse" in part(ana.page("/?q=piano&labels=topic%3Dpets,role=user"), "hits")
    assert "Ilse" in part(ana.page('/?q=piano&labels={"OR":[{"topic":"pets"}]}'), "hits")
    assert "Nothing was found." in text_of(ana.page("/?q=piano&labels=topic%3Dnone"))


def test_moments_narrow_it_down(ana: Visitor) -> None:
    page = ana.page("/?q=piano&known_at=2024-02-01T10:00")
    assert "Nothing was found." in text_of(page)
    assert "it was not known before 1 Mar 2024, 09:00" in part(page, "left")
    assert "Ilse" in part(ana.page("/?q=piano&as_of=2024-03-02"), "hits")


def test_what_cannot_be_asked_is_told_beside_the_form(ana: Visitor) -> None:
    for bad in ("labels=piano", "labels={", "as_of=soon", "k=0", "k=ten", "user=bo", "k=-1"):
        answer = ana.get(f"/?q=piano&{bad}")
        assert answer.status_code == 400, bad
        assert 'role="alert"' in answer.text
        assert 'value="piano"' in answer.text  # the question is not lost


def test_asking_gives_an_answer_with_its_evidence(ana: Visitor, cat: str) -> None:
    page = ana.page("/?q=What+is+my+cat+called%3F&do=ask")
    told = part(page, "answer")
    assert "Ilse" in told
    assert "Its evidence" in told
    assert "confidence" in told
    unknown = part(ana.page("/?q=Where+did+I+buy+my+boat%3F&do=ask"), "answer")
    assert "not known" in unknown


def test_without_a_question_there_is_what_was_done_lately(ana: Visitor) -> None:
    told = part(ana.page("/"), "latest")
    assert "The piano tuner comes in May." in told
    assert "bees" not in told


def test_an_empty_memory_says_what_to_do_next(dashboard: Dashboard) -> None:
    new = dashboard.visitor(user="new")
    for path in ("/", "/timeline", "/graph", "/overview"):
        page = new.page(path)
        assert 'class="empty"' in page, path
        assert 'href="/import"' in page.split("<main", 1)[1], path
    assert 'class="empty"' in new.page("/?q=heron")


def test_something_can_be_written_down(ana: Visitor, memory: Memory) -> None:
    answer = ana.post("/add", text="The dentist is in Linden Lane.", session="notes")
    page = ana.page(answer.headers["location"])
    assert "Remembered." in page
    hit = memory.search("dentist Linden", 1)[0].cube
    assert (hit.scope.user, hit.scope.session) == ("ana", "notes")
    assert ana.post("/add", text="  ").status_code == 400
