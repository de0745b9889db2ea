"""The matching engine: who confirms, who denies, who only speculates about which claim.

Pure and deterministic: the same claims, packs and text give the same statements. It reads no clock, no
network and no database; `Engine.load` reads the shipped data once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from matchers import claims as claim_files
from matchers import discourse, pack, scene, speakers
from matchers.claims import Claim
from matchers.dates import Dating
from matchers.gate import Gate
from matchers.language import detect
from matchers.lexicon import Lexicon
from matchers.pack import Pack
from matchers.scene import Scene
from matchers.statements import Found, statements
from matchers.text import sentences
from store.values import Document, Match, MatchResult, Place, SpeakerKind, Stance, Status, TraceStep

VERSION = "1"
REVIEW_BELOW = 0.6


@dataclass(frozen=True, slots=True)
class ClaimInfo:
    """What the rest of Tocsin needs to know of a claim."""

    id: str
    title: str
    recurring: bool
    digest: str


class Engine:
    """All claims compiled over all language packs."""

    def __init__(self, claims: Sequence[Claim], packs: Sequence[Pack], directory: speakers.Directory) -> None:
        self._claims = tuple(claims)
        self._packs = {p.lang: p for p in packs}
        self.directory = directory
        self._lexicons = {p.lang: _lexicon(p, claims, directory) for p in packs}
        self._gate = Gate(claims, packs, directory)
        self.version = VERSION

    @classmethod
    def load(cls, names: Iterable[str | Path] = (claim_files.SHIPPED,)) -> "Engine":
        """An engine over the claims named, with every shipped pack and the shipped speakers."""
        with resources.as_file(resources.files("config").joinpath("defaults", "speakers.yaml")) as path:
            directory = speakers.load(path)
        return cls(claim_files.load(names), [pack.load(lang) for lang in pack.languages()], directory)

    @property
    def claims(self) -> tuple[ClaimInfo, ...]:
        """The claims it watches."""
        return tuple(ClaimInfo(c.id, c.name(), c.recurring, c.digest) for c in self._claims)

    def gate(self, text: str) -> bool:
        """Whether a page's text names all that some claim needs; False means `match` would find nothing."""
        return self._gate.passes(text)

    def match(self, document: Document) -> MatchResult:
        """The statements of one article about the claims."""
        lang = document.lang or detect(f"{document.title}\n{document.text}")
        chosen = self._packs.get((lang or "")[:2])
        if chosen is None:
            return MatchResult(lang, (), f"no pack for language {lang!r}" if lang else "language not recognised")
        lines = self._lines(document, chosen)
        dating = Dating(lines, document.published)
        found: list[Match] = []
        for claim in self._claims:
            found += [_match(document, lines, one, dating) for one in statements(lines, claim)]
        return MatchResult(chosen.lang, tuple(found))

    def _lines(self, document: Document, chosen: Pack) -> list[discourse.Line]:
        scenes = [*self._scenes(document.title, chosen, "title"), *self._scenes(document.text, chosen, "text")]
        return discourse.read(scenes, self.directory, document.text, document.title, document.published)

    def _scenes(self, text: str, chosen: Pack, place: str) -> list[Scene]:
        lexicon = self._lexicons[chosen.lang]
        out = []
        for sentence in sentences(text, abbreviations=chosen.abbreviations, table=None):
            out.append(scene.read(sentence, lexicon, chosen, place))
        return out


def _lexicon(chosen: Pack, claims: Sequence[Claim], directory: speakers.Directory) -> Lexicon:
    terms: dict[str, tuple[str, ...]] = {**chosen.terms, **directory.terms()}
    for claim in claims:
        for name, by_lang in claim.concepts.items():
            terms[name] = (*by_lang.get(chosen.lang, ()), *by_lang.get("*", ()))
    return Lexicon(terms, suffix_max=chosen.suffix_max, where=f"packs/{chosen.lang}.yaml")


def _match(document: Document, lines: Sequence[discourse.Line], one: Found, dating: Dating) -> Match:
    line = lines[one.line]
    sentence = line.scene.sentence
    place = Place.TITLE if line.scene.place == "title" else Place.TEXT
    text = document.title if place is Place.TITLE else document.text
    said_on, basis = dating.said(one)
    firm = one.judgement.stance is not Stance.SPECULATE
    return Match(
        claim=one.claim.id,
        stance=one.judgement.stance,
        about=one.judgement.about,
        speaker=one.voice.name,
        speaker_kind=one.voice.kind if one.voice.name != "(outlet)" else SpeakerKind.PRESS,
        speaker_as_written=one.voice.written,
        evidence=text[sentence.start : sentence.end],
        place=place,
        start=sentence.start,
        end=sentence.end,
        said_on=said_on,
        said_basis=basis,
        event_on=dating.event(one),
        certainty=max(0.0, min(1.0, one.judgement.certainty)),
        status=Status.REVIEW if firm and one.judgement.certainty < REVIEW_BELOW else Status.FIRM,
        via=one.via,
        lead=place is Place.TITLE or sentence.paragraph == 0,
        trace=tuple(
            TraceStep(s.rule, s.effect, sentence.tokens[s.start].start, sentence.tokens[s.end - 1].end)
            for s in one.judgement.steps
        ),
    )
