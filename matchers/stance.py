"""Which side a mention takes: negation, modality and the cues that govern it, composed inside out.

The table follows TruthTeller (Lotan et al. 2013) and De Facto (Saurí & Pustejovsky 2012), collapsed to
confirm, deny and speculate. Who says it is not decided here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from matchers.companions import inset
from matchers.composition import under, value_of
from matchers.lexicon import Hit
from matchers.mentions import Mention
from matchers.saying import Saying
from matchers.scene import Scene
from matchers.scope import corrected, of_another_verb, of_somebody, part_of_cue, walled_off
from matchers.text import OPENING
from store.values import About, SpeakerKind, Stance

LEFT_REACH, RIGHT_REACH = 9, 7
AFTER = 1000
"""What follows a statement governs all that precedes it: "reports that … were denied"."""
INNER = ("hedge", "future", "intent", "cond", "threat", "appeal", "drag")
OUTER = (
    "noevidence",
    "unconfirmed",
    "notdeny",
    "false",
    "believe",
    "cond",
    "threat",
    "appeal",
    "intent",
    "hedge",
    "doubt",
    "reacts",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the composition: the rule, what it did, and the tokens it rests on."""

    rule: str
    effect: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """The stance of a mention, 0 to 1 how sure, and the steps that led there."""

    stance: Stance
    about: About
    certainty: float
    steps: tuple[Step, ...]


def judge(scene: Scene, mention: Mention, saying: Saying | None) -> Judgement:
    """The stance that a mention takes under everything that governs it."""
    steps: list[Step] = []
    inner = _inner(scene, mention, saying)
    negative = [h for h in inner if h.name == "neg"]
    modal = [h for h in inner if h.name != "neg"]
    for hit in negative[:1]:
        steps.append(Step("negation", "the clause is negated", hit.start, hit.end))
    for hit in modal[:2]:
        steps.append(Step(hit.name, "not said as a fact", hit.start, hit.end))
    value = value_of(bool(negative), {h.name for h in modal})
    if any(r.name == "intent" for r in mention.roles):
        value = (value[0], About.INTENT)  # "has no plans of invading"
    if mention.frame.means is Stance.DENY and value[0] is not Stance.SPECULATE:
        turned = mention.frame.only is None and any(not _overlaps(hit, mention) for hit in negative)
        value = (Stance.SPECULATE if turned else Stance.DENY, value[1])  # "will not stay out for ever"
    forced = any(h.name == "drag" for h in modal)  # who denies being dragged in says nothing of taking part
    for hit in _outer(scene, mention, saying):
        if forced and hit.name in ("deny", "false"):
            continue
        name = "unconfirmed" if _whether(scene, hit, mention) else hit.name
        value = under(name, value)
        steps.append(Step(name, f"{value[0].value}", hit.start, hit.end))
    if saying is not None and saying.kind == "deny" and not forced:
        value = under("deny", value)
        steps.append(Step("deny", "the speaker denies it", saying.start, saying.end))
    elif saying is not None and saying.kind in _DOUBTS and not _is_direct(scene, mention, saying):
        value = under(saying.kind, value)
        steps.append(Step(saying.kind, "not said as a fact", saying.start, saying.end))
    if scene.has("poll"):
        value = (Stance.SPECULATE, About.INTENT)  # what people think of it tells nothing of what is
    if scene.sentence.is_question:
        value = (Stance.SPECULATE, About.INTENT)
        steps.append(
            Step("question", "a question", len(scene.sentence.tokens) - 1, len(scene.sentence.tokens))
        )
    if _is_imperative(scene, mention):
        value = (Stance.SPECULATE, About.INTENT)
        steps.append(Step("appeal", "a call, not a report", mention.lo, mention.lo + 1))
    certainty = 0.9 - 0.15 * mention.inherited - 0.1 * mention.loose
    return Judgement(value[0], value[1], round(certainty, 2), tuple(steps))


def _overlaps(hit: Hit, mention: Mention) -> bool:
    return any(r.start < hit.end and hit.start < r.end for r in mention.roles)


_DOUBTS = ("warn", "ask", "believe", "notdeny")


def _is_direct(scene: Scene, mention: Mention, saying: Saying) -> bool:
    """True for the speaker's own words in quotation marks: "They are there," believes X."""
    quoted = scene.sentence.quoted
    own = quoted[mention.lo] and quoted[mention.hi - 1] and not quoted[saying.start]
    return own and saying.kind in ("believe", "notdeny")


def _is_imperative(scene: Scene, mention: Mention) -> bool:
    """True for "stay out of this war": the act opens its clause and its actor stands outside of it."""
    act = next((r for r in mention.roles if r.name in ("stay_out", "join", "join_in")), None)
    if act is None or not mention.loose:
        return False
    return act.start == scene.clause_of(act.start)[0] or scene.sentence.tokens[act.start - 1].text in OPENING


