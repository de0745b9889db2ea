"""Takes from stored rows what an alert quotes: the sentence with its surroundings, the report, the voices."""

from collections.abc import Iterable, Sequence
from datetime import timedelta, timezone

from alerts.facts import Evidence, Report, Stood, Voice
from store.models import Article, Position, Publisher, Revision, Speaker, Statement
from store.queries.ledger import Found
from store.values import Place

CONTEXT = 240
"""Characters shown before and after the sentence; cut at a word."""
LONGEST = 1500
"""No real sentence is longer; a page without full stops is cut here."""


def evidence(said: Statement, revision: Revision) -> Evidence:
    """The sentence as written, in its paragraph."""
    if said.place is Place.TITLE:
        return Evidence(sentence=_whole(said.evidence), place="title")
    before = revision.text[max(0, said.start - CONTEXT) : said.start].rpartition("\n")[2]
    after = revision.text[said.end : said.end + CONTEXT].partition("\n")[0]
    cut_left = len(before) == min(CONTEXT, said.start) and said.start > CONTEXT
    cut_right = len(after) == CONTEXT
    return Evidence(
        sentence=_whole(said.evidence),
        before=("…" + before.partition(" ")[2] if cut_left else before).strip(),
        after=(after.rpartition(" ")[0] + "…" if cut_right else after).strip(),
    )


def _whole(text: str) -> str:
    """JSON cannot carry half a surrogate pair, and a page may hold one."""
    sound = text.encode("utf-8", "replace").decode("utf-8")
    return sound if len(sound) <= LONGEST else sound[:LONGEST] + "…"


def report(article: Article, publisher: Publisher) -> Report:
    published = article.published
    if published is not None and article.published_offset is not None:
        published = published.astimezone(timezone(timedelta(minutes=article.published_offset)))
    return Report(
        outlet=publisher.name,
        domain=publisher.domain,
        country=publisher.country,
        tier=publisher.tier,
        title=_whole(article.title)[:300],
        url=article.url[:2000],
        language=article.language,
        published=published,
        published_on=article.published_on,
        fetched=article.first_fetched,
    )


def voice(found: Found) -> Voice:
    speaker = found.speaker
    written = _whole(found.statement.speaker_as_written)[:200]
    return Voice(
        name=speaker.name, kind=speaker.kind, role=speaker.role, side=speaker.side, as_written=written
    )


def stood(position: Position, speaker: Speaker) -> Stood:
    return Stood(
        voice=speaker.name,
        about=position.about,
        stance=position.stance,
        since=position.since,
        last_said=position.last_said,
        disputed=position.disputed,
    )


def others(
    positions: Iterable[tuple[Position, Speaker]], *, but: int | None, limit: int = 8
) -> Sequence[Stood]:
    """Where the other voices stand, the last to speak first."""
    kept = [stood(row, speaker) for row, speaker in positions if row.speaker_id != but]
    return kept[:limit]
