"""A server on this machine that speaks the protocols of OpenAI and of Ollama, and says what a test writes down."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Step = str | float | Callable[[], object]
"""What a reply consists of: text to send, seconds to wait, or something to do."""


@dataclass
class Reply:
    """One reply: its steps in order, and how it ends.

    ``finish`` is the reason that the last chunk gives, None for a stream that is cut. With a ``status``, it is an error
    with this body instead.
    """

    steps: Sequence[Step] = ()
    finish: str | None = "stop"
    status: int = 200
    error: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class ModelServer:
    """The replies still to be given, in order, the last one again and again; and every request that came."""

    address: str = ""
    replies: list[Reply] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)
    connection: socket.socket | None = None
    """That of the last request."""
    answer: Callable[[dict[str, Any]], str] | None = None
    """Makes the reply from the request, in place of ``replies``."""

    @property
    def host(self) -> str:
        return self.address.removeprefix("http://")

    def says(self, *steps: Step, **options: Any) -> None:
        """The next reply."""
        self.replies.append(Reply(steps, **options))

    def prompts(self) -> list[str]:
        """What the user's message was, in each request."""
        return [request["messages"][-1]["content"] for request in self.requests]

    def is_left_by(self, address: str, path: str, body: dict[str, Any], accept: str = "application/json") -> bool:
        """Whether the model's work ends soon when whoever posts to an address leaves once the model is asked."""
        host, _, port = address.removeprefix("http://").partition(":")
        content, before = json.dumps(body).encode(), len(self.requests)
        head = {"Host": f"{host}:{port}", "Content-Type": "application/json", "Accept": accept}
        lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
        with socket.create_connection((host, int(port)), timeout=30) as whoever:
            whoever.sendall("\r\n".join([*lines, f"Content-Length: {len(content)}", "", ""]).encode() + content)
            until = time.monotonic() + 30
            while len(self.requests) == before and time.monotonic() < until:
                time.sleep(0.02)
        return len(self.requests) > before and self.is_left_within(5.0)

    def is_left_within(self, seconds: float) -> bool:
        """Whether whoever sent the last request closes the connection in that time, while the reply still waits."""
        assert self.connection is not None
        self.connection.settimeout(seconds)
        try:
            return self.connection.recv(1) == b""
        except TimeoutError:
            return False

    def next_reply(self, request: dict[str, Any]) -> Reply:
        if self.answer is not None:
            return Reply([self.answer(request)])
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """A server on a free port."""
    served = ModelServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            served.connection = self.connection
            served.requests.append(request)
            served.headers.append({name.lower(): value for name, value in self.headers.items()})
            reply = served.next_reply(request)
            self.close_connection = True
            try:
                _refuse(self, reply) if reply.status != 200 else _stream(self, reply)
            except ConnectionError:
                served.hung_up.set()

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that went away is what many tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    served.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _refuse(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    is_ollama = handler.path.startswith("/api")
    error: object = reply.error if is_ollama else {"message": reply.error, "type": "error", "code": None}
    body = json.dumps({"error": error}).encode()
    handler.send_response(reply.status)
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    handler.send_header("Connection", "close")
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _stream(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    is_ollama = handler.path.startswith("/api")
    handler.send_response(200)
    handler.send_header("Content-Type", "application/x-ndjson" if is_ollama else "text/event-stream")
    handler.send_header("Connection", "close")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    send = _send_ollama if is_ollama else _send_openai
    for step in reply.steps:
        if isinstance(step, str):
            send(handler, step, None)
        elif callable(step):
            step()
        else:
            time.sleep(step)
    if reply.finish is None:
        handler.connection.shutdown(socket.SHUT_RDWR)
        return
    send(handler, "", reply.finish)
    with suppress(ConnectionError):
        handler.wfile.write(b"0\r\n\r\n")


def _send_openai(handler: BaseHTTPRequestHandler, text: str, finish: str | None) -> None:
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    end = "data: [DONE]\n\n" if finish else ""
    _send(handler, f"data: {json.dumps(chunk)}\n\n{end}")


def _send_ollama(handler: BaseHTTPRequestHandler, text: str, finish: str | None) -> None:
    chunk: dict[str, Any] = {"model": "m", "created_at": "2025-01-01T00:00:00Z", "done": bool(finish)}
    chunk["message"] = {"role": "assistant", "content": text}
    if finish:
        chunk |= {"done_reason": finish, "total_duration": 1, "eval_count": 1}
    _send(handler, json.dumps(chunk) + "\n")


def _send(handler: BaseHTTPRequestHandler, data: str) -> None:
    encoded = data.encode()
    handler.wfile.write(b"%x\r\n%s\r\n" % (len(encoded), encoded))
    handler.wfile.flush()
