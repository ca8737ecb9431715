"""Polite, bounded HTTP: one page or one file, with limits on time, size, redirects and retries.

Knows nothing of sources, of what a file should hold or where it is kept. No credentials are ever sent.
"""

from __future__ import annotations

import logging
import os
import random
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from orchestration.ingest.live_rules import check_address, host_of

log = logging.getLogger(__name__)
T = TypeVar("T")
Allows = Callable[[str], bool]

RETRIED = {202, 408, 425, 429, 500, 502, 503, 504}
MAX_REDIRECTS = 6
MAX_PAGE_BYTES = 10 * 1024**2
CHUNK = 64 * 1024
WORDS = {
    202: "the publisher is still preparing the file",
    401: "the publisher asks for a login",
    403: "the publisher refuses automatic downloads",
    404: "there is nothing at this address any more",
    410: "the publisher has removed it",
    429: "the publisher asks for fewer requests",
}
FIXES = {
    401: "download it in a browser and put it in the input folder",
    403: "set EQUITY_CONTACT so that they can tell who asks, or download it in a browser and put it in the "
    "input folder",
    404: "look for the new address and correct the declaration",
    410: "look for its successor and correct the declaration",
}


class FetchError(Exception):
    """A request that gave nothing usable; the message says why, and what to do where that is known.

    Attributes:
        retry: whether trying again may help.
        wait: seconds that the publisher asks to wait before, or None.
        dead: no answer came at all, so further requests to the host are tried once only.
    """

    def __init__(
        self, message: str, *, retry: bool = False, wait: float | None = None, dead: bool = False
    ) -> None:
        super().__init__(message)
        self.retry = retry
        self.wait = wait
        self.dead = dead


@dataclass(frozen=True)
class HttpSettings:
    """How patient and how polite to be.

    Attributes:
        contact: e-mail or web address named in the User-Agent, so that a publisher can reach the user.
        connect_timeout: seconds to wait for a connection.
        read_timeout: seconds without a single byte.
        deadline: seconds for one page or file, with all its retries and pauses.
        attempts: tries of one page or file.
        backoff: seconds before the second try; doubled before each further one, and varied by half.
        longest_wait: a publisher that asks for a longer pause is left alone for this run.
        pause: seconds between two requests.
        mirror: address that stands in for every publisher: `<mirror>/<host>/<path>` is asked instead.
        seed: makes the variation of the pauses repeatable.
    """

    contact: str = ""
    connect_timeout: float = 10
    read_timeout: float = 60
    deadline: float = 900
    attempts: int = 4
    backoff: float = 2
    longest_wait: float = 120
    pause: float = 0.5
    mirror: str = ""
    seed: int | None = None

    @property
    def user_agent(self) -> str:
        """Names the product and whom to ask. `Mozilla/5.0 (compatible; …)` is how robots say who they
        are to sites that refuse every other beginning.
        """
        contact = "".join(sign for sign in self.contact if sign.isprintable() and sign not in "()")
        return "; ".join(
            part for part in ("Mozilla/5.0 (compatible", "equity-audit/0.1", contact.strip()) if part
        ) + ")"  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """A page: its text and the address that gave it in the end."""

    text: str
    address: str


@dataclass(frozen=True)
class Download:
    """A body on disk, complete and counted.

    Attributes:
        path: temporary file; the caller moves or removes it.
        bytes: its size, after decompression.
        address: the address that gave it in the end.
        headers: the answer's headers.
    """

    path: Path
    bytes: int
    address: str
    headers: Mapping[str, str]


class _NoLogin(requests.auth.AuthBase):
    """Keeps requests from reading passwords out of ~/.netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def _retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds of a Retry-After header, which holds a number or a date; None where it holds neither."""
    if not header:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        when = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


def _plain(error: BaseException) -> str:
    """What went wrong on the line, in words."""
    text = f"{type(error).__name__} {error}"
    for sign, words in (
        ("NameResolution", "the host's name is not known"),
        ("getaddrinfo", "the host's name is not known"),
        ("SSL", "the host's certificate could not be checked (set REQUESTS_CA_BUNDLE on a network that "
                "inspects traffic)"),
        ("ConnectTimeout", "no connection in time"),
        ("Read timed out", "no data in time"),
        ("ReadTimeout", "no data in time"),
        ("IncompleteRead", "the body ended early"),
        ("refused", "the connection was refused"),
        ("Proxy", "the proxy did not let it through"),
    ):  # fmt: skip
        if sign in text:
            return words
    return "the connection broke off"


