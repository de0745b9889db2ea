"""A feed reader's list is taken into the configuration, and each of its feeds is accounted for."""

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.opml import read
from config.settings import load
from config.subscribe import Fate, Plan, carry_out, plan

MINE = """# My desk's watch
publishers:
  - {name: Gazeta, domain: gazeta.example, seeds: [https://gazeta.example/rss]}   # ours
  - {domain: home.example}

# quiet nights
log: {level: info}
"""


def outline(feed: str, site: str = "", name: str = "") -> str:
    return f'<outline text="{name}" xmlUrl="{feed}" htmlUrl="{site}"/>'


def taken_in(path: Path, *outlines: str) -> Plan:
    listing = read(f"<opml>{''.join(outlines)}</opml>".encode(), name="mine.opml")
    planned = plan(listing, load(path, {}), path)
    carry_out(planned, path, {})
    return planned


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "tocsin.yaml"
    path.write_text(MINE, encoding="utf-8")
    return path


def fates(planned: Plan) -> list[tuple[str, Fate]]:
    return [(one.feed, one.fate) for one in planned.taken]


def test_a_new_outlet_is_added_and_comments_stay(path: Path) -> None:
    planned = taken_in(path, outline("https://new.example/rss", name="Новини"))
    assert fates(planned) == [("https://new.example/rss", Fate.ADDED)]
    added = "  - {name: Новини, domain: new.example, seeds: ['https://new.example/rss']}\n"
    home = "  - {domain: home.example}\n"
    assert path.read_text(encoding="utf-8") == MINE.replace(home, home + added)
    assert [publisher.name for publisher in load(path, {}).publishers][-1] == "Новини"


def test_another_feed_of_an_outlet_goes_to_its_seeds(path: Path) -> None:
    planned = taken_in(path, outline("https://www.gazeta.example/war.xml"))
    assert (planned.taken[0].fate, planned.taken[0].why) == (Fate.ADDED, "to Gazeta")
    assert [seed.url for seed in load(path, {}).publishers[0].seeds] == [
        "https://gazeta.example/rss",
        "https://www.gazeta.example/war.xml",
    ]


@pytest.mark.parametrize(
    "feed", ["https://gazeta.example/rss", "http://gazeta.example/rss/", "https://www.gazeta.example/rss"]
)
def test_a_feed_that_is_there_already_changes_nothing(path: Path, feed: str) -> None:
    assert fates(taken_in(path, outline(feed))) == [(feed, Fate.KNOWN)]
    assert path.read_text(encoding="utf-8") == MINE


def test_the_same_list_twice_adds_nothing(path: Path) -> None:
    lists = (outline("https://new.example/rss"), outline("https://gazeta.example/b"))
    assert {fate for _, fate in fates(taken_in(path, *lists))} == {Fate.ADDED}
    once = path.read_text(encoding="utf-8")
    assert {fate for _, fate in fates(taken_in(path, *lists))} == {Fate.KNOWN}
    assert path.read_text(encoding="utf-8") == once


def test_a_feed_under_two_sites_is_taken_once(path: Path) -> None:
    feed = "https://new.example/rss"
    planned = taken_in(path, outline(feed, "https://a.example/"), outline(feed, "https://b.example/"))
    assert fates(planned) == [(feed, Fate.ADDED), (feed, Fate.KNOWN)]
    assert len(load(path, {}).publishers) == 3


def test_what_cannot_be_taken_is_refused_with_the_reason(path: Path) -> None:
    planned = taken_in(path, outline("ftp://x.example/"), outline("https://home.example/rss"))
    told = {one.feed: (one.fate, one.why) for one in planned.taken}
    assert told["ftp://x.example/"][0] is Fate.REFUSED
    assert "not a web address" in told["ftp://x.example/"][1]
    assert told["https://home.example/rss"] == (
        Fate.REFUSED,
        "home.example names no seeds: its home page is asked for them",
    )
    assert path.read_text(encoding="utf-8") == MINE


def test_a_feed_of_a_shipped_outlet_makes_an_entry_with_all_that_it_knew(path: Path) -> None:
    path.write_text("publishers: shipped\n", encoding="utf-8")
    shipped = next(one for one in load(path, {}).publishers if one.tier == "state")
    planned = taken_in(path, outline(f"https://{shipped.domain}/another.xml"))
    assert planned.taken[0].fate is Fate.ADDED
    now = {one.domain: one for one in load(path, {}).publishers}
    assert now[shipped.domain].tier == "state"
    assert now[shipped.domain].seeds[:-1] == shipped.seeds
    assert len(now) > 60


def test_a_configuration_that_would_be_wrong_is_not_written(path: Path) -> None:
    listing = read(f"<opml>{outline('https://new.example/rss')}</opml>".encode(), name="x")
    planned = plan(listing, load(path, {}), path)
    broken = MINE.replace("log:", "logs:")
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(ConfigError, match="logs"):
        carry_out(planned, path, {})
    assert path.read_text(encoding="utf-8") == broken
    assert [one.name for one in path.parent.iterdir()] == ["tocsin.yaml"]
