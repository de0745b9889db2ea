"""Statements that rest on the sentences before: "he denied it", "nobody went anywhere", "X agrees".

Finds who takes up what was said and on which side. What stands in a sentence by itself is found elsewhere.
"""

from collections.abc import Iterator, Sequence

from matchers.claims import Claim
from matchers.found import FIRM, Found
from matchers.lexicon import Hit
from matchers.line import Line
from matchers.saying import Saying, press
from matchers.speakers import Voice
from matchers.stance import Judgement, Step
from store.values import About, Stance


def points_back(line: Line, saying: Saying) -> Hit | None:
    """The word by which a saying takes up what was said before, and nothing else after it."""
    scene = line.scene
    for hit in scene.of("att.anaphor"):
        if saying.start < hit.start and hit.end == saying.end - 1:
            return hit  # inside a verb in two parts: "wies das zurück"
        if _is_article(line, hit, saying):
            continue
        near_after = 0 <= hit.start - saying.end <= 4
        near_before = 0 <= saying.start - hit.end <= 5 or _brackets(line, hit, saying)
        if not (near_after or near_before):
            continue
        end = _past_voice(saying, hit.end)
        if near_after and not _ends_there(line, end, demonstrative=hit.end - hit.start == 1):
            continue
        return hit
    return None


def _is_article(line: Line, hit: Hit, saying: Saying) -> bool:
    """True for the article of the subject: "Das Ministerium sagte" points at nothing."""
    voice, names = saying.voice, line.scene.covers[hit.start]
    return voice is not None and saying.form == "subject" and hit.end == voice.start and "det" in names


def _brackets(line: Line, hit: Hit, saying: Saying) -> bool:
    """True in "Das hat X am Sonntag in Minsk gesagt": the object opens, and the verb closes the clause."""
    scene, tokens = line.scene, line.scene.sentence.tokens
    if "verb_final" not in scene.pack.traits or hit.start or saying.form != "subject":
        return False
    closes = saying.end >= len(tokens) or not tokens[saying.end].is_word
    return closes and "aux" in scene.covers[hit.end] and not scene.has("cl.complement")


def _past_voice(saying: Saying, at: int) -> int:
    """Where the words go on after a subject that stands behind its object: "Bestätigt habe das X."."""
    voice = saying.voice
    return voice.end if voice is not None and at <= voice.start <= at + 1 else at


def objectless(line: Line, saying: Saying, lo: int = 0) -> bool:
    """True for a denial that names nothing denied: "Minsk denied." takes up what was said before."""
    tokens, at = line.scene.sentence.tokens, saying.right
    if (
        saying.kind != "deny"
        or saying.form != "subject"
        or saying.end != saying.right
        or saying.left - lo > 3
    ):
        return False
    if any(not _names_nothing(line, i) for i in range(saying.start + 1, saying.end - 1)):
        return False  # "wies Berichte über den Beschuss zurück": the verb's parts stand around its object
    while at < len(tokens) and _names_nothing(line, at):
        at += 1
    return at >= len(tokens) or tokens[at].text in ".:;!"


def _names_nothing(line: Line, at: int) -> bool:
    """True for a word that can be no object: of time, an adverb, in lower case where nouns have a capital."""
    names, token = line.scene.covers[at], line.scene.sentence.tokens[at]
    nouns = "capital_nouns" in line.scene.pack.traits
    small = nouns and token.text.islower() and "att.anaphor" not in names
    return bool(names & {"adverb", "aux"}) or _of_time(names) or small


def _of_time(names: set[str]) -> bool:
    return any(n.startswith(("weekdays.", "time.", "unit.", "prep.in")) for n in names)


def _ends_there(line: Line, at: int, *, demonstrative: bool) -> bool:
    """True where nothing of substance follows: "denied it", "rejected the claims on Tuesday"."""
    scene = line.scene
    if at >= len(scene.sentence.tokens):
        return True
    if not scene.sentence.tokens[at].is_word:
        return not any("cl.complement" in names for names in scene.covers[at : at + 2])
    names = scene.covers[at]
    if names & {"cl.complement", "prep.of", "prep.over", "prep.with", "cl.relative"}:
        return False
    tied = any(n.startswith("prep.") or n.startswith("cl.") for n in names) or names & {
        "adverb",
        "conj",
        "aux",
    }
    return bool(tied) if demonstrative else not names & {"area"} or bool(tied)


def anaphoric(
    lines: Sequence[Line], i: int, claim: Claim, antecedent: tuple[int, Judgement]
) -> Iterator[Found]:
    """ "He denied it", "X confirmed the report", "no indication of that"."""
    line, scene = lines[i], lines[i].scene
    before = antecedent[1]
    for saying in line.sayings:
        if saying.voice is None or saying.voice.refers:
            continue
        bare = objectless(line, saying) or (saying.form == "passive" and saying.kind == "confirm")
        back = points_back(line, saying)
        if not (back or bare) or _negated(line, saying.start):
            continue
        if back is not None and _of_another_event(line, back, claim):
            continue
        stance = _stance_taken_up(line, saying, before, i - antecedent[0])
        if stance is not None and not (stance is Stance.DENY and _of_an_apology(lines, i)):
            yield Found(claim, taken_up(stance, before.about, saying), saying.voice, i, (), None, 0.65)
    yield from elliptic(line, i, claim, before)
    if i - antecedent[0] == 1:
        yield from _agreeing(line, i, claim, before)
    for hit in scene.of("noevidence", "false"):
        pointed = any(
            (0 <= a.start - hit.end <= 2 and _ends_there(line, a.end, demonstrative=True))
            or 0 <= hit.start - a.end <= 2
            or (hit.start < a.start and a.end <= hit.end and hit.name == "noevidence")
            for a in scene.of("att.anaphor")
            if not _of_another_event(line, a, claim)
            and (
                not scene.covers[a.start] & {"cl.complement"} or _ends_there(line, a.end, demonstrative=True)
            )
        )
        pointed |= hit.name == "false" and any(h.start == 0 for h in scene.of("att.verdict"))
        voice = _voice_of(line, hit)
        near = i - antecedent[0] <= (1 if hit.name == "false" else 2)
        named = any(s.start <= hit.start < s.end or s.lo <= hit.start for s in line.sayings)
        if voice is None and near and not named:
            voice = press()  # "Troops were said to have crossed. This is not true."
        if pointed and voice is not None and before.stance is not Stance.DENY:
            step = Step(hit.name, "denies what was said before", hit.start, hit.end)
            yield Found(claim, Judgement(Stance.DENY, before.about, 0.7, (step,)), voice, i, (), None, 0.65)


