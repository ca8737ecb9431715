"""Live download of a declared source: discover, ask, check, keep.

Files land below `<folder>/<source>/`; what a publisher does wrong never removes the last good file.
Requests are in fetch_http.py, page parsing in fetch_pages.py, the record in fetch_state.py.
"""

from __future__ import annotations

import csv
import hashlib
import io
import logging
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from orchestration.ingest import fetch_pages as pages
from orchestration.ingest.declarations import Source
from orchestration.ingest.fetch_http import Client, Download, FetchError, HttpSettings
from orchestration.ingest.fetch_pages import NotFound
from orchestration.ingest.fetch_state import (
    CHANGED,
    LAST_GOOD,
    NEW,
    NOT_AVAILABLE,
    UNCHANGED,
    FetchState,
    Held,
    HeldFile,
    place,
)
from orchestration.ingest.live_rules import Kind, LiveRule

log = logging.getLogger(__name__)
Failure = FetchError | NotFound

MAX_CHAPTERS = 8
MAX_EMPTY_RELEASES = 3
MAX_MEMBERS = 200
STALE_PART_SECONDS = 24 * 3600
SIGNATURES = {
    "xlsx": (b"PK\x03\x04",),
    "ods": (b"PK\x03\x04",),
    "zip": (b"PK\x03\x04",),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"),
}


@dataclass(frozen=True)
class FetchOutcome:
    """What came of one address.

    Attributes:
        source_id: the declared source.
        address: what was asked for: a file's address, or the page that should have led to it.
        outcome: one of NEW, CHANGED, UNCHANGED, LAST_GOOD, NOT_AVAILABLE.
        paths: the files that now stand for it, in the destination folder; () where there is none.
        bytes: their size together.
        reason: why it failed and what to do; "" when it did not.
    """

    source_id: str
    address: str
    outcome: str
    paths: tuple[Path, ...] = ()
    bytes: int = 0
    reason: str = ""

    @property
    def failed(self) -> bool:
        """Whether the publisher gave nothing usable this time."""
        return self.outcome in (LAST_GOOD, NOT_AVAILABLE)


@dataclass(frozen=True)
class Target:
    """One file to ask for: the slot that it fills, its address and the name to keep it under."""

    slot: str
    address: str
    name: str | None = None


@dataclass
class _Run:
    """What the steps of one source's download share."""

    source: Source
    folder: Path
    state: FetchState
    client: Client

    @property
    def source_id(self) -> str:
        return self.source.name

    @property
    def home(self) -> Path:
        return self.folder / self.source_id

    def moment(self) -> str:
        return self.client.now().isoformat(timespec="seconds")


def fetch_source(
    declaration: Source,
    destination_folder: Path,
    state: FetchState,
    http: HttpSettings,
    client: Client | None = None,
) -> list[FetchOutcome]:
    """Fetch every file that a source's `live` rules lead to.

    Args:
        declaration: the source; one without a `live` block gives no outcome.
        destination_folder: files go to `<destination_folder>/<source>/<name>`.
        state: what is known from earlier runs; saved after every file.
        http: limits and manners.
        client: shared by several sources, so that a host that does not answer is not waited for twice.

    Raises:
        OSError: when the folder cannot be written to. What a publisher does wrong raises nothing: it is an
            outcome with a reason.
    """
    own = client is None
    run = _Run(declaration, destination_folder, state, client or Client(http))
    outcomes: list[FetchOutcome] = []
    try:
        for rule in declaration.publication.live:
            run.home.mkdir(parents=True, exist_ok=True)
            _remove_stale_parts(run)
            outcomes += _fetch_rule(run, rule)
    finally:
        if own:
            run.client.close()
    return outcomes


def _remove_stale_parts(run: _Run) -> None:
    """Take away what a killed run left behind."""
    for part in run.home.glob(".fetch-*.part"):
        if run.client.now().timestamp() - part.stat().st_mtime > STALE_PART_SECONDS:
            part.unlink(missing_ok=True)


def _fetch_rule(run: _Run, rule: LiveRule) -> list[FetchOutcome]:
    try:
        targets = discover(run.client, rule)
    except (FetchError, NotFound) as error:
        return [_rule_failed(run, rule, rule.key.split(" ")[0], error)]
    return [_fetch_target(run, rule, target) for target in targets]


# Discovery: from a rule to the files to ask for --------------------------------------------------


def discover(client: Client, rule: LiveRule) -> list[Target]:
    """The files that a rule leads to today.

    Raises:
        FetchError: when a page cannot be had.
        NotFound: when a page holds nothing that fits.
    """
    if rule.address:
        return [Target(address, address, rule.save_as) for address in rule.address]
    if rule.govuk_page:
        api = pages.content_api(rule.govuk_page)
        answer = client.page(api, rule.allows)
        return _targets(rule, pages.govuk_links(answer.text, rule.govuk_page))
    if rule.fingertips:
        return _fingertips(client, rule)
    return _release_pages(client, rule)


