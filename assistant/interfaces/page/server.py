"""The page as a web server on this machine: one process, no outside host, no telemetry."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import tempfile
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import gradio as gr
import uvicorn
from fastapi import FastAPI
from rich.text import Text
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from assistant.errors import CitewellError, IndexBusy, SettingsError, Stopped, StorageError
from assistant.interfaces.console import messages, output, show_failures, sync_with_progress
from assistant.interfaces.http.api import build_api, is_for_programs
from assistant.interfaces.http.askers import Askers
from assistant.interfaces.http.background_jobs import BackgroundJobs
from assistant.interfaces.http.extensions import ExtensionsWithTokens
from assistant.interfaces.page.atom_feeds import place_feeds
from assistant.interfaces.page.background_sync import BackgroundSync
from assistant.interfaces.page.cited_page import place_cited
from assistant.interfaces.page.hosts import OnlyThisHost
from assistant.interfaces.page.login import OnlyUsers, user_of
from assistant.interfaces.page.page import build_blocks
from assistant.interfaces.page.probes import Probes
from assistant.interfaces.page.request_limits import OnlyThePage
from assistant.interfaces.page.requests_under_way import CountedRequests, RequestsUnderWay
from assistant.interfaces.page.saving import place_saving
from assistant.interfaces.page.sign_on import sign_on_of
from assistant.interfaces.page.starting import telling_meanwhile
from assistant.interfaces.page.trusted_proxy import Connected, believed_forwarders
from assistant.interfaces.page.view_events import HERE
from assistant.interfaces.page.visitors import Visitors
from assistant.settings import is_loopback
from assistant.users import SignedOn, Tokens, Users

if TYPE_CHECKING:
    from gradio.queueing import Queue

    from assistant.assistant import Assistant

LOG = logging.getLogger(__name__)
SECONDS_BETWEEN_LOOKS = 0.01
"""How often Gradio looks for what was asked; of itself a thousand times a second, which keeps a processor awake."""
FINISHING_SECONDS = 20.0
"""How long the page, once told to end, waits for answers and additions that are under way."""
STYLES = ("style", "documents", "narrowing", "choosing", "history", "finding", "watched")
SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Liberation Sans", "sans-serif")
SYSTEM_MONO = ("ui-monospace", "SFMono-Regular", "Consolas", "Liberation Mono", "monospace")


def build_app(assistant: Assistant, host: str = "127.0.0.1", users: Users | None = None) -> FastAPI:
    """The page and the HTTP API as an ASGI application.

    It answers only requests addressed to ``host``, its public URL or loopback. Where there are ``users``, one of them
    has to log in before anything is answered, or a program to send a token. The server that runs it has to leave the
    address alone that connected: what a proxy says of it is read here.
    """
    settings = assistant.settings
    tokens, jobs, people = Tokens(settings.state_dir), BackgroundJobs(), SignedOn(settings.state_dir)
    programs = build_api(assistant, Askers(tokens, user_of, is_open=not users), jobs)

    @asynccontextmanager
    async def until_the_end(_: FastAPI) -> AsyncIterator[None]:
        async with programs.router.lifespan_context(programs):
            yield
        await run_in_threadpool(jobs.stop)
        tokens.close()
        people.close()

    app = FastAPI(title="Citewell", openapi_url=None, lifespan=until_the_end)
    queue = _mount_page(app, assistant, has_users=bool(users))._queue
    app.add_middleware(OnlyThePage, largest_megabytes=settings.limit_file_megabytes)
    app.add_middleware(BesideThePage, programs=programs, is_for_programs=is_for_programs)
    if users:
        sign_on = sign_on_of(settings, people)
        app.add_middleware(OnlyUsers, users=users, passes_on=is_for_programs, sign_on=sign_on, audit=assistant.audit)
    _place_before_the_login(app, assistant, host, queue)
    return app


def _place_before_the_login(app: FastAPI, assistant: Assistant, host: str, queue: Queue) -> None:
    """What every request passes before it is asked who sends it; what is added last is passed first."""
    app.state.requests = RequestsUnderWay(lambda: len(queue) + sum(job is not None for job in queue.active_jobs))
    app.add_middleware(Probes, assistant=assistant, requests=app.state.requests, waiting=lambda: len(queue))
    app.add_middleware(OnlyThisHost, host=host, public_url=assistant.settings.public_url)
    app.add_middleware(ExtensionsWithTokens)
    app.add_middleware(CountedRequests, requests=app.state.requests)
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=believed_forwarders(assistant.settings))
    app.add_middleware(Connected)


def _mount_page(app: FastAPI, assistant: Assistant, *, has_users: bool) -> gr.Blocks:
    """The page, and the addresses beside it, which come first: it takes every other."""
    visitors = Visitors(assistant)
    place_feeds(app, visitors)
    place_cited(app, visitors)
    place_saving(app)
    blocks = build_blocks(assistant)
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        theme=gr.themes.Base(font=SYSTEM_FONTS, font_mono=SYSTEM_MONO),
        css_paths=[HERE / f"{name}.css" for name in STYLES],
        favicon_path=str(HERE / "favicon.png"),
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
        show_error=False,
        max_file_size=f"{assistant.settings.limit_file_megabytes}mb",
        auth_dependency=user_of if has_users else None,
    )
    # NOTE: a mounted page never counts as launched, and until then Gradio checks no path that a browser names:
    # any component would take {"path": "/etc/passwd"} and hand out a copy (gradio 6, processing_utils._check_allowed).
    blocks.has_launched = True
    blocks._queue.sleep_when_free = SECONDS_BETWEEN_LOOKS
    return blocks


class BesideThePage:
    """ASGI middleware: what is for programs goes to their own application, and everything else on to the page."""

    def __init__(self, app: ASGIApp, programs: ASGIApp, is_for_programs: Callable[[str], bool]) -> None:
        self._app = app
        self._programs = programs
        self._is_for_programs = is_for_programs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        is_theirs = scope["type"] == "http" and self._is_for_programs(scope["path"])
        await (self._programs if is_theirs else self._app)(scope, receive, send)


def serve(assistant: Assistant, *, host: str, port: int, open_browser: bool = False, everyone: bool = False) -> None:
    """Bring the index up to date, then serve the page until interrupted; prints its address once it answers.

    Told to end (SIGTERM), a sync ends between two files, and the page once what is under way has ended, or after
    `FINISHING_SECONDS`. ``everyone`` who can reach the page may use it, on any host and also where there are users.

    Raises:
        SettingsError: the port is in use, the address is not one of this machine's, or others could reach the page
            and there are no users.
        StorageError: there is no room for uploads.
    """
    users = None if everyone else _users_for(assistant, host)
    with _listen(host, port) as listener, _folder_for_uploads() as uploads:
        os.environ["GRADIO_TEMP_DIR"] = uploads
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, lambda *_: assistant.end_soon())
        with telling_meanwhile(listener), suppress(Stopped):
            _bring_up_to_date(assistant)
        config = uvicorn.Config(
            build_app(assistant, host, users),
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            timeout_graceful_shutdown=1,
        )
        with suppress(KeyboardInterrupt):
            address = assistant.settings.public_url or _address(host, port)
            _AnnouncedServer(config, address, open_browser, assistant).run(sockets=[listener])


class _AnnouncedServer(uvicorn.Server):
    """A server that says where it is as soon as it accepts connections, and only then prepares to answer."""

    def __init__(self, config: uvicorn.Config, address: str, open_browser: bool, assistant: Assistant) -> None:
        super().__init__(config)
        self._assistant = assistant
        self._address = address
        self._open_browser = open_browser
        self._keeper = BackgroundSync(assistant)
        self._preparing = threading.Thread(target=self._prepare, name="citewell-prepare")

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._assistant.is_ending:  # it was told so before this server listened to signals
            self.should_exit = True
        elif self.started:
            output().print(Text(f"Citewell is ready at {self._address}"))
            self._preparing.start()
            self._keeper.start()
            if self._open_browser:
                webbrowser.open(self._address)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        requests: RequestsUnderWay = self.config.app.state.requests  # type: ignore[union-attr]
        await requests.finish(FINISHING_SECONDS, lambda: self.force_exit)
        self._assistant.end_soon()
        await super().shutdown(sockets)
        self._keeper.stop()
        if self._preparing.ident is not None:
            self._preparing.join()  # a process that ends while a library starts its threads is aborted

    def _prepare(self) -> None:
        try:
            self._assistant.prepare()
        except CitewellError:
            pass  # the first question tells
        except Exception:
            LOG.warning("The page could not prepare itself; the first question takes longer.", exc_info=True)


def _users_for(assistant: Assistant, host: str) -> Users | None:
    """Those who have to log in; None where nobody has to, as only this machine can reach the page."""
    path, public = assistant.settings.users, assistant.settings.public_url
    if path is None and public is None and is_loopback(host):
        return None
    users = Users(path) if path else None
    if users and (users.names() or assistant.settings.has_sign_on):
        return users
    said = (
        f"CITEWELL_USERS names {path}, which holds no users. Add"
        if path
        else f"Others could reach the page on {public or host} without a login. "
        "Name a file for users in CITEWELL_USERS and add"
    )
    raise SettingsError(f"{said} one with: citewell user add NAME. Or let everyone in: citewell serve --no-auth")


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens on ``host`` and ``port``, taken before any long work begins."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family)
    except socket.gaierror as error:
        raise SettingsError(f"{host} is not an address that can be found. Use --host 127.0.0.1.") from error
    except OSError as error:
        raise SettingsError(_why_not(error, host, port)) from error


def _folder_for_uploads() -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix="citewell-page-")
    except OSError as error:
        raise StorageError(
            f"No temporary folder can be made: {error.strerror or error}. Free some space, or name another in TMPDIR."
        ) from error


def _why_not(error: OSError, host: str, port: int) -> str:
    other = port + 1 if port < 65535 else port - 1
    elsewhere = f"Choose another with citewell serve --port {other}, or CITEWELL_PORT={other}."
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is already in use on {host}. {elsewhere}"
    if error.errno == errno.EACCES:
        return f"Port {port} needs permissions that this process lacks. {elsewhere}"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine. Use --host 127.0.0.1."
    return f"Cannot listen on {host}, port {port}: {error.strerror or error}. {elsewhere}"


def _address(host: str, port: int) -> str:
    """The page's address as a browser on this machine takes it."""
    named = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{named}:{port}"


def _bring_up_to_date(assistant: Assistant) -> None:
    try:
        report = sync_with_progress(assistant)
    except IndexBusy as error:
        messages().print(Text(f"{error}\nThe page starts with the index as it is."))
        return
    show_failures(report.failed)
