"""Polite, bounded HTTP: one page or one file, with limits on time, size, redirects and retries.

Knows nothing of sources, of what a file should hold or where it is kept. No credentials are ever sent.
"""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from orchestration.ingest.live_rules import check_address, host_of

log = logging.getLogger(__name__)
Allows = Callable[[str], bool]

RETRIED = {202, 408, 425, 429, 500, 502, 503, 504}
REDIRECTS = {301, 302, 303, 307, 308}
MAX_REDIRECTS = 6
MAX_PAGE_BYTES = 10 * 1024**2
LONGEST_WAIT = 120
CHUNK = 64 * 1024
BY_HAND = "download it in a browser and put it in the input folder"
REFUSALS = {
    202: "the publisher is still preparing the file",
    401: f"the publisher asks for a login: {BY_HAND}",
    403: f"the publisher refuses automatic downloads: set EQUITY_CONTACT so that they can tell who asks, or {BY_HAND}",
    404: "there is nothing at this address any more: look for the new one and correct the declaration",
    410: "the publisher has removed it: look for its successor and correct the declaration",
    429: "the publisher asks for fewer requests",
}
# beginnings of what Python's libraries say, first match wins
BROKEN_OFF = {
    "NameResolution": "the host's name is not known",
    "getaddrinfo": "the host's name is not known",
    "Proxy": "the proxy did not let it through",
    "SSL": "the host's certificate could not be checked (on a network that inspects traffic, set "
    "REQUESTS_CA_BUNDLE to its certificates)",
    "ConnectTimeout": "no connection in time",
    "timed out": "no data in time",
    "ReadTimeout": "no data in time",
    "IncompleteRead": "the body ended early",
    "refused": "the connection was refused",
}


class FetchError(Exception):
    """A request that gave nothing usable; the message says why, and what to do where that is known.

    Attributes:
        retry: whether trying again may help.
        wait: seconds that the publisher asks to wait before.
        dead: no answer came at all, so further requests to the host are tried once only.
    """

    def __init__(self, message: str, *, retry: bool = False, wait: float = 0, dead: bool = False) -> None:
        super().__init__(message)
        self.retry = retry
        self.wait = wait
        self.dead = dead


@dataclass(frozen=True)
class Answer:
    """A complete body's address after all redirects, and its headers."""

    address: str
    headers: Mapping[str, str]


