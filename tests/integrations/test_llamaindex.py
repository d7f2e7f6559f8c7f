"""In LlamaIndex's own memory, which hands over what no longer fits."""

import asyncio

from llama_index.core.llms import ChatMessage
from llama_index.core.memory import Memory as ChatMemory

from memwell import Memory
from memwell.integrations.llamaindex import MemwellMemoryBlock


def test_what_leaves_the_short_memory_is_recalled(opened: Memory) -> None:
    async def run() -> list[ChatMessage]:
        chat = ChatMemory.from_defaults(
            session_id="thread",
            token_limit=60,
            chat_history_token_ratio=0.5,
            token_flush_size=20,
            memory_blocks=[MemwellMemoryBlock(memory=opened, priority=1)],
            tokenizer_fn=str.split,
        )
        await chat.aput(ChatMessage(role="user", content="My sister Anna lives in Oslo."))
        await chat.aput(ChatMessage(role="assistant", content="Nice."))
        for n in range(12):
            await chat.aput(ChatMessage(role="user", content=f"Number {n} is a nice number"))
            await chat.aput(ChatMessage(role="assistant", content=""))
        asked = [ChatMessage(role="user", content="Where does Anna live?")]
        recalled = await chat.aget(asked)
        await chat.sql_store._async_engine.dispose()  # type: ignore[union-attr]
        return recalled

    messages = asyncio.run(run())
    assert not any("Anna lives" in (each.content or "") for each in messages[1:])
    assert "My sister Anna lives in Oslo." in (messages[0].content or "")
    kept = list(opened.view().scan())
    assert kept[0].text == "My sister Anna lives in Oslo."
    assert {cube.scope.session for cube in kept} == {"thread"}
    assert opened.search("Anna", 1)[0].cube.text == "My sister Anna lives in Oslo."


def test_nothing_asked_and_nothing_said(opened: Memory) -> None:
    block = MemwellMemoryBlock(memory=opened)
    assert asyncio.run(block.aget([])) == ""
    asyncio.run(block.aput([ChatMessage(role="user", content=" ")]))
    assert list(opened.view().scan()) == []
    assert asyncio.run(block.atruncate("one two\nthree four", 1)) == "one two"
    assert asyncio.run(block.atruncate("one", 99)) is None
