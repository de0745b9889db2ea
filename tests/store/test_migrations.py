"""From nothing to the models, and what is told of databases that are not ours to use."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import SQLModel

from store import migrations
from store.errors import SchemaError, StoreError
from store.migrations.env_rules import is_ours
from store.models import Publisher
from store.session import SCRATCH, Store


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'tocsin.db'}"


@pytest.fixture
def fresh(url: str) -> Iterator[Store]:
    store = Store(url)
    yield store
    store.close()


def execute(store: Store, *statements: str) -> None:
    with store.write() as session:
        for statement in statements:
            session.connection().execute(text(statement))


def tables(store: Store) -> dict[str, str]:
    query = "SELECT name, sql FROM sqlite_master WHERE name LIKE 'article_search%'"
    with store.read() as session:
        return {row.name: row.sql for row in session.connection().execute(text(query))}


def test_the_migrations_lead_to_the_models(store: Store) -> None:
    with store.read() as session:
        options = {"include_name": is_ours, "compare_type": True}
        context = MigrationContext.configure(session.connection(), opts=options)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_search_index_is_the_same_with_and_without_migrations(store: Store) -> None:
    other = Store(SCRATCH)
    with other.write() as session:
        SQLModel.metadata.create_all(session.connection())
    assert tables(store) == tables(other)
    other.close()


def test_a_fresh_database_is_made_and_then_left_alone(fresh: Store) -> None:
    migrations.prepare(fresh.url)
    made = tables(fresh)
    migrations.prepare(fresh.url)
    migrations.require_current(fresh)
    assert tables(fresh) == made


def test_an_upgrade_tells_from_where_to_where(url: str) -> None:
    assert migrations.upgrade(url) == migrations.Upgraded("", migrations.head())
    assert migrations.upgrade(url) == migrations.Upgraded(migrations.head(), migrations.head())


def test_two_that_begin_at_once_make_one_database(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrations.prepare, [url] * 4))
    store = Store(url)
    migrations.require_current(store)
    with store.read() as session:
        versions = session.connection().exec_driver_sql("SELECT version_num FROM alembic_version").all()
    store.close()
    assert [tuple(row) for row in versions] == [(migrations.head(),)]


def test_an_older_database_names_the_command(store: Store) -> None:
    execute(store, "UPDATE alembic_version SET version_num = '0001'")
    told = r"older version \(revision 0001\); run: tocsin db upgrade"
    with pytest.raises(SchemaError, match=told):
        migrations.require_current(store)
    with pytest.raises(SchemaError, match=told):
        migrations.prepare(store.url)


def test_a_newer_database_is_told_apart(store: Store) -> None:
    execute(store, "UPDATE alembic_version SET version_num = '9999'")
    told = r"newer version \(revision 9999\); install that version"
    with pytest.raises(SchemaError, match=told):
        migrations.require_current(store)
    with pytest.raises(SchemaError, match=told):
        migrations.prepare(store.url)
    with pytest.raises(SchemaError, match=told):
        migrations.upgrade(store.url)


def test_somebody_elses_database_is_left_alone(fresh: Store) -> None:
    execute(fresh, "CREATE TABLE orders (id INTEGER)")
    for refusing in (migrations.prepare, migrations.upgrade):
        with pytest.raises(SchemaError, match="is no Tocsin database; name another file"):
            refusing(fresh.url)


def test_a_database_that_is_not_there_is_not_made_by_asking(fresh: Store, tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"there is no database yet; run: tocsin run"):
        migrations.require_current(fresh)
    assert not (tmp_path / "tocsin.db").exists()


def test_an_upgrade_is_done_whole_or_not_at_all(fresh: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StoreError("the last check failed")

    monkeypatch.setattr(migrations, "_refuse_dangling", fail)
    with pytest.raises(StoreError, match="the last check failed"):
        migrations.upgrade(fresh.url)
    with fresh.read() as session:
        assert session.connection().execute(text("SELECT count(*) FROM sqlite_master")).scalar() == 0


def test_an_upgrade_does_not_commit_rows_that_dangle(store: Store) -> None:
    execute(store, "UPDATE alembic_version SET version_num = version_num")
    with store.write() as session:
        session.add(Publisher(domain="example.org", name="x"))
    other = Store(store.url)
    with other._writing.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("INSERT INTO alias (name, speaker_id) VALUES ('x', 99)")
    other.close()
    with pytest.raises(StoreError, match="rows of alias refer to nothing"):
        migrations.upgrade(store.url)


def test_the_files_names_tell_the_revisions_as_alembic_knows_them() -> None:
    """Commands that only ask read the names: loading Alembic takes longer than their answer."""
    scripts = list(migrations._scripts().walk_revisions())
    assert migrations._known() == tuple(script.revision for script in reversed(scripts))
    assert migrations.head() == migrations._scripts().get_current_head()


def test_asking_loads_no_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tocsin.db'}"
    migrations.prepare(url)
    script = (
        "import sys\nfrom store.migrations import require_current\nfrom store.session import Store\n"
        f"store = Store({url!r})\nrequire_current(store)\nstore.close()\n"
        "print([name for name in sys.modules if name.partition('.')[0] in ('alembic', 'mako')])"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"
