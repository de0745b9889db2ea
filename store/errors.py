"""What goes wrong with the store, in one line that names the database and the remedy."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, NoSuchModuleError

from config.errors import TocsinError

REMEDIES = {
    "unable to open": "check that the folder is there and may be written to",
    "readonly": "check the rights on the file and on its folder",
    "is locked": "another process is writing for too long; end it or try again",
    "is full": "free some space on that disk",
    "disk I/O error": "check that disk and the room on it",
    "not a database": "name another file, or restore a backup",
    "malformed": "restore a backup, or try: sqlite3 FILE .recover",
    "no such table": "run: tocsin db upgrade",
    "no such column": "run: tocsin db upgrade",
    "interrupted": "ask for less, with --since or --limit",
}


class StoreError(TocsinError):
    """The database cannot be opened, read or written."""


class SchemaError(StoreError):
    """The database's tables are not those of this version."""


def shown(url: str) -> str:
    """A database URL fit for eyes: without its password, a SQLite file by its path alone."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return "database.url"
    if parsed.get_backend_name() == "sqlite":
        return parsed.database or "in-memory database"
    return parsed.render_as_string(hide_password=True)


@contextmanager
def told_plainly(url: str) -> Iterator[None]:
    """Turn a driver's failure into a StoreError. A broken constraint passes: the caller decides on it."""
    try:
        yield
    except IntegrityError:
        raise
    except DatabaseError as error:
        raise StoreError(_line(url, str(error.orig))) from error
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        remedy = "write it like sqlite:///tocsin.db or postgresql+psycopg://user@host/name"
        raise StoreError(f"database.url: no driver for {shown(url)}; {remedy}") from error


def _line(url: str, problem: str) -> str:
    remedy = next((told for sign, told in REMEDIES.items() if sign in problem), "")
    line = " ".join(problem.split())
    return f"{shown(url)}: {line}; {remedy}" if remedy else f"{shown(url)}: {line}"
