"""How publishers write: rounding, rates, CSV files and workbooks whose bytes do not depend on the machine.

Nothing here knows a format's columns.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import xlsxwriter

Cell = str | int | float | dt.date | None


def rounded(counts: np.ndarray) -> np.ndarray:
    """Counts as NHS England publishes them: 0, 5 for 1 to 7, otherwise the nearest 5."""
    counts = np.asarray(counts)
    return np.where((counts > 0) & (counts <= 7), 5, (counts + 2) // 5 * 5)


def rounded_one(count: int) -> int:
    """The same of one count."""
    if 0 < count <= 7:
        return 5
    return (count + 2) // 5 * 5


def rate_text(numerator: int, denominator: int, multiplier: int, decimals: int) -> str:
    """A rate as published: rounded half up, no trailing zeros, 0 where nobody is counted."""
    if denominator == 0:
        return "0"
    scaled = (2 * numerator * multiplier * 10**decimals + denominator) // (2 * denominator)
    whole, part = divmod(scaled, 10**decimals)
    return f"{whole}.{part:0{decimals}d}".rstrip("0").rstrip(".") if part else str(whole)


def stamp(path: Path, received: dt.date) -> None:
    """Date a file, so that the register says the same of it on every machine."""
    moment = dt.datetime(received.year, received.month, received.day, 9, 30, tzinfo=dt.UTC).timestamp()
    os.utime(path, (moment, moment))


def write_csv(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    received: dt.date,
    *,
    bom: bool = False,
    preamble: Sequence[Sequence[Cell]] = (),
    notes: Sequence[Sequence[Cell]] = (),
    quote_all: bool = False,
) -> None:
    """Write a CSV file with line feeds, as the publishers' own systems do."""
    text = io.StringIO()
    quoting = csv.QUOTE_NONNUMERIC if quote_all else csv.QUOTE_MINIMAL
    writer = csv.writer(text, lineterminator="\n", quoting=quoting)
    writer.writerows(preamble)
    writer.writerow(header)
    writer.writerows(rows)
    writer.writerows(notes)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((b"\xef\xbb\xbf" if bom else b"") + text.getvalue().encode("utf-8"))
    stamp(path, received)


def write_workbook(
    path: Path,
    sheets: dict[str, Sequence[Sequence[Cell]]],
    received: dt.date,
    *,
    date_format: str = "dd/mm/yyyy",
) -> None:
    """Write a workbook, one sheet for each list of rows; nothing in it is compressed, because
    compressed bytes differ between builds of zlib."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "default_date_format": date_format}) as book:
        book.set_properties({"created": dt.datetime(2026, 1, 1), "comments": "Synthetic: see SYNTHETIC.txt"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    _write_cell(sheet, number, place, cell)
    stored = io.BytesIO()
    with zipfile.ZipFile(made) as packed, zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as plain:
        for name in packed.namelist():
            plain.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), packed.read(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(stored.getvalue())
    stamp(path, received)


def _write_cell(sheet: xlsxwriter.workbook.Worksheet, row: int, place: int, cell: Cell) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, dt.date):
        sheet.write_datetime(row, place, dt.datetime(cell.year, cell.month, cell.day))
    elif isinstance(cell, str):
        sheet.write_string(row, place, cell)
    else:
        sheet.write_number(row, place, cell)
