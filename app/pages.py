"""Single pages that a person names, a file or a web address: their bytes, within the crawler's bounds.

Nothing is extracted or stored here.
"""

import asyncio
import gzip
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

from config.errors import TocsinError
from config.sections import CrawlSettings


class PageError(TocsinError):
    """A page that was named cannot be had."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page's bytes, where it is from and how it is labelled; `url` is empty where nobody said."""

    body: bytes
    url: str = ""
    content_type: str = ""


def get_page(name: str, crawl: CrawlSettings, *, url: str = "") -> Page:
    """The page at a web address, in a file, or on standard input for `-`."""
    if name.startswith(("http://", "https://")):
        return asyncio.run(_fetch(name, crawl))
    if name == "-":
        return Page(_bounded(sys.stdin.buffer.read(crawl.max_page_bytes + 1), "-", crawl.max_page_bytes), url)
    return Page(read_page(Path(name), crawl.max_page_bytes), url)


def read_page(path: Path, limit: int) -> bytes:
    """A file's bytes, unpacked where its name ends in .gz."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            body = stream.read(limit + 1)
    except IsADirectoryError as error:
        raise PageError(f"{path} is a folder; name a file in it") from error
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise PageError(f"{path} is no whole gzip file: {error}") from error
    except OSError as error:
        raise PageError(f"{path} cannot be read: {error.strerror or error}") from error
    return _bounded(body, str(path), limit)


def _bounded(body: bytes, name: str, limit: int) -> bytes:
    if len(body) > limit:
        raise PageError(f"{name} is larger than {limit} bytes; raise crawl.max_page_bytes")
    return body


async def _fetch(url: str, crawl: CrawlSettings) -> Page:
    from app.http import ClientFactory

    fetched = await ClientFactory(crawl).fetch(url)
    return Page(fetched.body, fetched.url, fetched.content_type)
