import pytest

from memwell.models.minilm import MiniLM


@pytest.fixture(scope="session")
def minilm():
    return MiniLM(threads=1)
