"""Bars that read the same with and without colour."""

from rich.text import Text

WIDTH = 8
EIGHTHS = " ▏▎▍▌▋▊▉█"


def bar(share: float, width: int = WIDTH, style: str = "cyan") -> Text:
    """A bar of this share, from 0 to 1, of the width."""
    filled = round(max(0.0, min(1.0, share)) * width * 8)
    cells = "█" * (filled // 8) + (EIGHTHS[filled % 8] if filled % 8 else "")
    return Text(cells.ljust(width), style=style)