def _inner(scene: Scene, mention: Mention, saying: Saying | None) -> list[Hit]:
    """Negation and modality in the clauses of the mention, near enough to belong to it."""
    lo = min(scene.clause_of(h.start)[0] for h in mention.roles)
    hi = max(scene.clause_of(h.end - 1)[1] for h in mention.roles)
    out = []
    insets = inset(scene)
    if any(r.start in insets for r in mention.roles):
        insets = frozenset()
    for hit in scene.of("neg", *INNER):
        reach = RIGHT_REACH if "late_negation" in scene.pack.traits or hit.name != "neg" else 2
        aside = _aside(mention, hit, saying)
        if not (max(lo, mention.lo - LEFT_REACH) <= hit.start < min(hi, mention.hi + reach + len(aside))):
            continue
        if hit.start >= mention.hi and scene.sentence.tokens[hit.start].text == ",":
            continue  # ", um … zu": the purpose of what is said, with a verb of its own
        thin = {*aside, *_inserted(scene, mention.hi, hit.start)}
        if any(
            scene.sentence.tokens[i].text in ",:—–" for i in range(mention.hi, hit.start) if i not in thin
        ):
            continue
        if hit.name == "cond" and any(d.start <= hit.start < d.end for d in scene.of("doubt")):
            continue  # Slavic "as if" holds an "if"
        if hit.name in ("intent", "cond", "future") and of_another_verb(scene, hit, mention):
            continue
        if hit.name == "neg" and (
            part_of_cue(scene, hit)
            or walled_off(scene, hit, mention)
            or of_somebody(scene, hit, mention)
            or corrected(scene, hit, mention)
        ):
            continue
        if saying is not None and _in_frame(saying, hit):
            continue
        if hit.start in insets:
            continue  # "Belarus, which has not closed its border, sent troops"
        if (
            any(r.start <= hit.start < r.end and r.name == hit.name for r in mention.roles)
            and hit.name != "drag"
        ):
            continue
        out.append(hit)
    return out


def _aside(mention: Mention, hit: Hit, saying: Saying | None) -> range:
    """The speaker's frame with its commas, between a mention and a cue: "…, X said, not one"."""
    if saying is None or saying.voice is None or not mention.hi <= saying.left < saying.right <= hit.start:
        return range(0)
    return range(saying.left - 1, saying.right + 1)


def _inserted(scene: Scene, start: int, end: int) -> Iterator[int]:
    """The words between commas that only tell whose word it is: "sends nobody, in his own words, there"."""
    tokens = scene.sentence.tokens
    commas = [i for i in range(start, end) if tokens[i].text == ","]
    for a, b in pairwise(commas):
        if b - a <= 6 and any(a < h.start < b for h in scene.of("reported", "att.according")):
            yield from range(a, b + 1)


def _within(saying: Saying, hit: Hit) -> bool:
    """True where the speaker says the cue too; where a noun opens what is said, its end is not known."""
    return saying.form != "noun" and saying.lo <= hit.start < saying.hi and not _in_frame(saying, hit)


def _said_too(saying: Saying, hit: Hit) -> bool:
    return saying.start == hit.start or _within(saying, hit)


def _as_loud(scene: Scene, hit: Hit, mention: Mention) -> bool:
    """True where both stand in quotation marks or neither: a quoted "not true" is not the newsroom's."""
    quoted = scene.sentence.quoted
    return quoted[hit.start] == quoted[mention.lo]


def _in_frame(saying: Saying, hit: Hit) -> bool:
    """True where the cue belongs to the speaker's frame rather than to what is said."""
    return saying.voice is not None and (
        saying.start <= hit.start < saying.end or saying.voice.start <= hit.start < saying.voice.end
    )


