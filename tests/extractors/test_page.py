"""Pages that are built to hurt are refused with a reason, fast; odd ones are read."""

import time

import pytest

from extractors.article import extract
from extractors.errors import ExtractError, Refusal
from extractors.page import MAX_BYTES, parse
from extractors.prefilter import page_text

PARAGRAPH = (
    "<p>The keeper said on Monday that nobody had touched the lamp, and that it would burn all winter.</p>"
)
SECONDS = 8.0
"""Far more than any of these pages takes, far less than one without bounds would."""

HOSTILE = {
    "50 MB": (PARAGRAPH * (50_000_000 // len(PARAGRAPH)), Refusal.TOO_LARGE),
    "a million rows": ("<table>" + "<tr><td>x" * 700_000 + "</table>", Refusal.TOO_MANY_TAGS),
    "100,000 nested tags": ("<div>" * 100_000 + PARAGRAPH, Refusal.TOO_MANY_TAGS),
    "30,000 nested tags": ("<div>" * 30_000 + PARAGRAPH, Refusal.TOO_DEEP),
    "30,000 nested closed tags": ("<i>" * 30_000 + PARAGRAPH + "</i>" * 30_000, Refusal.TOO_DEEP),
    "100,000 attributes": (
        "<div " + " ".join(f"a{n}=1" for n in range(100_000)) + ">",
        Refusal.TOO_MANY_TAGS,
    ),
    "a PDF": ("%PDF-1.7 " + PARAGRAPH, Refusal.NOT_HTML),
    "control bytes": ("\x01\x02\x03" * 500, Refusal.NOT_HTML),
}


def body_of(markup: str) -> bytes:
    return markup.encode() if markup.startswith(("%", "\x01")) else f"<html><body>{markup}".encode()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_refused_with_its_reason(name: str) -> None:
    markup, reason = HOSTILE[name]
    body = body_of(markup)
    began = time.process_time()
    for read in (page_text, lambda page: extract(page, url="https://n.example/a")):
        with pytest.raises(ExtractError) as refused:
            read(body)
        assert refused.value.reason == reason
    assert time.process_time() - began < SECONDS


ODD = {
    "deep but honest": "<div>" * 400 + PARAGRAPH * 3 + "</div>" * 400,
    "a colspan of 2^53": PARAGRAPH * 3
    + '<table><tr><td colspan="9007199254740992" rowspan="9007199254740992">x</table>',
    "NUL": PARAGRAPH.replace("keeper", "kee\0per") * 3,
    "an entity bomb": '<!DOCTYPE a [<!ENTITY b "&c;&c;"><!ENTITY c "&b;&b;">]>'
    + PARAGRAPH * 3
    + "<p>&b;</p>",
    "deep JSON": '<script type="application/ld+json">' + "[" * 50_000 + "</script>" + PARAGRAPH * 3,
    "an endless string": '<script type="application/ld+json">{"a": "'
    + "\\" * 500_001
    + "</script>"
    + PARAGRAPH * 3,
    "2,000 labels": PARAGRAPH * 3 + "<div><b>Read more</b></div>" * 2_000,
    "an unclosed comment": PARAGRAPH * 3 + "<!-- " + "x" * 100_000,
    "a title of breaks": "<title>" + "a - " * 20_000 + "</title>" + PARAGRAPH * 3,
    "a date of digits": '<meta name="date" content="' + "2024-" * 20_000 + '">' + PARAGRAPH * 3,
    "a byline of names": '<div class="byline">' + "and, " * 20_000 + "</div>" + PARAGRAPH * 3,
    "scripts of paragraphs": "<script>" + '"\\u003cp\\u003e' * 20_000 + "</script>" + PARAGRAPH * 3,
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_page_is_read_in_bounded_time(name: str) -> None:
    body = f"<html><body>{ODD[name]}".encode()
    began = time.process_time()
    assert "would burn all winter" in page_text(body)
    assert "would burn all winter" in extract(body, url="https://n.example/a").text
    assert time.process_time() - began < SECONDS


def test_invalid_utf8_costs_its_own_bytes_alone() -> None:
    body = (
        b"<html><body>"
        + (PARAGRAPH.encode() + b"<p>\xff\xfe \xc3\x28 \xed\xa0\x80 said so, and then went home.</p>") * 3
    )
    assert "would burn all winter" in extract(body, url="https://n.example/a").text


def test_lists_without_end_cost_one_page() -> None:
    body = ("<html><body><article>" + "<ul><li>" * 900 + "x" + PARAGRAPH * 3).encode()
    with pytest.raises(ExtractError) as refused:
        extract(body, url="https://n.example/a")
    assert refused.value.reason == Refusal.TOO_DEEP


def test_the_largest_allowed_page_is_parsed() -> None:
    body = b"<html><body><p>word</p><!--" + b"x" * (MAX_BYTES - 40) + b"-->"
    assert parse(body, url="").tree.text_content().strip() == "word"
