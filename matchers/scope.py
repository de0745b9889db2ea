"""Whether a negation or a modal word belongs to a statement, or to another clause, verb or person beside it.

Knows the words around a mention; which side it takes is decided in `stance`.
"""

from matchers.lexicon import Hit
from matchers.mentions import Mention
from matchers.scene import Scene


def of_another_verb(scene: Scene, hit: Hit, mention: Mention) -> bool:
    """True where "or" leads to it after all is said: "are in Ukraine or even ready to go there"."""
    return any(scene.covers[i] & {"conj", "cl.coord"} for i in range(mention.hi, hit.start))


def walled_off(scene: Scene, hit: Hit, mention: Mention) -> bool:
    """True where a comma parts two full clauses: "it was not me, the missiles were launched from my land"."""
    tokens, covers = scene.sentence.tokens, scene.covers
    commas = [i for i in range(hit.end, mention.lo) if tokens[i].text == ","]
    if not commas:
        return False
    opens = max((i for i in range(hit.start) if not tokens[i].is_word), default=-1)
    ends = next((i for i in range(mention.hi, len(tokens)) if not tokens[i].is_word), len(tokens))
    sides = (range(opens + 1, commas[0]), range(commas[-1], ends))
    return all(any("aux" in covers[i] for i in side) for side in sides)


def of_somebody(scene: Scene, hit: Hit, mention: Mention) -> bool:
    """True for "it is not me" beside a mention: who did it is denied, and not that it was done."""
    tokens, at = scene.sentence.tokens, hit.end
    if at + 1 >= len(tokens) or any(r.start <= at < r.end for r in mention.roles):
        return False
    named = any(h.start == at for h in scene.of("pro.me", "pro.we"))  # a verb's own person is no pronoun
    return named and tokens[at + 1].text in ",.;:—–"


def corrected(scene: Scene, hit: Hit, mention: Mention) -> bool:
    """True for "not from Crimea but from Belarus": what stands after "but" is asserted."""
    covers, last = scene.covers, max(r.start for r in mention.roles)
    for turn in scene.of("but"):
        if not hit.end <= turn.start < last <= turn.end + 5 or turn.start - hit.end > 7:
            continue
        if any(hit.end <= r.start < turn.start for r in mention.roles):
            continue  # "not missiles were fired from Crimea …": more than the place is corrected
        if not scene.has_verb(turn.end, last) and not any("neg" in n for n in covers[turn.end : last]):
            return True
    return False


def part_of_cue(scene: Scene, hit: Hit) -> bool:
    return any(
        c.start <= hit.start and hit.end <= c.end
        for c in scene.of("noevidence", "unconfirmed", "notdeny", "false")
    )
