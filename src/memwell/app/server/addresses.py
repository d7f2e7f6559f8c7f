"""Where webhooks may go: never to a machine of the server's own network, unless it is allowed.

A name is resolved once, what it resolves to is checked, and that very address is connected to: a
name that resolves otherwise a moment later gains nothing.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from memwell.core.errors import InvalidInput

PORTS = {"http": 80, "https": 443}
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Target:
    """A URL, taken apart."""

    scheme: str
    host: str
    port: int
    path: str  # with the query

    @classmethod
    def of(cls, url: str, *, private: bool) -> "Target":
        """Raises InvalidInput for what is no address of a web server, or not an allowed one."""
        if not url.isascii() or not url.isprintable() or " " in url:
            raise InvalidInput("a webhook's URL is printable ASCII without blanks")
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise InvalidInput("that is not a URL") from error
        if parts.scheme not in PORTS or (parts.scheme == "http" and not private):
            raise InvalidInput("a webhook's URL begins with https://")
        if not host or parts.username or parts.password:
            raise InvalidInput("a webhook's URL names a host, and nobody's password")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(parts.scheme, host, port or PORTS[parts.scheme], path)

    def resolved(self, *, private: bool) -> Address:
        """An address to connect to. Raises InvalidInput when any it has is not allowed."""
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise InvalidInput(f"the host {self.host} cannot be found") from error
        addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
        if not addresses or not (private or all(map(is_public, addresses))):
            raise InvalidInput(f"{self.host} is not an address on the public internet")
        return addresses[0]

    @property
    def authority(self) -> str:
        """As the Host header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def is_public(address: Address) -> bool:
    """Whether it is one on the internet, also where one address is wrapped in another."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _nat64(address)
        if address.teredo is not None:
            return False
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def _nat64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None
