"""A claim that is watched from now on finds what was said before, and rings for none of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from alerts.novelty import Rules
from app.reading import Outcome, Reading
from app.recording import record
from app.rematch import BATCH, Progress, Rematch
from app.vocabulary import sync_claims
from matchers.engine import ClaimInfo
from store.fingerprint import signature
from store.migrations import prepare
from store.models import Alert, Article, Link, Mark, Position, Publisher, Revision, Statement
from store.queries.ledger import ident
from store.session import SCRATCH, Store
from store.spool import Spool, Verdict
from store.values import Document, Extracted, FetchedPage, MatchResult, Novelty, Stance, Status
from tests.app.bureau import MISSILES, TROOPS, Bureau, Said
from tests.app.standin import CLAIM, StandIn

pytestmark = pytest.mark.anyio

NOW = datetime(2022, 2, 25, 12, tzinfo=UTC)
GATED = Verdict(outcome="gated")
MENU = "Home\nWorld\nBorys denies it\n"
FILLER = "The price of bread went on rising in every part of the country."


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Deaf(StandIn):
    """Knows another claim, and hears nothing of the one that the texts are about."""

    def match(self, document: Document) -> MatchResult:
        return MatchResult("en")


@dataclass
class Hearing(StandIn):
    """The same reader with the claim; counts what it reads."""

    digest: str = "1"
    read: list[str] = field(default_factory=list)

    @property
    def claims(self) -> tuple[ClaimInfo, ...]:
        return (ClaimInfo(CLAIM, "Troops are in", recurring=False, digest=self.digest),)

    def match(self, document: Document) -> MatchResult:
        self.read.append(document.text)
        return super().match(document)


@dataclass
class Desk:
    """A store and a spool as a watch leaves them, and the rematch over them."""

    store: Store
    spool: Spool
    engine: Hearing = field(default_factory=Hearing)

    def rematch(self, since: datetime | None = None) -> Rematch:
        work = Rematch(self.store, self.spool, self.engine, Rules(), lambda: NOW + timedelta(hours=1), since)
        work.sync(self.engine.claims, [])
        return work

    def keep(self, number: int, text: str) -> None:
        """An article that was kept for another claim: its row and its text, with no statement."""
        with self.store.write() as session:
            article = Article(
                publisher_id=1,
                url=f"https://news.example/{number}",
                title="A report",
                language="en",
                published=NOW,
                published_on=NOW.date(),
                first_fetched=NOW,
                fingerprint=signature(text),
            )
            session.add(article)
            session.flush()
            row = Revision(article_id=ident(article), number=1, fetched_at=NOW, title="A report", text=text)
            session.add(row)

    async def see(self, number: int, text: str, verdict: Verdict = GATED, *, at: datetime = NOW) -> None:
        """A page that was fetched and dropped: its link and its words in the spool."""
        url = f"https://news.example/{number}"
        with self.store.write() as session:
            if session.get(Link, number) is None:
                link = Link(
                    id=number,
                    key=url,
                    url=url,
                    host="news.example",
                    publisher_id=1,
                    first_seen=at,
                    next_try=at,
                )
                link.title_hint = "As the feed has it"
                session.add(link)
        page = FetchedPage(number, 1, url, url, 200, "text/html", (), b"", at)
        await self.spool.put(page, text, verdict)

    def said(self) -> list[tuple[str, Stance, Novelty | None]]:
        with self.store.read() as session:
            rows = session.exec(select(Statement).order_by(col(Statement.id)))
            return [(one.speaker_as_written, one.stance, one.novelty) for one in rows]

    def stands(self) -> dict[str, date]:
        query = select(Statement, Position).join(Position, col(Position.statement_id) == Statement.id)
        with self.store.read() as session:
            return {said.speaker_as_written: stood.last_said for said, stood in session.exec(query)}

    def count(self, table: type[Alert | Mark | Article]) -> int:
        with self.store.read() as session:
            return len(session.exec(select(table)).all())


@pytest.fixture
def desk() -> Iterator[Desk]:
    store, spool = Store(SCRATCH), Spool(None)
    prepare(store.url)
    with store.write() as session:
        session.add(Publisher(id=1, domain="news.example", name="News"))
    yield Desk(store, spool)
    spool.close()
    store.close()


def test_what_kept_articles_say_counts_and_rings_nothing(desk: Desk) -> None:
    desk.keep(1, "Olena confirms it.")
    desk.keep(2, "Bread costs more.")
    done = desk.rematch().run()
    assert (done.articles, done.pages) == (2, 0)
    assert desk.said() == [("Olena", Stance.CONFIRM, Novelty.OLD)]
    assert desk.stands() == {"Olena": NOW.date()}
    assert desk.count(Alert) == 0


async def test_a_page_that_was_dropped_becomes_an_article_of_its_sentences(desk: Desk) -> None:
    await desk.see(1, f"{MENU}Olena Example of the general staff confirms it.\n{FILLER}")
    await desk.see(2, FILLER)
    assert desk.rematch().run().pages == 2
    assert [who for who, _, _ in desk.said()] == ["Olena Example of the general staff"]
    with desk.store.read() as session:
        article, revision = session.exec(select(Article)).one(), session.exec(select(Revision)).one()
    assert (article.title, article.link_id, article.publisher_id) == ("As the feed has it", 1, 1)
    assert (revision.text, revision.page) == (
        f"Olena Example of the general staff confirms it.\n{FILLER}",
        b"",
    )


async def test_of_a_page_that_was_seen_twice_the_last_words_count(desk: Desk) -> None:
    await desk.see(1, "Olena Example of the general staff confirms it.")
    await desk.see(1, "Borys Example of the general staff denies it.", at=NOW + timedelta(hours=1))
    desk.rematch().run()
    assert [who for who, _, _ in desk.said()] == ["Borys Example of the general staff"]


async def test_a_second_run_changes_nothing(desk: Desk) -> None:
    desk.keep(1, "Olena confirms it.")
    await desk.see(2, "Borys Example of the general staff denies it.")
    desk.rematch().run()
    before = (desk.said(), desk.stands(), desk.count(Article))
    desk.rematch().run()
    assert (desk.said(), desk.stands(), desk.count(Article)) == before
    assert desk.count(Mark) == 0


async def test_a_run_that_was_killed_goes_on_where_it_was(desk: Desk) -> None:
    for number in range(1, BATCH + 11):
        desk.keep(number, f"Speaker {number} confirms it.")
    for number in range(101, 101 + BATCH + 5):
        await desk.see(number, f"The speaker of the ministry, {number}, denies it.")

    class Killed(Exception):
        pass

    def kill(progress: Progress) -> None:
        raise Killed

    first = desk.rematch()
    for expected in (BATCH, BATCH + 10, 2 * BATCH + 10):
        with pytest.raises(Killed):
            desk.rematch().run(kill)
        assert desk.rematch().resumed().read == expected
    assert first.left(first.resumed()) == 5
    done = desk.rematch().run()
    assert (done.articles, done.pages) == (BATCH + 10, BATCH + 5)
    assert len(desk.engine.read) == done.read == len(desk.said())


def test_a_claim_that_changed_is_read_from_the_beginning(desk: Desk) -> None:
    desk.keep(1, "Olena confirms it.")
    with pytest.raises(ZeroDivisionError):
        desk.rematch().run(lambda progress: print(1 / 0))  # noqa: T201
    desk.engine.digest = "2"
    assert desk.rematch().resumed().read == 0


def test_only_what_is_new_enough_is_read(desk: Desk) -> None:
    desk.keep(1, "Olena confirms it.")
    assert desk.rematch(since=NOW + timedelta(days=1)).run().read == 0
    assert desk.rematch(since=NOW - timedelta(days=1)).run().read == 1


def test_an_article_that_is_edited_meanwhile_is_read_as_it_is_now(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.keep(1, "Olena confirms it.")
    whole, edits = Rematch._match, [2]

    def match(self: Rematch, document: Document) -> MatchResult:
        if edits:
            with desk.store.write() as session:
                row = Revision(
                    article_id=1, number=edits.pop(), fetched_at=NOW, title="t", text="Borys denies it."
                )
                session.add(row)
        return whole(self, document)

    monkeypatch.setattr(Rematch, "_match", match)
    desk.rematch().run()
    assert [who for who, _, _ in desk.said()] == ["Borys"]


def test_what_rang_before_is_left_alone_by_a_changed_claim(desk: Desk) -> None:
    """The old reading stands: alerts and verdicts hang on it."""
    desk.keep(1, "Olena confirms it.")
    desk.rematch().run()
    with desk.store.write() as session:
        told = session.exec(select(Statement)).one()
        told.novelty, told.said_on = Novelty.FIRST, date(2022, 2, 20)
        session.add(told)
    desk.engine.digest = "2"
    desk.rematch().run()
    assert desk.said() == [("Olena", Stance.CONFIRM, Novelty.FIRST)]


def test_a_statement_that_waits_for_review_is_read_anew(desk: Desk) -> None:
    desk.keep(1, "Olena confirms it.")
    desk.rematch().run()
    with desk.store.write() as session:
        told = session.exec(select(Statement)).one()
        told.novelty, told.status = None, Status.REVIEW
        session.add(told)
    desk.rematch().run()
    assert desk.said() == [("Olena", Stance.CONFIRM, Novelty.OLD)]


def test_a_repetition_that_is_read_later_does_not_ring(desk: Desk) -> None:
    from alerts import ledger
    from alerts.routing import Routing

    desk.keep(1, "Olena confirms it.")
    desk.rematch().run()
    later = NOW + timedelta(hours=3)
    page = FetchedPage(0, 1, "https://news.example/9", "https://news.example/9", 200, "", (), b"", later)
    text = "Olena confirms it."
    article = Extracted(url=page.url, title="Again", text=text, published=later, lang="en")
    result = StandIn().match(Document("Again", text, published=later.date()))
    with desk.store.write() as session:
        sync_claims(session, desk.engine.claims)
        saved = record(session, page, Reading(Outcome.MATCHED, "", article, result, "standin"), now=later)
        told = ledger.record(session, saved.statements, now=later, rules=Rules(), routing=Routing())
    assert told.alerts == ()
    assert [why for _, why in told.novelties] == [Novelty.REPEAT]


@pytest.mark.timeout(300)
def test_a_claim_added_later_through_the_commands(tmp_path_factory: pytest.TempPathFactory) -> None:
    known, past = Said("John Kirby", MISSILES, "deny"), Said("Artis Pabriks", TROOPS)
    with Bureau(tmp_path_factory.mktemp("rematch"), settings={"claims": [MISSILES]}) as bureau:
        bureau.skip_first_round()
        bureau.paper.out += [known, past]
        assert bureau.tocsin("run", "--once").returncode == 0
        assert set(bureau.told()) == {known}
        bureau.change({"claims": [MISSILES, TROOPS]})
        ended = bureau.tocsin("rematch", "--claim", "troops", "--json")
        assert ended.returncode == 0, ended.stderr
        told = json.loads(ended.stdout)
        assert told["found"] == [
            {"claim": TROOPS, "stance": "confirm", "status": "firm", "statements": 1, "new": 1}
        ]
        assert [(row["speaker"], row["title"]) for row in told["new"]] == [
            ("Artis Pabriks", "Artis Pabriks speaks")
        ]
        again = bureau.tocsin("rematch")
        assert again.stdout.splitlines()[-1] == "nothing of it is new to the store"
        bureau.paper.out.append(past)  # he says it again on the same day
        bureau.jump(timedelta(minutes=20))
        assert bureau.tocsin("run", "--once").returncode == 0
        assert bureau.rows("select count(*) from article")[0][0] >= 3
        assert set(bureau.told()) == {known}
        wrong = bureau.tocsin("rematch", "--claim", "trops")
        assert (wrong.returncode, TROOPS in wrong.stderr) == (2, True)
