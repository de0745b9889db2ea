"""The one factory of HTTP clients: for channels, pings and pages that a person asks for, not for crawling.

Every connection is checked against the address rule after the name is resolved, so no redirect and no odd
spelling leads inside. No proxy or credential is taken from the environment. What is sent is not known here.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from config.errors import TocsinError
from config.sections import CrawlSettings
from crawler.guard import BlockedAddress, Network, check_address, networks

MAX_ANSWER = 2_000_000
"""What a receiver of alerts may answer; nobody reads more of it than a line."""

_CONNECTIONS = httpx.Limits(max_connections=50, max_keepalive_connections=10)


class FetchError(TocsinError):
    """A page that a person asked for could not be fetched."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One page: its bytes, decompressed, where they were in the end, and how they are labelled."""

    url: str
    status: int
    content_type: str
    body: bytes


class ClientFactory:
    """Makes guarded clients, each to be closed by its user (`async with clients() as client`)."""

    def __init__(self, crawl: CrawlSettings, *, trust: ssl.SSLContext | None = None) -> None:
        self._crawl = crawl
        self._allow = networks(crawl.allow_private)
        self._trust = trust

    def __call__(self, *, timeout: float = 20.0, max_answer: int = MAX_ANSWER) -> httpx.AsyncClient:
        """A client that follows no redirects and reads at most `max_answer` bytes of any answer."""
        if self._trust is None:  # loading the authorities takes longer than most requests
            self._trust = httpx.create_ssl_context(trust_env=False)
        return httpx.AsyncClient(
            transport=_BoundedTransport(self._allow, max_answer, self._trust),
            timeout=timeout,
            trust_env=False,
            follow_redirects=False,
            max_redirects=self._crawl.max_redirects,
            headers={"User-Agent": self._crawl.user_agent, "Accept-Encoding": "identity"},
        )

    async def fetch(self, url: str) -> Fetched:
        """One page within the crawler's bounds of size, time and redirects."""
        if not url.startswith(("http://", "https://")):
            raise FetchError(f"{url}: not a web address; it begins with https:// or http://")
        limit = self._crawl.max_page_bytes
        headers = {"Accept-Encoding": "gzip, deflate"}
        try:
            async with (
                asyncio.timeout(self._crawl.timeout),
                self(timeout=self._crawl.timeout, max_answer=limit) as client,
                client.stream("GET", url, headers=headers, follow_redirects=True) as answer,
            ):
                body = await _read(answer, limit, url)
        except TimeoutError as error:
            raise FetchError(f"{url}: no whole answer within {self._crawl.timeout:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise FetchError(f"{url}: {error or type(error).__name__}") from error
        if answer.status_code != httpx.codes.OK:
            raise FetchError(f"{url}: the server answers {answer.status_code} {answer.reason_phrase}")
        return Fetched(str(answer.url), answer.status_code, answer.headers.get("content-type", ""), body)


async def _read(answer: httpx.Response, limit: int, url: str) -> bytes:
    body = bytearray()
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > limit:
            raise FetchError(f"{url}: larger than {limit} bytes (crawl.max_page_bytes)")
    return bytes(body)


class _BoundedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport over a guarded pool, with an end to what it reads."""

    def __init__(self, allow: Sequence[Network], max_answer: int, trust: ssl.SSLContext) -> None:
        super().__init__(verify=trust, trust_env=False, limits=_CONNECTIONS)
        self._max_answer = max_answer
        # httpx has no argument for the backend under its pool, which is where names become addresses.
        self._pool._network_backend = _GuardedBackend(allow)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        if request.headers.get("accept-encoding") == "identity":
            # A compressed answer nobody asked for is not unpacked: it could be a bomb.
            answer.headers.pop("content-encoding", None)
        answer.stream = _BoundedStream(answer.stream, self._max_answer)
        return answer


class _BoundedStream(httpx.AsyncByteStream):
    def __init__(self, inner: Any, limit: int) -> None:
        self._inner = inner
        self._limit = limit

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for part in self._inner:
            read += len(part)
            if read > self._limit:
                raise httpx.ReadError(f"the answer is larger than {self._limit} bytes")
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves, checks every address and connects to a checked one: nothing is resolved a second time."""

    def __init__(self, allow: Sequence[Network]) -> None:
        self._allow = tuple(allow)
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in await self._addresses(host, port, timeout):
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        raise httpcore.ConnectError("no request leaves by a Unix socket")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _addresses(self, host: str, port: int, timeout: float | None) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout):
                answers = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            addresses = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
            for address in addresses:
                check_address(address, self._allow)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host}: {error}") from error
        except BlockedAddress as error:
            raise httpcore.ConnectError(f"{host}: {error}") from error
        return addresses
