"""Rectangular data with one header row: a CSV file or a sheet of a workbook.

Finds the header by the declared columns, so the order of columns does not matter.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

import pandas as pd

from orchestration.ingest.declarations import Table
from orchestration.ingest.readers.base import (
    ReadResult,
    RefusedFile,
    RejectedRow,
    SourceFile,
    cell_text,
)

DELIMITERS = (",", ";", "\t", "|")
HEADER_SEARCH_ROWS = 30
csv.field_size_limit(16 * 1024**2)


@dataclass(frozen=True)
class Recognition:
    """Whether a table can be read from a file.

    Attributes:
        share: share of the required columns that the best header row has.
        fits: all of them.
        reason: what is missing, for a file that nearly fits.
    """

    share: float
    fits: bool
    reason: str = ""


@dataclass(frozen=True)
class Header:
    """A header row that was found: its row number (1-based), where each column stands, and its texts."""

    row_number: int
    positions: dict[str, int]
    cells: list[str]

    @property
    def width(self) -> int:
        """Number of its fields."""
        return len(self.cells)


def header_share(cells: list[str], table: Table) -> tuple[float, list[str]]:
    """Share of the required columns in a row of texts, and the names of those that are missing."""
    required = [column for column in table.columns if column.required]
    missing = [column.name for column in required if not any(column.fits(cell) for cell in cells)]
    return (len(required) - len(missing)) / len(required), missing


def positions(cells: list[str], table: Table) -> dict[str, int]:
    """Where each declared column stands in a header row; a cell serves one column only."""
    found: dict[str, int] = {}
    for column in table.columns:
        if column.header_of is not None:
            continue
        for index, cell in enumerate(cells):
            if index not in found.values() and column.fits(cell):
                found[column.name] = index
                break
    return found


def _first_rows(text: str, delimiter: str) -> list[list[str]]:
    head = text[:65536]
    rows = []
    try:
        for row in csv.reader(io.StringIO(head), delimiter=delimiter):
            rows.append(row)
            if len(rows) >= HEADER_SEARCH_ROWS:
                break
    except csv.Error:
        pass  # an odd quote further down: the rows before it are enough to find a header
    return rows


def _best_header(rows: list[list[str]], table: Table) -> tuple[float, int, list[str]]:
    best = (0.0, 0, [column.name for column in table.columns if column.required])
    limit = HEADER_SEARCH_ROWS if table.file.options.get("preamble") else 1
    for number, row in enumerate(rows[:HEADER_SEARCH_ROWS], start=1):
        if number > limit and not _only_blank(rows[: number - 1]):
            break
        share, missing = header_share([cell or "" for cell in row], table)
        if share > best[0]:
            best = (share, number, missing)
    return best


def _only_blank(rows: list[list[str]]) -> bool:
    return all(not any((cell or "").strip() for cell in row) for row in rows)


def _sheets(file: SourceFile, table: Table) -> list[str]:
    names = file.workbook.sheet_names
    if table.file.sheet is None:
        return list(names)
    return [name for name in names if re.search(table.file.sheet, name, re.IGNORECASE)]


def _sheet_texts(file: SourceFile, sheet: str, rows: int | None = None) -> list[list[str | None]]:
    return [[cell_text(cell) for cell in row] for row in file.sheet_rows(sheet)[:rows]]


def _looks_like_html(text: str) -> bool:
    return re.match(r"\s*(<!doctype html|<html|<head|<\?xml[^>]*>\s*<html)", text[:500], re.I) is not None


def delimiter_of(text: str, table: Table) -> tuple[str, float, int, list[str]]:
    """The delimiter whose header fits best: (delimiter, share, header row, missing columns)."""
    tried = []
    for delimiter in DELIMITERS:
        share, number, missing = _best_header(_first_rows(text, delimiter), table)
        tried.append((delimiter, share, number, missing))
    return max(tried, key=lambda found: found[1])


def recognise_table(file: SourceFile, table: Table) -> Recognition:
    """Whether the file's header has the declared columns.

    Raises:
        RefusedFile: when the file cannot be opened at all.
    """
    if file.is_workbook:
        sheets = _sheets(file, table)
        looked = f"none of its sheets ({', '.join(sheets)}) has the columns" if sheets else None
        best = Recognition(0.0, False, looked or f"no sheet is named like {table.file.sheet}")
        for sheet in sheets:
            rows = [[cell or "" for cell in row] for row in _sheet_texts(file, sheet, HEADER_SEARCH_ROWS)]
            share, number, missing = _best_header(rows, table)
            if share > best.share:
                best = Recognition(
                    share, share == 1, f"sheet {sheet}, row {number}: no column {', '.join(missing)}"
                )
        return best
    text, _ = file.decoded
    if not text.strip():
        return Recognition(0.0, False, "the file is empty")
    if _looks_like_html(text):
        return Recognition(0.0, False, "it is a web page, not data: the download failed")
    delimiter, share, number, missing = delimiter_of(text, table)
    if share == 1 and delimiter != ",":
        named = {";": "semicolons", "\t": "tabs", "|": "bars"}[delimiter]
        if not table.file.options.get("any_delimiter"):
            return Recognition(
                share,
                False,
                f"row {number}: its columns are divided by {named}. Save it again as CSV with commas",
            )
    return Recognition(
        share, share == 1, f"row {number or 1}: no column {', '.join(missing)} (renamed or left out?)"
    )


def _frame(table: Table, rows: list[list[str | None]], numbers: list[int], header: Header) -> pd.DataFrame:
    data: dict[str, list[str | None]] = {}
    for column in table.columns:
        position = header.positions.get(column.name)
        if column.header_of in header.positions:
            text = header.cells[header.positions[column.header_of]].strip()
            data[column.name] = [text] * len(rows)
        elif position is None:
            data[column.name] = [None] * len(rows)
        else:
            data[column.name] = [row[position] for row in rows]
    frame = pd.DataFrame(data, dtype=object)
    frame["_row_number"] = pd.array(numbers, dtype="int64")
    return frame


def _read_text(file: SourceFile, table: Table) -> ReadResult:
    text, encoding = file.decoded
    delimiter, _, header_number, _ = delimiter_of(text, table)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str | None]] = []
    numbers: list[int] = []
    rejected: list[RejectedRow] = []
    header: Header | None = None
    notes = [] if encoding == "utf-8-sig" else [f"decoded as {encoding}"]
    trailing = bool(table.file.options.get("trailing_notes"))
    unfilled = int(table.file.options.get("unfilled_last_columns", 0))
    width: int | None = None
    try:
        for index, row in enumerate(reader, start=1):
            line = reader.line_num
            if header is None:
                if index == header_number:
                    header = Header(line, positions(row, table), row)
                continue
            if not any(cell.strip() for cell in row):
                continue
            if width is None:
                # some exports name a last column that no row of theirs fills, without the comma for it
                short = header.width - len(row)
                width = len(row) if 0 < short <= unfilled else header.width
            if len(row) != width:
                if trailing and len(row) < header.width:
                    notes.append(f"line {line}: publisher's note")
                    continue
                rejected.append(
                    RejectedRow(
                        line, delimiter.join(row), "fields", None,
                        f"{file.name} line {line}: {len(row)} fields where the header has {header.width}. "
                        "Look for a stray comma or a line cut short, and download it again.",
                    )
                )  # fmt: skip
                continue
            rows.append([cell if cell != "" else None for cell in row] + [None] * (header.width - width))
            numbers.append(line)
    except csv.Error as error:
        raise RefusedFile(
            "cut short",
            f"{file.name} line {reader.line_num}: {error}. A quote is never closed: the file is cut "
            "short or damaged. Download it again.",
        ) from error
    assert header is not None
    return ReadResult(_frame(table, rows, numbers, header), rejected, encoding, notes)


def _read_sheets(file: SourceFile, table: Table) -> ReadResult:
    frames, notes = [], []
    for sheet in _sheets(file, table):
        cells = _sheet_texts(file, sheet)
        head = [[cell or "" for cell in row] for row in cells[:HEADER_SEARCH_ROWS]]
        share, number, _ = _best_header(head, table)
        if share < 1:
            continue
        header = Header(number, positions(head[number - 1], table), head[number - 1])
        rows, numbers = [], []
        for row_number, row in enumerate(cells[number:], start=number + 1):
            if any(cell for cell in row):
                rows.append(row)
                numbers.append(row_number)
        frames.append(_frame(table, rows, numbers, header))
        notes.append(f"sheet {sheet}")
    return ReadResult(pd.concat(frames, ignore_index=True), [], None, notes)


def read_table(file: SourceFile, table: Table) -> ReadResult:
    """Read a file that `recognise_table` found to fit.

    Raises:
        RefusedFile: when its bytes are not text, or a quote is never closed.
    """
    result = _read_sheets(file, table) if file.is_workbook else _read_text(file, table)
    return result
