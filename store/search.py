"""Full-text search over the articles, across scripts and case endings.

SQLite's own folding leaves Ł and all Cyrillic as they are, so the text is folded here: Łukaszenka, Лукашенко
and lukashenko meet in Latin letters, and a word of a question is taken as the beginning of a word. The
index follows each new Revision inside its write transaction. Ranking is by date, which is the caller's.
"""

import re
import unicodedata
from typing import Any

from anyascii import anyascii
from sqlalchemy import Connection, MetaData, TextClause, bindparam, event, text
from sqlalchemy.sql.expression import TextualSelect
from sqlmodel import SQLModel
from sqlmodel import column as sql_column

from store.models import Article, Revision

TABLE = "article_search"
"""Made by migrations and left out of their comparison: SQLModel knows no virtual tables."""

SQLITE_TABLE = (
    f"CREATE VIRTUAL TABLE {TABLE} USING fts5"
    "(title, text, tokenize='unicode61 remove_diacritics 0', prefix='3 4 5 6')"
)
OTHER_TABLE = f"CREATE TABLE {TABLE} (rowid INTEGER PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL)"
OTHER_INDEX = (
    f"CREATE INDEX ix_{TABLE}_words ON {TABLE} USING gin (to_tsvector('simple', title || ' ' || text))"
)

STEM = 4
"""A word keeps at least so many letters when its ending is cut off."""

_SOFT_SIGNS = str.maketrans("", "", "ьъЬЪ'’ʼ`´\u00ad\u200b\u2060")
_PART = re.compile(r'(?P<out>-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_ENDING = re.compile(rf"(?<=.{{{STEM}}})[aeiouy]+$")


def fold(words: str) -> str:
    """Any script's words in small Latin letters and digits, one space between them."""
    plain = unicodedata.normalize("NFKC", words).translate(_SOFT_SIGNS).casefold()
    spaced = " ".join(plain.split())  # some kinds of white space have no ASCII and would join two words
    return re.sub(r"[^a-z0-9]+", " ", anyascii(spaced).casefold().replace("'", "")).strip()


def beginning(word: str) -> str:
    """A folded word without its last vowels, so that Slavic case endings are met as well."""
    return _ENDING.sub("", word)


def terms(question: str) -> tuple[list[list[str]], list[list[str]]]:
    """The folded words that must and must not occur; each item is a phrase, a list of words in a row.

    `"in quotes"` is a phrase, taken to the letter; `-word` must not occur; anything else is just words.
    """
    wanted: list[list[str]] = []
    unwanted: list[list[str]] = []
    for part in _PART.finditer(question):
        phrase = part["phrase"]
        words = fold(phrase if phrase is not None else part["word"]).split()
        kept = [words] if phrase is not None else [[f"{beginning(word)}*"] for word in words]
        (unwanted if part["out"] else wanted).extend(one for one in kept if one)
    return wanted, unwanted


def matching(question: str, *, dialect: str = "sqlite") -> TextualSelect | None:
    """A select of the ids of articles that match; None where the question has no words to look for."""
    wanted, unwanted = terms(question)
    if not wanted:
        return None
    if dialect == "sqlite":
        query = text(f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH :words")  # noqa: S608
        return _bound(query, _fts5(wanted, unwanted))
    vector = "to_tsvector('simple', title || ' ' || text)"
    query = text(f"SELECT rowid FROM {TABLE} WHERE {vector} @@ to_tsquery('simple', :words)")  # noqa: S608
    return _bound(query, _tsquery(wanted, unwanted))


def _bound(query: TextClause, words: str) -> TextualSelect:
    return query.bindparams(bindparam("words", words)).columns(sql_column("rowid"))


def _fts5(wanted: list[list[str]], unwanted: list[list[str]]) -> str:
    """FTS5's syntax; every word is quoted, so that none of it can be taken for an operator."""

    def phrase(words: list[str]) -> str:
        ending = "*" if words[-1].endswith("*") else ""
        return f'"{" ".join(words).removesuffix("*")}"{ending}'

    query = " AND ".join(phrase(words) for words in wanted)
    return " NOT ".join([f"({query})", *(phrase(words) for words in unwanted)])


def _tsquery(wanted: list[list[str]], unwanted: list[list[str]]) -> str:
    def phrase(words: list[str]) -> str:
        return "(" + " <-> ".join(word.replace("*", ":*") for word in words) + ")"

    return " & ".join([*map(phrase, wanted), *(f"!{phrase(words)}" for words in unwanted)])


@event.listens_for(SQLModel.metadata, "after_create")
def _create(_metadata: MetaData, connection: Connection, **_options: Any) -> None:
    """Tables made without migrations, as tests do, get the index too."""
    if connection.execute(text(_EXISTS[connection.dialect.name]), {"name": TABLE}).first() is None:
        create_table(connection)


_EXISTS = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE name = :name",
    "postgresql": "SELECT 1 FROM pg_catalog.pg_tables WHERE tablename = :name",
}


def create_table(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text(SQLITE_TABLE))
    else:
        connection.execute(text(OTHER_TABLE))
        connection.execute(text(OTHER_INDEX))


@event.listens_for(Revision, "after_insert")
def _index(_mapper: Any, connection: Connection, revision: Revision) -> None:
    """The article is found by the words of its newest revision."""
    _forget(connection, revision.article_id)
    connection.execute(
        text(f"INSERT INTO {TABLE} (rowid, title, text) VALUES (:id, :title, :text)"),  # noqa: S608
        {"id": revision.article_id, "title": fold(revision.title), "text": fold(revision.text)},
    )


@event.listens_for(Article, "before_delete")
def _unindex(_mapper: Any, connection: Connection, article: Article) -> None:
    _forget(connection, article.id)


def _forget(connection: Connection, article_id: int | None) -> None:
    connection.execute(text(f"DELETE FROM {TABLE} WHERE rowid = :id"), {"id": article_id})  # noqa: S608
