"""`tocsin ledger`, `statements`, `review`: what the store knows.

Read only; the questions themselves are in store/queries/ask.py, the shape of their answers in output.py.
"""

from datetime import date

import typer

from app.cli.listing import Listing, listing
from app.cli.output import Column, Row


def add_to(commands: typer.Typer) -> None:
    for command in (ledger, statements, review):
        commands.command()(command)


@listing("claim", "speaker", "stance", "since", "limit")
def ledger() -> Listing:
    """Show where every voice stands on every claim."""
    from store.queries.ask import ledger as question

    return Listing(question, LEDGER, "nobody has taken a side yet")


@listing("claim", "speaker", "outlet", "stance", "search", "since", "limit")
def statements() -> Listing:
    """Show what was said, by whom, with the sentence and the page it stands on."""
    from store.queries.ask import statements as question

    return Listing(question, STATEMENTS, "no statements yet")


@listing("claim", "speaker", "outlet", "since", "limit")
def review() -> Listing:
    """Show what the matcher was not sure of: nothing rang for it, a person decides."""
    from store.queries.ask import review as question

    return Listing(question, STATEMENTS, "nothing waits for review")


_SIDE_STYLE = {"confirm": "bold green", "deny": "bold red", "speculate": "yellow"}


def side_style(row: Row) -> str:
    return _SIDE_STYLE.get(str(row.get("stance") or ""), "")


def side(row: Row) -> str:
    """What a voice does about what: "denies intent"."""
    verb = {"confirm": "confirms", "deny": "denies", "speculate": "speculates"}.get(str(row["stance"]), "")
    disputed = " (disputed)" if row.get("disputed") else ""
    return f"{verb} {'intent' if row['about'] == 'intent' else 'it happened'}{disputed}".strip()


def _span(row: Row) -> str:
    since, last = row["since"], row["last_said"]
    return _day(since) if since == last else f"{_day(since)} to {_day(last)}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else "?"


def _why(row: Row) -> str:
    if row["withdrawn_at"]:
        return "withdrawn"
    return "review" if row["status"] == "review" else str(row["novelty"] or "")


LEDGER = (
    Column("claim", "claim"),
    Column("voice", "speaker", "bold"),
    Column("stands", side, side_style),
    Column("said", _span),
    Column("changes", "changes", right=True, asks=140),
    Column("outlets", "outlets", right=True, asks=140),
    Column("last words", "evidence", broad=True, asks=100),
    Column("outlet", "outlet", asks=110),
    Column("link", "url", "dim", asks=200),
)
STATEMENTS = (
    Column("id", "id", right=True),
    Column("said on", lambda row: _day(row["said_on"])),
    Column("voice", "speaker", "bold"),
    Column("says", side, side_style),
    Column("claim", "claim"),
    Column("new?", _why),
    Column("sure", lambda row: f"{row['certainty']:.2f}", right=True, asks=110),
    Column("sentence", "evidence", broad=True),
    Column("outlet", "outlet", asks=110),
    Column("link", "url", "dim", asks=200),
)
