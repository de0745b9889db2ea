"""Whatever the extraction can yield stands in the prefilter's text: else the gate would lose articles."""

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.article import extract
from extractors.errors import ExtractError
from extractors.prefilter import page_text

FILLER = "The keeper said on Monday that nobody had touched the lamp, and that it would burn all winter long."


def text_of(body: str, head: str = "") -> str:
    return page_text(f"<html><head>{head}</head><body>{body}</body></html>".encode())


@pytest.mark.parametrize(
    "markup",
    [
        "<p><span>B</span>elmark troops</p>",
        "<p><b><i>B</i></b>elmark <a href='x'>tro</a>ops</p>",
        "<p>Bel<wbr>mark troops</p>",
        "<p>Bel&shy;mark tro\u00adops</p>",
        "<p>Bel&#8203;mark&nbsp;troops</p>",
        "<p>Bel<!-- -->mark troops</p>",
        "<p>&#66;elmark &#x74;roops</p>",
        "<P>Belmark<BR>troops</P>",
        "<div>Belmark</div><div>troops</div>",
        "<table><tr><td>Belmark<td>troops</table>",
        "<noscript><p>Belmark troops</p></noscript>",
        "<template><p>Belmark troops</p></template>",
        '<script type="application/ld+json">{"headline": "\\u0042elmark troops"}</script>',
        '<script type="application/LD+JSON">{"a": ["<p>Bel<b>mark</b></p><p>troops</p>"],}</script>',
        '<script type="application/ld+json">{"a": "Belmark troops", broken</script>',
        '<script type="application/ld+json">{"a": "Bel&amp;shy;mark&nbsp;troops"}</script>',
        '<script>x.push("\\u003cp\\u003eBelmark troops' + " and more" * 60 + '\\u003c/p\\u003e")</script>',
        "<h1><span>Kicker</span><span>Belmark</span> troops</h1>",
    ],
)
def test_a_name_survives_its_markup(markup: str) -> None:
    assert re.search(r"\bBelmark\s+troops\b", text_of(markup))


@pytest.mark.parametrize("attribute", ["property='og:title'", "name='description'", "itemprop='headline'"])
def test_what_meta_tags_tell_is_told(attribute: str) -> None:
    assert "Belmark" in text_of("", f"<meta {attribute} content='Belmark'>")


def test_blocks_do_not_run_together() -> None:
    assert "onetwo" not in text_of("<h2>one</h2><p>two</p><ul><li>one<li>two</ul>")


def test_scripts_and_styles_are_not_words() -> None:
    assert "hidden" not in text_of("<script>hidden()</script><style>.hidden{}</style><p>seen</p>")


def test_decomposed_letters_are_composed() -> None:
    assert "й" in text_of("<p>и\u0306</p>")


WORDS = st.sampled_from(
    ["Лукаш", "B", "elmark", "troops", "ДЗЯРЖАВА", "Łuk", "aszenka", "2026", "п’ять", "й"]
)
BREAKS = st.sampled_from([" ", "", "\n", "\u00ad", "\u00a0", "\u200b", "<br>", "<wbr>", "<!-- -->"])
TAGS = st.sampled_from(["b", "em", "i", "q", "span", "span class=x", "strong", "sub", "sup", "u"])
INLINE = st.recursive(
    st.one_of(WORDS, BREAKS),
    lambda inner: st.tuples(TAGS, WORDS, st.lists(inner, max_size=3)).map(
        lambda tag: f"<{tag[0]}>{tag[1]}{''.join(tag[2])}</{tag[0].split()[0]}>"
    ),
    max_leaves=6,
)
LINK = INLINE.map(lambda inner: f"<a href=/x>{inner}</a>")
PIECES = st.lists(st.one_of(WORDS, INLINE, LINK), min_size=2, max_size=8).map("".join)
BLOCK = st.tuples(st.sampled_from(["p", "p", "h2", "li", "blockquote", "div", "td", "section"]), PIECES)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(BLOCK, min_size=1, max_size=5), PIECES, PIECES)
def test_every_word_of_the_extraction_is_in_the_text(
    blocks: list[tuple[str, str]], title: str, data: str
) -> None:
    inner = "".join(f"<{tag}>{text} {FILLER}</{tag}>" for tag, text in blocks)
    ld = json.dumps({"@type": "NewsArticle", "headline": data, "articleBody": f"{data} {FILLER}"})
    script = f"<script type='application/ld+json'>{ld}</script>"
    page = f"<html><body><article><h1>{title}</h1>{inner}</article>{script}"
    try:
        article = extract(page.encode(), url="https://n.example/a")
    except ExtractError:
        return
    told = set(re.findall(r"\w+", page_text(page.encode())))
    assert [word for word in re.findall(r"\w+", f"{article.title} {article.text}") if word not in told] == []
