"""Who can speak: the directory of known voices, with their spellings and the offices they held.

A voice is a known person or body, an office of a nation ("the Belarusian president"), an unnamed group with
what describes it ("senior US defense official"), or an unknown person by name. Finding them in a sentence is
the business of voices.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from config.errors import ConfigError, Finding
from matchers.text import fold
from store.values import SpeakerKind

NATION_NAMES = {
    "by": "Belarus", "ua": "Ukraine", "ru": "Russia", "us": "US", "uk": "UK", "pl": "Poland",
    "lt": "Lithuania", "lv": "Latvia", "ee": "Estonia", "de": "Germany", "fr": "France", "nato": "NATO",
    "kp": "North Korea", "kr": "South Korea", "eu": "EU", "ir": "Iran", "cn": "China", "tr": "Turkey",
    "hu": "Hungary", "ro": "Romania", "md": "Moldova", "sk": "Slovakia", "cz": "Czechia", "fi": "Finland",
    "se": "Sweden", "il": "Israel", "ge": "Georgia", "kz": "Kazakhstan", "rs": "Serbia",
}  # fmt: skip
NATION_ADJECTIVES = {
    "by": "Belarusian", "ua": "Ukrainian", "ru": "Russian", "us": "US", "uk": "UK", "pl": "Polish",
    "lt": "Lithuanian", "lv": "Latvian", "ee": "Estonian", "de": "German", "fr": "French", "nato": "NATO",
    "kp": "North Korean", "kr": "South Korean", "eu": "EU", "ir": "Iranian", "cn": "Chinese", "tr": "Turkish",
    "hu": "Hungarian", "ro": "Romanian", "md": "Moldovan", "sk": "Slovak", "cz": "Czech", "fi": "Finnish",
    "se": "Swedish", "il": "Israeli", "ge": "Georgian", "kz": "Kazakh", "rs": "Serbian",
}  # fmt: skip
OFFICE_NAMES = {
    "president": "President of {}", "foreign_minister": "Foreign Minister of {}",
    "defence_minister": "Defence Minister of {}", "prime_minister": "Prime Minister of {}",
    "commander": "Commander-in-Chief of {}", "chief_of_staff": "Chief of the General Staff of {}",
    "mod": "Ministry of Defence of {}", "mfa": "Ministry of Foreign Affairs of {}",
    "general_staff": "General Staff of {}", "parliament": "Parliament of {}", "air_force": "Air Force of {}",
    "border_service": "State Border Guard Service of {}", "intelligence": "Military intelligence of {}",
    "armed_forces": "Armed Forces of {}", "territorial_defence": "Territorial Defence Forces of {}",
    "government": "Government of {}", "presidential_office": "Office of the President of {}",
    "security_council": "Security Council of {}",
}  # fmt: skip
OF_ONE_BODY = {
    *("security_secretary", "intelligence_chief", "border_chief", "security_chief", "speaker", "office_head"),
}
"""Offices whose words name the body, and with it the nation."""
PERSONAL = {
    "president",
    "foreign_minister",
    "defence_minister",
    "prime_minister",
    "commander",
    "chief_of_staff",
    "interior_minister",
    "council_secretary",
    "secretary_general",
    *OF_ONE_BODY,
}
QUALIFIER_ORDER = (
    "senior",
    "NATION",
    "local",
    "opposition",
    "administration",
    "defense",
    "military",
    "intelligence",
)


@dataclass(frozen=True, slots=True)
class Office:
    """An office of a nation, held for a time; `default` where no nation need be named."""

    office: str
    nation: str
    since: date | None = None
    until: date | None = None
    default: bool = False

    def held(self, on: date | None) -> bool:
        """True where the office was held on that day."""
        if on is None:
            return self.until is None
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Known:
    """A voice of the directory. `side` is the nation that its "we" means."""

    name: str
    kind: SpeakerKind
    side: str
    terms: tuple[str, ...]
    offices: tuple[Office, ...] = ()
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody named by the tokens `start` to `end`; `refers` where only a pronoun or a title names them."""

    name: str
    kind: SpeakerKind
    side: str
    start: int
    end: int
    written: str = ""
    refers: str = ""
    channel: bool = False
    titled: bool = False
    known: bool = False

    @property
    def is_seat(self) -> bool:
        """True for a capital or a state that speaks: "Minsk denied"."""
        return self.kind is SpeakerKind.BODY and self.name.endswith(" authorities")

    @property
    def is_person(self) -> bool:
        """True for one human being, named or not."""
        return self.kind is SpeakerKind.PERSON


