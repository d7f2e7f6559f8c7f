"""Every index anew, from the words, whatever it looks like now."""

from memwell.kernel.doctor import remains, words
from memwell.store.health import labels, lexical
from memwell.store.health.patient import Patient


def everything(patient: Patient) -> tuple[str, ...]:
    """Terms, full-text index, labels, and index files; says what it did."""
    return (
        words.reworded(patient),
        lexical.rebuilt(patient),
        labels.rebuilt(patient),
        remains.dropped(patient),
    )
