"""How much can be handed in at once; what is more is refused, not worked on for hours."""

import re

LONGEST = 1_000_000  # characters of one message, memory, label or question
MOST = 100_000  # ops that may be proposed at once
HALF = re.compile("[\ud800-\udfff]")  # of a character that was cut
