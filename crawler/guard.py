"""The address rule: no request leaves for a loopback, private or otherwise internal address.

The check sits where names become addresses, after every redirect and for every odd spelling of a number,
so there is no gap between checking and connecting. It knows nothing of HTTP.
"""

import socket
from collections.abc import Callable, Iterable, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any

from twisted.internet._resolver import GAIResolver
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from twisted.python.threadpool import ThreadPool
from zope.interface import implementer

from crawler.trouble import CrawlError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
GetAddrInfo = Callable[..., Sequence[tuple[Any, ...]]]

LOOKUP_THREADS = 8
REMEMBERED = 10_000

# is_global calls these global or is silent about them; none of them is where a publisher lives.
_CARRIERS = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"), ip_network("::/96"))
_NEVER = (
    ip_network("0.0.0.0/8"),
    ip_network("100.64.0.0/10"),
    ip_network("192.88.99.0/24"),
    ip_network("240.0.0.0/4"),
    ip_network("fec0::/10"),
    ip_network("3fff::/20"),
    ip_network("5f00::/16"),
)


class BlockedAddress(CrawlError):
    """The address is internal, and `crawl.allow_private` does not name its network."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"{address} is not a public address: add its network to crawl.allow_private if it is meant"
        )
        self.address = address

    def __reduce__(self) -> tuple[type["BlockedAddress"], tuple[str]]:
        return type(self), (self.address,)


def networks(written: Iterable[str]) -> tuple[Network, ...]:
    return tuple(ip_network(network, strict=False) for network in written)


def check_address(ip: str | Address, allow: Iterable[Network] = ()) -> None:
    """Raise BlockedAddress unless the address is public or in an allowed network."""
    try:
        address = ip_address(ip.partition("%")[0]) if isinstance(ip, str) else ip
    except ValueError:
        raise BlockedAddress(str(ip)) from None
    allowed = tuple(allow)
    if _is_in(address, allowed):
        return
    for part in _carried(address) or (address,):
        if not _is_in(part, allowed) and not _is_public(part):
            raise BlockedAddress(str(ip))


def _is_public(address: Address) -> bool:
    internal = _is_in(address, _NEVER) or address.is_multicast or address.is_reserved
    return address.is_global and not internal


def _is_in(address: Address, among: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in among)


def _carried(address: Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses that an IPv6 address stands for: mapped, 6to4, Teredo, NAT64, compatible."""
    if isinstance(address, IPv4Address):
        return ()
    if address.ipv4_mapped is not None:  # asked first: from Python 3.13 on, such a one is loopback itself
        return (address.ipv4_mapped,)
    if address.is_loopback or address.is_unspecified:
        return ()
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address.teredo is not None:
        return (address.teredo[1], address.teredo[0])
    if _is_in(address, _CARRIERS):
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    return ()


@implementer(IHostnameResolver)
class GuardedResolver:
    """Twisted's name resolver with the address rule: a name with one internal answer has no answer at all.

    Scrapy takes no resolver from its settings under AsyncCrawlerRunner, so this one is put on the reactor,
    which asks it for literal addresses as well. Lookups have threads of their own: a dead name server then
    delays lookups alone.
    """

    def __init__(
        self, reactor: Any, allow: Iterable[Network] = (), *, getaddrinfo: GetAddrInfo = socket.getaddrinfo
    ) -> None:
        self._reactor = reactor
        self._allow = tuple(allow)
        self._pool = ThreadPool(0, LOOKUP_THREADS, name="lookup")
        self._lookup = GAIResolver(reactor, lambda: self._pool, getaddrinfo)
        self._refused: dict[str, BlockedAddress] = {}

    def install_on_reactor(self) -> None:
        self._pool.start()
        self._reactor.addSystemEventTrigger("during", "shutdown", self._pool.stop)
        self._reactor.installNameResolver(self)

    def refusal(self, name: str) -> BlockedAddress | None:
        """Why the last lookup of a name had no answer, where the rule was the reason."""
        return self._refused.get(_spelling(name))

    def resolveHostName(
        self,
        resolutionReceiver: IResolutionReceiver,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> IHostResolution:
        receiver: Any = _Sieve(resolutionReceiver, lambda answers: self._pass(hostName, answers))
        return self._lookup.resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)

    def _pass(self, name: str, answers: list[Any]) -> list[Any]:
        self._refused.pop(_spelling(name), None)
        try:
            for answer in answers:
                check_address(answer.host, self._allow)
        except BlockedAddress as refusal:
            while len(self._refused) >= REMEMBERED:
                self._refused.pop(next(iter(self._refused)))
            self._refused[_spelling(name)] = refusal
            return []
        return answers


def _spelling(name: str) -> str:
    try:
        return name.strip("[]").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return name.lower()


@implementer(IResolutionReceiver)
class _Sieve:
    """Holds all answers back until they are complete, and passes on what the rule leaves of them."""

    def __init__(self, receiver: Any, rule: Callable[[list[Any]], list[Any]]) -> None:
        self._receiver = receiver
        self._rule = rule
        self._answers: list[Any] = []

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:
        self._receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: IAddress) -> None:
        self._answers.append(address)

    def resolutionComplete(self) -> None:
        for answer in self._rule(self._answers):
            self._receiver.addressResolved(answer)
        self._receiver.resolutionComplete()
