"""Marks: what one run leaves for the next, or one process for another. What they mean is their writer's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from store.models import Mark


def mark(session: Session, name: str) -> Mark | None:
    return session.get(Mark, name)


def set_mark(session: Session, name: str, *, at: datetime, data: Mapping[str, Any]) -> None:
    """Leave a mark, in place of one of that name."""
    row = session.get(Mark, name) or Mark(name=name, at=at)
    row.at, row.data = at, dict(data)
    session.add(row)
    session.flush()


def drop_mark(session: Session, name: str) -> None:
    row = session.get(Mark, name)
    if row is not None:
        session.delete(row)
        session.flush()
