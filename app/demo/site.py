"""A real HTTP site on loopback: the demo's newsrooms and webhook receiver stand on it, and so do the tests.

It knows nothing of news: what it answers is a plain function from a request to a reply. It answers from
threads, so that a slow reply holds up nobody else, and it remembers every request for whoever counts.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived. Header names are lower case; `arrived` is monotonic seconds."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    arrived: float


@dataclass(frozen=True, slots=True)
class Reply:
    """What a site answers. `drip` is sent after the body piece by piece, and may sleep between them.

    With `validators` the site adds an ETag and answers 304 to whoever already holds that body.
    """

    body: bytes = b""
    drip: Iterable[bytes] | None = None
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    validators: bool = False
    delay: float = 0.0


NOT_FOUND = Reply(b"not found", status=404, content_type="text/plain")
Answer = Callable[[Request], Reply]


def routes(pages: Mapping[str, Reply | bytes | str]) -> Answer:
    """The answer of a site whose pages are a table: path to reply. Changing the table changes the site."""

    def answer(request: Request) -> Reply:
        page = pages.get(request.path.partition("?")[0], NOT_FOUND)
        if isinstance(page, Reply):
            return page
        return Reply(page.encode() if isinstance(page, str) else page, validators=True)

    return answer


class Site:
    """One site on its own port. Use it as a context manager; port 0 takes a free one."""

    def __init__(self, answer: Answer, *, address: str = "127.0.0.1", port: int = 0) -> None:
        self.answer = answer
        self.requests: list[Request] = []
        self.busiest = 0
        self._in_flight = 0
        self._lock = threading.Lock()
        self._server = _Server((address, port), self)
        self.host, self.port = address, int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, path: str = "/") -> str:
        return f"http://{self.host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """The paths asked for so far, in order of arrival."""
        with self._lock:
            return [request.path for request in self.requests]

    def hits(self, path: str) -> int:
        return self.paths().count(path)

    def enter(self, request: Request) -> None:
        with self._lock:
            self.requests.append(request)
            self._in_flight += 1
            self.busiest = max(self.busiest, self._in_flight)

    def leave(self) -> None:
        with self._lock:
            self._in_flight -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], site: Site) -> None:
        self.site = site
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        # the stock class asks the resolver for its own name here, which takes seconds on some machines
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._respond()

    do_HEAD = do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _respond(self) -> None:
        request = self._read()
        self.server.site.enter(request)
        try:
            self._write(request, self.server.site.answer(request))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client went away, which is its right
        finally:
            self.server.site.leave()

    def _read(self) -> Request:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        return Request(self.command, self.path, headers, body, time.monotonic())

    def _write(self, request: Request, reply: Reply) -> None:
        time.sleep(reply.delay)
        headers = {"Content-Type": reply.content_type, **reply.headers}
        if reply.validators:
            headers.setdefault("ETag", f'"{sha256(reply.body).hexdigest()[:20]}"')
        if reply.validators and _is_known(request, headers):
            self._send_head(304, headers)
            return
        self._send_head(reply.status, headers, length=None if reply.drip is not None else len(reply.body))
        if request.method != "HEAD":
            for piece in chain([reply.body], reply.drip or ()):
                self.wfile.write(piece)

    def _send_head(self, status: int, headers: Mapping[str, str], *, length: int | None = 0) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if length is None:
            self.send_header("Connection", "close")  # the end of the body is the end of the connection
        elif status != 304:
            self.send_header("Content-Length", str(length))
        self.end_headers()


def _is_known(request: Request, headers: Mapping[str, str]) -> bool:
    """Whether the client holds the body already; an ETag outranks a date, as HTTP wants it."""
    if "if-none-match" in request.headers:
        return request.headers["if-none-match"] == headers["ETag"]
    return request.headers.get("if-modified-since", "never") == headers.get("Last-Modified")
