"""Finds where a sentence states a claim: the frames of the claim, filled with the words of one clause.

Says nothing of truth: a mention may be denied, feared or asked. Stance is the next step.
"""

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise, product

from matchers.claims import Claim, Frame, Role
from matchers.companions import inset
from matchers.lexicon import Hit
from matchers.rivals import acted_apart, by_others, is_object, rivalled
from matchers.scene import Scene


@dataclass(frozen=True, slots=True)
class Mention:
    """A claim's frame filled in a sentence: `roles` by frame order, hull `lo` to `hi` in tokens.

    `loose` where the roles stand in several clauses; `inherited` where a role was named before.
    """

    claim: Claim
    frame: Frame
    roles: tuple[Hit, ...]
    lo: int
    hi: int
    loose: bool
    inherited: bool


VETO_REACH = 20
"""How many words from a mention an excluding word still counts."""

COMPOUND = 10
"""How many letters a word has, at the least, that can be two words in one."""

TIGHT = 2
"""A frame whose roles stand this near is one phrase: "Belarus' attack", not "Belarus condemned it"."""

SideAt = Callable[[int], str]


def mentions(
    scene: Scene, claim: Claim, recent: frozenset[str], side_at: SideAt, *, stated: bool = False
) -> list[Mention]:
    """The mentions of a claim in a sentence, by place.

    `recent` are the concepts named shortly before; `side_at` tells the nation of who says a token; `stated`
    where the claim was stated in the sentences before.
    """
    frames = [f for f in claim.frames if (stated or not f.after) and may_hold(f, scene.marks.keys(), recent)]

    def filled(
        chosen: Iterable[Frame], stretches: Sequence[tuple[int, int]], *, loose: bool
    ) -> list[Mention]:
        tried = (
            _fill(scene, claim, f, bounds, recent, side_at, loose=loose)
            for f in chosen
            for bounds in stretches
        )
        return [one for one in tried if one]

    full = [f for f in frames if not f.after]
    found = (
        filled(full, scene.clauses, loose=False)
        or filled(full, _parts(scene), loose=True)
        or filled((f for f in frames if f.after), scene.clauses, loose=False)
    )
    return _best(found)


def _parts(scene: Scene) -> list[tuple[int, int]]:
    """The stretches between semicolons: what stands in two of them is no one statement."""
    tokens = scene.sentence.tokens
    cuts = [0, *(i + 1 for i, t in enumerate(tokens) if t.text == ";"), len(tokens)]
    return [(a, b) for a, b in pairwise(cuts) if a < b]


def may_hold(frame: Frame, named: Set[str], recent: Set[str]) -> bool:
    """False where nothing that is named can fill some role: so it is with most frames and sentences."""
    for role in frame.roles:
        if not (
            role.speaker
            or not named.isdisjoint(role.strong)
            or not named.isdisjoint(role.weak)
            or ((role.recent or role.named) and not recent.isdisjoint(role.strong))
        ):
            return False
    return True


def _fill(
    scene: Scene,
    claim: Claim,
    frame: Frame,
    bounds: tuple[int, int],
    recent: frozenset[str],
    side_at: SideAt,
    *,
    loose: bool,
) -> Mention | None:
    if frame.unless and any(bounds[0] <= h.start < bounds[1] for h in scene.of(*frame.unless)):
        return None
    choices: list[list[Hit]] = []
    inherited, speaker = False, ""
    for role in frame.roles:
        hits, weak = _role_hits(scene, role, bounds, recent)
        named = (recent | scene.marks.keys()) & set(role.strong)
        if hits and not role.named:
            choices.append(hits[:6])
        elif named and (role.recent or role.named):
            weak = not hits
        elif role.speaker and not loose:
            speaker = role.speaker
        else:
            return None
        inherited |= weak
    best: tuple[int, tuple[Hit, ...]] | None = None
    for combination in product(*choices):
        if _twice(scene, combination) or (loose and _placed_apart(scene, combination)):
            continue
        lo, hi = min(h.start for h in combination), max(h.end for h in combination)
        if best is None or hi - lo < best[0]:
            best = (hi - lo, combination)
    if best is None:
        return None
    held = {i for h in best[1] for i in range(h.start, h.end)}
    aside = inset(scene)
    if best[0] - len(aside) * held.isdisjoint(aside) > frame.near + len(frame.roles):
        return None
    if speaker and (side_at(best[1][0].start) != speaker or _other_actor(scene, bounds, lo, best[1])):
        return None
    lo, hi = min(h.start for h in best[1]), max(h.end for h in best[1])
    if loose and acted_apart(scene, best[1]):
        return None
    if rivalled(scene, frame, best[1]) or is_object(scene, best[1]) or by_others(scene, best[1]):
        return None
    if _they_act(scene, best[1]):
        return None
    if frame.near <= TIGHT and (_told_between(scene, best[1]) or _acts_between(scene, best[1])):
        return None
    if _vetoed(scene, claim, best[1], (max(bounds[0], lo - VETO_REACH), min(bounds[1], hi + VETO_REACH))):
        return None
    theirs = {(h.start, h.end) for h in scene.of("force.their", "force.own")}
    pointed = any(h.name.startswith(_INHERITED) or (h.start, h.end) in theirs for h in best[1])
    people = any(h.name.startswith("people.") for h in best[1])
    if (pointed or people) and recent.intersection(claim.exclude):
        return None  # "their platoon", where the regiment named before is no army of that state
    inherited = inherited or pointed or frame.after
    return Mention(claim, frame, best[1], lo, hi, loose, inherited)


