"""Verdicts as labelled items: what people said of alerts, for measuring and mending the matcher. Pure.

One item is one text, in the format that tests/eval/ has. What was called right is a row, what was called
wrong is none; what nobody judged stands as the matcher read it, and the item's `notes` say so.
"""

import re
from datetime import date
from typing import Any

from anyascii import anyascii

from store.models import Article
from store.queries.verdicts import JudgedText, Read
from store.values import OUTLET, PRESS, About, Stance, Status

FIRM = frozenset({Stance.CONFIRM, Stance.DENY})
SHORTEST = 5
"""A shorter spelling is a pronoun sooner than a name, and a pronoun is no alias."""

Key = tuple[str, Stance, str]


def item_of(text: JudgedText) -> dict[str, Any]:
    """The item, which is a document for `tocsin match` and a labelled one for `make eval`."""
    verdicts = {judged.statement.id: judged.alert.verdict for judged in text.verdicts}
    called = {_key(read): verdicts[read.statement.id] for read in text.read if read.statement.id in verdicts}
    rows: dict[Key, Read] = {}
    for read in sorted(text.read, key=lambda read: (read.statement.id not in verdicts, _is_intent(read))):
        if called.get(_key(read)) != "wrong" and _counts(read, called):
            rows.setdefault(_key(read), read)
    notes = [
        _note(judged.alert.payload, judged.alert.verdict, judged.alert.verdict_note)
        for judged in text.verdicts
    ]
    notes += [f"not judged: {_words(read)}" for key, read in rows.items() if key not in called]
    return {
        "id": f"{text.publisher.domain}-{text.article.id}-{text.revision.number}",
        "lang": text.article.language,
        "outlet": text.publisher.domain,
        "url": text.article.url,
        "published": _published(text.article).isoformat(),
        "kind": "positive"
        if any(read.statement.stance in FIRM for read in rows.values())
        else "hard-negative",
        "title": text.revision.title,
        "text": text.revision.text,
        "statements": [_row(read, text) for read in rows.values()],
        "notes": "; ".join(notes),
    }


def _key(read: Read) -> Key:
    """There is one row for it in an item, about whichever side."""
    return read.statement.claim_id, read.statement.stance, read.speaker.name


def _is_intent(read: Read) -> bool:
    return read.statement.about is About.INTENT


def _counts(read: Read, called: dict[Key, str]) -> bool:
    """What was called right, and of the rest what stands and the matcher was sure of, speculation too."""
    if _key(read) in called:
        return True
    sure = read.statement.status is Status.FIRM or read.statement.stance is Stance.SPECULATE
    return sure and read.statement.withdrawn_at is None


def _row(read: Read, text: JudgedText) -> dict[str, Any]:
    said = read.statement
    own = read.speaker.name == PRESS
    slug = _slug(f"outlet {text.publisher.domain}" if own else read.speaker.name)
    day = said.said_on or _published(text.article)
    return {
        "claim": said.claim_id,
        "stance": said.stance.value,
        "speaker": OUTLET if own else read.speaker.name,
        "aliases": [] if own else _aliases(read, f"{text.revision.title}\n{text.revision.text}"),
        "about": said.about.value,
        "evidence": said.evidence,
        "event": f"{day}/{slug}/{said.claim_id}/{said.stance}",
    }


def _aliases(read: Read, text: str) -> list[str]:
    """How else the item itself names the voice."""
    spellings = (read.statement.speaker_as_written, *read.spellings)
    named = [name for name in spellings if len(name) >= SHORTEST or name.isupper()]
    return [name for name in dict.fromkeys(named) if name in text and name != read.speaker.name]


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", anyascii(name).lower()).strip("-") or "unknown"


def _published(article: Article) -> date:
    """The outlet's own day."""
    return article.published_on or (article.published or article.first_fetched).date()


def _words(read: Read) -> str:
    return f"{read.statement.stance} by {read.speaker.name}"


def _note(payload: dict[str, Any], called: str, why: str) -> str:
    told = payload["statement"]
    return f"called {called}: {told['stance']} by {told['voice']['name']}" + (f" ({why})" if why else "")
