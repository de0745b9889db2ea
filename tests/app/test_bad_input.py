"""Whatever is wrong with one feed, page or channel is told in a line and costs no other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.demo.site import Reply
from tests.app.bureau import MISSILES, SAYING, SECRET, TROOPS, Bureau, Said

GOOD = Said("Artis Pabriks", TROOPS)
SENTENCE = f"Volodymyr Zelensky confirmed on Tuesday {SAYING[MISSILES]}."
# Within every bound that a page is refused by, and yet a minute's work for the extraction.
SLOW = f"<article><p>{SENTENCE}</p><p>{'<b>x</b> ' * 38_000}</p></article>"
LATIN = f"<article><p>Caf\xe9. Artis Pabriks denied on Tuesday {SAYING[MISSILES]}.</p></article>"
HTML = "<!doctype html><html><head><title>Our site</title></head><body><p>Welcome.</p></body></html>"


def odd_seeds(bureau: Bureau) -> list[str]:
    """Seeds that are no feeds, each in its own way, beside the one that is."""
    replies = {
        "/html-feed.xml": Reply(HTML.encode()),
        "/empty-feed.xml": Reply(b"", content_type="application/rss+xml"),
        "/broken-feed.xml": Reply(b"oops", status=500),
        "/cut-feed.xml": Reply(
            b"<?xml version='1.0'?><rss><channel><item>", content_type="application/rss+xml"
        ),
    }
    bureau.paper.oddities.update(replies)
    return [bureau.site.url(path) for path in replies]


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    """A bureau after one round over a paper full of traps, with a mail server that is not there."""
    with Bureau(tmp_path_factory.mktemp("bad"), settings={"worker": {"time_limit": "6s"}}) as bureau:
        bureau.skip_first_round()
        good = bureau.publisher()
        others = {**good, "name": "Traps", "domain": "traps.example", "seeds": odd_seeds(bureau)}
        dead_mail = {"host": "127.0.0.1", "port": 9, "tls": "none"}
        mail = {"kind": "email", "to": ["a@example.org"], "from": "b@example.org", "smtp": dead_mail}
        hook = {"kind": "webhook", "url": bureau.inbox.hook_url, "secret": SECRET}
        bureau.paper.oddities.update(
            {
                "/news/huge": Reply(b"<p>" + b"a" * 50_000_000),
                "/news/slow": Reply(SLOW.encode()),
                "/news/latin": Reply(LATIN.encode("latin-1"), content_type="text/html; charset=utf-8"),
                "/news/gone": Reply(b"gone", status=410),
                "/news/empty": Reply(b""),
            }
        )
        bureau.paper.out.append(GOOD)
        bureau.change({"publishers": [good, others], "channels": {"desk": mail, "hook": hook}})
        bureau.round = bureau.tocsin("run", "--once")
        yield bureau


def outcome(bureau: Bureau, path: str) -> str:
    return next(
        str(outcome) for url, outcome in bureau.rows("select url, outcome from link") if url.endswith(path)
    )


def trouble(bureau: Bureau, path: str) -> str:
    return next(
        str(told) for url, told in bureau.rows("select url, last_error from seed") if url.endswith(path)
    )


def test_the_good_article_beside_all_of_it_rings(bureau: Bureau) -> None:
    assert GOOD in bureau.told()


def test_a_page_whose_letters_are_not_of_its_encoding_is_read_all_the_same(bureau: Bureau) -> None:
    assert Said("Artis Pabriks", MISSILES, "deny") in bureau.told()


def test_a_page_that_takes_too_long_to_read_is_given_up_with_its_reason(bureau: Bureau) -> None:
    assert outcome(bureau, "/news/slow") == "too-slow"


@pytest.mark.parametrize(
    ("path", "cause"), [("/news/huge", "too-large"), ("/news/gone", "gone"), ("/news/empty", "")]
)
def test_a_page_that_cannot_be_had_is_settled_with_its_cause(bureau: Bureau, path: str, cause: str) -> None:
    assert cause in outcome(bureau, path)
    assert outcome(bureau, path)


@pytest.mark.parametrize("path", ["/html-feed.xml", "/broken-feed.xml", "/cut-feed.xml"])
def test_a_feed_that_is_none_is_named_with_its_trouble(bureau: Bureau, path: str) -> None:
    assert trouble(bureau, path)


def test_a_mail_server_that_is_not_there_delays_no_other_channel_and_loses_no_mail(bureau: Bureau) -> None:
    assert bureau.round is not None
    assert bureau.round.returncode == 1, bureau.round.stderr
    query = "select state, last_error from delivery where channel = 'desk' and state != 'sent'"
    waiting = bureau.rows(query)
    assert len(waiting) == 2
    assert all(state == "pending" for state, _ in waiting)
    assert any("127.0.0.1" in error or "refused" in error.lower() for _, error in waiting)


def test_a_broken_configuration_is_one_line_that_names_file_and_line(tmp_path: Path) -> None:
    with Bureau(tmp_path) as bureau:
        bureau.config.write_text("crawl: {tick: 1\npublishers: [", encoding="utf-8")
        ended = bureau.tocsin("run", "--once")
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "tocsin.yaml:" in ended.stderr


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    with Bureau(tmp_path) as bureau:
        bureau.skip_first_round()
        bureau.write("update alembic_version set version_num = 'from-the-future'")
        ended = bureau.tocsin("run")
        assert ended.returncode == 1
        assert ended.stderr.count("\n") == 1
        assert "newer version" in ended.stderr
        assert bureau.rows("select version_num from alembic_version") == [("from-the-future",)]
