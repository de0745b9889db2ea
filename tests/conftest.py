"""For every test: no property fails for being slow, and none inherits another's way of logging."""

import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

from config.logs import QUIET

settings.register_profile("unhurried", deadline=None)  # speed is measured in bench/
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """A daemon run in this process sets up logging for good; at level debug, what captures the log then keeps
    every crawl alive, since Scrapy's records hold their spider."""
    loggers = [logging.getLogger(name) for name in (None, *QUIET)]
    before = [(logger, logger.level, list(logger.handlers)) for logger in loggers]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers = handlers
    structlog.reset_defaults()
