"""Scrapy's settings for one visit of a host: honest, bounded in size and time, and quiet.

Politeness, robots.txt, retries and redirects to other hosts are counted for the whole process, so Scrapy's
own per-crawl versions are off: see crawler/politeness.py, crawler/robots.py and crawler/fetch.py.
"""

from typing import Any

from config.sections import CrawlSettings

ACCEPT = (
    "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/feed+json,"
    "application/xml;q=0.9,*/*;q=0.5"
)


def build(crawl: CrawlSettings) -> dict[str, Any]:
    """The settings of every crawl of this process; they must be equal for all of them."""
    return {
        **_identity(crawl),
        **_bounds(crawl),
        **_politeness(),
        **_nothing_else(),
    }


def _identity(crawl: CrawlSettings) -> dict[str, Any]:
    return {
        "USER_AGENT": crawl.user_agent,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": ACCEPT,
            "Accept-Language": "en;q=0.5, *;q=0.1",
            "Accept-Encoding": "gzip",  # the spool keeps pages as they came, and every server speaks it
        },
        "COOKIES_ENABLED": False,
        "REFERRER_POLICY": "no-referrer",
        "HTTPPROXY_ENABLED": False,  # a proxy would connect to addresses that the guard never sees
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
    }


def _bounds(crawl: CrawlSettings) -> dict[str, Any]:
    return {
        "DOWNLOAD_TIMEOUT": crawl.timeout,  # the whole exchange: a slow drip ends here too
        "DOWNLOAD_MAXSIZE": max(crawl.max_page_bytes, crawl.max_feed_bytes),
        "DOWNLOAD_WARNSIZE": 0,
        "REDIRECT_MAX_TIMES": crawl.max_redirects,
        "REDIRECT_ENABLED": crawl.max_redirects > 0,
        "METAREFRESH_ENABLED": False,  # news pages reload themselves
        "URLLENGTH_LIMIT": 2083,
    }


def _politeness() -> dict[str, Any]:
    ours = "crawler.fetch.PoliteHandler"
    others = {"ftp": None, "file": None, "s3": None, "data": None}
    return {
        "DOWNLOAD_HANDLERS": {"http": ours, "https": ours, **others},
        "DOWNLOADER_MIDDLEWARES": {"crawler.fetch.RobotsMiddleware": 100},
        "CONCURRENT_REQUESTS": 4,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": 0,
        "RETRY_ENABLED": False,
        "ROBOTSTXT_OBEY": False,
        "AUTOTHROTTLE_ENABLED": False,
    }


def _nothing_else() -> dict[str, Any]:
    return {
        "LOG_ENABLED": False,
        "LOG_LEVEL": "WARNING",
        "LOGSTATS_INTERVAL": 0,
        "STATS_DUMP": False,
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
        "DOWNLOADER_STATS": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "MEMUSAGE_ENABLED": False,
        "HTTPCACHE_ENABLED": False,
        "EXTENSIONS": {
            "scrapy.extensions.corestats.CoreStats": None,
            "scrapy.extensions.logcount.LogCount": None,
            "scrapy.extensions.feedexport.FeedExporter": None,
            "scrapy.extensions.spiderstate.SpiderState": None,
            "scrapy.extensions.memdebug.MemoryDebugger": None,
            "scrapy.extensions.closespider.CloseSpider": None,
        },
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    }