def _targets(rule: LiveRule, found: Sequence[pages.Link]) -> list[Target]:
    """The wanted files among the links of a page."""
    fits = pages.wanted(found, rule.link or "")
    if not fits:
        raise pages.nothing_fits(found, rule.link or "")
    allowed = [link for link in fits if rule.allows(link.address)]
    if not allowed:
        hosts = ", ".join(sorted({pages.urlsplit(link.address).netloc for link in fits}))
        raise NotFound(f"the files are on {hosts}: add it to `hosts` in the declaration if it is right")
    for link in fits:
        if link not in allowed:
            log.warning("%s is not followed: its host is not in `hosts`", link.address)
    return [Target(link.address, link.address, rule.save_as) for link in allowed]


def _release_pages(client: Client, rule: LiveRule) -> list[Target]:
    """Index page, then the newest releases, then their files; some keep them one page further down."""
    index = client.page(rule.release_page or "", rule.allows)
    if rule.releases == 0:
        return _targets(rule, pages.links(index.text, index.address))
    found: dict[str, Target] = {}
    read = empty = 0
    missing: NotFound | None = None
    for release in pages.releases(index.text, index.address, rule.follow):
        try:
            here = _files_of_release(client, rule, release.address)
        except NotFound as error:  # an announced release has no files yet
            missing = missing or error
            empty += 1
            if empty == MAX_EMPTY_RELEASES:
                break
            continue
        for target in here:
            found.setdefault(target.slot, target)
        read += 1
        if read == rule.releases:
            break
    if not found:
        raise missing or NotFound("no release holds a file")
    return list(found.values())


def _files_of_release(client: Client, rule: LiveRule, address: str) -> list[Target]:
    answer = client.page(address, rule.allows)
    seen = pages.links(answer.text, answer.address)
    if pages.wanted(seen, rule.link or ""):
        return _targets(rule, seen)
    for chapter in pages.chapters(answer.text, answer.address)[:MAX_CHAPTERS]:
        below = client.page(chapter.address, rule.allows)
        links = pages.links(below.text, below.address)
        if pages.wanted(links, rule.link or ""):
            return _targets(rule, links)
        seen += links
    raise pages.nothing_fits(seen, rule.link or "")


def _fingertips(client: Client, rule: LiveRule) -> list[Target]:
    query = rule.fingertips
    assert query is not None
    types = pages.area_types(client.page(f"{query.api}area_types", rule.allows).text)
    parent = pages.area_type(types, query.parent_area_type)
    targets = []
    for pattern in query.area_types:
        child = pages.area_type(types, pattern)
        for address, name in pages.fingertips_addresses(query.api, query.indicators, child, parent):
            batch = name.rsplit("-", 1)[-1]
            targets.append(Target(f"{query.api} {pattern} {batch}", address, name))
    return targets


# One file ----------------------------------------------------------------------------------------


def _fetch_target(run: _Run, rule: LiveRule, target: Target) -> FetchOutcome:
    held = run.state.get(run.source_id, target.slot)
    intact = held is not None and held.intact(run.folder)
    same_address = intact and held.address == target.address
    try:
        download = run.client.download(
            target.address,
            rule.allows,
            run.home,
            rule.max_mb * 1024**2,
            etag=held.etag if same_address else None,
            last_modified=held.last_modified if same_address else None,
        )
    except FetchError as error:
        return _target_failed(run, rule, target, error)
    if download is None:
        assert held is not None
        return _same(run, target, held, held.etag, held.last_modified)
    try:
        return _keep(run, rule, target, held if intact else None, download)
    except NotFound as error:
        return _target_failed(run, rule, target, error)
    finally:
        download.path.unlink(missing_ok=True)


def _keep(run: _Run, rule: LiveRule, target: Target, held: Held | None, download: Download) -> FetchOutcome:
    """Check a body and put it in place, or find that it says what is already there.

    Raises:
        NotFound: when the body is not what was declared.
    """
    headers = download.headers
    name = pages.safe_name(
        target.name
        or pages.name_of_disposition(headers.get("Content-Disposition"))
        or pages.name_of(target.address)
    )
    kind = _kind(rule, name)
    check_body(download.path, kind, name)
    body = _sha256(download.path)
    rows = rows_sha256(download.path, rule.ignore_columns) if _compares_rows(rule, kind) else ""
    if held and (body == held.body_sha256 or (rows and rows == held.rows_sha256)):
        return _same(run, target, held, headers.get("ETag"), headers.get("Last-Modified"))

    if kind == "zip":
        files = _unpack(run, rule, target, download.path, name)
    else:
        files = (_place(run, target, download.path, name, body),)
    previous = run.state.get(run.source_id, target.slot)
    record = Held(
        slot=target.slot,
        source_id=run.source_id,
        rule=rule.key,
        address=target.address,
        final_address=download.address,
        files=files,
        body_sha256=body,
        rows_sha256=rows,
        etag=headers.get("ETag"),
        last_modified=headers.get("Last-Modified"),
        fetched_at=run.moment(),
        checked_at=run.moment(),
        outcome=CHANGED if previous and previous.files else NEW,
    )
    run.state.put(record)
    if previous:
        _remove_superseded(run, previous)
    return _done(run, target, record)


