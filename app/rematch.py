"""Reads again what was read before: a new or changed claim over kept articles and the spool. Nothing rings.

    kept articles, then spooled pages ─► gate ─► match ─► transaction: statements, positions, how far it got

A kill loses at most one batch, and the next run of the same claims goes on there. What was said before the
claim was watched is background: it counts in the ledger, so that nobody rings by repeating it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from itertools import islice
from typing import Any, Protocol

from sqlalchemy import func
from sqlmodel import Session, col, select

from alerts import ledger
from alerts.novelty import Rules
from app.clock import Now
from app.reading import Outcome, Reading
from app.recording import record, state
from app.vocabulary import Known, Watched, sync_claims, sync_speakers
from extractors.prose import prose
from store.fingerprint import signature
from store.models import Article, Link, Publisher, Revision
from store.queries import marks
from store.queries.ledger import ident
from store.queries.publishers import publisher_of
from store.session import Store
from store.spool import Spool, SpooledPage
from store.urls import host_of
from store.values import Document, Extracted, FetchedPage, MatchResult

BATCH = 50
"""Texts that are read between two transactions."""


class Matching(Protocol):
    """The part of matchers.engine.Engine that a rematch needs."""

    version: str

    @property
    def claims(self) -> tuple[Watched, ...]: ...

    def gate(self, text: str) -> bool: ...

    def match(self, document: Document) -> MatchResult: ...


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rematch is: the last article and page that it is through with, and how many it has read."""

    began: datetime
    article: int = 0
    page: int = 0
    articles: int = 0
    pages: int = 0

    @property
    def read(self) -> int:
        return self.articles + self.pages


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept article as it last read."""

    article: int
    revision: int
    document: Document


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page of the spool that the store holds no article of, as far as it can be told without its bytes."""

    page: FetchedPage
    article: Extracted
    document: Document


@dataclass(frozen=True, slots=True)
class Rematch:
    """One claim, or several, over all that is kept `since` a time. Without a spool it is None."""

    store: Store
    spool: Spool | None
    engine: Matching
    rules: Rules
    now: Now
    since: datetime | None = None

    def run(self, told: Callable[[Progress], None] = lambda _: None) -> Progress:
        """Read everything, from where an earlier run was cut short; `told` hears after each batch."""
        progress = self.resumed()
        while not progress.page and (batch := self._kept(after=progress.article)):
            done = replace(progress, article=batch[-1].article, articles=progress.articles + len(batch))
            self._write_kept(batch, done)
            told(progress := done)
        for pages in self._spooled(after=progress.page):
            done = replace(progress, page=pages[-1].id, pages=progress.pages + len(pages))
            self._write_pages(pages, done)
            told(progress := done)
        with self.store.write() as session:
            marks.drop_mark(session, self._name)
        return progress

    def resumed(self) -> Progress:
        """Where an earlier run of the same claims over the same time was cut short, or the beginning."""
        with self.store.read() as session:
            mark = marks.mark(session, self._name)
        if mark is None:
            return Progress(self.now())
        return Progress(**{**mark.data, "began": datetime.fromisoformat(mark.data["began"])})

    def left(self, progress: Progress) -> int:
        """How many texts there are still to read."""
        pages = self.spool.extent(since=self.since, after=progress.page).pages if self.spool else 0
        if progress.page:  # the articles are done with; those that came since came out of pages
            return pages
        with self.store.read() as session:
            kept = select(func.count()).select_from(Article).where(*self._which(progress.article))
            return session.exec(kept).one() + pages

    def sync(self, claims: Sequence[Watched], known: Sequence[Known]) -> None:
        """Make the store know the claims, as the watch does when it begins."""
        with self.store.write() as session:
            sync_claims(session, claims)
            sync_speakers(session, known)

    @property
    def _name(self) -> str:
        claims = sorted((claim.id, claim.digest) for claim in self.engine.claims)
        told = repr((claims, self.engine.version, self.since.date() if self.since else None))
        return f"rematch/{sha256(told.encode()).hexdigest()[:16]}"

    def _which(self, after: int) -> list[Any]:
        when = func.coalesce(col(Article.published), col(Article.first_fetched))
        return [col(Article.id) > after, *([when >= self.since] if self.since else [])]

    def _kept(self, *, after: int = 0, only: Sequence[int] | None = None) -> list[Kept]:
        """The next articles, each with its newest text; or those named."""
        newest = select(func.max(Revision.number)).where(col(Revision.article_id) == Article.id)
        query = (
            select(Article, Revision, Publisher.name)
            .join(Revision, col(Revision.article_id) == Article.id)
            .join(Publisher, col(Publisher.id) == Article.publisher_id)
            .where(col(Revision.number) == newest.correlate(Article).scalar_subquery())
            .where(*(self._which(after) if only is None else [col(Article.id).in_(only)]))
            .order_by(col(Article.id))
            .limit(BATCH)
        )
        with self.store.read() as session:
            return [_kept(*row) for row in session.exec(query)]

    def _write_kept(self, batch: Sequence[Kept], done: Progress) -> None:
        """Read a batch and write it; what was edited meanwhile is read anew."""
        while batch:
            read = [(one, result) for one in batch if (result := self._match(one.document)).matches]
            with self.store.write(*_keys([result for _, result in read])) as session:
                edited = [
                    one.article for one, result in read if not self._restate(session, one, result, done)
                ]
                self._mark(session, done)
            batch = self._kept(only=edited) if edited else []

    def _restate(self, session: Session, one: Kept, result: MatchResult, done: Progress) -> bool:
        """Write what an article says; False where it has another revision by now."""
        newest = func.max(Revision.id)
        if session.exec(select(newest).where(Revision.article_id == one.article)).one() != one.revision:
            return False
        revision = session.get_one(Revision, one.revision)
        added = state(session, revision, result.matches, matcher=self.engine.version, now=done.began)
        ledger.remember(session, added, now=done.began, rules=self.rules)
        return True

    def _spooled(self, *, after: int) -> Iterator[list[SpooledPage]]:
        pages = self.spool.pages(since=self.since, after=after) if self.spool else iter(())
        while batch := list(islice(pages, BATCH)):
            yield batch

    def _write_pages(self, pages: Sequence[SpooledPage], done: Progress) -> None:
        named = [page for page in pages if self.engine.gate(f"{page.verdict.title}\n{page.text}")]
        read = [
            (one, result) for one in self._fetched(named) if (result := self._match(one.document)).matches
        ]
        with self.store.write(*_keys([result for _, result in read])) as session:
            for one, result in read:
                if not _is_kept(session, one.page):
                    reading = Reading(Outcome.MATCHED, "", one.article, result, self.engine.version)
                    saved = record(session, _own(session, one.page), reading, now=done.began)
                    ledger.remember(session, saved.statements, now=done.began, rules=self.rules)
            self._mark(session, done)

    def _fetched(self, pages: Sequence[SpooledPage]) -> list[Fetched]:
        """Of each page its last state, where no article is kept of it."""
        with self.store.read() as session:
            latest = [page for page in pages if self.spool and self.spool.find(page.url)[-1].id == page.id]
            return [one for page in latest if not _is_kept(session, (one := _fetched(session, page)).page)]

    def _match(self, document: Document) -> MatchResult:
        if not self.engine.gate(f"{document.title}\n{document.text}"):
            return MatchResult(document.lang)
        return self.engine.match(document)

    def _mark(self, session: Session, done: Progress) -> None:
        data = {**asdict(done), "began": done.began.isoformat()}
        marks.set_mark(session, self._name, at=self.now(), data=data)


