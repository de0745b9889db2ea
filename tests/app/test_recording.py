"""What a page says is written down once: edits add, unchanged pages do not, copies are not mixed up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlmodel import Session, col, select

from app.reading import Outcome, Reading
from app.recording import Saved, record
from app.vocabulary import sync_claims
from matchers.engine import ClaimInfo
from store.fingerprint import signature
from store.migrations import prepare
from store.models import Alias, Article, Publisher, Revision, Speaker, Statement
from store.queries.ledger import ident
from store.session import SCRATCH, Store
from store.values import (
    OUTLET,
    PRESS,
    Document,
    Extracted,
    FetchedPage,
    SpeakerKind,
    Status,
)
from tests.app.standin import CLAIM, StandIn

NOW = datetime(2022, 2, 25, 12, tzinfo=UTC)
FILLER = " ".join(f"word{number}" for number in range(60))


@pytest.fixture
def session() -> Iterator[Session]:
    store = Store(SCRATCH)
    prepare(store.url)
    with store.write() as session:
        sync_claims(session, [ClaimInfo(CLAIM, "Troops are in", recurring=False, digest="")])
        session.add(Publisher(domain="news.example", name="News"))
        session.flush()
        yield session
    store.close()


def page(session: Session, url: str = "https://news.example/1", link: int = 0) -> FetchedPage:
    publisher = session.exec(select(Publisher)).one()
    return FetchedPage(
        link_id=link,
        publisher_id=ident(publisher),
        url=url,
        final_url=url,
        status=200,
        content_type="text/html",
        headers=(("etag", '"1"'),),
        body=b"<p>",
        fetched_at=NOW,
    )


def reading(text: str, *, title: str = "A report", url: str = "https://news.example/1") -> Reading:
    article = Extracted(
        url=url,
        title=title,
        text=text,
        authors=("A. Writer",),
        published=datetime(2022, 2, 25, 9, tzinfo=timezone(timedelta(hours=2))),
        lang="en",
        fingerprint=signature(text),
    )
    result = StandIn().match(Document(title, text, published=date(2022, 2, 25)))
    outcome = Outcome.MATCHED if result.matches else Outcome.NOTHING_SAID
    return Reading(outcome, text, article, result, "standin", page=b"zipped", page_sha256="hash")


def write(session: Session, text: str, **changes: str) -> Saved:
    url = changes.get("url", "https://news.example/1")
    return record(session, page(session, url), reading(text, **changes), now=NOW)


def said(session: Session) -> list[tuple[str, str, int]]:
    """Speaker, stance and the number of the revision that each statement was found in."""
    rows = session.exec(
        select(Alias.name, Statement.stance, Revision.number)
        .join(Alias, col(Statement.alias_id) == Alias.id)
        .join(Revision, col(Statement.revision_id) == Revision.id)
        .order_by(col(Statement.id))
    ).all()
    return [(name, str(stance), number) for name, stance, number in rows]


def test_an_article_in_which_nobody_takes_a_side_is_not_kept(session: Session) -> None:
    assert write(session, "The weather is fine.") == Saved(Outcome.NOTHING_SAID)
    assert session.exec(select(Article)).all() == []


def test_an_article_is_kept_with_its_text_its_page_and_its_time(session: Session) -> None:
    saved = write(session, "Olena confirms it.")
    article = session.exec(select(Article)).one()
    revision = session.exec(select(Revision)).one()
    assert (article.id, article.byline, article.language) == (saved.article_id, "A. Writer", "en")
    assert (article.published, article.published_offset) == (datetime(2022, 2, 25, 7, tzinfo=UTC), 120)
    assert (revision.text, revision.page, revision.page_sha256) == ("Olena confirms it.", b"zipped", "hash")
    assert said(session) == [("Olena", "confirm", 1)]
    assert saved.edit is None


def test_an_unchanged_page_adds_nothing(session: Session) -> None:
    write(session, "Olena confirms it.")
    again = write(session, "Olena confirms it.")
    assert (again.outcome, again.statements) == (Outcome.UNCHANGED, ())
    assert len(said(session)) == 1


def test_a_denial_that_an_edit_adds_is_new_and_what_stands_is_not_told_again(session: Session) -> None:
    write(session, "Olena confirms it.")
    edited = write(session, "Olena confirms it.\nBorys denies it.")
    assert said(session) == [("Olena", "confirm", 1), ("Borys", "deny", 2)]
    assert edited.edit is not None
    assert len(edited.statements) == 1


def test_an_edit_that_takes_everything_away_is_a_revision_too(session: Session) -> None:
    write(session, "Olena confirms it.")
    edited = write(session, "Nobody says anything.")
    assert (edited.outcome, edited.statements) == (Outcome.NOTHING_SAID, ())
    assert edited.edit is not None


def test_a_sentence_written_anew_belongs_to_the_new_revision(session: Session) -> None:
    write(session, "Olena confirms it.")
    session.exec(select(Statement)).one().evidence = "Olena confirmed all of it."
    write(session, "Olena confirms it.\nMore.")
    assert said(session) == [("Olena", "confirm", 1), ("Olena", "confirm", 2)]


def test_two_links_to_one_canonical_address_are_one_article(session: Session) -> None:
    write(session, f"Olena confirms it. {FILLER}")
    record(
        session, page(session, "https://news.example/amp/1"), reading(f"Olena confirms it. {FILLER}"), now=NOW
    )
    assert len(session.exec(select(Article)).all()) == 1


def test_a_site_that_calls_one_address_canonical_for_all_keeps_its_articles_apart(session: Session) -> None:
    home = "https://news.example/"
    for number, text in enumerate((f"Olena confirms it. {FILLER}", "Borys denies it. And nothing else.")):
        told = reading(text, title=f"Report {number}", url=home)
        record(session, page(session, f"https://news.example/{number}"), told, now=NOW)
    urls = session.exec(select(Article.url).order_by(col(Article.id))).all()
    assert urls == [home, "https://news.example/1"]


def test_of_two_sentences_of_one_voice_the_one_that_says_most_is_kept(session: Session) -> None:
    told = reading("Olena confirms it.")
    assert told.result is not None
    firm = told.result.matches[0]
    unsure = replace(firm, status=Status.REVIEW, said_on=date(2022, 3, 1), certainty=0.3)
    record(
        session, page(session), replace(told, result=replace(told.result, matches=(firm, unsure))), now=NOW
    )
    assert session.exec(select(Statement.status)).all() == [Status.FIRM]


def test_all_outlets_that_speak_for_themselves_are_one_voice(session: Session) -> None:
    told = reading("Olena confirms it.")
    assert told.result is not None
    own = replace(told.result.matches[0], speaker=OUTLET, speaker_kind=SpeakerKind.PRESS)
    record(session, page(session), replace(told, result=replace(told.result, matches=(own,))), now=NOW)
    assert session.exec(select(Speaker.name, Speaker.kind)).all() == [(PRESS, SpeakerKind.PRESS)]
