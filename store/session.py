"""The way to the database: sessions that read, sessions that write, and one thread that writes.

A write transaction is short: nothing is fetched, extracted or sent inside one. Which tables there are is
the business of store/migrations.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar, cast

from sqlalchemy import text
from sqlmodel import Session

import store.search  # noqa: F401  (new revisions enter the search index)
from store.engines import BUSY_SECONDS, is_sqlite, read_engine, write_engine
from store.errors import StoreError, told_plainly

T = TypeVar("T")

SCRATCH = "sqlite://"
"""The URL of a store that is gone when closed: a file in a folder of its own, so that it behaves as any."""

CHECKPOINT_SECONDS = 1.0


class Store:
    """One database. Reading sees the state at its first query and never waits for the writer."""

    def __init__(self, url: str) -> None:
        self._folder = TemporaryDirectory(prefix="tocsin-") if url == SCRATCH else None
        self.url = f"sqlite:///{Path(self._folder.name) / 'scratch.db'}" if self._folder else url
        with told_plainly(self.url):
            self._writing = write_engine(self.url)
            self._reading = read_engine(self.url)
        self._sqlite = is_sqlite(self.url)
        self._closed = False
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that cannot write; it ends with a rollback."""
        with told_plainly(self.url), Session(self._reading, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self, *keys: str) -> Iterator[Session]:
        """One write transaction: committed at the end, rolled back on an exception.

        The keys name what is decided on ("position:claim:7"). SQLite has one writer at a time anyway;
        PostgreSQL lets two transactions with a key in common pass only one after the other. Called
        outside the writer thread it blocks that thread: the daemon uses `run`.
        """
        with (
            told_plainly(self.url),
            Session(self._writing, expire_on_commit=False) as session,
            session.begin(),
        ):
            self._lock(session, keys)
            yield session

    async def run(self, work: Callable[[Session], T], *keys: str) -> T:
        """Do the work in one write transaction in the writer thread and give what it gives.

        Work once begun is finished, even where the waiting task is cancelled.
        """
        if self._closed:
            raise StoreError("the store is closed; nothing can be written any more")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writer, self._transact, work, keys)

    async def checkpoint(self) -> bool:
        """Move the write-ahead log into the database and cut it; False where a reader was in the way.

        Called every few minutes: long readers keep SQLite's own checkpoints from ever finishing.
        """
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._checkpoint)

    def close(self) -> None:
        """Finish what the writer thread was given, then let go of the database."""
        self._closed = True
        self._writer.shutdown(wait=True)
        self._reading.dispose()
        self._writing.dispose()
        if self._folder is not None:
            self._folder.cleanup()

    def _transact(self, work: Callable[[Session], T], keys: tuple[str, ...]) -> T:
        with self.write(*keys) as session:
            return work(session)

    def _lock(self, session: Session, keys: tuple[str, ...]) -> None:
        if self._sqlite:
            session.connection()  # the write lock is taken now, before the first read decides anything
            return
        for key in sorted(set(keys)):  # in one order everywhere, or two would wait for each other
            session.connection().execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key}
            )

    def _checkpoint(self) -> bool:
        if not self._sqlite:
            return True
        with told_plainly(self.url), self._writing.connect() as pooled:
            # On the driver's own connection: SQLAlchemy would begin a transaction, and inside one there
            # is no checkpoint.
            driver = cast(sqlite3.Connection, pooled.connection.driver_connection)
            driver.execute(f"PRAGMA busy_timeout={int(CHECKPOINT_SECONDS * 1000)}")
            try:
                busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError:
                return False
            finally:
                driver.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")
            return not busy
