"""The full-text index over folded articles."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE article_search USING fts5"
            "(title, text, tokenize='unicode61 remove_diacritics 0', prefix='3 4 5 6')"
        )
        return
    op.execute(
        "CREATE TABLE article_search (rowid INTEGER PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL)"
    )
    op.execute(
        "CREATE INDEX ix_article_search_words ON article_search"
        " USING gin (to_tsvector('simple', title || ' ' || text))"
    )
