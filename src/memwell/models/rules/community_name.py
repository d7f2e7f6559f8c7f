"""A name for a group: the names that its summary tells most often."""

from collections import Counter
from typing import Any

from memwell.models.prompts.zep import Title
from memwell.models.rules.entities import find

NAMES = 3


def community_name(fields: dict[str, Any]) -> Title:
    """Answers the prompt COMMUNITY_NAME(summary)."""
    lines = fields["summary"].splitlines()
    counts = Counter(one.name for line in lines for one in find(line) if one.kind == "name")
    names = [name for name, _ in counts.most_common(NAMES)]
    first = " ".join(fields["summary"].split()[:5])
    return Title(name=", ".join(names) or first)
