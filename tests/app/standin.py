"""A matcher of a few words for tests of what surrounds matching, and pages that misbehave in a worker.

It runs in worker processes too, so it is a module that they can import.
"""

import ctypes
import os
import time

from store.values import (
    About,
    Basis,
    Document,
    Match,
    MatchResult,
    Place,
    SpeakerKind,
    Stance,
)

CLAIM = "troops-in"


class StandIn:
    """Hears `NAME confirms it.` and `NAME denies it.`; obeys the words of a page that means harm."""

    version = "standin"

    def gate(self, text: str) -> bool:
        if "HANG" in text:
            time.sleep(600)
        if "CRASH" in text:
            ctypes.string_at(0)
        if "EXIT" in text:
            os._exit(3)
        if "HOARD" in text:
            bytearray(1 << 40)
        if "BROKEN" in text:
            raise KeyError("a fault of our own")
        return "it." in text

    def match(self, document: Document) -> MatchResult:
        found = [match for line in document.text.splitlines() if (match := _hear(document, line))]
        return MatchResult("en", tuple(found))


def load() -> StandIn:
    return StandIn()


def load_nothing() -> StandIn:
    raise RuntimeError("this matcher never loads")


def _hear(document: Document, line: str) -> Match | None:
    for verb, stance in ((" confirms it.", Stance.CONFIRM), (" denies it.", Stance.DENY)):
        name, found, _ = line.partition(verb)
        if found:
            evidence = name + found
            start = document.text.index(evidence)
            return Match(
                claim=CLAIM,
                stance=stance,
                about=About.OCCURRENCE,
                speaker=name,
                speaker_kind=SpeakerKind.PERSON,
                speaker_as_written=name,
                evidence=evidence,
                place=Place.TEXT,
                start=start,
                end=start + len(evidence),
                said_on=document.published,
                said_basis=Basis.PUBLISHED,
                certainty=0.9,
            )
    return None