@dataclass
class Client:
    """Asks one publisher after another.

    Attributes:
        settings: limits and manners.
        sleep, clock, now: how to wait, a monotonic clock in seconds, the time of day (for tests).
        requests_made: requests sent so far.
    """

    settings: HttpSettings = field(default_factory=HttpSettings)
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    requests_made: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.settings.seed)
        self._dead: set[str] = set()
        self._session = requests.Session()
        self._session.auth = _NoLogin()
        self._session.headers.update(
            {"User-Agent": self.settings.user_agent, "Accept": "*/*", "Accept-Encoding": "gzip"}
        )

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def page(self, address: str, allows: Allows) -> Answer:
        """A page or an API's answer as text.

        Raises:
            FetchError: after all tries, with the last reason.
        """

        def once(end: float) -> Answer:
            response, final = self._open(address, allows, {}, end)
            with response:
                if response.status_code != 200:
                    raise self._refusal(response)
                parts: list[bytes] = []
                self._read(response, end, MAX_PAGE_BYTES, parts.append)
            charset = response.encoding if "charset" in response.headers.get("Content-Type", "") else None
            try:
                text = b"".join(parts).decode(charset or "utf-8", errors="replace")
            except LookupError:
                text = b"".join(parts).decode("utf-8", errors="replace")
            return Answer(text, final)

        return self._tries(address, once)

    def download(
        self,
        address: str,
        allows: Allows,
        folder: Path,
        max_bytes: int,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> Download | None:
        """A file's body in a temporary file of `folder`; None when the publisher says "not modified".

        Raises:
            FetchError: after all tries, with the last reason.
            OSError: when the folder cannot be written to.
        """
        conditions = {}
        if etag:
            conditions["If-None-Match"] = etag
        if last_modified:
            conditions["If-Modified-Since"] = last_modified

        def once(end: float) -> Download | None:
            response, final = self._open(address, allows, conditions, end)
            with response:
                if response.status_code == 304 and conditions:
                    return None
                if response.status_code != 200:
                    raise self._refusal(response)
                handle, name = tempfile.mkstemp(dir=folder, prefix=".fetch-", suffix=".part")
                path = Path(name)
                try:
                    with os.fdopen(handle, "wb") as out:
                        size = self._read(response, end, max_bytes, out.write)
                        out.flush()
                        os.fsync(out.fileno())
                except BaseException:
                    path.unlink(missing_ok=True)
                    raise
                return Download(path, size, final, dict(response.headers))

        return self._tries(address, once)

    def _tries(self, address: str, once: Callable[[float], T]) -> T:
        """Call `once` until it succeeds, the tries or the time are used up, or trying is no use."""
        host = host_of(address)
        end = self.clock() + self.settings.deadline
        attempts = 1 if host in self._dead else max(1, self.settings.attempts)
        for attempt in range(1, attempts + 1):
            try:
                return once(end)
            except FetchError as error:
                if not error.retry or attempt == attempts:
                    if error.dead:
                        self._dead.add(host)
                    raise
                wait = self.settings.backoff * 2 ** (attempt - 1)
                wait *= self._random.uniform(0.75, 1.25)
                if error.wait is not None:
                    if error.wait > self.settings.longest_wait:
                        raise FetchError(
                            f"{error} (the publisher asks to wait {error.wait:.0f} s; ask again later)"
                        ) from error
                    wait = max(wait, error.wait)
                if self.clock() + wait >= end:
                    raise FetchError(
                        f"{error} (given up after {self.settings.deadline:.0f} s)", dead=error.dead
                    ) from error
                log.info("%s: %s; next try in %.0f s", host, error, wait)
                self.sleep(wait)
        raise AssertionError("unreachable: the last try returns or raises")

    def _open(
        self, address: str, allows: Allows, conditions: Mapping[str, str], end: float
    ) -> tuple[requests.Response, str]:
        """Follow redirects by hand, so that each is checked before it is asked."""
        seen = []
        while True:
            seen.append(address)
            if self.requests_made:
                self.sleep(self.settings.pause)
            self.requests_made += 1
            response = self._send(self._route(address), conditions, end)
            location = response.headers.get("Location")
            if response.status_code not in (301, 302, 303, 307, 308) or not location:
                return response, address
            response.close()
            target = self._unroute(urljoin(address, location)).split("#")[0]
            try:
                check_address(target)
            except ValueError as error:
                raise FetchError(f"redirected to an address that is not followed: {error}") from error
            if urlsplit(address).scheme == "https" and urlsplit(target).scheme != "https":
                raise FetchError("redirected from https to http, which is not followed")
            if not allows(target):
                raise FetchError(
                    f"redirected to {host_of(target)}, which is not followed: add it to `hosts` in the "
                    "declaration if it is the publisher's"
                )
            if target in seen or len(seen) > MAX_REDIRECTS:
                raise FetchError("the publisher's redirects lead nowhere (a loop, or too many)")
            address = target

    def _route(self, address: str) -> str:
        if not self.settings.mirror:
            return address
        parts = urlsplit(address)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self.settings.mirror.rstrip('/')}/{parts.netloc}{parts.path}{query}"

    def _unroute(self, address: str) -> str:
        """A redirect inside the mirror names the mirror: turn it back into the publisher's address."""
        mirror = self.settings.mirror.rstrip("/")
        if mirror and address.startswith(f"{mirror}/"):
            return f"https://{address[len(mirror) + 1 :]}"
        return address

    def _send(self, address: str, conditions: Mapping[str, str], end: float) -> requests.Response:
        """Send one request and wait for the headers, at most until `end`.

        It runs on a thread of its own because no timeout covers looking up a name, or headers that
        arrive letter by letter.
        """
        left = max(0.1, end - self.clock())
        timeout = (min(self.settings.connect_timeout, left), min(self.settings.read_timeout, left))
        result: list[requests.Response | BaseException] = []
        given_up = threading.Event()

        def ask() -> None:
            try:
                response = self._session.get(
                    address, headers=dict(conditions), timeout=timeout, stream=True, allow_redirects=False
                )
            except BaseException as error:  # handed to the caller below
                result.append(error)
                return
            result.append(response)
            if given_up.is_set():
                response.close()

        worker = threading.Thread(target=ask, name="fetch", daemon=True)
        worker.start()
        worker.join(left)
        if not result:
            given_up.set()
            raise FetchError("no answer in time", retry=True, dead=True)
        if isinstance(result[0], requests.Response):
            return result[0]
        error = result[0]
        if isinstance(error, (requests.RequestException, urllib3.exceptions.HTTPError, OSError)):
            raise FetchError(_plain(error), retry=True, dead=True) from error
        raise error

    def _read(
        self,
        response: requests.Response,
        end: float,
        max_bytes: int,
        write: Callable[[bytes], object],
    ) -> int:
        """Pass the decoded body on as it arrives; returns its size in bytes."""
        announced = response.headers.get("Content-Length", "")
        too_large = FetchError(
            f"larger than the limit of {max_bytes / 1024**2:.0f} MB: raise `max_mb` in the declaration if "
            "the file is right"
        )
        if announced.isdigit() and int(announced) > max_bytes:
            raise too_large
        size = 0
        while True:
            try:
                # read1 returns what has arrived, so a trickle cannot outlast the deadline
                piece = response.raw.read1(CHUNK, decode_content=True)
            except (urllib3.exceptions.HTTPError, OSError, EOFError) as error:
                raise FetchError(_plain(error), retry=True) from error
            if not piece:
                break
            size += len(piece)
            if size > max_bytes:
                raise too_large
            write(piece)
            if self.clock() > end:
                raise FetchError(f"not complete after {self.settings.deadline:.0f} s")
        arrived = response.raw.tell()
        if announced.isdigit() and arrived != int(announced):
            raise FetchError(
                f"the body ended early: {arrived:,} of {int(announced):,} bytes arrived", retry=True
            )
        return size

    def _refusal(self, response: requests.Response) -> FetchError:
        status = response.status_code
        words = WORDS.get(status) or (
            "the publisher's server has a fault" if status >= 500 else "an answer that was not expected"
        )
        fix = f": {FIXES[status]}" if status in FIXES else ""
        wait = _retry_after(response.headers.get("Retry-After"), self.now())
        return FetchError(f"HTTP {status}, {words}{fix}", retry=status in RETRIED, wait=wait)
