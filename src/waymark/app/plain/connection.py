"""A connection that ends at its deadline, whatever the server does: one byte now and then stays within every timeout."""

from collections.abc import Iterable
from typing import Any

import httpcore2
import httpx2

from waymark.sources.network import JudgedBackend, JudgedTransport


class _ChosenBackend(JudgedBackend):
    """Connects to the operator's own choice of server, which may be on this machine; see `JudgedBackend` for the deadline."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        self.private_hosts = (host,)
        return super().connect_tcp(host, port, timeout, local_address, socket_options)


def transport(deadline: float) -> httpx2.HTTPTransport:
    """Return httpx's transport for one request that ends at ``deadline`` (of ``time.monotonic``)."""
    backend = _ChosenBackend()
    backend.deadline = deadline
    return JudgedTransport(backend)
