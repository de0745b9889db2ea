"""One article, one key; two articles, two keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.urls import domain_of, host_of, link_key

SAME = [
    "https://news.example/world/army-denies-it-123",
    "http://news.example/world/army-denies-it-123",
    "https://www.news.example/world/army-denies-it-123/",
    "https://m.news.example/world/army-denies-it-123",
    "https://amp.news.example/world/army-denies-it-123",
    "HTTPS://WWW.News.Example:443/world/army-denies-it-123#comments",
    "http://news.example:80/world//army-denies-it-123?utm_source=x&utm_medium=rss",
    "https://news.example/world/army-denies-it-123?fbclid=AbC&gclid=1",
    "https://news.example/world/./x/../army-denies-it-123",
    "https://news.example/world/army-denies-it-123/amp/",
    "https://news.example/amp/world/army-denies-it-123",
    "https://news.example/world/army-denies-it-123?amp=1",
    "https://news.example/world/army-denies-it-123?outputType=amp",
    "https://news.example/world/army-denies-it-123.amp",
    "https://news-example.cdn.ampproject.org/c/s/news.example/world/army-denies-it-123",
    "https://www.google.com/amp/s/www.news.example/world/army-denies-it-123",
    "//news.example/world/army-denies-it-123",
    "news.example/world/army-denies-it-123",
    "https://news.example/world/army-denies-it-123;jsessionid=0A1B2C",
    "  https://news.example/world/%61rmy-denies-it-123 ",
]


@pytest.mark.parametrize("url", SAME)
def test_spellings_of_one_article_share_a_key(url: str) -> None:
    assert link_key(url) == "news.example/world/army-denies-it-123"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://n.example/?p=101", "https://n.example/?p=102"),
        ("https://n.example/news.php?id=7", "https://n.example/news.php?id=8"),
        ("https://n.example/a?cid=7", "https://n.example/a?cid=8"),
        ("https://n.example/a?ref=7", "https://n.example/a?ref=8"),
        ("https://uk.n.example/a", "https://ru.n.example/a"),
        ("https://n.example/A", "https://n.example/a"),
        ("https://n.example:8080/a", "https://n.example/a"),
        ("https://n.example/amp", "https://n.example/"),
        ("https://n.example/a%2Fb", "https://n.example/a/b"),
    ],
)
def test_two_articles_keep_two_keys(one: str, other: str) -> None:
    assert link_key(one) != link_key(other)


def test_percent_encoded_and_plain_cyrillic_are_one_key() -> None:
    plain = link_key("https://n.example/новини/армія?тег=так")
    assert plain == link_key(
        "https://n.example/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8/%D0%B0%D1%80%D0%BC%D1%96%D1%8F"
        "?%D1%82%D0%B5%D0%B3=%d1%82%d0%b0%d0%ba"
    )


def test_the_order_of_the_query_does_not_matter() -> None:
    assert link_key("https://n.example/a?y=2&x=1") == "n.example/a?x=1&y=2"


def test_a_legacy_percent_encoding_survives() -> None:
    assert link_key("https://n.example/a?q=%ED%EE") == "n.example/a?q=%ED%EE"


def test_unicode_and_punycode_hosts_are_one_key() -> None:
    assert link_key("https://новини.example/a") == link_key("https://xn--b1amarcd.example/a")


@pytest.mark.parametrize("junk", ["", "mailto:a@b.example", "javascript:void(0)", "http://[::1", "http://"])
def test_what_is_no_web_address_still_has_a_key(junk: str) -> None:
    assert link_key(junk) == link_key(junk)


@given(st.text(max_size=60))
def test_any_text_has_a_key(text: str) -> None:
    assert isinstance(link_key(text), str)


@given(
    st.lists(st.text("abcamp%/-._~é", max_size=8), max_size=4),
    st.dictionaries(st.sampled_from(["id", "p", "amp", "utm_x", "q"]), st.text("a1&= é%", max_size=5)),
)
def test_a_key_is_its_own_key(path: list[str], query: dict[str, str]) -> None:
    url = "https://www.n.example/" + "/".join(path) + "?" + "&".join(f"{k}={v}" for k, v in query.items())
    once = link_key(url)
    assert link_key(once) == once


def test_the_host_is_the_one_that_is_asked() -> None:
    assert host_of("https://WWW.News.Example:443/a") == "www.news.example"
    assert host_of("http://127.0.0.1:8080/a") == "127.0.0.1:8080"
    assert host_of("http://[::1]:81/a") == "[::1]:81"


def test_a_url_without_host_is_refused() -> None:
    with pytest.raises(ValueError, match="no host"):
        host_of("https:///path")


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.m.news.example/a", "news.example"),
        ("https://uk.news.example/a", "uk.news.example"),
        ("https://m.example/a", "m.example"),
        ("https://amp.dev/a", "amp.dev"),
    ],
)
def test_mirror_labels_are_not_part_of_the_domain(url: str, domain: str) -> None:
    assert domain_of(url) == domain
