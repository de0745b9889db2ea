"""What counts as overdue, and when that is the machine's doing."""

from datetime import timedelta

from app.demo.site import Reply, Site
from crawler.backlog import LATE, survey
from tests.crawler.desk import Desk, article, rss

MINUTE = timedelta(minutes=1)


def test_a_seed_that_is_not_asked_in_time_is_overdue(desk: Desk) -> None:
    desk.watch("http://127.0.0.1:1/rss")
    with desk.store.read() as session:
        assert not survey(session, desk.now() + LATE - MINUTE).is_behind(16)
        late = survey(session, desk.now() + LATE)
    assert (late.seeds, late.since) == (1, desk.now())
    assert late.is_behind(16)


def test_pages_that_wait_behind_one_slow_host_are_no_fault_of_the_machine(
    desk: Desk, site: Site, pages: dict[str, Reply | bytes | str]
) -> None:
    names = [f"/{number}" for number in range(120)]
    pages["/rss"] = rss([site.url(name) for name in names])
    pages.update({name: article(name) for name in names})
    desk.watch(site.url("/rss"), every={"min": 86_400, "max": 86_400})
    desk.crawl(site.url())
    with desk.store.read() as session:
        late = survey(session, desk.now() + LATE)
    assert (late.seeds, late.hosts) == (0, 1)
    assert late.pages > 50
    assert not late.is_behind(16)
    assert late.is_behind(0)
