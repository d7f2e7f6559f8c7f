"""Every import format, as the programs that write it really do; nothing is lost in silence."""

import json
import zipfile
from datetime import UTC, datetime

import pytest

from memwell.app.imports.detect import FORMATS, detect, read
from memwell.app.imports.moments import moment
from memwell.core.errors import InvalidInput


def write(folder, name, content):
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def load(path, name=None):
    """What the file holds, and what could not be read."""
    faults = []
    found = list(read(path, lambda place, fault: faults.append((place, fault)), name))
    return found, faults


def lines(*values):
    return "".join(json.dumps(value) + "\n" for value in values)


# -- OpenAI-style messages

CHAT = [
    {"role": "user", "content": "My flight is on Friday.", "id": "m1", "timestamp": 1714558920},
    {"role": "assistant", "content": [{"type": "text", "text": "Noted."}]},
]


def test_a_list_of_messages_is_one_conversation(tmp_path):
    (conversation,), faults = load(write(tmp_path, "trip.json", CHAT))
    assert conversation.session == "trip"
    assert [(m.role, m.content, m.ref) for m in conversation.messages] == [
        ("user", "My flight is on Friday.", "m1"),
        ("assistant", "Noted.", None),
    ]
    assert conversation.at == conversation.messages[0].at == moment(1714558920)
    assert not faults


def test_objects_with_messages_keep_their_ids_and_times(tmp_path):
    first = {"id": "c1", "created_at": "2024-05-01T10:22:00Z", "messages": CHAT}
    file = write(tmp_path, "many.jsonl", lines(first, {"messages": CHAT[:1]}))
    found, faults = load(file)
    assert [each.session for each in found] == ["c1", "many-2"]
    assert found[0].at == datetime(2024, 5, 1, 10, 22, tzinfo=UTC)
    assert not faults
    assert load(write(tmp_path, "one.json", json.dumps(first, indent=2)))[0] == [found[0]]
    assert len(load(write(tmp_path, "lists.json", [CHAT, CHAT]))[0]) == 2


def test_loose_messages_are_gathered_by_thread(tmp_path):
    rows = [
        {"role": "user", "content": "a", "thread_id": "t1"},
        {"role": "assistant", "content": "b", "thread_id": "t1"},
        {"role": "user", "content": "c", "thread_id": 2},
    ]
    found, _ = load(write(tmp_path, "log.jsonl", lines(*rows)))
    assert [(each.session, len(each.messages)) for each in found] == [("t1", 2), ("2", 1)]


