"""The voices that one sentence names: persons, bodies, offices, unnamed groups, pronouns.

Joins a title or an apposition to the name it describes. Who they are comes from the directory; what they say
is not decided here.
"""

from collections.abc import Iterable
from datetime import date

from matchers.bystanders import HUMAN, described, name_after, organs, quoted_bodies, somebody
from matchers.joining import merged, without_employers, without_overlap
from matchers.lexicon import Hit
from matchers.media import is_of_medium, owned
from matchers.scene import Scene
from matchers.speakers import (
    NATION_ADJECTIVES,
    NATION_NAMES,
    OF_ONE_BODY,
    OFFICE_NAMES,
    PERSONAL,
    QUALIFIER_ORDER,
    Directory,
    Voice,
)
from matchers.subjects import is_new, modified_from, nation_in, placed_until, with_described
from matchers.unknown import named_voices, reporting_names
from store.values import SpeakerKind


def voices(scene: Scene, directory: Directory, text: str, on: date | None) -> list[Voice]:
    """The voices that a sentence names, by place; titles and appositions belong to the name they go with."""
    found = [
        *reporting_names(scene, text),
        *_known_voices(scene, directory, text),
        *_office_voices(scene, directory, text, on),
        *_group_voices(scene, text),
        *quoted_bodies(scene, text),
        *organs(scene, text),
        *named_voices(scene, text),
        *_pronoun_voices(scene, text),
    ]
    apart = owned(scene, without_overlap(without_employers(found)), text)
    return merged(scene, with_described(scene, apart, text), text)


def _known_voices(scene: Scene, directory: Directory, text: str) -> Iterable[Voice]:
    named = sorted(int(name.removeprefix("who.")) for name in scene.marks if name.startswith("who."))
    for i in named:
        known = directory.known[i]
        for hit in scene.marks[f"who.{i}"]:
            start = _first_name(scene, hit.start) if known.kind is SpeakerKind.PERSON else hit.start
            written = scene.words(start, hit.end, text)
            yield Voice(
                known.name, known.kind, known.side, start, hit.end, written, channel=known.silent, known=True
            )


def _first_name(scene: Scene, start: int) -> int:
    """Where a surname's first names begin."""
    tokens = scene.sentence.tokens
    while start > 0 and tokens[start - 1].is_capital and not scene.covers[start - 1] and start - 1 > 0:
        start -= 1
    if start == 1 and tokens[0].is_capital and not scene.covers[0]:
        start = 0
    return start


def _nation_near(scene: Scene, start: int, end: int) -> tuple[str | None, int, int]:
    """The nation that an office or group belongs to, and the span widened over its word."""
    for i in range(start - 1, max(-1, start - 5), -1):
        names = scene.covers[i]
        nation = next(
            (n.split(".")[1] for n in sorted(names) if n.startswith("nat.") and n.endswith(".adj")), None
        )
        if nation:
            return nation, i, end
        if not scene.sentence.tokens[i].is_word or any(n.startswith("rep.") for n in names):
            break
        if "area" in names and "genitive" in scene.pack.traits:
            break  # "on the Ukrainian territory the staff sees …": the place is Ukrainian
        if any(n.startswith("prep.") for n in names):
            break
    for i in range(start, end):
        for name in sorted(scene.covers[i]):
            if name.startswith("nat.") and name.endswith(".adj"):
                return name.split(".")[1], start, end
    tied = "genitive" in scene.pack.traits
    for i in range(end, min(end + 5, len(scene.covers))):
        names = scene.covers[i]
        if tied or i > end:
            for name in sorted(names):
                if name.startswith("nat.") and name.endswith((".name", ".capital", ".adj")):
                    return name.split(".")[1], start, i + 1
        if i == end and tied and "country" in names:
            return _nation_before(scene, start), start, i + 1  # "Kyiv is wary: the country's ministry …"
        if "prep.of" in names and "genitive" in scene.pack.traits:
            break  # where cases tell an owner, it is "about": "the ministry on the Belarusian army"
        if names & {"prep.of", "prep.in", "prep.from"}:
            tied = True
        elif not (names & {"area", "title"} or any(n.startswith(("office.", "qual.")) for n in names)):
            break
    return None, start, end


