"""A web server on 127.0.0.1 that answers as the publishers do, and misbehaves as the web does.

For tests only. `serve()` starts it; routes are added while it runs. It sees every host: under a mirror
(`HttpSettings.mirror`) the path begins with the publisher's host.
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

CSV = "text/csv; charset=utf-8"
HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]


@dataclass
class Reply:
    """What to send back.

    Attributes:
        claim: Content-Length to announce in place of the true one.
        drip: seconds to wait after each byte of the body.
        drip_head: seconds to wait after each byte of the headers.
        hang: seconds to wait before anything.
        chunked: send the body in chunks, without a Content-Length.
        cut: close the connection after this many bytes of the body.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    claim: int | None = None
    drip: float = 0
    drip_head: float = 0
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
        asked = Asked(parts.path, parse_qs(parts.query), dict(self.headers.items()))
        publisher = self.server.publisher
        with publisher.lock:
            publisher.asked.append(asked)
        answer = publisher.routes.get(parts.path)
        reply = (
            answer(asked)
            if answer
            else text_reply("<!DOCTYPE html><html><h1>Page not found</h1></html>", HTML, status=404)
        )
        try:
            self._send(reply)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _send(self, reply: Reply) -> None:
        if reply.hang:
            self.server.publisher.stopped.wait(reply.hang)
        head = [f"HTTP/1.1 {reply.status} Answer", f"Date: {formatdate(usegmt=True)}"]
        head += [f"{name}: {value}" for name, value in reply.headers.items()]
        if reply.chunked:
            head.append("Transfer-Encoding: chunked")
        elif reply.status != 304:
            head.append(f"Content-Length: {len(reply.body) if reply.claim is None else reply.claim}")
        self._slowly(("\r\n".join(head) + "\r\n\r\n").encode(), reply.drip_head)
        body = reply.body if reply.cut is None else reply.body[: reply.cut]
        if reply.chunked:
            for start in range(0, len(body), 1000):
                piece = body[start : start + 1000]
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            if reply.cut is None:
                self.wfile.write(b"0\r\n\r\n")
        else:
            self._slowly(body, reply.drip)
        if reply.cut is not None or reply.claim is not None:
            self.close_connection = True

    def _slowly(self, content: bytes, pause: float) -> None:
        if not pause:
            self.wfile.write(content)
            return
        for index in range(len(content)):
            if self.server.publisher.stopped.is_set():
                return
            self.wfile.write(content[index : index + 1])
            self.wfile.flush()
            time.sleep(pause)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    publisher: Publisher

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are part of the tests."""


@dataclass
class Publisher:
    """The running server: its address, its routes, and every request that it saw."""

    address: str
    routes: dict[str, Answerer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopped: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        return self.address + path

    def at(self, path: str, answer: Answerer | Reply) -> str:
        """Answer requests for a path so; returns the address."""
        self.routes[urlsplit(path).path] = answer if callable(answer) else lambda asked: answer
        return self.url(path)

    def paths(self) -> list[str]:
        """The paths asked for so far, in order."""
        return [asked.path for asked in self.asked]

    def count(self, path: str) -> int:
        return self.paths().count(path)


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


# Ways to answer ------------------------------------------------------------------------------------


def file_of(body: bytes, content_type: str = CSV, etag: bool = True, modified: str = "") -> Answerer:
    """A file with an ETag and, if given, a Last-Modified; 304 to whoever holds it already."""
    mark = f'"{hashlib.sha256(body).hexdigest()[:16]}"'

    def answer(asked: Asked) -> Reply:
        headers = {"Content-Type": content_type}
        if etag:
            headers["ETag"] = mark
        if modified:
            headers["Last-Modified"] = modified
        known = (etag and asked.headers.get("If-None-Match") == mark) or (
            modified and not etag and asked.headers.get("If-Modified-Since") == modified
        )
        return Reply(status=304, headers=headers) if known else Reply(body, headers=headers)

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


def only_browsers(good: Reply) -> Answerer:
    """403 unless the User-Agent begins as browsers' and polite robots' do."""

    def answer(asked: Asked) -> Reply:
        if asked.headers.get("User-Agent", "").startswith("Mozilla/5.0"):
            return good
        return text_reply("<html><title>Access Denied</title></html>", HTML, status=403)

    return answer


def gzipped(body: bytes, content_type: str = CSV) -> Reply:
    return Reply(gzip.compress(body), headers={"Content-Type": content_type, "Content-Encoding": "gzip"})


# The publishers' shapes ------------------------------------------------------------------------------


def nhs_index(title: str, path: str, slugs: Sequence[str], upcoming: Sequence[str] = ()) -> Reply:
    """A series page of digital.nhs.uk: latest, upcoming and past publications, and a navigation."""

    def item(slug: str) -> str:
        return (
            '<li><div class="callout-box"><h3 itemprop="name">'
            f'<a class="cta__button" itemprop="url" href="{path}/{slug}">{title}, '
            f"{slug.replace('-', ' ')} &amp; more</a></h3></div></li>"
        )

    page = f"""<!DOCTYPE html>
