"""The engine on texts that nobody would print: no exception, exact spans, a gate that misses nothing."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchers.engine import Engine
from store.values import Document, MatchResult, Place
from tests.eval.gate import corpus

PIECES = (
    "Belarusian troops",
    "have not",
    "entered Ukraine",
    "missiles",
    "from Belarus",
    "said",
    "Alexander Lukashenko",
    "denied that",
    "Білоруські війська",
    "ракети",
    "з Білорусі",
    "«",
    "»",
    "“",
    "”",
    '"',
    ".",
    "?",
    ":",
    "—",
    ",",
    "\n",
    "\u200b",
    "\u202e",
    "\u00ad",
    "e\u0301",
    "\x00",
    "😀",
)


@cache
def engine() -> Engine:
    return Engine.load()


def _matched(title: str, text: str, lang: str | None = "en") -> MatchResult:
    result = engine().match(Document(title=title, text=text, lang=lang))
    for match in result.matches:
        whole = title if match.place is Place.TITLE else text
        assert whole[match.start : match.end] == match.evidence
        assert all(-1 <= step.start <= step.end <= len(whole) for step in match.trace)
    return result


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40), st.lists(st.sampled_from(PIECES), max_size=8))
def test_evidence_cuts_the_text_exactly_whatever_the_text(text: list[str], title: list[str]) -> None:
    assert _matched(" ".join(title), " ".join(text)).skipped is None


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert _matched(text[:50], text).lang == "en"


@pytest.mark.parametrize(
    "text",
    [
        "Belarus " * 20_000,
        '"' * 100_000,
        "Belarusian troops " + "и\u0301" * 50_000,
        "\x00" * 1000 + "Belarusian troops entered Ukraine.",
        "\ud800 Belarusian troops entered Ukraine.",
        "".join(chr(c) for c in range(0x20, 0x3000)),
    ],
    ids=["one word", "quotes", "combining marks", "NUL", "lone surrogate", "every block"],
)
def test_a_hostile_text_costs_no_exception(text: str) -> None:
    assert _matched("", text).skipped is None


def test_a_text_in_an_unknown_language_is_named_and_skipped() -> None:
    result = engine().match(Document(title="", text="Les soldats sont en Ukraine.", lang="fr"))
    assert result.skipped is not None
    assert "fr" in result.skipped


def test_whatever_the_matcher_finds_passes_the_gate() -> None:
    missed = [
        item["id"]
        for item in corpus()
        if engine().match(Document(item["title"], item["text"], item["lang"])).matches
        and not engine().gate(f"{item['title']}\n{item['text']}")
    ]
    assert missed == []


def test_the_gate_stops_news_of_other_things() -> None:
    assert not engine().gate("Aryna Sabalenka has won the US Open for the second time in a row.")
    assert not engine().gate("The council will close the bridge at night for repairs until Easter.")
