"""How a question is narrowed: by claim, voice, outlet, words, and when. The questions are in ask.py."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, false, select
from sqlmodel import Session, col

from config.errors import TocsinError, did_you_mean
from store.models import Alias, Claim, Publisher, Speaker
from store.search import fold, matching
from store.values import DeliveryState, Stance

Row = TypeVar("Row")


class UnknownName(TocsinError):
    """A claim, speaker or outlet is asked for that the store does not know."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to narrow an answer to; a filter that a question does not know is not asked.

    `speaker` and `outlet` are found by any part of their name or spelling, in any script. `since` is when
    something was said, published, rung or delivered. Without a limit everything is given.
    """

    claim: str | None = None
    speaker: str | None = None
    outlet: str | None = None
    stance: Stance | None = None
    state: DeliveryState | None = None
    since: datetime | None = None
    search: str | None = None
    limit: int | None = None


ALL = Asked()


def labelled(name: str, column: Any) -> Any:
    """A column under the name that its row type gives it."""
    return col(column).label(name)


def about_whom(session: Session, asked: Asked, *, claim: Any = None, speaker: Any = None) -> list[Any]:
    conditions: list[Any] = []
    if asked.claim and claim is not None:
        conditions.append(claim.in_(claims_named(session, asked.claim)))
    if asked.speaker and speaker is not None:
        conditions.append(speaker.in_(speakers_named(session, asked.speaker)))
    return conditions


def from_outlet(session: Session, asked: Asked) -> list[ColumnElement[bool]]:
    if not asked.outlet:
        return []
    return [col(Publisher.id).in_(outlets_named(session, asked.outlet))]


def the_claim(session: Session, words: str) -> Claim:
    """The one claim that is called so; an UnknownName where it could be several."""
    known = {key: key for key in claims_named(session, words)}
    return session.get_one(Claim, _only("claim", words, known))


def the_speaker(session: Session, words: str) -> Speaker:
    """The one voice that is called so; an UnknownName where it could be several."""
    known = {key: session.get_one(Speaker, key).name for key in speakers_named(session, words)}
    return session.get_one(Speaker, _only("speaker", words, known))


def the_outlet(session: Session, words: str) -> Publisher:
    """The one publisher that is called so; an UnknownName where it could be several."""
    known = {key: session.get_one(Publisher, key).name for key in outlets_named(session, words)}
    return session.get_one(Publisher, _only("outlet", words, known))


def _only(kind: str, words: str, known: dict[Any, str]) -> Any:
    if len(known) > 1:
        names = sorted(known.values())
        listed = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        raise UnknownName(f"'{words}' may be several {kind}s: {listed}; write one of these names whole")
    return next(iter(known))


def claims_named(session: Session, words: str) -> set[str]:
    """The ids of the claims that are called so, by id or title; never empty."""
    rows = session.connection().execute(select(labelled("id", Claim.id), labelled("title", Claim.title)))
    return _named("claim", words, [tuple(row) for row in rows])


def speakers_named(session: Session, words: str) -> set[int]:
    """The keys of the voices that are called so, by any spelling; never empty."""
    spelt = session.connection().execute(
        select(labelled("id", Alias.speaker_id), labelled("name", Alias.name))
    )
    own = session.connection().execute(select(labelled("id", Speaker.id), labelled("name", Speaker.name)))
    return _named("speaker", words, [(row.id, row.name) for rows in (own, spelt) for row in rows])


def outlets_named(session: Session, words: str) -> set[int]:
    """The keys of the publishers that are called so, by name or domain; never empty."""
    query = select(
        labelled("id", Publisher.id), labelled("name", Publisher.name), labelled("domain", Publisher.domain)
    )
    known = [(row.id, name) for row in session.connection().execute(query) for name in (row.name, row.domain)]
    return _named("outlet", words, known)


def _named(kind: str, words: str, known: Iterable[tuple[Any, str]]) -> set[Any]:
    """Who bears a name: all of it if anybody does, else any part of it."""
    names = [(key, {str(key), name}, fold(name)) for key, name in known]
    wanted = fold(words)
    exact = {key for key, spellings, folded in names if words in spellings or folded == wanted}
    part = {key for key, _, folded in names if wanted and wanted in folded}
    if not (exact or part):
        remedy = did_you_mean(words, {name for _, spellings, _ in names for name in spellings})
        raise UnknownName(
            f"no {kind} is called '{words}'; {remedy if len(remedy) < 200 else 'list them all'}"
        )
    return exact or part


def in_text(session: Session, asked: Asked, article: Any) -> list[ColumnElement[bool]]:
    if asked.search is None:
        return []
    found = matching(asked.search, dialect=session.connection().dialect.name)
    return [false() if found is None else article.in_(found)]


def rows_of(session: Session, query: Select[Any], asked: Asked, make: Callable[..., Row]) -> list[Row]:
    """The rows of a question, each made of its labelled columns."""
    if asked.limit is not None:
        query = query.limit(asked.limit)
    return [make(**row._mapping) for row in session.connection().execute(query)]
