"""Commands that put one question to the store and print its rows: their options, the asking, their forms.

The questions themselves are in store/queries/, how rows are printed in output.py.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from app.cli.context import Config, open_store, settings_of
from app.cli.output import AsCsv, AsJson, Column, Row, show
from store.values import DeliveryState, Stance

if TYPE_CHECKING:
    from sqlmodel import Session

    from store.queries.asking import Asked

    Question = Callable[[Session, Asked], Sequence[Any]]

T = TypeVar("T")

About = Annotated[str | None, typer.Option("--claim", help="Only this claim (id or title, or part of it).")]
Voice = Annotated[str | None, typer.Option("--speaker", help="Only this voice, by any spelling.")]
Outlet = Annotated[str | None, typer.Option("--outlet", help="Only this publisher, by name or domain.")]
Side = Annotated[Stance | None, typer.Option("--stance", help="Only this side.")]
State = Annotated[DeliveryState | None, typer.Option("--state", help="Only in this state.")]
Since = Annotated[
    str | None, typer.Option("--since", help="Only from then on: 2022-02-24, or a time back like 3d.")
]
Limit = Annotated[int | None, typer.Option("--limit", "-n", min=1, help="At most so many rows.")]
Search = Annotated[str | None, typer.Option("--search", "-s", help="Only with these words, in any script.")]

OPTIONS: dict[str, Any] = {
    "claim": About,
    "speaker": Voice,
    "outlet": Outlet,
    "stance": Side,
    "state": State,
    "search": Search,
    "since": Since,
    "limit": Limit,
}
"""What a question may be narrowed by: the fields of `store.queries.asking.Asked`."""

NARROWED = "nothing found; fewer options show more"
"""Said instead of "nothing yet" where somebody asked for a part."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A question, how its rows are shown, and what is said where there is none at all."""

    question: "Question"
    columns: tuple[Column, ...]
    empty: str


def listing(*narrowing: str) -> Callable[[Callable[[], Listing]], Callable[..., None]]:
    """Make a command with these options, --json, --csv and --config of a function that names its listing.

    The function is called when the command runs, so that the help costs no import of the store. On a group,
    as its callback, it answers where no command of the group is named.
    """

    def made(named: Callable[[], Listing]) -> Callable[..., None]:
        def command(context: typer.Context, **given: Any) -> None:
            if context.invoked_subcommand is not None:
                return
            one = named()
            forms = {form: given.pop(form) for form in ("as_json", "as_csv")}
            rows = ask(given.pop("config"), one.question, **given)
            is_narrowed = any(value is not None for value in given.values())
            show(rows, one.columns, **forms, empty=NARROWED if is_narrowed else one.empty)

        command.__name__, command.__doc__ = named.__name__, named.__doc__
        command.__signature__ = _signature(narrowing)  # type: ignore[attr-defined]  # where typer reads options
        return command

    return made


def _signature(narrowing: tuple[str, ...]) -> inspect.Signature:
    options: dict[str, tuple[Any, object]] = {
        **{name: (OPTIONS[name], None) for name in narrowing},
        "as_json": (AsJson, False),
        "as_csv": (AsCsv, False),
        "config": (Config, None),
    }
    keyword = inspect.Parameter.KEYWORD_ONLY
    context = inspect.Parameter("context", keyword, annotation=typer.Context)
    asked = [
        inspect.Parameter(name, keyword, annotation=kind, default=value)
        for name, (kind, value) in options.items()
    ]
    return inspect.Signature([context, *asked])


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
