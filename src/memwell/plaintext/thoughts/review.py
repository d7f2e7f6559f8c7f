"""Review: of thoughts that say the same, one is kept, under the tags of all."""

from collections.abc import Iterator, Sequence

from memwell.core.lifecycle import State
from memwell.core.op import Add, Op, Update
from memwell.core.view import View
from memwell.index.flat import top
from memwell.models.prompts.caim import Groups
from memwell.plaintext.thoughts.thought import IS, SAYS, Thought, read

ALIKE = 0.75  # cosine from which on a model is asked whether two thoughts say the same
SIMILAR = 5  # stored thoughts looked at for each new one


def similar(thought: Thought, view: View) -> list[Thought]:
    """Stored thoughts that may say the same: near in meaning; with rules, of the same words."""
    twins = view.only({SAYS: thought.labels[SAYS]})
    if view.immediate:
        return [read(cube) for cube in twins.scan()][-SIMILAR:]
    line = f"{thought.speaker}: {thought.text}" if thought.speaker else thought.text
    embedding, stored = view.embed([line]), view.only(IS).evidence(line)
    if embedding is None or not stored.vectors.shape[1]:
        return [read(cube) for cube in twins.scan()][-SIMILAR:]
    cosines = stored.vectors @ embedding.vectors[0]
    near = [place for place in top(cosines, SIMILAR).tolist() if cosines[place] >= ALIKE]
    cubes = (view.get(stored.ids[place]) for place in near)
    return [read(cube) for cube in cubes if cube]


def groups(given: Sequence[Thought], answer: Groups) -> list[list[Thought]]:
    """The groups of the answer, newest first; each thought is in one, and of no group alone."""
    taken: set[int] = set()
    found = []
    for group in answer.groups:
        numbers = [n for n in dict.fromkeys(group) if 0 <= n < len(given) and n not in taken]
        if len(numbers) > 1:
            taken.update(numbers)
            found.append(sorted((given[n] for n in numbers), key=_newest))
    return found + [[one] for n, one in enumerate(given) if n not in taken]


def kept(group: Sequence[Thought]) -> Iterator[Op]:
    """The newest stays for all of the group; the others live on in it."""
    newest, *rest = group
    joined = newest.joined(rest)
    if not newest.stored:
        yield Add(joined.draft, "a thought", newest.id)
    elif joined != newest:
        gained = tuple(turn for turn in joined.turns if turn not in newest.turns)
        yield Update(newest.id, "others say the same", labels=joined.labels, parents=gained)
    for old in rest:
        if old.stored:
            yield Update(old.id, f"{newest.id} says the same", state=State.MERGED)


def _newest(thought: Thought) -> tuple[bool, float, str]:
    return (thought.at is None, -thought.at.timestamp() if thought.at else 0.0, thought.id)
