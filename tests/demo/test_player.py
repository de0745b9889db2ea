"""A short play through the real daemon: what rings, what does not, and that the verdict can fail."""

import io
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from app.demo import scenario
from app.demo.command import play_into
from app.demo.folder import Folder
from app.demo.player import Tempo, play_out
from app.demo.scenario import Article, Play, Ring
from app.demo.screen import Screen
from config.sections import NoveltySettings
from store.values import About, Novelty, Stance

WHOLE = scenario.load()
SLUGS = ("oil-price", "four-missiles", "four-missiles-fired", "could-send-soldiers")


def short_play() -> Play:
    """One first statement, its syndicated copy and a speculation, two seconds from first to last."""
    articles = [article for article in WHOLE.articles if article.slug in SLUGS]
    articles.sort(key=lambda article: SLUGS.index(article.slug))
    start = articles[0].at + timedelta(hours=1)
    moved = [
        _at(article, start + timedelta(hours=hour)) for hour, article in enumerate(articles[1:], start=1)
    ]
    clock = [
        {"wall": 0, "at": start},
        {"wall": 2, "at": start + timedelta(hours=len(articles))},
        {"wall": 62, "at": start + timedelta(hours=40)},
    ]
    return Play.model_validate(
        {
            "clock": clock,
            "outlets": {"wire": WHOLE.outlets["wire"], "courier": WHOLE.outlets["courier"]},
            "articles": [articles[0], *moved],
            "notices": ["standings"],
        }
    )


def _at(article: Article, at: object) -> Article:
    return article.model_copy(update={"at": at})


def test_a_play_rings_what_it_demands_and_says_what_is_missing(tmp_path: Path) -> None:
    play, folder, shown = short_play(), Folder(tmp_path / "out"), io.StringIO()
    never = Ring(
        claim="missiles-from-belarus",
        stance=Stance.DENY,
        about=About.OCCURRENCE,
        speaker="Nobody",
        novelty=Novelty.FIRST,
    )
    asked = [article.model_copy(update={"rings": (*article.rings, never)}) for article in play.articles[:1]]
    play = play.model_copy(update={"articles": (*asked, *play.articles[1:])})
    with Screen(Console(file=shown, width=100)) as screen:
        problems = play_out(play, folder, screen)
    assert problems == [f"- missing   {never}"]
    assert "Valerii Zaluzhnyi" in shown.getvalue()
    assert len(list((folder.path / "mail").iterdir())) == len(list((folder.path / "webhooks").iterdir())) == 2
    with sqlite3.connect(folder.database) as database:
        [(links,)] = database.execute("select count(*) from link where state = 'done'")
    database.close()
    assert links == len(play.articles)


def test_the_configuration_of_the_demo_is_one_that_an_operator_could_write(tmp_path: Path) -> None:
    from app.clock import system_now
    from app.demo.newsroom import Newsroom
    from app.demo.receivers import Inbox
    from config.settings import load

    folder, tempo = Folder(tmp_path / "out"), Tempo(WHOLE)
    folder.prepare()
    with (
        Newsroom(WHOLE, tempo.now) as newsroom,
        Inbox(folder.path, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") as inbox,
    ):
        folder.write_config(WHOLE, newsroom, inbox, started=system_now())
    settings = load(folder.config, {})
    assert [publisher.name for publisher in settings.publishers] == [
        outlet.name for outlet in WHOLE.outlets.values()
    ]
    assert yaml.safe_load(folder.config.read_text())["routes"] == [{"to": ["desk", "hook"]}]


def test_a_folder_that_holds_other_things_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    assert play_into([str(tmp_path)]) == 1
    assert (tmp_path / "thesis.txt").exists()
    assert "name another folder" in capsys.readouterr().err


def test_the_clock_of_the_play_stands_still_until_it_is_started() -> None:
    assert Tempo(WHOLE).now() == WHOLE.clock[0].at


def test_the_second_of_every_article_lies_within_the_play() -> None:
    tempo = Tempo(WHOLE)
    seconds = [tempo.wall_of(article.at) for article in WHOLE.articles]
    assert min(seconds) >= 0
    assert max(seconds) < 40


def test_on_a_slow_machine_the_play_takes_its_time() -> None:
    usual, slow = Tempo(WHOLE), Tempo(WHOLE.slowed(2.5))
    for article in WHOLE.articles:
        assert slow.wall_of(article.at) == pytest.approx(2.5 * usual.wall_of(article.at))


def test_what_rings_has_time_to_be_read_before_it_is_old() -> None:
    tempo, max_age = Tempo(WHOLE), NoveltySettings().max_age
    for article in WHOLE.articles:
        if article.rings:
            assert tempo.wall_of(article.at + max_age) - tempo.wall_of(article.at) > 4