def _keys(results: Sequence[MatchResult]) -> list[str]:
    return sorted({f"claim:{match.claim}" for result in results for match in result.matches})


def _kept(article: Article, revision: Revision, outlet: str) -> Kept:
    day = article.published_on or (article.published or article.first_fetched).date()
    lang = article.language or None
    document = Document(revision.title, revision.text, lang, day, outlet, article.url)
    return Kept(ident(article), ident(revision), document)


def _fetched(session: Session, spooled: SpooledPage) -> Fetched:
    """What the spool and the link know of a page; of one never extracted the sentences are the text."""
    verdict, link = spooled.verdict, _link_of(session, spooled)
    published, day = _when(verdict.published)
    if published is None and day is None and link is not None:
        published = link.published_hint
    article = Extracted(
        url=spooled.final_url,
        title=verdict.title or (link.title_hint if link else ""),
        text=spooled.text if verdict.extracted else prose(spooled.text),
        lang=verdict.lang or None,
        published=published,
        published_on=day,
        fingerprint=signature(spooled.text),
    )
    outlet = session.get(Publisher, link.publisher_id) if link else None
    found_on = (link.first_seen if link else spooled.fetched_at).date()
    document = Document(
        title=article.title,
        text=article.text,
        lang=article.lang,
        published=day or (published.date() if published else found_on),
        outlet=outlet.name if outlet else host_of(spooled.url),
        url=spooled.final_url,
    )
    page = FetchedPage(
        link_id=ident(link) if link else 0,
        publisher_id=link.publisher_id if link else 0,
        url=spooled.url,
        final_url=spooled.final_url,
        status=200,
        content_type="",
        headers=(),
        body=b"",
        fetched_at=spooled.fetched_at,
    )
    return Fetched(page, article, document)


def _link_of(session: Session, spooled: SpooledPage) -> Link | None:
    """The page's link; a spool that outlived its database may name another one by that number."""
    link = session.get(Link, spooled.link_id)
    return link if link is not None and link.url == spooled.url else None


def _own(session: Session, page: FetchedPage) -> FetchedPage:
    return page if page.publisher_id else replace(page, publisher_id=publisher_of(session, host_of(page.url)))


def _is_kept(session: Session, page: FetchedPage) -> bool:
    by_url = col(Article.url).in_((page.url, page.final_url))
    mine = by_url | (col(Article.link_id) == page.link_id) if page.link_id else by_url
    return session.exec(select(Article.id).where(mine)).first() is not None


def _when(written: str) -> tuple[datetime | None, date | None]:
    """A time with its zone, or a day alone, as the spool keeps it."""
    if len(written) > len("2022-02-24"):
        moment = datetime.fromisoformat(written)
        return moment, moment.date()
    return None, date.fromisoformat(written) if written else None
