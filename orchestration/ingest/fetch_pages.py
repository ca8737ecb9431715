"""From a publisher's page to the addresses of its files: parsing only, no network.

Covers release pages (HTML), the gov.uk content API and the Fingertips API. Asking for the pages is
fetch.py's work.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import parse_qs, quote, unquote, urljoin, urlsplit

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
FINGERTIPS_LIMIT = 100


class NotFound(LookupError):
    """A page was read, but what the declaration wants is not on it; the message says what is."""


@dataclass(frozen=True)
class Link:
    """A link of a page: where it leads, absolute, and the text that a reader sees."""

    address: str
    text: str


class _Links(HTMLParser):
    """Collects the links of a page in their order."""

    def __init__(self, page_address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base = page_address
        self.found: list[Link] = []
        self._open: str | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "base" and values.get("href"):
            self.base = urljoin(self.base, (values["href"] or "").strip())
        elif tag == "a" and values.get("href"):
            self._close()
            self._open = (values["href"] or "").strip()

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._close()

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._text.append(data)

    def close(self) -> None:
        super().close()
        self._close()

    def _close(self) -> None:
        if self._open is not None:
            try:
                address = urljoin(self.base, self._open)
                parts = urlsplit(address)
                usable = parts.scheme in ("http", "https") and bool(parts.hostname)
                _ = parts.port
            except ValueError:  # an address that no browser would follow either
                usable = False
            if usable:
                text = " ".join("".join(self._text).split())
                self.found.append(Link(address.split("#")[0], text))
        self._open, self._text = None, []


def links(page: str, page_address: str) -> list[Link]:
    """Every http(s) link of a page, absolute, without fragment, in order, each address once."""
    parser = _Links(page_address)
    parser.feed(page)
    parser.close()
    return list({link.address: link for link in reversed(parser.found)}.values())[::-1]


def safe_name(name: str) -> str:
    """A file name that every system can hold: no folder, no control sign, nothing hidden, ≤ 150 signs.

    Raises:
        NotFound: when nothing of the name is left.
    """
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = re.sub(r'[\x00-\x1f\x7f<>:"|?*]', "_", name).strip().lstrip(".").rstrip(". ")
    if RESERVED.match(name):
        name = f"_{name}"
    if len(name) > 150:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: 149 - len(ending)]}{dot}{ending}" if dot and len(ending) < 10 else name[:150]
    if not name:
        raise NotFound("the address holds no file name: give `save_as` in the declaration")
    return name


def name_of(address: str) -> str:
    """The file name that an address holds, decoded; "" where it holds none.

    The Office for National Statistics puts the path of the file in the query (`/file?uri=/…/x.xlsx`).
    """
    parts = urlsplit(address)
    path = parts.path
    if parts.path.rstrip("/").endswith("/file"):
        path = (parse_qs(parts.query).get("uri") or [path])[0]
        return path.rsplit("/", 1)[-1]
    return unquote(path.rsplit("/", 1)[-1])


def name_of_disposition(header: str | None) -> str | None:
    """The file name of a Content-Disposition header; None without one."""
    if not header:
        return None
    extended = re.search(r"filename\*\s*=\s*([\w-]+)'[^']*'([^;]+)", header, re.IGNORECASE)
    if extended:
        try:
            return unquote(extended[2].strip().strip('"'), encoding=extended[1]) or None
        except LookupError:
            return None
    plain = re.search(r'filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]+))', header, re.IGNORECASE)
    if not plain:
        return None
    return (plain[1] or plain[2] or "").replace('\\"', '"').strip() or None


def release_period(text: str) -> tuple[int, int] | None:
    """The latest (year, month) that a release's address or title names; None without any.

    "final-june-2024-provisional-july-2024" is (2024, 7); "2023-24" is its last month, (2024, 3).
    """
    flat = re.sub(r"[^a-z0-9]+", " ", text.lower())
    found = [
        (int(year), MONTHS.index(month) + 1)
        for month, year in re.findall(rf"\b({'|'.join(MONTHS)}) (20\d\d)\b", flat)
    ]
    if not found:
        found = [
            (int(first) + 1, 3)
            for first, second in re.findall(r"\b(20\d\d) (?:20)?(\d\d)\b", flat)
            if int(second) == (int(first) + 1) % 100
        ]
    if not found:
        found = [(int(year), 12) for year in re.findall(r"\b(20\d\d)\b", flat)]
    return max(found) if found else None


def releases(page: str, page_address: str, pattern: str | None = None) -> list[Link]:
    """The releases that an index page lists, newest first.

    A release is a page right below the index page. They are put in the order of the periods that their
    addresses name; where one names none, the publisher's own order stands (newest first on
    digital.nhs.uk).

    Raises:
        NotFound: when the page leads to no release.
    """
    here = urlsplit(page_address)
    prefix = here.path.rstrip("/") + "/"
    found = []
    for link in links(page, page_address):
        there = urlsplit(link.address)
        slug = there.path.removeprefix(prefix).strip("/")
        if there.hostname != here.hostname or not there.path.startswith(prefix):
            continue
        if not slug or "/" in slug:
            continue
        if pattern and not re.search(pattern, there.path, re.IGNORECASE):
            continue
        found.append(link)
    if not found:
        fits = f" that fits {pattern!r}" if pattern else ""
        raise NotFound(
            f"the page lists no release{fits}. It may have moved, or be drawn by a script: download the "
            "file in a browser and put it in the input folder"
        )
    periods = [release_period(f"{urlsplit(link.address).path} {link.text}") for link in found]
    if all(periods):
        order = sorted(range(len(found)), key=lambda index: periods[index], reverse=True)
        found = [found[index] for index in order]
    return found


def chapters(page: str, page_address: str) -> list[Link]:
    """The pages right below a release: some publications keep their files on one of them."""
    try:
        return releases(page, page_address)
    except NotFound:
        return []


def wanted(found: Sequence[Link], pattern: str) -> list[Link]:
    """The links whose file name fits the declaration's regular expression."""
    return [link for link in found if re.search(pattern, name_of(link.address), re.IGNORECASE)]


