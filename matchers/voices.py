"""The voices that one sentence names: persons, bodies, offices, unnamed groups, pronouns.

Joins a title or an apposition to the name it describes. Who they are comes from the directory; what they say
is not decided here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from matchers.bystanders import HUMAN, described, name_after, quoted_bodies, somebody
from matchers.lexicon import Hit
from matchers.scene import Scene
from matchers.speakers import (
    NATION_ADJECTIVES,
    NATION_NAMES,
    OFFICE_NAMES,
    PERSONAL,
    QUALIFIER_ORDER,
    Directory,
    Voice,
)
from matchers.subjects import is_new, modified_from, nation_in, placed_until, with_described
from matchers.text import DASHES
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
        *named_voices(scene, text),
        *_pronoun_voices(scene, text),
    ]
    return _merged(scene, with_described(scene, _without_overlap(_without_employers(found)), text), text)


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
        if names & {"prep.of", "prep.in", "prep.from"}:
            tied = True
        elif not (names & {"area", "title"} or any(n.startswith(("office.", "qual.")) for n in names)):
            break
    return None, start, end


def _office_voices(scene: Scene, directory: Directory, text: str, on: date | None) -> Iterable[Voice]:
    for hit in scene.starting("office."):
        office = hit.name.removeprefix("office.")
        if office in PERSONAL and any(
            "qual.opposition" in names for names in scene.covers[max(0, hit.start - 2) : hit.start]
        ):
            continue
        nation, start, end = _nation_near(scene, hit.start, hit.end)
        known = directory.holder(office, nation, on)
        if known is not None and (nation or office not in PERSONAL):
            written = scene.words(start, end, text)
            yield Voice(known.name, known.kind, known.side, start, end, written, titled=True, known=True)
        elif nation and office in OFFICE_NAMES:
            kind = SpeakerKind.PERSON if office in PERSONAL else SpeakerKind.BODY
            name = OFFICE_NAMES[office].format(NATION_NAMES.get(nation, nation))
            yield Voice(name, kind, nation, start, end, scene.words(start, end, text))
        else:
            kind = SpeakerKind.PERSON if office in PERSONAL else SpeakerKind.BODY
            yield Voice("", kind, "", start, end, scene.words(start, end, text), refers=hit.name)


def _group_voices(scene: Scene, text: str) -> Iterable[Voice]:
    for hit in scene.starting("voice."):
        if "att.label" in scene.covers[hit.start]:
            continue
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
            yield Voice(
                written, SpeakerKind.UNNAMED, nation_in(scene, start, hit.end), start, hit.end, written
            )
        else:
            yield Voice("", SpeakerKind.PERSON, "", hit.start, hit.end, written, refers="title")


def _rank(voice: Voice) -> tuple[int, int]:
    if voice.refers:
        return (4 if voice.refers == "title" else 3, 0)  # "the ministry of defence", not "the ministry"
    if voice.titled and voice.is_person:
        return (1, 0)
    return ({SpeakerKind.PERSON: 0, SpeakerKind.BODY: 1, SpeakerKind.UNNAMED: 2}.get(voice.kind, 2), 0)


def _without_employers(found: Sequence[Voice]) -> list[Voice]:
    """Leaves out the bodies whose people speak: "a NATO official", "White House officials"."""
    people = [v for v in found if v.kind is SpeakerKind.UNNAMED and not v.refers]
    return [
        v
        for v in found
        if v.kind is not SpeakerKind.BODY or not any(p.start <= v.start and v.end < p.end for p in people)
    ]


def _without_overlap(found: Iterable[Voice]) -> list[Voice]:
    kept: list[Voice] = []
    for voice in sorted(found, key=lambda v: (_rank(v), -(v.end - v.start), v.start)):
        clash = [k for k in kept if k.start < voice.end and voice.start < k.end]
        if not clash:
            kept.append(voice)
        elif len(clash) == 1 and (clash[0].is_person or not voice.is_person) and not voice.refers:
            one = clash[0]
            kept[kept.index(one)] = replace(
                one, start=min(one.start, voice.start), end=max(one.end, voice.end)
            )
    return sorted(kept, key=lambda v: v.start)


def _merged(scene: Scene, found: list[Voice], text: str) -> list[Voice]:
    """Joins a title, office or body to the person it describes, before the name or in apposition to it."""
    out: list[Voice] = []
    for voice in found:
        if out and _one_name(scene, out[-1], voice):
            last = out[-1]
            head = _one_of(scene, last, voice, text) or _head(last, voice)
            out[-1] = replace(
                head,
                start=last.start,
                end=voice.end,
                written=head.written or scene.words(last.start, voice.end, text),
            )
        else:
            out.append(voice)
    return out


def _one_of(scene: Scene, a: Voice, b: Voice, text: str) -> Voice | None:
    """Somebody who belongs to a body and does not speak for it: "a fighter of the Territorial Defence"."""
    if a.refers != "title" or b.kind is not SpeakerKind.BODY or a.end > b.start or not b.name:
        return None
    if any("spokesman" in names for names in scene.covers[a.start : a.end]):
        return None
    written = scene.words(a.start, b.end, text)
    return replace(b, name=written, kind=SpeakerKind.UNNAMED, written=written, titled=True, known=False)


def _head(a: Voice, b: Voice) -> Voice:
    named = [v for v in (a, b) if not v.refers]
    if not named:
        return a
    if a.kind is SpeakerKind.UNNAMED and b.kind is SpeakerKind.BODY and not b.known and b.start == a.end:
        return a  # "a resident of Ziabrauka": the name is a place's
    if a.kind is SpeakerKind.UNNAMED and b.kind is SpeakerKind.BODY and b.start > a.end and _is_single(a):
        return a  # "a senior official at the Pentagon" is not the Pentagon
    return min(named, key=lambda v: _rank(v))


def _is_single(voice: Voice) -> bool:
    """True for an unnamed somebody of a body, where a group at a body speaks for the body itself."""
    return voice.name.split()[-1].rstrip("s") in (
        "official",
        "officer",
        "diplomat",
        "source",
        "representative",
    )


def _dash_at(scene: Scene, at: int) -> bool:
    """True where a dash closes an insertion shortly after, before any other mark."""
    marks = [t.text for t in scene.sentence.tokens[at : at + 8] if not t.is_word]
    return bool(marks) and marks[0] in DASHES


def _apposed(scene: Scene, a: Voice, b: Voice, gap: range) -> bool:
    """True for a title, its body, a comma and the name: "a spokesman for the region's council, X"."""
    tokens, covers = scene.sentence.tokens, scene.covers
    if not b.is_person or b.refers or not 3 <= len(gap) <= 12 or tokens[gap[-1]].text != ",":
        return False
    of = {"prep.of", "prep.in", "prep.against", "prep.for"}
    if "title" not in covers[a.end - 1] or covers[a.end].isdisjoint(of):
        return False
    inner = gap[:-1]
    return all(tokens[i].is_word for i in inner) and not any(
        n.startswith(("rep.", "deny", "cl.", "aux")) for i in inner for n in covers[i]
    )


def _names_at_end(scene: Scene, voice: Voice) -> bool:
    """True where a name ends a title that belongs to a body: "head of the president's office X"."""
    covers = scene.covers
    if not voice.is_person or "title" not in covers[voice.start] or not _described(scene, voice.end - 1):
        return False
    bodies = [h.end for h in scene.starting("office.") if voice.start < h.start and h.end < voice.end]
    return bool(bodies) and not any("title" in covers[i] for i in range(bodies[-1], voice.end))


def _described(scene: Scene, at: int) -> bool:
    return "described" in scene.pack.traits and scene.sentence.tokens[at].is_capital


def _one_name(scene: Scene, a: Voice, b: Voice) -> bool:
    """True where two neighbouring voices are one: "Pentagon spokesman John Kirby", "X, spokesman of …"."""
    if a.refers == "pro.it" and a.end == b.start and b.kind is SpeakerKind.BODY and not b.refers:
        return True  # "the agency Interfax"
    if a.refers.startswith("pro.") or b.refers.startswith("pro.") or (a.channel and b.is_person):
        return False
    if a.is_person and b.is_person and not a.refers and not b.refers:
        return (a.name == b.name or a.titled or b.titled) and b.start - a.end <= 1
    if a.is_person and not a.refers and b.kind is SpeakerKind.UNNAMED and b.name.endswith("s"):
        return False  # "near Novi Yarylovychi, local officials said"
    gap = range(a.end, b.start)
    if gap and gap[0] in scene.thin and gap[-1] in scene.thin:
        gap = range(0)  # a name of its own in quotation marks: spokesman of the "North" command X
    tokens, covers = scene.sentence.tokens, scene.covers
    commas = sum(tokens[i].text == "," for i in gap)
    if len(gap) == 1 and tokens[gap[0]].text in DASHES and _dash_at(scene, b.end):
        gap, commas = range(0), 1  # "X – spokesman of the air force – said"
    told = any(n.startswith("rep.") for i in gap for n in covers[i])
    if (
        len(gap) <= 4
        and not commas
        and not told
        and "title" in covers[a.end - 1]
        and not b.is_person
        and a.is_person
    ):
        return True  # "spokesman for the regional Territorial Defence"
    if _apposed(scene, a, b, gap):
        return True
    if len(gap) > 5 or commas > 1 or any(scene.is_break(i) and tokens[i].text not in ",-" for i in gap):
        return False
    if any(
        n.startswith(("rep.", "deny", "neg", "cl.", "launch", "enter", "join", "aux"))
        for i in gap
        for n in covers[i]
    ):
        return False
    if commas and not (
        b.refers == "title"
        or a.refers == "title"
        or b.refers.startswith("office.")
        or (a.is_person != b.is_person)
    ):
        return False
    if a.refers == "title" and not commas and _names_at_end(scene, b):
        return True  # "adviser to the head of the president's office X"
    if any("prep.with" in covers[i] or "prep.into" in covers[i] for i in gap):
        return False
    if a.refers == "title" and b.is_person and "genitive" in scene.pack.traits:
        return True  # "adviser to the minister of internal affairs X": the words between are the title's
    return not (
        len(gap) > 2 and not commas and not any("prep.of" in covers[i] or "title" in covers[i] for i in gap)
    )
