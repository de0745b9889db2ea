"""`tocsin ledger`, `statements`, `review`: what the store knows.

Read only; the questions themselves are in store/queries/ask.py, the shape of their answers in output.py.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from app.cli.context import Config, open_store, settings_of
from app.cli.output import AsCsv, AsJson, Column, Row, show
from store.values import Stance

if TYPE_CHECKING:
    from sqlmodel import Session

    from store.queries.asking import Asked

    Question = Callable[[Session, Asked], Sequence[Any]]

T = TypeVar("T")

About = Annotated[str | None, typer.Option("--claim", help="Only this claim (id or title, or part of it).")]
Voice = Annotated[str | None, typer.Option("--speaker", help="Only this voice, by any spelling.")]
Outlet = Annotated[str | None, typer.Option("--outlet", help="Only this publisher, by name or domain.")]
Side = Annotated[Stance | None, typer.Option("--stance", help="Only this side.")]
Since = Annotated[
    str | None, typer.Option("--since", help="Only from then on: 2022-02-24, or a time back like 3d.")
]
Limit = Annotated[int | None, typer.Option("--limit", "-n", min=1, help="At most so many rows.")]
Search = Annotated[str | None, typer.Option("--search", "-s", help="Only with these words, in any script.")]


def add_to(commands: typer.Typer) -> None:
    for command in (ledger, statements, review):
        commands.command()(command)


def ledger(
    claim: About = None,
    speaker: Voice = None,
    stance: Side = None,
    since: Since = None,
    limit: Limit = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    config: Config = None,
) -> None:
    """Show where every voice stands on every claim."""
    from store.queries.ask import ledger as question

    rows = ask(config, question, claim=claim, speaker=speaker, stance=stance, since=since, limit=limit)
    show(rows, LEDGER, as_json=as_json, as_csv=as_csv, empty="nobody has taken a side yet")


def statements(
    claim: About = None,
    speaker: Voice = None,
    outlet: Outlet = None,
    stance: Side = None,
    search: Search = None,
    since: Since = None,
    limit: Limit = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    config: Config = None,
) -> None:
    """Show what was said, by whom, with the sentence and the page it stands on."""
    from store.queries.ask import statements as question

    narrowed = {"claim": claim, "speaker": speaker, "outlet": outlet, "stance": stance, "search": search}
    rows = ask(config, question, **narrowed, since=since, limit=limit)
    show(rows, STATEMENTS, as_json=as_json, as_csv=as_csv, empty="no statements yet")


def review(
    claim: About = None,
    speaker: Voice = None,
    outlet: Outlet = None,
    since: Since = None,
    limit: Limit = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    config: Config = None,
) -> None:
    """Show what the matcher was not sure of: nothing rang for it, a person decides."""
    from store.queries.ask import review as question

    narrowed = {"claim": claim, "speaker": speaker, "outlet": outlet}
    rows = ask(config, question, **narrowed, since=since, limit=limit)
    show(rows, STATEMENTS, as_json=as_json, as_csv=as_csv, empty="nothing waits for review")


def ask(config: Path | None, question: "Question", *, since: str | None = None, **narrowed: Any) -> list[Row]:
    """The rows of a question put to the configured store, as plain mappings."""
    from store.queries.asking import Asked

    asked = Asked(since=moment_of(since, config) if since else None, **narrowed)
    with open_store(config) as store, store.read() as session:
        if asked.speaker is None:
            return [asdict(row) for row in question(session, asked)]
        rows = by_spelling(asked.speaker, lambda name: question(session, replace(asked, speaker=name)))
        return [asdict(row) for row in rows]


def by_spelling(words: str, look: Callable[[str], T]) -> T:
    """What `look` finds of a voice under these words, or under the name that the directory has for them.

    The store knows the spellings that were seen; the directory knows those that may come.
    """
    from matchers.speakers import shipped
    from store.queries.asking import UnknownName

    try:
        return look(words)
    except UnknownName:
        names = shipped().spelt(words)
        if len(names) > 1:
            raise UnknownName(
                f"'{words}' may be several speakers: {', '.join(names)}; write one of them"
            ) from None
        if not names:
            raise
    return look(names[0])


def moment_of(written: str, config: Path | None) -> datetime:
    """A day, a time, or how long ago: "2022-02-24", "2022-02-24T06:00+02:00", "3d"."""
    from app.clock import clock_of
    from config.units import parse_duration

    try:
        moment = datetime.fromisoformat(written)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError:
        pass
    try:
        return clock_of(settings_of(config).rehearsal)() - parse_duration(written)
    except ValueError:
        hint = "write a day like 2022-02-24 or a time back like 3d"
        raise typer.BadParameter(f"'{written}' is neither; {hint}", param_hint="--since") from None


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
