"""Serves the record's pages beside the public ones: in one process, in a thread of its own, on a socket of its own.

The public pages may be answered by several processes on one socket; an unlocked record cannot. Were the record's pages on
that socket too, a request would reach whichever process takes it first, so every process would have to pass them on to the
one that holds the key. With a socket of its own nothing is passed on, the record has its own origin in the browser, and the
public pages need to know nothing but where it is: they lead there.
"""

import contextlib
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from waymark.app.explaining import Explaining
from waymark.app.web.guard import host_name, is_loopback
from waymark.app.web.record.application import RecordPages, create_record_app
from waymark.app.web.record.outside import Behind

if TYPE_CHECKING:
    from waymark.app.wiring import Waymark

LOOPBACK = "127.0.0.1"
_SECONDS_TO_STOP = 5


def leads_to(where: str) -> Callable[[str], str]:
    """Return what says where the record is, as seen from a Host header: "" for a name that it does not answer to.

    ``where`` is the port of the record's socket, or an https address where an operator serves it behind another server.
    """

    def address(host: str) -> str:
        if not where.isdigit():
            return where
        name = host_name(host)
        if not is_loopback(name):
            return ""
        return f"http://[{name}]:{where}" if ":" in name else f"http://{name}:{where}"

    return address


def now_here() -> datetime:
    """Return the time with this machine's zone."""
    return datetime.now().astimezone()


class RecordServer:
    """The record's pages, served until `stop`. ``where`` tells the public pages where they are (see `leads_to`)."""

    def __init__(self, listening: socket.socket, pages: RecordPages) -> None:
        import uvicorn

        self._listening = listening
        # No header of a proxy is believed: who it came through is what decides whether it is answered at all.
        config = uvicorn.Config(
            create_record_app(pages),
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        self._server: Any = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="waymark-record", daemon=True)
        self.where = pages.behind.address if pages.behind else str(listening.getsockname()[1])

    def _run(self) -> None:
        with contextlib.suppress(SystemExit):
            self._server.run(sockets=[self._listening])

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop serving; every open record is locked."""
        self._server.should_exit = True
        self._thread.join(_SECONDS_TO_STOP)
        self._listening.close()


def record_server(
    service: "Waymark",
    bound: Callable[[], socket.socket],
    public_port: int,
) -> RecordServer:
    """Return the server of this user's records. ``bound`` gives a socket on this machine's own address.

    Raises `UsageError` where the operator's setting for another server in front cannot be meant.
    """
    settings = service.settings
    behind = Behind.at(settings.record_at, settings.record_password) if settings.record_at else None

    def public(host: str) -> str:
        name = host_name(host)
        if behind is not None or not is_loopback(name):
            return ""
        return f"http://[{name}]:{public_port}" if ":" in name else f"http://{name}:{public_port}"

    pages = RecordPages(
        settings.records,
        now_here,
        settings.country,
        Explaining(service, public).library(),
        behind=behind,
        idle=timedelta(minutes=settings.record_idle),
    )
    return RecordServer(bound(), pages)