<html lang="en"><head><title>{title} - NHS England Digital</title></head><body>
<nav><a href="/data-and-information">Data</a> <a href="/services">Services</a>
<a href="{path}">This page</a> <a href="#past-publications">Past</a> <a href="mailto:a@b.c">Write</a></nav>
<h2>Latest statistics</h2>
<ul class="list" data-uipath="ps.series.publications-list.latest">{item(slugs[0])}</ul>
<h2>Upcoming publications</h2><ul>{"".join(item(slug) for slug in upcoming)}</ul>
<h2 id="past-publications">Past publications</h2>
<ul class="list" data-uipath="ps.series.publications-list.previous">
{"".join(item(slug) for slug in slugs[1:])}</ul>
<script>var a = '<a href="{path}/not-a-link">x</a>';</script>
</body></html>"""
    return text_reply(page, HTML)


def nhs_release(files: Sequence[tuple[str, str]], below: Sequence[str] = ()) -> Reply:
    """A release page of digital.nhs.uk: its files, and links to its chapters."""
    linked = "".join(
        f'<li><a class="attachment" itemprop="distribution" href="{address}">'
        f"<span>{text}</span> [CSV, size: 7.9 MB]</a></li>"
        for address, text in files
    )
    chapters = "".join(f'<li><a href="{path}">Chapter</a></li>' for path in below)
    return text_reply(
        f"""<!DOCTYPE html><html><body><h1>Publication, Part of</h1><ol>{chapters}</ol>
<a href="https://www.gov.uk/open-government-licence">Licence</a>
<h2>Resources</h2><ul>{linked}</ul></body></html>""",
        HTML,
    )


def nhs_file_path(name: str) -> str:
    """`/<2 hex>/<6 hex>/<name>`, as files.digital.nhs.uk has it: not to be guessed from the name."""
    mark = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest().upper()
    return f"/{mark[:2]}/{mark[2:8]}/{quote(name)}"


def nhs_publication(
    publisher: Publisher,
    host: str,
    file_host: str,
    path: str,
    title: str,
    releases: Sequence[tuple[str, Mapping[str, bytes]]],
) -> dict[str, str]:
    """A whole series: index, release pages, files. Returns the address path of each file by its name."""
    publisher.at(f"{host}{path}", nhs_index(title, path, [slug for slug, _ in releases]))
    paths = {}
    for slug, files in releases:
        listed = []
        for name, body in files.items():
            paths[name] = f"{file_host}{nhs_file_path(f'{slug}/{name}')}".replace(
                quote(f"{slug}/{name}"), quote(name)
            )
            kind = XLSX if name.endswith("xlsx") else CSV
            publisher.at(paths[name], file_of(body, kind))
            base = "https:/" + paths[name] if host else publisher.url(paths[name])
            listed.append((base, name))
        publisher.at(f"{host}{path}/{slug}", nhs_release(listed))
    return paths


def govuk_content(attachments: Sequence[tuple[str, str]], updated: str) -> Reply:
    """The content API's answer for a statistics page: `attachments` are (title, address)."""
    listed = [
        {
            "accessible": False,
            "attachment_type": "file",
            "content_type": XLSX,
            "filename": address.rsplit("/", 1)[-1],
            "id": str(number),
            "title": title,
            "url": address,
        }
        for number, (title, address) in enumerate(attachments)
    ]
    listed.append({"attachment_type": "html", "title": "Report", "url": "/government/report"})
    body = {
        "base_path": "/government/statistics/english-indices-of-deprivation-2025",
        "document_type": "national_statistics",
        "public_updated_at": updated,
        "details": {
            "attachments": listed,
            "body": "<p>See <a href='/guidance'>the guide</a></p>",
        },
    }
    return text_reply(json.dumps(body), JSON)


FINGERTIPS_HEADER = (
    "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,"
    "Category Type,Category,Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,"
    "Lower CI 99.8 limit,Upper CI 99.8 limit,Count,Denominator,Value note,Recent Trend,"
    "Compared to England value or percentiles,Compared to percentiles,Time period Sortable,"
    "New data,Compared to goal,Time period range"
)


def fingertips(
    publisher: Publisher, base: str, types: Sequence[tuple[int, str]], areas: Mapping[int, Sequence[str]]
) -> None:
    """The Fingertips API: area_types, and all_data by indicator with its limit of 100 and its `n` codes."""
    publisher.at(
        f"{base}area_types",
        text_reply(
            json.dumps(
                [{"Id": number, "Name": name, "Short": name, "IsSearchable": False} for number, name in types]
            ),
            JSON,
        ),
    )

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
        return Reply("\r\n".join(lines).encode(), headers={"Content-Type": "text/csv"})

    publisher.at(f"{base}all_data/csv/by_indicator_id", data)


def arcgis_csv(rows: Sequence[tuple[str, str]]) -> Answerer:
    """A lookup made on demand: the same rows in another order, numbered anew, at every download."""
    times = iter(range(10_000))

    def answer(asked: Asked) -> Reply:
        order = list(rows)
        random.Random(next(times)).shuffle(order)
        lines = ["LSOA21CD,ICB26CD,ObjectId"]
        lines += [f"{lsoa},{icb},{number}" for number, (lsoa, icb) in enumerate(order, start=1)]
        return Reply(
            ("\ufeff" + "\r\n".join(lines) + "\r\n").encode(),
            headers={
                "Content-Type": "text/csv",
                "Content-Disposition": "attachment; filename*=UTF-8''LSOA%20to%20ICB%20%28April%202026%29.csv",
            },
        )

    return answer
