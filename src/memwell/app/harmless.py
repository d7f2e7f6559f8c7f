"""Text that a terminal shows and does not obey."""

SYMBOLS = 0x2400  # where Unicode keeps the pictures of control characters

SHOWN = {
    **{code: chr(SYMBOLS + code) for code in range(32) if chr(code) not in "\n\t"},
    0x7F: chr(SYMBOLS + 0x21),
    **dict.fromkeys(range(0x80, 0xA0), "\N{REPLACEMENT CHARACTER}"),
}


def harmless(text: str) -> str:
    """Each control character but line ends and tabs becomes its picture, so nothing shifts."""
    return text.translate(SHOWN)
