"""Which tables there are: brought from nothing or from an older version by the revisions in versions/.

A revision is applied whole or not at all, and there is no way back but a backup. Nothing is migrated
behind an operator's back: a fresh database is made, an older one is refused with the command to run.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url

from store.engines import is_sqlite, write_engine
from store.errors import SchemaError, StoreError, shown, told_plainly
from store.session import Store

if TYPE_CHECKING:  # Alembic takes a third of a second to load, which commands that only ask do not need
    from alembic.config import Config
    from alembic.script import ScriptDirectory

VERSIONS = Path(__file__).with_name("versions")
VERSION_TABLE = "alembic_version"
COMMAND = "tocsin db upgrade"


@dataclass(frozen=True, slots=True)
class Upgraded:
    """From which revision to which; `before` is empty for a fresh database."""

    before: str
    after: str


def upgrade(url: str) -> Upgraded:
    """Bring a database to this version's tables; nothing happens where it has them already."""
    from alembic import command

    with _migrating(url) as connection:
        before = _revision(connection)
        _refuse_foreign(connection, url, before)
        command.upgrade(_config(connection), "head")
        _refuse_dangling(connection, url)
        return Upgraded(before, _revision(connection))


def prepare(url: str) -> None:
    """Make a fresh database ready; refuse an older or a newer one. The daemon begins with this."""
    with _migrating(url) as connection:
        if inspect(connection).get_table_names():
            _require_head(connection, url)
        else:
            from alembic import command

            command.upgrade(_config(connection), "head")


def require_current(store: Store) -> None:
    """Refuse a database that is not there, or not of this version. Commands that ask begin with this."""
    file = make_url(store.url).database
    if is_sqlite(store.url) and file and not Path(file).exists():
        raise SchemaError(f"{file}: there is no database yet; run: tocsin run")
    with store.read() as session:
        _require_head(session.connection(), store.url)


def head() -> str:
    """The revision of this version."""
    return _known()[-1]


@contextmanager
def _migrating(url: str) -> Iterator[Connection]:
    """A connection in one write transaction, so that two who upgrade at once do it one after the other."""
    with told_plainly(url):
        engine = write_engine(url, foreign_keys=False)
        try:
            with engine.begin() as connection:
                if not is_sqlite(url):
                    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('schema', 0))"))
                yield connection
        finally:
            engine.dispose()


def _config(connection: Connection | None = None) -> "Config":
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "store:migrations")
    config.set_main_option("path_separator", "os")
    return config


def _scripts() -> "ScriptDirectory":
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


@cache
def _known() -> tuple[str, ...]:
    """The revisions of this version, the first one first, by the names of their files."""
    return tuple(sorted(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py")))


def _revision(connection: Connection) -> str:
    """The revision that a database has; empty for one without tables of ours."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return ""
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar() or ""  # noqa: S608


def _require_head(connection: Connection, url: str) -> None:
    revision = _revision(connection)
    _refuse_foreign(connection, url, revision)
    if revision != head():
        told = f"was made by an older version (revision {revision})" if revision else "has no tables yet"
        raise SchemaError(f"{shown(url)}: {told}; run: {COMMAND}")


def _refuse_foreign(connection: Connection, url: str, revision: str) -> None:
    if revision and revision not in _known():
        remedy = "install that version, or restore a backup made before it"
        raise SchemaError(f"{shown(url)}: was made by a newer version (revision {revision}); {remedy}")
    if not revision and inspect(connection).get_table_names():
        raise SchemaError(f"{shown(url)}: holds other tables and is no Tocsin database; name another file")


def _refuse_dangling(connection: Connection, url: str) -> None:
    """Rebuilding a table goes on without foreign keys; what dangles afterwards must not be committed."""
    if not is_sqlite(url):
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise StoreError(f"{shown(url)}: rows of {broken[0][0]} refer to nothing; restore a backup")
