"""Processes that read files, started in a moment: each is forked from one that has imported what they all import.

The program's own way of starting one runs an interpreter anew, whose imports take a processor second. What a process
does once it runs, and how it ends, is the same either way: it is a process and a group of its own, with the pipes, the
environment and the folder that the program gives it. Whoever tests the start itself asks for the fixture
``readers_started_anew``; and where a test changes ``sys.path``, or there is no fork, each is started anew as well.

This module run as a script is the process that is forked from.
"""

from __future__ import annotations

import gc
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 100_000
"""Bytes of a message, most of which are the environment."""


class Forked:
    """A forked process, with what the program uses of `subprocess.Popen`."""

    def __init__(self, pid: int, connection: socket.socket, stdin: IO[bytes], stdout: IO[bytes]) -> None:
        self.pid, self.stdin, self.stdout = pid, stdin, stdout
        self.returncode: int | None = None
        self._connection = connection
        self._lock = threading.Lock()

    def wait(self) -> int:
        """Its status, once it has ended. Until somebody waits, its id remains its own."""
        with self._lock:
            if self.returncode is None:
                self._connection.sendall(b"wait")
                self.returncode = int(self._connection.recv(LONGEST))
                self._connection.close()
        return self.returncode

    def poll(self) -> int | None:
        """Its status, if somebody has waited for it; None also where nobody has."""
        return self.returncode

    def kill(self) -> None:
        """End it, unless somebody has waited for its end."""
        with self._lock:
            if self.returncode is None:
                os.kill(self.pid, signal.SIGKILL)


class WarmReaders:
    """Starts processes by forking one, which is there from the first on, or that listens at another end of a socket."""

    def __init__(self, connection: socket.socket | None = None) -> None:
        from assistant.indexing import reading_ahead

        self.started_anew = reading_ahead._start
        self._path = list(sys.path)
        self._connection = connection
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    @property
    def connection(self) -> socket.socket:
        """Where the process that is forked from listens; it is started if there is none."""
        with self._lock:
            if self._connection is None:
                self._connection, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                with other:
                    self._process = subprocess.Popen(
                        [sys.executable, "-P", "-m", "tests.warm_readers", str(other.fileno())],
                        cwd=ROOT,
                        stdin=subprocess.DEVNULL,
                        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
                        pass_fds=[other.fileno()],
                    )
            return self._connection

    def start(self, *arguments: str) -> subprocess.Popen[bytes] | Forked:
        """A process as the program starts one."""
        if sys.path != self._path:
            return self.started_anew(*arguments)
        job = {"arguments": arguments, "folder": str(Path.cwd()), "environment": dict(os.environ)}
        own, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        read_in, write_in = os.pipe()
        read_out, write_out = os.pipe()
        with other:
            socket.send_fds(self.connection, [json.dumps(job).encode()], [read_in, write_out, 2, other.fileno()])
        os.close(read_in)
        os.close(write_out)
        return Forked(int(own.recv(LONGEST)), own, os.fdopen(write_in, "wb"), os.fdopen(read_out, "rb"))

    def close(self) -> None:
        """End the process that is forked from, if it was started here."""
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.wait()


def main() -> None:
    """Fork for each message, and tell the process's status to whoever waits for its end."""
    from assistant import reading
    from assistant.reading.language import detect

    for module in pkgutil.iter_modules(reading.__path__, f"{reading.__name__}."):
        import_module(module.name)
    for name in ("chardet", "ftfy", "lxml.etree", "trafilatura"):
        import_module(name)
    detect("Loaded once, for all processes.")
    gc.collect()
    gc.freeze()
    asked = socket.socket(fileno=int(sys.argv[1]))
    waiting: dict[socket.socket, int] = {}
    left: set[int] = set()
    while True:
        ready, _, _ = select.select([asked, *waiting], [], [], 1.0 if left else None)
        left -= {child for child in left if os.waitpid(child, os.WNOHANG) != (0, 0)}
        for connection in set(ready) & set(waiting):
            child = waiting.pop(connection)
            with connection, suppress(OSError):
                if connection.recv(LONGEST):
                    _, status = os.waitpid(child, 0)
                    connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())
                else:  # whoever started it has ended
                    left.add(child)
        if asked in ready:
            message, descriptors, _, _ = socket.recv_fds(asked, LONGEST, 4)
            if not message:
                return
            child = os.fork()
            if child == 0:
                try:
                    _read_files(json.loads(message), descriptors)
                finally:
                    os._exit(1)
            connection = socket.socket(fileno=descriptors.pop())
            for descriptor in descriptors:
                os.close(descriptor)
            connection.sendall(str(child).encode())
            waiting[connection] = child


def _read_files(job: dict[str, Any], descriptors: list[int]) -> None:
    from assistant.reading import worker

    os.setsid()
    for number, descriptor in enumerate(descriptors[:3]):
        os.dup2(descriptor, number)
    os.closerange(3, 1024)
    os.chdir(str(job["folder"]))
    os.environ.clear()
    os.environ.update(job["environment"])
    sys.argv = ["worker", *job["arguments"]]
    worker.main()


if __name__ == "__main__":
    main()
