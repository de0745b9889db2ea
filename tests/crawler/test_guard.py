"""No socket ever connects to an internal address, however it is written and whoever redirects there."""

import asyncio
import socket
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demo.site import Reply, Site, routes
from crawler import guard
from crawler.guard import BlockedAddress, GuardedResolver, check_address, networks
from crawler.host import Crawler
from store.session import Store
from tests.crawler.desk import CRAWL, Desk, article, rss

INTERNAL = [
    *("127.0.0.1", "127.8.9.10", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "100.127.255.254", "0.0.0.0", "0.1.2.3", "192.0.0.1"),  # noqa: S104
    *("192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1", "239.1.1.1"),
    *("240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1"),
    *("fec0::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1"),
    *("::10.1.2.3", "::ffff:169.254.169.254", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe"),
    *("64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:a00:1::", "2002:c0a8:101::", "2001:0:7f00:1::"),
    *("2001:0:4136:e378:8000:63bf:80ff:fffe", "100::1", "3fff::1", "5f00::1"),
    *("nonsense", "1.2.3", "1.2.3.4.5"),
]
PUBLIC = [
    *("8.8.8.8", "1.1.1.1", "93.184.216.34", "172.15.0.1", "172.32.0.1", "100.63.255.255", "100.128.0.1"),
    *("192.167.0.1", "2606:2800:220:1::1", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808"),
    "2002:808:808::",
]


@pytest.mark.parametrize("address", INTERNAL)
def test_an_internal_address_is_refused(address: str) -> None:
    with pytest.raises(BlockedAddress):
        check_address(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_passes(address: str) -> None:
    check_address(address)


def test_a_network_that_is_named_is_let_through_in_every_wrapping() -> None:
    allow = networks(["127.0.0.0/8"])
    for address in ("127.0.0.1", "::ffff:127.0.0.1", "2002:7f00:1::"):
        check_address(address, allow)
    with pytest.raises(BlockedAddress):
        check_address("10.0.0.1", allow)


@given(st.ip_addresses(v=4))
def test_a_wrapped_address_is_judged_like_the_bare_one(address: IPv4Address) -> None:
    number = int(address)
    wrappings = [
        IPv6Address((0xFFFF << 32) | number),
        IPv6Address((0x64FF9B << 96) | number),
        IPv6Address((0x2002 << 112) | (number << 80)),
    ]
    assert {_passes(wrapping) for wrapping in wrappings} == {_passes(address)}


@given(st.ip_addresses())
def test_nothing_passes_that_python_does_not_call_global(address: IPv4Address | IPv6Address) -> None:
    carried = guard._carried(address)
    if _passes(address):
        assert all(part.is_global and not part.is_multicast for part in carried or (address,))


def _passes(address: IPv4Address | IPv6Address) -> bool:
    try:
        check_address(address)
    except BlockedAddress:
        return False
    return True


NAMES = {
    "news.example": ["127.0.0.1"],
    "mixed.example": ["127.0.0.1", "10.9.8.7"],
    "mapped.example": ["::ffff:10.0.0.1"],
    "cgnat.example": ["100.64.0.7"],
    "metadata.example": ["169.254.169.254"],
}


def lookup(host: Any, port: Any, family: int = 0, kind: int = 0, *_: int) -> Sequence[tuple[Any, ...]]:
    """A name server of our own; numbers in any spelling go the system's way, as they do everywhere."""
    if host not in NAMES:
        return socket.getaddrinfo(host, port, family, kind)
    return [_answer(ip_address(address), port) for address in NAMES[host]]


def _answer(address: IPv4Address | IPv6Address, port: int) -> tuple[Any, ...]:
    if address.version == 4:
        return socket.AF_INET, socket.SOCK_STREAM, 6, "", (str(address), port)
    return socket.AF_INET6, socket.SOCK_STREAM, 6, "", (str(address), port, 0, 0)


@pytest.fixture
def behind(loop: asyncio.AbstractEventLoop) -> Iterator[Callable[..., GuardedResolver]]:
    """Puts a resolver with our names and an allow list on the reactor, and takes it off again."""
    reactor: Any = import_module("twisted.internet.reactor")
    before = reactor.nameResolver

    def install(*allow: str) -> GuardedResolver:
        resolver = GuardedResolver(reactor, networks(allow), getaddrinfo=lookup)
        loop.call_soon_threadsafe(resolver.install_on_reactor)
        return resolver

    yield install
    loop.call_soon_threadsafe(reactor.installNameResolver, before)


@pytest.fixture
def guarded(store: Store, loop: asyncio.AbstractEventLoop, behind: Callable[..., GuardedResolver]) -> Desk:
    """A desk whose crawler may connect nowhere on this machine."""
    resolver = behind()

    def new_crawler(desk: Desk) -> Crawler:
        return Crawler(store, CRAWL, now=desk.now, on_page=desk.on_page, resolver=resolver)

    return Desk(store, loop, new_crawler)


SPELLINGS = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "localhost",
    "LOCALHOST.",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "0.0.0.0",  # noqa: S104
    "news.example",
    "mixed.example",
    "mapped.example",
    "cgnat.example",
    "metadata.example",
    "127.0.0.1.",
    "１２７.0.0.1",
    "user:word@127.0.0.1",
]


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_an_internal_address_is_connected_to(guarded: Desk, site: Site, host: str) -> None:
    url = f"http://{host}:{site.port}/rss"
    guarded.watch(url)
    report = guarded.crawl(url)
    assert site.requests == []
    assert report.polls == 1
    assert list(report.failures) in (["blocked-address"], ["dns"], ["http-error"])


def test_a_blocked_seed_says_what_blocked_it(guarded: Desk, site: Site) -> None:
    guarded.watch(site.url("/rss"))
    guarded.crawl(site.url())
    assert guarded.seed().last_error.startswith("blocked-address: ")
    assert "crawl.allow_private" in guarded.seed().last_error


def test_a_redirect_to_an_internal_address_is_not_followed(
    store: Store, loop: asyncio.AbstractEventLoop, behind: Callable[..., GuardedResolver]
) -> None:
    inner = routes({"/secret": article("Secret."), "/robots.txt": ""})
    with Site(inner, address="127.0.0.2") as secret:
        pages: dict[str, Reply | bytes | str] = {}
        with Site(routes(pages)) as site:
            resolver = behind("127.0.0.1/32")
            desk = Desk(
                store,
                loop,
                lambda d: Crawler(store, CRAWL, now=d.now, on_page=d.on_page, resolver=resolver),
            )
            pages["/rss"] = rss([site.url("/a"), site.url("/b")])
            pages["/a"] = Reply(status=302, headers={"Location": secret.url("/secret")})
            pages["/b"] = Reply(
                status=302, headers={"Location": f"http://[::ffff:7f00:2]:{secret.port}/secret"}
            )
            desk.watch(site.url("/rss"))
            report = desk.crawl(site.url())
        assert secret.requests == []
    assert report.failures == {"blocked-address": 2}
    assert desk.pages == []
    assert {link.outcome for link in desk.links()} == {"blocked-address"}


def test_a_name_that_turns_internal_later_is_refused_then(
    store: Store,
    loop: asyncio.AbstractEventLoop,
    behind: Callable[..., GuardedResolver],
    site: Site,
    pages: Any,
) -> None:
    pages["/rss"] = rss([])
    resolver = behind("127.0.0.1/32")
    desk = Desk(store, loop, lambda d: Crawler(store, CRAWL, now=d.now, on_page=d.on_page, resolver=resolver))
    url = f"http://rebinding.example:{site.port}/rss"
    desk.watch(url)
    try:
        NAMES["rebinding.example"] = ["127.0.0.1"]
        desk.crawl(url)
        asked = len(site.requests)
        NAMES["rebinding.example"] = ["127.0.0.2"]
        desk.pass_time(hours=2)
        report = desk.crawl(url)
    finally:
        del NAMES["rebinding.example"]
    assert asked > 0
    assert len(site.requests) == asked
    assert report.failures == {"blocked-address": 1}
