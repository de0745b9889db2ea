"""A ledger to play with: outlets, voices and articles written straight into a scratch store."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session, col, select

from alerts import ledger
from alerts.ledger import Recorded
from alerts.novelty import Rules
from alerts.routing import Route, Routing
from store.models import (
    Alert,
    Alias,
    Article,
    Claim,
    Delivery,
    Position,
    Publisher,
    Revision,
    Speaker,
    Statement,
)
from store.session import Store
from store.values import PRESS, About, Basis, Place, SpeakerKind, Stance, Status, Tier

NOON = datetime(2022, 3, 1, 12, tzinfo=UTC)
ROUTING = Routing(routes=(Route("all", ("desk",)),))


def day(text: str) -> date:
    """A day of 2022, or a whole date."""
    return date.fromisoformat(text if len(text) > 5 else f"2022-{text}")


@dataclass
class Newsroom:
    """Writes articles and records what they say. `now` is the reporter's clock."""

    store: Store
    now: datetime = NOON
    rules: Rules = field(default_factory=Rules)
    routing: Routing = ROUTING
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def claim(self, claim_id: str = "troops", *, recurring: bool = False) -> str:
        with self.store.write() as session:
            if session.get(Claim, claim_id) is None:
                title = f"Claim of the {claim_id}"
                session.add(Claim(id=claim_id, title=title, recurring=recurring, digest="d"))
        return claim_id

    def outlet(self, domain: str) -> int:
        with self.store.write() as session:
            known = session.exec(select(Publisher).where(col(Publisher.domain) == domain)).first()
            row = known or Publisher(domain=domain, name=domain.title(), country="UA", tier=Tier.NATIONAL)
            session.add(row)
            session.flush()
            assert row.id is not None
            return row.id

    def article(
        self,
        outlet: str = "first.example",
        *,
        published: datetime | None = None,
        text: str = "Some words.",
        fingerprint: bytes = b"",
        title: str = "A title",
    ) -> int:
        """An article with its first revision; its id."""
        publisher_id, number = self.outlet(outlet), next(self.numbers)
        with self.store.write() as session:
            row = Article(
                publisher_id=publisher_id,
                url=f"https://{outlet}/{number}",
                title=title,
                language="en",
                published=published or self.now,
                published_offset=120,
                first_fetched=self.now,
                fingerprint=fingerprint,
            )
            session.add(row)
            session.flush()
            assert row.id is not None
            session.add(
                Revision(article_id=row.id, number=1, fetched_at=self.now, title=row.title, text=text)
            )
            return row.id

    def revise(self, article_id: int, text: str) -> int:
        """Another revision of an article; its id."""
        with self.store.write() as session:
            numbers = session.exec(
                select(Revision.number).where(col(Revision.article_id) == article_id)
            ).all()
            row = Revision(
                article_id=article_id,
                number=max(numbers) + 1,
                fetched_at=self.now,
                title="A title",
                text=text,
            )
            session.add(row)
            session.flush()
            assert row.id is not None
            return row.id

    def write_down(
        self,
        session: Session,
        article_id: int,
        stance: str,
        *,
        speaker: str = "Ann Example",
        said: str | None = "03-01",
        about: str = "occurrence",
        claim: str = "troops",
        basis: Basis = Basis.STATED,
        event: str | None = None,
        lead: bool = True,
        status: Status = Status.FIRM,
        evidence: str = "She said so.",
    ) -> int:
        revisions = select(Revision).where(col(Revision.article_id) == article_id)
        revision = session.exec(revisions.order_by(col(Revision.number).desc())).first()
        assert revision is not None
        assert revision.id is not None
        start = max(revision.text.find(evidence), 0)
        row = Statement(
            article_id=article_id,
            revision_id=revision.id,
            claim_id=claim,
            alias_id=_alias(session, speaker),
            stance=Stance(stance),
            about=About(about),
            status=status,
            certainty=0.9,
            speaker_as_written=speaker,
            place=Place.TEXT,
            evidence=evidence,
            start=start,
            end=start + len(evidence),
            lead=lead,
            said_on=None if said is None else day(said),
            said_basis=basis,
            event_on=None if event is None else day(event),
            found_at=self.now,
        )
        session.add(row)
        session.flush()
        assert row.id is not None
        return row.id

    def tell(
        self, stance: str, *, outlet: str = "first.example", article: int | None = None, **said: object
    ) -> Recorded:
        """One article with one statement, recorded as the pipeline does."""
        claim = self.claim(str(said.get("claim", "troops")))
        assert claim
        article_id = self.article(outlet) if article is None else article
        with self.store.write("ledger") as session:
            statement = self.write_down(session, article_id, stance, **said)  # type: ignore[arg-type]
            return self.record(session, [statement])

    def record(self, session: Session, statements: list[int], revision: int | None = None) -> Recorded:
        return ledger.record(
            session,
            statements,
            now=self.now,
            rules=self.rules,
            routing=self.routing,
            revision=revision,
        )

    def alerts(self, kind: str | None = None) -> list[Alert]:
        with self.store.read() as session:
            rows = session.exec(select(Alert).order_by(col(Alert.id))).all()
            return [row for row in rows if kind is None or row.kind == kind]

    def headlines(self) -> list[str]:
        return [alert.payload["headline"] for alert in self.alerts()]

    def deliveries(self) -> list[Delivery]:
        with self.store.read() as session:
            return list(session.exec(select(Delivery).order_by(col(Delivery.id))).all())

    def position(self, about: str = "occurrence", *, speaker: str = "Ann Example") -> Position | None:
        with self.store.read() as session:
            return session.exec(
                select(Position)
                .join(Speaker, col(Position.speaker_id) == Speaker.id)
                .where(col(Speaker.name) == speaker, col(Position.about) == About(about))
            ).first()

    def stands(self, about: str = "occurrence", *, speaker: str = "Ann Example") -> Position:
        position = self.position(about, speaker=speaker)
        assert position is not None
        return position

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)


def _alias(session: Session, name: str) -> int:
    row = session.exec(select(Alias).where(col(Alias.name) == name)).first()
    if row is None:
        speaker = Speaker(name=name, kind=SpeakerKind.PRESS if name == PRESS else SpeakerKind.PERSON)
        session.add(speaker)
        session.flush()
        assert speaker.id is not None
        row = Alias(name=name, speaker_id=speaker.id)
        session.add(row)
        session.flush()
    assert row.id is not None
    return row.id
