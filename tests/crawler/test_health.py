"""Silences: real ones are found and named, quiet nights and weekends are none."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demo.site import Reply, Site
from crawler import health
from crawler.health import Pulse, Review, judge
from crawler.trouble import Trouble
from store.models import Seed
from store.queries import pulse
from tests.crawler.desk import Desk, article, rss

Pages = dict[str, Reply | bytes | str]
HOUR = timedelta(hours=1)
MONDAY = datetime(2022, 5, 2, 8, 0, tzinfo=UTC)
NOW = datetime(2022, 6, 1, 12, 0, tzinfo=UTC)
ALIVE = Pulse(
    last_good=NOW,
    last_new=NOW - HOUR,
    usual_gap=10 * 3600.0,
    known_since=NOW - timedelta(days=60),
    finds=500,
)


def test_a_living_seed_is_not_silent() -> None:
    assert judge(ALIVE, NOW) is None


@pytest.mark.parametrize(
    "trouble", ["forbidden", "dns", "tls", "html-instead-of-feed", "empty-feed", "unreadable"]
)
def test_an_outage_is_named_by_its_cause_after_some_hours(trouble: str) -> None:
    failing = replace(ALIVE, failures=9, failing_since=NOW - 7 * HOUR, last_error=f"{trouble}: details")
    finding = judge(failing, NOW)
    assert finding is not None
    assert (finding.cause, finding.since) == (Trouble(trouble), NOW - 7 * HOUR)
    assert judge(replace(failing, failing_since=NOW - 5 * HOUR), NOW) is None
    assert judge(replace(failing, failures=2), NOW) is None


def test_a_seed_that_could_never_be_read_is_told_sooner() -> None:
    never = Pulse(failures=5, failing_since=NOW - 2 * HOUR, last_error="gone: 404")
    finding = judge(never, NOW)
    assert finding is not None
    assert finding.cause is Trouble.GONE


@pytest.mark.parametrize("trouble", ["forbidden", "consent-wall", "js-shell", "moved"])
def test_articles_that_cannot_be_had_are_a_silence_though_the_feed_is_well(trouble: str) -> None:
    finding = judge(replace(ALIVE, pages=[trouble] * 9 + ["gated"]), NOW)
    assert finding is not None
    assert finding.cause is Trouble(trouble)
    assert judge(replace(ALIVE, pages=[trouble] * 5 + ["gated"] * 5), NOW) is None
    assert judge(replace(ALIVE, pages=[trouble] * 4), NOW) is None


def test_a_paywall_is_news_only_where_there_was_none() -> None:
    walled = replace(ALIVE, pages=["paywall"] * 10)
    assert judge(replace(walled, pages_before=["paywall"] * 10), NOW) is None
    assert judge(walled, NOW) is None
    assert judge(replace(walled, pages_before=["gated"] * 10), NOW) is not None


def test_articles_that_match_nothing_are_no_trouble() -> None:
    assert judge(replace(ALIVE, pages=["gated"] * 30), NOW) is None


def test_nothing_new_for_twice_the_longest_pause_is_a_silence() -> None:
    nightly = replace(ALIVE, usual_gap=10 * 3600.0)
    assert judge(replace(nightly, last_new=NOW - 23 * HOUR), NOW) is None
    finding = judge(replace(nightly, last_new=NOW - 25 * HOUR), NOW)
    assert finding is not None
    assert (finding.cause, finding.since) == (Trouble.QUIET, NOW - 25 * HOUR)


def test_a_weakness_that_was_seen_names_the_silence() -> None:
    finding = judge(replace(ALIVE, last_new=NOW - 72 * HOUR, last_error="shared-ids"), NOW)
    assert finding is not None
    assert finding.cause is Trouble.SHARED_IDS


def test_a_publisher_of_which_little_is_known_has_a_week() -> None:
    new = replace(ALIVE, finds=3, last_new=NOW - timedelta(days=6))
    assert judge(new, NOW) is None
    assert judge(replace(new, last_new=NOW - timedelta(days=8)), NOW) is not None


def test_a_first_weekend_is_no_silence() -> None:
    monday = datetime(2022, 6, 6, 8, 0, tzinfo=UTC)
    weekend = replace(ALIVE, known_since=monday - timedelta(days=5), last_new=monday - timedelta(hours=62))
    assert judge(replace(weekend, last_good=monday), monday) is None


@given(st.lists(st.floats(0.1, 200), min_size=1, max_size=50))
def test_the_usual_gap_is_never_below_the_last_one_nor_above_the_longest(hours: list[float]) -> None:
    usual = None
    for gap in hours:
        usual = health.usual_gap(usual, timedelta(hours=gap))
        assert usual >= gap * 3600 - 1
    assert usual is not None
    assert usual <= max(hours) * 3600 + 1


def working_days(chance: random.Random, days: int, per_day: int) -> Iterable[datetime]:
    """An office's publishing times: day by day, hardly at night, never at weekends."""
    for day in range(days):
        start = MONDAY + timedelta(days=day)
        if start.weekday() < 5:
            yield from sorted(start + timedelta(hours=chance.uniform(0, 10)) for _ in range(per_day))


def every_day(chance: random.Random, days: int, per_day: int) -> Iterable[datetime]:
    moment = MONDAY
    while moment < MONDAY + timedelta(days=days):
        moment += timedelta(hours=chance.expovariate(per_day / 24))
        yield moment


