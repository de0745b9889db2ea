"""The demo's play as values: outlets, the articles they publish at their time, and what must ring.

The play itself is scenario.yaml beside this file. Nothing here serves or runs anything.
"""

from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, model_validator

from config.sections import ClockPoint, RehearsalSettings, TierName
from store.values import About, Novelty, Stance

SHIPPED = Path(__file__).with_name("scenario.yaml")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Ring(_Part):
    """An alert as the scenario demands it: these five facts are compared, and nothing else."""

    claim: str
    stance: Stance
    about: About
    speaker: str
    novelty: Novelty

    def __str__(self) -> str:
        return f"{self.novelty}: {self.speaker}, {self.stance} ({self.about}) of {self.claim}"


class Outlet(_Part):
    """A newsroom; `layout` names the template of its pages, `zone` the offset of its clock."""

    name: str
    country: str
    tier: TierName
    feed: Literal["rss", "atom"]
    layout: Literal["wire", "broadsheet", "portal"]
    zone: Annotated[ZoneInfo, BeforeValidator(ZoneInfo)]


class Article(_Part):
    """A page that an outlet publishes at a time. `plays` is what it is there for, in the scenario's words."""

    slug: str
    outlet: str
    at: AwareDatetime
    byline: str
    title: str
    plays: str
    text: str = ""
    copy_of: str = ""
    rings: tuple[Ring, ...] = ()

    @property
    def paragraphs(self) -> list[str]:
        return self.text.strip().split("\n")


class Play(_Part):
    """The whole play. A copy takes the text of the article that it copies.

    `notices` are the kinds of the messages that must come beside the alerts.
    """

    clock: tuple[ClockPoint, ...]
    outlets: dict[str, Outlet]
    articles: tuple[Article, ...]
    notices: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        texts = {article.slug: article.text for article in self.articles}
        if len(texts) < len(self.articles):
            raise ValueError("two articles have the same slug")
        for article in self.articles:
            if article.outlet not in self.outlets:
                raise ValueError(f"{article.slug}: no such outlet: {article.outlet}")
            if not texts.get(article.copy_of or article.slug):
                raise ValueError(f"{article.slug}: has no text")
        RehearsalSettings(clock=self.clock)
        return self

    def of(self, outlet: str) -> list[Article]:
        """What an outlet publishes, newest first, the copies filled in."""
        texts = {article.slug: article.text for article in self.articles}
        own = [article for article in self.articles if article.outlet == outlet]
        filled = [
            article.model_copy(update={"text": texts[article.copy_of or article.slug]}) for article in own
        ]
        return sorted(filled, key=lambda article: article.at, reverse=True)

    def slowed(self, factor: float) -> "Play":
        """The same play on a clock that takes `factor` times as long."""
        clock = tuple(ClockPoint(wall=point.wall * factor, at=point.at) for point in self.clock)
        return self.model_copy(update={"clock": clock})

    @property
    def rings(self) -> list[Ring]:
        """Every alert that the play demands, in the order of the articles."""
        return [ring for article in self.articles for ring in article.rings]


def load(path: Path = SHIPPED) -> Play:
    return Play.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
