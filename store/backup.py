"""A copy of the database while the daemon goes on writing: `tocsin db backup FILE`.

For SQLite; PostgreSQL has pg_dump. A copy is whole or not there: it is written beside and then renamed.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from store.engines import is_sqlite
from store.errors import StoreError, shown


def backup(url: str, target: Path) -> int:
    """Copy a SQLite database to a file that is not there yet; gives its bytes."""
    if not is_sqlite(url):
        raise StoreError(f"{shown(url)}: is no SQLite database; use pg_dump")
    origin = Path(make_url(url).database or "")
    if not origin.is_file():
        raise StoreError(f"{origin}: there is no database yet; run: tocsin run")
    if target.exists():
        raise StoreError(f"{target}: is there already; name another file")
    partial = target.with_name(f"{target.name}.part")
    try:
        _copy(origin, partial)
        partial.rename(target)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{target}: cannot be written: {error}; check the folder and its space") from error
    finally:
        partial.unlink(missing_ok=True)
    return target.stat().st_size


def _copy(origin: Path, target: Path) -> None:
    with closing(sqlite3.connect(origin)) as reading, closing(sqlite3.connect(target)) as writing:
        # in one go: a reader hinders no writer, but a copy in turns begins anew after each write
        reading.backup(writing)
        # a copy travels as one file, without a log beside it
        writing.execute("PRAGMA journal_mode=DELETE").close()
