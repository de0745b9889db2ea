"""Whether what a frame needs belongs to something else: drones, aircraft, another state, another subject.

Words that stand between two roles and take one of them away; what counts as a rival is written in the claim.
"""

from collections.abc import Sequence

from matchers.claims import Frame
from matchers.companions import inset
from matchers.lexicon import Hit
from matchers.scene import Scene

NEAR = 8
"""How many words from a place the noun that it belongs to stands at most."""


def rivalled(scene: Scene, frame: Frame, roles: Sequence[Hit]) -> bool:
    """True where a rival takes a role: "missiles from the Caspian, drones from Belarus"."""
    aside = inset(scene)
    rivals = [
        r for r in scene.of(*frame.rivals) if r.start not in aside and not any(_is_part(r, h) for h in roles)
    ]
    place = next((r for r in roles if r.name.startswith("from.")), None)
    if place is not None:
        taken = bool(rivals) and _place_taken(scene, roles[0], place, rivals)
        return taken or _took_off(scene, roles[0], place)
    ends = sorted((h.start, h.end) for h in roles)
    return any(
        ends[0][1] <= r.start < ends[-1][0]
        and not _ends_before(scene, r.end, min(s for s, _ in ends if s > r.start))
        for r in rivals
    )


def _is_part(rival: Hit, role: Hit) -> bool:
    """True where both are the same words; between the parts of a verb a rival stands for itself."""
    return (
        rival.start < role.end
        and role.start < rival.end
        and not (role.start < rival.start and rival.end < role.end)
    )


def _place_taken(scene: Scene, thing: Hit, place: Hit, rivals: Sequence[Hit]) -> bool:
    if not thing.name.startswith("missile"):
        return True  # a bare "launched" where the clause names the rival
    places = [
        h for n in scene.marks if n.startswith("from.") for h in scene.marks[n] if h.start != place.start
    ]
    if place.end <= thing.start and any(place.end <= r.start < thing.start for r in rivals):
        return any(thing.end <= p.start for p in places)  # "from Belarus drones flew, missiles from Crimea"
    if thing.start < place.start:
        between = [r for r in rivals if thing.end <= r.start < place.start]
        return any(thing.end <= p.start < r.start for r in between for p in places)
    if any(place.end <= r.start < thing.start for r in rivals) and any(p.start > thing.start for p in places):
        return True  # "from Belarus drones took off, the missiles came from the Caspian"
    if any(0 <= place.start - r.end <= 2 for r in rivals):
        return True  # "drones from Belarus and missiles from the Caspian"
    before = any(0 <= place.start - r.end <= NEAR for r in rivals)
    return before and any(p.start > thing.start for p in places)


def _took_off(scene: Scene, thing: Hit, place: Hit) -> bool:
    """True where an aircraft leaves the place, whatever it carries: "a missile carrier took off from …"."""
    starts = [t for t in scene.of("takeoff", "moved") if 0 <= place.start - t.end <= NEAR]
    if not starts:
        return _took_off_behind(scene, thing, place)
    last = starts[-1]
    flown = last.name == "moved" or any(a.start < last.start for a in scene.of("aircraft"))
    fired = any(last.end <= f.start < place.start for f in scene.of("release", "launch_noun"))
    return flown and not fired


def _took_off_behind(scene: Scene, thing: Hit, place: Hit) -> bool:
    """The same where the verb may follow the place: "from Belarus took off a jet with a missile"."""
    if "free_order" not in scene.pack.traits:
        return False
    starts = [t for t in scene.of("takeoff") if 0 <= t.start - place.end <= 2]
    planes = [a for a in scene.of("aircraft") if starts and starts[0].end <= a.start < thing.start]
    if not planes or planes[0].start - starts[0].end > 3:
        return False
    fired = (f for f in scene.of("release", "launch_noun") if planes[0].end < f.start < thing.start)
    return not any(
        "along" in scene.covers[f.start - 1] for f in fired
    )  # "… took off and missiles were fired"


def _ends_before(scene: Scene, lo: int, hi: int) -> bool:
    """True where the rival's clause ends before the next role: "has let Russia in but has not sent …"."""
    return any(lo <= h.start < hi for h in scene.of("cl.coord", "conj"))


def by_others(scene: Scene, roles: Sequence[Hit]) -> bool:
    """True where an adjective of another nation makes the act that nation's: "during the Russian attack"."""
    own = {r.name.split(".")[1] for r in roles if "." in r.name}
    for act in (r for r in roles if r.name in _ACTS and r.start > 0):
        for name in scene.covers[act.start - 1]:
            if name.startswith("nat.") and name.endswith(".adj") and name.split(".")[1] not in own:
                return True
    return False


def acted_apart(scene: Scene, roles: Sequence[Hit]) -> bool:
    """True where the act's own clause tells of another army: "Russians went in who trained with X's"."""
    if len(roles) < 2 or not roles[0].name.startswith(("force.", "people.")):
        return False
    actor, act = roles[0], roles[1]
    lo, hi = scene.clause_of(act.start)
    if lo <= actor.start < hi:
        return False
    own = actor.name.split(".")[1]
    others = [n for n in scene.marks if n.startswith("force.") and n.split(".")[1] in scene.pack.nations]
    return any(lo <= h.start < act.start for n in others if n.split(".")[1] != own for h in scene.marks[n])


def _told_by(scene: Scene, act: Hit) -> bool:
    """True where the act is a noun or a passive, whose doer may stand far behind it."""
    before = scene.covers[max(0, act.start - 2) : act.start]
    after = scene.covers[act.end : act.end + 2]
    return any("det" in names for names in before) or any(
        names & {"prep.of", "att.passive"} for names in after
    )


_ACTS = ("attack_by_state", "attack_noun", "enter", "send")


def is_object(scene: Scene, roles: Sequence[Hit]) -> bool:
    """True where the force is what somebody else acts upon: "Ukraine does not want to fight that army"."""
    if len(roles) < 2 or scene.pack.traits & {"free_order", "verb_final"}:
        return False
    actor, act = roles[0], roles[1]
    aside = inset(scene)
    if actor.start in aside and act.start >= actor.end and act.start not in aside:
        return True  # "Russians, who had trained with that army, crossed"
    later = scene.clause_of(act.start)[1] <= actor.start or any(
        act.end <= h.start < actor.start for h in scene.of("pro.they")
    )
    if actor.name.startswith("force.") and later and not _told_by(scene, act):
        return True  # "they will not take part while they train that army"
    if not actor.name.startswith(("force.", "it.")) or actor.start < act.end:
        return False
    if actor.name.startswith("it."):
        return True
    if any(
        n in ("prep.of", "att.passive", "aux")
        for i in range(act.end, min(actor.start, scene.clause_of(act.start)[1]))
        for n in scene.covers[i]
    ):
        return False  # "the entry of …", "fighting by …"
    lo, _ = scene.clause_of(act.start)
    own = actor.name.split(".")[1]
    others = [n for n in scene.marks if n.startswith(("state.", "force.", "people.", "leader."))]
    return any(
        lo <= h.start < act.start
        for n in others
        if n.split(".")[1] != own and n.split(".")[1] in scene.pack.nations
        for h in scene.marks[n]
    )
