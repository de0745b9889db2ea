"""Golden pages: what is read off each, field by field; and what a page that is none costs."""

import copy
import html
import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.article import extract
from extractors.errors import ExtractError, Refusal
from extractors.prefilter import page_text
from store.values import Extracted

CORPUS = Path(__file__).parent / "corpus"
CASES = sorted(path.stem for path in CORPUS.glob("*.toml"))
PARAGRAPH = (
    "<p>The keeper said on Monday that nobody had touched the lamp, and that it would burn all winter.</p>"
)


def read(name: str) -> tuple[Extracted, dict[str, object]]:
    wanted = tomllib.loads((CORPUS / f"{name}.toml").read_text("utf-8"))
    body = (CORPUS / f"{name}.html").read_bytes()
    content_type = str(wanted.pop("content_type", ""))
    return extract(body, url=str(wanted.pop("url")), content_type=content_type), wanted


@pytest.mark.parametrize("name", CASES)
def test_a_saved_page_is_read_as_its_golden_file_says(name: str) -> None:
    article, wanted = read(name)
    shown = {
        "canonical": article.url,
        "title": article.title,
        "subtitle": article.subtitle,
        "authors": list(article.authors),
        "published": article.published.isoformat() if article.published else None,
        "published_on": article.published_on,
        "modified": article.modified.isoformat() if article.modified else None,
        "lang": article.lang,
        "site_name": article.site_name,
        "paywalled": article.paywalled,
        "text": article.text,
    }
    wanted["text"] = str(wanted["text"]).strip()
    assert {key: shown[key] for key in wanted} == wanted


@pytest.mark.parametrize("name", CASES)
def test_every_word_of_a_golden_page_passes_the_prefilter(name: str) -> None:
    article, _ = read(name)
    wanted = tomllib.loads((CORPUS / f"{name}.toml").read_text("utf-8"))
    text = page_text((CORPUS / f"{name}.html").read_bytes(), str(wanted.get("content_type", "")))
    told = set(text.split())
    assert [word for word in f"{article.title} {article.text}".split() if word not in told] == []


def page(body: str, head: str = "") -> bytes:
    return f"<html><head>{head}</head><body><article>{body}</article></body></html>".encode()


def test_the_hints_of_a_seed_fill_what_the_page_leaves_open() -> None:
    hint = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)
    article = extract(
        page(PARAGRAPH * 1), url="https://n.example/a", published_hint=hint, title_hint="A lamp"
    )
    assert (article.title, article.published) == ("A lamp", hint)


def test_the_page_is_believed_before_the_hints() -> None:
    head = '<meta property="article:published_time" content="2026-04-02T10:00:00+02:00">'
    head += "<title>Lamp burns</title>"
    hint = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)
    article = extract(
        page(PARAGRAPH, head), url="https://n.example/a", published_hint=hint, title_hint="A lamp"
    )
    assert article.title == "Lamp burns"
    assert article.published is not None
    assert article.published.isoformat() == "2026-04-02T10:00:00+02:00"


@pytest.mark.parametrize("body", [b"", b" \n\t ", page(""), b"<html></html>"])
def test_a_page_without_text_is_refused(body: bytes) -> None:
    with pytest.raises(ExtractError) as refused:
        extract(body, url="https://n.example/empty")
    assert refused.value.reason in (Refusal.NO_TEXT, Refusal.NOT_HTML)
    assert "https://n.example/empty" in str(refused.value)


def test_a_refusal_crosses_a_process_border_whole() -> None:
    refusal = ExtractError(Refusal.TOO_DEEP, url="https://n.example/a", detail="9 of 3")
    again = copy.copy(refusal)  # by __reduce__, as pickle does
    assert (again.reason, again.url, str(again)) == (refusal.reason, refusal.url, str(refusal))


def test_paragraphs_stay_on_lines_of_their_own() -> None:
    article = extract(page(PARAGRAPH + PARAGRAPH.replace("Monday", "Friday")), url="https://n.example/a")
    assert [line.count("lamp") for line in article.text.split("\n")] == [1, 1]


def test_extraction_without_an_address_works() -> None:
    assert extract(page(PARAGRAPH), url="").text.startswith("The keeper")


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.just("2026-03-04T10:00:00Z")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(
            st.sampled_from(["name", "@id", "url", "@type", "isAccessibleForFree"]), inner, max_size=2
        ),
    ),
    max_leaves=4,
)
FIELDS = st.sampled_from(
    [
        "headline",
        "datePublished",
        "dateModified",
        "author",
        "publisher",
        "url",
        "mainEntityOfPage",
        "hasPart",
        "inLanguage",
        "articleBody",
        "isAccessibleForFree",
        "liveBlogUpdate",
        "description",
        "alternativeHeadline",
        "@graph",
    ]
)
META = st.tuples(
    st.sampled_from(
        ["og:title", "og:url", "article:published_time", "author", "date", "og:locale", "og:site_name"]
    ),
    st.text(max_size=12),
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(FIELDS, JSON, max_size=6), st.lists(META, max_size=4), st.text(max_size=20))
def test_no_tale_of_a_page_costs_its_article(
    data: dict[str, object], meta: list[tuple[str, str]], link: str
) -> None:
    head = f'<link rel="canonical" href="{html.escape(link)}">'
    head += "".join(f'<meta property="{name}" content="{html.escape(value)}">' for name, value in meta)
    told = json.dumps({"@type": ["LiveBlogPosting", "NewsArticle"], "headline": "x", **data})
    head += f'<script type="application/ld+json">{told}</script>'
    assert "burn all winter" in extract(page(PARAGRAPH * 2, head), url="https://n.example/a").text
