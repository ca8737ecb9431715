"""Walk the input folder and the downloaded files, recognise each file, and load it with every row accounted for.

One transaction a file: a bad one is refused or put in quarantine and the others go on.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import yaml

from orchestration.ingest.contract import (
    contract_rules,
    expected_month,
    identifier,
    is_damaged,
    period_of,
    quarantine_sql,
)
from orchestration.ingest.declarations import Source, Table, read_declarations
from orchestration.ingest.fetch_state import FetchState
from orchestration.ingest.readers import READERS, ReadResult, RefusedFile, SourceFile
from orchestration.ingest.readers.base import MAX_BYTES
from orchestration.ingest.readers.plain import plain_csv_sql
from orchestration.ingest.register import RegisterRow, create_register, forget_rows, write_register
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.warehouse import Warehouse

log = logging.getLogger(__name__)

SYNTHETIC_MARK = "SYNTHETIC.txt"
SHRUNKEN = 0.5
NEARLY = 0.6
ACCEPTED_FILES = PROJECT_DIR / "config" / "accept.yaml"
OUR_OWN = {SYNTHETIC_MARK, "planted.csv"}


@dataclass
class IngestSummary:
    """What one pass over the input folder did.

    Attributes:
        seen: files in the folders.
        loaded: newly loaded files.
        known: files seen before, left as they are.
        problems: one line for each file that was refused, held back or unclaimed.
        quarantined: rows put in quarantine by this pass.
    """

    seen: int = 0
    loaded: int = 0
    known: int = 0
    quarantined: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Claim:
    """A table that a file fits."""

    table: Table


class MixedData(ValueError):
    """Synthetic and real files would meet in one warehouse."""


def input_files(folder: Path) -> Iterator[Path]:
    """Files below the folder, sorted; no hidden ones, no links, none of the sample's own notes."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_symlink() or any(part.startswith((".", "~$")) for part in parts):
            continue
        if path.is_file() and path.name not in OUR_OWN:
            yield path


def _is_synthetic(path: Path, folder: Path) -> bool:
    directory = path.parent
    while True:
        if (directory / SYNTHETIC_MARK).exists():
            return True
        if directory == folder or directory == directory.parent:
            return False
        directory = directory.parent


def declaration_hash(source: Source) -> str:
    """Changes when what is read from a source's files changes."""
    return hashlib.sha256(source.model_dump_json(exclude={"description", "owner"}).encode()).hexdigest()[:16]


def _create_raw_tables(connection: duckdb.DuckDBPyConnection, sources: list[Source]) -> None:
    """Make every raw table, empty, so that dbt builds whatever files there are."""
    for source in sources:
        for table in source.tables:
            columns = [column.name for column in table.columns]
            held = [
                row[0]
                for row in connection.execute(
                    "select column_name from information_schema.columns "
                    "where table_schema = 'raw' and table_name = ? order by ordinal_position",
                    [table.name],
                ).fetchall()
            ]
            if held and held[: len(columns)] == columns and len(held) == len(columns) + 3:
                continue
            body = ", ".join(f"{identifier(name)} varchar" for name in columns)
            connection.execute(
                f"create or replace table raw.{identifier(table.name)} "
                f"({body}, _file_id varchar, _row_number bigint, _loaded_at timestamp)"
            )
            connection.execute(
                "update raw.file_register set declaration = null where source_id = ?", [source.name]
            )


def _claims(file: SourceFile, sources: list[Source]) -> tuple[list[Claim], str | None]:
    """Tables that the file fits, or why the nearest one does not."""
    claims: list[Claim] = []
    nearest: tuple[float, str] | None = None
    for source in sources:
        for table in source.tables:
            match = table.file.name_match(file.name)
            if table.file.name_required and match is None:
                continue
            found = READERS[table.file.reader].recognise(file, table)
            if found.fits:
                claims.append(Claim(table))
                continue
            weight = found.share + (1.0 if match else 0.0)
            if (match or found.share >= NEARLY) and (nearest is None or weight > nearest[0]):
                nearest = (weight, f"It looks like {table.name}, but {found.reason}.")
    if claims:
        named = [claim for claim in claims if claim.table.file.name_match(file.name)]
        first = (named or claims)[0].table.source_id
        claims = [claim for claim in claims if claim.table.source_id == first]
        return claims, None
    return [], nearest[1] if nearest else None


def _released(table: Table, file_name: str) -> tuple[str, str | None]:
    match = table.file.name_match(file_name)
    groups = match.groupdict() if match else {}
    return ("provisional" if groups.get("release") else "final"), groups.get("version")


