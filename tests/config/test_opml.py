"""Feed readers' lists become outlets, and outlets a list."""

from pathlib import Path

import pytest
import yaml

from config.errors import ConfigError
from config.opml import as_opml, as_yaml, read
from config.sections import PublisherSettings
from config.settings import Settings, load

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="War">
  <outline type="rss" text="Наша газета: &quot;Війна&quot;" xmlUrl="https://feeds.gazeta.example/war.xml"
           htmlUrl="https://www.gazeta.example/war" language="uk"/>
  <outline type="rss" title="Gazeta" text="x" xmlUrl="https://feeds.gazeta.example/all.xml"
           htmlUrl="https://gazeta.example/"/>
</outline>
<outline type="rss" text="Wire" xmlUrl="https://rss.wire.example/top"/>
<outline text="A folder without feeds"/>
</body></opml>""".encode()


def publishers_of(opml: bytes) -> list[PublisherSettings]:
    listing = read(opml, name="mine.opml")
    assert listing.refused == ()
    return list(listing.publishers)


def lines_of(publishers: list[PublisherSettings]) -> str:
    return "".join(f"  - {as_yaml(publisher)}\n" for publisher in publishers)


def test_feeds_of_one_site_become_one_outlet() -> None:
    gazeta, wire = publishers_of(LIST)
    assert (gazeta.domain, gazeta.name, gazeta.language) == ("gazeta.example", 'Наша газета: "Війна"', "uk")
    assert [seed.url for seed in gazeta.seeds] == [
        "https://feeds.gazeta.example/war.xml",
        "https://feeds.gazeta.example/all.xml",
    ]
    assert (wire.domain, wire.name) == ("wire.example", "Wire")


def test_an_import_is_lines_that_the_configuration_reads(tmp_path: Path) -> None:
    publishers = publishers_of(LIST)
    path = tmp_path / "tocsin.yaml"
    path.write_text(f"publishers:\n{lines_of(publishers)}", encoding="utf-8")
    assert list(load(path, {}).publishers) == publishers
    assert all("\n" not in as_yaml(publisher) for publisher in publishers)


def test_an_export_comes_back_as_it_went_out() -> None:
    publishers = publishers_of(LIST)
    again = publishers_of(as_opml(publishers).encode())
    assert again == publishers


def test_only_feeds_are_exported() -> None:
    seeds = ["https://t.me/s/channel", {"url": "https://a.org/news", "kind": "section"}, "https://a.org/rss"]
    settings = Settings.model_validate({"publishers": [{"domain": "a.org", "seeds": seeds}]})
    assert as_opml(settings.publishers).count("xmlUrl") == 1


def test_shipped_outlets_can_be_exported(tmp_path: Path) -> None:
    path = tmp_path / "tocsin.yaml"
    path.write_text("publishers: shipped", encoding="utf-8")
    exported = publishers_of(as_opml(load(path, {}).publishers).encode())
    assert len(exported) > 60
    assert yaml.safe_load(lines_of(exported))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("not xml", "mine.opml:1: is not XML"),
        ("", "mine.opml:1: is not XML: Document is empty;"),
        ("<rss/>", "mine.opml:1: is not OPML but <rss>"),
    ],
)
def test_a_list_that_cannot_be_read_is_one_line(text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text.encode(), name="mine.opml")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_entity_bomb_does_not_go_off() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE opml [<!ENTITY e0 "ha">{entities}]><opml><head>&e11;</head></opml>'
    with pytest.raises(ConfigError, match="is not XML: Maximum entity amplification"):
        read(bomb.encode(), name="x")


def test_what_is_no_feed_is_refused_with_its_line_and_the_rest_is_taken() -> None:
    text = """<opml>
<outline xmlUrl="ftp://x.example/rss"/>
<outline xmlUrl="https://[broken"/>
<outline xmlUrl="https://x.example/rss"/></opml>"""
    listing = read(text.encode(), name="mine.opml")
    assert [publisher.domain for publisher in listing.publishers] == ["x.example"]
    assert [(one.feed, one.line) for one in listing.refused] == [
        ("ftp://x.example/rss", 2),
        ("https://[broken", 3),
    ]
    assert "not a web address" in listing.refused[0].problem


def test_what_an_outlet_knows_beside_its_feeds_is_kept() -> None:
    seeds = [{"url": "https://a.org/news", "kind": "section", "pattern": "x"}, "https://a.org/rss"]
    written = {"domain": "a.org", "tier": "state", "seeds": seeds, "every": {"min": "2m", "max": "1h"}}
    publisher = PublisherSettings.model_validate(written)
    assert PublisherSettings.model_validate(yaml.safe_load(as_yaml(publisher))) == publisher
