"""The demo's folder: a configuration as an operator would write one, and where everything comes to lie.

The configuration is a real one for `tocsin --config`, so that every command can be tried on it afterwards.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

from app.demo.newsroom import Newsroom
from app.demo.receivers import Inbox
from app.demo.scenario import Outlet, Play

SECRET = "whsec_dG9jc2luLWRlbW8tb24tbG9vcGJhY2stb25seQ=="  # noqa: S105  of a receiver on loopback

_HEAD = """\
# The configuration of the demo. A real one looks like this, with outlets of your own and without
# `rehearsal`, which plays the clock of 2022. Its newsrooms are gone when the demo has ended.
"""


@dataclass(frozen=True, slots=True)
class Folder:
    """Where one run of the demo keeps its things. An earlier run's are thrown away."""

    path: Path

    @property
    def config(self) -> Path:
        return self.path / "tocsin.yaml"

    @property
    def database(self) -> Path:
        return self.path / "tocsin.db"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.database}"

    @property
    def log(self) -> Path:
        return self.path / "daemon.log"

    def prepare(self) -> None:
        """Empty the folder; one that holds anything but an earlier demo is left alone."""
        if self.path.exists() and any(self.path.iterdir()) and not self.config.exists():
            raise FileExistsError(f"{self.path} is not empty and not of an earlier demo; name another folder")
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.mkdir(parents=True)

    def write_config(self, play: Play, newsroom: Newsroom, inbox: Inbox, *, started: datetime) -> None:
        settings = {
            "database": {"url": f"sqlite:///{self.database.name}"},
            "claims": ["shipped"],
            "crawl": _CRAWL,
            "publishers": [
                _publisher(outlet, domain=domain, feed=newsroom.sites[key].url("/feed.xml"))
                for (key, outlet), domain in zip(play.outlets.items(), _domains(newsroom), strict=True)
            ],
            "channels": _channels(inbox),
            "routes": [{"to": ["desk", "hook"]}],
            "log": {"format": "json"},
            "alerts": {"heartbeat": False},
            "rehearsal": _rehearsal(play, started),
        }
        text = yaml.safe_dump(settings, sort_keys=False, allow_unicode=True, width=100)
        self.config.write_text(_HEAD + text, encoding="utf-8")


_CRAWL: Mapping[str, object] = {
    "user_agent": "tocsin-demo (+mailto:desk@example.org)",
    "allow_private": ["127.0.0.0/8"],
    "tick": 0.25,
    "host_gap": 0.05,
}


def _publisher(outlet: Outlet, *, domain: str, feed: str) -> dict[str, object]:
    return {
        "name": outlet.name,
        "domain": domain,
        "country": outlet.country,
        "language": "en",
        "tier": outlet.tier,
        "seeds": [feed],
        "every": {"min": "1m", "max": "1h"},
    }


def _domains(newsroom: Newsroom) -> Sequence[str]:
    """The address of each outlet's site; names where all share one address."""
    hosts = [site.host for site in newsroom.sites.values()]
    return hosts if len(set(hosts)) == len(hosts) else [f"{key}.example" for key in newsroom.sites]


def _channels(inbox: Inbox) -> dict[str, object]:
    smtp = {"host": "127.0.0.1", "port": inbox.smtp_port, "tls": "none"}
    return {
        "desk": {"kind": "email", "to": ["desk@example.org"], "from": "tocsin@example.org", "smtp": smtp},
        "hook": {"kind": "webhook", "url": inbox.hook_url, "secret": SECRET},
    }


def _rehearsal(play: Play, started: datetime) -> dict[str, object]:
    clock = [{"wall": point.wall, "at": point.at.isoformat()} for point in play.clock]
    return {"clock": clock, "started": started.isoformat()}
