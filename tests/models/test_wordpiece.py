"""The tokenizer gives the ids the model was trained with."""

import pytest

from memwell.core.errors import ModelUnavailable
from memwell.models import wordpiece

GOLDEN = [
    ("", "101 102"),
    (
        "Caroline: I went to a support group yesterday.",
        "101 7981 1024 1045 2253 2000 1037 2490 2177 7483 1012 102",
    ),
    ("Café Zürich, naïve façade", "101 7668 10204 1010 15743 8508 102"),
    ("ÀÉÎÕÜ", "101 29347 3695 2226 102"),
    ("北京 and 東京", "101 1781 1755 1998 1879 1755 102"),
    ("Straße İstanbul", "101 2358 27807 9960 102"),
    (
        "I'm 3.5km from $1,200.50!",
        "101 1045 1005 1049 1017 1012 1019 22287 2013 1002 1015 1010 3263 1012 2753 999 102",
    ),
    ("e\u0301te\u0301 \u200b zero\ufffdwidth\x07", "101 3802 2063 5717 9148 11927 2232 102"),
    ("😀 emoji 👩‍👩‍👧", "101 100 7861 29147 2072 100 102"),
    (
        "unbelievably antidisestablishmentarianism",
        "101 4895 8671 2666 3567 6321 3424 10521 4355 7875 13602 3672 12199 2964 102",
    ),
    ("x" * 101, "101 100 102"),
    ("[SEP] as text [MASK]", "101 102 2004 3793 103 102"),
    ("مرحبا हिन्दी", "101 1295 17149 29820 29816 25573 1339 29877 29863 29861 29878 102"),
    ("tab\tand\nnewline", "101 21628 1998 2047 4179 102"),
    ("don’t “quote” — dash…", "101 2123 1521 1056 1523 14686 1524 1517 11454 1529 102"),
]


@pytest.mark.parametrize(("text", "ids"), GOLDEN, ids=[repr(text)[:40] for text, _ in GOLDEN])
def test_ids_are_the_models(text, ids):
    assert wordpiece.tokenizer(64).encode(text).ids == [int(number) for number in ids.split()]


def test_cuts_long_texts_and_keeps_both_ends():
    encoded = wordpiece.tokenizer(8).encode("one two three four five six seven eight nine")
    assert len(encoded.ids) == 8
    assert encoded.ids[0] == wordpiece.CLS
    assert encoded.ids[-1] == wordpiece.SEP


def test_never_pads():
    short, longer = wordpiece.tokenizer(64).encode_batch(["tea", "tea with milk and sugar"])
    assert len(short.ids) == 3
    assert len(longer.ids) == 7


def test_refuses_a_changed_vocabulary(tmp_path, monkeypatch):
    changed = tmp_path / "vocab.txt"
    changed.write_bytes(wordpiece.VOCABULARY.read_bytes() + b"intruder\n")
    monkeypatch.setattr(wordpiece, "VOCABULARY", changed)
    with pytest.raises(ModelUnavailable, match="sha256"):
        wordpiece.tokenizer(64)
