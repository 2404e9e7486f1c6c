"""The connections under `requests`: they connect only where the guard allows, and read no more than they must."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

import certifi
from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from collectors.network.address import is_public, place
from collectors.network.answer import GuardedResponse
from collectors.network.deadline import Watch

_IDLE_POOLS = 32  # hosts whose connection is kept open for the next request
_MAX_LOOKUPS = 32  # names being looked up at one time; a dead resolver must not fill the process with threads

# Its warnings quote whole addresses, and a query may hold a secret; what goes wrong is said in our own errors.
logging.getLogger("urllib3").setLevel(logging.ERROR)

Resolve = Callable[[str, int], list[str]]


class RefusedError(Exception):
    """The guard let no connection be made; `str()` says why. Not an OSError, so that urllib3 passes it on."""

    def __init__(self, what: str, *, permanent: bool = True) -> None:
        super().__init__(what)
        self.permanent = permanent


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name, by the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class Guard:
    """Opens the sockets: looks the name up, checks every address of it, connects to one of those it checked."""

    def __init__(self, allow_hosts: frozenset[str], ports: frozenset[int], lookup: Resolve = resolve) -> None:
        self._allowed = allow_hosts
        self._ports = ports
        self._lookup = lookup
        self._lookups = threading.BoundedSemaphore(_MAX_LOOKUPS)
        self._running = threading.local()

    @property
    def watch(self) -> Watch:
        """The watch of the request that this thread is making."""
        watch: Watch = self._running.watch
        return watch

    @watch.setter
    def watch(self, watch: Watch) -> None:
        self._running.watch = watch

    def open(self, host: str, port: int) -> socket.socket:
        """A connected socket; RefusedError where the address is not permitted."""
        allowed = place(host.rstrip(".").lower(), port) in self._allowed
        if not allowed and port not in self._ports:
            raise RefusedError(f"port {port} is not one of {', '.join(map(str, sorted(self._ports)))}")
        addresses = self._find(host, port)
        if not allowed:
            for address in addresses:
                if not is_public(address):
                    raise RefusedError(
                        f"{host} is {address}, which is not on the open internet (allow_hosts permits it)"
                    )
        return self._connect(addresses, port)

    def _find(self, host: str, port: int) -> list[str]:
        try:
            socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
        except OSError:
            return self._look_up(host, port)
        return [host]

    def _look_up(self, host: str, port: int) -> list[str]:
        """Look a name up in a thread that is abandoned when time is up: getaddrinfo knows no timeout."""
        if not self._lookups.acquire(timeout=self.watch.left()):
            raise RefusedError("the name server does not answer", permanent=False)
        answer: SimpleQueue[list[str] | OSError | UnicodeError] = SimpleQueue()
        threading.Thread(target=self._ask, args=(host, port, answer), name="fetch-lookup", daemon=True).start()
        try:
            found = answer.get(timeout=self.watch.left())
        except Empty:
            raise RefusedError(f"the name {host} could not be looked up in time", permanent=False) from None
        if not isinstance(found, list) or not found:
            raise RefusedError(f"the name {host} is not known", permanent=False)
        return found

    def _ask(self, host: str, port: int, answer: SimpleQueue[list[str] | OSError | UnicodeError]) -> None:
        try:
            answer.put(self._lookup(host, port))
        except (OSError, UnicodeError) as error:
            answer.put(error)
        finally:
            self._lookups.release()

    def _connect(self, addresses: list[str], port: int) -> socket.socket:
        watch = self.watch
        watch.fresh = True
        failure = OSError("no address")
        for number, address in enumerate(addresses):
            sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
            try:
                sock.settimeout(watch.left() / (len(addresses) - number))
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.connect((address, port))
                sock.settimeout(watch.left())
            except OSError as error:
                sock.close()
                failure = error
            else:
                watch.attach(sock)
                return sock
        raise failure


class _Guarded(HTTPConnection):
    """A connection that only the guard opens, under the watch of the request that uses it."""

    response_class = GuardedResponse

    def __init__(self, *args: Any, guard: Guard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._guard = guard

    def _new_conn(self) -> socket.socket:
        return self._guard.open(self._dns_host, self.port)

    def connect(self) -> None:
        super().connect()
        self._guard.watch.attach(self.sock)

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:
            self._guard.watch.attach(self.sock)
        super().request(*args, **kwargs)


class _GuardedTLS(_Guarded, HTTPSConnection):
    """The same over TLS; the certificate is verified against the name, not against the address."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Guarded


class _PoolTLS(HTTPSConnectionPool):
    ConnectionCls = _GuardedTLS


class _Adapter(HTTPAdapter):
    """requests' adapter with guarded connections, one TLS context for all, and no cookies."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._lock = threading.Lock()
        super().__init__(pool_connections=_IDLE_POOLS, pool_maxsize=1)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": partial(_Pool, guard=self._guard),
            "https": partial(_PoolTLS, guard=self._guard),
        }

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """The context verifies; loading a bundle again for each connection costs 20 ms."""

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        settings = self.poolmanager.connection_pool_kw
        if host["scheme"] == "https" and "ssl_context" not in settings:
            with self._lock:  # made when first needed: reading all authorities takes 30 ms
                settings.setdefault("ssl_context", _make_context())
        return host, {}

    def build_response(self, req: PreparedRequest, resp: BaseHTTPResponse) -> Response:
        response = Response()
        response.status_code = resp.status
        response.headers = CaseInsensitiveDict(resp.headers)
        response.raw = resp
        response.url = str(req.url)
        response.request = req
        return response


class _Session(Session):
    def get_redirect_target(self, resp: Response) -> None:
        """None: requests would read and unpack a redirect's whole body (2 GB for a bomb of 1 MB)."""


def make_session(guard: Guard) -> Session:
    """A Session without environment, cookies or redirects, whose every connection the guard opens."""
    session = _Session()
    session.trust_env = False
    adapter = _Adapter(guard)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _make_context() -> ssl.SSLContext:
    """The system's authorities and certifi's; TLS 1.2 or newer; the name is verified."""
    context = ssl.create_default_context()
    context.load_verify_locations(cafile=certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
