"""`tocsin speakers`: the voices with their spellings, and a person's word on who is who.

Where a voice stands after a merge or a split is recounted by alerts/voices.py; nothing rings for it.
"""

import shlex
from functools import partial
from typing import Annotated

import typer

from app.cli.context import Config, open_store, settings_of
from app.cli.groups import AsksBySpeaker
from app.cli.listing import Listing, by_spelling, listing
from app.cli.output import Column

speaker_commands = typer.Typer(
    cls=AsksBySpeaker, help="The voices that were heard, with their spellings.", invoke_without_command=True
)

Name = Annotated[str, typer.Argument(help="A voice, by any spelling that fits it alone.")]


def add_to(commands: typer.Typer) -> None:
    commands.add_typer(speaker_commands, name="speakers")


@speaker_commands.callback()
@listing("speaker", "limit")
def speakers() -> Listing:
    """Show the voices that were heard, with their spellings; `tocsin speakers NAME` shows one."""
    from store.queries.ask import speakers as question

    return Listing(question, SPEAKERS, "nobody was heard yet")


@speaker_commands.command("merge")
def merge_speakers(
    keep: Annotated[str, typer.Argument(help="The voice that stays, by any spelling that fits it alone.")],
    gone: Annotated[str, typer.Argument(help="The voice that is the same one.")],
    config: Config = None,
) -> None:
    """Make one voice of two that are one: all that either said is the first one's, and nothing rings."""
    from alerts.voices import merge
    from app.wiring import Wiring
    from store.queries.asking import the_speaker

    with open_store(config) as store, store.write() as session:
        kept, lost = (by_spelling(words, partial(the_speaker, session)) for words in (keep, gone))
        name, was = kept.name, lost.name
        moved = merge(session, keep=kept, gone=lost, rules=Wiring(settings_of(config)).rules)
    undo = shlex.join(["tocsin", "speakers", "split", name, *moved])
    typer.echo(f"{was} is {name} from now on. Undo: {undo}")


@speaker_commands.command("split")
def split_speaker(
    voice: Name,
    spellings: Annotated[
        list[str], typer.Argument(help="The spellings that are somebody else; the first becomes the name.")
    ],
    config: Config = None,
) -> None:
    """Make another voice of some of a voice's spellings: each has said what it said, and nothing rings."""
    from alerts.voices import split
    from app.wiring import Wiring
    from store.queries.asking import the_speaker

    with open_store(config) as store, store.write() as session:
        one = by_spelling(voice, partial(the_speaker, session))
        name = one.name
        other = split(session, one, spellings, rules=Wiring(settings_of(config)).rules).name
    undo = shlex.join(["tocsin", "speakers", "merge", name, other])
    typer.echo(f"{other} is a voice of its own, apart from {name}. Undo: {undo}")


SPEAKERS = (
    Column("voice", "name", "bold"),
    Column("kind", "kind"),
    Column("side", "side", asks=100),
    Column("statements", "statements", right=True),
    Column("positions", "positions", right=True),
    Column("spellings", "aliases", broad=True),
)