def _is_place(scene: Scene, i: int) -> bool:
    return any(n.startswith("nat.") and n.endswith(".places") for n in scene.covers[i])


def _nation_before(scene: Scene, at: int) -> str | None:
    """The last nation named before a place in the sentence."""
    for i in range(at - 1, -1, -1):
        for name in sorted(scene.covers[i]):
            if name.startswith("nat.") and name.endswith((".name", ".capital")):
                return name.split(".")[1]
    return None


def _office_voices(scene: Scene, directory: Directory, text: str, on: date | None) -> Iterable[Voice]:
    for hit in scene.starting("office."):
        office = hit.name.removeprefix("office.")
        if office in PERSONAL and any(
            "qual.opposition" in names for names in scene.covers[max(0, hit.start - 2) : hit.start]
        ):
            continue
        nation, start, end = _nation_near(scene, hit.start, hit.end)
        known = directory.holder(office, nation, on)
        if known is not None and (nation or office in OF_ONE_BODY or office not in PERSONAL):
            written = scene.words(start, end, text)
            yield Voice(known.name, known.kind, known.side, start, end, written, titled=True, known=True)
        elif nation and office in OFFICE_NAMES:
            kind = SpeakerKind.PERSON if office in PERSONAL else SpeakerKind.BODY
            name = OFFICE_NAMES[office].format(NATION_NAMES.get(nation, nation))
            yield Voice(name, kind, nation, start, end, scene.words(start, end, text))
        else:
            kind = SpeakerKind.PERSON if office in PERSONAL else SpeakerKind.BODY
            if office == "regional_administration" and start and _is_place(scene, start - 1):
                start -= 1  # "Волынская ОВА": the one of that region
            yield Voice("", kind, "", start, end, scene.words(start, end, text), refers=hit.name)


def _group_voices(scene: Scene, text: str) -> Iterable[Voice]:
    for hit in scene.starting("voice."):
        if "att.label" in scene.covers[hit.start] and hit.end - hit.start == 1:
            continue
        if is_of_medium(scene, hit) or _is_taken_up(scene, hit):
            continue  # "its official account": nobody official speaks
        noun = hit.name.removeprefix("voice.")
        if noun == "described":
            yield described(scene, hit.start, hit.end, text)
            continue
        name_at = name_after(scene, hit.end) if noun in HUMAN else None
        if name_at is not None:
            yield somebody(scene, hit.start, *name_at, text)
            continue
        nation, start, end = _nation_near(scene, hit.start, hit.end)
        first = start = _qualified_from(scene, start)
        quals = {
            n.removeprefix("qual.")
            for i in (
                *range(first, min(len(scene.covers), end + 1 + _article_at(scene, end))),
                *_employer(scene, end),
            )
            for n in scene.covers[i]
            if n.startswith("qual.")
        }
        quals -= {"unnamed", noun, *noun.split()}
        if "defense" in quals and nation is None:
            nation = "us"
        words = [NATION_ADJECTIVES.get(nation or "", "") if q == "NATION" else q for q in QUALIFIER_ORDER]
        kept = [w for q, w in zip(QUALIFIER_ORDER, words, strict=True) if w and (q == "NATION" or q in quals)]
        name = " ".join([*kept, noun if _singular(scene, hit) else _plural(noun)])
        wide = modified_from(scene, start), placed_until(scene, end)
        if _says_more(scene, wide[0], start) or wide[1] > end:
            start, end = wide
            name = scene.words(start, end, text)
            yield Voice(name, SpeakerKind.UNNAMED, nation or nation_in(scene, start, end), start, end, name)
            continue
        if not kept and start == hit.start and start and "det" in scene.covers[start - 1]:
            # "the official" is one named before, where there is one
            yield Voice(
                name, SpeakerKind.UNNAMED, "", start, end, scene.words(start, end, text), f"voice.{noun}"
            )
            continue
        yield Voice(name, SpeakerKind.UNNAMED, nation or "", start, end, scene.words(start, end, text))


