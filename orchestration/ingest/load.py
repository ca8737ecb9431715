"""Load each file of the input folder, and each downloaded one, with every row accounted for.

One transaction a file: a bad one is refused or put in quarantine and the others go on.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import pandas as pd
import yaml

from orchestration.errors import UserError
from orchestration.ingest.contract import expected_month, find_broken, identifier, period_of, quoted
from orchestration.ingest.declarations import Source, Table, read_declarations
from orchestration.ingest.fetch_state import FetchState
from orchestration.ingest.folder import (
    SYNTHETIC_MARK,
    FoundFile,
    NotRead,
    input_files,
    list_folders,
    printable,
    read_settled,
    still_as_read,
)
from orchestration.ingest.local import (
    LocalContract,
    LocalFile,
    accounted,
    check_month,
    fill_raw,
    larger_twin,
    months_held,
    recognise_local,
    unlisted,
    version_of,
    write_expected,
    write_local_file,
)
from orchestration.ingest.mappings import LOCAL
from orchestration.ingest.readers import ReadResult, RefusedFile, RejectedRow, SourceFile
from orchestration.ingest.readers.plain import plain_csv_sql
from orchestration.ingest.recognise import Claim, claim, read_claimed
from orchestration.ingest.register import (
    RegisterRow,
    create_register,
    forget_rows,
    known_paths,
    write_not_read,
    write_path,
    write_register,
)
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.small_numbers import rows_in_words
from orchestration.warehouse import Warehouse

__all__ = ["IngestSummary", "MixedData", "ingest_folder", "input_files"]

log = logging.getLogger(__name__)

SHRUNKEN = 0.5
CHECKPOINT = "256MB"
UNFINISHED = ".unfinished"
ACCEPTED_FILES = PROJECT_DIR / "config" / "accept.yaml"


@dataclass
class IngestSummary:
    """What one pass over the input folder did.

    Attributes:
        seen: files in the folders.
        loaded: newly loaded files.
        known: files seen before, left as they are.
        problems: one line for each file that was refused, held back, unclaimed or not read, and for each part of a
            loaded one that could not be taken.
        quarantined: rows put in quarantine by this pass.
        quarantined_local: those of them that are of local files, whose number is not to be told exactly.
    """

    seen: int = 0
    loaded: int = 0
    known: int = 0
    quarantined: int = 0
    quarantined_local: int = 0
    problems: list[str] = field(default_factory=list)


class MixedData(UserError):
    """Synthetic and real files would meet in one warehouse."""


class AcceptListError(UserError):
    """config/accept.yaml cannot be used; the message says what is wrong with it."""


def declaration_hash(sources: list[Source]) -> str:
    """Changes when what is read from the files of these sources changes."""
    total = hashlib.sha256()
    for source in sources:
        total.update(source.model_dump_json(exclude={"description", "owner"}).encode())
    return total.hexdigest()[:16]


def accepted_files(path: Path | None = None) -> set[str]:
    """Hashes of the shrunken files that a person has accepted, from config/accept.yaml.

    Raises:
        AcceptListError: when it is not a list of sha256 under the key `accept`.
    """
    path = path or ACCEPTED_FILES
    if not path.exists():
        return set()
    try:
        block = yaml.safe_load(path.read_text("utf-8")) or {}
        hashes = block.get("accept") or []
        if not isinstance(hashes, list) or not all(isinstance(entry, str) for entry in hashes):
            raise TypeError
    except (yaml.YAMLError, AttributeError, TypeError) as error:
        raise AcceptListError(
            f'{path.name} must hold a list of file hashes, such as:\naccept:\n  - "{"0" * 64}"'
        ) from error
    return {entry.strip().lower() for entry in hashes}


def _create_raw_tables(connection: duckdb.DuckDBPyConnection, sources: list[Source]) -> None:
    """Make every raw table, empty, so that dbt builds whatever files there are."""
    held: dict[str, list[str]] = {}
    for table_name, column_name in connection.execute(
        "select table_name, column_name from information_schema.columns where table_schema = 'raw' "
        "order by table_name, ordinal_position"
    ).fetchall():
        held.setdefault(table_name, []).append(column_name)
    for source in sources:
        for table in source.tables:
            wanted = [*(column.name for column in table.columns), "_file_id", "_row_number", "_loaded_at"]
            if held.get(table.name) == wanted:
                continue
            body = ", ".join(f"{identifier(column.name)} varchar" for column in table.columns)
            connection.execute(
                f"create or replace table raw.{identifier(table.name)} "
                f"({body}, _file_id varchar, _row_number bigint, _loaded_at timestamp)"
            )
            # its files are read anew, from the folder or from the kept originals
            connection.execute(
                "update raw.file_register set declaration = null where source_id = ?", [source.name]
            )


def _released(table: Table, file_name: str) -> tuple[str, str | None]:
    match = table.file.name_match(file_name)
    groups = match.groupdict() if match else {}
    return ("provisional" if groups.get("release") else "final"), groups.get("version")


class NotPlain(ValueError):
    """A file that looked plain is not: it has to be read by the accounting reader."""


def _read_rows(
    connection: duckdb.DuckDBPyConnection, file: SourceFile, table: Table, loaded_at: dt.datetime, fast: bool
) -> ReadResult:
    """Put a file's rows in their raw table; returns what else the reader says of them, without the rows.

    Raises:
        NotPlain: when the fast way does not account for every line; the transaction is then undone.
        RefusedFile: when the file cannot be read.
    """
    target = f"raw.{identifier(table.name)}"
    columns = ", ".join(identifier(column.name) for column in table.columns)
    plain = plain_csv_sql(file, table) if fast else None
    if plain is not None:
        try:
            (rows,) = connection.execute(
                f"insert into {target} select {columns}, ?, _row_number, ? from ({plain.sql})",
                [file.sha256, loaded_at, str(file.path)],
            ).fetchone()
        except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
            raise NotPlain(file.name) from error
        if rows != plain.lines:
            raise NotPlain(file.name)
        return ReadResult(pd.DataFrame(), encoding=file.encoding)
    result = read_claimed(file, table)
    frame = result.frame  # noqa: F841  (DuckDB reads it by name)
    texts = ", ".join(f"cast({identifier(column.name)} as varchar)" for column in table.columns)
    connection.execute(
        f"insert into {target} select {texts}, ?, cast(_row_number as bigint), ? from frame",
        [file.sha256, loaded_at],
    )
    return replace(result, frame=pd.DataFrame())


def _larger_twin(
    connection: duckdb.DuckDBPyConnection, file: SourceFile, table: Table, rows: int, period: tuple
) -> tuple[str, int] | None:
    """The loaded file of the same table and period that has far more rows, if there is one."""
    match = table.file.name_match(file.name)
    if match is None or not {"month", "year", "quarter"} & {k for k, v in match.groupdict().items() if v}:
        return None
    found = connection.execute(
        """
        select register.file_name, accounts.rows_loaded
        from raw.file_register as register
        inner join raw.file_table as accounts on register.file_id = accounts.file_id
        where accounts.table_name = ? and register.period_start = ? and register.period_end = ?
        and register.file_id <> ? and register.verdict = 'loaded'
        order by accounts.rows_loaded desc, register.file_name limit 1
        """,
        [table.name, *period, file.sha256],
    ).fetchone()
    return found if found and rows < SHRUNKEN * found[1] else None


def _load_table(
    connection: duckdb.DuckDBPyConnection,
    file: SourceFile,
    table: Table,
    row: RegisterRow,
    accepted: set[str],
    fast: bool,
) -> ReadResult:
    """Load one table of a file and add to its register row; returns what the reader says of it, without the rows.

    Raises:
        NotPlain: when it has to be read again without the fast way; the transaction is then undone.
        RefusedFile: when the whole file has to be refused; likewise.
    """
    loaded_at = dt.datetime.fromisoformat(row.received_at)
    result = _read_rows(connection, file, table, loaded_at, fast)
    row.encoding = result.encoding
    _account_rows(connection, file, table, row, result.rejected, accepted)
    if result.remarks:
        connection.executemany(
            "insert into raw.file_remark values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (file.sha256, table.source_id, table.name, r.sheet, r.row_number, r.column, r.rule, r.given, r.message)
                for r in result.remarks
            ],
        )  # fmt: skip
    return result


def _load_local(
    connection: duckdb.DuckDBPyConnection,
    file: SourceFile,
    local: LocalFile,
    row: RegisterRow,
    contract: LocalContract,
    accepted: set[str],
) -> list[str]:
    """Load a local file and add to its register row; returns what a person should be told of it.

    Raises:
        RefusedFile: when the whole file has to be refused; the transaction is then undone.
    """
    converted = fill_raw(connection, file, local, contract, row.received_at, row.is_synthetic)
    row.encoding = converted.encoding
    check_month(connection, file, local)
    _account_rows(connection, file, accounted(local.table), row, converted.rejected, accepted)
    larger = larger_twin(connection, file.sha256, local, row.rows_read)
    if larger and file.sha256 not in accepted:
        name, loaded = larger
        raise _held_back(
            file, rows_in_words(row.rows_read, personal=True), name, rows_in_words(loaded, personal=True)
        )
    row.period_start, row.period_end = months_held(connection, file, local)
    write_local_file(connection, file.sha256, local, converted)
    told = [
        (column, f"{file.name}: codes in {column} that are on no list count for their system and for no organisation of "
                 f"their own: {fix}; `equity-audit check` names the rows")
        for column, fix in unlisted(local, converted)
    ]  # fmt: skip
    for column, message in told:
        connection.execute(
            "insert into raw.file_remark values (?, ?, ?, null, null, ?, 'on no list', null, ?)",
            [file.sha256, local.table.source_id, local.table.name, column, message],
        )
    return [message for _, message in told]


def _held_back(file: SourceFile, rows: str, larger: str, larger_rows: str) -> RefusedFile:
    return RefusedFile(
        "held back",
        f"{file.name} has {rows} rows where {larger} of the same period has {larger_rows}. It is held "
        f"back. If it is right, add its sha256 {file.sha256} to the list `accept:` in config/accept.yaml.",
    )


def _account_rows(
    connection: duckdb.DuckDBPyConnection,
    file: SourceFile,
    table: Table,
    row: RegisterRow,
    rejected: list[RejectedRow],
    accepted: set[str],
) -> None:
    """Put aside the rows of a file that break the contract, and account for every one.

    Raises:
        RefusedFile: when the whole file has to be refused.
    """
    show_values = not table.publication.personal_data
    target = f"raw.{identifier(table.name)}"
    connection.execute(
        f"create or replace temp view incoming as select *, rowid as _row_id from {target} "
        f"where _file_id = {quoted(file.sha256)}"
    )
    rows_read = connection.execute("select count(*) from incoming").fetchone()[0] + len(rejected)
    if rows_read < max(table.file.min_rows, 1):
        rows = "no row" if rows_read == 0 else f"{rows_read} rows"
        raise RefusedFile(
            "no rows", f"{file.name} has a header and {rows} below it. Download or export it again."
        )
    expected = expected_month(table, file.name)
    broken = find_broken(connection, table, file.name, expected, show_values)
    wrong_month = connection.execute(
        "select count(*) from broken where rule = 'month of the file name'"
    ).fetchone()[0]
    if expected and table.file.period and wrong_month > 0.5 * rows_read:
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
    start, end, repairs = period_of(connection, table, file.name)
    larger = _larger_twin(connection, file, table, rows_read, (start, end))
    if larger and file.sha256 not in accepted:
        raise _held_back(file, str(rows_read), larger[0], str(larger[1]))
    if broken:
        connection.execute(f"delete from {target} where rowid in (select broken._row_id from broken)")
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
        "select count(*), count(distinct _row_number) from incoming"
    ).fetchone()
    quarantined = connection.execute(
        "select count(*) from raw.quarantine where file_id = ? and table_name = ?", [file.sha256, table.name]
    ).fetchone()[0]
    if rows_read != loaded + quarantined:
        raise AssertionError(
            f"{file.name}: {rows_read} rows read, {loaded} loaded, {quarantined} in quarantine"
        )
    connection.execute(
        "insert into raw.file_table values (?, ?, ?, ?, ?, ?, ?)",
        [file.sha256, table.source_id, table.name, rows_read, loaded, quarantined, source_rows],
    )
    row.period_start = min(filter(None, [row.period_start, start]), default=None)
    row.period_end = max(filter(None, [row.period_end, end]), default=None)
    row.repairs += repairs
    row.rows_read += rows_read
    row.rows_loaded += loaded
    row.rows_quarantined += quarantined


def _whole_originals(folder: Path) -> list[Path]:
    held = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in held if not path.name.endswith(UNFINISHED)]


def _keep_original(settings: Settings, file: SourceFile) -> None:
    folder = settings.originals_dir / file.sha256
    if _whole_originals(folder):
        return
    folder.mkdir(parents=True, exist_ok=True)
    # a run that ends in the middle must leave no piece under the name of the whole
    unfinished = folder / f"{file.sha256}{UNFINISHED}"
    unfinished.write_bytes(file.content)
    shutil.copystat(file.path, unfinished)
    unfinished.chmod(0o444)
    unfinished.replace(folder / file.name)


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


class _Pass:
    """One pass over the input folder: what stays the same from file to file."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        settings: Settings,
        run_id: str,
        sources: list[Source],
        summary: IngestSummary,
    ) -> None:
        self.connection = connection
        self.settings = settings
        self.run_id = run_id
        self.sources = sources
        self.summary = summary
        self.accepted = accepted_files()
        self.local = LocalContract.of(sources, settings)
        self.hashes = {source.name: declaration_hash([source]) for source in sources}
        # a file that was refused is tried again when a mapping or the key has changed
        self.all_hashes = f"{declaration_hash(sources)} {self.local.rules}"
        # local files wait until the look-up of postcodes is read
        self.waiting: list[FoundFile] = []
        self.local_source = next((source for source in sources if source.name == LOCAL), None)
        self.may_read_local = False
        self.paths = known_paths(connection)
        # what was said of parts of the file at hand that could not be taken
        self.remarks: list[str] = []

    def _stands(self, file_id: str) -> bool:
        """Whether the verdict on a file seen before still holds, and if so, count it."""
        known = self.connection.execute(
            "select verdict, source_id, declaration, reason from raw.file_register where file_id = ?",
            [file_id],
        ).fetchone()
        if known is None:
            return False
        verdict, source_id, declaration, reason = known
        now = self.hashes.get(source_id) if verdict == "loaded" else self.all_hashes
        if declaration is None or declaration != now or verdict == "held back":
            return False
        self.summary.known += 1
        if verdict != "loaded":
            self.summary.problems.append(f"{verdict}: {reason}")
        return True

    def read_local(self) -> list[FoundFile]:
        """Let local files be read from now on; returns those that have waited."""
        self.may_read_local = True
        self.local.load_postcodes(self.connection)
        if LOCAL in self.hashes:
            self.hashes[LOCAL] = f"{self.hashes[LOCAL]} {self.local.version}"
            write_expected(self.connection, self.local.mappings)
        return self.waiting

    def _waits(self, file: SourceFile) -> bool:
        """Whether a file is one of the local files, whose turn comes later; one that will be refused need not wait."""
        try:
            return recognise_local(file, self.local) is not None
        except RefusedFile:
            return False

    def _is_known_local(self, file_id: str) -> bool:
        return bool(
            self.connection.execute(
                "select count(*) from raw.file_register where file_id = ? and source_id = ?", [file_id, LOCAL]
            ).fetchone()[0]
        )

    def take(self, found: FoundFile) -> str | None:
        """Load or refuse one file, in one transaction; returns why it could not be read, if so."""
        same = self.paths.get(str(found.path))
        if same and same[:2] == (found.bytes, found.modified_ns):
            if not self.may_read_local and self._is_known_local(same[2]):
                self.waiting.append(found)
                return None
            if self._stands(same[2]):
                return None
        try:
            file = read_settled(found, self.settings.settle_seconds)
        except NotRead as error:
            log.info("  not read   %s", error)
            return str(error)
        if not self.may_read_local and self._waits(file):
            self.waiting.append(found)
            return None
        if self._stands(file.sha256):
            self._remember(found, file)
        else:
            self._load(found, file)
        return None

    def _remember(self, found: FoundFile, file: SourceFile) -> None:
        # a path that cannot be stored as it is cannot be known again: its file is read and known by its hash
        if printable(str(found.path)) != str(found.path):
            return
        write_path(self.connection, str(found.path), found.bytes, found.modified_ns, file.sha256)

    def _load(self, found: FoundFile, file: SourceFile) -> None:
        self.remarks.clear()
        try:
            row = self._attempt(found, file, fast=True)
        except NotPlain:
            row = self._attempt(found, file, fast=False)
        if row.verdict == "loaded":
            self.summary.loaded += 1
            self.summary.quarantined += row.rows_quarantined
            personal = self.local_source is not None and row.source_id == self.local_source.name
            self.summary.quarantined_local += row.rows_quarantined if personal else 0
            set_aside = rows_in_words(row.rows_quarantined, personal)
            aside = f", {set_aside} set aside" if row.rows_quarantined else ""
            log.info(
                "  read       %s: %s rows for %s%s",
                found.relative,
                rows_in_words(row.rows_loaded, personal),
                row.source_id,
                aside,
            )
            said = "to know" if personal else "not taken"
            self.summary.problems += [f"{said}: {message}" for message in self.remarks]
            for message in self.remarks:
                log.info("  %-10s %s", said, message)
        else:
            self.summary.problems.append(f"{row.verdict}: {row.reason}")
            log.info("  %-10s %s", row.verdict, row.reason)

    def _attempt(self, found: FoundFile, file: SourceFile, fast: bool) -> RegisterRow:
        """Load or refuse a file and write its register row, all in one transaction.

        Raises:
            NotPlain: when nothing was done, because the fast way does not fit.
        """
        received = dt.datetime.fromtimestamp(found.modified_ns // 10**9, tz=dt.UTC).replace(tzinfo=None)
        row = RegisterRow(
            file_id=file.sha256,
            file_name=found.name,
            path=found.relative,
            bytes=found.bytes,
            received_at=received.isoformat(timespec="seconds"),
            run_id=self.run_id,
            is_synthetic=found.is_synthetic,
        )
        self.connection.execute("begin transaction")
        try:
            forget_rows(self.connection, file.sha256)
            self._recognise_and_load(found, file, row, fast)
        except RefusedFile as error:
            self.connection.execute("rollback")
            self.connection.execute("begin transaction")
            forget_rows(self.connection, file.sha256)
            row.verdict = "held back" if error.rule == "held back" else "refused"
            row.reason = str(error)
            row.declaration = self.all_hashes
            row.rows_read = row.rows_loaded = row.rows_quarantined = row.repairs = 0
        except BaseException:
            self.connection.execute("rollback")
            raise
        write_register(self.connection, row)
        self._remember(found, file)
        self.connection.execute("commit")
        return row

    def _recognise_and_load(self, found: FoundFile, file: SourceFile, row: RegisterRow, fast: bool) -> None:
        local = recognise_local(file, self.local)
        claimed = Claim(self.local_source, [local.table]) if local else claim(file, self.sources)
        source = claimed.source
        if source is None:
            row.verdict, row.reason, row.declaration = claimed.verdict, claimed.reason, self.all_hashes
            return
        row.source_id = source.name
        row.publisher = source.publication.publisher
        row.publication = source.publication.publication
        row.licence = source.publication.licence
        row.declaration = self.hashes[source.name]
        row.release, row.version = _released(claimed.tables[0], file.name)
        may_be_kept = not source.publication.personal_data
        if local:
            row.publisher = local.constants.get("supplier_name") or row.publisher
            row.publication = f"{row.publication}: {local.dataset}"
            row.version = version_of(file.name)
            self.remarks += _load_local(self.connection, file, local, row, self.local, self.accepted)
        else:
            for table in claimed.tables:
                result = _load_table(self.connection, file, table, row, self.accepted, fast)
                may_be_kept = may_be_kept and result.may_be_kept
                self.remarks += [remark.message for remark in result.remarks]
        if not still_as_read(found):
            raise RefusedFile("still growing", f"{file.name} was written to while it was read. Run again.")
        row.verdict = "loaded"
        if may_be_kept:
            _keep_original(self.settings, file)


def _kept_originals(settings: Settings, connection: duckdb.DuckDBPyConnection) -> list[FoundFile]:
    """Originals of loaded files that have to be read anew and lie in no folder any more."""
    stale = connection.execute(
        "select file_id, path, is_synthetic from raw.file_register "
        "where verdict = 'loaded' and declaration is null order by file_id"
    ).fetchall()
    found = []
    for file_id, relative, synthetic in stale:
        for path in _whole_originals(settings.originals_dir / file_id):
            status = path.stat()
            found.append(FoundFile(path, relative, status.st_size, status.st_mtime_ns, synthetic))
    return found


def _to_be_supplied_again(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Refuse the files whose rows went when a raw table changed and that lie nowhere any more; one line each.

    Originals of personal files are not kept, so only the supplier can give them again.
    """
    lost = connection.execute(
        "select file_id, file_name from raw.file_register "
        "where verdict = 'loaded' and declaration is null order by file_name, file_id"
    ).fetchall()
    reasons = []
    for file_id, name in lost:
        reason = (
            f"{name} was read under an earlier version of the contract, and its original is not kept because it is "
            "about people. Put it in the input folder again."
        )
        forget_rows(connection, file_id)
        connection.execute(
            "update raw.file_register set verdict = 'refused', reason = ?, rows_read = 0, rows_loaded = 0, "
            "rows_quarantined = 0, repairs = 0 where file_id = ?",
            [reason, file_id],
        )
        reasons.append(f"refused: {reason}")
    return reasons


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
        AcceptListError: when config/accept.yaml cannot be used.
        MappingError: when a supplier's mapping cannot be used.
    """
    sources = sources if sources is not None else read_declarations()
    summary = IngestSummary()
    with warehouse.connect() as connection:
        # what a file adds is put in its place with that of others: done after each, it is most of the work
        connection.execute(f"set checkpoint_threshold = '{CHECKPOINT}'")
        create_register(connection)
        files, not_read = list_folders(settings.input_dirs, settings.output_dir)
        for reason in not_read.values():
            log.info("  not read   %s", reason)
        files = [file for file in files if not file.path.is_relative_to(settings.mappings_dir)]
        if len({file.is_synthetic for file in files}) > 1:
            raise MixedData(
                f"{' and '.join(map(str, settings.input_dirs))} hold both synthetic files (below a "
                f"{SYNTHETIC_MARK}) and others. Keep the sample in a folder of its own, and its audit in an "
                "output folder of its own."
            )
        if files:
            _guard_against_mixing(connection, files[0].is_synthetic)
        _create_raw_tables(connection, sources)
        one_pass = _Pass(connection, settings, run_id, sources, summary)
        for file in files:
            summary.seen += 1
            problem = one_pass.take(file)
            if problem:
                not_read[file.relative] = problem
        for file in [*one_pass.read_local(), *_kept_originals(settings, connection)]:
            problem = one_pass.take(file)
            if problem:
                not_read[file.relative] = problem
        summary.problems += _to_be_supplied_again(connection)
        _note_fetches(connection, FetchState.load(settings.fetch_state_path))
        write_not_read(connection, not_read, run_id)
        summary.problems += [f"not read: {reason}" for reason in not_read.values()]
    return summary
