"""`tocsin rematch`: a new or changed claim over what was read before. The reading is app/rematch.py."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.asking import STATEMENTS
from app.cli.context import Config, open_store, settings_of
from app.cli.listing import Since, moment_of
from app.cli.output import AsJson, Column, Row, console, dumps, show
from config.errors import TocsinError, did_you_mean

if TYPE_CHECKING:
    from app.rematch import Progress, Rematch
    from matchers.engine import Engine
    from store.session import Store
    from store.spool import Spool

NEWEST = 10


class NoSuchClaim(TocsinError):
    """A claim is named that the configuration does not watch."""

    exit_code = 2


def add_to(commands: typer.Typer) -> None:
    commands.command()(rematch)


def rematch(
    claim: Annotated[
        str | None, typer.Option("--claim", help="Only this claim (id or title, or part of it).")
    ] = None,
    since: Since = None,
    newest: Annotated[
        int, typer.Option("--limit", "-n", min=0, help="Show so many of the new statements.")
    ] = NEWEST,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Run a new or changed claim over what was read before; nothing rings for the past."""
    from app.rematch import Rematch
    from app.wiring import Wiring

    wiring = Wiring(settings_of(config))
    engine = chosen(wiring.engine, claim)
    moment = moment_of(since, config) if since else None
    with open_store(config) as store, opened(wiring.spool_path) as spool:
        work = Rematch(store, spool, engine, wiring.rules, wiring.now, moment)
        work.sync(wiring.engine.claims, wiring.engine.directory.known)
        with shown(work) as told:
            done = work.run(told)
        found = found_by_side(store, [one.id for one in engine.claims], done)
        new = new_statements(store, done, newest)
    if as_json:
        print(dumps({"articles": done.articles, "pages": done.pages, "found": found, "new": new}, indent=2))
        return
    told_rows = sum(row["new"] for row in found)
    print(f"read {_counted(done.articles, 'kept article')} and {_counted(done.pages, 'page')} of the spool")
    show(found, FOUND, as_json=False, as_csv=False, empty="nobody says anything about it in them")
    if told_rows:
        print(f"{_counted(told_rows, 'statement')} new to the store, none of which rings; the newest:")
        show(new, STATEMENTS, as_json=False, as_csv=False)
    elif found:
        print("nothing of it is new to the store")


def chosen(engine: "Engine", named: str | None) -> "Engine":
    """The engine over the claim that a person names, or over all."""
    if named is None:
        return engine
    words = named.casefold()
    exact = [one.id for one in engine.claims if named in (one.id, one.title)]
    part = [one.id for one in engine.claims if words in one.id or words in one.title.casefold()]
    ids = exact or part
    if len(ids) == 1:
        return engine.only(ids[0])
    if ids:
        raise NoSuchClaim(f"'{named}' names {len(ids)} claims; write one of: {', '.join(ids)}")
    remedy = did_you_mean(named, {one.id for one in engine.claims})
    raise NoSuchClaim(
        f"no claim is called '{named}'; {remedy}; a new one is named under claims in tocsin.yaml"
    )


@contextmanager
def opened(path: Path) -> "Iterator[Spool | None]":
    """The spool, where there is one: none is made for being read."""
    from app.reading import words_of
    from store.spool import Spool

    if not path.exists():
        yield None
        return
    spool = Spool(path, words=words_of)
    try:
        yield spool
    finally:
        spool.close()


@contextmanager
def shown(work: "Rematch") -> "Iterator[Callable[[Progress], None]]":
    """A bar on a terminal; one line elsewhere. Both say where an earlier run was cut short."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    before = work.resumed()
    total = before.read + work.left(before)
    screen = console(stderr=True)
    again = f"going on after {before.read}" if before.read else "reading"
    if not screen.is_terminal:
        print(f"{again} of {_counted(total, 'text')}", file=sys.stderr)
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=screen, transient=True) as bar:
        task = bar.add_task(again, total=total, completed=before.read)
        yield lambda progress: bar.update(task, completed=progress.read)


def found_by_side(store: "Store", claims: Sequence[str], done: "Progress") -> list[dict[str, Any]]:
    """How many statements stand on each claim and side, and how many of them this run added."""
    from store.queries.ledger import count_by_stance

    with store.read() as session:
        counted = count_by_stance(session, claims, found_at=done.began)
    return [
        {"claim": claim, "stance": str(stance), "status": str(status), "statements": every, "new": new}
        for claim, stance, status, every, new in counted
    ]


def new_statements(store: "Store", done: "Progress", limit: int) -> list[Row]:
    from dataclasses import asdict

    from store.queries.ask import statements_found_at

    with store.read() as session:
        return [asdict(row) for row in statements_found_at(session, done.began, limit)]


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


FOUND = (
    Column("claim", "claim"),
    Column("stance", "stance", "bold"),
    Column("status", "status"),
    Column("statements", "statements", right=True),
    Column("new", "new", right=True),
)
