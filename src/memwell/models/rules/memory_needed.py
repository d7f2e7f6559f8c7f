"""Whether memory is needed: always, but for small talk made of nothing else."""

import re
from typing import Any

from memwell.models.prompts.caim import Needed

_SMALL = re.compile(
    r"""(?ix)
    (?: \b(?:
        hi | hello | hey | hiya | howdy | yo | greetings | welcome
      | good\ (?:morning|afternoon|evening|night|day)
      | how\ (?:are|is)\ (?:you|it\ going|things)(?:\ (?:doing|today))?
      | how\ do\ you\ do | what['’]?s\ up | nice\ to\ (?:meet|see)\ you
      | thanks? (?:\ you)? (?:\ (?:so|very)\ much|\ a\ lot|\ again)?
      | bye(?:-?\s?bye)? | goodbye | see\ (?:you|ya)(?:\ (?:later|soon|tomorrow))? | take\ care
      | have\ a\ (?:nice|good|great)\ (?:day|evening|night|weekend|one)
      | ok(?:ay)? | yes | yeah | yep | no | nope | sure | fine | cool | great | nice | wow | lol
      | haha | hmm+ | please | sorry | never\ mind | you['’]?re\ welcome | there | you\ too | too
    )\b | [\W_] )+"""
)


def memory_needed(fields: dict[str, Any]) -> Needed:
    """Answers the prompt MEMORY_NEEDED(question)."""
    return Needed(needed=_SMALL.fullmatch(fields["question"]) is None)
