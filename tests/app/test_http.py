"""The guarded clients: no way inside, no end of bytes, nothing from the environment."""

import asyncio
import gzip
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest

from app.http import ClientFactory, FetchError
from config.sections import CrawlSettings

HERE = CrawlSettings(allow_private=("127.0.0.0/8",), max_page_bytes=100_000, timeout=5)
PAGE = b"<p>" + b"a" * 50_000 + b"</p>"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name == "away":
            self.send_response(302)
            self.send_header("Location", "http://10.1.2.3/page")
            self.end_headers()
            return
        body = {"bomb": gzip.compress(b"a" * 10_000_000), "large": b"a" * 200_000}.get(name, PAGE)
        self.send_response(500 if name == "broken" else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if name == "bomb":
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def fetch(url: str, settings: CrawlSettings = HERE) -> bytes:
    return asyncio.run(ClientFactory(settings).fetch(url)).body


def test_a_page_is_fetched_whole(site: str) -> None:
    assert fetch(f"{site}/page") == PAGE


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "0x7f.0.0.1", "2130706433", "0177.0.0.1", "[::ffff:127.0.0.1]", "0"]
)
def test_no_spelling_of_an_internal_address_is_connected_to(site: str, host: str) -> None:
    port = site.rsplit(":", 1)[1]
    with pytest.raises(FetchError, match=r"not a public address|Invalid IPv4"):
        fetch(f"http://{host}:{port}/page", CrawlSettings())


def test_a_redirect_leads_nowhere_that_the_rule_forbids(site: str) -> None:
    with pytest.raises(FetchError, match=r"10\.1\.2\.3 is not a public address"):
        fetch(f"{site}/away")


@pytest.mark.parametrize("name", ["large", "bomb"])
def test_a_page_larger_than_the_limit_is_not_read_to_its_end(site: str, name: str) -> None:
    with pytest.raises(FetchError, match="larger than 100000 bytes"):
        fetch(f"{site}/{name}")


def test_an_error_of_the_server_is_told_with_its_number(site: str) -> None:
    with pytest.raises(FetchError, match="500"):
        fetch(f"{site}/broken")


def test_other_schemes_are_refused() -> None:
    with pytest.raises(FetchError, match="not a web address"):
        fetch("file:///etc/passwd")


def test_no_proxy_is_taken_from_the_environment(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert fetch(f"{site}/page") == PAGE


def test_a_packed_answer_that_nobody_asked_for_stays_packed(site: str) -> None:
    async def ask() -> bytes:
        async with ClientFactory(HERE)() as client:
            return (await client.get(f"{site}/bomb")).content

    assert len(asyncio.run(ask())) < 20_000


def test_redirects_are_followed_for_nobody_who_did_not_ask(site: str) -> None:
    async def ask() -> httpx.Response:
        async with ClientFactory(HERE)() as client:
            return await client.post(f"{site}/page")

    assert asyncio.run(ask()).status_code == 501
