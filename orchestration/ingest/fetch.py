"""Live download of one declared source: discover, ask, check, keep.

Files land below `<folder>/<source>/`; what a publisher does wrong never removes the last good file.
Requests are in fetch_http.py, page parsing in fetch_pages.py, the record in fetch_state.py.
"""

from __future__ import annotations

import csv
import hashlib
import logging
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from orchestration.ingest import fetch_pages as pages
from orchestration.ingest.declarations import Source
from orchestration.ingest.fetch_http import Answer, Client, FetchError
from orchestration.ingest.fetch_pages import NotFound
from orchestration.ingest.fetch_state import (
    CHANGED,
    LAST_GOOD,
    NEW,
    NOT_AVAILABLE,
    UNCHANGED,
    FetchState,
    Held,
    sha256_of,
)
from orchestration.ingest.live_rules import FINGERTIPS, LiveRule

log = logging.getLogger(__name__)

FINGERTIPS_LIMIT = 100
MAX_EMPTY_RELEASES = 3
MAX_MEMBERS = 200
ZIP = (b"PK\x03\x04",)
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SIGNATURES = {"xlsx": ZIP, "ods": ZIP, "zip": ZIP, "xls": (OLD_OFFICE, *ZIP)}


@dataclass(frozen=True)
class FetchOutcome:
    """What came of one file, or of the page that should have led to files.

    Attributes:
        source_id: the declared source.
        name: the file's name, or the page's address.
        outcome: one of NEW, CHANGED, UNCHANGED, LAST_GOOD, NOT_AVAILABLE.
        bytes: size of what now stands for it.
        reason: why it failed and what to do; "" when it did not.
    """

    source_id: str
    name: str
    outcome: str
    bytes: int = 0
    reason: str = ""

    @property
    def failed(self) -> bool:
        """Whether the publisher gave nothing usable this time."""
        return self.outcome in (LAST_GOOD, NOT_AVAILABLE)


@dataclass(frozen=True)
class Target:
    """One file to ask for: the name to keep it under and its address of today."""

    name: str
    address: str


@dataclass(frozen=True)
class _Run:
    """What the steps of one source's download share."""

    source_id: str
    folder: Path
    state: FetchState
    client: Client
    moment: str

    @property
    def home(self) -> Path:
        return self.folder / self.source_id

    def size(self, *records: Held) -> int:
        return sum((self.folder / path).stat().st_size for record in records for path in record.files)


def fetch_source(
    source: Source, folder: Path, state: FetchState, client: Client, now: datetime | None = None
) -> Iterator[FetchOutcome]:
    """Fetch every file that a source's `live` rules lead to, and yield what came of each.

    Args:
        source: the declaration; one without a `live` block yields nothing.
        folder: files go to `<folder>/<source>/<name>`, members of a zip a folder deeper.
        state: what is known from earlier runs; saved after every file.
        client: shared by several sources, so that a host that does not answer is not waited for twice.
        now: time of day to record; by default the clock's.

    Raises:
        OSError: when the folder cannot be written to. What a publisher does wrong raises nothing: it is an
            outcome with a reason.
    """
    moment = (now or datetime.now(UTC)).isoformat(timespec="seconds")
    run = _Run(source.name, folder, state, client, moment)
    asked: set[str] = set()
    for rule in source.publication.live:
        found = discover(client, rule)
        for page, error in found.failed.items():
            outcome, names = _page_failed(run, rule, page, error, {target.name for target in found.targets})
            asked |= names
            yield outcome
        for target in found.targets:
            if target.name in asked:
                log.warning("%s: %s is offered twice: the first is kept", source.name, target.name)
                continue
            asked.add(target.name)
            yield _fetch_target(run, rule, target)
    _settle(run, asked)


