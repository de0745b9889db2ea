"""What an outlet's site shows: article pages with all the clutter of real ones, a front page and a feed.

Pure: from the values of the scenario to text. Serving them is app/demo/newsroom.py.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.demo.scenario import Article, Outlet

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An article as one outlet shows it: the facts that the templates ask for."""

    slug: str
    title: str
    byline: str
    paragraphs: Sequence[str]
    published: datetime
    path: str
    url: str

    @property
    def rfc822(self) -> str:
        return format_datetime(self.published)


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of one outlet whose site is at `home` (with its closing slash)."""

    outlet: Outlet
    home: str

    def shown(self, article: Article) -> Shown:
        path = path_of(article)
        return Shown(
            slug=article.slug,
            title=article.title,
            byline=article.byline,
            paragraphs=article.paragraphs,
            published=article.at.astimezone(self.outlet.zone),
            path=path,
            url=self.home.rstrip("/") + path,
        )

    def article(self, article: Article, related: Sequence[Article]) -> str:
        shown = self.shown(article)
        return self._render(
            f"{self.outlet.layout}.html.j2",
            article=shown,
            url=shown.url,
            published=shown.published,
            related=[self.shown(other) for other in related],
            linked_data=self._linked_data(shown),
        )

    def front(self, articles: Sequence[Article]) -> str:
        return self._render("front.html.j2", articles=[self.shown(article) for article in articles])

    def feed(self, articles: Sequence[Article]) -> str:
        return self._render(
            f"{self.outlet.feed}.xml.j2", articles=[self.shown(article) for article in articles]
        )

    def _render(self, template: str, **facts: object) -> str:
        return _TEMPLATES.get_template(template).render(outlet=self.outlet, home=self.home, **facts)

    def _linked_data(self, shown: Shown) -> Markup:
        """The page's JSON-LD; `<` is escaped so that no text can end the script element."""
        facts = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": shown.title,
            "datePublished": shown.published.isoformat(),
            "dateModified": shown.published.isoformat(),
            "author": [{"@type": "Organization", "name": shown.byline}],
            "publisher": {"@type": "NewsMediaOrganization", "name": self.outlet.name, "url": self.home},
            "mainEntityOfPage": shown.url,
            "isAccessibleForFree": True,
        }
        return Markup(json.dumps(facts).replace("<", "\\u003c"))  # noqa: S704  escaped on this very line


def path_of(article: Article) -> str:
    return f"/{article.at:%Y/%m/%d}/{article.slug}"