def _they_act(scene: Scene, roles: Sequence[Hit]) -> bool:
    """True in "used Belarus as a base since they invaded": the state is one thing, who acts is another."""
    state, act = roles[0], roles[min(1, len(roles) - 1)]
    nation = state.name.partition(".")[2]
    others = [n for n in scene.marks if n.startswith("it.") and n != f"it.{nation}"]
    return state.name.startswith("state.") and any(
        state.end <= h.start < act.start for h in scene.of("pro.they", *others)
    )


def _acts_between(scene: Scene, roles: Sequence[Hit]) -> bool:
    """True in "Беларуси подверглась атаке": where cases tell, an owner before its noun stands next to it."""
    first, second = roles[0], roles[-1]
    return "genitive" in scene.pack.traits and first.end < second.start


def _told_between(scene: Scene, roles: Sequence[Hit]) -> bool:
    lo, hi = min(h.end for h in roles), max(h.start for h in roles)
    return any(n.startswith("rep.") or n == "deny" for names in scene.covers[lo:hi] for n in names)


def _placed_apart(scene: Scene, combination: Sequence[Hit]) -> bool:
    """True where the place is the speaker's: "Media in Minsk reported that a missile fell"."""
    cut = next((h.start for h in scene.of("cl.complement") if scene.has_verb(0, h.start)), 0)
    seats = (h for h in combination if h.start < cut and h.name.startswith(_PLACED))
    sits = any(n.endswith(".capital") for h in seats for n in scene.covers[h.start])
    return sits and any(h.start >= cut for h in combination)


_PLACED = ("in.", "from.", "at.", "into.")


def _twice(scene: Scene, combination: Sequence[Hit]) -> bool:
    """True where one word would fill two roles; a long compound may: "Raketenstarts", "Kriegseintritt"."""
    joined = "compounds" in scene.pack.traits
    spans = [
        (h.start, h.end, h.name if joined and len(scene.sentence.tokens[h.start].text) >= COMPOUND else "")
        for h in combination
    ]
    return len(set(spans)) < len(spans)


def _role_hits(
    scene: Scene, role: Role, bounds: tuple[int, int], recent: frozenset[str]
) -> tuple[list[Hit], bool]:
    strong = [h for h in scene.of(*role.strong) if bounds[0] <= h.start and h.end <= bounds[1]]
    strong = [h for h in strong if not h.name.startswith("leader.") or not _speaks(scene, h)]
    if strong or not role.weak:
        return strong, False
    if not recent.intersection(role.strong) and not any(h.end <= bounds[0] for h in scene.of(*role.strong)):
        return [], False
    return [h for h in scene.of(*role.weak) if bounds[0] <= h.start and h.end <= bounds[1]], True


def _speaks(scene: Scene, hit: Hit) -> bool:
    """True for a leader who says what is said rather than does it."""
    return any(a < hit.end and hit.start < b for a, b in scene.speaking)


_INHERITED = ("bare.", "they.")
"""Marks that stand for a force named before."""


def _other_actor(scene: Scene, bounds: tuple[int, int], act: int, taken: Sequence[Hit]) -> bool:
    """True where a clause has a subject of its own: a state before the act, or any nation's forces."""
    forces = [
        n for n in scene.marks if n.startswith(("force.", "people.")) and not n.endswith((".our", ".their"))
    ]
    states = [n for n in scene.marks if n.startswith("state.")]
    acting = [*scene.of(*forces), *(h for h in scene.of(*states) if h.start < act)]
    acting = [h for h in acting if scene.preps.get(h.start - 1) != "against"]  # "fight against Poles"
    return any(
        bounds[0] <= h.start < bounds[1]
        and not any(a <= h.start < b for a, b in scene.speaking)
        and not any(t.start <= h.start < t.end for t in taken)
        for h in acting
    )


def _vetoed(scene: Scene, claim: Claim, roles: Sequence[Hit], bounds: tuple[int, int]) -> bool:
    vetoes = [h for h in scene.of(*claim.exclude) if bounds[0] <= h.start < bounds[1]]
    return any(not _in_aside(scene, h, roles) for h in vetoes)


def _in_aside(scene: Scene, hit: Hit, roles: Sequence[Hit]) -> bool:
    """True in a relative clause about what fills no role: "the units, which stayed after drills, fired …"."""
    tokens = scene.sentence.tokens
    for who in scene.of("cl.relative"):
        end = next((i for i in range(who.end, len(tokens)) if tokens[i].text in ",;:"), len(tokens))
        if not who.start <= hit.start < end < len(tokens):
            continue
        about = range(max(0, who.start - 2), end)
        return not any(r.start in about for r in roles)
    return False


def _best(found: Sequence[Mention]) -> list[Mention]:
    """The tightest mentions, none of which overlaps another."""
    kept: list[Mention] = []
    for one in sorted(found, key=lambda m: (m.loose, m.inherited, m.frame.only is not None, m.hi - m.lo)):
        if not any(k.lo < one.hi and one.lo < k.hi for k in kept):
            kept.append(one)
    return sorted(kept, key=lambda m: m.lo)
