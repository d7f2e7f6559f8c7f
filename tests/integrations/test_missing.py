"""Without its library, an integration says what to install."""

import importlib
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "library", "package"),
    [
        ("langgraph", "langgraph.store.base", "langgraph"),
        ("openai_agents", "agents.items", "openai-agents"),
        ("anthropic_memory", "anthropic.lib.tools", "anthropic"),
        ("llamaindex", "llama_index.core.memory", "llama-index-core"),
        ("pydantic_ai", "pydantic_ai", "pydantic-ai-slim"),
    ],
)
def test_what_to_install(
    monkeypatch: pytest.MonkeyPatch, module: str, library: str, package: str
) -> None:
    name = f"memwell.integrations.{module}"
    monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ImportError, match=f"pip install {package}"):
        importlib.import_module(name)
