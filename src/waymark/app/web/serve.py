"""Serves the pages and the API on one address, with the background encoder beside them."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waymark.app.background import BackgroundEncoder
from waymark.app.logs import configure, log
from waymark.app.web.guard import is_loopback
from waymark.errors import UsageError, WaymarkError

if TYPE_CHECKING:
    from waymark.app.web.record.serve import RecordServer
    from waymark.app.wiring import Waymark

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

NOT_LOOPBACK = (
    "Everyone who can reach this machine can reach the pages, without a password and unencrypted: "
    "put a server that encrypts in front of it."
)


def bind(host: str, port: int) -> socket.socket:
    """Return a socket bound to an address. Raises `UsageError` when it is taken, forbidden or not this machine's."""
    import errno

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named, so that asyncio turns off the delay of small packets (40 ms on every answer).
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        number = getattr(error, "errno", None)
        if number == errno.EADDRINUSE:
            raise UsageError(
                f"Port {port} is in use, perhaps by another Waymark.",
                f"Stop that one, or use another: waymark serve --port {port + 1}",
            ) from error
        if number == errno.EACCES:
            raise UsageError(
                f"Port {port} is not for everybody's use.", "Use one from 1024 on: waymark serve --port 8765"
            ) from error
        raise UsageError(
            f"Nothing can be served at {host}, port {port}.",
            "Use an address of this machine, such as --host 127.0.0.1.",
        ) from error
    return listening


def address_of(listening: socket.socket) -> str:
    """Return the address to open in a browser."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


class Logged:
    """Writes one log line a request: the pattern of its address, never what was asked for."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def watched(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            route = getattr(scope.get("route"), "path", None) or "(no such page)"
            took = round((time.perf_counter() - begun) * 1000, 1)
            log().info("served", method=scope["method"], route=route, status=status, took_ms=took)


LOOKED_THROUGH_FROM = 10_000
"""Objects made and kept since the collector's last look at the youngest. A page keeps some hundreds in its caches, none of them
garbage: at Python's 700 the collector took .6 ms a page, and 60 ms at once every two hundred pages; so, .2 ms and hardly ever."""

WAITING = 2048  # connections that the system keeps until one of the processes takes them


COMPANIONS_WAIT = 20.0  # seconds until a companion that is not ready is left to come later


def _server(service: "Waymark", hosts: Collection[str], record: str, started: Callable[[], None] = lambda: None) -> Any:
    """Return the server of this process; ``started`` is called when it takes connections."""
    import gc

    import uvicorn

    from waymark.app.web.application import create_app
    from waymark.app.web.record.serve import leads_to

    class Server(uvicorn.Server):
        """Takes one connection at a time.

        asyncio takes as many as are waiting, up to the length of the queue, so that the first process to wake takes
        all clients that arrive together, and the others none.
        """

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            for each in sockets or ():
                each.listen(WAITING)
            started()

    # What is read once is read now, not while the first person waits; damage is told by the pages, so it does not stop them.
    librarian = service.settings.librarian
    app = create_app(service, hosts=hosts, record=leads_to(record) if record else None, librarian=librarian)
    with contextlib.suppress(WaymarkError):
        service.warm_up()
        app.state.pages.warm_up()
    # What is there by now stays: looking through it again and again for what can go stops every answer for 40 ms.
    gc.collect()
    gc.freeze()
    gc.set_threshold(LOOKED_THROUGH_FROM)
    # Its own log would hold addresses with questions in them; what it says of errors goes through Python's logging.
    return Server(
        uvicorn.Config(Logged(app), log_level="error", access_log=False, timeout_graceful_shutdown=5, backlog=1)
    )


def _companion(
    service: "Waymark", listening: socket.socket, hosts: Collection[str], record: str
) -> "subprocess.Popen[bytes]":
    """Start a further process that answers on the same socket: Python works on one question at a time in each.

    It closes its standard output when it takes connections.
    """
    number = listening.fileno()
    command = [
        sys.executable,
        "-m",
        "waymark.app.web.serve",
        str(number),
        str(service.settings.library),
        record,
        *hosts,
    ]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[number])


def _wait_for(companions: Sequence["subprocess.Popen[bytes]"]) -> None:
    """Wait until every companion takes connections: those that come earlier would all stay with this process."""
    until = time.monotonic() + COMPANIONS_WAIT
    for companion in companions:
        assert companion.stdout is not None
        with companion.stdout as told:
            closed, _, _ = select.select([told], [], [], max(0.0, until - time.monotonic()))
        if not closed or companion.poll() is not None:
            log().error("a further process of the pages is not there", part="pages", code=companion.poll())


def _say_so() -> None:
    os.dup2(2, 1)


def main(arguments: Sequence[str]) -> None:
    """Be a companion: answer on the socket with that number until standard input closes.

    Standard output is closed once connections are taken, which tells the parent so; whatever is said later goes with the errors.
    """
    from waymark.app.wiring import Waymark
    from waymark.settings import read_settings

    number, library, record, *hosts = arguments
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which closes standard input
    configure()
    service = Waymark.open(read_settings(Path(library)), create=False)
    server = _server(service, hosts, record, started=_say_so)

    def listen() -> None:
        while os.read(0, 1024):
            pass
        server.should_exit = True

    threading.Thread(target=listen, daemon=True).start()
    server.run(sockets=[socket.socket(fileno=int(number))])
    service.close()


def serve(
    service: "Waymark",
    host: str,
    port: int,
    say: Callable[[str], None],
    warn: Callable[[str], None],
    hosts: Collection[str] = (),
) -> None:
    """Serve until told to stop. ``say`` is told the address; ``hosts`` are further names that the pages answer to.

    A failure of the background encoder is logged in one line and shown by the health page; the pages stay up.
    """
    listening = bind(host, port)
    if not is_loopback(host):
        warn(NOT_LOOPBACK)
    configure()
    own = _record(service, host, listening.getsockname()[1])
    record = own.where if own else ""
    companions = [_companion(service, listening, (host, *hosts), record) for _ in range(service.settings.processes - 1)]
    server = _server(service, (host, *hosts), record)  # while the companions do the same
    _wait_for(companions)

    def ended(kind: str | None, code: int) -> None:
        service.note_encoder_failure(kind)
        if kind is not None:
            log().error("the background encoder failed", part="encoder", kind=kind, code=code)

    encoder = BackgroundEncoder(service, ended) if service.settings.encode else None
    # A polite end has to reach the `finally` below, which ends the encoder.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    say(f"Waymark is at {address_of(listening)} (Ctrl-C stops it).")
    try:
        if own is not None:
            own.start()
        if encoder is not None:
            encoder.start()
        # uvicorn raises the signal again when it is done with it: Ctrl-C is how a person ends this, and no failure.
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listening])
    finally:
        for companion in companions:
            if companion.stdin is not None:
                companion.stdin.close()  # which tells it to end
        if own is not None:
            own.stop()
        if encoder is not None:
            encoder.stop()
        listening.close()


def _record(service: "Waymark", host: str, port: int) -> "RecordServer | None":
    """Return what serves this user's records: where the pages are for this machine alone, or the operator insists."""
    if not service.settings.record or not (is_loopback(host) or service.settings.record_at):
        return None
    from waymark.app.web.record.serve import LOOPBACK, record_server

    def bound() -> socket.socket:
        here = host if is_loopback(host) else LOOPBACK
        with contextlib.suppress(UsageError):
            return bind(here, port + 1)  # the same from one day to the next, where it is free
        return bind(here, 0)

    return record_server(service, bound, port)


if __name__ == "__main__":
    main(sys.argv[1:])
