"""Canonical keys: two spellings of one article's URL get one key.

A key is for comparing, never for fetching: it has no scheme, and the page may not answer under it.
Parameters are dropped only where they are known to track readers, because many outlets keep the
article's number in the query.
"""

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from w3lib.url import canonicalize_url

# fmt: off
_TRACKERS = frozenset((
    "_ga", "_gl", "_hsenc", "_hsmi", "__twitter_impression", "__cft__", "__tn__", "amp_gsa", "amp_js_v",
    "at_medium", "at_campaign", "cmpid", "dclid", "ef_id", "epik", "fbclid", "fb_action_ids",
    "fb_action_types", "fb_ref", "fb_source", "feature_share", "gbraid", "gclid", "gclsrc", "gs_l",
    "guccounter", "guce_referrer", "guce_referrer_sig", "icid", "igsh", "igshid", "li_fat_id", "mbid",
    "mc_cid", "mc_eid", "mkt_tok", "msclkid", "ncid", "ocid", "oft_id", "oly_anon_id", "oly_enc_id",
    "ref_src", "ref_url", "referrer", "s_kwcid", "smid", "smtyp", "spm", "srsltid", "syclid", "taid",
    "traffic_source", "tpcc", "ttclid", "twclid", "usqp", "wbraid", "wickedid", "wt_mc", "wt_zmc",
    "xing_share", "xtor", "yclid", "ysclid", "ymclid", "phpsessid", "jsessionid", "sessionid",
))
# fmt: on
_TRACKER_PREFIXES = ("utm_", "mtm_", "pk_", "piwik_", "matomo_", "itm_", "hsa_", "vero_", "stm_", "__hs")
_AMP_PARAMETERS = frozenset(("amp", "outputtype", "isamp", "amp_markup"))
_AMP_VALUES = frozenset(("", "1", "true", "amp", "yes"))
_MIRROR_LABELS = frozenset(("www", "www1", "www2", "www3", "m", "mobile", "mobil", "amp"))
_DEFAULT_PORTS = {"http": 80, "https": 443}
_AMP_CACHE = re.compile(r"^https?://[^/]+\.cdn\.ampproject\.org/[a-z]+/(?:s/)?", re.I)
_AMP_VIEWER = re.compile(r"^https?://(?:www\.)?google\.[a-z.]+/amp/(?:s/)?", re.I)
_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*", re.I)
_AMP_ENDING = re.compile(r"(?:\.amp)+(?=$|\.html?$)", re.I)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.I)


def link_key(url: str) -> str:
    """The canonical key of an http(s) URL; anything else keeps its own spelling without white space."""
    try:
        return _key(_unwrap_amp(_with_scheme(url.strip())))
    except ValueError:
        return re.sub(r"\s+", "", url)


def host_of(url: str) -> str:
    """The host that a request for `url` goes to: lower case, punycode, with a port only where unusual.

    Raises ValueError where there is none.
    """
    parts = urlsplit(_with_scheme(url.strip()))
    if not parts.hostname:
        raise ValueError(f"no host in URL {url!r}: write it as https://host/path")
    host = _ascii_host(parts.hostname)
    shown = f"[{host}]" if ":" in host else host
    port = parts.port
    return shown if port is None or port == _DEFAULT_PORTS.get(parts.scheme) else f"{shown}:{port}"


def domain_of(url: str) -> str:
    """The host without the labels of mirrors (www, m, amp): what two hosts of one site share."""
    return _without_mirror(host_of(url))


def _with_scheme(url: str) -> str:
    if url.startswith("//"):
        return f"https:{url}"
    return url if _SCHEME.match(url) and "://" in url else f"https://{url}"


def _unwrap_amp(url: str) -> str:
    for wrapper in (_AMP_CACHE, _AMP_VIEWER):
        if match := wrapper.match(url):
            return f"https://{url[match.end() :]}"
    return url


def _key(url: str) -> str:
    if urlsplit(url).scheme.lower() not in _DEFAULT_PORTS:
        raise ValueError("not a web address")
    parts = urlsplit(canonicalize_url(url, keep_blank_values=True, keep_fragments=False))
    query = _query(parts)
    return domain_of(url) + _path(parts.path) + (f"?{query}" if query else "")


def _ascii_host(host: str) -> str:
    host = host.rstrip(".").lower()
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _without_mirror(host: str) -> str:
    label, _, rest = host.partition(".")
    return _without_mirror(rest) if label in _MIRROR_LABELS and "." in rest else host


def _path(path: str) -> str:
    segments = [s for s in _SESSION.sub("", path).split("/") if s]
    while len(segments) > 1 and segments[0].lower() == "amp":
        segments = segments[1:]
    while len(segments) > 1 and segments[-1].lower() == "amp":
        segments = segments[:-1]
    if segments:
        segments[-1] = _AMP_ENDING.sub("", segments[-1]) or segments[-1]
    return "/" + "/".join(segments)


def _query(parts: SplitResult) -> str:
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True, encoding="latin-1")
        if not _is_tracker(name.lower()) and not _is_amp(name.lower(), value.lower())
    ]
    return urlencode(kept, encoding="latin-1")


def _is_tracker(name: str) -> bool:
    return name in _TRACKERS or name.startswith(_TRACKER_PREFIXES)


def _is_amp(name: str, value: str) -> bool:
    return name in _AMP_PARAMETERS and value in _AMP_VALUES
