"""What is known of somebody: the newest facts, word for word, as many as there is room for."""

from typing import Any

from memwell.models.prompts.zep import SUMMARY, Summary


def entity_summary(fields: dict[str, Any]) -> Summary:
    """Answers the prompt ENTITY_SUMMARY(name, summary, facts): old lines make room for new ones."""
    lines = [*str(fields["summary"]).splitlines(), *(line.text for line in fields["facts"])]
    return Summary(summary="\n".join(newest(lines)))


def newest(lines: list[str]) -> list[str]:
    """The last distinct lines that fit, in order."""
    kept: list[str] = []
    room = SUMMARY
    for line in reversed(list(dict.fromkeys(filter(None, lines)))):
        if len(line) + 1 <= room:
            kept.append(line)
            room -= len(line) + 1
    return kept[::-1]
