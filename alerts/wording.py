"""The words of an alert: headlines, reasons, marks, from checked facts. Layout: see alerts/messages.py."""

import re
import unicodedata
from datetime import UTC, date, datetime

from alerts.facts import Report, StatementFacts, Stood
from store.values import PRESS, About, Basis, Novelty, SpeakerKind, Stance, Tier

_SPACE = re.compile(r"\s+")
# Marks that turn the reading direction would let a title rewrite the line that it stands in.
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

VERB = {Stance.CONFIRM: "CONFIRMS", Stance.DENY: "DENIES", Stance.SPECULATE: "SPECULATES"}
DID = {Stance.CONFIRM: "confirmed", Stance.DENY: "denied", Stance.SPECULATE: "speculated about"}
_SURE = ((0.9, "very sure"), (0.75, "sure"), (0.6, "fairly sure"))
TIER = {
    Tier.PRIMARY: "primary",
    Tier.AGENCY: "agency",
    Tier.NATIONAL: "national",
    Tier.LOCAL: "local",
    Tier.STATE: "state-controlled",
}


def clean(text: str, limit: int = 500) -> str:
    """One line without control and direction marks, cut with an ellipsis: safe to stand anywhere."""
    window = text[: limit * 4]
    kept = "".join(sign if _is_plain(sign) else " " for sign in window)
    line = _SPACE.sub(" ", kept).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _is_plain(sign: str) -> bool:
    return sign not in _DIRECTION and unicodedata.category(sign) not in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}


def voice(name: str) -> str:
    return "The press" if name == PRESS else clean(name, 120)


def matter(abouts: tuple[About, ...], stance: Stance) -> str:
    """What a stance is about: that it happened and that it is meant to are two things."""
    if len(abouts) > 1:
        joint = "or" if stance is Stance.DENY else "and"
        return f"it happened {joint} is intended"
    return "it happened" if abouts[0] is About.OCCURRENCE else "intent"


def headline(said: StatementFacts) -> str:
    """The line that says everything: "DENIES it happened: Alexander Lukashenko — Belarusian troops"."""
    did = f"{VERB[said.stance]} {matter(said.about, said.stance)}"
    if said.novelty is Novelty.REVERSAL:
        did = f"REVERSAL, now {did}"
    elif said.novelty is Novelty.CONFLICT:
        did = f"DISPUTED, also {did}"
    elif said.novelty is Novelty.RENEWED:
        did = f"AGAIN {did}"
    elif said.novelty is Novelty.NEW_EVENT:
        did = f"NEW EVENT, {did}"
    return f"{did}: {voice(said.voice.name)} — {clean(said.claim_title, 160)}"


def reason(said: StatementFacts) -> str:
    """Why it rang, as a sentence."""
    who, did = voice(said.voice.name), DID[said.stance]
    before = next((stood for stood in said.before if stood.about in said.about), None)
    if said.late:
        return f"{who} {did} this on {day(said.said_on)}, before what was known; it became known only now"
    if said.novelty is Novelty.FIRST or before is None:
        return f"{who} had taken no position on this before"
    stood = f"{DID[before.stance]} it before ({_span(before)})"
    if said.novelty is Novelty.REVERSAL:
        return f"{who} {stood}; this is the opposite"
    if said.novelty is Novelty.CONFLICT:
        return f"{who} is reported on both sides on {day(said.said_on)}"
    if said.novelty is Novelty.NEW_EVENT:
        return f"{who} {stood}; this is about a later event ({day(said.event_on)})"
    return f"{who} {stood}; said again on {day(said.said_on)}"


def sureness(said: StatementFacts) -> str:
    """How sure the reading of the sentence is, and what the day rests on."""
    share = said.certainty
    word = next((word for least, word in _SURE if share >= least), "unsure")
    rests = {
        Basis.STATED: "the day is stated in the text",
        Basis.PUBLISHED: "the day is that of publication",
        Basis.BACKGROUND: "the day is not stated",
    }
    return f"{word} ({share:.2f}); {rests[said.said_basis]}"


def outlet(report: Report) -> str:
    """In words: Suspilne (UA, national)."""
    marks = ", ".join(part for part in (clean(report.country, 20), TIER[report.tier]) if part)
    return f"{clean(report.outlet, 80)} ({marks})"


def published(report: Report) -> str:
    """The outlet's own time first, then UTC."""
    if report.published is not None:
        return moment(report.published)
    return f"{day(report.published_on)}, hour unknown" if report.published_on else "time unknown"


def moment(when: datetime) -> str:
    own = f"{when:%Y-%m-%d %H:%M} {_zone(when)}"
    return own if not when.utcoffset() else f"{own} ({when.astimezone(UTC):%H:%M} UTC)"


def _zone(when: datetime) -> str:
    return f"{when:%z}"[:3] + ":" + f"{when:%z}"[3:5] if when.utcoffset() else "UTC"


def day(when: date | None) -> str:
    return "an unknown day" if when is None else f"{when.day} {when:%B %Y}"


def stood(position: Stood) -> str:
    """In words: denied it happened (since 24 February 2022, last on 1 March 2022)."""
    what = matter((position.about,), position.stance)
    mark = "; disputed" if position.disputed else ""
    return f"{DID[position.stance]} {what} ({_span(position)}{mark})"


def _span(position: Stood) -> str:
    if position.last_said == position.since:
        return f"on {day(position.since)}"
    return f"since {day(position.since)}, last on {day(position.last_said)}"


def speaker_kind(kind: SpeakerKind) -> str:
    return "unnamed" if kind is SpeakerKind.UNNAMED else ""
