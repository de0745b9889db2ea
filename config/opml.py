"""OPML, the way in and out for those who come from a feed reader: outlines with feeds to outlets and back.

Entries of an import are YAML for the operator's own file, see config/subscribe.py. Seeds that are no
feeds (section pages, Telegram channels) have no place in OPML and stay out of an export.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

import yaml
from lxml import etree
from pydantic import ValidationError

from config.errors import ConfigError, Finding
from config.explain import problems
from config.sections import PublisherSettings, SeedSettings

FEEDS = {"auto", "feed"}
TELEGRAM = "t.me"

_SERVICE_HOSTS = ("www.", "feeds.", "feed.", "rss.", "m.")


@dataclass(frozen=True, slots=True)
class Refused:
    """A feed that cannot be taken in, where it stands, and why."""

    feed: str
    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What an OPML file names: outlets, the feeds of one site together, in its order; and what is no feed."""

    publishers: tuple[PublisherSettings, ...]
    refused: tuple[Refused, ...]


def read(opml: bytes, *, name: str) -> Listing:
    """The outlets of a file; raises ConfigError where it is no OPML at all."""
    found: dict[str, PublisherSettings] = {}
    refused: list[Refused] = []
    for outline in _feeds(_root(opml, name)):
        one = _publisher(outline)
        if isinstance(one, Refused):
            refused.append(one)
            continue
        known = found.get(one.domain, one)
        seeds = dict.fromkeys((*known.seeds, *one.seeds))
        found[one.domain] = known.model_copy(update={"seeds": tuple(seeds)})
    return Listing(tuple(found.values()), tuple(refused))


def as_yaml(publisher: PublisherSettings) -> str:
    """An entry for the `publishers:` of a configuration, on one line."""
    entry = publisher.model_dump(mode="json", exclude_defaults=True)
    if entry.get("name") == entry["domain"]:
        del entry["name"]
    entry["seeds"] = [seed["url"] if len(seed) == 1 else seed for seed in entry.pop("seeds")]
    line = yaml.safe_dump(entry, default_flow_style=True, allow_unicode=True, width=10**6, sort_keys=False)
    return line.strip()


def as_opml(publishers: Iterable[PublisherSettings], *, title: str = "Tocsin") -> str:
    """The outlets' feeds as OPML 2.0."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    for publisher in publishers:
        for seed in publisher.seeds:
            if _is_feed(seed):
                etree.SubElement(
                    body,
                    "outline",
                    type="rss",
                    text=publisher.name,
                    title=publisher.name,
                    xmlUrl=seed.url,
                    htmlUrl=f"https://{publisher.domain}/",
                    language=publisher.language,
                )
    return etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8").decode()


def _root(opml: bytes, name: str) -> etree._Element:
    # A file from elsewhere: no entities, no network, no endless trees.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(opml, parser)
    except etree.XMLSyntaxError as error:
        problem = f"is not XML: {error.msg.rsplit(', line ', 1)[0]}"
        raise ConfigError(Finding(name, error.lineno or 0, "", problem, "export it anew")) from error
    if root.tag != "opml":
        raise ConfigError(Finding(name, 1, "", f"is not OPML but <{root.tag}>", "export it as OPML"))
    return root


def _feeds(root: etree._Element) -> Iterator[etree._Element]:
    return (outline for outline in root.iter("outline") if outline.get("xmlUrl"))


def _publisher(outline: etree._Element) -> PublisherSettings | Refused:
    feed = (outline.get("xmlUrl") or "").strip()
    written = {
        "name": (outline.get("title") or outline.get("text") or "").strip(),
        "domain": _site(outline.get("htmlUrl") or "") or _site(feed),
        "language": (outline.get("language") or "").strip(),
        "seeds": [feed],
    }
    try:
        return PublisherSettings.model_validate(written)
    except ValidationError as error:
        line = cast("int | None", outline.sourceline) or 0
        return Refused(feed, line, problems(error, PublisherSettings)[0][1])


def _site(url: str) -> str:
    """The host that names the outlet: a feed often lies on a host for feeds."""
    try:
        host = urlsplit(url.strip()).hostname or ""
    except ValueError:
        return ""
    for service in _SERVICE_HOSTS:
        host = host.removeprefix(service)
    return host


def _is_feed(seed: SeedSettings) -> bool:
    return seed.kind in FEEDS and urlsplit(seed.url).hostname != TELEGRAM
