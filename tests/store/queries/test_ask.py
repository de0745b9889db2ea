"""What an analyst asks, and in which spelling."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from store import migrations
from store.models import (
    Alert,
    Alias,
    Article,
    Claim,
    Delivery,
    Link,
    Position,
    Publisher,
    Revision,
    Seed,
    Speaker,
    Statement,
)
from store.queries import ask, outlets
from store.queries.ask import Asked, UnknownName
from store.queries.history import NoSuchArticle, history
from store.session import Store
from store.values import (
    About,
    Basis,
    DeliveryState,
    Novelty,
    Place,
    SpeakerKind,
    Stance,
    Status,
    Tier,
)

NOW = datetime(2022, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def saved(session: Session, row: Any) -> int:
    session.add(row)
    session.flush()
    return int(row.id)


def statement(session: Session, article: int, alias: int, day: date | None, **other: Any) -> int:
    values: dict[str, Any] = {
        "claim_id": "troops",
        "stance": Stance.DENY,
        "about": About.OCCURRENCE,
        "status": Status.FIRM,
        "certainty": 0.9,
        "speaker_as_written": "Лукашенко",
        "place": Place.TEXT,
        "evidence": "Наших військ там немає.",
        "start": 0,
        "end": 23,
        "said_on": day,
        "said_basis": Basis.STATED,
        "found_at": NOW,
    }
    row = Statement(article_id=article, revision_id=article, alias_id=alias, **{**values, **other})
    return saved(session, row)


def fill(session: Session) -> None:
    session.add(Claim(id="troops", title="Belarusian troops in Ukraine"))
    session.add(Claim(id="missiles", title="Missiles launched from Belarus", recurring=True))
    outlets = [
        saved(session, Publisher(domain="news.example.org", name="Example News", tier=Tier.AGENCY)),
        saved(session, Publisher(domain="gazeta.example.org", name="Газета", tier=Tier.STATE)),
    ]
    lukashenko = saved(session, Speaker(name="Alexander Lukashenko", kind=SpeakerKind.PERSON))
    rada = saved(session, Speaker(name="Verkhovna Rada", kind=SpeakerKind.BODY))
    cyrillic = saved(session, Alias(name="Лукашенко", speaker_id=lukashenko))
    polish = saved(session, Alias(name="Łukaszenka", speaker_id=lukashenko))
    parliament = saved(session, Alias(name="Verkhovna Rada", speaker_id=rada))
    for number, (outlet, text) in enumerate(
        [(outlets[0], "Lukashenko denies it."), (outlets[1], "Лукашенко заперечує."), (outlets[0], "Rada.")]
    ):
        url = f"https://example.org/{number}"
        published = NOW - DAY * (3 - number)
        article = Article(
            publisher_id=outlet, url=url, title=f"Title {number}", first_fetched=NOW, published=published,
            published_offset=120,
        )  # fmt: skip
        saved(session, article)
        saved(session, Revision(article_id=article.id or 0, fetched_at=NOW, title=article.title, text=text))
    first = statement(session, 1, cyrillic, date(2022, 2, 26))
    statement(session, 2, polish, date(2022, 2, 27))
    third = statement(session, 3, parliament, date(2022, 2, 28), stance=Stance.CONFIRM)
    statement(session, 3, cyrillic, None, status=Status.REVIEW, about=About.INTENT)
    position(session, lukashenko, Stance.DENY, date(2022, 2, 27), first)
    position(session, rada, Stance.CONFIRM, date(2022, 2, 28), third)
    tell(session, first, third)
    watch(session, outlets)


def position(session: Session, speaker: int, stance: Stance, said: date, statement: int) -> None:
    row = Position(
        claim_id="troops", speaker_id=speaker, about=About.OCCURRENCE, stance=stance, since=said,
        last_said=said, statement_id=statement,
    )  # fmt: skip
    saved(session, row)


def tell(session: Session, first: int, third: int) -> None:
    for number, said in enumerate([first, third]):
        alert = Alert(
            uid=f"alert-{number}", subject_key=f"position:{number}", statement_id=said, claim_id="troops",
            novelty=Novelty.FIRST, created_at=NOW - DAY * (2 - number),
        )  # fmt: skip
        saved(session, alert)
        for channel, state in [("desk", DeliveryState.SENT), ("hook", DeliveryState.DEAD)][: number + 1]:
            delivery = Delivery(
                alert_id=alert.id or 0, route="all", channel=channel, state=state, next_attempt=NOW
            )
            saved(session, delivery)
    silent = Alert(uid="alert-9", kind="publisher-silent", subject_key="publisher:2", created_at=NOW)
    saved(session, silent)


def watch(session: Session, outlets: list[int]) -> None:
    for number, trouble in enumerate(["", "403 from the server"]):
        seed = Seed(
            publisher_id=outlets[number], url=f"https://example.org/{number}.rss", host="example.org",
            next_check=NOW, last_new=NOW - DAY, failures=len(trouble), last_error=trouble,
        )  # fmt: skip
        saved(session, seed)
        link = Link(
            key=f"k{number}", url="u", host="h", publisher_id=outlets[0], first_seen=NOW, next_try=NOW
        )
        saved(session, link)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path: Path = tmp_path_factory.mktemp("ask") / "tocsin.db"
    store = Store(f"sqlite:///{path}")
    migrations.prepare(store.url)
    with store.write() as session:
        fill(session)
    yield store
    store.close()


@pytest.fixture
def session(filled: Store) -> Iterator[Session]:
    with filled.read() as session:
        yield session


def test_the_ledger_tells_where_each_voice_stands_and_who_carried_it(session: Session) -> None:
    rows = ask.ledger(session)
    assert [(row.speaker, row.stance, row.outlets) for row in rows] == [
        ("Verkhovna Rada", Stance.CONFIRM, 1),
        ("Alexander Lukashenko", Stance.DENY, 2),
    ]
    assert rows[1].claim_title == "Belarusian troops in Ukraine"
    assert rows[1].evidence == "Наших військ там немає."
    assert rows[1].outlet == "Example News"


@pytest.mark.parametrize("speaker", ["Łukaszenka", "лукашенко", "lukashenko", "Alexander", "ЛУКАШЕНКО"])
def test_a_voice_is_found_by_any_spelling(session: Session, speaker: str) -> None:
    asked = Asked(speaker=speaker)
    assert [row.speaker for row in ask.ledger(session, asked)] == ["Alexander Lukashenko"]
    assert len(ask.statements(session, asked)) == 3
    assert [row.uid for row in ask.alerts(session, asked)] == ["alert-0"]
    assert [row.name for row in ask.speakers(session, asked)] == ["Alexander Lukashenko"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (Asked(speaker="Lukashenka Aleksandr"), "no speaker is called 'Lukashenka Aleksandr'; known are:"),
        (Asked(speaker="Verkhovna Rade"), "did you mean 'Verkhovna Rada'?"),
        (Asked(claim="tropes"), "no claim is called 'tropes'; did you mean 'troops'?"),
        (Asked(speaker="!"), "no speaker is called '!'"),
    ],
)
def test_a_name_that_nobody_bears_is_an_error(session: Session, asked: Asked, told: str) -> None:
    with pytest.raises(UnknownName) as caught:
        ask.ledger(session, asked)
    assert told in str(caught.value)


def test_a_claim_is_found_by_its_id_and_by_its_title(session: Session) -> None:
    assert len(ask.ledger(session, Asked(claim="troops"))) == 2
    assert len(ask.ledger(session, Asked(claim="belarusian troops"))) == 2
    assert ask.ledger(session, Asked(claim="missiles")) == []


def test_statements_come_newest_first_and_undated_ones_by_the_day_they_were_found(session: Session) -> None:
    days = [row.said_on for row in ask.statements(session)]
    assert days == [None, date(2022, 2, 28), date(2022, 2, 27), date(2022, 2, 26)]


def test_statements_are_narrowed_by_stance_time_outlet_and_words(session: Session) -> None:
    assert len(ask.statements(session, Asked(stance=Stance.CONFIRM))) == 1
    assert len(ask.statements(session, Asked(since=datetime(2022, 2, 27, tzinfo=UTC)))) == 3
    assert len(ask.statements(session, Asked(since=NOW + DAY))) == 0
    assert [row.outlet for row in ask.statements(session, Asked(outlet="gazeta"))] == ["Газета"]
    assert [row.article for row in ask.statements(session, Asked(search="denies"))] == [1]
    assert len(ask.statements(session, Asked(limit=2))) == 2


def test_a_statement_row_carries_what_is_needed_to_check_it(session: Session) -> None:
    row = ask.statements(session, Asked(outlet="Газета"))[0]
    assert (row.tier, row.place, row.start, row.end) == (Tier.STATE, Place.TEXT, 0, 23)
    assert (row.speaker, row.speaker_as_written) == ("Alexander Lukashenko", "Лукашенко")


def test_what_the_matcher_was_not_sure_of_is_listed_for_review(session: Session) -> None:
    assert [(row.status, row.about) for row in ask.review(session)] == [(Status.REVIEW, About.INTENT)]


def test_articles_are_found_by_words_in_any_script(session: Session) -> None:
    assert [row.id for row in ask.articles(session)] == [3, 2, 1]
    assert [row.id for row in ask.articles(session, Asked(search="lukashenko"))] == [2, 1]
    assert ask.articles(session, Asked(search="???")) == []


def test_articles_are_narrowed_by_who_says_what_in_them(session: Session) -> None:
    assert [row.id for row in ask.articles(session, Asked(stance=Stance.CONFIRM))] == [3]
    assert [row.id for row in ask.articles(session, Asked(speaker="rada"))] == [3]
    assert ask.articles(session, Asked(claim="missiles")) == []
    assert [row.id for row in ask.articles(session, Asked(since=NOW - DAY))] == [3]


def test_an_article_keeps_its_outlets_own_time(session: Session) -> None:
    row = ask.articles(session)[0]
    assert row.published is not None
    assert row.published.isoformat() == "2022-02-28T14:00:00+02:00"
    assert (row.revisions, row.statements) == (1, 2)


def test_an_articles_history_holds_its_texts_and_what_was_read_in_each(session: Session) -> None:
    told = history(session, 1)
    assert [(state.number, state.text) for state in told.states] == [(1, "Lukashenko denies it.")]
    assert {one.stance for one in told.states[0].told} == {Stance.DENY}
    with pytest.raises(NoSuchArticle, match="there is no article 99"):
        history(session, 99)


def test_alerts_tell_how_far_they_got(session: Session) -> None:
    rows = ask.alerts(session)
    assert [(row.uid, row.sent, row.pending, row.dead) for row in rows] == [
        ("alert-9", 0, 0, 0),
        ("alert-1", 1, 0, 1),
        ("alert-0", 1, 0, 0),
    ]
    assert (rows[0].kind, rows[0].speaker) == ("publisher-silent", None)
    assert (rows[1].speaker, rows[1].stance) == ("Verkhovna Rada", Stance.CONFIRM)


def test_deliveries_are_narrowed_by_state(session: Session) -> None:
    assert len(ask.deliveries(session)) == 3
    dead = ask.deliveries(session, Asked(state=DeliveryState.DEAD))
    assert [(row.alert, row.channel) for row in dead] == [("alert-1", "hook")]
    assert len(ask.deliveries(session, Asked(since=NOW - DAY))) == 2


def test_outlets_in_trouble_come_first_with_the_cause(session: Session) -> None:
    rows = outlets.publishers(session)
    assert [(row.name, row.trouble) for row in rows] == [
        ("Газета", "403 from the server"),
        ("Example News", ""),
    ]
    assert (rows[1].links, rows[1].waiting, rows[1].articles) == (2, 2, 2)
    assert rows[1].last_new == NOW - DAY
    assert [seed.url for seed in rows[0].seeds] == ["https://example.org/1.rss"]


def test_voices_come_with_their_spellings(session: Session) -> None:
    row = ask.speakers(session)[0]
    assert (row.name, row.aliases) == ("Alexander Lukashenko", ("Лукашенко", "Łukaszenka"))
    assert (row.statements, row.positions) == (3, 1)


def test_an_empty_store_answers_with_nothing(store: Store) -> None:
    with store.read() as session:
        questions: list[Callable[[Session], Sequence[object]]] = [
            ask.ledger, ask.statements, ask.articles, ask.alerts, ask.deliveries, outlets.publishers,
            ask.speakers, ask.review,
        ]  # fmt: skip
        assert [list(question(session)) for question in questions] == [[]] * len(questions)