def _accepted() -> set[str]:
    if not ACCEPTED_FILES.exists():
        return set()
    return set((yaml.safe_load(ACCEPTED_FILES.read_text("utf-8")) or {}).get("accept", []))


def _incoming(
    connection: duckdb.DuckDBPyConnection, file: SourceFile, table: Table
) -> tuple[ReadResult | None, str | None]:
    """Fill the temporary table `incoming` with a file's rows; what the reader rejected comes back."""
    plain = plain_csv_sql(file, table)
    if plain is not None:
        connection.execute(f"create or replace temp table incoming as {plain.sql}", [str(file.path)])
        loaded = connection.execute("select count(*) from incoming").fetchone()[0]
        if loaded == plain.lines:
            return None, "utf-8-sig"
    result = READERS[table.file.reader].read(file, table)
    frame = result.frame  # noqa: F841  (DuckDB reads it by name)
    casts = ", ".join(f"cast({identifier(c.name)} as varchar) as {identifier(c.name)}" for c in table.columns)
    connection.execute(
        f"create or replace temp table incoming as select {casts}, cast(_row_number as bigint) as _row_number from frame"
    )
    return result, result.encoding


def _shrunken(
    connection: duckdb.DuckDBPyConnection, file: SourceFile, table: Table, rows: int
) -> tuple[str, int] | None:
    """The earlier file of the same month that has far more rows, if there is one."""
    match = table.file.name_match(file.name)
    if match is None or not {"month", "year", "quarter"} & {k for k, v in match.groupdict().items() if v}:
        return None
    start, end = period_of(table, file.name, connection)
    found = connection.execute(
        """
        select register.file_name, accounts.rows_loaded
        from raw.file_register as register
        inner join raw.file_table as accounts on register.file_id = accounts.file_id
        where accounts.table_name = ? and register.period_start = ? and register.period_end = ?
        and register.file_id <> ? and register.verdict = 'loaded'
        order by accounts.rows_loaded desc limit 1
        """,
        [table.name, start, end, file.sha256],
    ).fetchone()
    return found if found and rows < SHRUNKEN * found[1] else None


def _load_table(
    connection: duckdb.DuckDBPyConnection,
    file: SourceFile,
    table: Table,
    row: RegisterRow,
    loaded_at: dt.datetime,
) -> None:
    """Load one table of a file and add to its register row.

    Raises:
        RefusedFile: when the whole file has to be refused; the transaction is then undone.
    """
    show_values = not table.publication.personal_data
    result, row.encoding = _incoming(connection, file, table)
    rejected = result.rejected if result else []
    rows_read = connection.execute("select count(*) from incoming").fetchone()[0] + len(rejected)
    if rows_read < max(table.file.min_rows, 1):
        raise RefusedFile(
            "no rows", f"{file.name} has a header and {rows_read} rows under it. Download or export it again."
        )
    expected = expected_month(table, file.name)
    rules = contract_rules(table, expected)
    connection.execute(
        "create or replace temp table broken as " + quarantine_sql(table, file.name, rules, show_values)
    )
    broken = connection.execute("select count(*) from broken").fetchone()[0]
    wrong_month = connection.execute(
        "select count(*) from broken where rule = 'month of the file name'"
    ).fetchone()[0]
    if wrong_month > 0.5 * rows_read:
        raise RefusedFile(
            "month of the file name",
            f"{file.name}: its name says {expected[0]:%B %Y}, but column {table.file.period.end} of "
            f"{wrong_month} of {rows_read} rows says another month. Check that it is the right file and rename it.",
        )
    if broken + len(rejected) == rows_read:
        first = connection.execute("select reason from broken order by _row_number limit 1").fetchone()
        raise RefusedFile(
            "every row breaks the contract",
            f"{file.name}: no row can be used. The first: {first[0] if first else rejected[0].reason}",
        )
    smaller = _shrunken(connection, file, table, rows_read)
    if smaller and file.sha256 not in _accepted():
        raise RefusedFile(
            "held back",
            f"{file.name} has {rows_read} rows where {smaller[0]} of the same month has {smaller[1]}. It is held "
            f"back. If it is right, add its sha256 {file.sha256} to the list `accept:` in config/accept.yaml.",
        )
    period = table.file.period
    if period and period.start and period.end:
        row.repairs += connection.execute(
            f"select count(*) from incoming where {is_damaged(period.start, period.end, table.file.date_format)}"
        ).fetchone()[0]
    columns = ", ".join(identifier(column.name) for column in table.columns)
    connection.execute(
        f"insert into raw.{identifier(table.name)} select {columns}, ?, _row_number, ? from incoming "
        "where incoming.rowid not in (select broken.row_id from broken)",
        [file.sha256, loaded_at],
    )
    connection.execute(
        "insert into raw.quarantine select ?, ?, ?, _row_number, raw_text, column_name, rule, reason from broken",
        [file.sha256, table.source_id, table.name],
    )
    if rejected:
        connection.executemany(
            "insert into raw.quarantine values (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (file.sha256, table.source_id, table.name, r.row_number, r.raw_text if show_values else None,
                 r.column, r.rule, r.reason)
                for r in rejected
            ],
        )  # fmt: skip
    loaded, source_rows = connection.execute(
        f"select count(*), count(distinct _row_number) from raw.{identifier(table.name)} where _file_id = ?",
        [file.sha256],
    ).fetchone()
    quarantined = broken + len(rejected)
    if rows_read != loaded + quarantined:
        raise AssertionError(
            f"{file.name}: {rows_read} rows read, {loaded} loaded, {quarantined} in quarantine"
        )
    connection.execute(
        "insert into raw.file_table values (?, ?, ?, ?, ?, ?, ?)",
        [file.sha256, table.source_id, table.name, rows_read, loaded, quarantined, source_rows],
    )
    start, end = period_of(table, file.name, connection)
    row.period_start = min(filter(None, [row.period_start, start]), default=None)
    row.period_end = max(filter(None, [row.period_end, end]), default=None)
    row.rows_read += rows_read
    row.rows_loaded += loaded
    row.rows_quarantined += quarantined


