"""`tocsin alerts`, `deliveries`, `routes`: what rang, where it went, and where something would go.

Only `deliveries retry` and `alerts test` change or send anything.
"""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.asking import side, side_style
from app.cli.context import Config, open_store, settings_of
from app.cli.listing import Listing, listing
from app.cli.output import AsCsv, AsJson, Column, Row, console, show
from config.errors import TocsinError

if TYPE_CHECKING:
    from alerts.channels.base import Channel, Outcome
    from app.wiring import Wiring

alert_commands = typer.Typer(help="What rang.", invoke_without_command=True)
delivery_commands = typer.Typer(
    help="What went where, what waits, what was given up.", invoke_without_command=True
)
route_commands = typer.Typer(help="Which alert goes where.", no_args_is_help=True)


class NoSuchAlert(TocsinError):
    """A person names an alert or a statement that is not there."""


def add_to(commands: typer.Typer) -> None:
    commands.add_typer(alert_commands, name="alerts")
    commands.add_typer(delivery_commands, name="deliveries")
    commands.add_typer(route_commands, name="routes")


@alert_commands.callback()
@listing("claim", "speaker", "outlet", "stance", "since", "limit")
def alerts() -> Listing:
    """Show what rang, why, and how far it got."""
    from store.queries.ask import alerts as question

    return Listing(question, ALERTS, "nothing rang yet")


@alert_commands.command("test")
def try_channels(
    channel: Annotated[
        list[str] | None, typer.Option("--channel", help="Only this channel; may be given again.")
    ] = None,
    config: Config = None,
) -> None:
    """Send a test message through every channel, and say what came of it."""
    from app.wiring import Wiring

    wiring = Wiring(settings_of(config))
    chosen = {name: wiring.channels[name] for name in channel or wiring.channels if name in wiring.channels}
    unknown = sorted(set(channel or []) - set(chosen))
    if unknown or not chosen:
        known = ", ".join(wiring.channels) or "none; name some in tocsin.yaml"
        raise typer.BadParameter(f"no channel {', '.join(unknown) or 'is configured'}; known are: {known}")
    outcomes = asyncio.run(_send_test(wiring, chosen))
    failed = False
    for name, outcome in outcomes.items():
        failed |= outcome.result.value != "sent"
        style = "green" if outcome.result.value == "sent" else "bold red"
        console().print(f"{name}: ", end="", markup=False)
        console().print(f"{outcome.result.value} ({outcome.detail})", style=style, markup=False)
    raise typer.Exit(int(failed))


async def _send_test(wiring: "Wiring", channels: "dict[str, Channel]") -> "dict[str, Outcome]":
    from uuid import uuid4

    from alerts.channels.base import Outcome, Result
    from alerts.facts import AlertFacts
    from alerts.messages import compose

    now = wiring.now()
    facts = AlertFacts(
        id=str(uuid4()),
        kind="test",
        thread="test",
        thread_title="Test",
        headline="Test message: this channel works",
        created_at=now,
        lines=("Sent by `tocsin alerts test`. Nobody confirmed or denied anything.",),
    )

    async def send(channel: "Channel") -> Outcome:
        try:
            return await channel.send(compose(facts), uid=facts.id)
        except Exception as error:  # a channel's own fault is told like any failure
            return Outcome(Result.RETRY, f"{type(error).__name__}: {error}")

    sent = await asyncio.gather(*(send(channel) for channel in channels.values()))
    return dict(zip(channels, sent, strict=True))


@delivery_commands.callback()
@listing("state", "claim", "since", "limit")
def deliveries() -> Listing:
    """Show each alert's way to each channel."""
    from store.queries.ask import deliveries as question

    return Listing(question, DELIVERIES, "nothing was sent yet")


