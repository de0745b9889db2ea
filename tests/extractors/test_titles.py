"""The article's title out of many: without the site's name, and the one that editors gave it."""

import pytest

from extractors.evidence import collect
from extractors.page import parse
from extractors.titles import title_of, without_site


def told(
    *,
    graph: str = "",
    card: str = "",
    data: str = "",
    heading: str = "",
    window: str = "",
    site: str = "",
    hint: str = "",
) -> str:
    """The title chosen for a page that has these."""
    head = f'<meta property="og:site_name" content="{site}"><title>{window}</title>' if site or window else ""
    head += f'<meta property="og:title" content="{graph}">' if graph else ""
    head += f'<meta name="twitter:title" content="{card}">' if card else ""
    if data:
        head += (
            f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{data}"}}</script>'
        )
    page = f"<html><head>{head}</head><body><h1>{heading}</h1></body></html>"
    return title_of(collect(parse(page.encode(), url="https://www.baltic-herald.example/a")), hint=hint)


@pytest.mark.parametrize(
    "title",
    [
        "Port denies closure | Baltic Herald",
        "Port denies closure - Baltic Herald",
        "Port denies closure – Baltic Herald – 04.03.2026",
        "Port denies closure * Baltic Herald * by Ada Moss",
        "Baltic Herald | Port denies closure",
        "Port denies closure | baltic-herald.example",
        "Port denies closure｜Baltic Herald",
        "Port denies closure",
    ],
)
def test_the_name_of_the_site_is_no_part_of_a_title(title: str) -> None:
    assert told(window=title, site="Baltic Herald") == "Port denies closure"


def test_the_domain_tells_the_name_where_nothing_else_does() -> None:
    assert told(graph="Port denies closure | Baltic-Herald") == "Port denies closure"


def test_umlauts_in_a_name_are_spelt_as_in_domains() -> None:
    assert without_site("Kein Riss im Damm | Küsten-Blatt", {"kuestenblatt"}) == "Kein Riss im Damm"


@pytest.mark.parametrize(
    "title", ["Port: closure denied - mayor confirms", "BUDGET 3.0 | Port gets a crane", "A - B"]
)
def test_a_break_that_is_not_before_the_name_stays(title: str) -> None:
    assert told(graph=title, heading=title, site="Baltic Herald") == title


def test_entities_and_markup_in_titles_are_resolved() -> None:
    assert (
        told(data="Port &amp;quot;never&amp;quot; closed &lt;b&gt;again&lt;/b&gt;")
        == 'Port "never" closed again'
    )


def test_a_section_after_a_dash_goes_where_heading_and_data_end_before_it() -> None:
    assert told(graph="Port denies closure-Politics", data="Port denies closure") == "Port denies closure"


def test_a_kicker_before_a_bar_goes_where_heading_and_data_begin_after_it() -> None:
    title = "Port denies closure"
    assert told(graph=f"Harbours | {title}", heading=title, data=title) == title


def test_a_title_for_social_media_alone_gives_way_to_the_data() -> None:
    shout = "You will not believe what the port says"
    assert told(graph=shout, card=shout, data="Port denies closure", heading="Port denies closure") == (
        "Port denies closure"
    )


def test_data_written_for_search_engines_gives_way_to_the_heading() -> None:
    print_title = "Port denies closure"
    search = "Port Ostby closed? All you need to know"
    assert (
        told(graph=print_title, card=print_title, heading=print_title, data=search, window=search)
        == print_title
    )


def test_a_title_cut_off_is_taken_whole_from_the_heading() -> None:
    whole = "Port denies closure of the northern quay"
    assert told(graph="Port denies closure of…", heading=whole) == whole


def test_logins_and_logos_are_no_headings() -> None:
    page = b"<html><body><h1>Log in</h1><h1>Herald</h1><h1>Port denies closure today</h1></body></html>"
    assert title_of(collect(parse(page, url="https://herald.example/a"))) == "Port denies closure today"


@pytest.mark.parametrize(
    "heading",
    ["Kicker<br>Port denies", "<span>Kicker</span><span>Port denies</span>", "<div>Kicker</div>Port denies"],
)
def test_the_lines_of_a_heading_do_not_run_together(heading: str) -> None:
    assert told(heading=heading) == "Kicker Port denies"


def test_a_drop_cap_in_a_heading_is_part_of_its_word() -> None:
    assert told(heading="<span>P</span>ort denies closure") == "Port denies closure"


def test_the_hint_is_the_last_resort() -> None:
    assert told(hint=" Port  denies ") == "Port denies"
    assert told(heading="Port denies closure", hint="Something else") == "Port denies closure"
