"""What is done about secrets and personal data in words from outside, before anything keeps them.

For every kind a policy says: leave it (off), tell the caller (warn), put its name in its place
(redact), or take nothing (refuse). Names of users and sessions are not looked at: they say whose
the words are.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property

from memwell.core.errors import InvalidInput
from memwell.models.detect import KINDS, Detector, detectors, merged


class Action(StrEnum):
    """What is done about one kind."""

    OFF = "off"
    WARN = "warn"
    REDACT = "redact"
    REFUSE = "refuse"


Policy = str | Mapping[str, str]


class Privacy:
    """A policy: one action for all kinds, or a mapping, with "off" for what it does not name.

    A mapping may be written as text: "email=redact,credential=refuse". Detectors are loaded when
    the first words come.
    """

    def __init__(self, policy: Policy = Action.OFF) -> None:
        actions: dict[str, Action] = {kind: _action(name) for kind, name in _named(policy).items()}
        self.actions: dict[str, Action] = {
            kind: action for kind, action in actions.items() if action != Action.OFF
        }

    def __bool__(self) -> bool:
        return bool(self.actions)

    @cached_property
    def _detectors(self) -> list[Detector]:
        return detectors(self.actions)

    def text(self, text: str, what: str) -> tuple[str, dict[str, Action]]:
        """The words as they may be kept, and the kinds found in them. Raises InvalidInput."""
        found = [
            finding
            for detector in self._detectors
            for finding in detector.find(text)
            if finding.kind in self.actions
        ]
        kinds: dict[str, Action] = {finding.kind: self.actions[finding.kind] for finding in found}
        for kind, action in kinds.items():
            if action == Action.REFUSE:
                raise InvalidInput(
                    f"{what} holds {KINDS[kind]} ({kind}), which this memory refuses; nothing of "
                    "it was kept"
                )
        hidden = merged(each for each in found if kinds[each.kind] == Action.REDACT)
        for finding in reversed(list(hidden)):
            text = f"{text[: finding.start]}[{finding.kind}]{text[finding.end :]}"
        return text, kinds


def _named(policy: Policy) -> Mapping[str, str]:
    """By kind. Raises InvalidInput for a kind there is not."""
    if isinstance(policy, str) and "=" not in policy:
        return dict.fromkeys(KINDS, policy)
    if isinstance(policy, str):
        policy = dict(_pair(part) for part in policy.split(","))
    for kind in policy:
        if kind not in KINDS:
            raise InvalidInput(f"privacy knows no kind {kind!r}; there are: {', '.join(KINDS)}")
    return policy


def _pair(part: str) -> tuple[str, str]:
    kind, _, action = part.partition("=")
    return kind.strip(), action.strip()


def _action(name: str) -> Action:
    try:
        return Action(name)
    except ValueError as error:
        raise InvalidInput(
            f"privacy can be {', '.join(Action)}, or kind=action,…; not {name!r}"
        ) from error
