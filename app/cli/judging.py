"""`tocsin verdict` and `tocsin verdicts`: what people make of alerts, and their word as labelled items.

What a verdict does to the ledger and to the thread is decided in alerts/corrections.py.
"""

from typing import Annotated

import typer

from app.cli.asking import side, side_style
from app.cli.context import Config, open_store, settings_of
from app.cli.listing import Listing, listing
from app.cli.output import Column, dumps
from config.errors import TocsinError

verdict_commands = typer.Typer(help="What people made of alerts.", invoke_without_command=True)


class NoSuchAlert(TocsinError):
    """A person names an alert that is not there."""


def add_to(commands: typer.Typer) -> None:
    commands.command()(verdict)
    commands.add_typer(verdict_commands, name="verdicts")


def verdict(
    alert: Annotated[str, typer.Argument(help="The alert, by its number or its uid.")],
    called: Annotated[str, typer.Argument(metavar="wrong|right", help="What you make of it.")],
    note: Annotated[str, typer.Option("--note", help="Why; it goes into the thread.")] = "",
    config: Config = None,
) -> None:
    """Say that an alert is wrong or right; a wrong one is corrected in its thread and counts no more."""
    from alerts.corrections import Verdict
    from alerts.corrections import verdict as call
    from app.wiring import Wiring
    from store.queries.ledger import alert_by_name

    if called not in tuple(Verdict):
        raise typer.BadParameter(f"'{called}' is neither wrong nor right")
    wiring = Wiring(settings_of(config))
    with open_store(config) as store, store.write() as session:
        row = alert_by_name(session, alert)
        if row is None:
            raise NoSuchAlert(f"there is no alert {alert}; see: tocsin alerts")
        correction = call(
            session,
            row,
            Verdict(called),
            now=wiring.now(),
            rules=wiring.rules,
            routing=wiring.routing,
            note=note,
        )
    told = "; its thread is corrected" if correction else ""
    typer.echo(f"alert {alert} is called {called}{told}")


@verdict_commands.callback()
@listing("claim", "speaker", "since", "limit")
def verdicts() -> Listing:
    """Show which alerts were called right or wrong, and why."""
    from store.queries.ask import verdicts as question

    return Listing(question, VERDICTS, "nobody has judged an alert yet")


@verdict_commands.command("export")
def export_verdicts(config: Config = None) -> None:
    """Print each text whose alerts were judged as a labelled item, one JSON object a line.

    The format is that of tests/eval/: `tocsin match` and `tocsin replay` read it, and it may join the items
    of `make eval`. Read `notes` first: they name what nobody judged.
    """
    from app.labels import item_of
    from store.queries.verdicts import judged_texts

    with open_store(config) as store, store.read() as session:
        for text in judged_texts(session):
            print(dumps(item_of(text)))


VERDICTS = (
    Column("alert", "id", right=True),
    Column("verdict", "verdict", lambda row: "bold red" if row["verdict"] == "wrong" else "green"),
    Column("voice", "speaker", "bold"),
    Column("says", side, side_style),
    Column("claim", "claim", asks=100),
    Column("note", "verdict_note", broad=True),
    Column("sentence", "evidence", broad=True, asks=140),
    Column("link", "url", "dim", asks=200),
)
