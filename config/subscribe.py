"""Takes outlets of a list into the operator's configuration: what is added, what is there already, what not.

The plan is made first and can be looked at; carrying it out changes nothing but the lists that it names.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from config import defaults, yamledit
from config.opml import Listing, as_yaml
from config.sections import PublisherSettings
from config.settings import Settings, load
from config.yamlfile import KeyPath, read


class Fate(StrEnum):
    ADDED = "added"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Taken:
    """What becomes of one feed, and why."""

    outlet: str
    domain: str
    feed: str
    fate: Fate
    why: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of each feed, and the entries to add to each list of the file."""

    taken: tuple[Taken, ...]
    additions: Mapping[KeyPath, tuple[str, ...]]


def plan(listing: Listing, settings: Settings, file: Path) -> Plan:
    """Decide on each feed of a list, for a configuration as it is in its file."""
    own = _own_entries(file)
    known = {publisher.domain: publisher for publisher in settings.publishers}
    feeds = {_plain(seed.url) for publisher in settings.publishers for seed in publisher.seeds}
    taken: list[Taken] = []
    additions: dict[KeyPath, list[str]] = defaultdict(list)
    for publisher in listing.publishers:
        new = tuple(seed for seed in publisher.seeds if _plain(seed.url) not in feeds)
        feeds |= {_plain(seed.url) for seed in new}
        there = known.get(publisher.domain)
        fate, why = Fate.ADDED, f"to {there.name}" if there else "as a new outlet"
        if there is None and new:
            additions["publishers",].append(as_yaml(publisher.model_copy(update={"seeds": new})))
        elif there is not None and new and there.domain not in own:  # shipped: an entry takes its place
            whole = there.model_copy(update={"seeds": (*there.seeds, *new)})
            additions["publishers",].append(as_yaml(whole))
        elif there is not None and new and there.seeds:
            additions["publishers", own[there.domain], "seeds"] += [_quoted(seed.url) for seed in new]
        elif there is not None and new:
            fate, why = Fate.REFUSED, f"{there.name} names no seeds: its home page is asked for them"
        for seed in publisher.seeds:
            told = (fate, why) if seed in new else (Fate.KNOWN, "is a seed already")
            taken.append(Taken(publisher.name, publisher.domain, seed.url, *told))
    for one in listing.refused:
        taken.append(Taken("", "", one.feed, Fate.REFUSED, f"line {one.line}: {one.problem}"))
    return Plan(tuple(taken), {path: tuple(entries) for path, entries in additions.items()})


def carry_out(plan: Plan, file: Path, environ: Mapping[str, str]) -> None:
    """Write the plan into the file, if the configuration is right with it; else raise and change nothing."""

    def edited(text: str) -> str:
        # Seeds first: what is added to the list of outlets moves none of its entries.
        for path in sorted(plan.additions, key=len, reverse=True):
            text = yamledit.append(text, path, plan.additions[path])
        trial = file.with_name(f".{file.name}.trial")
        try:
            trial.write_text(text, encoding="utf-8")
            load(trial, environ)
        finally:
            trial.unlink(missing_ok=True)
        return text

    if plan.additions:
        yamledit.replace(file, edited)


def _quoted(url: str) -> str:
    return '"' + url.replace("\\", "%5C").replace('"', "%22") + '"'


def _own_entries(file: Path) -> dict[str, int]:
    """The outlets that the file itself names, by domain: where they stand in its list."""
    data = read(file).data
    listed = data.get("publishers") if isinstance(data, dict) else None
    entries: Sequence[object] = listed if isinstance(listed, list) else []
    places = {}
    for place, entry in enumerate(entries):
        if entry != defaults.SHIPPED:
            places[PublisherSettings.model_validate(entry).domain] = place
    return places


def _plain(url: str) -> str:
    """A feed's address as far as it tells feeds apart: not by scheme, not by a last slash."""
    parts = urlsplit(url)
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}"
