"""The configuration: environment over file over defaults, as one frozen object.

What a channel's own keys mean is known by that channel alone; `Settings.section` validates them with the
model that it brings. Claim files are named here and read by the matcher.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, PrivateAttr, ValidationError

from config import checks, defaults, paths
from config.environment import ENVIRONMENT, PREFIX, overlay
from config.errors import ConfigError, Finding
from config.explain import problems
from config.sections import (
    AlertSettings,
    Channels,
    CrawlSettings,
    DatabaseSettings,
    LogSettings,
    Many,
    NoveltySettings,
    PublisherSettings,
    RehearsalSettings,
    RouteSettings,
    Section,
    SpoolSettings,
    WorkerSettings,
)
from config.yamlfile import KeyPath, YamlFile, dotted, read

FILE = "tocsin.yaml"

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where each value came from, so that a later finding can still name its line."""

    file: YamlFile = field(default_factory=lambda: YamlFile("defaults", {}))
    variables: Mapping[KeyPath, str] = field(default_factory=dict)

    def finding(self, path: KeyPath, problem: str, remedy: str = "") -> Finding:
        for length in range(len(path), 0, -1):
            if path[:length] in self.variables:
                return Finding(ENVIRONMENT, 0, self.variables[path[:length]], problem, remedy)
        return Finding(self.file.name, self.file.line(path), dotted(path), problem, remedy)


class Settings(Section):
    """All settings. `Settings()` runs: the shipped claims, no publishers and no channels."""

    database: DatabaseSettings = DatabaseSettings()
    spool: SpoolSettings = SpoolSettings()
    claims: Annotated[tuple[str, ...], Many] = Field((defaults.SHIPPED,), min_length=1)
    crawl: CrawlSettings = CrawlSettings()
    publishers: Annotated[tuple[PublisherSettings, ...], Many] = ()
    channels: Channels = Field(default_factory=dict)
    routes: Annotated[tuple[RouteSettings, ...], Many] = ()
    novelty: NoveltySettings = NoveltySettings()
    alerts: AlertSettings = AlertSettings()
    worker: WorkerSettings = WorkerSettings()
    log: LogSettings = LogSettings()
    rehearsal: RehearsalSettings | None = None

    _origin: Origin = PrivateAttr(default_factory=Origin)

    @property
    def origin(self) -> Origin:
        return self._origin

    def section(self, model: type[Model], *path: str) -> Model:
        """The data under a path as its owner's model: `section(EmailSettings, "channels", "desk")`."""
        data: Any = self.model_dump(include={path[0]})
        for key in path:
            data = data[key]
        try:
            return model.model_validate(data)
        except ValidationError as error:
            raise self.error(*problems(error, model)[0], under=path) from error

    def error(self, path: KeyPath, problem: str, remedy: str = "", *, under: KeyPath = ()) -> ConfigError:
        """A ConfigError about a setting, with the file, the line and the field filled in."""
        return ConfigError(self._origin.finding((*under, *path), problem, remedy))


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read the configuration; without a file the defaults and the environment are all there is."""
    settings, findings = examine(path, environ)
    if findings or settings is None:
        raise ConfigError(findings[0], others=len(findings) - 1)
    return settings


def locate(environ: Mapping[str, str], folder: Path) -> Path | None:
    """The file to read where none is named: TOCSIN_CONFIG, else tocsin.yaml in the folder, if there."""
    named = environ.get(f"{PREFIX}CONFIG")
    if named:
        return Path(named)
    return folder / FILE if (folder / FILE).exists() else None


def examine(path: Path | None, environ: Mapping[str, str]) -> tuple[Settings | None, list[Finding]]:
    """The settings as far as they can be read, and all that is wrong with them."""
    try:
        file = read(path) if path is not None else YamlFile("defaults", {})
        data, variables = _merge(file, environ, folder=path.parent if path else None)
    except ConfigError as error:
        return None, [error.finding]
    origin = Origin(file, variables)
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        return None, [origin.finding(*problem) for problem in problems(error, Settings)]
    settings._origin = origin
    return settings, [origin.finding(*problem) for problem in checks.contradictions(settings)]


def _merge(
    file: YamlFile, environ: Mapping[str, str], *, folder: Path | None
) -> tuple[dict[str, Any], Mapping[KeyPath, str]]:
    data = {} if file.data is None else file.data
    if not isinstance(data, dict):
        remedy = "begin with a section, like `database:`"
        raise ConfigError(Finding(file.name, 1, "", "is not a mapping of sections", remedy))
    present = {key: value for key, value in data.items() if value is not None}
    placed = paths.beside(present, folder) if folder else present
    merged, variables = overlay(placed, environ, sections=Settings.model_fields)
    return defaults.with_shipped_publishers(merged), variables
