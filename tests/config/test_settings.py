"""What an operator writes, and what is told when it is wrong."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from config import sections
from config.errors import ConfigError
from config.settings import Settings, examine, load, locate
from store import values

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(text: str) -> Path:
        path = tmp_path / "tocsin.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def refused(path: Path, environ: dict[str, str] | None = None) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(path, environ or {})
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2
    return caught.value


CONTRACT = """\
database: {url: "sqlite:///tocsin.db"}
claims: [shipped]
crawl: {user_agent: "tocsin (+mailto:desk@example.org)", allow_private: [127.0.0.0/8]}
publishers:
  - {name: Suspilne, domain: suspilne.media, country: UA, language: uk, tier: national,
     seeds: ["https://suspilne.media/rss/all.rss"], every: {min: 1m, max: 1h}}
channels:
  desk:  {kind: email, to: [desk@example.org], from: tocsin@example.org,
          smtp: {host: localhost, port: 25, tls: none}}
  hook:  {kind: webhook, url: "https://example.org/hook", secret: "whsec_abc"}
routes:
  - {to: [desk, hook]}
"""


def test_nothing_written_still_runs() -> None:
    assert load(None, {}) == Settings()


def test_an_empty_file_still_runs(write: Write) -> None:
    assert load(write("# nothing yet\npublishers:\n"), {}).publishers == ()


def test_the_documented_beginning_is_read(write: Write) -> None:
    settings = load(write(CONTRACT), {})
    publisher = settings.publishers[0]
    assert publisher.seeds[0].url == "https://suspilne.media/rss/all.rss"
    assert (publisher.every.min, publisher.every.max) == (60.0, 3600.0)
    assert settings.crawl.allow_private == ("127.0.0.0/8",)
    assert settings.channels["desk"]["smtp"]["port"] == 25
    assert settings.routes[0].to == ("desk", "hook")


def test_relative_paths_lie_beside_the_file(write: Write, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("id: x", encoding="utf-8")
    settings = load(write("claims: [shipped, own.yaml]\nspool: {path: pages.db}\n"), {})
    assert settings.database.url == f"sqlite:///{tmp_path}/tocsin.db"
    assert settings.spool.path == tmp_path / "pages.db"
    assert settings.claims == ("shipped", str(tmp_path / "own.yaml"))


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:////var/lib/t.db", "postgresql+psycopg://u@h/db"])
def test_a_database_that_is_no_relative_file_stays_as_written(write: Write, url: str) -> None:
    assert load(write(f'database: {{url: "{url}"}}'), {}).database.url == url


def test_an_outlet_may_be_given_by_its_domain_alone(write: Write) -> None:
    publisher = load(write("publishers: [{domain: Example.org}]"), {}).publishers[0]
    assert (publisher.domain, publisher.name, publisher.seeds) == ("example.org", "Example.org", ())


def test_an_unknown_key_names_line_and_nearest_key(write: Write) -> None:
    path = write("crawl:\n  timeout: 5s\npublishers:\n  - domain: example.org\n    contry: UA\n")
    error = refused(path)
    assert str(error) == (f"{path}:5: publishers[0].contry: is not a known setting; did you mean 'country'?")


def test_an_unknown_key_in_a_seed_is_explained(write: Write) -> None:
    path = write("publishers:\n- domain: example.org\n  seeds: [{url: 'https://x.org', knd: feed}]\n")
    assert refused(path).remedy == "did you mean 'kind'?"


def test_an_unknown_section_is_explained(write: Write) -> None:
    assert refused(write("chanels: {}")).remedy == "did you mean 'channels'?"


def test_an_unknown_word_names_the_nearest_one(write: Write) -> None:
    error = refused(write("publishers:\n- {domain: example.org, tier: natonal}\n"))
    assert (error.line, error.field) == (2, "publishers[0].tier")
    assert error.problem == "'natonal' is not a known word"
    assert error.remedy == "did you mean 'national'?"


def test_several_findings_are_counted(write: Write) -> None:
    error = refused(write("crawl: {tick: soon, timeout: never}"))
    assert str(error).endswith("(and 1 more, see: tocsin config check)")


@pytest.mark.parametrize(
    ("text", "line", "field", "problem"),
    [
        ("crawl: {timeout: soon}", 1, "crawl.timeout", "not a duration"),
        ("crawl: {allow_private: [nowhere]}", 1, "crawl.allow_private[0]", "not a network"),
        ("crawl: {user_agent: 'Cпам'}", 1, "crawl.user_agent", "must be one line of plain ASCII"),
        ("publishers:\n- {domain: 'https://x.org/'}", 2, "publishers[0].domain", "not a domain"),
        ("publishers:\n- {domain: x.org, seeds: [x.org/rss]}", 2, "publishers[0].seeds[0].url", "not a web"),
        (
            "publishers:\n- {domain: x.org, every: {min: 2h, max: 1h}}",
            2,
            "publishers[0].every",
            "min is more",
        ),
        ("publishers: 5", 1, "publishers[0]", "should be a mapping"),
        ("channels: [desk]", 1, "channels", "should be a mapping"),
        ("channels:\n  desk: 5", 2, "channels.desk", "should be a mapping"),
        ("channels:\n  desk: {to: x}", 2, "channels.desk.kind", "is missing"),
        ("claims: []", 1, "claims", "should have at least 1 item"),
        ("claims: [none.yaml]", 1, "claims[0]", "there is no file"),
        ("claims: [ceasefire-agred]", 1, "claims[0]", "no claim of the name ceasefire-agred is shipped"),
        ("alerts: {timezone: Mars/Base}", 1, "alerts.timezone", "not a known time zone"),
        ("worker: {processes: many}", 1, "worker.processes", "should be a valid integer"),
        ("spool: {max_bytes: lots}", 1, "spool.max_bytes", "not a size"),
        ("publishers:\n- {domain: a.org}\n- {domain: A.org}", 3, "publishers[1].domain", "a.org is pub"),
        ("- a\n- b", 1, "", "is not a mapping"),
    ],
)
def test_a_wrong_value_names_its_place(write: Write, text: str, line: int, field: str, problem: str) -> None:
    error = refused(write(text))
    assert (error.line, error.field) == (line, field)
    assert problem in error.problem


def test_a_route_to_no_channel_names_the_nearest_one(write: Write) -> None:
    error = refused(write("channels:\n  desk: {kind: email}\nroutes:\n  - {to: [desc]}\n"))
    assert (error.line, error.field, error.remedy) == (4, "routes[0].to[0]", "did you mean 'desk'?")


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path / "none.yaml").problem


def test_the_environment_is_stronger_than_the_file(write: Write) -> None:
    environ = {"TOCSIN_DATABASE__URL": "sqlite:///env.db", "TOCSIN_CRAWL__TICK": "2m"}
    settings = load(write("crawl: {tick: 9s, host_gap: 3s}"), environ)
    assert (settings.database.url, settings.crawl.tick) == ("sqlite:///env.db", 120.0)
    assert settings.crawl.host_gap == 3.0


def test_a_secret_is_read_from_its_file_into_a_channel(write: Write, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret: [x\n", encoding="utf-8")
    environ = {"TOCSIN_CHANNELS__DESK__SMTP__PASSWORD_FILE": str(tmp_path / "secret")}
    settings = load(write("channels: {Desk: {kind: email, smtp: {host: h}}}"), environ)
    assert settings.channels["Desk"]["smtp"] == {"host": "h", "password": "s3cret: [x"}


def test_a_hyphen_in_a_channels_name_is_an_underscore_in_the_environment(write: Write) -> None:
    settings = load(write("channels: {on-call: {kind: email}}"), {"TOCSIN_CHANNELS__ON_CALL__TO": "a@b.org"})
    assert settings.channels == {"on-call": {"kind": "email", "to": "a@b.org"}}


def test_a_list_and_an_element_are_set_by_the_environment(write: Write) -> None:
    environ = {"TOCSIN_CLAIMS": "[shipped]", "TOCSIN_PUBLISHERS__0__TIER": "state"}
    settings = load(write("publishers: [{domain: a.org}]"), environ)
    assert settings.publishers[0].tier == "state"


def test_a_wrong_value_from_the_environment_names_the_variable(write: Write) -> None:
    error = refused(write("crawl: {tick: 9s}"), {"TOCSIN_CRAWL__TICK": "soon"})
    assert (error.file, error.field) == ("environment", "TOCSIN_CRAWL__TICK")


def test_a_misspelt_variable_is_refused(write: Write) -> None:
    error = refused(write(""), {"TOCSIN_CRAWL__TIK": "5s"})
    assert (error.field, error.remedy) == ("TOCSIN_CRAWL__TIK", "did you mean 'tick'?")


def test_variables_of_an_orchestrator_are_left_alone() -> None:
    assert load(None, {"TOCSIN_PORT": "tcp://10.0.0.1:80", "TOCSIN_SERVICE_HOST": "x"}) == Settings()


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        ({"TOCSIN_DATABASE__URL_FILE": "/nowhere"}, "cannot be read"),
        ({"TOCSIN_DATABASE__URL": "a", "TOCSIN_DATABASE__URL_FILE": "/dev/null"}, "is set a second time"),
        ({"TOCSIN_PUBLISHERS__7__TIER": "state"}, "'7' is not a position in a list of 1"),
        ({"TOCSIN_CLAIMS": "[shipped"}, "is not valid YAML"),
    ],
)
def test_an_unusable_variable_is_one_line(write: Write, environ: dict[str, str], problem: str) -> None:
    assert problem in str(refused(write("publishers: [{domain: a.org}]"), environ))


def test_the_file_to_read_is_found(write: Write, tmp_path: Path) -> None:
    assert locate({}, tmp_path) is None
    path = write("")
    assert locate({}, tmp_path) == path
    assert locate({"TOCSIN_CONFIG": "/etc/other.yaml"}, tmp_path) == Path("/etc/other.yaml")


def test_a_section_is_validated_by_its_owner_with_the_line_named(write: Write) -> None:
    class Smtp(BaseModel, extra="forbid"):
        host: str

    class Email(BaseModel, extra="forbid"):
        kind: str
        smtp: Smtp

    settings = load(write("channels:\n  desk:\n    kind: email\n    smtp:\n      hots: x\n"), {})
    with pytest.raises(ConfigError, match=r"tocsin.yaml:4: channels.desk.smtp.host: is missing"):
        settings.section(Email, "channels", "desk")


def test_shipped_publishers_stand_beside_own_ones(write: Write) -> None:
    written = write("publishers:\n- shipped\n- {domain: suspilne.media, name: Ours}\n")
    settings = load(written, {})
    assert settings.publishers[1].name == "Ours"
    assert [one.domain for one in settings.publishers].count("suspilne.media") == 1


def test_advice_does_not_stop_a_run(write: Write) -> None:
    settings, findings = examine(write("channels: {desk: {kind: email}}"), {})
    assert settings is not None
    assert findings == []


def test_the_words_are_those_of_the_store() -> None:
    pairs = [
        (sections.TierName, values.Tier),
        (sections.StanceName, values.Stance),
        (sections.AboutName, values.About),
        (sections.NoveltyName, values.Novelty),
    ]
    for literal, enum in pairs:
        assert set(get_args(literal)) == {word.value for word in enum}


START = datetime(2022, 2, 24, 4, tzinfo=UTC)


def played(text: str, write: Write) -> sections.RehearsalSettings:
    rehearsal = load(write(f"rehearsal: {{clock: [{text}]}}"), {}).rehearsal
    assert rehearsal is not None
    return rehearsal


def test_a_played_clock_runs_evenly_between_its_points(write: Write) -> None:
    clock = "{wall: 0, at: 2022-02-24T04:00Z}, {wall: 10s, at: 2022-02-25T00:00-04:00}"
    rehearsal = played(clock, write)
    assert rehearsal.event_time(5) == START + timedelta(hours=12)
    assert rehearsal.event_time(-1) == START
    assert rehearsal.event_time(13) == START + timedelta(days=1, seconds=3)


def test_a_played_clock_never_goes_back(write: Write) -> None:
    clock = "{wall: 0, at: 2022-02-24T04:00Z}, {wall: 10s, at: 2022-02-23T00:00Z}"
    assert "must go forward" in refused(write(f"rehearsal: {{clock: [{clock}]}}")).problem


def test_a_shipped_claim_is_named_by_its_id(tmp_path: Path) -> None:
    path = tmp_path / "tocsin.yaml"
    path.write_text("claims: [shipped, ceasefire-agreed]", encoding="utf-8")
    assert load(path, {}).claims == ("shipped", "ceasefire-agreed")
