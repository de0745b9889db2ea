"""One statement before it is dated: which claim, which side, whose word, and the sentence that shows it."""

from dataclasses import dataclass

from matchers.claims import Claim
from matchers.mentions import Mention
from matchers.speakers import Voice
from matchers.stance import Judgement
from store.values import Stance

FIRM = (Stance.CONFIRM, Stance.DENY)


@dataclass(frozen=True, slots=True)
class Found:
    """One statement before dates: who, which side, and the line that shows it.

    `recalled` where the newsroom only recalls that it had written so. `others` say the same elsewhere in the
    article.
    """

    claim: Claim
    judgement: Judgement
    voice: Voice
    line: int
    via: tuple[str, ...] = ()
    mention: Mention | None = None
    score: float = 0.0
    headline: bool = False
    recalled: bool = False
    others: "tuple[Found, ...]" = ()
