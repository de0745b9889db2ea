"""Finds the subject of a verb of saying: close before it, inverted after it, or far before.

Knows word order, not what is said; which verbs say something is the business of `attribution`.
"""

from collections.abc import Sequence

from matchers.companions import aside
from matchers.lexicon import Hit
from matchers.scene import Scene
from matchers.speakers import Voice
from matchers.subjects import modified_from
from matchers.text import CLOSING, OPENING
from store.values import SpeakerKind

SUBJECT_REACH = 22
INVERTED_REACH = 7


def subject(scene: Scene, cue: Hit, voices: Sequence[Voice]) -> tuple[Voice | None, str]:
    """The voice that the cue's verb has for a subject: close before it, inverted after it, or far before."""
    inside = _inside(scene, cue, voices)
    if inside is not None:
        return inside, "inverted"
    inverted = _right(scene, cue, voices)
    if inverted is not None and after_break(scene, cue):
        return inverted, "inverted"  # ", said X": what stands before the comma is what X says
    near = _left(scene, cue, voices, 4, strict=True)
    if near is not None:
        return near, "subject"
    if inverted is not None:
        return inverted, "inverted"
    far = _left(scene, cue, voices, SUBJECT_REACH, strict=False)
    return (far, "subject") if far is not None else (None, "")


def _inside(scene: Scene, cue: Hit, voices: Sequence[Voice]) -> Voice | None:
    """The subject between the parts of a separable verb: "wies Minsk zurück"."""
    if "separable" not in scene.pack.traits:
        return None
    within = [v for v in voices if cue.start < v.start and v.end < cue.end and not governed(scene, v)]
    lo = scene.clause_of(cue.start)[0]
    if any(v.start <= lo + 1 and v.end == cue.start and not governed(scene, v) for v in voices):
        return None  # "X warf Minsk vor": who opens the clause is its subject
    return next((v for v in within if not v.refers.startswith("pro.") or v.refers == "pro.he"), None)


def after_break(scene: Scene, cue: Hit) -> bool:
    """True where a comma, dash or quote mark stands before the verb, or before what goes with it."""
    i = cue.start - 1
    while i >= 0 and scene.covers[i] & {"aux", "adverb"}:
        i -= 1
    return i >= 0 and scene.is_break(i)


def _left(scene: Scene, cue: Hit, voices: Sequence[Voice], reach: int, *, strict: bool) -> Voice | None:
    hidden, cited = aside(scene, cue.start), None
    for voice in reversed([v for v in voices if v.end <= cue.start and v.start not in hidden]):
        after = _past_relative(scene, voice.end, cue.start)
        between = [i for i in range(after, cue.start) if i not in hidden]
        if len(between) > reach:
            return cited
        tokens, covers = scene.sentence.tokens, scene.covers
        if strict and any(scene.is_break(i) and tokens[i].text not in "," for i in between):
            continue
        if any(scene.is_break(i) and tokens[i].text in OPENING + CLOSING + ";:" for i in between):
            return cited
        verbs = (i for i in between if i > voice.end and not _is_noun(scene, i))
        if any("cl.complement" in covers[i] for i in between) or (
            any(n.startswith("rep.") for i in verbs for n in covers[i]) and not strict
        ):
            return cited
        stands = not governed(scene, voice) or _speaks_from(scene, voice, cue)
        if not stands or _is_told(scene, voice) or _in_singular(scene, voice, cue):
            continue
        if _opens_adjunct(scene, voice, cue):
            continue
        if _is_cited(scene, voice, cue):
            cited = cited or (None if strict else voice)
            continue
        return voice
    return cited


def _is_cited(scene: Scene, voice: Voice, cue: Hit) -> bool:
    """True where "according to" leads to the voice: "X has, according to Y, assured": X assured."""
    if any("cl.relative" in names for names in scene.covers[voice.end : cue.start]):
        return False  # "according to Y, who told us"
    leads = (h for h in scene.of("att.according") if h.end <= voice.start <= h.end + 5)
    return any(not any(scene.is_break(i) for i in range(h.end, voice.start)) for h in leads)


