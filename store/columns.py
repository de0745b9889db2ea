"""How the words of an enum lie in columns: as their values, in plain VARCHAR.

SQLModel alone keeps member names, in a native type on PostgreSQL that every new word would have to alter.
The choice is made when a column joins a table, so that models keep plain annotations. (Moments need none:
SQLModel itself keeps aware ones in UTC and refuses others.)
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Dialect, Enum, MetaData, String, Table, event
from sqlalchemy.types import TypeDecorator


class Word(TypeDecorator[StrEnum]):
    """A member of an enum, kept as its value: what `sqlite3` shows is what the documents call it."""

    impl = String(32)
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.words(value)


def keep_words_as_values(metadata: MetaData) -> None:
    """From now on, enum columns that join a table of this metadata are kept as Word."""

    @event.listens_for(Column, "before_parent_attach")
    def _choose(column: Column[Any], table: Any) -> None:
        if not isinstance(table, Table) or table.metadata is not metadata:
            return
        words = column.type.enum_class if isinstance(column.type, Enum) else None
        if words is not None and issubclass(words, StrEnum):
            column.type = Word(words)
