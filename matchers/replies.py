"""What a later clause of a sentence says to its claim: "X speaks of missiles, Minsk denies it".

An answer counts too: "asked whether …, X saw no sign of that". What another sentence answers is `anaphora`.
"""

from collections.abc import Iterator

from matchers.anaphora import objectless, points_back, taken_up
from matchers.found import Found
from matchers.line import Line
from matchers.mentions import Mention
from matchers.saying import Saying
from matchers.stance import judge
from store.values import Stance

REPLY = 14
"""How many words of an answer are looked at."""


def replies(line: Line, i: int, mention: Mention) -> Iterator[Found]:
    """Who denies in a later clause what the mention says, or answers no to what it asks."""
    before = judge(line.scene, mention, None)
    asked = any(s.rule in ("cond", "question") for s in before.steps) or any(
        s.kind == "ask" and s.covers(mention.lo, mention.hi) for s in line.sayings
    )
    for saying in line.sayings:
        voice = saying.voice
        if voice is None or voice.refers or saying.start < mention.hi or saying.hi <= mention.hi:
            continue
        contradicts = before.stance is Stance.CONFIRM and _contradicts(line, saying, mention.hi)
        if contradicts or (asked and _answers_no(line, saying, mention.hi)):
            denial = taken_up(Stance.DENY, before.about, saying)
            yield Found(mention.claim, denial, voice, i, (), None, 0.65)


def _contradicts(line: Line, saying: Saying, after: int) -> bool:
    """True where a clause of its own denies without an object, or by pointing back."""
    tokens = line.scene.sentence.tokens
    marks = [k for k in range(after, saying.left) if tokens[k].text in ",;–—"]
    if saying.kind != "deny" or not marks:
        return False
    return objectless(line, saying, marks[-1] + 1) or points_back(line, saying) is not None


def _answers_no(line: Line, saying: Saying, after: int) -> bool:
    """True where what is said after the question finds nothing or calls it false."""
    lo, hi = max(saying.right, after), min(saying.hi, saying.right + REPLY)
    found = line.scene.of("noevidence", "false")
    return saying.kind in ("say", "claim") and any(lo <= h.start and h.end <= hi for h in found)
