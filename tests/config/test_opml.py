"""Feed readers' lists become outlets, and outlets a list."""

from pathlib import Path

import pytest
import yaml

from config.errors import ConfigError
from config.opml import as_opml, as_yaml, publishers_of
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


def test_feeds_of_one_site_become_one_outlet() -> None:
    gazeta, wire = publishers_of(LIST, name="mine.opml")
    assert (gazeta.domain, gazeta.name, gazeta.language) == ("gazeta.example", 'Наша газета: "Війна"', "uk")
    assert [seed.url for seed in gazeta.seeds] == [
        "https://feeds.gazeta.example/war.xml",
        "https://feeds.gazeta.example/all.xml",
    ]
    assert (wire.domain, wire.name) == ("wire.example", "Wire")


def test_an_import_is_lines_that_the_configuration_reads(tmp_path: Path) -> None:
    publishers = publishers_of(LIST, name="mine.opml")
    path = tmp_path / "tocsin.yaml"
    path.write_text(f"publishers:\n{as_yaml(publishers)}", encoding="utf-8")
    assert list(load(path, {}).publishers) == publishers
    assert as_yaml(publishers).count("\n") == 2


def test_an_export_comes_back_as_it_went_out() -> None:
    publishers = publishers_of(LIST, name="mine.opml")
    again = publishers_of(as_opml(publishers).encode(), name="again")
    assert again == publishers


def test_only_feeds_are_exported() -> None:
    seeds = ["https://t.me/s/channel", {"url": "https://a.org/news", "kind": "section"}, "https://a.org/rss"]
    settings = Settings.model_validate({"publishers": [{"domain": "a.org", "seeds": seeds}]})
    assert as_opml(settings.publishers).count("xmlUrl") == 1


def test_shipped_outlets_can_be_exported(tmp_path: Path) -> None:
    path = tmp_path / "tocsin.yaml"
    path.write_text("publishers: shipped", encoding="utf-8")
    exported = publishers_of(as_opml(load(path, {}).publishers).encode(), name="x")
    assert len(exported) > 60
    assert yaml.safe_load(as_yaml(exported))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("not xml", "mine.opml:1: is not XML"),
        ("", "mine.opml:1: is not XML: Document is empty;"),
        ("<rss/>", "mine.opml:1: is not OPML but <rss>"),
        (
            '<opml>\n<outline xmlUrl="ftp://x.example/rss"/></opml>',
            "mine.opml:2: ftp://x.example/rss: not a web",
        ),
        ('<opml><outline xmlUrl="https://[broken"/></opml>', "not a domain"),
    ],
)
def test_a_list_that_cannot_be_read_is_one_line(text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        publishers_of(text.encode(), name="mine.opml")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_entity_bomb_does_not_go_off() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE opml [<!ENTITY e0 "ha">{entities}]><opml><head>&e11;</head></opml>'
    with pytest.raises(ConfigError, match="is not XML: Maximum entity amplification"):
        publishers_of(bomb.encode(), name="x")