_EVENTS = {"launch", "launch_noun", "enter", "attack_noun"}


def _of_another_event(line: Line, pointer: Hit, claim: Claim) -> bool:
    """True where a pointer names an event that the claim is not about: "the shelling", of troops."""
    named = line.scene.covers[pointer.end - 1] & _EVENTS
    roles = {n for frame in claim.frames for role in frame.roles for n in (*role.strong, *role.weak)}
    return bool(named) and named.isdisjoint(roles)


def _of_an_apology(lines: Sequence[Line], i: int) -> bool:
    """True in "Minsk denied the account. There was no apology": it is the apology that is denied."""
    after = lines[i + 1] if i + 1 < len(lines) else lines[i]
    same = after.scene.sentence.paragraph == lines[i].scene.sentence.paragraph
    return lines[i].scene.has("excuse") or (same and after.scene.has("excuse"))


def elliptic(line: Line, i: int, claim: Claim, before: Judgement) -> Iterator[Found]:
    """A denial that rests on what was said before: "That is not so", "Nobody went anywhere"."""
    scene, tokens = line.scene, line.scene.sentence.tokens
    for hit in scene.of("ellipsis", "absent"):
        ends = hit.end >= len(tokens) or not tokens[hit.end].is_word
        near = range(max(0, hit.start - 3), hit.start)
        opens = hit.start <= 3 or any(
            not tokens[k].is_word for k in (near if hit.name == "absent" else near[-1:])
        )
        denies = before.stance is not Stance.DENY
        acting = [(n, hits) for n, hits in scene.marks.items() if n.startswith(_ACTORS)]
        if hit.name == "absent" and any(_names_other(line, n, hits, hit) for n, hits in acting):
            continue  # whose soldiers do not is said in the sentence itself
        if opens and (ends or hit.name == "absent") and denies:
            step = Step(hit.name, "denies what was said before", hit.start, hit.end)
            denier = _voice_of(line, hit) or press()
            yield Found(claim, Judgement(Stance.DENY, before.about, 0.7, (step,)), denier, i, (), None, 0.65)
            return


_ACTORS = ("force.", "people.", "state.")


def _names_other(line: Line, name: str, hits: Sequence[Hit], absent: Hit) -> bool:
    """True where a mark of the clause of an absence names a nation: "the Russians will not go in"."""
    lo, _ = line.scene.clause_of(absent.start)
    return name.partition(".")[2] in line.scene.pack.nations and any(
        lo <= h.start < absent.start for h in hits
    )


def _agreeing(line: Line, i: int, claim: Claim, before: Judgement) -> Iterator[Found]:
    """Who says the same as the sentence before: "X is of the same opinion", "X agrees with him"."""
    if before.stance not in FIRM:
        return
    for hit in line.scene.of("att.same"):
        if any(n.end == hit.start for n in line.scene.of("neg")):
            continue
        near = [
            v
            for v in line.voices
            if not v.refers and v.name and hit.start - 8 <= v.end and v.start <= hit.end + 8
        ]
        outside = [v for v in near if v.start >= hit.end or v.end <= hit.start]
        if outside:
            voice = min(outside, key=lambda v: abs(v.start - hit.start))
            step = Step("same", "says the same as the sentence before", hit.start, hit.end)
            yield Found(claim, Judgement(before.stance, before.about, 0.7, (step,)), voice, i, (), None, 0.65)
            return


def _stance_taken_up(line: Line, saying: Saying, before: Judgement, distance: int) -> Stance | None:
    """The side that a saying takes by pointing at the one before it, `distance` sentences back."""
    if saying.kind == "confirm" and distance == 1 and before.stance is Stance.CONFIRM:
        return Stance.CONFIRM
    near = saying.start - 3
    too = any(h.start == 0 or near <= h.start <= saying.right + 2 for h in line.scene.of("also"))
    if saying.kind == "deny" and (too or before.stance is not Stance.DENY):
        return Stance.DENY
    if saying.kind == "say" and distance == 1 and before.stance in FIRM and too:
        return before.stance  # "the Rada, too, gave this news"
    return None


def takes_up(line: Line) -> bool:
    return any(s.voice is not None and points_back(line, s) is not None for s in line.sayings)


def _negated(line: Line, at: int) -> bool:
    return any(at - 4 <= h.start < at for h in line.scene.of("neg", "unconfirmed"))


def _voice_of(line: Line, hit: Hit) -> Voice | None:
    for saying in line.sayings:
        if saying.voice is not None and not saying.voice.refers and (saying.lo <= hit.start < saying.hi):
            return saying.voice
    return line.speaker


def taken_up(stance: Stance, about: About, saying: Saying) -> Judgement:
    step = Step(f"anaphor.{saying.kind}", "takes up the sentence before", saying.start, saying.end)
    return Judgement(stance, about, 0.7, (step,))