def _keep_original(settings: Settings, file: SourceFile) -> None:
    folder = settings.originals_dir / file.sha256
    kept = folder / file.name
    if kept.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file.path, kept)
    kept.chmod(0o444)


def _read_file(path: Path, stat_size: int) -> SourceFile:
    if stat_size > MAX_BYTES:
        raise RefusedFile("too large", f"{path.name} is larger than {MAX_BYTES // 1024**2} MB.")
    content = path.read_bytes()
    return SourceFile(path, path.name, content, hashlib.sha256(content).hexdigest())


def _refuse_reason(file: SourceFile, reason: str | None) -> tuple[str, str]:
    """Verdict and reason of a file that no source claims."""
    if not file.content.strip():
        return "refused", f"{file.name} is empty. Download or export it again."
    if reason is None and not file.is_workbook:
        start = file.content[:400].lstrip().lower()
        if start.startswith((b"<!doctype html", b"<html")):
            return (
                "refused",
                f"{file.name} is a web page saved under that name: the download failed. Download it again.",
            )
    if reason is None:
        return (
            "unclaimed",
            f"No source is declared for {file.name}. If it should be read, see 'Where do I add' in the README.",
        )
    return "refused", f"{file.name}: {reason}"


def _load_file(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    file: SourceFile,
    row: RegisterRow,
    sources: list[Source],
) -> None:
    """Recognise and load one file inside the open transaction, and write its register row."""
    claims, nearly = _claims(file, sources)
    if not claims:
        row.verdict, row.reason = _refuse_reason(file, nearly)
        return
    source = next(s for s in sources if s.name == claims[0].table.source_id)
    row.source_id = source.name
    row.publisher = source.publication.publisher
    row.publication = source.publication.publication
    row.licence = source.publication.licence
    row.declaration = declaration_hash(source)
    row.release, row.version = _released(claims[0].table, file.name)
    forget_rows(connection, file.sha256, [table.name for table in source.tables])
    loaded_at = dt.datetime.fromisoformat(row.received_at)
    for claim in claims:
        _load_table(connection, file, claim.table, row, loaded_at)
    row.verdict = "loaded"
    if not source.publication.personal_data:
        _keep_original(settings, file)


def _guard_against_mixing(connection: duckdb.DuckDBPyConnection, synthetic: bool) -> None:
    """Refuse to bring synthetic files to real ones; a warehouse of synthetic files alone starts anew."""
    held = {
        row[0]
        for row in connection.execute(
            "select distinct is_synthetic from raw.file_register where verdict = 'loaded'"
        ).fetchall()
    }
    if synthetic and False in held:
        raise MixedData(
            "This output folder holds an audit of real files, and the files offered are synthetic. "
            "Name another folder with OUTPUT= (or --output)."
        )
    if not synthetic and True in held:
        log.info("The warehouse held the synthetic sample only: starting anew for real files")
        for (name,) in connection.execute(
            "select table_name from information_schema.tables where table_schema = 'raw'"
        ).fetchall():
            connection.execute(f"drop table if exists raw.{identifier(name)}")
        create_register(connection)


