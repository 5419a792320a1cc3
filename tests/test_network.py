"""Nothing leaves this machine: no telemetry of any library, no look-up, no download."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

WATCHED = """
import json, sys

attempts = []
LOOPBACK = ("127.0.0.1", "::1", "localhost")

def refuse_the_outside(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a path: a socket of this machine
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if host is not None and host not in LOOPBACK:
        attempts.append([event, str(host)])
        raise OSError(f"the outside is closed: {event} {host}")

sys.addaudithook(refuse_the_outside)

import urllib.request
from pathlib import Path
from assistant import Settings, open_assistant
from tests.browser import served

corpus = Path(sys.argv[1])
settings = Settings(corpus_dir=corpus, index_dir=corpus.parent / "index", state_dir=corpus.parent / "state")
with open_assistant(settings) as assistant:
    assistant.sync()
    with served(assistant) as address:
        page = urllib.request.urlopen(address).read().decode()
        answer = assistant.ask("Who was the last keeper of the lighthouse?")
print(json.dumps({"attempts": attempts, "has_page": "gradio" in page, "answer": answer.text}))
"""


def test_starting_the_page_and_asking_reaches_for_nothing_outside_this_machine(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "lighthouse.md").write_text("The last keeper of the lighthouse was Ada Thorne.", "utf-8")
    quiet = ("DO_NOT_TRACK", "HF_HUB_OFFLINE", "ANONYMIZED_TELEMETRY", "GRADIO_ANALYTICS_ENABLED")
    environment = {name: value for name, value in os.environ.items() if name not in quiet}
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(corpus)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "attempts": [],
        "has_page": True,
        "answer": "The last keeper of the lighthouse was Ada Thorne. [1]",
    }
