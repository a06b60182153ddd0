"""The connections of the reader: made to addresses that were judged, and ended at the deadline, whatever the server does."""

import ssl
import time
from collections.abc import Collection, Iterable
from typing import Any

import httpcore2
import httpx2

from waymark.sources.addresses import judged

LEAST = 0.001  # seconds; a timeout of nothing would mean to wait for ever


class JudgedBackend(httpcore2.NetworkBackend):
    """Connects only to what `judged` allows.

    Each reading sets ``deadline`` (of ``time.monotonic``) and ``private_hosts`` before it begins. A server that sends one
    byte now and then stays within every timeout; the deadline ends it.
    """

    def __init__(self) -> None:
        self._inner = httpcore2.SyncBackend()
        self.private_hosts: Collection[str] = ()
        self.deadline = float("inf")

    def left(self, timeout: float | None) -> float:
        """Return the seconds that one step may take."""
        remaining = self.deadline - time.monotonic()
        return max(LEAST, remaining if timeout is None else min(timeout, remaining))

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        address = judged(host, port, self.private_hosts)
        stream = self._inner.connect_tcp(
            address, port, timeout=self.left(timeout), local_address=local_address, socket_options=socket_options
        )
        return _Stream(stream, self)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore2.NetworkStream:
        raise httpcore2.ConnectError("No local socket is read.")

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class _Stream(httpcore2.NetworkStream):
    """A connection whose every step ends at the deadline."""

    def __init__(self, inner: httpcore2.NetworkStream, backend: JudgedBackend) -> None:
        self._inner = inner
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._backend.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._backend.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, self._backend.left(timeout)), self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class JudgedTransport(httpx2.HTTPTransport):
    """httpx's transport over a `JudgedBackend`. It takes no other way to give the pool its connections."""

    def __init__(self, backend: JudgedBackend) -> None:
        context = httpx2.create_ssl_context()
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=context,
            max_connections=4,
            max_keepalive_connections=4,
            keepalive_expiry=30.0,
            network_backend=backend,
        )