def _settle(run: _Run, asked: set[str]) -> None:
    """Files that the publisher no longer lists stay as they are, and nothing is said of them any more."""
    for record in run.state.of_source(run.source_id):
        if record.name not in asked and record.outcome != UNCHANGED:
            if record.files:
                run.state.put(replace(record, outcome=UNCHANGED, reason=""))
            else:
                del run.state.held[record.source_id, record.name]
                run.state.save()


# Discovery: from a rule to the files to ask for --------------------------------------------------


@dataclass
class Found:
    """Where a rule leads today.

    Attributes:
        targets: the files.
        failed: pages that could not be had or used, by address.
    """

    targets: list[Target] = field(default_factory=list)
    failed: dict[str, FetchError | NotFound] = field(default_factory=dict)


def discover(client: Client, rule: LiveRule) -> Found:
    """The files that a rule leads to today."""
    try:
        if rule.release_page:
            return _release_pages(client, rule)
        return Found(_fingertips(client, rule) if rule.fingertips else _listed(client, rule))
    except (FetchError, NotFound) as error:
        return Found(failed={rule.addresses[0]: error})


def _listed(client: Client, rule: LiveRule) -> list[Target]:
    """Files of a gov.uk page, or with addresses of their own."""
    if rule.govuk_page:
        body, _ = client.page(pages.content_api(rule.govuk_page), rule.allows)
        return _targets(rule, pages.govuk_links(body, rule.govuk_page))
    return [
        Target(pages.safe_name(rule.save_as or pages.name_of(address)), address) for address in rule.address
    ]


def _targets(rule: LiveRule, found: Sequence[str]) -> list[Target]:
    """The wanted files among the links of a page."""
    fits = pages.wanted(found, rule.link or "")
    strangers = sorted({pages.urlsplit(link).netloc for link in fits if not rule.allows(link)})
    if strangers:
        raise FetchError(
            f"files are on {', '.join(strangers)}, which is not followed: add it to `hosts` in the "
            "declaration if it is the publisher's"
        )
    return [Target(pages.safe_name(pages.name_of(link)), link) for link in fits]


def _release_pages(client: Client, rule: LiveRule) -> Found:
    """Index page, then the newest releases, then their files; of one name, the newest release's."""
    index, address = client.page(rule.release_page or "", rule.allows)
    targets: dict[str, Target] = {}
    found = Found()
    read = 0
    empty: list[NotFound] = []
    for release in pages.releases(index, address):
        try:
            page, at = client.page(release, rule.allows)
            for target in _targets(rule, pages.links(page, at)):
                targets.setdefault(target.name, target)
            read += 1
        except FetchError as error:
            found.failed[release] = error
            read += 1
        except NotFound as error:  # an announced release has no files yet
            log.info("%s is passed over: %s", release, error)
            empty.append(error)
        if read == rule.releases or len(empty) == MAX_EMPTY_RELEASES:
            break
    if not targets and not found.failed:
        raise empty[0]
    found.targets = list(targets.values())
    return found


def _fingertips(client: Client, rule: LiveRule) -> list[Target]:
    query = rule.fingertips
    assert query is not None
    types = pages.area_types(client.page(f"{FINGERTIPS}area_types", rule.allows)[0])
    england = pages.area_type(types, "^England$")
    indicators = sorted(set(query.indicators))
    targets = []
    for pattern in query.area_types:
        child = pages.area_type(types, pattern)
        label = re.sub(r"[^a-z0-9]+", "-", pattern.lower()).strip("-")
        for start in range(0, len(indicators), FINGERTIPS_LIMIT):
            batch = indicators[start : start + FINGERTIPS_LIMIT]
            address = pages.fingertips_address(batch, child, england)
            targets.append(Target(f"fingertips-{label}-{start // FINGERTIPS_LIMIT + 1}.csv", address))
    return targets


# One file ----------------------------------------------------------------------------------------


