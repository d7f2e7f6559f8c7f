"""Secrets and personal data: told, taken out or refused before anything keeps them."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from acting import Add, Draft, Noting, Open, Text, Update
from hypothesis import given, settings
from hypothesis import strategies as st

from memwell.core.errors import InvalidInput, ModelUnavailable
from memwell.core.message import Conversation, Message
from memwell.core.receipt import Noticed
from memwell.kernel.memory import Memory
from memwell.kernel.privacy import Privacy
from memwell.models import detect
from support import WordEmbedder, base, files_holding, quick_folder, tables

MAIL, TOKEN = "marta.k@example.org", "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
SECRETS = {
    "email": MAIL,
    "credential": TOKEN,
    "phone": "+44 20 7946 0958",
    "card": "4111 1111 1111 1111",
    "account": "GB82 WEST 1234 5698 7654 32",
    "national_id": "536-90-4399",
}


def everything(memory: Memory) -> dict[str, list[tuple[object, ...]]]:
    return tables(base(memory))


def test_by_default_words_are_kept_as_they_are_and_no_detector_is_loaded(
    open_memory: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detect, "import_module", None)
    receipt = open_memory().add(f"write to {MAIL}")
    assert receipt.applied[0].text == f"write to {MAIL}"
    assert receipt.noticed == ()


def test_the_base_install_loads_none_of_the_packages() -> None:
    code = (
        "import sys\nfrom memwell.kernel.memory import Memory\nfrom tempfile import mkdtemp\n"
        "memory = Memory(mkdtemp(), embedder='none')\nmemory.add('hello')\nmemory.close()\n"
        "print({'detect_secrets', 'phonenumbers', 'stdnum', 'sqlcipher3', 'cryptography'}"
        " & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_warnings_are_in_the_receipt_without_the_value(open_memory: Open) -> None:
    memory = open_memory(privacy="warn")
    receipt = memory.add(["hello", f"I am {MAIL}, or {MAIL}"])
    assert receipt.noticed == (Noticed(1, "email", "warn"),)
    assert memory.receipt(receipt.id).noticed == receipt.noticed
    assert memory.search("hello", 2)[1].cube.text == f"I am {MAIL}, or {MAIL}"
    assert memory.add("nothing to see").noticed == ()


@pytest.mark.parametrize("kind", SECRETS)
def test_redacted_words_reach_no_file(open_memory: Open, kind: str) -> None:
    embedder = WordEmbedder()
    memory = open_memory(privacy="redact", strategy=Noting(), embedder=embedder)
    secret = SECRETS[kind]
    receipt = memory.add(
        [
            f"it is {secret}, keep it",
            Message("seen", name=f"via {secret} ", ref=f"ref {secret} ", attachments=(secret,)),
        ],
        labels={"source": f"note {secret} "},
    )
    id = memory.add("to be changed").ids[0]
    memory.update(id, f"changed to {secret} today", why=f"because of {secret} now")
    assert memory.get(receipt.ids[0]).text == f"it is [{kind}], keep it"
    assert {each.kind for each in receipt.noticed} == {kind}
    assert {each.done for each in receipt.noticed} == {"redact"}
    assert files_holding(memory.path, secret) == []
    memory.close()
    assert files_holding(memory.path, secret) == []


def test_refusing_names_the_message_and_the_kind_and_keeps_nothing(open_memory: Open) -> None:
    memory = open_memory(privacy="refuse")
    memory.add("before")
    before = everything(memory)
    for work in (
        lambda: memory.add(["fine", f"key {TOKEN}"]),
        lambda: memory.add(["fine", f"key {TOKEN}"], dry_run=True),
        lambda: list(memory.add_many([Conversation((Message("fine"), Message(TOKEN)), "s1")])),
    ):
        with pytest.raises(InvalidInput, match=r"message 1.* holds .*\(credential\)") as caught:
            work()
        assert TOKEN not in str(caught.value)
    id = memory.search("before", 1)[0].cube.id
    before = everything(memory)
    with pytest.raises(InvalidInput, match=r"change 0 holds .*\(email\)") as caught:
        memory.update(id, MAIL)
    assert MAIL not in str(caught.value)
    assert everything(memory) == before


def test_each_kind_has_its_own_action(open_memory: Open) -> None:
    for policy in (
        {"email": "redact", "phone": "warn", "credential": "refuse"},
        "email=redact, phone=warn,credential=refuse",
    ):
        memory = open_memory(privacy=policy)
        receipt = memory.add(f"{MAIL} or {SECRETS['phone']}, card {SECRETS['card']}")
        told = f"[email] or {SECRETS['phone']}, card {SECRETS['card']}"
        assert receipt.applied[0].text == told
        assert set(receipt.noticed) == {Noticed(0, "email", "redact"), Noticed(0, "phone", "warn")}
        with pytest.raises(InvalidInput, match="credential"):
            memory.add(f"https://ana:s3cr3tpw@{MAIL}")


@pytest.mark.parametrize("policy", ["loud", "email=loud", "shoe=warn", {"shoe": "warn"}, "="])
def test_a_policy_that_cannot_be_read(open_memory: Open, policy: Any) -> None:
    with pytest.raises(InvalidInput, match="privacy"):
        open_memory(privacy=policy)


def test_many_conversations_are_known_again_after_redaction(open_memory: Open) -> None:
    memory = open_memory(privacy="redact")
    talks = [Conversation((Message(f"talk {n}: {MAIL}"),), session=f"s{n}") for n in range(3)]
    first = list(memory.add_many(talks))
    again = list(memory.add_many(talks))
    assert [each.id for each in again] == [each.id for each in first]
    assert again[0].noticed == first[0].noticed == (Noticed(0, "email", "redact"),)
    assert len(everything(memory)["event"]) == 3


def test_ops_from_outside_pass_through_the_policy(open_memory: Open) -> None:
    memory = open_memory(privacy="redact")
    draft = Draft(Text(f"at {MAIL}"), labels={"of": MAIL}, keys=(MAIL,))
    receipt = memory.apply([Add(draft, why=f"from {MAIL}")], by="tool")
    id = receipt.ids[0]
    receipt = memory.apply([Update(id, "moved", payload=Text(f"at {TOKEN}"))], by="tool")
    assert receipt.noticed == (Noticed(0, "credential", "redact"),)
    assert [cube.text for cube in memory.history(id)] == ["at [email]", "at [credential]"]
    memory.close()
    assert not files_holding(memory.path, MAIL) + files_holding(memory.path, TOKEN)


def test_imports_pass_through_the_policy(open_memory: Open, tmp_path: Path) -> None:
    source, file = open_memory("source"), tmp_path / "all.jsonl"
    receipt = source.add(["hello", f"I am {MAIL}"], session="s")
    source.update(receipt.ids[0], f"hello from {TOKEN}")
    source.export(file)
    target = open_memory("target", privacy="redact")
    manifest = target.import_(file)
    assert manifest.noticed == 3  # the event, and a version of each
    assert target.get(receipt.ids[1]).text == "I am [email]"
    assert [cube.text for cube in target.history(receipt.ids[0])] == [
        "hello",
        "hello from [credential]",
    ]
    target.close()
    assert not files_holding(target.path, MAIL) + files_holding(target.path, TOKEN)
    refusing = open_memory("refusing", privacy={"credential": "refuse"})
    with pytest.raises(InvalidInput, match=r"line \d+: memory \w+ holds .*\(credential\)"):
        refusing.import_(file)
    assert not everything(refusing)["event"]


def test_what_is_missing_is_told_before_anything_is_kept(
    open_memory: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = open_memory(privacy="warn")
    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    monkeypatch.delitem(sys.modules, "memwell.models.privacy.personal", raising=False)
    with pytest.raises(ModelUnavailable, match="privacy"):
        memory.add("hello")
    assert not everything(memory)["event"]


AROUND = st.text(max_size=25)


@settings(max_examples=60)
@given(AROUND, st.sampled_from([*SECRETS]), AROUND, st.booleans())
def test_whatever_stands_around_it_no_file_holds_what_was_redacted(
    before: str, kind: str, after: str, encrypted: bool
) -> None:
    """Between blanks; glued to other digits or letters it would be another number or token."""
    secret = SECRETS[kind]
    options: dict[str, Any] = {"key": bytes(32)} if encrypted else {}
    with quick_folder() as folder:
        with Memory(
            folder, embedder=WordEmbedder(), model=None, privacy="redact", **options
        ) as memory:
            receipt = memory.add([f"{before} {secret} {after}", "and on"])
            memory.update(receipt.ids[1], f"{after} {secret} {before}")
            assert files_holding(Path(folder), secret) == []
            assert not any(secret in cube.text for cube in memory.history(receipt.ids[1]))
        assert files_holding(Path(folder), secret) == []


@settings(max_examples=40)
@given(AROUND, AROUND)
def test_an_address_is_found_even_when_glued_to_anything(before: str, after: str) -> None:
    kept, _ = Privacy("redact").text(f"{before}{MAIL}{after}", "it")
    assert MAIL not in kept
