"""Whether two topics are one, by rule: their names share half of their words."""

from typing import Any

from memwell.models.prompts.secondme import Merged
from memwell.models.rules.central import central
from memwell.models.rules.reading.wording import keys
from memwell.models.rules.shade import ROOM, SPEAKS, WORDS
from memwell.models.rules.traits import kept, portrait


def merge_shades(fields: dict[str, Any]) -> Merged:
    """Answers the prompt MERGE_SHADES(first, second)."""
    (one, first, trait), (other, second, more) = (
        _parts(fields[name]) for name in ("first", "second")
    )
    shared = set(keys(one)) & set(keys(other))
    if 2 * len(shared) < min(len(set(keys(one))), len(set(keys(other)))):
        return Merged(same=False)
    words = dict.fromkeys([*one.split(", "), *other.split(", ")])
    name = ", ".join([*words][:WORDS])
    stated = str(portrait(line for line in [*kept(trait), *kept(more)] if SPEAKS not in line))
    who = trait.partition(SPEAKS)[0] if SPEAKS in trait else "The user"
    return Merged(
        same=True,
        name=name,
        description="\n".join(central([*first, *second], ROOM)),
        trait="\n".join(filter(None, [f"{who}{SPEAKS}{name}", stated])),
    )


def _parts(text: str) -> tuple[str, list[str], str]:
    """Name, lines of the description, and trait."""
    topic, _, trait = text.partition("\n\n")
    name, *described = topic.splitlines() or [""]
    return name, described, trait
