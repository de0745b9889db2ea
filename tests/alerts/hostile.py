"""Alerts about pages that lie: titles, names and sentences that try to break out of wherever they are put."""

from random import Random

from alerts.facts import Evidence, Voice
from alerts.messages import Message, compose
from store.values import About, Novelty, SpeakerKind, Stance
from tests.alerts.post import alert, report, statement

PIECES = (
    "\r\nBcc: all@example.org\r\n",
    "<script>alert(1)</script>",
    "</h1><img src=x onerror=alert(1)>",
    "*bold* _it_ ~no~ `code` ```",
    "<!channel> <@U1> <https://evil.example|here> & | >",
    "\u202eright to left\u2069\u200f",
    "=?utf-8?b?DQpCY2M6IHg=?=",
    "\x00\x07\x1b[2J\x7f\x85\u2028\u2029",
    "{{ config }}{% for x in y %}",
    "a" * 3_000,
    "Лукашэнка заявіў “не”",
    "\ufeff\ufffe\ud83d",
    "e\u0301\u0301" * 40,
    "https://user:pass@evil.example/%0d%0aX: y",
)


def hostile(dice: Random) -> str:
    return "".join(dice.choice(PIECES) for _ in range(dice.randint(1, 5)))[:10_000]


def some_message(dice: Random) -> Message:
    said = statement(
        claim_title=hostile(dice),
        voice=Voice(
            name=hostile(dice), kind=SpeakerKind.PERSON, role=hostile(dice), as_written=hostile(dice)
        ),
        stance=dice.choice([Stance.CONFIRM, Stance.DENY]),
        about=dice.choice([(About.OCCURRENCE,), (About.INTENT,), (About.OCCURRENCE, About.INTENT)]),
        novelty=dice.choice(list(Novelty)),
        evidence=Evidence(sentence=hostile(dice), before=hostile(dice), after=hostile(dice)),
        via=(hostile(dice),),
        report=report(outlet=hostile(dice), title=hostile(dice), url=f"https://x.example/{hostile(dice)}"),
    )
    return compose(alert(said, thread="claim/troops", thread_title="One claim " + PIECES[dice.randint(0, 5)]))