def _opens_adjunct(scene: Scene, voice: Voice, cue: Hit) -> bool:
    """True deep in what a preposition opens before a verb-second verb: "after a talk of X and Y said Z"."""
    if "verb_final" not in scene.pack.traits:
        return False
    tokens, lo = scene.sentence.tokens, scene.clause_of(voice.start)[0]
    opens = next((i for i in range(lo, min(lo + 3, voice.start - 2)) if i in scene.preps), None)
    if opens is None or any(
        n.startswith(("who.", "office.", "voice.", "title"))
        for i in range(lo, opens)
        for n in scene.covers[i]
    ):
        return False  # "a spokesman at the court of X said"
    return not any(tokens[i].text in ",;:–—" or "aux" in scene.covers[i] for i in range(lo, cue.start))


def _is_told(scene: Scene, voice: Voice) -> bool:
    """True for the press right after a verb of saying: in "briefing reporters" they are told."""
    press = voice.channel or voice.name in ("journalists", "media")
    if not press or voice.start == 0:
        return False
    before = voice.start - 1
    telling = any(n.startswith("rep.") for n in scene.covers[before])
    return telling or scene.sentence.tokens[before].fold.endswith("ing")


def _speaks_from(scene: Scene, voice: Voice, cue: Hit) -> bool:
    """True for a body in "Ад Пентагона кажуць": from it they say, in the plural."""
    body = voice.kind is SpeakerKind.BODY and "in_body" in scene.pack.traits
    opens = (
        voice.start - 1 == scene.clause_of(voice.start)[0] and "prep.from" in scene.covers[voice.start - 1]
    )
    return body and opens and any("verb_plural" in scene.covers[i] for i in range(cue.start, cue.end))


def _in_singular(scene: Scene, voice: Voice, cue: Hit) -> bool:
    """True for "in the channels" before a singular verb; "in the ministry they say" is told by many."""
    told = "verb_plural" in scene.pack.terms and not voice.is_person and voice.start > 0
    i = voice.start - 1
    while told and i > 0 and scene.covers[i] & {"skip", "det"}:
        i -= 1
    if not told or "prep.in" not in scene.covers[i]:
        return False
    return not any("verb_plural" in scene.covers[i] for i in range(cue.start, cue.end))


def _past_relative(scene: Scene, at: int, cue: int) -> int:
    """Where a relative clause after a name ends, if one stands before the verb: "X, who …, said"."""
    tokens, covers = scene.sentence.tokens, scene.covers
    if at + 1 >= cue or tokens[at].text != "," or not covers[at + 1] & {"cl.relative", "cl.complement"}:
        return at
    commas = [i for i in range(max(at + 2, cue - 4), cue) if tokens[i].text == ","]
    return commas[-1] if commas else at


def _is_addressee(scene: Scene, voice: Voice, voices: Sequence[Voice]) -> bool:
    """True for whom the subject after them tells: "каже Свободі вчителька", "obiecał Zełenskiemu X"."""
    body, quoted = voice.kind is SpeakerKind.BODY, voice.end in scene.thin
    told = voice.channel or (body and (not voice.known or quoted))
    told = told or "dat" in scene.covers[voice.end - 1]
    if not told or "free_order" not in scene.pack.traits:
        return False
    after = (v for v in voices if voice.end <= v.start <= voice.end + 4 and not v.refers.startswith("pro."))
    return any(not any(scene.is_break(k) for k in range(voice.end, v.start)) for v in after)


def _is_noun(scene: Scene, i: int) -> bool:
    """True for a noun that is spelt like a verb of saying, where nouns have a capital: "hat Berichte …"."""
    told = "capital_nouns" in scene.pack.traits and scene.sentence.tokens[i].is_capital
    return told and "att.noun" in scene.covers[i]


def governed(scene: Scene, voice: Voice) -> bool:
    """True where a preposition or a telling verb makes the voice an object ("told CNN", "to reporters")."""
    if any(h.start == voice.end for h in scene.of("att.zufolge")):
        return True  # "X zufolge": whose word it is, not whose act
    if any(h.end == voice.start for h in scene.of("att.cited")):
        return True  # "the command, citing its officers, said": the officers are cited, not speaking
    if _owns_next(scene, voice):
        return True
    if (
        voice.end > 1
        and "title" in scene.covers[voice.end - 1]
        and "indefinite" in scene.covers[voice.end - 2]
    ):
        return False  # "at the Pentagon a spokesman said": the spokesman is in nobody's case
    i = (modified_from(scene, voice.start) if voice.refers == "title" else voice.start) - 1
    while i >= 0 and (
        scene.sentence.tokens[i].fold in ("the", "a", "an", "der", "die", "das", "dem", "den", "des")
    ):
        i -= 1
    if i < 0:
        return False
    names = scene.covers[i]
    if voice.end and scene.covers[voice.end - 1] & {"instr", "dat"} and not voice.known:
        return True  # "with the mayor", "told the researcher": an oblique case is no subject
    return bool(
        names
        & {
            *("prep.into", "prep.with", "prep.from", "prep.against", "prep.of", "prep.over", "prep.near"),
            *(("prep.agent",) if voice.end < len(scene.covers) else ()),
        }
    ) or ("prep.in" in names and not voice.is_person and "in_body" not in scene.pack.traits)


