"""Which of a page's titles is the article's: heading, OpenGraph, Twitter card, JSON-LD, window title.

Each may carry the site's name, a section or a kicker; no rule here knows a publisher.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from anyascii import anyascii
from lxml.html import HtmlElement

from extractors.evidence import Evidence, text_of
from extractors.page import flowed
from extractors.text import plain_line
from store.urls import domain_of

_BREAK = re.compile(r"\s+[|–—\-·•*«»:/~‹›⁄]\s+|\s*[|｜ㅣ‖]\s*|\s+::\s+|\s*[–—]\s+(?=[A-Z]{2,4}$)")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_ENDING = re.compile(r"\s*[-–—|·•ㅣ]\s*")
_DATA_TAGS = ("parsely-title", "sailthru.title", "dc.title", "dcterms.title", "cxenseparse:title")
_HEADING_BREAKS = frozenset(("br", "div", "p", "small", "hr", "h2", "h3", "li", "time", "q"))
_CUT_OFF = ("…", "...")
_NOT_WORDS = re.compile(r"[\W_]+")
_AS_IN_DOMAINS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})
_ENDINGS = ("com", "net", "org", "news", "online", "de", "co", "uk")


@dataclass(frozen=True, slots=True)
class Titles:
    """The candidates, each without the site's name; empty where the page has none."""

    graph: str
    card: str
    data: str
    heading: str
    window: str


def key(title: str) -> str:
    """Letters and digits alone: what two spellings of one title share."""
    return _NOT_WORDS.sub("", title.casefold())


def _latin(name: str) -> str:
    """A name as domains spell it."""
    return anyascii(name.translate(_AS_IN_DOMAINS))


def title_of(evidence: Evidence, *, hint: str = "") -> str:
    """The article's title; the seed's hint where the page tells none."""
    return chosen(candidates(evidence)) or plain_line(hint)


def title_keys(evidence: Evidence) -> frozenset[str]:
    """The keys of all titles on the page: lines of the text that repeat one are no paragraphs."""
    titles = candidates(evidence)
    told = [titles.graph, titles.card, titles.data, titles.heading, titles.window]
    told += [heading_text(heading) for heading in evidence.headings]
    told += [plain_line(heading.text_content()) for heading in evidence.headings]
    return frozenset(mark for title in told if len(mark := key(title)) > 10)


def candidates(evidence: Evidence) -> Titles:
    names = site_names(evidence)
    data = text_of(evidence.article.get("headline")) or evidence.first("headline", *_DATA_TAGS)
    told = [evidence.first("og:title"), evidence.first("twitter:title"), data]
    graph, card, data = (without_site(title, names) for title in told)
    window = without_site(evidence.document_title, names)
    return Titles(graph, card, data, _heading(evidence.headings, [graph, data, window], names), window)


def chosen(titles: Titles) -> str:
    """OpenGraph's title where nothing speaks against it: editors write it to stand alone."""
    if _is_for_social_media(titles):
        return titles.data
    if titles.graph.endswith(_CUT_OFF) and key(titles.heading).startswith(key(titles.graph)):
        return titles.heading
    first = titles.graph or titles.data or titles.heading or titles.card or titles.window
    return _without_kicker(_without_repeated_ending(first, titles), titles)


def _is_for_social_media(titles: Titles) -> bool:
    """Both cards for social media carry one title, the article's data a wholly other one.

    Where the window agrees with the data, and the heading with the cards, the data was written for
    search engines.
    """
    graph, data = key(titles.graph), key(titles.data)
    if not graph or not data or key(titles.card) != graph or graph in data or data in graph:
        return False
    return not (key(titles.heading) == graph and key(titles.window) == data)


def _without_repeated_ending(title: str, titles: Titles) -> str:
    """The title up to a dash or bar, where heading and data both end there."""
    others = {key(other) for other in (titles.data, titles.heading) if other}
    for found in _ENDING.finditer(title):
        if others == {key(title[: found.start()])}:
            return title[: found.start()]
    return title


def _without_kicker(title: str, titles: Titles) -> str:
    """The part after a bar, where heading and data both hold exactly that."""
    before, bar, rest = title.partition(" | ")
    others = {key(other) for other in (titles.heading, titles.data) if other}
    return rest if bar and before and others == {key(rest)} else title


