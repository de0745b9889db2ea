"""Days and times as pages write them; a day alone where no offset is told."""

from datetime import UTC, date, datetime

import pytest

from extractors.dates import dates_of, moment
from extractors.evidence import collect
from extractors.page import parse

HINT = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ("2026-03-04T18:05:00+01:00", "2026-03-04T18:05:00+01:00"),
        ("2026-03-04T18:05:00.123Z", "2026-03-04T18:05:00+00:00"),
        ("2026-03-04T18:05+0200", "2026-03-04T18:05:00+02:00"),
        ("2026-03-04 18:05:00 +03", "2026-03-04T18:05:00+03:00"),
        ("20260304T180500Z", "2026-03-04T18:05:00+00:00"),
        ("Wed, 04 Mar 2026 18:05:00 +0100", "2026-03-04T18:05:00+01:00"),
        ("1772647500", "2026-03-04T18:05:00+00:00"),
        ("1772647500000", "2026-03-04T18:05:00+00:00"),
    ],
)
def test_a_time_with_its_offset_is_kept_in_it(told: str, at: str) -> None:
    found = moment(told)
    assert found is not None
    assert found.at is not None
    assert found.at.isoformat() == at


@pytest.mark.parametrize(
    "told", ["2026-03-04", "2026-03-04T18:05:00", "2026/03/04 18:05", "4.3.2026", "04.03.2026, 18:05"]
)
def test_a_time_without_an_offset_gives_the_day_alone(told: str) -> None:
    found = moment(told)
    assert found is not None
    assert (found.day, found.at) == (date(2026, 3, 4), None)


@pytest.mark.parametrize("told", ["", "today", "2026-13-45", "12:30", "99.99.2026", "0000000000000000"])
def test_what_names_no_day_is_no_date(told: str) -> None:
    assert moment(told) is None


def published(
    head: str, body: str = "", url: str = "https://n.example/a", hint: datetime | None = None
) -> str:
    page = parse(f"<html><head>{head}</head><body>{body}</body></html>".encode(), url=url)
    found = dates_of(page, collect(page), hint=hint).published
    return str(found and (found.at or found.day))


def test_another_tag_lends_the_hour_to_a_day() -> None:
    head = '<meta name="pubdate" content="2026-03-04T18:05:00+01:00"><script type="application/ld+json">'
    head += '{"@type": "NewsArticle", "headline": "x", "datePublished": "2026-03-04"}</script>'
    assert published(head) == "2026-03-04 18:05:00+01:00"


def test_the_hint_lends_the_hour_to_a_neighbouring_day_alone() -> None:
    assert published('<meta name="date" content="2026-03-04">', hint=HINT) == str(HINT)
    assert published('<meta name="date" content="2026-02-11">', hint=HINT) == "2026-02-11"


def test_the_address_and_the_title_tell_a_day_where_no_tag_does() -> None:
    assert published("", url="https://n.example/2026/03/04/quay.html") == "2026-03-04"
    assert published("<title>Quay open | N | 04.03.2026</title>") == "2026-03-04"
    assert published("", '<time datetime="2026-03-04T10:00:00Z">today</time>') == "2026-03-04 10:00:00+00:00"


def test_dates_before_the_web_are_not_believed() -> None:
    assert published('<meta name="date" content="1970-01-01T00:00:00Z">', hint=HINT) == str(HINT)


def test_the_dates_of_other_stories_are_not_this_ones() -> None:
    head = """<script type="application/ld+json">[
      {"@type": "ItemList", "itemListElement": [
        {"@type": "NewsArticle", "headline": "a", "datePublished": "2020-01-01"}]},
      {"@type": "NewsArticle", "headline": "b", "datePublished": "2021-01-01", "url": "https://n.example/b"},
      {"@type": "NewsArticle", "headline": "c", "datePublished": "2026-03-04", "url": "https://www.n.example/a/"}
    ]</script>"""
    assert published(head) == "2026-03-04"
