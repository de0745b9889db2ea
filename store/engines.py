"""The two ways into a database: an engine that writes and one that only reads.

SQLite: WAL, so that readers never wait; every write transaction takes the write lock when it begins,
because one that reads first and writes later fails at once with "database is locked", whatever the
timeout. Only the write engine does so: on the read engine a second reader would wait for nothing.
PostgreSQL takes the same statements; there advisory locks do what the one writer does here.
"""

from sqlite3 import Connection as SQLiteConnection

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

BUSY_SECONDS = 30.0
"""How long a write waits for another process's: a daemon beside a command line, never longer work."""

WAL_BYTES = 64_000_000
"""What the log file is cut back to at a checkpoint."""


def is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def write_engine(url: str, *, foreign_keys: bool = True) -> Engine:
    """`foreign_keys=False` is for migrations alone: rebuilding a table would delete what refers to it."""
    if not is_sqlite(url):
        return create_engine(url, pool_pre_ping=True)
    pragmas = {**_pragmas(), "foreign_keys": "ON" if foreign_keys else "OFF"}
    return _sqlite_engine(url, pragmas, begin="BEGIN IMMEDIATE")


def read_engine(url: str) -> Engine:
    if not is_sqlite(url):
        engine = create_engine(url, pool_pre_ping=True)
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return _sqlite_engine(url, {**_pragmas(), "query_only": "ON"}, begin="BEGIN")


def _pragmas() -> dict[str, str]:
    return {
        "journal_mode": "WAL",
        "synchronous": "NORMAL",
        "journal_size_limit": str(WAL_BYTES),
        "cache_size": "-20000",
        "temp_store": "MEMORY",
    }


def _sqlite_engine(url: str, pragmas: dict[str, str], *, begin: str) -> Engine:
    # isolation_level=None: the driver's own transactions begin too late and not at all before a SELECT.
    options = {"isolation_level": None, "timeout": BUSY_SECONDS, "check_same_thread": False}
    engine = create_engine(url, connect_args=options)

    @event.listens_for(engine, "connect")
    def _prepare(connection: SQLiteConnection, _record: object) -> None:
        for name, value in pragmas.items():
            connection.execute(f"PRAGMA {name}={value}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