def _fetch_target(run: _Run, rule: LiveRule, target: Target) -> FetchOutcome:
    """Ask for a file and keep it if it is what was declared; else keep the last good one."""
    run.home.mkdir(parents=True, exist_ok=True)
    known = run.state.held.get((run.source_id, target.name))
    held = known if known and known.intact(run.folder) else None
    part = run.home / f".{target.name}.part"
    try:
        with part.open("wb") as out:
            answer = run.client.get(
                target.address, rule.allows, out, rule.max_mb * 1024**2, _conditions(held, target)
            )
        record = _received(run, rule, target, held, part, answer)
    except (FetchError, NotFound) as error:
        blank = Held(run.source_id, target.name, rule.key, target.address)
        record = replace(
            held or blank,
            rule=rule.key,
            checked_at=run.moment,
            outcome=LAST_GOOD if held else NOT_AVAILABLE,
            reason=str(error),
        )
    finally:
        part.unlink(missing_ok=True)
    run.state.put(record)
    return FetchOutcome(run.source_id, target.name, record.outcome, run.size(record), record.reason)


def _conditions(held: Held | None, target: Target) -> dict[str, str]:
    """What makes a publisher answer "not modified" to whoever holds the file already."""
    if held is None or held.address != target.address:
        return {}
    marks = {"If-None-Match": held.etag, "If-Modified-Since": held.last_modified}
    return {name: value for name, value in marks.items() if value}


def _received(
    run: _Run, rule: LiveRule, target: Target, held: Held | None, part: Path, answer: Answer | None
) -> Held:
    """Check a body and put it in place, or find that it says what is already there.

    Raises:
        NotFound: when the body is not what was declared.
    """
    if answer is None:
        assert held is not None
        return replace(held, rule=rule.key, checked_at=run.moment, outcome=UNCHANGED, reason="")
    kind = check_body(part, target.name)
    body = sha256_of(part)
    rows = rows_sha256(part, rule.ignore_columns) if kind == "csv" and rule.ignore_columns is not None else ""
    record = Held(
        run.source_id,
        target.name,
        rule.key,
        target.address,
        etag=answer.headers.get("ETag"),
        last_modified=answer.headers.get("Last-Modified"),
        checked_at=run.moment,
        fetched_at=run.moment,
        body_sha256=body,
        rows_sha256=rows,
        outcome=CHANGED if held else NEW,
    )
    if held and (body == held.body_sha256 or (rows and rows == held.rows_sha256)):
        return replace(
            record,
            files=held.files,
            body_sha256=held.body_sha256,
            fetched_at=held.fetched_at,
            outcome=UNCHANGED,
        )
    if kind == "zip":
        return replace(record, files=_unpack(run, rule, target, part))
    try:
        part.replace(run.home / target.name)
    except PermissionError as error:
        raise NotFound(f"{target.name} cannot be replaced: close the program that has it open") from error
    return replace(record, files={f"{run.source_id}/{target.name}": body})


def _page_failed(
    run: _Run, rule: LiveRule, page: str, error: FetchError | NotFound, offered: set[str]
) -> tuple[FetchOutcome, set[str]]:
    """A page cannot be had or used: the rule's earlier files stand, but for those that another page offers.

    Gives their names as well.
    """
    records = [
        record
        for record in run.state.of_source(run.source_id)
        if record.rule == rule.key and record.name not in offered
    ]
    standing = [
        replace(record, checked_at=run.moment, outcome=LAST_GOOD, reason=str(error))
        for record in records
        if record.intact(run.folder)
    ]
    blank = Held(run.source_id, page, rule.key, page, checked_at=run.moment)
    run.state.put(*(standing or [replace(blank, reason=str(error))]))
    outcome = FetchOutcome(
        run.source_id,
        page,
        LAST_GOOD if standing else NOT_AVAILABLE,
        run.size(*standing),
        str(error),
    )
    return outcome, {page, *(record.name for record in records)}


# Checks ------------------------------------------------------------------------------------------


