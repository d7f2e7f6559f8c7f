"""mem0's classes over memwell: a program runs when only its import is changed.

    from memwell.integrations.mem0 import Memory   # was: from mem0 import Memory

Methods, parameters, filters, results and errors are those of mem0 2.2. mem0 itself need not be
installed, and no key or service is needed. What is better than there: every message is kept word
for word, so that `add` never returns an empty list for something that was said; `timestamp` and
`reference_date` work; `history` and undo reach behind every change.
"""

from memwell.integrations.mem0.asynchronous import AsyncMemory
from memwell.integrations.mem0.memory import Memory

__all__ = ["AsyncMemory", "Memory"]
