"""The newsrooms of a play as real sites on loopback: each article is there from its time on, not before.

It asks a clock what time it is and decides nothing else; who reads the sites is no concern of its own.
"""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from types import TracebackType
from typing import Self

from app.demo.pages import Pages, path_of
from app.demo.scenario import Article, Play
from app.demo.site import NOT_FOUND, Reply, Request, Site

ROBOTS = "User-agent: *\nDisallow: /share/\nDisallow: /newsletter\n"
FEED_LENGTH = 20
RELATED = 4


class Newsroom:
    """All outlets of a play, each at an address of its own. Use it as a context manager."""

    def __init__(self, play: Play, now: Callable[[], datetime]) -> None:
        self.sites = {
            key: _open_site(number, _Desk(play, key, now))
            for number, key in enumerate(play.outlets, start=11)
        }
        self._open = ExitStack()

    def __enter__(self) -> Self:
        for site in self.sites.values():
            self._open.enter_context(site)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    def url(self, article: Article) -> str:
        return self.sites[article.outlet].url(path_of(article))

    def unread(self, play: Play) -> list[Article]:
        """The articles whose page nobody has asked for yet."""
        read = {key: {path.partition("?")[0] for path in site.paths()} for key, site in self.sites.items()}
        return [article for article in play.articles if path_of(article) not in read[article.outlet]]


class _Desk:
    """What one outlet answers at this moment of the play."""

    def __init__(self, play: Play, key: str, now: Callable[[], datetime]) -> None:
        self._outlet, self._articles, self._now = play.outlets[key], play.of(key), now

    def __call__(self, request: Request) -> Reply:
        path = request.path.partition("?")[0]
        pages = Pages(self._outlet, f"http://{request.headers['host']}/")
        out = [article for article in self._articles if article.at <= self._now()]
        if path == "/robots.txt":
            return Reply(ROBOTS.encode(), content_type="text/plain")
        if path == "/feed.xml":
            feed = pages.feed(out[:FEED_LENGTH]).encode()
            return Reply(feed, content_type=f"application/{self._outlet.feed}+xml", validators=True)
        if path == "/":
            return Reply(pages.front(out).encode(), validators=True)
        for article in out:
            if path == path_of(article):
                related = [other for other in out if other is not article][:RELATED]
                return Reply(pages.article(article, related).encode(), validators=True)
        return NOT_FOUND


def _open_site(number: int, desk: _Desk) -> Site:
    """A site at 127.0.0.N: each outlet is a host of its own, or a port where 127.0.0.1 is all there is."""
    try:
        return Site(desk, address=f"127.0.0.{number}")
    except OSError:
        return Site(desk)
