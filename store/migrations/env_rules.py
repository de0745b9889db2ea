"""What Alembic compares and how it writes a type down: for the environment, the draft and the tests."""

from typing import Any, Literal

from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import String, TypeDecorator
from sqlmodel.sql.sqltypes import UTCDateTime

from store.search import TABLE as SEARCH_TABLE


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """The search index and the tables that SQLite keeps for it are no part of the models."""
    return kind != "table" or not (name or "").startswith(SEARCH_TABLE)


def plain_type(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """A migration outlives the code: it names SQLAlchemy's own types alone."""
    if kind != "type" or not isinstance(item, TypeDecorator):
        return False
    if isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    length = item.impl_instance.length if isinstance(item.impl_instance, String) else None
    return f"sa.String(length={length})" if length else "sa.String()"
