"""Puts an article into its story: copies of one wire report, re-titled, cut or under a foreign lead.

How alike two texts are is measured in store/fingerprint.py. Articles that take opposite sides of one claim
are never one story, however alike they read: that is what a correction looks like.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from store.fingerprint import SAME_STORY, similarity
from store.models import Alias, Article, Statement, Story
from store.queries import ledger as queries
from store.values import About, Stance, Status

WINDOW = timedelta(days=4)
"""Copies come out within days; a text that returns later is told again as its own story."""


@dataclass(frozen=True, slots=True)
class Side:
    """Whose stance on what an article carries."""

    claim: str
    about: About
    speaker: int
    stance: Stance


@dataclass(frozen=True, slots=True)
class Copy:
    """An article that may carry the same report."""

    article_id: int
    story_id: int
    fingerprint: bytes


def join(session: Session, article: Article, *, now: datetime) -> int:
    """The article's story: the one whose copies it is most alike, or a new one."""
    if article.story_id is None:
        article.story_id = _known_story(session, article) or _new_story(session, now)
        session.add(article)
        session.flush()
    return article.story_id


def choose(fingerprint: bytes, copies: Sequence[Copy], opposed: frozenset[int]) -> int | None:
    """The story of the most similar copy, if any is similar enough and takes no opposite side."""
    alike = [(similarity(fingerprint, copy.fingerprint), copy) for copy in copies]
    near = [(score, copy) for score, copy in alike if score >= SAME_STORY and copy.story_id not in opposed]
    if not near:
        return None
    return max(near, key=lambda pair: (pair[0], -pair[1].article_id))[1].story_id


def opposes(one: Iterable[Side], other: Iterable[Side]) -> bool:
    """True where two articles cannot carry the same report.

    They do oppose each other where one voice is on two sides, or where all that each says of a claim is
    on the other side of what the other says.
    """
    mine, theirs = set(one), set(other)
    by_voice = _stances(mine, whole=True), _stances(theirs, whole=True)
    by_claim = _stances(mine, whole=False), _stances(theirs, whole=False)
    return _disjoint(*by_voice) or _disjoint(*by_claim)


def _stances(sides: Iterable[Side], *, whole: bool) -> dict[tuple[object, ...], set[Stance]]:
    grouped: dict[tuple[object, ...], set[Stance]] = {}
    for side in sides:
        key = (side.claim, side.about, side.speaker) if whole else (side.claim, side.about)
        grouped.setdefault(key, set()).add(side.stance)
    return grouped


def _disjoint(
    one: Mapping[tuple[object, ...], set[Stance]], other: Mapping[tuple[object, ...], set[Stance]]
) -> bool:
    return any(not (one[key] & other[key]) for key in one.keys() & other.keys())


def _known_story(session: Session, article: Article) -> int | None:
    if not article.fingerprint:
        return None
    fetched = article.first_fetched
    rows = queries.stories_near(session, fetched - WINDOW, fetched + WINDOW)
    copies = [Copy(*row) for row in rows if row[0] != article.id]
    alike = [copy for copy in copies if similarity(article.fingerprint, copy.fingerprint) >= SAME_STORY]
    if not alike:
        return None
    own = _sides(session, [queries.ident(article)])
    stories = {copy.story_id for copy in alike}
    opposed = {story for story in stories if opposes(own, _sides_of_story(session, story))}
    return choose(article.fingerprint, alike, frozenset(opposed))


def _new_story(session: Session, now: datetime) -> int:
    story = Story(first_seen=now)
    session.add(story)
    session.flush()
    return queries.ident(story)


def _sides_of_story(session: Session, story_id: int) -> set[Side]:
    ids = session.exec(select(Article.id).where(col(Article.story_id) == story_id)).all()
    return _sides(session, [key for key in ids if key is not None])


def _sides(session: Session, article_ids: Sequence[int]) -> set[Side]:
    rows = session.exec(
        select(Statement.claim_id, Statement.about, Alias.speaker_id, Statement.stance)
        .join(Alias, col(Statement.alias_id) == Alias.id)
        .where(
            col(Statement.article_id).in_(article_ids),
            col(Statement.status) == Status.FIRM,
            col(Statement.stance).in_(queries.FIRM),
            col(Statement.withdrawn_at).is_(None),
        )
    ).all()
    return {Side(claim, About(about), voice, Stance(stance)) for claim, about, voice, stance in rows}
