"""A newcomer's way: one command, and the `openai` client."""

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

from openai import OpenAI

from support import environment

SERVE = "from memwell.app.cli import main; main()"


def free_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return str(taken.getsockname()[1])


def test_serve_prints_a_key_that_the_client_takes(tmp_path: Path) -> None:
    words = ("serve", "--memory", str(tmp_path / "m"), "--embedder", "none", "--port", free_port())
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, *words, "--upstream", "rules"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        key = process.stdout.readline().strip()
        told = ""
        while not (found := re.search(r"http://127\.0\.0\.1:(\d+)", told)):
            line = process.stderr.readline()
            assert line, told
            told += line
        url = f"{found[0]}/v1"
        client = OpenAI(base_url=url, api_key=key, max_retries=20)
        for text, words_back in (
            ("My dog is called Biscuit.", "Noted."),
            ("What is my dog called?", "Biscuit."),
        ):
            answer = client.chat.completions.create(
                model="memwell", messages=[{"role": "user", "content": text}]
            )
            assert (answer.choices[0].message.content or "").startswith(words_back)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate()
