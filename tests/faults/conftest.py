"""Small memories use all kinds of index files here."""

from collections.abc import Iterator

import pytest

from memwell.index import postings


@pytest.fixture(autouse=True, scope="package")
def small_segments() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "TAIL", 8)  # rows before they become a segment
        yield