def _note_fetches(connection: duckdb.DuckDBPyConnection, state: FetchState) -> None:
    """Write what the last download said: to each file's register row, and to the log of addresses."""
    connection.execute("begin transaction")
    connection.execute("update raw.file_register set last_fetch = null where last_fetch is not null")
    connection.execute("delete from raw.fetch_log")
    for _, held in sorted(state.held.items()):
        connection.execute(
            "insert into raw.fetch_log values (?, ?, ?, ?, ?, ?)",
            [held.source_id, held.name, held.address, held.outcome, held.reason or None, held.checked_at],
        )
        for file_id in held.files.values():
            connection.execute(
                "update raw.file_register set address = ?, last_fetch = ? where file_id = ?",
                [held.address, held.note, file_id],
            )
    connection.execute("commit")


def ingest_folder(
    settings: Settings,
    warehouse: Warehouse,
    run_id: str,
    sources: list[Source] | None = None,
) -> IngestSummary:
    """Load every file of the input folder, and every downloaded one, that is not loaded yet.

    Args:
        settings: where the files are and where originals are kept.
        warehouse: the DuckDB file.
        run_id: written to the register beside each file.
        sources: declarations; by default those of the dbt project.

    Raises:
        MixedData: when synthetic and real files would meet.
    """
    sources = sources if sources is not None else read_declarations()
    summary = IngestSummary()
    with warehouse.connect() as connection:
        create_register(connection)
        folders = {path: folder for folder in settings.input_dirs for path in input_files(folder)}
        paths = list(folders)
        synthetic = {path: _is_synthetic(path, folder) for path, folder in folders.items()}
        if len(set(synthetic.values())) > 1:
            raise MixedData(
                f"{' and '.join(map(str, settings.input_dirs))} hold both synthetic files (below a "
                f"{SYNTHETIC_MARK}) and others. Keep the sample in a folder of its own, and its audit in an "
                "output folder of its own."
            )
        if paths:
            _guard_against_mixing(connection, synthetic[paths[0]])
        _create_raw_tables(connection, sources)
        hashes = {source.name: declaration_hash(source) for source in sources}
        # earlier files first, so that a later, shorter one is compared with what it would replace
        paths.sort(key=lambda path: (int(path.stat().st_mtime), _place(path, settings)))
        for path in paths:
            summary.seen += 1
            _one_file(connection, settings, path, synthetic[path], run_id, sources, hashes, summary)
        _note_fetches(connection, FetchState.load(settings.fetch_state_path))
    return summary


def _place(path: Path, settings: Settings) -> str:
    """Where a file lies: below the input folder, or below `fetched` in the output folder."""
    fetched = path.is_relative_to(settings.fetched_dir)
    return path.relative_to(settings.output_dir if fetched else settings.input_dir).as_posix()


def _one_file(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    path: Path,
    synthetic: bool,
    run_id: str,
    sources: list[Source],
    hashes: dict[str, str],
    summary: IngestSummary,
) -> None:
    """One file, in one transaction."""
    stat = path.stat()
    relative = _place(path, settings)
    received = dt.datetime.fromtimestamp(int(stat.st_mtime), tz=dt.UTC).replace(tzinfo=None)
    try:
        file = _read_file(path, stat.st_size)
    except RefusedFile as error:
        summary.problems.append(str(error))
        return
    known = connection.execute(
        "select verdict, source_id, declaration from raw.file_register where file_id = ?", [file.sha256]
    ).fetchone()
    if known and known[0] == "loaded" and known[2] == hashes.get(known[1]):
        summary.known += 1
        return
    row = RegisterRow(
        file_id=file.sha256,
        file_name=path.name,
        path=relative,
        bytes=stat.st_size,
        received_at=received.isoformat(timespec="seconds"),
        run_id=run_id,
        is_synthetic=synthetic,
    )
    connection.execute("begin transaction")
    try:
        _load_file(connection, settings, file, row, sources)
    except RefusedFile as error:
        connection.execute("rollback")
        connection.execute("begin transaction")
        row.verdict = "held back" if error.rule == "held back" else "refused"
        row.reason = str(error)
        row.rows_read = row.rows_loaded = row.rows_quarantined = 0
    except BaseException:
        connection.execute("rollback")
        raise
    write_register(connection, row)
    connection.execute("commit")
    if row.verdict == "loaded":
        summary.loaded += 1
        summary.quarantined += row.rows_quarantined
        aside = f", {row.rows_quarantined} set aside" if row.rows_quarantined else ""
        log.info("  read       %s: %s rows for %s%s", relative, f"{row.rows_loaded:,}", row.source_id, aside)
    else:
        summary.problems.append(f"{row.verdict}: {row.reason}")
        log.info("  %-10s %s", row.verdict, row.reason)
