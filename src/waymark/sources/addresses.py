"""Web addresses: which may be read, and the machine that a name stands for.

A private address is never read for someone else's page (server-side request forgery): a name is resolved once, every
address that it has is judged, and the connection is made to one that was judged.
"""

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from waymark.errors import FetchRefused
from waymark.sources.front import short_name

IN_FULL = "Write it in full, from https:// on."


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of an address that may be read. ``site`` is scheme, host and port: what one robots.txt is for."""

    scheme: str
    netloc: str
    hostname: str
    port: int | None
    path: str
    query: str

    @property
    def site(self) -> str:
        return f"{self.scheme}://{self.netloc}"

    @property
    def host_and_port(self) -> str:
        """Return the host with its port, whether or not the address names it."""
        return f"{self.hostname}:{self.port or (443 if self.scheme == 'https' else 80)}"

    def is_one_of(self, hosts: Collection[str]) -> bool:
        """Return whether the list names the host, alone or with its port."""
        return self.hostname in hosts or self.host_and_port in hosts

    @property
    def asked(self) -> str:
        """Return the path with its query, as robots.txt speaks of it."""
        return (self.path or "/") + (f"?{self.query}" if self.query else "")


def checked(url: str) -> Parts:
    """Return the parts of an http(s) address. Raises `FetchRefused` for anything else."""
    name = short_name(url)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise FetchRefused(f"{name} is not a web address.", IN_FULL, reason="address") from error
    if parts.scheme not in ("http", "https") or not host:
        raise FetchRefused(f"{name} is not a web address.", IN_FULL, reason="address")
    if parts.username is not None or parts.password is not None:
        raise FetchRefused("An address with a name or password in it is not read.", "Leave them out.", reason="address")
    return Parts(parts.scheme, parts.netloc, host, port, parts.path, parts.query)


def joined(url: str, location: str) -> str:
    """Return where a redirect leads, without a fragment."""
    try:
        return urljoin(url, location.strip()).split("#")[0]
    except ValueError as error:
        name = short_name(url)
        raise FetchRefused(f"{name} leads on to something that is not a web address.", reason="address") from error


def judged(host: str, port: int, private_hosts: Collection[str] = ()) -> str:
    """Return the address of a host to connect to.

    Raises `FetchRefused` when any of its addresses is not public, unless ``private_hosts`` names the host, alone or with its
    port; and when no machine has that name.
    """
    name = short_name(host)
    try:
        ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
        found = socket.getaddrinfo(ascii_host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _nobody(name) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses:
        raise _nobody(name)
    allowed = host in private_hosts or f"{host}:{port}" in private_hosts
    if not allowed and not all(is_public(address) for address in addresses):
        raise private(name)
    # Version 4 first: many networks have no route for version 6, and one judged address is enough.
    return next((address for address in addresses if ":" not in address), addresses[0])


def private(name: str) -> FetchRefused:
    """Return the refusal of an address that is not public."""
    return FetchRefused(
        f"{name} is on this machine or a private network, and only public pages are read.",
        "Save the page and add the file.",
        reason="private",
    )


def _nobody(name: str) -> FetchRefused:
    return FetchRefused(
        f"{name} could not be found: no machine has that name.", "Check the address.", reason="unreachable"
    )


def is_public(address: str) -> bool:
    """Return whether an IP address is on the public internet, whatever form wraps it (mapped, 6to4, NAT64)."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    inner: list[ipaddress.IPv4Address | ipaddress.IPv6Address] = [ip]
    if isinstance(ip, ipaddress.IPv6Address):
        inner += [wrapped for wrapped in (ip.ipv4_mapped, ip.sixtofour) if wrapped]
        inner += list(ip.teredo or ())
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = [ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)]
    return all(
        each.is_global and not (each.is_multicast or each.is_reserved or each.is_unspecified or each.is_loopback)
        for each in inner
    )
