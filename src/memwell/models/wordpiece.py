"""BERT's uncased WordPiece tokenizer, built from the vocabulary that ships with memwell."""

from pathlib import Path
from typing import TYPE_CHECKING

from memwell.models.digest import read_verified

if TYPE_CHECKING:
    from tokenizers import Tokenizer

VOCABULARY = Path(__file__).parent / "data" / "minilm" / "vocab.txt"
SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"

CLS, SEP = 101, 102
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def tokenizer(max_tokens: int) -> "Tokenizer":
    """A tokenizer that cuts after max_tokens, [CLS] and [SEP] included, and never pads.

    Padding is the batch's affair: a fixed length would cost time and, without a mask, quality.
    """
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    words = read_verified(VOCABULARY, SHA256).decode().splitlines()
    vocabulary = {word: number for number, word in enumerate(words)}
    built = Tokenizer(
        models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100)  # noqa: S106
    )
    built.normalizer = normalizers.BertNormalizer(lowercase=True)  # strips accents, being uncased
    built.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    built.post_processor = processors.BertProcessing(("[SEP]", SEP), ("[CLS]", CLS))
    built.add_special_tokens(SPECIAL)
    built.enable_truncation(max_tokens)
    return built
