"""What a clause is worth by itself, and under a cue that governs it: the table of composition.

Knows cues by their names, not where they stand; which cue governs what is the business of `stance`.
"""

from store.values import About, Stance

Value = tuple[Stance, About]


def value_of(negative: bool, modal: set[str]) -> Value:
    """The value of the clause by itself."""
    if negative:
        if modal & {"hedge", "cond", "threat", "appeal", "drag"} and not modal & {"future", "intent"}:
            return Stance.SPECULATE, About.INTENT
        return Stance.DENY, About.INTENT if modal & {"future", "intent"} else About.OCCURRENCE
    if modal:
        only_hedge = modal <= {"hedge"}
        return Stance.SPECULATE, About.OCCURRENCE if only_hedge else About.INTENT
    return Stance.CONFIRM, About.OCCURRENCE


def under(cue: str, value: Value) -> Value:
    """The value of a clause with stance `value` under a governing cue: the composition table."""
    stance, about = value
    if cue in ("deny", "false"):
        return (Stance.DENY, about)
    if cue == "noevidence":
        return (Stance.DENY, about)
    if cue in (
        "unconfirmed",
        "notdeny",
        "cond",
        "threat",
        "appeal",
        "warn",
        "ask",
        "believe",
        "hedge",
        "doubt",
        "intent",
        "reacts",
    ):
        if stance is Stance.DENY and cue in ("believe", "intent", "appeal", "hedge"):
            return (Stance.DENY, about) if cue in ("believe", "intent") else (Stance.SPECULATE, about)
        return (
            Stance.SPECULATE,
            About.OCCURRENCE if cue in ("unconfirmed", "doubt", "believe") else About.INTENT,
        )
    return value