def nothing_fits(found: Sequence[Link], pattern: str) -> NotFound:
    """What to say when no link fits: the names of the data files that are there."""
    names = [name_of(link.address) for link in found]
    files = [name for name in names if re.search(r"\.(csv|xlsx?|ods|zip)$", name, re.IGNORECASE)]
    seen = ", ".join(files[:8]) + (" …" if len(files) > 8 else "")
    return NotFound(
        f"no file fits {pattern!r}. "
        + (f"The page offers {seen}: change `link` in the declaration" if files else
           "The page offers no data file: it may be drawn by a script, or have moved")
    )  # fmt: skip


def content_api(page: str) -> str:
    """The address of the content API for a page of www.gov.uk."""
    parts = urlsplit(page)
    path = parts.path.removeprefix("/api/content")
    return f"{parts.scheme}://{parts.netloc}/api/content{path}"


def govuk_links(body: str, page_address: str) -> list[Link]:
    """The attachments of a gov.uk page, from its content API's JSON.

    Raises:
        NotFound: when the answer is not that JSON.
    """
    try:
        details = json.loads(body)["details"]
        attached = [
            Link(urljoin(page_address, item["url"]), str(item.get("title") or ""))
            for item in details.get("attachments") or []
            if isinstance(item, dict) and item.get("url")
        ]
        html = " ".join(str(part) for part in details.get("documents") or [])
        html += str(details.get("body") or "")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotFound("the content API did not answer with a page's JSON") from error
    found = [*attached, *links(html, page_address)]
    return list({link.address: link for link in reversed(found)}.values())[::-1]


@dataclass(frozen=True)
class AreaType:
    """An area type of the Fingertips API: its id of today and its name."""

    id: int
    name: str


def area_types(body: str) -> list[AreaType]:
    """The API's own list of area types.

    Raises:
        NotFound: when the answer is not that list.
    """
    try:
        return [AreaType(int(item["Id"]), str(item["Name"])) for item in json.loads(body)]
    except (ValueError, KeyError, TypeError) as error:
        raise NotFound("the Fingertips API did not answer with its list of area types") from error


def _vintage(name: str) -> tuple[int, int]:
    """When the boundaries in a name began: "(post 4/23)", "(from Apr 2023)" are (2023, 4)."""
    short = re.search(r"\b(\d{1,2})/(\d{2})\b", name)
    if short:
        return 2000 + int(short[2]), int(short[1])
    long = re.search(rf"\b({'|'.join(month[:3] for month in MONTHS)})[a-z]* (20\d\d)\b", name.lower())
    if long:
        return int(long[2]), [month[:3] for month in MONTHS].index(long[1]) + 1
    year = re.search(r"\b(20\d\d)\b", name)
    return (int(year[1]), 1) if year else (0, 0)


def area_type(types: Sequence[AreaType], pattern: str) -> AreaType:
    """The area type whose name fits; of several, the one with the newest boundaries.

    Raises:
        NotFound: naming the area types that there are.
    """
    fits = [item for item in types if re.search(pattern, item.name, re.IGNORECASE)]
    if not fits:
        names = ", ".join(sorted({item.name for item in types})[:40])
        raise NotFound(
            f"no area type fits {pattern!r}: change `area_types` in the declaration. There are: {names}"
        )
    return max(fits, key=lambda item: (_vintage(item.name), item.id))


def fingertips_addresses(
    api: str, indicators: Sequence[int], child: AreaType, parent: AreaType
) -> list[tuple[str, str]]:
    """Addresses and file names of one area type's data, a hundred indicators at a time."""
    ordered = sorted(set(indicators))
    slug = re.sub(r"[^a-z0-9]+", "-", child.name.lower()).strip("-") or str(child.id)
    out = []
    for number, start in enumerate(range(0, len(ordered), FINGERTIPS_LIMIT), start=1):
        ids = quote(",".join(map(str, ordered[start : start + FINGERTIPS_LIMIT])), safe="")
        address = (
            f"{api}all_data/csv/by_indicator_id?indicator_ids={ids}"
            f"&child_area_type_id={child.id}&parent_area_type_id={parent.id}"
            "&include_sortable_time_periods=yes"
        )
        out.append((address, f"fingertips-{slug}-{number}.csv"))
    return out
