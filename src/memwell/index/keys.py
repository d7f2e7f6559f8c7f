"""What a memory is found by: words and further keys for the lexical index, its line as a vector."""

from memwell.core.cube import MemCube
from memwell.core.model import Embedding
from memwell.core.store import Keys
from memwell.index.analysis import terms


def searchable(cube: MemCube) -> str:
    """The text the lexical index holds."""
    return " ".join([cube.line, *cube.keys])


def keys(cube: MemCube, embedding: Embedding | None, place: int) -> Keys:
    """Search entries of a cube, whose line is number `place` of the embedded texts."""
    if embedding is None:
        return Keys(terms(searchable(cube)))
    tokens = embedding.tokens[place] if embedding.tokens else None
    return Keys(terms(searchable(cube)), embedding.vectors[place], tokens)
