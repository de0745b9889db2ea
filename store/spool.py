"""The spool: every fetched page's text for some days, so that a new claim can be matched against the past
and "why did it not ring" has an answer.

A SQLite file of its own, first in first out by age and by bytes: it may grow, be cut or be lost without
touching the store. It keeps a page's text, or its packed bytes where nobody took the trouble to read it; the
text is then made when it is asked for. Nothing in it is ever told to anybody.
"""

import asyncio
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Concatenate, ParamSpec, TypeVar

from store.errors import StoreError
from store.values import FetchedPage

T = TypeVar("T")
P = ParamSpec("P")

VERSION = 2
"""The layout of the file; a spool of another layout is begun anew, it only ever held some days."""

TRIM_EVERY = 500
"""After so many pages the spool is cut to its bounds without being asked."""

PACKING = 1
"""The level at which bytes are packed that did not come so: they are many, and kept for days."""

TRIM_ROWS = 100
VACUUM_PAGES = 1000
"""How much one cut deletes in a go and gives back to the disk: no cut holds the file for long."""

TABLE = """
CREATE TABLE page (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  fetched_at REAL NOT NULL, publisher_id INTEGER NOT NULL, link_id INTEGER NOT NULL,
  url TEXT NOT NULL, final_url TEXT NOT NULL, title TEXT NOT NULL, lang TEXT NOT NULL,
  published TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL, matcher TEXT NOT NULL,
  extracted INTEGER NOT NULL, page_type TEXT, content BLOB NOT NULL);
CREATE INDEX ix_page_fetched_at ON page (fetched_at);
CREATE INDEX ix_page_url ON page (url);
CREATE INDEX ix_page_final_url ON page (final_url);
"""
COLUMNS = (
    "id, fetched_at, publisher_id, link_id, url, final_url, title, lang, published, outcome, reason,"
    " matcher, extracted, page_type, content"
)
INSERT = f"INSERT INTO page ({COLUMNS.removeprefix('id, ')}) VALUES ({', '.join('?' * COLUMNS.count(','))})"  # noqa: S608

Words = Callable[[bytes, str], str]
"""The words of a page, from its bytes and their media type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a page. `extracted` tells an article's text from the raw text that the gate saw.

    `published` is ISO, as precise as it was known; `reason` is a sentence for a person.
    """

    outcome: str
    reason: str = ""
    title: str = ""
    lang: str = ""
    published: str = ""
    matcher: str = ""
    extracted: bool = False


