"""Makes one voice of the words that name one: a title, a body and a name, side by side or in apposition.

Knows how names stand in a sentence; who they are comes from the directory.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from matchers.scene import Scene
from matchers.speakers import Voice
from matchers.subjects import nation_in
from matchers.text import DASHES
from store.values import SpeakerKind


def _rank(voice: Voice) -> tuple[int, int]:
    if voice.refers:
        return (4 if voice.refers == "title" else 3, 0)  # "the ministry of defence", not "the ministry"
    if voice.titled and voice.is_person:
        return (1, 0)
    return ({SpeakerKind.PERSON: 0, SpeakerKind.BODY: 1, SpeakerKind.UNNAMED: 2}.get(voice.kind, 2), 0)


def without_employers(found: Sequence[Voice]) -> list[Voice]:
    """Leaves out the bodies whose people speak, "a NATO official", and whom a body is named after."""
    people = [v for v in found if v.kind is SpeakerKind.UNNAMED and not v.refers]
    bodies = [v for v in found if v.kind is SpeakerKind.BODY and v.known]
    named_after = [v for v in found if v.is_person and any(_is_in_name(v, b) for b in bodies)]
    return [
        v
        for v in found
        if v not in named_after
        and (v.kind is not SpeakerKind.BODY or not any(_employs(v, p) for p in people))
    ]


def _is_in_name(person: Voice, body: Voice) -> bool:
    """True for the man in "the office of Zelensky", which speaks for itself."""
    return body.start < person.start and person.end <= body.end


def _employs(body: Voice, person: Voice) -> bool:
    if _is_senior(person) and person.start < body.start < person.end:
        return True  # "a senior official of the American defence ministry": the adjective is both's
    named_last = person.titled or (_is_single(person) and not _stands_for_body(person))
    last = body.end <= person.end if named_last else body.end < person.end
    return last and person.start <= body.start and body.end - body.start < person.end - person.start


def _is_senior(person: Voice) -> bool:
    return "senior" in person.name.split() and _is_single(person)


def without_overlap(found: Iterable[Voice]) -> list[Voice]:
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


def merged(scene: Scene, found: list[Voice], text: str) -> list[Voice]:
    """Joins a title, office or body to the person it describes, before the name or in apposition to it."""
    once = _joined(scene, found, text)
    return _joined(scene, once, text)  # "adviser to the head of the president's office X": from the name on


def _joined(scene: Scene, found: Sequence[Voice], text: str) -> list[Voice]:
    out: list[Voice] = []
    for voice in found:
        if out and _one_name(scene, out[-1], voice):
            last = out[-1]
            head = _one_of(scene, last, voice, text) or _head(last, voice)
            first = _adjectives_from(scene, last.start)
            side = head.side or (nation_in(scene, first, voice.end) if head.is_person else "")
            out[-1] = replace(
                head,
                side=side,
                start=last.start,
                end=voice.end,
                written=head.written or scene.words(last.start, voice.end, text),
            )
        else:
            out.append(voice)
    return out


def _adjectives_from(scene: Scene, start: int) -> int:
    """Where the adjectives begin that stand before a title: "the Ukrainian military expert X"."""
    while start > 0 and any(n.endswith(".adj") or n.startswith("qual.") for n in scene.covers[start - 1]):
        start -= 1
    return start


def _one_of(scene: Scene, a: Voice, b: Voice, text: str) -> Voice | None:
    """Somebody who belongs to a body and does not speak for it: "a fighter of the Territorial Defence"."""
    group = b.kind is SpeakerKind.UNNAMED and b.start == a.end and "genitive" in scene.pack.traits
    if group and a.is_person and a.refers.startswith(("title", "office.")):
        return replace(a, refers="title")  # "liderka opozycji": a person named before, not the opposition
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
    aside = b.start > a.end or not _stands_for_body(a)
    if a.kind is SpeakerKind.UNNAMED and b.kind is SpeakerKind.BODY and aside and _is_single(a):
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


def _stands_for_body(voice: Voice) -> bool:
    """True for an unnamed spokesman, whose word is the body's."""
    return voice.name.endswith(("representative", "representatives"))


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
    if a.refers == "pro.it" and "title" in scene.covers[a.end - 1]:
        a = replace(a, refers="title", kind=SpeakerKind.PERSON)  # "a spokesman for …, X"
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
