"""Measure how long a newcomer waits: from ``git clone`` to the page, and to the first answer, with nothing cached.

    python -m benchmarks.installation [ROUNDS]

Each round clones this checkout's HEAD into a new folder and types what README.md says, with caches of its own for pip,
uv and prepared models. What the system and the package index hold is beyond it. Beside the seconds that pass stand the
processor seconds taken, which other work on the machine changes less.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
QUESTION = "What is Russia's view of NATO expansion?"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_page(address: str) -> None:
    while True:
        try:
            with urllib.request.urlopen(address, timeout=100):
                return
        except OSError:
            time.sleep(0.1)


def processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(folder: Path) -> None:
    port = free_port()
    caches = {"PIP_CACHE_DIR": "pip", "UV_CACHE_DIR": "uv", "CITEWELL_CACHE_DIR": "models", "XDG_CACHE_HOME": "others"}
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {name: str(folder / value) for name, value in caches.items()} | {"CITEWELL_PORT": str(port)}
    start, before = time.monotonic(), processor_seconds()
    checkout = folder / "citewell"
    subprocess.run(["git", "clone", "--quiet", str(HOME), str(checkout)], check=True)
    subprocess.run(["make", ".venv/installed"], cwd=checkout, env=environment, capture_output=True, check=True)
    print(f"installed     {time.monotonic() - start:6.1f} s, {processor_seconds() - before:5.1f} processor s")
    page = subprocess.Popen(
        ["make", "run"], cwd=checkout, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )
    wait_for_page(f"http://127.0.0.1:{port}/")
    print(f"page          {time.monotonic() - start:6.1f} s")
    ask = [str(checkout / ".venv/bin/citewell"), "ask", QUESTION]
    while subprocess.run(ask, cwd=checkout, env=environment, capture_output=True, check=False).returncode:
        time.sleep(0.5)  # the briefings are not indexed yet
    answered = time.monotonic() - start
    os.killpg(page.pid, signal.SIGINT)
    page.wait()
    print(f"first answer  {answered:6.1f} s, {processor_seconds() - before:5.1f} processor s")


if __name__ == "__main__":
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 5):
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder))
