"""The matching engine: who confirms, who denies, who only speculates about which claim.

Pure and deterministic: the same claims, packs and text give the same statements. It reads no clock, no
network and no database; `Engine.load` reads the shipped data once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from matchers import claims as claim_files
from matchers import discourse, pack, reading, speakers, spelling
from matchers.claims import Claim
from matchers.dates import Dating
from matchers.explain import Explained, explained
from matchers.found import Found
from matchers.gate import Gate
from matchers.language import detect
from matchers.lexicon import Lexicon
from matchers.line import Line
from matchers.pack import Pack
from matchers.statements import statements
from matchers.text import Sentence, is_latin, sentences
from store.values import Document, Match, MatchResult, Place, SpeakerKind, Stance, Status, TraceStep

VERSION = "1"
REVIEW_BELOW = 0.6
AROUND = 2
LEAD_PARAGRAPHS = 3


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
    def load(
        cls, names: Iterable[str | Path] = (claim_files.SHIPPED,), languages: Iterable[str] | None = None
    ) -> "Engine":
        """An engine over the claims named, with the packs of `languages` (all) and the shipped speakers."""
        directory = speakers.shipped()
        chosen = pack.languages() if languages is None else languages
        return cls(claim_files.load(names), [pack.load(lang) for lang in chosen], directory)

    @property
    def claims(self) -> tuple[ClaimInfo, ...]:
        """The claims it watches."""
        return tuple(ClaimInfo(c.id, c.name(), c.recurring, c.digest) for c in self._claims)

    def only(self, claim: str) -> "Engine":
        """An engine over one of the claims."""
        chosen = [one for one in self._claims if one.id == claim]
        return Engine(chosen, list(self._packs.values()), self.directory)

    def gate(self, text: str) -> bool:
        """Whether a page's text names all that some claim needs; False means `match` would find nothing."""
        return self._gate.passes(text)

    def anchors(self, *, within: str) -> str:
        """A pattern for RE2, of which every text that passes the gate holds a match, folded or not; one with
        letters in rare dress (matchers/spelling.py) only once they are undressed.

        `within` is what may stand between two letters of a word.
        """
        return f"{spelling.pattern(self._gate.anchors(), within=within)}|{spelling.LATIN_BELARUSIAN}"

    def match(self, document: Document) -> MatchResult:
        """The statements of one article about the claims."""
        lang = document.lang or detect(f"{document.title}\n{document.text}")
        chosen = self._packs.get((lang or "")[:2])
        if chosen is None:
            return MatchResult(
                lang, (), f"no pack for language {lang!r}" if lang else "language not recognised"
            )
        lines = self._lines(document, chosen)
        dating = Dating(lines, document.published)
        found = [
            _match(document, lines, dating.freshest(one), dating) for one in statements(lines, self._claims)
        ]
        return MatchResult(chosen.lang, tuple(found))

    def explain(self, document: Document) -> tuple[Explained, ...]:
        """The sentences that state a claim or nearly do, each with what it rests on or lacks."""
        chosen = self._packs.get((document.lang or detect(f"{document.title}\n{document.text}") or "")[:2])
        if chosen is None:
            return ()
        lines = self._lines(document, chosen)
        return tuple(row for claim in self._claims for row in explained(lines, claim))

    def _lines(self, document: Document, chosen: Pack) -> list[Line]:
        title, body = (self._sentences(text, chosen) for text in (document.title, document.text))
        named = {_words(s) for s in title}
        body = [s for s in body if _words(s) not in named]  # many pages repeat the headline above the text
        lexicon = self._lexicons[chosen.lang]
        kept = _telling(title, body, lexicon)
        if not kept:
            return []
        headline = [reading.read(s, lexicon, chosen, "title") for s in title]
        scenes = [*headline, *(reading.read(s, lexicon, chosen, "text") for s in kept)]
        home = speakers.home(document.outlet, document.url)
        return discourse.read(scenes, self.directory, document.text, document.title, document.published, home)

    def _sentences(self, text: str, chosen: Pack) -> list[Sentence]:
        table = chosen.translit if chosen.translit and is_latin(text) else None
        return sentences(text, abbreviations=chosen.abbreviations, table=table)


def _telling(title: Sequence[Sentence], body: Sequence[Sentence], lexicon: Lexicon) -> list[Sentence]:
    """The sentences that a claim may stand in, those around them, and the lead, which introduces people."""
    anchored = [s.index for s in body if any(lexicon.is_anchor(t) for t in s.tokens)]
    if not anchored and not any(lexicon.is_anchor(t) for s in title for t in s.tokens):
        return []
    kept = {i + d for i in anchored for d in range(-AROUND, AROUND + 1)}
    return [s for s in body if s.index in kept or s.paragraph < LEAD_PARAGRAPHS]


def _words(sentence: Sentence) -> tuple[str, ...]:
    return tuple(t.fold for t in sentence.tokens if t.is_word)


def _anchors(claims: Sequence[Claim], directory: speakers.Directory) -> frozenset[str]:
    """The concepts of each frame's first role with a nation, or of its first role: none is stated without."""
    names: set[str] = {"att.source"}
    for claim in claims:
        for frame in claim.frames:
            placed = [r for r in frame.roles if any(_nation(n) for n in r.strong)]
            for name in [n for r in (placed or frame.roles)[:1] for n in r.strong]:
                nation = _nation(name)
                names |= {f"nat.{nation}.{part}" for part in pack.NATION_PARTS} if nation else {name}
    sides = {n.split(".")[1] for n in names if n.startswith("nat.")}
    return frozenset(
        names
        | {f"who.{i}" for i, k in enumerate(directory.known) if k.side.removesuffix("_opposition") in sides}
    )


def _nation(name: str) -> str:
    """The nation of a concept such as `from.by`; a claim's own concept has none."""
    return "" if name.startswith("@") else name.partition(".")[2]


def _lexicon(chosen: Pack, claims: Sequence[Claim], directory: speakers.Directory) -> Lexicon:
    terms: dict[str, tuple[str, ...]] = {**chosen.terms, **directory.terms()}
    for claim in claims:
        for name, by_lang in claim.concepts.items():
            terms[name] = (*by_lang.get(chosen.lang, ()), *by_lang.get("*", ()))
    return Lexicon(
        terms,
        suffix_max=chosen.suffix_max,
        gap_max=chosen.gap_max,
        where=f"packs/{chosen.lang}.yaml",
        anchors=_anchors(claims, directory),
    )


def _match(document: Document, lines: Sequence[Line], one: Found, dating: Dating) -> Match:
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
        trace=tuple(_trace(one, sentence)),
    )


def _trace(one: Found, sentence: Sentence) -> Iterator[TraceStep]:
    """The reasoning behind a statement: its roles, what governs them, and the words that name the speaker."""
    steps = [
        (f"role.{claim_files.plain(r.name)}", "names it", r.start, r.end)
        for r in (one.mention.roles if one.mention else ())
    ]
    steps += [(s.rule, s.effect, s.start, s.end) for s in one.judgement.steps]
    if 0 <= one.voice.start < one.voice.end <= len(sentence.tokens):
        steps.append(("speaker", one.voice.name, one.voice.start, one.voice.end))
    for rule, effect, start, end in steps:
        yield TraceStep(rule, effect, sentence.tokens[start].start, sentence.tokens[end - 1].end)
