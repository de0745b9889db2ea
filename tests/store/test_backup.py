"""Copies are whole, and a killed writer leaves the database whole."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from store import migrations
from store.backup import backup
from store.errors import StoreError
from store.models import Publisher
from store.session import Store


def domains(store: Store) -> list[str]:
    with store.read() as session:
        assert session.connection().execute(text("PRAGMA integrity_check")).scalar() == "ok"
        return list(session.exec(select(Publisher.domain).order_by(Publisher.domain)).all())


def test_a_copy_has_what_was_committed_and_opens_as_any(store: Store, tmp_path: Path) -> None:
    with store.write() as session:
        session.add(Publisher(domain="kept.org", name="x"))
    with store.write() as session:
        session.add(Publisher(domain="later.org", name="x"))
        session.flush()
        assert backup(store.url, tmp_path / "copy.db") > 0
    copy = Store(f"sqlite:///{tmp_path / 'copy.db'}")
    migrations.require_current(copy)
    assert domains(copy) == ["kept.org"]
    copy.close()
    assert not list(tmp_path.glob("*.part"))


def test_a_copy_is_never_written_over_another(store: Store, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("precious")
    with pytest.raises(StoreError, match="is there already"):
        backup(store.url, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "precious"


@pytest.mark.parametrize(
    ("url", "target", "told"),
    [
        ("sqlite:///none.db", "copy.db", "there is no database yet"),
        ("postgresql+psycopg://u@h/db", "copy.db", "use pg_dump"),
    ],
)
def test_what_cannot_be_copied_is_one_line(url: str, target: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=told):
        backup(url, tmp_path / target)


def test_a_folder_that_is_not_there_is_one_line(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        backup(store.url, tmp_path / "none" / "copy.db")


WRITER = """
import sys
from store.models import Publisher
from store.session import Store
store = Store(sys.argv[1])
with store.write() as session:
    session.add(Publisher(domain="done.org", name="x"))
with store.write() as session:
    session.add(Publisher(domain="half.org", name="x"))
    session.flush()
    print("half-way", flush=True)
    sys.stdin.read()
"""


def test_a_writer_killed_half_way_leaves_what_was_committed(store: Store) -> None:
    command = [sys.executable, "-c", WRITER, store.url]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"half-way\n"
        writer.send_signal(signal.SIGKILL)
        writer.wait(10)
    assert domains(store) == ["done.org"]
    with store.write() as session:
        session.add(Publisher(domain="after.org", name="x"))
    assert domains(store) == ["after.org", "done.org"]
