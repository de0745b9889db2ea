"""Log lines: readable on a terminal, JSON elsewhere, one formatter for ours and the libraries' alike.

Secrets are cut out of the finished line, whatever library wrote it. Metrics are not made here.
"""

import logging
import sys
from collections.abc import Collection, Iterable
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

from config.secrets import mask, spellings
from config.sections import LogSettings

QUIET = (
    "alembic",
    "scrapy",
    "twisted",
    "apscheduler",
    "httpx",
    "httpcore",
    "asyncio",
    "trafilatura",
    "htmldate",
    "courlan",
)
"""Libraries that tell of every step; they are heard from warning on, unless the level is debug."""


def configure(settings: LogSettings, *, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Send every logger's lines to the stream (stderr by default), once for the whole process."""
    target = stream or sys.stderr
    shared = _shared_processors()
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        _formatter(shared, target, frozenset(secrets), as_text=_renders_text(settings, target))
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.NOTSET if settings.level == "debug" else logging.WARNING)


def _renders_text(settings: LogSettings, target: TextIO) -> bool:
    return settings.format == "text" or (settings.format == "auto" and target.isatty())


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _formatter(
    shared: list[Processor], target: TextIO, secrets: Collection[str], *, as_text: bool
) -> logging.Formatter:
    spelt = frozenset(one for secret in secrets for one in spellings(secret))

    def cut_secrets(_logger: Any, _method: str, line: Any) -> Any:
        return mask(line, spelt)

    text: list[Processor] = [
        structlog.dev.ConsoleRenderer(
            colors=target.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=32
        )
    ]
    lines: list[Processor] = [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *(text if as_text else lines),
            cut_secrets,
        ],
    )
