"""A web server on 127.0.0.1 that answers as the publishers do, and misbehaves as the web does.

For tests only. `serve()` starts it; `Publisher.session()` sends every request for any host to it, so that
tests use the publishers' own addresses and no other network.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import requests
from requests.adapters import HTTPAdapter

CSV = "text/csv; charset=utf-8"
HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
DIGITAL = "https://digital.nhs.uk/data-and-information/publications/statistical"
FINGERTIPS = "https://fingertips.phe.org.uk/api/"


@dataclass(frozen=True)
class Asked:
    """One request as it came in; `address` is the publisher's, without the query."""

    address: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]


@dataclass
class Reply:
    """What to send back.

    Attributes:
        claim: Content-Length to announce in place of the true one.
        drip: seconds to wait after each byte of the body.
        hang: seconds to wait before anything.
        chunked: send the body in chunks, without a Content-Length.
        cut: close the connection after this many bytes of the body.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    claim: int | None = None
    drip: float = 0
    hang: float = 0
    chunked: bool = False
    cut: int | None = None


Answerer = Callable[[Asked], Reply]


def text_reply(text: str, content_type: str = CSV, **more: Any) -> Reply:
    return Reply(text.encode(), headers={"Content-Type": content_type}, **more)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = Asked(parts.path.lstrip("/"), parse_qs(parts.query), dict(self.headers.items()))
        publisher = self.server.publisher
        with publisher.lock:
            publisher.asked.append(asked)
        answer = publisher.routes.get(asked.address)
        try:
            self._send(answer(asked) if answer else not_found())
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _send(self, reply: Reply) -> None:
        stopped = self.server.publisher.stopped
        stopped.wait(reply.hang)
        head = [f"HTTP/1.1 {reply.status} Answer", f"Date: {formatdate(usegmt=True)}"]
        head += [f"{name}: {value}" for name, value in reply.headers.items()]
        if reply.chunked:
            head.append("Transfer-Encoding: chunked")
        elif reply.status != 304:
            head.append(f"Content-Length: {len(reply.body) if reply.claim is None else reply.claim}")
        self.wfile.write(("\r\n".join(head) + "\r\n\r\n").encode())
        body = reply.body if reply.cut is None else reply.body[: reply.cut]
        if reply.chunked:
            for start in range(0, len(body), 1000):
                piece = body[start : start + 1000]
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            if reply.cut is None:
                self.wfile.write(b"0\r\n\r\n")
        elif reply.drip:
            for index in range(len(body)):
                if stopped.wait(reply.drip):
                    break
                self.wfile.write(body[index : index + 1])
        else:
            self.wfile.write(body)
        if reply.cut is not None or reply.claim is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    publisher: Publisher

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are part of the tests."""


class _ToPublisher(HTTPAdapter):
    """Takes a request for any host to the local server, the host first in the path."""

    def __init__(self, publisher: Publisher) -> None:
        super().__init__()
        self.publisher = publisher

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        sent = request.copy()
        sent.url = f"{self.publisher.address}/{request.url.split('://', 1)[1]}"
        return super().send(sent, **options | {"proxies": {}})


