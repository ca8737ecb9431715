"""From a publisher's page to the addresses of its files: parsing only, no network.

Covers release pages (HTML), the gov.uk content API and the Fingertips API. Asking for the pages is
fetch.py's work.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from orchestration.ingest.live_rules import FINGERTIPS

MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
DATA_FILE = re.compile(r"(?i)\.(csv|xlsx?|ods|zip)$")


class NotFound(LookupError):
    """A page or file was read, but it is not what the declaration wants; the message says what it is."""


class _Links(HTMLParser):
    """Collects where the links of a page lead, in their order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.found.append(href.strip())


def links(page: str, page_address: str) -> list[str]:
    """Every http(s) link of a page, absolute, without fragment, in order, each once."""
    parser = _Links()
    parser.feed(page)
    parser.close()
    found: dict[str, None] = {}
    for href in parser.found:
        try:
            address = urljoin(page_address, href).split("#")[0]
            if urlsplit(address).scheme in ("http", "https") and urlsplit(address).hostname:
                found[address] = None
        except ValueError:  # an address that no browser would follow either
            continue
    return list(found)


def safe_name(name: str) -> str:
    """A file name that every system can hold: no folder, no control sign, nothing hidden, ≤ 150 signs.

    Raises:
        NotFound: when nothing of the name is left.
    """
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = re.sub(r'[\x00-\x1f\x7f<>:"|?*]', "_", name).strip().lstrip(".").rstrip(". ")
    if RESERVED.match(name):
        name = f"_{name}"
    stem, dot, ending = name.rpartition(".")
    if len(name) > 150:
        name = f"{stem[: 149 - len(ending)]}{dot}{ending}" if dot and len(ending) < 10 else name[:150]
    if not name:
        raise NotFound("the address holds no file name: give `save_as` in the declaration")
    return name


def name_of(address: str) -> str:
    """The file name that an address holds, decoded; "" where it holds none.

    The Office for National Statistics puts the path of the file in the query (`/file?uri=/…/x.xlsx`).
    """
    parts = urlsplit(address)
    in_query = parse_qs(parts.query).get("uri") if parts.path.endswith("/file") else None
    return in_query[0].rsplit("/", 1)[-1] if in_query else unquote(parts.path).rsplit("/", 1)[-1]


def release_period(text: str) -> tuple[int, int] | None:
    """The latest (year, month) that a release's address names; None without any.

    "final-june-2024-provisional-july-2024" is (2024, 7); "2023-24" is its last month, (2024, 3).
    """
    flat = re.sub(r"[^a-z0-9]+", " ", text.lower())
    months = [
        (int(year), MONTHS.split("|").index(month) + 1)
        for month, year in re.findall(rf"\b({MONTHS}) (20\d\d)\b", flat)
    ]
    years = [
        (int(first) + 1, 3)
        for first, second in re.findall(r"\b(20\d\d) (?:20)?(\d\d)\b", flat)
        if int(second) == (int(first) + 1) % 100
    ]
    return max(months or years, default=None)


def releases(page: str, page_address: str) -> list[str]:
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
        there = urlsplit(link)
        slug = there.path.removeprefix(prefix).strip("/")
        if there.hostname == here.hostname and there.path.startswith(prefix) and slug and "/" not in slug:
            found.append(link)
    if not found:
        raise NotFound(
            "the page lists no release. It may have moved, or be drawn by a script: download the file in "
            "a browser and put it in the input folder"
        )
    periods = {link: release_period(urlsplit(link).path.removeprefix(prefix)) for link in found}
    if all(periods.values()):
        found.sort(key=lambda link: periods[link], reverse=True)
    return found


def wanted(found: Sequence[str], pattern: str) -> list[str]:
    """The links whose file name fits the declaration's regular expression.

    Raises:
        NotFound: naming the data files that are there, when none fits.
    """
    fits = [link for link in found if re.search(pattern, name_of(link), re.IGNORECASE)]
    if fits:
        return fits
    files = [name_of(link) for link in found if DATA_FILE.search(name_of(link))]
    if not files:
        raise NotFound("the page offers no data file: it may be drawn by a script, or have moved")
    seen = ", ".join(files[:8]) + (" …" if len(files) > 8 else "")
    raise NotFound(
        f"no file fits {pattern!r}. The page offers {seen}: change `link` in the declaration if one is right"
    )


def content_api(page: str) -> str:
    """The address of the content API for a page of www.gov.uk."""
    parts = urlsplit(page)
    return f"{parts.scheme}://{parts.netloc}/api/content{parts.path}"


def govuk_links(body: str, page_address: str) -> list[str]:
    """The attachments of a gov.uk page, from its content API's JSON.

    Raises:
        NotFound: when the answer is not that JSON.
    """
    try:
        attached = json.loads(body)["details"].get("attachments") or []
        return [urljoin(page_address, item["url"]) for item in attached if item.get("url")]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotFound("the content API did not answer with a page's JSON") from error


def area_types(body: str) -> dict[str, int]:
    """The Fingertips API's own list of area types: ids by name.

    Raises:
        NotFound: when the answer is not that list.
    """
    try:
        return {str(item["Name"]): int(item["Id"]) for item in json.loads(body)}
    except (ValueError, KeyError, TypeError) as error:
        raise NotFound("the Fingertips API did not answer with its list of area types") from error


def area_type(types: dict[str, int], pattern: str) -> int:
    """The id of the area type whose name fits; of several, the highest: each change of boundaries adds one.

    Raises:
        NotFound: naming the area types that there are.
    """
    fits = [number for name, number in types.items() if re.search(pattern, name, re.IGNORECASE)]
    if not fits:
        raise NotFound(
            f"no area type fits {pattern!r}: change `area_types` in the declaration. There are: "
            + ", ".join(sorted(types)[:40])
        )
    return max(fits)


def fingertips_address(indicators: Sequence[int], child: int, parent: int) -> str:
    """The address of some indicators' data for one area type."""
    return (
        f"{FINGERTIPS}all_data/csv/by_indicator_id?indicator_ids={'%2C'.join(map(str, indicators))}"
        f"&child_area_type_id={child}&parent_area_type_id={parent}&include_sortable_time_periods=yes"
    )