def _same(run: _Run, target: Target, held: Held, etag: str | None, last_modified: str | None) -> FetchOutcome:
    record = replace(
        held,
        address=target.address,
        etag=etag,
        last_modified=last_modified,
        checked_at=run.moment(),
        outcome=UNCHANGED,
        reason="",
    )
    run.state.put(record)
    return _done(run, target, record)


def _done(run: _Run, target: Target, record: Held) -> FetchOutcome:
    size = sum(file.bytes for file in record.files)
    names = ", ".join(PurePosixPath(file.path).name for file in record.files)
    log.info("%s: %s, %.1f MB, %s", run.source_id, names, size / 1e6, record.outcome)
    paths = tuple(run.folder / file.path for file in record.files)
    return FetchOutcome(run.source_id, target.address, record.outcome, paths, size)


def _target_failed(run: _Run, rule: LiveRule, target: Target, error: Failure) -> FetchOutcome:
    """Keep the last good file: this address's own or, when it never gave one, those of its rule."""
    held = run.state.get(run.source_id, target.slot)
    if held and held.intact(run.folder):
        return _last_good(run, target.address, [held], error)
    if held is None or held.files:  # nothing usable is on disk under this slot any more
        run.state.put(
            Held(
                slot=target.slot,
                source_id=run.source_id,
                rule=rule.key,
                address=target.address,
                checked_at=run.moment(),
                reason=str(error),
            )
        )
    else:
        run.state.put(replace(held, checked_at=run.moment(), reason=str(error)))
    return _rule_failed(run, rule, target.address, error)


def _rule_failed(run: _Run, rule: LiveRule, address: str, error: Failure) -> FetchOutcome:
    """A page, or a file that never was here, cannot be had: the rule's earlier files stand."""
    standing = [record for record in run.state.of_rule(run.source_id, rule.key) if record.intact(run.folder)]
    if standing:
        return _last_good(run, address, standing, error)
    log.warning("%s: %s: %s (%s)", run.source_id, NOT_AVAILABLE, error, address)
    return FetchOutcome(run.source_id, address, NOT_AVAILABLE, reason=str(error))


def _last_good(run: _Run, address: str, standing: Iterable[Held], error: Failure) -> FetchOutcome:
    records = list(standing)
    run.state.mark_last_good(records, run.moment(), str(error))
    log.warning("%s: %s: %s (%s)", run.source_id, LAST_GOOD, error, address)
    files = [file for record in records for file in record.files]
    return FetchOutcome(
        run.source_id,
        address,
        LAST_GOOD,
        tuple(run.folder / file.path for file in files),
        sum(file.bytes for file in files),
        str(error),
    )


# Checks ------------------------------------------------------------------------------------------


def _kind(rule: LiveRule, name: str) -> Kind:
    if rule.expect:
        return rule.expect
    ending = name.rsplit(".", 1)[-1].lower()
    if ending in ("csv", "xlsx", "xls", "ods", "zip"):
        return ending  # type: ignore[return-value]
    raise NotFound(
        f"{name} does not say what it is: give `expect` (csv, xlsx, xls, ods or zip) in the declaration"
    )


def check_body(path: Path, kind: Kind, name: str) -> None:
    """See that a body is of the kind declared, and not an error page under its name.

    Raises:
        NotFound: saying what it is instead.
    """
    with path.open("rb") as handle:
        start = handle.read(4096)
    if not start.strip():
        raise NotFound(f"{name} is empty")
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(b"<"):
        raise NotFound(f"{name} is a web page, not {kind}: the publisher showed an error page instead")
    if kind != "csv":
        if not start.startswith(SIGNATURES[kind]):
            raise NotFound(f"{name} is not {kind}: its first bytes are those of something else")
        return
    if text.startswith((b"{", b"[")):
        raise NotFound(f"{name} is JSON, not CSV: the publisher answered with a message instead")
    utf16 = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) or (b"\x00" in start and not utf16):
        raise NotFound(f"{name} is not text: give `expect` in the declaration if that is right")


def _compares_rows(rule: LiveRule, kind: Kind) -> bool:
    return rule.ignore_columns is not None and kind == "csv"