def _outer(scene: Scene, mention: Mention, saying: Saying | None) -> list[Hit]:
    """Cues outside the mention's own words that govern it, innermost first."""
    out: list[tuple[int, Hit]] = []
    start = (
        saying.start
        if saying is not None
        and saying.voice is not None
        and saying.voice.kind is not SpeakerKind.PRESS
        and saying.end <= mention.lo
        else 0
    )
    for hit in scene.of(*OUTER):
        if (
            saying is not None
            and saying.kind != "say"
            and hit.start == saying.start
            and hit.end == saying.end
        ):
            continue
        if (
            hit.name == "doubt"
            and saying is not None
            and not scene.sentence.quoted[hit.start]
            and not _opens_report(scene, hit)
        ):
            continue  # the newsroom's doubt leaves a named speaker's assertion standing
        longer = [c for c in scene.of("rep.confirm") if c.end - c.start > hit.end - hit.start]
        if any(c.start <= hit.start and hit.end <= c.end for c in longer):
            continue  # "has no doubt that"
        if hit.name == "reacts" and not _asked_about(scene, hit, mention):
            continue  # "asked about the troops, he answered: …"
        if _from(saying, hit, start) < hit.end and hit.start < mention.lo and _linked(scene, hit, mention):
            if (
                hit.name in INNER
                and hit.start >= mention.lo - LEFT_REACH
                and scene.clause_of(hit.start) == scene.clause_of(mention.lo)
            ):
                continue
            out.append((mention.lo - hit.start, hit))
        elif (
            hit.start >= mention.hi
            and hit.name in ("false", "unconfirmed", "noevidence")
            and (_as_loud(scene, hit, mention) if saying is None else _said_too(saying, hit))
            and _linked_after(scene, mention, hit)
        ):
            out.append((AFTER + hit.start - mention.hi, hit))
        elif mention.lo <= hit.start < mention.hi and hit.name in (
            "noevidence",
            "unconfirmed",
            "notdeny",
            "false",
            "believe",
            "doubt",
        ):
            out.append((0, hit))
    for hit in scene.of("evidence"):
        absent = [n for n in scene.of("neg", "noevidence") if n.start >= mention.hi]
        if start < hit.end <= mention.lo and _linked(scene, hit, mention) and absent:
            out.append((mention.lo - hit.start, Hit("noevidence", hit.start, hit.end)))
    for hit in scene.of("deny"):
        own = saying is not None and saying.start == hit.start and saying.kind == "deny"
        excluded = any(c.start <= hit.start < c.end for c in scene.of("notdeny", "unconfirmed"))
        before = start < hit.end and hit.start < mention.lo and _linked(scene, hit, mention)
        after = mention.hi <= hit.start < mention.hi + 12 and _passive_deny(scene, mention, hit)
        if (before or after) and not own and not excluded:
            out.append(((AFTER if after else 0) + abs(mention.lo - hit.start), hit))
    return [hit for _, hit in sorted(out, key=lambda pair: pair[0])]


def _asked_about(scene: Scene, hit: Hit, mention: Mention) -> bool:
    """True for "asked about the troops", "asked about reports that troops …", with no comma between."""
    clause = scene.clause_of(mention.lo)
    if scene.clause_of(hit.start) == clause:
        return True
    between = range(hit.end, clause[0])
    return "cl.complement" in scene.covers[clause[0]] and all(
        scene.sentence.tokens[i].is_word for i in between
    )


def _whether(scene: Scene, hit: Hit, mention: Mention) -> bool:
    """True for "no information whether": who knows nothing either way does not deny."""
    if hit.name != "noevidence":
        return False
    opens = (c for c in scene.of("whether") if hit.end <= c.start <= mention.lo)
    return any(c.start - hit.end <= 3 for c in opens)


def _opens_report(scene: Scene, hit: Hit) -> bool:
    """True in "commented on reports, allegedly …": the doubt is what opens somebody else's report."""
    tokens = scene.sentence.tokens
    return hit.start > 1 and tokens[hit.start - 1].text == "," and "att.noun" in scene.covers[hit.start - 2]


def _from(saying: Saying | None, hit: Hit, start: int) -> int:
    """Where a cue begins to govern; one that finds nothing also before the speaker: "No proof, X says, …"."""
    inset = saying is not None and saying.lo < saying.left - 1
    return 0 if inset and hit.name in ("noevidence", "unconfirmed", "false") else start


def _linked(scene: Scene, hit: Hit, mention: Mention) -> bool:
    """True where a cue before the mention reaches it: no semicolon, no "but", not too far."""
    if mention.lo - hit.end > 14:
        return False
    tokens = scene.sentence.tokens
    between = range(hit.end, mention.lo)
    if any(tokens[i].text == ";" or (tokens[i].text == ":" and hit.name in INNER) for i in between):
        return False  # "the president could do as he likes: …"
    if any(h.start in between for h in scene.of("cl.cause")):
        return False  # "asks for air cover, because missiles fly": a reason is stated as a fact
    if hit.name == "false" and any(tokens[i].text == ":" for i in between if i > hit.end):
        return False  # "He lied about the missiles: dozens flew", but "Fake: dozens of missiles flew"
    return not any(
        h.start in between and not tokens[h.start - 1].is_word for h in scene.of("cl.coord", "cl.relative")
    )


def _linked_after(scene: Scene, mention: Mention, hit: Hit) -> bool:
    between = range(mention.hi, hit.start)
    return len(between) <= 10 and not any(
        scene.sentence.tokens[i].text in ";" or "cl.coord" in scene.covers[i] for i in between
    )


def _passive_deny(scene: Scene, mention: Mention, hit: Hit) -> bool:
    return any("aux" in scene.covers[i] for i in range(max(mention.hi, hit.start - 3), hit.start))