class _NoLogin(requests.auth.AuthBase):
    """Keeps requests from reading passwords out of ~/.netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def _broken_off(error: BaseException) -> str:
    """What went wrong on the line, in words."""
    text = f"{type(error).__name__} {error}"
    return next((words for sign, words in BROKEN_OFF.items() if sign in text), "the connection broke off")


@dataclass
class Client:
    """Asks one publisher after another.

    Attributes:
        contact: e-mail or web address named in the User-Agent, so that a publisher can reach the user.
        connect_timeout: seconds to wait for a connection.
        read_timeout: seconds without a single byte.
        deadline: seconds for one page or file, with all its retries and pauses.
        attempts: tries of one page or file.
        backoff: seconds before the second try; doubled before each further one.
        pause: seconds between two requests.
        session, sleep, clock: how to send, how to wait, a monotonic clock in seconds.
    """

    contact: str = ""
    connect_timeout: float = 10
    read_timeout: float = 60
    deadline: float = 900
    attempts: int = 4
    backoff: float = 2
    pause: float = 0.5
    session: requests.Session = field(default_factory=requests.Session)
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._dead: set[str] = set()
        self._asked = False
        # "Mozilla/5.0 (compatible; …)" is how robots name themselves to sites that refuse other beginnings
        names = ["compatible", "equity-audit", *([self.contact] if self.contact else [])]
        self.session.auth = _NoLogin()
        self.session.headers["User-Agent"] = f"Mozilla/5.0 ({'; '.join(names)})"
        self.session.headers["Accept-Encoding"] = "gzip"

    def page(self, address: str, allows: Allows) -> tuple[str, str]:
        """A page's or an API's text, and its address after all redirects.

        Raises:
            FetchError: after all tries, with the last reason.
        """
        body = io.BytesIO()
        answer = self.get(address, allows, body, MAX_PAGE_BYTES)
        assert answer is not None
        return body.getvalue().decode("utf-8", errors="replace"), answer.address

    def get(
        self,
        address: str,
        allows: Allows,
        out: BinaryIO,
        max_bytes: int,
        conditions: Mapping[str, str] | None = None,
    ) -> Answer | None:
        """Write a body to `out`; None when the publisher says that it has not changed.

        Args:
            address: what to ask for.
            allows: whether a redirect may be followed to an address.
            out: emptied before each try.
            max_bytes: limit of the body after decompression.
            conditions: If-None-Match and If-Modified-Since.

        Raises:
            FetchError: after all tries, with the last reason.
        """
        host = host_of(address)
        end = self.clock() + self.deadline
        attempts = 1 if host in self._dead else self.attempts
        for attempt in range(1, attempts + 1):
            try:
                out.seek(0)
                out.truncate()
                return self._once(address, allows, out, max_bytes, conditions or {}, end)
            except FetchError as error:
                wait = max(self.backoff * 2 ** (attempt - 1), error.wait)
                if not error.retry or attempt == attempts:
                    if error.dead:
                        self._dead.add(host)
                    raise
                if wait > LONGEST_WAIT or self.clock() + wait >= end:
                    raise FetchError(f"{error} (it would take another {wait:.0f} s: try later)") from error
                log.info("%s: %s; next try in %.0f s", host, error, wait)
                self.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _once(
        self,
        address: str,
        allows: Allows,
        out: BinaryIO,
        max_bytes: int,
        conditions: Mapping[str, str],
        end: float,
    ) -> Answer | None:
        """Follow redirects by hand, so that each is checked before it is asked, and read the body."""
        seen = []
        while True:
            seen.append(address)
            with self._send(address, conditions, end) as response:
                location = response.headers.get("Location")
                if response.status_code in REDIRECTS and location:
                    address = _redirected(address, location, allows)
                    if address in seen or len(seen) > MAX_REDIRECTS:
                        raise FetchError("the publisher's redirects lead nowhere (a loop, or too many)")
                    continue
                if response.status_code == 304 and conditions:
                    return None
                if response.status_code != 200:
                    raise _refusal(response)
                self._read(response, out, max_bytes, end)
                return Answer(address, dict(response.headers))

    def _send(self, address: str, conditions: Mapping[str, str], end: float) -> requests.Response:
        """Send one request and wait for the headers."""
        if self._asked:
            self.sleep(self.pause)
        self._asked = True
        left = max(0.1, end - self.clock())
        timeout = (min(self.connect_timeout, left), min(self.read_timeout, left))
        try:
            return self.session.get(
                address, headers=dict(conditions), timeout=timeout, stream=True, allow_redirects=False
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise FetchError(_broken_off(error), retry=True, dead=True) from error

    def _read(self, response: requests.Response, out: BinaryIO, max_bytes: int, end: float) -> None:
        """Pass the decoded body on as it arrives."""
        announced = response.headers.get("Content-Length", "")
        size = int(announced) if announced.isdigit() else 0
        written = 0
        while True:
            if max(size, written) > max_bytes:
                raise FetchError(
                    f"larger than the limit of {max_bytes / 1024**2:.0f} MB: raise `max_mb` in the "
                    "declaration if the file is right"
                )
            if self.clock() > end:
                raise FetchError(f"not complete after {self.deadline:.0f} s")
            try:
                # read1 returns what has arrived, so a trickle cannot outlast the deadline
                piece = response.raw.read1(CHUNK, decode_content=True)
            except (urllib3.exceptions.HTTPError, OSError, EOFError) as error:
                raise FetchError(_broken_off(error), retry=True) from error
            if not piece:
                break
            written += out.write(piece)
        arrived = response.raw.tell()
        if announced and arrived != size:
            raise FetchError(f"the body ended early: {arrived:,} of {size:,} bytes arrived", retry=True)


def _redirected(address: str, location: str, allows: Allows) -> str:
    """The address that a redirect leads to.

    Raises:
        FetchError: when it must not be followed.
    """
    try:
        target = check_address(urljoin(address, location).split("#")[0])
    except ValueError as error:
        raise FetchError(f"redirected to an address that is not followed: {error}") from error
    if urlsplit(address).scheme == "https" and urlsplit(target).scheme != "https":
        raise FetchError("redirected from https to http, which is not followed")
    if not allows(target):
        raise FetchError(
            f"redirected to {host_of(target)}, which is not followed: add it to `hosts` in the declaration "
            "if it is the publisher's"
        )
    return target


def _refusal(response: requests.Response) -> FetchError:
    status = response.status_code
    words = REFUSALS.get(status) or (
        "the publisher's server has a fault" if status >= 500 else "an answer that was not expected"
    )
    asked = response.headers.get("Retry-After", "").strip()
    return FetchError(
        f"HTTP {status}, {words}", retry=status in RETRIED, wait=float(asked) if asked.isdigit() else 0
    )
