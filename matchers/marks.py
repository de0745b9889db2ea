"""What an adjective of nation tells beyond its noun: whose soldiers wear a badge, whose attack it is.

Notes `force.by` for "men in Belarusian uniform", and `state.by` for "a Belarusian incursion".
"""

from matchers.scene import Scene

BADGE_REACH = 3
"""How many words may stand between a nationality and its badge ("Belarusian army number plates")."""


def note_told_by_adjective(scene: Scene, nation: str) -> None:
    """Notes the force that a badge tells, and the state whose attack a noun names."""
    for hit in scene.of(f"nat.{nation}.adj"):
        for i in range(hit.end, min(hit.end + BADGE_REACH, len(scene.covers))):
            names = scene.covers[i]
            if "badge" in names:
                scene.add(f"force.{nation}", hit.start, i + 1)
                break
            if not scene.sentence.tokens[i].is_word or any(n.startswith("prep.") for n in names):
                break
        if hit.end < len(scene.covers) and "attack_noun" in scene.covers[hit.end]:
            scene.add(f"state.{nation}", hit.start, hit.end)