def site_names(evidence: Evidence) -> set[str]:
    """What the site calls itself, as keys: its declared names, its publisher, its domain."""
    declared = [
        value
        for name in (
            "og:site_name",
            "application-name",
            "apple-mobile-web-app-title",
            "twitter:site",
            "publisher",
        )
        for value in evidence.meta.get(name, ())
    ]
    publishers = [text_of(node.get("publisher")) for node in evidence.nodes if node.get("publisher")]
    publishers += [
        text_of(n.get("name"))
        for n in evidence.nodes
        if n.get("@type") in ("NewsMediaOrganization", "WebSite")
    ]
    return {found for name in declared + publishers if (found := key(name))} | _domain_keys(evidence.url)


def _domain_keys(url: str) -> set[str]:
    try:
        labels = domain_of(url).split(":")[0].split(".")
    except ValueError:
        return set()
    keys = {key("".join(labels))} | {key("".join(labels[n:])) for n in range(len(labels) - 1)}
    return keys | {key(label) for label in labels[:-1] if len(label) > 1 and label not in _ENDINGS}


def without_site(title: str, names: Iterable[str]) -> str:
    """The title up to its first part that is the site's name; a leading name goes as well."""
    names = set(names)
    title = plain_line(title)
    parts = [(m.start(), m.end()) for m in _BREAK.finditer(title)]
    if parts and _is_site(title[: parts[0][0]], names) and len(title) - parts[0][1] > parts[0][0]:
        return without_site(title[parts[0][1] :], names)
    for place, (start, end) in enumerate(parts):
        following = parts[place + 1][0] if place + 1 < len(parts) else len(title)
        if _is_site(title[end:following], names) and len(key(title[:start])) > 2:
            return _without_section(title[:start])
    return title


def _without_section(title: str) -> str:
    """What stood before the site's name, less a date."""
    cut = list(_BREAK.finditer(title))
    return title[: cut[-1].start()] if cut and _DATE.fullmatch(title[cut[-1].end() :]) else title


def _is_site(part: str, names: set[str]) -> bool:
    found = key(part)
    spellings = {found, _latin(found)}
    return bool(found) and any(_same_name(one, name) for one in spellings for name in names)


def _same_name(part: str, name: str) -> bool:
    """One name inside the other, where both are long enough for that to mean something."""
    shorter, longer = sorted((part, name), key=len)
    within = len(shorter) >= 4 and shorter in longer and len(longer) <= 2.5 * len(shorter)
    return shorter == longer or within


def _heading(headings: tuple[HtmlElement, ...], told: list[str], names: set[str]) -> str:
    """The heading that another title repeats, else the first that is neither logo nor login."""
    lines = [line for heading in headings if (line := heading_text(heading))]
    wanted = {key(title) for title in told if title}
    for line in lines:
        if key(line) in wanted:
            return line
    fitting = [line for line in lines if _is_headline(line, names)]
    near = [line for line in fitting if any(_close(line, title) for title in told)]
    return next(iter(near or fitting), "")


def heading_text(heading: HtmlElement) -> str:
    """A heading's words; its parts are often laid out as lines without a space between them."""
    if _parts_touch(heading):
        return plain_line(" ".join(heading.itertext()))
    return plain_line(flowed(heading, _HEADING_BREAKS, mark=" "))


def _parts_touch(heading: HtmlElement) -> bool:
    """Two inline parts of several letters each follow one another directly."""
    pieces = [piece for piece in heading.itertext() if piece]
    return any(
        len(one.strip()) > 1 and len(other.strip()) > 1 and one[-1:].isalnum() and other[0].isupper()
        for one, other in pairwise(pieces)
    )


def _is_headline(line: str, names: set[str]) -> bool:
    return len(line.split()) > 2 and key(line) not in names


def _close(line: str, title: str) -> bool:
    mine, theirs = set(line.casefold().split()), set(title.casefold().split())
    return len(mine & theirs) > 0.4 * min(len(mine), len(theirs)) if mine and theirs else False