class Directory:
    """The known voices and the offices they hold."""

    def __init__(self, known: Sequence[Known]) -> None:
        self.known = tuple(known)
        self.by_name = {k.name: k for k in known}
        self._offices = [(o, k) for k in known for o in k.offices]

    def terms(self) -> dict[str, tuple[str, ...]]:
        """The directory's terms, each known voice under `who.<number>`."""
        return {f"who.{i}": k.terms for i, k in enumerate(self.known) if k.terms}

    def spelt(self, words: str) -> tuple[str, ...]:
        """The names of the voices that these words are a spelling of."""
        asked = [fold(word) for word in words.split()]
        return tuple(k.name for k in self.known if any(_spells(term.split(), asked) for term in k.terms))

    def holds(self, name: str, office: str, on: date | None) -> bool:
        """True where somebody of that name holds the office, of whichever nation, on a day."""
        known = self.by_name.get(name)
        return known is not None and any(o.office == office and o.held(on) for o in known.offices)

    def holder(self, office: str, nation: str | None, on: date | None) -> Known | None:
        """Who holds an office of a nation on a day; without a nation, the default holder."""
        for held, known in self._offices:
            if (
                held.office == office
                and held.held(on)
                and (held.nation == nation if nation else held.default)
            ):
                return known
        return None


def _spells(term: Sequence[str], asked: Sequence[str]) -> bool:
    """Whether a term stands somewhere among the words; both are folded alike."""
    ways = [[fold(way.lstrip("=")) for way in word.split("|")] for word in term]
    return any(
        all(any(_is_form(way, word) for way in some) for some, word in zip(ways, asked[start:], strict=False))
        for start in range(len(asked) - len(ways) + 1)
    )


def _is_form(way: str, word: str) -> bool:
    return word.startswith(way[:-1]) if way.endswith("*") else word == way


def home(outlet: str | None, url: str | None) -> str:
    """The nation of an outlet by the end of its host name, whose offices it need not name; else nothing."""
    host = urlsplit(url).hostname if url and "://" in url else outlet
    ending = (host or "").rstrip(".").rpartition(".")[2].casefold()
    return ending if ending in NATION_NAMES else ""


def shipped() -> Directory:
    """The directory that comes with Tocsin."""
    with resources.as_file(resources.files("config").joinpath("defaults", "speakers.yaml")) as path:
        return load(path)


def load(path: Path) -> Directory:
    """The directory in a YAML file. Raises ConfigError that names the entry."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    raw = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    known = []
    for number, entry in enumerate(raw.get("speakers", []), start=1):
        try:
            known.append(_known(entry))
        except (KeyError, ValueError, TypeError) as error:
            told = Finding(
                path.name, 0, f"speakers[{number}]", f"cannot be read: {error}", "see docs/claims.md"
            )
            raise ConfigError(told) from error
    return Directory(known)


def _known(entry: Mapping[str, Any]) -> Known:
    offices = tuple(
        Office(
            office=o["office"],
            nation=o["nation"],
            since=date.fromisoformat(o["from"]) if o.get("from") else None,
            until=date.fromisoformat(o["to"]) if o.get("to") else None,
            default=o.get("default") == "true",
        )
        for o in entry.get("offices", [])
    )
    return Known(
        name=entry["name"],
        kind=SpeakerKind(entry["kind"]),
        side=entry.get("side", ""),
        terms=tuple(entry.get("terms", ())),
        offices=offices,
        silent=entry.get("channel") == "true",
    )