def check_body(path: Path, name: str) -> str:
    """See that a body is what its name says, and not an error page under that name; returns the kind.

    Raises:
        NotFound: saying what it is instead.
    """
    kind = name.rsplit(".", 1)[-1].lower()
    if kind not in ("csv", *SIGNATURES):
        raise NotFound(
            f"{name} does not end in csv, xlsx, xls, ods or zip: give `save_as` in the declaration"
        )
    with path.open("rb") as handle:
        start = handle.read(4096)
    if not start.strip():
        raise NotFound(f"{name} is empty")
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<"):
        raise NotFound(f"{name} is a web page, not {kind}: the publisher showed an error page instead")
    if kind != "csv" and not start.startswith(SIGNATURES[kind]):
        raise NotFound(f"{name} is not {kind}: its first bytes are those of something else")
    if kind == "csv" and text.startswith((b"{", b"[")):
        raise NotFound(f"{name} is JSON, not CSV: the publisher answered with a message instead")
    if kind == "csv" and start.startswith((*ZIP, OLD_OFFICE)):
        raise NotFound(f"{name} is a workbook or a zip, not CSV: give `save_as` with its right ending")
    return kind


def rows_sha256(path: Path, ignore_columns: Sequence[str]) -> str:
    """Hash of a CSV's rows whatever their order, without the columns that change by themselves."""
    ignored = {column.casefold() for column in ignore_columns}
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as handle:
        reader = csv.reader(handle)
        header = next(reader)
        kept = [index for index, column in enumerate(header) if column.casefold() not in ignored]
        lines = sorted("\x1f".join(row[index] for index in kept if index < len(row)) for row in reader)
    whole = "\n".join(["\x1f".join(header[index] for index in kept), *lines])
    return hashlib.sha256(whole.encode(errors="surrogateescape")).hexdigest()


def _unpack(run: _Run, rule: LiveRule, target: Target, archive: Path) -> dict[str, str]:
    """Keep the wanted members of a zip in a folder of its name; returns their paths and hashes.

    Raises:
        NotFound: when it is damaged, locked, too large, or holds nothing wanted.
    """
    name = target.name
    aside = run.home / f".{name}.members"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    try:
        with zipfile.ZipFile(archive) as opened:
            for item, kept in _members(opened, rule, name):
                with opened.open(item) as member, (aside / kept).open("xb") as out:
                    shutil.copyfileobj(member, out)
                check_body(aside / kept, kept)
        place = run.home / name.rsplit(".", 1)[0]
        shutil.rmtree(place, ignore_errors=True)
        aside.replace(place)
    except FileExistsError as error:
        raise NotFound(f"{name} holds two files of one name: narrow `unpack` in the declaration") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise NotFound(f"{name} cannot be unpacked ({error}): it may be damaged or locked") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return {path.relative_to(run.folder).as_posix(): sha256_of(path) for path in sorted(place.iterdir())}


def _members(opened: zipfile.ZipFile, rule: LiveRule, name: str) -> list[tuple[zipfile.ZipInfo, str]]:
    """The wanted members of a zip, each with the plain file name to keep it under.

    Raises:
        NotFound: when none fits, or they are too many or too large.
    """
    members = [item for item in opened.infolist() if not item.is_dir()]
    fits = [item for item in members if re.search(rule.unpack, item.filename, re.IGNORECASE)]
    if not fits:
        holds = ", ".join(item.filename for item in members[:8])
        raise NotFound(
            f"no file in {name} fits {rule.unpack!r}; it holds {holds}: change `unpack` in the declaration"
        )
    # zipfile never gives more of a member than the size that it claims
    if len(fits) > MAX_MEMBERS or sum(item.file_size for item in fits) > rule.max_mb * 1024**2:
        raise NotFound(
            f"{name} expands to more than {rule.max_mb} MB or {MAX_MEMBERS} files: raise `max_mb`, or "
            "narrow `unpack`, in the declaration"
        )
    return [(item, pages.safe_name(item.filename)) for item in fits]
