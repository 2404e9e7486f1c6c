"""One address for one page: without tracking, AMP and mobile variants. Where unsure, two addresses stay two.

It is a key to compare by (a mention's `url` is the link to follow), so `www.` and the scheme do not count either.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit, urlunsplit

# Parameters that say where a reader came from, never what is shown. Exact names and prefixes only: courlan's pattern
# also drops "source", "session", "cl_id", "keyword" and empty values, by which Indonesian portals tell pages apart.
_NAMES = """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid igshid igsh li_fat_id mc_cid mc_eid _ga
    _gl _hsenc _hsmi ref_src ref_url s_kwcid spm scid cmpid ncid ocid vero_id wickedid oly_anon_id oly_enc_id
    rb_clickid srsltid fb_action_ids fb_action_types fb_source __tn__ __cft__[0] _openstat xtor
    share_from tbclid sfnsn mibextid
"""
_TRACKING = frozenset(_NAMES.split())
_TRACKING_PREFIXES = ("utm_", "mtm_", "pk_", "itm_", "hsa_", "at_medium", "at_campaign")
_AMP_VALUES = frozenset({"", "1", "true", "amp", "html"})
_AMP_PATH = re.compile(r"(?:/amp/?|\.amp(?:\.html?)?)$", re.IGNORECASE)
# "m.detik.com" is a mobile host; in "m.go.id" the letter is the site's own name.
_REGISTRY = r"(?:co|go|or|ac|sch|web|my|desa|mil|net|biz|com|org|gov|edu)\.[a-z]{2}$"
_MOBILE = re.compile(rf"^(?:www\.)?(?:(?:amp|m|mobile|mobi)\.(?!{_REGISTRY})(?=[^.]+\.))?", re.IGNORECASE)
_CACHE = re.compile(r"^https?://(?:www\.)?google\.[a-z.]+/amp/(s/)?", re.IGNORECASE)
_AMP_CDN = re.compile(r"^https?://[^/]+\.cdn\.ampproject\.org/[cvi](?:/(s))?/", re.IGNORECASE)
_FRAGMENT = re.compile(r"(?:div-)?(?:comment|komentar|isso|reply|respond)[-_]?\w*", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::\d+)?")
_PORTS = {"http": ":80", "https": ":443"}
_SAFE = "/%!$&'()*+,;=:@~-._"
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")


def canonicalize_url(url: str | None) -> str | None:
    """The address all variants of a page share; None for what is no web address."""
    if not url:
        return None
    try:
        parts = urlsplit(_leave_cache(url.strip()))
        host = _canonicalize_host(parts.netloc, parts.scheme)
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not _HOST.fullmatch(host):
        return None
    scheme = parts.scheme if ":" in host else "https"  # a port of its own speaks one of the two only
    fragment = parts.fragment if _FRAGMENT.fullmatch(parts.fragment) else ""
    return urlunsplit((scheme, host, _canonicalize_path(parts.path), _canonicalize_query(parts.query), fragment))


def _leave_cache(url: str) -> str:
    """The publisher's own address behind Google's AMP viewer or the AMP cache."""
    for pattern in (_CACHE, _AMP_CDN):
        match = pattern.match(url)
        if match:
            return f"http{'s' if match[1] else ''}://{url[match.end() :]}"
    return url


def _canonicalize_host(netloc: str, scheme: str) -> str:
    host = netloc.rpartition("@")[2].lower().removesuffix(_PORTS.get(scheme, ""))
    name, colon, port = host.partition(":")
    name = _MOBILE.sub("", name.rstrip("."))
    if not name.isascii():
        name = name.encode("idna").decode("ascii")
    return name + colon + port


def _canonicalize_path(path: str) -> str:
    """One spelling of the path: escapes upper-case and only where needed, no AMP part, no slash at the end."""
    path = re.sub(r"/{2,}", "/", path)
    path = _AMP_PATH.sub("", path)
    path = quote(_ESCAPE.sub(_plain, path), safe=_SAFE)
    return path.rstrip("/") or "/"


def _plain(escape: re.Match[str]) -> str:
    char = unquote(escape[0], errors="replace")
    return char if _UNRESERVED.fullmatch(char) else escape[0].upper()


def _canonicalize_query(query: str) -> str:
    """What tells pages apart, in one order; values stay as the source wrote them."""
    if not query:
        return ""
    return "&".join(sorted(pair for pair in query.split("&") if pair and not _is_noise(pair)))


def _is_noise(pair: str) -> bool:
    name, _, value = pair.partition("=")
    name = unquote(name).lower()
    if name in _TRACKING or name.startswith(_TRACKING_PREFIXES):
        return True
    return (name in {"amp", "_amp", "isamp"} and value.lower() in _AMP_VALUES) or (
        name == "outputtype" and value.lower() == "amp"
    )
