"""Every index anew, from the words, whatever it looks like now."""

from memwell.kernel.doctor import remains, words
from memwell.store.health import labels
from memwell.store.health.patient import Patient


def everything(patient: Patient) -> tuple[str, ...]:
    """Terms, labels, and index files; says what it did."""
    return (
        words.reworded(patient),
        labels.rebuilt(patient),
        remains.dropped(patient),
    )
