"""Who and what a message names: its speaker, and the names in it."""

import re
from typing import Any

from memwell.models.prompts.zep import NamedEntities, NamedEntity
from memwell.models.rules.entities import find
from memwell.models.rules.stated_facts import UNNAMED

MOST = 20  # of one message
KINDS = {"name": "name", "title": "work"}  # what is kept, and what it is called
_AND_ME = re.compile(r"\s+and(?:\s+I)?$|^I\s+and\s+")  # "Paris and I …"


def named_entities(fields: dict[str, Any]) -> NamedEntities:
    """Answers the prompt NAMED_ENTITIES(text, speaker, before).

    An assistant's lists of suggestions name much that nobody has anything to do with: none of it
    is taken, and an assistant without a name is nobody.
    """
    speaker = fields["speaker"]
    if speaker.lower() in UNNAMED:
        return NamedEntities(entities=[])
    told = [NamedEntity(name=speaker, kind="person")]
    for each in find(fields["text"]):
        name = _AND_ME.sub("", each.name)
        if each.kind in KINDS and name != speaker and len(name) > 1:
            told.append(NamedEntity(name=name, kind=KINDS[each.kind]))
    return NamedEntities(entities=told[:MOST])
