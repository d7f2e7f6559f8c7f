"""LoCoMo's answer metric: F1 over Porter stems, per category.

Paper       LoCoMo (Maharana et al., 2024), the released evaluation
"""

import re
import string
from collections import Counter

import Stemmer

from memwell.bench.locomo_data import ADVERSARIAL

UNANSWERED = "no information available"  # what the published check looks for in category 5
DROPPED = re.compile(r"\b(?:a|an|the|and)\b")
PUNCTUATION = str.maketrans("", "", string.punctuation)

_stem = Stemmer.Stemmer("porter")


def locomo_score(category: str, predicted: str, gold: str) -> float:
    """The published score of one answer, in [0, 1]."""
    if category == ADVERSARIAL:
        return float(UNANSWERED in predicted.lower() or "not mentioned" in predicted.lower())
    if category == "1":
        return f1_of_parts(predicted, gold)
    if category == "3":
        gold = gold.split(";", maxsplit=1)[0].strip()
    return f1(predicted, gold)


def f1_of_parts(predicted: str, gold: str) -> float:
    """Multi-hop answers are lists: each gold part is matched with its best predicted part."""
    parts = [part.strip() for part in predicted.split(",")]
    wanted = [part.strip() for part in gold.split(",")]
    return sum(max(f1(part, goal) for part in parts) for goal in wanted) / len(wanted)


def f1(predicted: str, gold: str) -> float:
    """Harmonic mean of precision and recall over stems, counted with multiplicity."""
    said, wanted = stems(predicted), stems(gold)
    shared = sum((Counter(said) & Counter(wanted)).values())
    if not shared:
        return 0.0
    precision, recall = shared / len(said), shared / len(wanted)
    return 2 * precision * recall / (precision + recall)


def stems(text: str) -> list[str]:
    """Stems of the normalised words: commas, punctuation and a, an, the, and dropped."""
    plain = text.replace(",", "").lower().translate(PUNCTUATION)
    return [_stem.stemWord(word) for word in DROPPED.sub(" ", plain).split()]
