"""Who wrote it, as the page writes the names."""

import json

import pytest

from extractors.evidence import collect
from extractors.page import parse
from extractors.people import authors_of


def authors(head: str = "", body: str = "") -> tuple[str, ...]:
    page = parse(f"<html><head>{head}</head><body>{body}</body></html>".encode(), url="https://n.example/a")
    return authors_of(page, collect(page))


@pytest.mark.parametrize(
    "author",
    [
        "Ada Moss and Ben Roe",
        ["Ada Moss", "Ben Roe"],
        [{"@type": "Person", "name": "Ada Moss"}, {"name": "By Ben Roe"}, {"name": "ada moss"}],
        {"name": ["Ada Moss", "Ben Roe"]},
        "Ada Moss, Ben Roe, https://n.example/ben",
    ],
)
def test_the_data_names_its_authors_in_many_shapes(author: object) -> None:
    data = json.dumps({"@type": "NewsArticle", "headline": "x", "author": author})
    assert authors(f'<script type="application/ld+json">{data}</script>') == ("Ada Moss", "Ben Roe")


@pytest.mark.parametrize(
    "line", ["By Ada Moss", "Von Ada Moss", "Автор: Ada Moss", "Autor: Ada Moss", "Ada Moss"]
)
def test_a_byline_is_read_without_its_preposition(line: str) -> None:
    assert authors(body=f'<p class="byline">{line}</p>') == ("Ada Moss",)


def test_addresses_and_numbers_are_no_names() -> None:
    assert (
        authors('<meta name="author" content="https://n.example/1"><meta name="byl" content="Desk 24">') == ()
    )