def _is_taken_up(scene: Scene, hit: Hit) -> bool:
    """True for "such rumours", "these reports": what was said before, and nobody who speaks."""
    return any(h.start < hit.start and h.end == hit.end for h in scene.of("att.anaphor"))


def _says_more(scene: Scene, start: int, end: int) -> bool:
    """True where words before a group tell more than its nation and its rank: "captured", "Volyn"."""
    return any(
        not _is_qualifier(scene, i) and not any(n.startswith("nat.") and n.endswith(".adj") for n in names)
        for i, names in enumerate(scene.covers[start:end], start)
    )


def _employer(scene: Scene, end: int) -> range:
    """The word that tells where somebody works: "a senior official at the Pentagon"."""
    at, size = end, len(scene.covers)
    while at < min(end + 2, size) and (
        "det" in scene.covers[at] or scene.covers[at] & {"prep.against", "prep.of", "prep.in"}
    ):
        at += 1
    return range(at, at + 1) if end < at < size else range(0)


def _article_at(scene: Scene, at: int) -> bool:
    """True where an article stands between a group and what it belongs to: "Beamter des Pentagons"."""
    return at < len(scene.covers) and "genitive" in scene.pack.traits and "det" in scene.covers[at]


def _qualified_from(scene: Scene, start: int) -> int:
    """Where the words begin that qualify a group: "a senior US defense official"."""
    for i in range(start - 1, max(-1, start - 5), -1):
        names = scene.covers[i]
        if _is_qualifier(scene, i):
            start = i
        elif not any(n.startswith("nat.") and n.endswith(".adj") for n in names):
            break
    return start


def _is_qualifier(scene: Scene, i: int) -> bool:
    return any(n.startswith("qual.") for n in scene.covers[i])


def _singular(scene: Scene, hit: Hit) -> bool:
    return f"{hit.name}" not in {"voice.official", "voice.officer", "voice.source", "voice.diplomat"} or not (
        scene.has("plural") and any(h.start <= hit.start < h.end for h in scene.of("plural"))
    )


def _plural(noun: str) -> str:
    return noun if noun.endswith("s") else f"{noun}s"


def _pronoun_voices(scene: Scene, text: str) -> Iterable[Voice]:
    for kind in ("he", "she", "it", "they", "latter"):
        for hit in scene.of(f"pro.{kind}"):
            if (
                kind == "latter"
                and hit.start
                and any(n.startswith("prep.") for n in scene.covers[hit.start - 1])
            ):
                continue  # "on that day"
            if (
                "conj" in scene.covers[hit.start]
                and hit.start
                and scene.sentence.tokens[hit.start - 1].is_word
            ):
                continue  # Ukrainian "та" is "that one" and, far more often, "and"
            yield Voice("", SpeakerKind.PERSON, "", hit.start, hit.end, "", refers=f"pro.{kind}")
    for hit in scene.of("pro.body"):
        if hit.end in scene.thin:
            continue  # "the project «Oko»" has a name
        written = scene.words(hit.start, hit.end, text)
        yield Voice("", SpeakerKind.BODY, "", hit.start, hit.end, written, refers="pro.it")
    for hit in scene.of("title"):
        start = modified_from(scene, hit.start)
        written = scene.words(start, hit.end, text)
        if is_new(scene, hit.start) and not any(n.startswith("voice.") for n in scene.covers[hit.start]):
            if "spokesman" in scene.covers[hit.start] and start == hit.start:
                yield Voice("", SpeakerKind.BODY, "", start, hit.end, written, refers="pro.it")
                continue  # "a spokesman said": of the body named last
            yield Voice(
                written, SpeakerKind.UNNAMED, nation_in(scene, start, hit.end), start, hit.end, written
            )
        else:
            yield Voice("", SpeakerKind.PERSON, "", hit.start, hit.end, written, refers="title")
