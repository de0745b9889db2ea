"""Servers that keep an account of who asked for what and when, and say what was impolite in it.

Eight kinds, by number: with and without robots.txt, delays for all and for us, "too many requests",
"unavailable", a robots.txt that is away, a site that forbids everything. Tests ask a dozen of them,
bench/politeness.py two hundred.
"""

from collections.abc import Iterator
from itertools import pairwise

from app.demo.site import Reply, Request, Site, routes
from tests.crawler.desk import article, rss

AGENT = "tocsin-test"
KINDS = 8
BUSY, AWAY = 2.0, 3.0
"""Seconds of Retry-After: of a host that gets too many requests, and of one page that is unavailable."""

PRIVATE = "User-agent: *\nDisallow: /private\n"
ROBOTS: tuple[Reply | str, ...] = (
    PRIVATE,
    PRIVATE + "Crawl-delay: 0.25\n",
    f"User-agent: *\nAllow: /\n\nUser-agent: {AGENT}\nCrawl-delay: 0.4\nDisallow: /private\n",
    Reply(status=404),
    PRIVATE,
    PRIVATE + "Request-rate: 1/1\n",
    Reply(status=503, headers={"Retry-After": "1"}),
    "User-agent: *\nDisallow: /\n",
)
DELAYS = (0.0, 0.25, 0.4, 0.0, 0.0, 1.0, 0.0, 0.0)
PAGES = ("/a", "/b", "/c", "/private/e")


class Watchful:
    """One such server on an address of its own. `allowed` is what a polite visitor gets to see."""

    def __init__(self, number: int) -> None:
        self.kind = number % KINDS
        pages: dict[str, Reply | bytes | str] = {"/robots.txt": ROBOTS[self.kind]}
        self.site = Site(routes(pages), address=f"127.0.{1 + number // 250}.{number % 250 + 1}")
        pages["/rss"] = rss([self.site.url(page) for page in PAGES])
        pages["/a"] = Reply(status=302, headers={"Location": "/private/d"})
        pages["/b"] = pages["/private/d"] = pages["/private/e"] = article()
        pages["/c"] = article()
        if self.kind == 4:
            pages["/c"] = Reply(status=429, headers={"Retry-After": f"{BUSY:g}"})
        if self.kind == 5:
            pages["/c"] = Reply(status=503, headers={"Retry-After": f"{AWAY:g}"})
        self.allowed = {
            path for path in ("/robots.txt", "/rss", *PAGES, "/private/d") if not self._forbids(path)
        }

    def _forbids(self, path: str) -> bool:
        """The rules as the server means them, read by no parser."""
        if path == "/robots.txt" or self.kind == 3:
            return False
        return self.kind in (6, 7) or path.startswith("/private")

    def offences(self, gap: float) -> Iterator[str]:
        """What was impolite, for a visitor who promised this gap between two requests."""
        asked = list(self.site.requests)
        apart = max(gap, DELAYS[self.kind])
        if self.site.busiest > 1:
            yield f"{self.site.url()}: {self.site.busiest} requests at a time"
        for request in asked:
            if self._forbids(request.path):
                yield f"{self.site.url(request.path)} is forbidden"
        for early, late in pairwise(asked):
            if (gap := late.arrived - early.arrived) < apart:
                yield f"{self.site.url(late.path)} came {gap:.3f} s after the last, not {apart} s"
        for request in asked:
            for soon in asked:
                if request.arrived < soon.arrived < request.arrived + self._rest(request, soon):
                    yield f"{self.site.url(soon.path)} did not wait for the Retry-After of {request.path}"

    def _rest(self, refused: Request, later: Request) -> float:
        """For how long the first request's answer forbids the second."""
        if self.kind == 4 and refused.path == "/c":
            return BUSY
        return AWAY if self.kind == 5 and refused.path == later.path == "/c" else 0.0
