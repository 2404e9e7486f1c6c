"""One request and its answer, within the caps; every way in which it can fail becomes one sentence."""

from __future__ import annotations

import errno
import http.client
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import urllib3
from requests import PreparedRequest, RequestException, Response, Session
from requests.structures import CaseInsensitiveDict

from collectors.network.address import Target
from collectors.network.deadline import Watch
from collectors.network.unpack import UnpackError, unpack, unpack_some
from collectors.network.wire import RefusedError

MAX_WIRE = 10 * 1024 * 1024
MAX_ERROR_BODY = 64 * 1024
_PIECE = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class ExchangeError(Exception):
    """No complete answer; `str()` continues a sentence that begins with the address."""

    def __init__(self, what: str, *, permanent: bool = False, status: int | None = None) -> None:
        super().__init__(what)
        self.permanent = permanent
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said to one request."""

    status: int
    headers: Mapping[str, str]
    body: bytes  # whole and unpacked for a 2xx, else its beginning

    @property
    def location(self) -> str | None:
        """Where a redirect leads; None for any other answer."""
        return self.headers.get("location") if self.status in _REDIRECTS else None


def send(
    session: Session, target: Target, headers: Mapping[str, str], watch: Watch, cut: int | None = None
) -> Answer:
    """Ask once, and read the answer: whole if it is a 2xx (or its first `cut` bytes), else its beginning."""
    request = PreparedRequest()
    request.method, request.url, request.headers = "GET", target.url, CaseInsensitiveDict(headers)
    try:
        response = _open(session, request, watch)
        try:
            answer = _read(response, cut)
        finally:
            watch.taken += response.raw.tell()
            response.raw.close()  # a connection whose answer was read to its end is back in the pool by now
        if answer.status < 300:
            watch.left()  # a body that ends with the connection looks whole when it was cut by the deadline
    except (RefusedError, UnpackError, RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise _explain(error, watch) from error
    except http.client.HTTPException as error:
        raise _explain(error, watch) from error
    finally:
        watch.attach(None)
    return answer


def _open(session: Session, request: PreparedRequest, watch: Watch) -> Response:
    """Send a request; once more if the connection was an old one that the server had closed meanwhile."""
    watch.fresh = False
    try:
        return session.send(request, stream=True, timeout=watch.left(), allow_redirects=False, proxies={})
    except RequestException as error:
        stale = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)
        if watch.fresh or watch.expired or not any(isinstance(cause, stale) for cause in _causes(error)):
            raise
    return session.send(request, stream=True, timeout=watch.left(), allow_redirects=False, proxies={})


def _read(response: Response, cut: int | None) -> Answer:
    status = response.status_code
    headers = {name.lower(): value for name, value in response.raw.headers.items()}
    encoding = headers.get("content-encoding", "")
    if 200 <= status < 300 and status != 206 and cut is None:
        body = _read_whole(response)
        return Answer(status, headers, unpack(body, encoding) if encoding else body)
    limit = MAX_ERROR_BODY if cut is None or status >= 300 else cut
    if status in _REDIRECTS:
        limit = 0 if _announced(headers) > MAX_ERROR_BODY else limit
    try:
        body = _read_some(response, limit)
    except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError):
        if status < 300:
            raise
        body = b""  # what an error page says matters less than its status: a 429 must still be obeyed
    return Answer(status, headers, unpack_some(body, encoding, limit))


def _announced(headers: Mapping[str, str]) -> int:
    length = headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 16 else MAX_WIRE


def _read_whole(response: Response) -> bytes:
    pieces, size = [], 0
    while piece := response.raw.read(_PIECE, decode_content=False):
        size += len(piece)
        if size > MAX_WIRE:
            raise ExchangeError(f"sends more than {MAX_WIRE // 1024 // 1024} MiB", status=response.status_code)
        pieces.append(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _read_some(response: Response, limit: int) -> bytes:
    body: bytes = response.raw.read(limit, decode_content=False) if limit else b""
    if len(body) < limit:
        response.raw.read(1, decode_content=False)  # sees the end, so that the connection can be used again
    return body


def _explain(error: Exception, watch: Watch) -> ExchangeError:
    if isinstance(error, RefusedError):
        return ExchangeError(f"was not asked: {error}", permanent=error.permanent)
    if watch.expired:
        return ExchangeError("gave no complete answer in time")
    for cause in _causes(error):
        what = _name(cause)
        if what is not None:
            return ExchangeError(what)
    return ExchangeError(f"gave no usable answer ({type(error).__name__})")


def _name(cause: BaseException) -> str | None:  # noqa: PLR0911 - a table of cases
    if isinstance(cause, UnpackError):
        return str(cause)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"has a certificate that cannot be trusted: {cause.verify_message}"
    if isinstance(cause, ssl.SSLError):
        return f"cannot be talked to over TLS ({cause.reason or type(cause).__name__})"
    if isinstance(cause, TimeoutError | urllib3.exceptions.TimeoutError):
        return "gave no complete answer in time"
    if isinstance(cause, http.client.IncompleteRead | urllib3.exceptions.IncompleteRead):
        return "sent an incomplete answer"
    if isinstance(cause, ConnectionRefusedError):
        return "refuses the connection"
    if isinstance(cause, http.client.RemoteDisconnected | ConnectionResetError | BrokenPipeError):
        return "broke the connection off"
    if isinstance(cause, http.client.BadStatusLine | http.client.UnknownProtocol):
        return "does not answer in HTTP"
    if isinstance(cause, http.client.HTTPException):
        return f"sent a malformed answer: {str(cause)[:100]}"
    if isinstance(cause, OSError) and cause.errno in errno.errorcode:
        return f"cannot be reached: {cause.strerror}"
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what it wraps, the innermost first: requests wraps urllib3, which wraps http.client."""
    chain: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in chain:
        chain.append(following)
        inner = [
            part for part in (getattr(following, "reason", None), *following.args) if isinstance(part, BaseException)
        ]
        following = inner[0] if inner else following.__cause__
    return reversed(chain)