@pytest.mark.parametrize("rhythm", [working_days, every_day])
@pytest.mark.parametrize("per_day", [4, 20, 200])
@pytest.mark.parametrize("seed", range(3))
def test_a_month_of_normal_days_raises_no_alarm_and_a_death_after_it_raises_one(
    rhythm: type, per_day: int, seed: int
) -> None:
    published = list(rhythm(random.Random(seed), 30, per_day))  # noqa: S311
    pulse, alarms, now = Pulse(known_since=published[0]), [], MONDAY
    waiting = published.copy()
    for _ in range(30 * 24):
        now += HOUR
        found = [moment for moment in waiting if moment <= now]
        waiting = waiting[len(found) :]
        pulse = _polled(pulse, now, is_new=bool(found))
        if (finding := judge(pulse, now)) is not None:
            alarms.append((now, finding))
    assert alarms == []
    died = pulse.last_new
    assert died is not None
    while judge(pulse, now) is None:
        now += HOUR
        pulse = _polled(pulse, now, is_new=False)
    longest = timedelta(seconds=pulse.usual_gap or 0)
    assert now - died <= max(2 * longest, timedelta(days=1)) + HOUR


def _polled(pulse: Pulse, now: datetime, *, is_new: bool) -> Pulse:
    if not is_new:
        return replace(pulse, last_good=now)
    gap = health.usual_gap(pulse.usual_gap, now - pulse.last_new) if pulse.last_new else None
    return replace(pulse, last_good=now, last_new=now, usual_gap=gap, finds=pulse.finds + 1)


# --- over a store -----------------------------------------------------------------------------


def review(desk: Desk) -> Review:
    with desk.store.read() as session:
        found = health.survey(session, desk.now())
    with desk.store.write() as session:
        return health.record(session, found, desk.now())


def poll_for(desk: Desk, site: Site, hours: int) -> list[Review]:
    """Poll whenever it is due, and review every hour."""
    reviews = []
    for _ in range(hours):
        desk.pass_time(hours=1)
        desk.crawl(site.url())
        reviews.append(review(desk))
    return reviews


def test_a_silence_begins_once_and_ends_once(desk: Desk, site: Site, pages: Pages) -> None:
    good = rss([site.url("/a")])
    pages["/rss"], pages["/a"] = good, article()
    desk.watch(site.url("/rss"))
    desk.crawl(site.url())
    pages["/rss"] = Reply(status=403)
    during = [change for r in poll_for(desk, site, 12) for change in r.publishers]
    assert [(change.began, change.cause) for change in during] == [(True, Trouble.FORBIDDEN)]
    assert during[0].publisher == "example.org"
    assert desk.seed().silent_since is not None
    pages["/rss"] = good
    after = [change for r in poll_for(desk, site, 4) for change in r.publishers]
    assert [(change.began, change.cause) for change in after] == [(False, Trouble.FORBIDDEN)]
    assert desk.seed().silent_since is None


def test_one_dead_path_is_named_and_the_publisher_is_not_silent(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"], pages["/other"], pages["/a"] = rss([site.url("/a")]), Reply(status=404), article()
    desk.watch(site.url("/rss"), site.url("/other"))
    reviews = poll_for(desk, site, 12)
    assert [change.path for r in reviews for change in r.paths if change.began] == [site.url("/other")]
    assert [change for r in reviews for change in r.publishers] == []


def test_a_path_that_only_repeats_another_one_is_alive(desk: Desk, site: Site, pages: Pages) -> None:
    desk.watch(site.url("/rss"), site.url("/other"))
    for day in range(12):
        name = f"/{day}"
        pages["/rss"] = pages["/other"] = rss([site.url(name)], published=desk.now())
        pages[name] = article(name)
        desk.crawl(site.url())
        desk.pass_time(hours=20)
        assert review(desk) == Review()
    seeds: list[Seed] = desk.seeds()
    assert [len([link for link in desk.links() if link.seed_id == seed.id]) for seed in seeds] == [12, 0]


def test_a_feed_that_is_well_while_its_articles_are_forbidden_is_found_out(
    desk: Desk, site: Site, pages: Pages
) -> None:
    pages["/rss"] = rss([site.url(f"/{n}") for n in range(10)])
    pages.update({f"/{n}": Reply(status=403) for n in range(10)})
    desk.watch(site.url("/rss"))
    desk.crawl(site.url())
    (change,) = review(desk).publishers
    assert (change.began, change.cause) == (True, Trouble.FORBIDDEN)


def test_teasers_behind_a_paywall_are_counted_as_such(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"] = rss([site.url("/a")])
    pages["/a"] = article().replace("</head>", '<script>{"isAccessibleForFree": false}</script></head>')
    desk.watch(site.url("/rss"))
    desk.crawl(site.url())
    assert desk.link().outcome == "paywall"
    assert len(desk.pages) == 1


def test_the_path_that_is_first_is_known_from_the_one_that_lags(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"] = pages["/other"] = rss([site.url("/a"), site.url("/b")])
    pages["/a"] = pages["/b"] = article()
    desk.watch(site.url("/rss"), site.url("/other"))
    desk.crawl(site.url())
    with desk.store.read() as session:
        assert pulse.firsts(session, since=desk.now() - timedelta(days=7)) == {1: 2, 2: 0}
