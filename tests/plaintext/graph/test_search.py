"""Named ways to search the graph: each finds and ranks by what its name says."""

from itertools import pairwise
from pathlib import Path

import pytest
from telling import Reader, kept, opened, said

from memwell.core.errors import UnknownName
from memwell.core.hit import Hit
from memwell.core.view import Query
from memwell.kernel.memory import Memory
from memwell.plaintext.graph.recipes import RECIPES
from memwell.plaintext.graph.search import merged
from memwell.plaintext.zep import Zep
from support import START

CHAIN = ("Ann", "Bea", "Cem", "Dov", "Eli", "Fay")


@pytest.fixture
def reader() -> Reader:
    """Everybody in a chain knows the next; Ann knows something else, too."""
    reader = Reader(
        relevance=lambda texts, **_: {"scores": [float("Dov" in line.text) for line in texts]}
    )
    for first, second in pairwise(CHAIN):
        reader.tell(f"{first} met {second}.", first, second, relation="MET")
    reader.tell("Ann grows roses.", "Ann", relation="GROWS")
    return reader


@pytest.fixture
def memory(tmp_path: Path, reader: Reader):
    with opened(tmp_path / "m", model=reader.model, strategy=Zep(min_cosine=0.2)) as found:
        said(found, *(f"{a} met {b}." for a, b in pairwise(CHAIN)))
        said(found, "Ann grows roses.")
        yield found


def found(memory: Memory, recipe: str, query: str = "What did Ann grow?", k: int = 10) -> list[Hit]:
    strategy = Zep(recipe=recipe, min_cosine=0.2)
    return strategy.retrieve(Query(query, START), memory.view(), k)


def texts(hits: list[Hit]) -> list[str]:
    return [hit.cube.text for hit in hits]


@pytest.mark.parametrize("recipe", sorted(RECIPES))
def test_every_recipe_returns_distinct_hits_best_first_with_reasons(
    memory: Memory, recipe: str
) -> None:
    memory.manage()
    hits = found(memory, recipe)
    assert hits
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.cube.id for hit in hits}) == len(hits)
    assert all(hit.reasons for hit in hits)
    kinds = {hit.cube.labels.get("is", "turn") for hit in hits}
    own = {"facts": {"fact"}, "entities": {"entity"}, "communities": {"community"},
           "episodes": {"turn"}}  # fmt: skip
    scope = recipe.split("_", maxsplit=1)[0]
    assert kinds == own.get(scope, {"fact", "entity", "community", "turn"})


@pytest.mark.parametrize("recipe", ["facts_rrf", "combined_mmr", "entities_distance"])
def test_an_empty_memory_has_nothing(tmp_path: Path, recipe: str) -> None:
    with opened(tmp_path / "m", strategy=f"plaintext:zep,recipe={recipe}") as memory:
        assert memory.search("Who is there?") == []


def test_an_unknown_recipe_says_what_there_is(memory: Memory) -> None:
    with pytest.raises(UnknownName, match="said, combined_rrf"):
        found(memory, "facts_by_magic")


def test_the_best_of_both_methods_leads(memory: Memory) -> None:
    hits = found(memory, "facts_rrf", "Ann grows roses")
    assert texts(hits)[0] == "Ann grows roses."
    assert {"bm25", "cosine", "rrf"} <= {reason.name for reason in hits[0].reasons}


def test_search_by_breadth_comes_upon_what_shares_no_word(memory: Memory) -> None:
    """From Ann by Bea to Cem, and no further than three hops."""
    hits = found(memory, "facts_rrf", "Ann", k=20)
    by_graph = {h.cube.text for h in hits if {r.name for r in h.reasons} == {"rrf", "bfs"}}
    assert "Bea met Cem." in by_graph
    assert "Eli met Fay." not in texts(hits)


def test_nearer_entities_rank_higher_by_true_distance(memory: Memory) -> None:
    hits = found(memory, "entities_distance", "Ann", k=6)
    assert texts(hits)[:4] == ["Ann", "Bea", "Cem", "Dov"]
    scores = [hit.score for hit in hits[:4]]
    assert scores == pytest.approx([10, 1, 1 / 2, 1 / 3], abs=1e-4)


def test_what_more_episodes_mention_ranks_higher(memory: Memory) -> None:
    said(memory, "Ann grows roses.")
    said(memory, "Ann grows roses.")
    assert texts(found(memory, "facts_mentions", "met roses", k=6))[0] == "Ann grows roses."
    names = texts(found(memory, "entities_mentions", "Ann Bea Fay", k=6))
    assert names[0] == "Ann"
    assert names.index("Bea") < names.index("Fay")


def test_a_model_may_judge_question_and_text_together(memory: Memory, reader: Reader) -> None:
    hits = found(memory, "facts_cross_encoder", "Ann met somebody", k=3)
    assert "Dov" in hits[0].cube.text
    (asked,) = reader.model.asked("relevance")
    assert asked["question"] == "Ann met somebody"


def test_a_judgement_that_does_not_fit_leaves_the_order_of_rrf(
    memory: Memory, reader: Reader
) -> None:
    plain = texts(found(memory, "facts_rrf", "Ann met somebody", k=3))
    for answer in ({"scores": [1.0]}, {"scores": "high"}):
        reader.model.script["relevance"] = lambda _answer=answer, **_: _answer  # type: ignore[index]
        assert texts(found(memory, "facts_cross_encoder", "Ann met somebody", k=3)) == plain


def test_scopes_take_turns(memory: Memory) -> None:
    first, second = kept(memory)[:2], kept(memory, "entity")[:2]
    lists = [[Hit(cube, 3.0) for cube in first], [Hit(cube, 9.0) for cube in second]]
    order = [first[0].id, second[0].id, first[1].id, second[1].id]
    assert [hit.cube.id for hit in merged(lists, 10)] == order
    assert len(merged(lists, 3)) == 3