def _owns_next(scene: Scene, voice: Voice) -> bool:
    """True for a name that owns the noun after it, where nouns have a capital: "Putins Angabe"."""
    tokens = scene.sentence.tokens
    if "capital_nouns" not in scene.pack.traits or not voice.is_person or voice.end >= len(tokens):
        return False
    return tokens[voice.end - 1].fold.endswith("s") and tokens[voice.end].is_capital


def closed_passive(scene: Scene, cue: Hit, voice: Voice, by: int) -> bool:
    """True in "wurde von X bestätigt": the participle closes the clause behind who did it."""
    tokens, lo = scene.sentence.tokens, scene.clause_of(cue.start)[0]
    if "verb_final" not in scene.pack.traits or cue.name not in ("rep.confirm", "deny") or by <= lo:
        return False
    near = voice.end <= cue.start <= voice.end + 2 and tokens[cue.start].text.islower()
    agent = scene.covers[by] & {"prep.from", "prep.agent", "att.passive"}
    return near and bool(agent) and any("passive" in scene.covers[i] for i in range(lo, by))


def _right(scene: Scene, cue: Hit, voices: Sequence[Voice]) -> Voice | None:
    """The inverted subject: after a quote, comma or dash and the verb, or in verb-second languages."""
    tokens = scene.sentence.tokens
    free = "free_order" in scene.pack.traits
    i = cue.start - 1
    while i >= 0 and not free and tokens[i].is_word and cue.start - i <= 2 and "aux" in scene.covers[i]:
        i -= 1
    opened = i < 0 or not tokens[i].is_word or (i == 0 and "att.anaphor" in scene.covers[0])
    if not (opened or free):
        return None
    for voice in voices:
        gap = voice.start - cue.end
        if gap < 0:
            continue
        if gap > (INVERTED_REACH if free else 3):
            return None
        if voice.refers == "pro.latter" and any(0 <= v.start - voice.end <= 1 for v in voices):
            continue  # "той жа Скібіцкі": the same Skibitskyi, by name
        spelt = voice.refers == "pro.it" and bool(voice.written)  # "the ministry", not "it"
        if voice.refers.startswith("pro.") and not (
            spelt or (gap <= 1 and voice.refers in ("pro.he", "pro.she"))
        ):
            return None
        between = range(cue.end, voice.start)
        if any(scene.is_break(k) for k in between) or any(
            n.startswith(("rep.", "cl.")) for k in between for n in scene.covers[k]
        ):
            return None
        if (
            governed(scene, voice)
            or _owns_object(scene, voice, cue.end)
            or _is_addressee(scene, voice, voices)
        ):
            continue
        if not free and voice.end < len(tokens) and scene.covers[voice.end] & _VERBAL:
            return None  # "X, a former minister, said the president could …": the president is spoken of
        if not free and any(voice.end <= c.start <= voice.end + 6 for c in scene.of("cl.complement")):
            return None  # "X, told British lawmakers that …": they are told
        return voice
    return None


_VERBAL = {"aux", "hedge", "future", "neg"}
"""What opens a verb: whoever stands before it is its subject."""


def _owns_object(scene: Scene, voice: Voice, verb: int) -> bool:
    """True where a noun of saying between verb and voice is the voice's: "denied reports of the media"."""
    at = voice.start - 1
    names = scene.covers[at] if at >= verb else set()
    if (
        at == verb
        and verb > 1
        and not scene.sentence.tokens[verb - 2].is_word
        and "told_in" in scene.covers[verb - 1]
    ):
        return False  # "…, reads the report of the staff": the staff speaks
    if (
        "genitive" not in scene.pack.traits
        or not names & {"att.noun", "att.anaphor"}
        or names & {"det", "skip"}
    ):
        return False
    return not any(n.startswith("prep.") for j in (at - 1, at - 2) if j >= verb for n in scene.covers[j])
