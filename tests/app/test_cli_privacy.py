"""`--privacy`: what is found is told, taken out or refused; never repeated."""

import json

from typed import Shell

MAIL = "marta.k@example.org"


def test_redacted_warned_refused(tmp_path):
    shell = Shell(tmp_path / "m")
    told = shell.text("add", f"I am {MAIL}.", "--privacy", "redact")
    assert "message 0 holds an e-mail address: redacted" in told
    assert MAIL not in told
    assert "I am [email]." in shell.text("search", "am")
    kept = shell.json("add", f"Write to {MAIL}", "--privacy", "email=warn")
    assert kept["noticed"] == [{"message": 0, "kind": "email", "done": "warn"}]
    refused = shell.error("add", f"Write to {MAIL} now", "--privacy", "refuse")
    assert "an e-mail address (email)" in refused
    assert MAIL not in refused
    assert "no kind 'shoe'" in shell.error("add", "x", "--privacy", "shoe=warn")


def test_imports_and_updates(tmp_path):
    shell = Shell(tmp_path / "m")
    said = [{"role": "user", "content": words} for words in ("hello", f"I am {MAIL}")]
    (tmp_path / "talk.json").write_text(json.dumps({"messages": said}))
    shell.text("import", tmp_path / "talk.json", "--privacy", "redact")
    (hit, *_) = shell.json("search", "email")["hits"]
    assert hit["memory"]["text"] == "I am [email]"
    shell.text("update", hit["memory"]["id"], f"I was {MAIL}", "--privacy", "redact")
    assert MAIL.encode() not in (tmp_path / "m" / "memory.db").read_bytes()