@delivery_commands.command("retry")
def retry_deliveries(
    ids: Annotated[list[int] | None, typer.Argument(help="Dead letters by number; without, all.")] = None,
    channel: Annotated[str | None, typer.Option("--channel", help="Only those of this channel.")] = None,
    config: Config = None,
) -> None:
    """Send dead letters again: the running daemon takes them up at its next tick."""
    from alerts.outbox import revive
    from app.wiring import Wiring
    from store.queries.ledger import ident
    from store.queries.outbox import dead

    wiring = Wiring(settings_of(config))
    with open_store(config) as store, store.write() as session:
        rows = dead(session, ids or None, channel)
        lost = sorted(set(ids or ()) - {ident(row) for row in rows})
        count = revive(session, rows, now=wiring.now())
    of_channel = f" of channel {channel}" if channel else ""
    if lost:
        told = f"; {count} others are due again" if count else ""
        numbers = ", ".join(map(str, lost))
        raise NoSuchAlert(f"no dead letter{of_channel}: {numbers}{told}; see: tocsin deliveries --state dead")
    if not count:
        raise NoSuchAlert(f"there are no dead letters{of_channel}; see: tocsin deliveries")
    typer.echo(f"{count} due again")


@route_commands.command("explain")
def explain_routes(
    statement: Annotated[int, typer.Argument(help="A statement's number, see tocsin statements.")],
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    config: Config = None,
) -> None:
    """Say to which channels a statement goes, or would, and why not to the others."""
    from alerts.routing import explain
    from alerts.silences import active
    from app.explaining import facts_of, fate_of
    from app.wiring import Wiring

    wiring = Wiring(settings_of(config))
    with open_store(config) as store, store.read() as session:
        facts = facts_of(session, statement, now=wiring.now())
        if facts is None:
            raise NoSuchAlert(f"there is no statement {statement}; see: tocsin statements")
        if not (as_json or as_csv):
            console().print(f"{facts.headline}\n{fate_of(session, statement)}", markup=False, highlight=False)
        decisions = explain(facts, wiring.routing, now=wiring.now(), mutes=active(session, wiring.now()))
    rows: list[Row] = [
        {"route": one.route, "channel": one.channel, "why": one.why.value, "at": one.at, "note": one.note}
        for one in decisions
    ]
    show(
        rows, DECISIONS, as_json=as_json, as_csv=as_csv, empty="there is no route; see routes in tocsin.yaml"
    )


def _arrived(row: Row) -> str:
    states = ("sent", "pending", "dead", "folded", "silenced")
    return ", ".join(f"{row[state]} {state}" for state in states if row[state]) or "not routed"


def _arrival_style(row: Row) -> str:
    return "bold red" if row["dead"] else "yellow" if row["pending"] else ""


def _says(row: Row) -> str:
    return side(row) if row["stance"] and row["about"] else str(row["kind"])


_STATE_STYLE = {"dead": "bold red", "pending": "yellow", "sent": "green"}

ALERTS = (
    Column("id", "id", right=True),
    Column("rang", "created_at"),
    Column("voice", "speaker", "bold"),
    Column("says", _says, side_style),
    Column("claim", "claim"),
    Column("new", "novelty", asks=100),
    Column("said on", "said_on", asks=140),
    Column("sentence", "evidence", broad=True),
    Column("outlet", "outlet", asks=110),
    Column("deliveries", _arrived, _arrival_style, asks=100),
    Column("verdict", "verdict", asks=140),
    Column("link", "url", "dim", asks=200),
)
DELIVERIES = (
    Column("id", "id", right=True),
    Column("alert", "alert", "dim", asks=140),
    Column("kind", "kind", asks=120),
    Column("message", "headline", broad=True),
    Column("channel", "channel", "bold"),
    Column("state", "state", lambda row: _STATE_STYLE.get(str(row["state"]), "")),
    Column("tries", "attempts", right=True),
    Column("sent", "sent_at"),
    Column("next try", lambda row: row["next_attempt"] if row["state"] == "pending" else None),
    Column("last error", "last_error", broad=True),
)
DECISIONS = (
    Column("route", "route"),
    Column("channel", "channel", "bold"),
    Column("what", "why"),
    Column("at", "at"),
    Column("note", "note", broad=True),
)