def rows_sha256(path: Path, ignore_columns: Sequence[str] | None) -> str:
    """Hash of a CSV's rows whatever their order, without the columns that change by themselves."""
    ignored = {column.casefold() for column in ignore_columns or ()}
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as handle:
        reader = csv.reader(handle)
        header = next(reader, [])
        kept = [index for index, column in enumerate(header) if column.casefold() not in ignored]
        lines = sorted("\x1f".join(row[index] for index in kept if index < len(row)) for row in reader)
    total = hashlib.sha256("\x1f".join(header[index] for index in kept).encode())
    for line in lines:
        total.update(b"\n" + line.encode(errors="surrogateescape"))
    return total.hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


# Putting in place --------------------------------------------------------------------------------


def _place(run: _Run, target: Target, temporary: Path, name: str, sha256: str) -> HeldFile:
    """Move a finished file to its name; a name that another address holds gets a folder of its own."""
    relative = f"{run.source_id}/{name}"
    owner = run.state.path_owner(relative)
    if owner not in (None, (run.source_id, target.slot)):
        mark = hashlib.sha256(target.slot.encode()).hexdigest()[:8]
        relative = f"{run.source_id}/{mark}/{name}"
    path = run.folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() and _sha256(path) == sha256:
        temporary.unlink(missing_ok=True)  # the same bytes keep the time at which they were received
    else:
        place(temporary, path)
    status = path.stat()
    return HeldFile(relative, sha256, status.st_size, status.st_mtime_ns)


def _unpack(run: _Run, rule: LiveRule, target: Target, archive: Path, name: str) -> tuple[HeldFile, ...]:
    """Keep the wanted members of a zip, without their folders.

    Raises:
        NotFound: when it is damaged, locked, too large, or holds nothing wanted.
    """
    pattern = rule.unpack or r"\.(csv|xlsx?|ods)$"
    limit = rule.max_mb * 1024**2
    ready: list[tuple[Path, str]] = []
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [item for item in opened.infolist() if not item.is_dir()]
            fits = [item for item in members if re.search(pattern, item.filename, re.IGNORECASE)]
            if not fits:
                names = ", ".join(item.filename for item in members[:8])
                raise NotFound(
                    f"no file in {name} fits {pattern!r}; it holds {names}: change `unpack` in the "
                    "declaration"
                )
            if len(fits) > MAX_MEMBERS or sum(item.file_size for item in fits) > limit:
                raise NotFound(
                    f"{name} expands to more than {rule.max_mb} MB or {MAX_MEMBERS} files: raise `max_mb`, "
                    "or narrow `unpack`, in the declaration"
                )
            for number, item in enumerate(fits):
                if item.flag_bits & 1:
                    raise NotFound(f"{name} is protected by a password")
                part = archive.with_name(f"{archive.stem}-{number}.part")
                ready.append((part, pages.safe_name(item.filename)))
                with opened.open(item) as member, part.open("wb") as out:
                    _copy(member, out, limit, name)
                check_body(part, _kind(LiveRule(address=["http://zip"]), ready[-1][1]), ready[-1][1])
        names_kept = [kept for _, kept in ready]
        if len(set(names_kept)) != len(names_kept):
            raise NotFound(f"{name} holds two files of one name: narrow `unpack` in the declaration")
        return tuple(_place(run, target, part, kept, _sha256(part)) for part, kept in ready)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, ValueError) as error:
        raise NotFound(f"{name} cannot be unpacked ({error}): it may be damaged") from error
    finally:
        for part, _ in ready:
            part.unlink(missing_ok=True)


def _copy(member: io.BufferedIOBase, out: io.BufferedIOBase, limit: int, name: str) -> None:
    """Copy a zip's member, believing what is read and not the size that it claims."""
    size = 0
    while piece := member.read(1024**2):
        size += len(piece)
        if size > limit:
            raise NotFound(f"a file in {name} is larger than it claims: it is not unpacked")
        out.write(piece)


def _remove_superseded(run: _Run, previous: Held) -> None:
    """Remove files of an address that its newest version no longer has (their bytes stay in originals)."""
    for file in previous.files:
        if run.state.path_owner(file.path) is None:
            (run.folder / file.path).unlink(missing_ok=True)


def summary(outcomes: Sequence[FetchOutcome], started: datetime, ended: datetime) -> str:
    """One line for people: how many new, changed, unchanged and failed."""
    counts = dict.fromkeys((NEW, CHANGED, UNCHANGED), 0)
    failed = 0
    for outcome in outcomes:
        if outcome.failed:
            failed += 1
        else:
            counts[outcome.outcome] += 1
    told = ", ".join(f"{number} {word}" for word, number in counts.items())
    return f"Fetched in {(ended - started).total_seconds():.0f} s: {told}, {failed} not to be had"