def test_parts_that_are_no_text_become_attachments(tmp_path):
    parts = [
        {"type": "text", "text": "Look at this"},
        {"type": "image_url", "image_url": {"url": "https://example.org/cat.png"}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
        {"type": "file", "file": {"filename": "plan.pdf"}},
        {"type": "audio", "audio": {"transcript": "and listen"}},
    ]
    call = {"function": {"name": "book", "arguments": '{"day": "Friday"}'}}
    chat = [
        {"role": "user", "content": parts},
        {"role": "assistant", "content": None, "tool_calls": [call]},
    ]
    (conversation,), _ = load(write(tmp_path, "parts.json", chat))
    said, called = conversation.messages
    assert said.content == "Look at this\nand listen"
    assert said.attachments == (
        "image_url https://example.org/cat.png",
        "image_url",
        "file plan.pdf",
    )
    assert called.attachments == ('called book({"day": "Friday"})',)


def test_bad_messages_are_listed_and_the_rest_read(tmp_path):
    text = lines(CHAT[0]) + "{oops\n" + lines({"nothing": 1}, CHAT[1] | {"timestamp": "noon"})
    found, faults = load(write(tmp_path, "bad.jsonl", text))
    assert sum(len(each.messages) for each in found) == 2
    assert [place for place, _ in faults] == ["line 2", "line 3", "line 4"]
    assert "time" in faults[2][1]
    inside = [{"id": "c", "messages": [CHAT[0], {"text": "x"}]}, 5]
    found, faults = load(write(tmp_path, "bad.json", inside))
    assert len(found[0].messages) == 1
    assert [place for place, _ in faults] == ["item 1, message 2", "item 2"]


# -- ChatGPT


def node(id, parent, children, role=None, parts=None, time=None, **content):
    """One node of a ChatGPT conversation."""
    message = role and {
        "id": id,
        "author": {"role": role, "name": None, "metadata": {}},
        "create_time": time,
        "content": {"content_type": "text", "parts": parts} | content,
        "metadata": {},
    }
    return {"id": id, "parent": parent, "children": children, "message": message}


def chatgpt_export():
    """A question that was edited, and an answer that was asked for again."""
    nodes = [
        node("root", None, ["sys"]),
        node("sys", "root", ["q-old", "q-new"], "system", [""]),
        node("q-old", "sys", [], "user", ["Where is Turin?"], 1714558900.5),
        node("q-new", "sys", ["a-old", "a-new"], "user", ["Where is Trento?"], 1714558920.25),
        node("a-old", "q-new", [], "assistant", ["In Spain."], 1714558921.0),
        node("a-new", "q-new", ["pic"], "assistant", ["In Italy."], 1714558930.0),
        node("pic", "a-new", ["think"], "user", None, 1714558940.0),
        node("think", "pic", ["odd"], "assistant", None, 1714558941.0),
        node("odd", "think", [], "assistant", None, 1714558942.0),
    ]
    nodes[6]["message"]["content"] = {
        "content_type": "multimodal_text",
        "parts": [{"content_type": "image_asset_pointer", "asset_pointer": "file-x"}, "My street"],
    }
    nodes[7]["message"]["content"] = {"content_type": "code", "language": "py", "text": "print(1)"}
    nodes[8]["message"]["content"] = {"content_type": "hologram", "beam": 1}
    return [
        {
            "title": "Trento",
            "create_time": 1714558890.0,
            "update_time": 1714558950.0,
            "conversation_id": "conv-a",
            "mapping": {each["id"]: each for each in nodes},
            "current_node": "odd",
        }
    ]


def test_chatgpt_reads_the_path_the_user_last_saw(tmp_path):
    (conversation,), faults = load(write(tmp_path, "conversations.json", chatgpt_export()))
    assert conversation.session == "conv-a"
    assert conversation.at == moment(1714558890.0)
    assert [message.content for message in conversation.messages] == [
        "Where is Trento?",
        "In Italy.",
        "My street",
        "print(1)",
    ]
    assert conversation.messages[0].ref == "q-new"
    assert conversation.messages[2].attachments == ("image",)
    assert faults == [
        ("item 1, message odd", "content of type 'hologram' is not known; expected text")
    ]


def test_chatgpt_without_a_current_node_takes_the_newest_leaf(tmp_path):
    export = chatgpt_export()
    del export[0]["current_node"], export[0]["mapping"]["odd"]
    export[0]["mapping"]["think"]["children"] = []
    (conversation,), _ = load(write(tmp_path, "conversations.json", export))
    assert conversation.messages[-1].content == "print(1)"


def test_exports_are_read_from_their_zip_and_folder(tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    write(folder, "conversations-000.json", chatgpt_export())
    write(folder, "conversations-001.json", chatgpt_export())
    write(folder, "user.json", {"id": "me"})
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.write(folder / "conversations-000.json", "export/conversations.json")
    assert detect(folder) == detect(tmp_path / "export.zip") == "chatgpt"
    found, faults = load(folder)
    assert len(found) == 2
    assert faults[0][0] == "conversations-000.json, item 1, message odd"
    assert len(load(tmp_path / "export.zip")[0]) == 1


def test_hidden_messages_and_broken_conversations(tmp_path):
    export = chatgpt_export()
    hidden = {"is_visually_hidden_from_conversation": True}
    export[0]["mapping"]["q-new"]["message"]["metadata"] = hidden
    export.append({"title": "no mapping"})
    (conversation,), faults = load(write(tmp_path, "conversations.json", export))
    assert conversation.messages[0].content == "In Italy."
    assert faults[-1] == ("item 2", "expected a conversation with a 'mapping' of messages")


# -- Claude

CLAUDE = [
    {
        "uuid": "c-1",
        "name": "Garden",
        "created_at": "2024-05-01T10:22:33.123456Z",
        "updated_at": "2024-05-01T10:30:00.000000Z",
        "account": {"uuid": "acc"},
        "chat_messages": [
            {
                "uuid": "m-1",
                "text": "What grows in shade?",
                "content": [{"type": "text", "text": "What grows in shade?", "citations": []}],
                "sender": "human",
                "created_at": "2024-05-01T10:22:33.123456Z",
                "attachments": [
                    {
                        "file_name": "plan.txt",
                        "file_type": "txt",
                        "file_size": 9,
                        "extracted_content": "north bed",
                    }
                ],
                "files": [{"file_name": "bed.jpg"}],
            },
            {
                "uuid": "m-2",
                "text": "Ferns.",
                "content": [
                    {"type": "thinking", "thinking": "Shade plants."},
                    {"type": "tool_use", "name": "lookup", "input": {"q": "shade"}},
                    {"type": "tool_result", "content": [{"type": "text", "text": "ferns"}]},
                    {"type": "text", "text": "Ferns."},
                ],
                "sender": "assistant",
                "created_at": "2024-05-01T10:22:40.000000Z",
                "attachments": [],
                "files": [],
            },
            {"uuid": "m-3", "text": "", "content": [], "sender": "human", "attachments": []},
        ],
    }
]


def test_claude_conversations_are_read_with_their_attachments(tmp_path):
    file = write(tmp_path, "conversations.json", CLAUDE)
    assert detect(file) == "claude"
    (conversation,), faults = load(file)
    asked, answered = conversation.messages
    assert (asked.role, asked.ref) == ("user", "m-1")
    assert asked.attachments == ("plan.txt: north bed", "bed.jpg")
    assert answered.content.splitlines()[-1] == "Ferns."
    assert "called lookup" in answered.content
    assert conversation.at == asked.at
    assert not faults


def test_older_claude_exports_have_only_text(tmp_path):
    old = {"uuid": "c", "chat_messages": [{"uuid": "m", "text": "Hi", "sender": "human"}, {"x": 1}]}
    (conversation,), faults = load(write(tmp_path, "conversations.json", [old]))
    assert conversation.messages[0].content == "Hi"
    assert faults[0][0] == "item 1, message 2"


# -- benchmarks


def test_longmemeval_belongs_to_the_question(tmp_path):
    question = {
        "question_id": "q1",
        "question_type": "t",
        "question": "?",
        "answer": 3,
        "question_date": "2023/06/02 (Fri) 19:47",
        "answer_session_ids": ["s1"],
        "haystack_session_ids": ["s1", "s2"],
        "haystack_dates": ["2023/05/28 (Sun) 09:05"] * 2,
        "haystack_sessions": [[{"role": "user", "content": "Hello"}], []],
    }
    file = write(tmp_path, "some_name.json", [question])
    assert detect(file) == "longmemeval"
    (conversation,), faults = load(file)
    assert (conversation.user, conversation.session) == ("q1", "s1")
    assert faults == [("question q1, session s2", "it holds no words")]


def test_locomo_belongs_to_the_sample(tmp_path):
    sample = {
        "sample_id": "conv-1",
        "conversation": {
            "session_1_date_time": "1:56 pm on 8 May, 2023",
            "session_1": [{"speaker": "Ann", "dia_id": "D1:1", "text": "Hi"}],
        },
    }
    file = write(tmp_path, "some_name.json", [sample])
    assert detect(file) == "locomo"
    (conversation,), _ = load(file)
    assert (conversation.user, conversation.messages[0].speaker) == ("conv-1", "Ann")


# -- transcripts


def test_lines_with_names_are_messages_and_others_go_on(tmp_path):
    text = "Ann: hello\nBo: good day\nhow are you?\n\nNote: not a speaker\nAnn: fine\nBo: good\n"
    (conversation,), faults = load(write(tmp_path, "talk.txt", text))
    assert [(m.speaker, m.content) for m in conversation.messages] == [
        ("Ann", "hello"),
        ("Bo", "good day\nhow are you?\n\nNote: not a speaker"),
        ("Ann", "fine"),
        ("Bo", "good"),
    ]
    assert {message.role for message in conversation.messages} == {"user"}
    assert not faults


def test_markdown_headings_and_dates_part_sessions(tmp_path):
    text = """Minutes of the week

# 2024-05-01

**User:** Where is Trento?
**Assistant:** In Italy.

2024-05-02
[10:22] User: And Turin?
- Assistant: Also https://example.org: in Italy.
"""
    found, faults = load(write(tmp_path, "log.md", text))
    assert [each.at for each in found] == [
        datetime(2024, 5, 1, tzinfo=UTC),
        datetime(2024, 5, 2, tzinfo=UTC),
    ]
    assert [message.role for message in found[0].messages] == ["user", "assistant"]
    assert found[1].messages[0].at == datetime(2024, 5, 2, 10, 22, tzinfo=UTC)
    assert found[1].messages[1].content == "Also https://example.org: in Italy."
    assert [each.session for each in found] == ["log", "log-2"]
    assert faults == [("line 1", "nobody says this: 'Minutes of the week'")]


def test_roles_may_stand_on_their_own_line(tmp_path):
    text = "## User\n\nWhere is Trento?\n\n## Assistant\n\nIn Italy.\n"
    (conversation,), _ = load(write(tmp_path, "chat.md", text))
    assert [(m.role, m.content) for m in conversation.messages] == [
        ("user", "Where is Trento?"),
        ("assistant", "In Italy."),
    ]


def test_a_transcript_needs_no_suffix_and_may_begin_with_a_bracket(tmp_path):
    file = write(tmp_path, "chat.log", "[2024-05-01 10:22] Ann: hi\n[2024-05-01 10:23] Bo: hello\n")
    assert detect(file) == "transcript"
    (conversation,), _ = load(file)
    assert conversation.messages[1].at == datetime(2024, 5, 1, 10, 23, tzinfo=UTC)


# -- what cannot be read


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.json", [{"name": "Ann", "age": 3}], "its first item has keys name, age"),
        ("a.json", "[]", "its first item has None"),
        ("a.json", "[{", "item 1: not valid JSON"),
        ("a.txt", "no one speaks here", "expected lines such as 'Name: words'"),
        ("a.dat", "no one speaks here", "neither JSON nor a transcript"),
    ],
)
def test_bad_files_say_what_was_expected(tmp_path, name, content, fault):
    with pytest.raises(InvalidInput) as raised:
        load(write(tmp_path, name, content))
    assert fault in str(raised.value)
    assert name in str(raised.value)


def test_missing_things_are_named(tmp_path):
    with pytest.raises(InvalidInput, match="no such file"):
        detect(tmp_path / "none.json")
    with pytest.raises(InvalidInput, match="expected conversations"):
        detect(tmp_path)
    with pytest.raises(InvalidInput, match="there are: chatgpt"):
        load(tmp_path, "word")
    (tmp_path / "bad.zip").write_bytes(b"no zip")
    with pytest.raises(InvalidInput, match="cannot be read as a zip"):
        detect(tmp_path / "bad.zip")


def test_every_format_says_what_it_is():
    for name, each in FORMATS.items():
        assert each.TITLE
        assert each.__doc__
        assert name in each.__name__


def test_moments_in_seconds_milliseconds_and_words():
    at = datetime(2024, 5, 1, 10, 22, tzinfo=UTC)
    assert moment(1714558920) == moment(1714558920000) == moment("2024-05-01T12:22+02:00") == at
    assert moment(None) is None
    with pytest.raises(InvalidInput, match="found 'noon'"):
        moment("noon")
