"""The demo's newsrooms, read over HTTP as the product reads them."""

import json
import re
from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import feedparser
import httpx
import pytest

from app.demo import scenario
from app.demo.newsroom import Newsroom
from app.demo.scenario import Play

PLAY = scenario.load()
LAST = max(article.at for article in PLAY.articles)


class Clock:
    def __init__(self) -> None:
        self.at = LAST + timedelta(hours=1)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def newsroom(clock: Clock) -> Iterator[Newsroom]:
    with Newsroom(PLAY, clock) as newsroom:
        yield newsroom


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as client:
        yield client


def page(newsroom: Newsroom, client: httpx.Client, slug: str) -> httpx.Response:
    [article] = [article for article in PLAY.articles if article.slug == slug]
    return client.get(newsroom.url(article))


@pytest.mark.parametrize("outlet", list(PLAY.outlets))
def test_every_feed_parses_and_lists_its_articles_newest_first(
    outlet: str, newsroom: Newsroom, client: httpx.Client
) -> None:
    feed = feedparser.parse(client.get(newsroom.sites[outlet].url("/feed.xml")).content)
    assert not feed.bozo
    assert feed.version.startswith(PLAY.outlets[outlet].feed)
    assert [entry.title for entry in feed.entries] == [article.title for article in PLAY.of(outlet)]
    published = [datetime.fromtimestamp(timegm(entry.published_parsed), UTC) for entry in feed.entries]
    assert published == [article.at.replace(second=0) for article in PLAY.of(outlet)]


def test_every_link_of_a_feed_leads_to_its_article(newsroom: Newsroom, client: httpx.Client) -> None:
    for site in newsroom.sites.values():
        for entry in feedparser.parse(client.get(site.url("/feed.xml")).content).entries:
            answer = client.get(entry.link)
            assert answer.status_code == 200
            assert entry.title in answer.text.replace("&#39;", "'")
    assert newsroom.unread(PLAY) == []


def test_an_article_is_there_from_its_time_on(newsroom: Newsroom, client: httpx.Client, clock: Clock) -> None:
    [article] = [article for article in PLAY.articles if article.slug == "no-indication"]
    clock.at = article.at - timedelta(minutes=1)
    feed = newsroom.sites[article.outlet].url("/feed.xml")
    assert page(newsroom, client, article.slug).status_code == 404
    assert article.slug not in client.get(feed).text
    clock.at = article.at
    assert page(newsroom, client, article.slug).status_code == 200
    assert article.slug in client.get(feed).text


def test_a_feed_that_did_not_change_answers_304(
    newsroom: Newsroom, client: httpx.Client, clock: Clock
) -> None:
    feed = newsroom.sites["wire"].url("/feed.xml")
    etag = client.get(feed).headers["etag"]
    assert client.get(feed, headers={"If-None-Match": etag}).status_code == 304
    clock.at = PLAY.of("wire")[1].at
    assert client.get(feed, headers={"If-None-Match": etag}).status_code == 200


def test_pages_carry_linked_data_with_the_outlets_own_offset(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    text = page(newsroom, client, "confirmed-by-territorial-defence").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found
    facts = json.loads(found.group(1))
    assert facts["@type"] == "NewsArticle"
    assert facts["datePublished"] == "2022-03-01T11:40:00+02:00"


@pytest.mark.parametrize("slug", ["four-missiles", "be-belarus", "no-plans"])
def test_pages_are_as_cluttered_as_real_ones(slug: str, newsroom: Newsroom, client: httpx.Client) -> None:
    text = page(newsroom, client, slug).text.lower()
    for clutter in ("cookies", "advert", "og:title", "og:site_name", 'rel="canonical"'):
        assert clutter in text


def test_a_syndicated_copy_has_the_same_words_under_another_address(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    first, copy = [page(newsroom, client, slug).text for slug in ("four-missiles", "four-missiles-fired")]
    [words] = [article.paragraphs for article in PLAY.articles if article.slug == "four-missiles"]
    for paragraph in words:
        escaped = paragraph.replace('"', "&#34;").replace("'", "&#39;")
        assert escaped in first
        assert escaped in copy


def test_each_outlet_is_a_site_of_its_own_with_robots(newsroom: Newsroom, client: httpx.Client) -> None:
    assert len({site.url() for site in newsroom.sites.values()}) == len(PLAY.outlets) >= 4
    for site in newsroom.sites.values():
        assert "User-agent: *" in client.get(site.url("/robots.txt")).text


def test_the_front_page_lists_what_is_out(newsroom: Newsroom, client: httpx.Client) -> None:
    for outlet, site in newsroom.sites.items():
        assert client.get(site.url("/")).text.count("<h2>") == len(PLAY.of(outlet))


def test_a_scenario_with_a_gap_is_refused() -> None:
    broken = PLAY.model_dump(mode="json", exclude={"outlets"}) | {"outlets": {}}
    with pytest.raises(ValueError, match="no such outlet"):
        Play.model_validate(broken)