@dataclass
class Publisher:
    """The running server: its address, its routes, and every request that it saw."""

    address: str
    routes: dict[str, Answerer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopped: threading.Event = field(default_factory=threading.Event)

    def session(self) -> requests.Session:
        """A session whose every request comes here."""
        session = requests.Session()
        for scheme in ("http://", "https://"):
            session.mount(scheme, _ToPublisher(self))
        return session

    def at(self, address: str, answer: Answerer | Reply) -> str:
        """Answer requests for a publisher's address so, whatever their query; returns the address."""
        parts = urlsplit(address)
        self.routes[f"{parts.netloc}{parts.path}"] = answer if callable(answer) else lambda asked: answer
        return address

    def everything(self, reply: Reply) -> None:
        """Answer every known address so."""
        self.routes = {address: lambda asked: reply for address in self.routes}

    def count(self, address: str) -> int:
        """How often an address was asked for."""
        parts = urlsplit(address)
        return [asked.address for asked in self.asked].count(f"{parts.netloc}{parts.path}")


@contextmanager
def serve() -> Iterator[Publisher]:
    """A server on a free port of 127.0.0.1, stopped at the end."""
    server = _Server(("127.0.0.1", 0), _Handler)
    publisher = Publisher(f"http://127.0.0.1:{server.server_address[1]}")
    server.publisher = publisher
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield publisher
    finally:
        publisher.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


class Waits:
    """A clock that moves on only when somebody waits, and the record of the waits."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.started = time.monotonic()

    def sleep(self, seconds: float) -> None:
        if seconds:
            self.waits.append(seconds)

    def clock(self) -> float:
        return self.started + sum(self.waits)


# Ways to answer ------------------------------------------------------------------------------------


def not_found() -> Reply:
    return text_reply("<!DOCTYPE html><html><h1>Page not found</h1></html>", HTML, status=404)


def file_of(body: bytes | str, etag: bool = True, modified: str = "") -> Answerer:
    """A file with an ETag or a Last-Modified; 304 to whoever holds it already."""
    content = body.encode() if isinstance(body, str) else body
    mark = f'"{hashlib.sha256(content).hexdigest()[:16]}"'

    def answer(asked: Asked) -> Reply:
        headers = {"Content-Type": CSV}
        if etag:
            headers["ETag"] = mark
        if modified:
            headers["Last-Modified"] = modified
        known = (etag and asked.headers.get("If-None-Match") == mark) or (
            modified and not etag and asked.headers.get("If-Modified-Since") == modified
        )
        return Reply(status=304, headers=headers) if known else Reply(content, headers=headers)

    return answer


def in_turn(*answers: Reply | Answerer) -> Answerer:
    """One answer after another; the last one for ever."""
    left = list(answers)

    def answer(asked: Asked) -> Reply:
        now = left.pop(0) if len(left) > 1 else left[0]
        return now(asked) if callable(now) else now

    return answer


def redirect(to: str, status: int = 302) -> Reply:
    return Reply(status=status, headers={"Location": to})


def gzipped(body: bytes) -> Reply:
    return Reply(gzip.compress(body), headers={"Content-Type": CSV, "Content-Encoding": "gzip"})


# The publishers' shapes ------------------------------------------------------------------------------


def nhs_index(path: str, slugs: Sequence[str], upcoming: Sequence[str] = ()) -> Reply:
    """A series page of digital.nhs.uk: latest, upcoming and past publications, and a navigation."""

    def item(slug: str) -> str:
        return f'<li><h3><a class="cta__button" href="{path}/{slug}">{slug} &amp; more</a></h3></li>'

    return text_reply(
        f"""<!DOCTYPE html>
<html lang="en"><head><title>NHS England Digital</title></head><body>
<nav><a href="/data-and-information">Data</a> <a href="/services">Services</a>
<a href="{path}">This page</a> <a href="#past">Past</a> <a href="mailto:a@b.c">Write</a>
<a href="http://[broken">Broken</a></nav>
<h2>Latest statistics</h2><ul>{item(slugs[0])}</ul>
<h2>Upcoming publications</h2><ul>{"".join(item(slug) for slug in upcoming)}</ul>
<h2 id="past">Past publications</h2><ul>{"".join(item(slug) for slug in slugs[1:])}</ul>
<script>var a = '<a href="{path}/not-a-link">x</a>';</script>
</body></html>""",
        HTML,
    )


def nhs_release(addresses: Sequence[str]) -> Reply:
    """A release page of digital.nhs.uk with its files."""
    listed = "".join(
        f'<li><a class="attachment" href="{address}"><span>File</span> [CSV, size: 7.9 MB]</a></li>'
        for address in addresses
    )
    return text_reply(
        f"""<!DOCTYPE html><html><body><h1>Publication, Part of</h1>
<a href="https://www.gov.uk/open-government-licence">Licence</a>
<h2>Resources</h2><ul>{listed}</ul></body></html>""",
        HTML,
    )


def nhs_file(name: str, content: bytes | str) -> str:
    """`files.digital.nhs.uk/<2 hex>/<6 hex>/<name>`: another one for other bytes, not to be guessed."""
    body = content.encode() if isinstance(content, str) else content
    mark = hashlib.md5(name.encode() + body, usedforsecurity=False).hexdigest().upper()
    return f"https://files.digital.nhs.uk/{mark[:2]}/{mark[2:8]}/{quote(name)}"


def nhs_series(
    publisher: Publisher, address: str, releases: Mapping[str, Mapping[str, bytes | str]]
) -> dict[str, str]:
    """A whole series: index, release pages, files. Returns the address of each file by its name."""
    publisher.at(address, nhs_index(urlsplit(address).path, list(releases)))
    found = {}
    for slug, files in releases.items():
        here = {name: nhs_file(name, content) for name, content in files.items()}
        publisher.at(f"{address}/{slug}", nhs_release(list(here.values())))
        for name, content in files.items():
            publisher.at(here[name], file_of(content))
        found |= here
    return found


def govuk_content(addresses: Sequence[str]) -> Reply:
    """The content API's answer for a statistics page with these attachments."""
    attached: list[dict[str, Any]] = [
        {"attachment_type": "file", "filename": address.rsplit("/", 1)[-1], "title": "A file", "url": address}
        for address in addresses
    ]
    attached.append({"attachment_type": "html", "title": "Report", "url": "/government/report"})
    return text_reply(json.dumps({"details": {"attachments": attached, "body": "<p>Text</p>"}}), JSON)


FINGERTIPS_HEADER = (
    "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,"
    "Category Type,Category,Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,"
    "Lower CI 99.8 limit,Upper CI 99.8 limit,Count,Denominator,Value note,Recent Trend,"
    "Compared to England value or percentiles,Compared to percentiles,Time period Sortable,"
    "New data,Compared to goal,Time period range"
)


def fingertips(publisher: Publisher, types: Mapping[int, str], areas: Mapping[int, Sequence[str]]) -> None:
    """The Fingertips API: area_types, and all_data by indicator with its limit of 100 and its `n` codes."""
    listed = [{"Id": number, "Name": name, "Short": name} for number, name in types.items()]
    publisher.at(f"{FINGERTIPS}area_types", text_reply(json.dumps(listed), JSON))

    def data(asked: Asked) -> Reply:
        ids = asked.query["indicator_ids"][0].split(",")
        child = int(asked.query["child_area_type_id"][0])
        if len(ids) > 100 or child not in areas:
            return text_reply('{"Message":"An error has occurred."}', JSON, status=500)
        lines = [FINGERTIPS_HEADER]
        for indicator in ids:
            name = f'"Smoking status at time of delivery {indicator}\n"'
            for parent in ("", "E92000001"):
                lines.append(
                    f"{indicator},{name},{parent},{'England' if parent else ''},E92000001,England,"
                    "England,Female,All ages,,,2023/24,7.4,7.3,7.5,,,41000,551000,,,,,20230000,,,1y"
                )
            lines += [
                f"{indicator},{name},E92000001,England,n{code},NHS {code} ICB - {code},ICBs,Female,"
                "All ages,,,2023/24,8.1,7.0,9.2,,,210,2600,,,,,20230000,,,1y"
                for code in areas[child]
            ]
        return text_reply("\r\n".join(lines))

    publisher.at(f"{FINGERTIPS}all_data/csv/by_indicator_id", data)


def arcgis_csv(rows: Sequence[tuple[str, str]]) -> Answerer:
    """A lookup made on demand: the same rows in another order, numbered anew, at every download."""
    times = iter(range(10_000))

    def answer(asked: Asked) -> Reply:
        order = list(rows)
        random.Random(next(times)).shuffle(order)
        lines = ["\ufeffLSOA21CD,ICB26CD,ObjectId"]
        lines += [f"{lsoa},{icb},{number}" for number, (lsoa, icb) in enumerate(order, start=1)]
        return text_reply("\r\n".join(lines) + "\r\n")

    return answer