@dataclass(frozen=True)
class SpooledPage:
    """One page as the spool remembers it."""

    id: int
    fetched_at: datetime
    publisher_id: int
    link_id: int
    url: str
    final_url: str
    verdict: Verdict
    content: bytes = field(repr=False)
    page_type: str | None
    words: Words = field(repr=False)

    @cached_property
    def text(self) -> str:
        """What the page says: its article's text, or all its words."""
        plain = _unpacked(self.content)
        return plain.decode("utf-8") if self.page_type is None else self.words(plain, self.page_type)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much the spool holds, and from when on."""

    pages: int
    used_bytes: int
    oldest: datetime | None


class Spool:
    """The daemon writes through one thread of the spool's own; readers take a connection each."""

    def __init__(
        self,
        path: Path | None,
        *,
        max_days: float = 3.0,
        max_bytes: int = 10**9,
        words: Words = lambda page, _: page.decode("utf-8", "replace"),
    ) -> None:
        """Without a path the spool lasts as long as this object: for replays and tests."""
        self._words = words
        self._folder = TemporaryDirectory(prefix="tocsin-") if path is None else None
        self.path = Path(self._folder.name) / "spool.db" if self._folder else Path(path or "")
        self._max_age = timedelta(days=max_days)
        self._max_bytes = max_bytes
        self._since_trim = 0
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spool")
        with self._told_plainly():
            self._connection = _open(self.path)

    async def put(self, page: FetchedPage, text: str, verdict: Verdict) -> None:
        """Keep a page's text and what became of it."""
        await self._run(self._put, page, text, verdict)

    async def put_unread(self, pages: Sequence[FetchedPage], verdict: Verdict) -> None:
        """Keep the bytes of pages, as packed as they came, and what became of them."""
        await self._run(self._put_unread, pages, verdict)

    async def trim(self, now: datetime) -> int:
        """Forget what is too old, then the oldest until the rest fits; gives how many pages went."""
        return await self._run(self._trim, now)

    def pages(
        self, *, since: datetime | None = None, outcome: str | None = None, after: int = 0
    ) -> Iterator[SpooledPage]:
        """What is kept, oldest first; may be read for long while the daemon writes on.

        Rows are asked for in small turns, so that no reader keeps the write-ahead log from being cut. The
        `after` of a reader that was interrupted is the id of the last page that it has read.
        """
        last = after
        while rows := self._select(
            "id > ? AND fetched_at >= ? AND (? IS NULL OR outcome = ?)",
            (last, since.timestamp() if since else 0.0, outcome, outcome),
        ):
            yield from rows
            last = rows[-1].id

    def find(self, url: str) -> list[SpooledPage]:
        """Every fetch of a URL that is still kept, by the link's URL or the one it led to."""
        return self._select("url = ? OR final_url = ?", (url, url))

    def extent(self, *, since: datetime | None = None, after: int = 0) -> Extent:
        which = "id > ? AND fetched_at >= ?"
        values = (after, since.timestamp() if since else 0.0)
        with self._told_plainly(), closing(_connect(self.path)) as connection:
            pages, oldest = connection.execute(
                f"SELECT count(*), min(fetched_at) FROM page WHERE {which}",  # noqa: S608
                values,
            ).fetchone()
            return Extent(pages, _used_bytes(connection), _moment(oldest) if pages else None)

    def close(self) -> None:
        self._writer.shutdown(wait=True)
        self._connection.close()
        if self._folder is not None:
            self._folder.cleanup()

    async def _run(self, work: Callable[Concatenate[P], T], *args: P.args, **options: P.kwargs) -> T:
        def told() -> T:
            with self._told_plainly():
                return work(*args, **options)

        return await asyncio.get_running_loop().run_in_executor(self._writer, told)

    def _put_unread(self, pages: Sequence[FetchedPage], verdict: Verdict) -> None:
        with _transaction(self._connection):
            for page in pages:
                packed = page.packed or zlib.compress(page.body, PACKING)
                self._insert(page, page.content_type, packed, verdict)
        self._count(pages)

    def _put(self, page: FetchedPage, text: str, verdict: Verdict) -> None:
        self._insert(page, None, zlib.compress(text.encode("utf-8", "replace")), verdict)
        self._count([page])

    def _insert(self, page: FetchedPage, page_type: str | None, content: bytes, verdict: Verdict) -> None:
        values = (
            page.fetched_at.timestamp(),
            page.publisher_id,
            page.link_id,
            page.url,
            page.final_url,
            verdict.title,
            verdict.lang,
            verdict.published,
            verdict.outcome,
            verdict.reason,
            verdict.matcher,
            verdict.extracted,
            page_type,
            content,
        )
        self._connection.execute(INSERT, values)

    def _count(self, pages: Sequence[FetchedPage]) -> None:
        self._since_trim += len(pages)
        if self._since_trim >= TRIM_EVERY:
            self._trim(max(page.fetched_at for page in pages))

    def _trim(self, now: datetime) -> int:
        self._since_trim = 0
        oldest = (now - self._max_age).timestamp()
        gone = self._delete("fetched_at < ?", (oldest,))
        while _used_bytes(self._connection) > self._max_bytes:
            cut = self._delete("TRUE", ())
            gone += cut
            if not cut:
                break
        self._connection.execute(f"PRAGMA incremental_vacuum({VACUUM_PAGES})").fetchall()
        self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        return gone

    def _delete(self, which: str, values: tuple[float, ...]) -> int:
        """Delete the oldest rows in turns; under a size bound one turn is enough to look again."""
        total = 0
        while True:
            ids = f"SELECT id FROM page WHERE {which} ORDER BY id LIMIT {TRIM_ROWS}"  # noqa: S608
            count = self._connection.execute(f"DELETE FROM page WHERE id IN ({ids})", values).rowcount  # noqa: S608
            total += count
            if count < TRIM_ROWS or not values:
                return total

    def _select(self, where: str, values: tuple[object, ...]) -> list[SpooledPage]:
        query = f"SELECT {COLUMNS} FROM page WHERE {where} ORDER BY id LIMIT 200"  # noqa: S608
        with self._told_plainly(), closing(_connect(self.path)) as connection:
            return [_page(row, self._words) for row in connection.execute(query, values)]

    @contextmanager
    def _told_plainly(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, zlib.error) as error:
            remedy = "check spool.path, or delete the file: it holds some days of page texts and no alerts"
            raise StoreError(f"{self.path}: {error}; {remedy}") from error


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30.0)
    try:
        connection.execute("PRAGMA synchronous=NORMAL").close()
    except BaseException:
        connection.close()
        raise
    return connection


def _open(path: Path) -> sqlite3.Connection:
    """The spool's file, made or made anew where its layout is another version's."""
    connection = _connect(path)
    try:
        connection.execute("PRAGMA page_size=16384").close()  # texts of a few kB waste half of smaller ones
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL").close()
        connection.execute("PRAGMA journal_mode=WAL").close()
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found != VERSION:
            tables = (
                f"BEGIN IMMEDIATE; DROP TABLE IF EXISTS page; {TABLE} PRAGMA user_version={VERSION}; COMMIT"
            )
            connection.executescript(tables)
    except BaseException:
        connection.close()
        raise
    return connection


def _used_bytes(connection: sqlite3.Connection) -> int:
    pages, free, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def _unpacked(content: bytes) -> bytes:
    """What was packed, by zlib here or by gzip on its way; a gzip file may be several in a row."""
    out = b""
    while content:
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        try:
            out += unpacker.decompress(content)
        except zlib.error:  # some servers add bytes of their own at the end
            break
        content = unpacker.unused_data
    return out


def _page(row: tuple[object, ...], words: Words) -> SpooledPage:
    number, fetched_at, publisher, link, url, final_url, title, lang, published = row[:9]
    outcome, reason, matcher, extracted, page_type, content = row[9:]
    verdict = Verdict(
        outcome=str(outcome),
        reason=str(reason),
        title=str(title),
        lang=str(lang),
        published=str(published),
        matcher=str(matcher),
        extracted=bool(extracted),
    )
    return SpooledPage(
        id=int(str(number)),
        fetched_at=_moment(fetched_at),
        publisher_id=int(str(publisher)),
        link_id=int(str(link)),
        url=str(url),
        final_url=str(final_url),
        verdict=verdict,
        content=content if isinstance(content, bytes) else b"",
        page_type=None if page_type is None else str(page_type),
        words=words,
    )


def _moment(stamp: object) -> datetime:
    return datetime.fromtimestamp(float(str(stamp)), UTC)
