"""`equity-audit check`: what would become of a file, before anything is loaded.

Uses the same reading as a run, into a database in memory that ends with the command. Never shows a value.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.errors import UserError
from orchestration.ingest.contract import find_broken, identifier
from orchestration.ingest.declarations import read_declarations
from orchestration.ingest.draft import draft_mapping
from orchestration.ingest.folder import printable, problem_with
from orchestration.ingest.local import (
    Converted,
    LocalContract,
    LocalFile,
    accounted,
    check_month,
    fill_raw,
    recognise_local,
    unlisted,
)
from orchestration.ingest.mappings import UNITS_OF, read_mapping
from orchestration.ingest.privacy import NoKey
from orchestration.ingest.readers import READERS, RefusedFile, SourceFile
from orchestration.ingest.readers.base import MAX_BYTES
from orchestration.ingest.readers.table import LOOKS_LIKE_DATA, headings
from orchestration.ingest.recognise import claim, read_claimed
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse

SHOWN = 10
SAMPLE_ROWS = 2_000


@dataclass
class Report:
    """What `check` says.

    Attributes:
        lines: for a person.
        draft: a mapping, where the file is of no source that is known.
        fits: the file would be loaded.
    """

    lines: list[str] = field(default_factory=list)
    draft: str | None = None
    fits: bool = False


def _rows(numbers: list[int], count: int) -> str:
    shown = ", ".join(map(str, numbers[:SHOWN]))
    return f"row {shown}" if count == 1 else f"rows {shown}{' …' if count > min(len(numbers), SHOWN) else ''}"


def _values(count: int, column: str) -> str:
    return f"1 value of {column} is" if count == 1 else f"{count:,} values of {column} are"


def _read(path: Path) -> SourceFile:
    problem = problem_with(path) if path.is_symlink() or path.exists() else "does not exist"
    name = printable(path.name)
    if problem:
        raise UserError(f"{name} {problem}.")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UserError(
                f"{name} has {size / 1024**2:,.0f} MB; files above {MAX_BYTES // 1024**2} MB are not read."
            )
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{name} cannot be read ({error.strerror}).") from error
    return SourceFile(path, name, content, hashlib.sha256(content).hexdigest())


def _account(
    connection: duckdb.DuckDBPyConnection, file: SourceFile, local: LocalFile, converted: Converted
) -> list[str]:
    """What would be loaded and what put aside, by rule and column."""
    table = accounted(local.table)
    connection.execute(
        f"create temp view incoming as select *, rowid as _row_id from raw.{identifier(table.name)}"
    )
    find_broken(connection, table, file.name, None, show_values=False)
    aside: dict[tuple[str, str, str], list[int]] = {}
    found = [(row.row_number, row.column or "", row.rule, row.reason) for row in converted.rejected]
    found += connection.execute(
        "select _row_number, column_name, rule, reason from broken order by _row_number"
    ).fetchall()
    for number, column, rule, reason in sorted(found):
        aside.setdefault((column, rule, reason.partition(": ")[2]), []).append(number)
    held = connection.execute("select count(*) from incoming").fetchone()[0]
    broken = connection.execute("select count(*) from broken").fetchone()[0]
    lines = [
        f"rows read    {held + len(converted.rejected):,}",
        f"would load   {held - broken:,}",
        f"set aside    {broken + len(converted.rejected):,}",
    ]
    for (column, rule, fix), numbers in aside.items():
        where = f", column {column}" if column else ""
        lines.append(f"  {len(numbers):,} x {rule}{where} ({_rows(numbers, len(numbers))}): {fix}")
    event = local.table.file.event
    months = connection.execute(
        f"select strftime(try_cast({identifier(event)} as date), '%Y-%m') as month, count(*) from incoming "
        "where _row_id not in (select _row_id from broken) group by month order by month"
    ).fetchall()
    lines.append("months       " + ", ".join(f"{month}: {rows:,} rows" for month, rows in months if month))
    return lines + _implausible(connection, local)


def _implausible(connection: duckdb.DuckDBPyConnection, local: LocalFile) -> list[str]:
    """Numbers that can be read and cannot be right: they would be loaded and known to no figure."""
    lines = []
    for column in local.table.columns:
        if column.plausible is None:
            continue
        number = f"try_cast({identifier(column.name)} as double)"
        count, rows = connection.execute(
            f"select count(*), list(_row_number order by _row_number) from incoming where {number} not between ? and ? "
            "and _row_id not in (select _row_id from broken)",
            list(column.plausible),
        ).fetchone()
        if count:
            least, most = (f"{limit:g}" for limit in column.plausible)
            units = f" or `units`: it is read in {column.unit}" if column.unit in UNITS_OF else ""
            lines.append(
                f"implausible  {_values(count, column.name)} not between {least} and {most}"
                f"{f' {column.unit}' if column.unit else ''} ({_rows(rows[:SHOWN], count)}): to be loaded and known "
                f"to no figure. Check the column{units}"
            )
    return lines


def _notes(converted: Converted, local: LocalFile, is_lookup: bool) -> list[str]:
    """What would be loaded but not understood, and what becomes of identifiers."""
    notes, made = converted.notes, converted.pseudonyms
    lines = [
        f"not understood: {_values(count, column)} no code of the contract, to be held as `invalid` "
        f"({_rows(rows, count)}): map the supplier's words under `values`"
        for column, (count, rows) in notes.not_understood.items()
    ]
    fixes = dict(unlisted(local, converted))
    lines += [
        f"no such code {_values(count, column)} on no list ({_rows(rows, count)}): to count for their system and for no "
        f"organisation of their own; {fixes[column]}"
        for column, (count, rows) in notes.not_listed.items()
    ]
    if made:
        counts = made.counts
        lines.append(
            f"NHS numbers  {counts.valid:,} would become pseudonyms, {counts.given:,} are pseudonyms already, "
            f"{counts.missing:,} are missing"
        )
        if counts.invalid:
            lines.append(
                f"  {counts.invalid:,} fail their check digit ({_rows(notes.invalid_numbers, counts.invalid)}): the rows "
                "would be loaded without a pseudonym and cannot be linked"
            )
    if notes.dates_unreadable:
        lines.append(
            f"dates        {notes.dates_unreadable:,} dates of birth or events cannot be read or cannot be right"
        )
    if notes.postcodes_found or notes.postcodes_not_found:
        lines.append(
            f"postcodes    {notes.postcodes_found:,} in the look-up, {notes.postcodes_not_found:,} not in it"
        )
    if "mother_postcode" in local.fields and not is_lookup:
        lines.append(
            "postcodes    no look-up has been loaded: they would be dropped and the small area would be unknown"
        )
    if notes.texts_withheld:
        lines.append(
            f"statements   {notes.texts_withheld:,} without consent or clearance: their words would not be stored"
        )
    if local.ignored:
        # a row about a person that has run into the headings
        is_data = any(LOOKS_LIKE_DATA.search(header) for header in local.ignored)
        shown = f"{len(local.ignored)} columns; what heads them looks like data and is not shown"
        lines.append("not read     " + (shown if is_data else "; ".join(local.ignored)))
    return lines


def check_file(path: Path, settings: Settings, mapping: Path | None = None) -> Report:
    """What would become of a file.

    Args:
        path: the file.
        settings: where mappings, the key and the warehouse with the look-up of postcodes are.
        mapping: a mapping to try, in place of those that are in use.

    Raises:
        UserError: when the file or the mapping cannot be read.
    """
    sources = read_declarations()
    contract = LocalContract.of(sources, settings)
    if mapping is not None:
        contract.mappings = [read_mapping(mapping, contract.tables)]
    file = _read(path)
    report = Report()
    try:
        local = recognise_local(file, contract)
        if local is None:
            return _of_no_supplier(file, contract, sources, report)
        _describe(file, local, contract, settings, report)
    except RefusedFile as error:
        report.lines.append(f"would be refused: {error}")
        report.fits = False
    return report


def _describe(
    file: SourceFile, local: LocalFile, contract: LocalContract, settings: Settings, report: Report
) -> None:
    place = f"mapping {local.held.place}" if local.held else "the contract's own headings"
    report.lines += [
        f"data set     {local.dataset} ({local.table.description.rstrip('.')})",
        f"supplier     {local.supplier or 'as the rows say'} for {local.lmns or 'the system that the rows say'}, by {place}",
    ]
    if local.mapping and local.mapping.columns and local.mapping.file_name is None:
        report.lines.append(
            "             by its headings alone: another supplier's file with the same ones would be taken for this one's. "
            "Say file_name in the mapping"
        )
    if local.month:
        report.lines.append(f"month        {local.month:%B %Y}, by its name")
    report.fits = True
    if local.needs_key and isinstance(contract.key, NoKey):
        report.lines.append(f"would be refused: {contract.key}")
        report.fits = False
        # nothing is stored: any key will do to see the rest
        contract.key = secrets.token_bytes(32)
    if settings.warehouse_path.exists():
        with Warehouse(settings.warehouse_path).connect() as warehouse:
            contract.load_postcodes(warehouse)
            contract.postcodes(warehouse)
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        body = ", ".join(f"{identifier(column.name)} varchar" for column in local.table.columns)
        connection.execute(
            f"create table raw.{identifier(local.table.name)} ({body}, _file_id varchar, _row_number bigint, _loaded_at timestamp)"
        )
        received = dt.datetime.fromtimestamp(0, tz=dt.UTC).replace(tzinfo=None).isoformat()
        converted = fill_raw(connection, file, local, contract, received, is_synthetic=False)
        report.lines += _account(connection, file, local, converted)
        report.lines += _notes(converted, local, contract.lookup is not None)
        check_month(connection, file, local)


def _of_no_supplier(file: SourceFile, contract: LocalContract, sources: list, report: Report) -> Report:
    """A file of a publisher, or one for which a mapping has to be made."""
    claimed = claim(file, sources)
    if claimed.source is not None:
        tables = ", ".join(table.name for table in claimed.tables)
        report.lines.append(
            f"source       {claimed.source.name} ({claimed.source.publication.publisher}): {tables}"
        )
        report.fits = True
        for table in claimed.tables:
            if READERS[table.file.reader].remarks:
                report.lines += [f"not taken    {r.message}" for r in read_claimed(file, table).remarks]
        return report
    if claimed.verdict == "refused" or file.kind not in ("text", "workbook"):
        report.lines.append(f"would be {claimed.verdict}: {claimed.reason}")
        return report
    header, columns, first_row = headings(file, SAMPLE_ROWS)
    if any(LOOKS_LIKE_DATA.search(cell) for cell in header):
        report.lines.append(
            "would be left unread: its first row looks like data, not like headings. Add a row of headings."
        )
        return report
    draft = draft_mapping(header, columns, contract.tables, file.name, first_row)
    if draft is None:
        report.lines.append(
            f"would be left unread: no source and no mapping fits {file.name}, and its headings resemble no data set of "
            "docs/local_data.md."
        )
        return report
    report.lines.append(
        f"would be left unread: no mapping fits {file.name}. Its headings resemble {draft.dataset} most "
        f"({len(draft.matched)} of {len(header)} columns). A draft to be read through:"
    )
    report.draft = draft.text
    return report
