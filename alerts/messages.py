"""Puts an alert's facts into the order in which an analyst reads them; every channel renders the same parts.

Layout is the channels' business. All text here is clean: one line, no control or direction marks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts import wording
from alerts.facts import AlertFacts, StatementFacts, dump
from alerts.wording import clean
from store.values import Stance

LANGUAGES = {
    "be": "Belarusian",
    "de": "German",
    "en": "English",
    "pl": "Polish",
    "ru": "Russian",
    "uk": "Ukrainian",
}


@dataclass(frozen=True, slots=True)
class Quote:
    """The evidence: the sentence as written, what stands around it, and in which language."""

    sentence: str
    before: str
    after: str
    language: str
    lang: str
    in_title: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled fact."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list, with its link where there is one."""

    text: str
    detail: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A whole message. `tone` colours it: confirm, deny, or neutral. `payload` is the public JSON.

    `taken_back`: the quote no longer counts, and looks like it.
    """

    kind: str
    thread: str
    thread_title: str
    headline: str
    tone: str
    urgent: bool
    created_at: datetime
    payload: Mapping[str, Any]
    taken_back: bool = False
    lines: tuple[str, ...] = ()
    quote: Quote | None = None
    link: str = ""
    link_text: str = ""
    facts: tuple[Line, ...] = ()
    lists: tuple[Listing, ...] = ()


def compose(alert: AlertFacts) -> Message:
    """The message that tells of an alert."""
    said = alert.statement
    return Message(
        kind=alert.kind,
        thread=alert.thread,
        thread_title=clean(alert.thread_title, 120),
        headline=clean(alert.headline, 300),
        tone="neutral" if alert.taken_back else _tone(said),
        urgent=alert.urgent,
        created_at=alert.created_at,
        payload=dump(alert),
        taken_back=alert.taken_back,
        lines=tuple(clean(line, 1000) for line in alert.lines),
        quote=_quote(said) if said else None,
        link=web_link(said.report.url) if said else "",
        link_text=clean(said.report.title, 200) if said else "",
        facts=_facts(said, alert.kind) if said else (),
        lists=(*_sections(alert), *(_stands(said) if said else ())),
    )


def web_link(url: str) -> str:
    """An address that may become a link: http and https alone, without blanks or control marks."""
    plain = url.startswith(("http://", "https://")) and url.isprintable() and " " not in url
    return url if plain and len(url) <= 2000 else ""


def _tone(said: StatementFacts | None) -> str:
    return said.stance.value if said and said.stance is not Stance.SPECULATE else "neutral"


def _quote(said: StatementFacts) -> Quote:
    lang = said.report.language.split("-")[0].lower()
    return Quote(
        sentence=clean(said.evidence.sentence, 1200),
        before=clean(said.evidence.before, 300),
        after=clean(said.evidence.after, 300),
        language=LANGUAGES.get(lang, lang or "unknown language"),
        lang=lang if lang.isascii() and lang.isalpha() else "",
        in_title=said.evidence.place == "title",
    )


def _facts(said: StatementFacts, kind: str) -> tuple[Line, ...]:
    lines = [Line("Outlet", wording.outlet(said.report)), Line("Published", wording.published(said.report))]
    lines.append(Line("Said", _said(said)))
    if said.event_on:
        lines.append(Line("Event", wording.day(said.event_on)))
    lines.append(Line("Voice", _voice(said)))
    if said.via:
        lines.append(Line("Passed on by", ", ".join(clean(name, 80) for name in said.via[:4])))
    if kind == "statement":
        lines.append(Line("Why it rang", clean(wording.reason(said))))
    lines.append(Line("How sure", wording.sureness(said)))
    return tuple(lines)


def _said(said: StatementFacts) -> str:
    return wording.day(said.said_on)


def _voice(said: StatementFacts) -> str:
    who = said.voice
    marks = [part for part in (clean(who.role, 80), wording.speaker_kind(who.kind)) if part]
    name = wording.voice(who.name)
    written = clean(who.as_written, 80)
    if written and written.casefold() != name.casefold():
        marks.append(f"written “{written}”")
    return f"{name} ({'; '.join(marks)})" if marks else name


def _stands(said: StatementFacts) -> list[Listing]:
    """Who carries it, and where this voice and the others stood when it was written."""
    listings = []
    if said.corroborated_by:
        reports = tuple(
            Item(wording.outlet(report), clean(report.title, 160), web_link(report.url))
            for report in said.corroborated_by
        )
        listings.append(Listing(f"Carried by {said.publishers} outlets", reports))
    if said.before:
        mine = tuple(Item(wording.stood(stood)) for stood in said.before)
        listings.append(Listing(f"{wording.voice(said.voice.name)} before this", mine))
    if said.others:
        theirs = tuple(Item(f"{wording.voice(stood.voice)} {wording.stood(stood)}") for stood in said.others)
        listings.append(Listing("Where the others stand", theirs))
    return listings


def _sections(alert: AlertFacts) -> list[Listing]:
    return [
        Listing(
            clean(section.title, 160),
            tuple(
                Item(clean(row.headline, 300), clean(row.detail, 400), web_link(row.url))
                for row in section.rows
            ),
        )
        for section in alert.sections
    ]
