"""The first configuration runs as it is, and every line that is only shown in it is right, too."""

import re
from collections import Counter
from pathlib import Path

import pytest

from alerts import channels
from config.checks import advice
from config.errors import ConfigError
from config.settings import Settings, load
from config.template import first_configuration, write_first_configuration


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "tocsin.yaml"
    write_first_configuration(path)
    return path


@pytest.fixture
def settings(written: Path) -> Settings:
    return load(written, {})


def test_it_runs_as_it_is(settings: Settings) -> None:
    assert settings.claims == ("shipped",)
    assert (settings.channels, settings.routes) == ({}, ())


def test_at_least_sixty_outlets_are_in_it(settings: Settings) -> None:
    assert len(settings.publishers) >= 60
    languages = Counter(one.language for one in settings.publishers)
    assert {"en", "uk", "ru", "be", "pl", "de"} <= set(languages)
    assert min(languages[one] for one in ("en", "uk", "ru", "be", "pl", "de")) >= 5


def test_state_controlled_outlets_are_marked(settings: Settings) -> None:
    state = {one.domain for one in settings.publishers if one.tier == "state"}
    assert {"belta.by", "tass.ru", "ria.ru", "rt.com"} <= state


def test_what_is_only_shown_is_right_when_the_marks_are_taken_off(tmp_path: Path) -> None:
    head, rest = first_configuration().split("\ndatabase:")
    uncommented = re.sub(r"(?m)^# (?=  |[a-z]+:)", "", rest)
    assert uncommented.count("\n#") < rest.count("\n#") - 30
    path = tmp_path / "tocsin.yaml"
    path.write_text(f"{head}\ndatabase:{uncommented}", encoding="utf-8")
    shown = load(path, {})
    assert len(shown.channels) == 5
    assert len(shown.routes) == 2
    assert shown.rehearsal is not None
    kinds = channels.kinds()
    for name, channel in shown.channels.items():
        settings = kinds[channel["kind"]].Settings
        assert set(channel) <= {field.alias or key for key, field in settings.model_fields.items()}, name


def test_the_user_is_told_what_is_left_to_do(settings: Settings) -> None:
    told = [str(settings.origin.finding(*one)) for one in advice(settings)]
    assert len(told) == 2
    assert re.search(r"tocsin\.yaml:\d+: crawl.user_agent: names no address", told[1])


def test_a_file_that_is_there_is_left_alone(written: Path) -> None:
    before = written.read_text()
    with pytest.raises(ConfigError, match="is there already; name another file"):
        write_first_configuration(written)
    assert written.read_text() == before


def test_it_is_readable_by_its_owner_alone(written: Path) -> None:
    assert written.stat().st_mode & 0o077 == 0


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written: No such file or directory"):
        write_first_configuration(tmp_path / "none" / "tocsin.yaml")


def test_a_channel_without_route_is_told() -> None:
    settings = Settings.model_validate({"channels": {"desk": {"kind": "email"}}})
    assert (("channels", "desk"), "no route leads to it", "add under routes: - {to: [desk]}") in advice(
        settings
    )
