"""The address an article is kept under: the declared one, where that can be true."""

import pytest

from extractors.canonical import canonical_url
from extractors.evidence import collect
from extractors.page import parse

FETCHED = "https://www.n.example/world/quay-201?utm_source=x#top"


def kept(declared: str, fetched: str = FETCHED) -> str:
    head = f'<link rel="canonical" href="{declared}">' if declared else ""
    return canonical_url(collect(parse(f"<html><head>{head}</head><p>x</html>".encode(), url=fetched)))


@pytest.mark.parametrize(
    ("declared", "url"),
    [
        ("https://n.example/world/quay-201", "https://n.example/world/quay-201"),
        ("/world/quay-201", "https://www.n.example/world/quay-201"),
        ("https://n.example/2026/world/quay-opens-201", "https://n.example/2026/world/quay-opens-201"),
    ],
)
def test_a_declared_address_of_this_article_is_taken(declared: str, url: str) -> None:
    assert kept(declared) == url


@pytest.mark.parametrize(
    "declared",
    [
        "",
        "https://www.n.example/",
        "/",
        "https://other.example/world/quay-201",
        "javascript:void(0)",
        "http://[",
    ],
)
def test_an_address_that_cannot_be_this_articles_is_not(declared: str) -> None:
    assert kept(declared) == "https://www.n.example/world/quay-201?utm_source=x"
