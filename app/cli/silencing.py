"""`tocsin silences`: stretches in which chosen alerts are kept but not sent. A reversal always is.

What a silence takes is decided in alerts/routing.py.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.context import Config, open_store, settings_of
from app.cli.listing import by_spelling
from app.cli.output import AsCsv, AsJson, Column, Row, show
from store.values import About, Novelty, Stance, Tier

if TYPE_CHECKING:
    from config.settings import Settings
    from store.models import Silence

silence_commands = typer.Typer(help="What is kept and not sent for a while.", invoke_without_command=True)

Claims = Annotated[list[str] | None, typer.Option("--claim", help="This claim (id or title).")]
Voices = Annotated[list[str] | None, typer.Option("--speaker", help="This voice, by any spelling.")]
Outlets = Annotated[
    list[str] | None, typer.Option("--publisher", help="What this publisher tells, by name or domain.")
]
Channels = Annotated[
    list[str] | None, typer.Option("--channel", help="Only on this channel; without, on all of them.")
]
Stances = Annotated[list[Stance] | None, typer.Option("--stance", help="This side.")]
Abouts = Annotated[
    list[About] | None, typer.Option("--about", help="About this: that it happened, or intent.")
]
Novelties = Annotated[list[Novelty] | None, typer.Option("--novelty", help="What is new in this way.")]
Tiers = Annotated[list[Tier] | None, typer.Option("--tier", help="What publishers of this tier tell.")]
Languages = Annotated[list[str] | None, typer.Option("--language", help="What is told in this language.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the next shift.")]
Until = Annotated[
    str | None,
    typer.Option("--until", help="When it ends: 2022-03-01T06:00, in the zone of alerts.timezone."),
]
For = Annotated[str | None, typer.Option("--for", help="How long it lasts: 90m, 6h, 3d.")]
All = Annotated[bool, typer.Option("--all", help="Those that are over, too.")]


def add_to(commands: typer.Typer) -> None:
    commands.add_typer(silence_commands, name="silences")


@silence_commands.callback()
def silences(
    context: typer.Context,
    everything: All = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    config: Config = None,
) -> None:
    """Show what is kept and not sent, until when and why."""
    if context.invoked_subcommand is None:
        _list(everything, as_json, as_csv, config)


@silence_commands.command("list")
def list_silences(
    everything: All = False, as_json: AsJson = False, as_csv: AsCsv = False, config: Config = None
) -> None:
    """Show what is kept and not sent, until when and why."""
    _list(everything, as_json, as_csv, config)


@silence_commands.command("add")
def add_silence(
    reason: Reason,
    claim: Claims = None,
    speaker: Voices = None,
    publisher: Outlets = None,
    channel: Channels = None,
    stance: Stances = None,
    about: Abouts = None,
    novelty: Novelties = None,
    tier: Tiers = None,
    language: Languages = None,
    until: Until = None,
    lasting: For = None,
    config: Config = None,
) -> None:
    """Keep alerts from being sent for a while. They are recorded, and the daily message lists them.

    What is named is combined: `--claim X --speaker Y` takes what Y says of X; the same option twice takes
    either. A reversal is sent whatever is silenced, and so is what no statement caused.
    """
    from alerts.routing import Choice
    from alerts.silences import silence, words
    from app.wiring import Wiring
    from store.queries.asking import the_claim, the_outlet, the_speaker

    settings = settings_of(config)
    now = Wiring(settings).now()
    end = _end(until, lasting, now=now, settings=settings)
    _known_channels(channel or (), settings)
    with open_store(config) as store, store.write() as session:
        choice = Choice(
            claim=frozenset(the_claim(session, name).id for name in claim or ()),
            speaker=frozenset(
                by_spelling(name, partial(the_speaker, session)).name for name in speaker or ()
            ),
            publisher=frozenset(the_outlet(session, name).domain for name in publisher or ()),
            stance=frozenset(stance or ()),
            about=frozenset(about or ()),
            novelty=frozenset(novelty or ()),
            tier=frozenset(tier or ()),
            language=frozenset(language or ()),
        )
        if choice == Choice() and not channel:
            hint = "by --claim, --speaker, --publisher, --channel or the like, see --help"
            raise typer.BadParameter(f"name what to silence, {hint}")
        row = silence(session, choice, until=end, reason=reason, now=now, channels=channel or ())
        told = f"silence {row.id} until {_local(row.until, settings)}: {words(row)}"
    typer.echo(f"{told}; a reversal is still sent. Undo: tocsin silences remove {row.id}")


@silence_commands.command("remove")
def remove_silence(
    number: Annotated[int, typer.Argument(help="The silence's number, see tocsin silences.")],
    config: Config = None,
) -> None:
    """End a silence now. What it kept stays kept; see `tocsin deliveries --state silenced`."""
    from alerts.silences import end
    from app.wiring import Wiring

    now = Wiring(settings_of(config)).now()
    with open_store(config) as store, store.write() as session:
        end(session, number, now=now)
    typer.echo(f"silence {number} is over")


def _list(everything: bool, as_json: bool, as_csv: bool, config: Any) -> None:
    from app.wiring import Wiring
    from store.queries.silences import silences as question

    now = Wiring(settings_of(config)).now()
    with open_store(config) as store, store.read() as session:
        found = question(session, since=None if everything else now)
    rows = [_row(row, now) for row in found]
    show(rows, SILENCES, as_json=as_json, as_csv=as_csv, empty="nothing is silenced")


def _row(row: "Silence", now: datetime) -> Row:
    from alerts.silences import words

    return {
        "id": row.id,
        "silences": words(row),
        "choice": row.choice,
        "until": row.until,
        "since": row.created_at,
        "reason": row.reason,
        "in_force": row.until > now,
    }


def _end(until: str | None, lasting: str | None, *, now: datetime, settings: "Settings") -> datetime:
    from config.units import parse_duration

    if (until is None) == (lasting is None):
        raise typer.BadParameter("say when it ends: --for 3d, or --until 2022-03-01T06:00")
    if lasting is not None:
        try:
            return now + parse_duration(lasting)
        except (ValueError, OverflowError):
            problem = f"'{lasting}' is no duration; write it like 90m, 6h or 3d"
            raise typer.BadParameter(problem, param_hint="--for") from None
    try:
        moment = datetime.fromisoformat(str(until))
    except ValueError:
        problem = f"'{until}' is no time; write it like 2022-03-01T06:00"
        raise typer.BadParameter(problem, param_hint="--until") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=_zone(settings))


def _zone(settings: "Settings") -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo(settings.alerts.timezone)


def _local(moment: datetime, settings: "Settings") -> str:
    return f"{moment.astimezone(_zone(settings)):%Y-%m-%d %H:%M} {settings.alerts.timezone}"


def _known_channels(names: Sequence[str], settings: "Settings") -> None:
    from config.errors import did_you_mean

    for name in names:
        if name not in settings.channels:
            remedy = did_you_mean(name, settings.channels)
            raise typer.BadParameter(f"there is no channel '{name}'; {remedy}", param_hint="--channel")


SILENCES = (
    Column("id", "id", right=True),
    Column("silences", "silences", "bold", broad=True),
    Column("until", "until"),
    Column("since", "since", asks=110),
    Column("reason", "reason", broad=True),
    Column("in force", "in_force", asks=100),
)
