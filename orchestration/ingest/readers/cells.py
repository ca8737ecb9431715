"""Odd workbook sheets as long rows, one per cell that holds a value or a flag.

For sheets with several stacked tables, merged headings, labels in several columns, or flags in a column of
their own. It says where each cell stood and what its labels were; what they mean is left to staging.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from orchestration.ingest.declarations import Table
from orchestration.ingest.readers.base import ReadResult, RefusedFile, SourceFile, cell_text
from orchestration.ingest.readers.table import Recognition, no_sheet

MAX_LABELS = 4
LABELS = tuple(f"row_label_{number}" for number in range(1, MAX_LABELS + 1))
LABEL_HEADERS = tuple(f"label_header_{number}" for number in range(1, MAX_LABELS + 1))
COLUMNS = (
    "sheet", "table_title", "table_subtitle", "table_part", "column_number",
    *LABELS, *LABEL_HEADERS, "band", "column_label", "value", "flag",
)  # fmt: skip


@dataclass
class Layout:
    """How the cells of a sheet hang together, from the declaration's `options`.

    Attributes:
        header: regular expression of the first header cell; a row that starts with it is a header row.
        title: regular expression of a table's title, in the first column.
        title_rows: rows of the title; the second one (place and period) is the table's subtitle.
        only: regular expression; only tables whose title fits are read.
        labels: number of label columns at the left, where `label_columns` does not say.
        label_columns: regular expression of the headings of label columns, at most four at the left.
        bands: rows of headings above the header row.
        bands_in_header: the header's first row holds merged headings, and the row below it, where its
            label cells are blank, the headings of the columns.
        header_rows: rows that make up the header, the matched one first.
        stop: regular expression of a first cell that ends a table.
        flags: a nameless column right of a value holds its flag.
        flag_header: regular expression of the heading of a column that holds the flag of the value at its left.
        fill: label columns whose blank cells repeat the one above.
    """

    header: str
    title: str | None = None
    title_rows: int = 1
    only: str | None = None
    labels: int = 1
    label_columns: str | None = None
    bands: int = 0
    bands_in_header: bool = False
    header_rows: int = 1
    stop: str = r"^(source|note|notes|footnote|return to)\b"
    flags: bool = False
    flag_header: str | None = None
    fill: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Start:
    """A header row, and the table it opens.

    Attributes:
        part: which header under the same title this is, from 1.
    """

    index: int
    title: str | None
    subtitle: str | None
    part: int


@dataclass(frozen=True)
class Headings:
    """What the columns of one table are called."""

    label_headers: list[str | None]
    labels: list[str | None]
    bands: list[str | None]
    first_row: int

    @property
    def first_value(self) -> int:
        """Position of the first column that is not a label."""
        return len(self.label_headers)


def _clean(value: object) -> str | None:
    text = cell_text(value)
    if text is None:
        return None
    text = re.sub(r"[\s\u00a0]+", " ", text).strip()
    return text or None


def _cell(row: list[Any], position: int) -> str | None:
    return _clean(row[position]) if position < len(row) else None


def _fits(pattern: str | None, text: str | None) -> bool:
    return bool(pattern is not None and text and re.match(pattern, text, re.IGNORECASE))


def _sheets(file: SourceFile, table: Table) -> list[str]:
    pattern = table.file.sheet or ""
    return [name for name in file.workbook.sheet_names if re.search(pattern, name, re.IGNORECASE)]


def _starts(rows: list[list[Any]], layout: Layout) -> Iterator[Start]:
    """Header rows of the tables that the layout asks for."""
    title: str | None = None
    subtitle: str | None = None
    part = 0
    for index, row in enumerate(rows):
        first = _cell(row, 0)
        if _fits(layout.header, first):
            part += 1
            if layout.only is None or (title and re.search(layout.only, title, re.IGNORECASE)):
                yield Start(index, title, subtitle, part)
        elif _fits(layout.title, first):
            title, part = first, 0
            below = layout.title_rows > 1 and index + 1 < len(rows)
            subtitle = _cell(rows[index + 1], 0) if below else None


def recognise_cells(file: SourceFile, table: Table) -> Recognition:
    """Whether a sheet of that name has a table of that title and header."""
    if not file.is_workbook:
        return Recognition(0.0, False)
    layout = Layout(**table.file.options)
    sheets = _sheets(file, table)
    if not sheets:
        return no_sheet(file, table)
    for sheet in sheets:
        if next(_starts(file.sheet_rows(sheet), layout), None):
            return Recognition(1.0, True)
    return Recognition(0.5, False, f"sheet {sheets[0]}: no row begins like {layout.header}")


def _carried(row: list[Any], first: int, width: int) -> list[str | None]:
    """The heading above each column: a merged heading reaches to the next one."""
    carried: list[str | None] = [None] * width
    current: str | None = None
    for position in range(first, width):
        current = _cell(row, position) or current
        carried[position] = current
    return carried


def _label_count(names: list[str | None], layout: Layout) -> int:
    if layout.label_columns is None:
        return layout.labels
    count = 0
    for name in names[:MAX_LABELS]:
        if name is not None and not _fits(layout.label_columns, name):
            break
        count += 1
    return count


def _headings(rows: list[list[Any]], at: int, layout: Layout) -> Headings:
    """Headings of a table; a header of several rows is joined by ': ' unless its first row holds bands."""
    height = layout.header_rows
    if layout.bands_in_header and height > 1:
        top, below = rows[at], rows[at + 1] if at + 1 < len(rows) else []
        names = [_cell(top, position) for position in range(len(top))]
        if _cell(below, 0):
            height = 1
        else:
            width = max(len(top), len(below))
            lower = [_cell(below, position) for position in range(width)]
            first_named = next((position for position, text in enumerate(lower) if text), width)
            count = min(_label_count(names, layout), first_named)
            bands = _carried(top, count, width)
            # a merged heading that begins a column late still covers the first one
            bands = [band or next(filter(None, bands), None) for band in bands]
            return Headings(names[:count], lower, bands, at + 2)
    lines = rows[at : at + height]
    width = max(len(line) for line in lines)
    texts = [
        ": ".join(filter(None, (_cell(line, position) for line in lines))) or None
        for position in range(width)
    ]
    count = _label_count(texts, layout)
    above = layout.bands and at >= layout.bands
    bands = _carried(rows[at - layout.bands], 0, width) if above else [None] * width
    return Headings(texts[:count], texts, bands, at + height)


def _is_flag_column(headings: Headings, position: int, layout: Layout) -> bool:
    if position >= len(headings.labels):
        return layout.flags
    label = headings.labels[position]
    return layout.flags if label is None else _fits(layout.flag_header, label)


def _padded(texts: list[str | None]) -> list[str | None]:
    return [*texts, *[None] * (MAX_LABELS - len(texts))]


def _table_cells(
    sheet: str, rows: list[list[Any]], start: Start, layout: Layout
) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Sheet row and cells of one table, from below its header to its end."""
    headings = _headings(rows, start.index, layout)
    filled: dict[int, str | None] = {}
    for index in range(headings.first_row, len(rows)):
        row = rows[index]
        first = _cell(row, 0)
        if any(_fits(pattern, first) for pattern in (layout.header, layout.title, layout.stop)):
            return
        labels = [_cell(row, position) for position in range(headings.first_value)]
        for number in layout.fill:
            labels[number - 1] = labels[number - 1] or filled.get(number)
            filled[number] = labels[number - 1]
        if not any(labels):
            continue
        for position in range(headings.first_value, min(len(row), len(headings.labels))):
            label = headings.labels[position]
            if label is None or _is_flag_column(headings, position, layout):
                continue
            flagged = _is_flag_column(headings, position + 1, layout)
            value, flag = _cell(row, position), _cell(row, position + 1) if flagged else None
            if value is None and flag is None:
                continue
            cells = dict(zip(LABELS, _padded(labels), strict=True))
            cells |= dict(zip(LABEL_HEADERS, _padded(headings.label_headers), strict=True))
            yield (
                index + 1,
                cells
                | {
                    "sheet": sheet,
                    "table_title": start.title,
                    "table_subtitle": start.subtitle,
                    "table_part": str(start.part),
                    "column_number": str(position + 1),
                    "band": headings.bands[position],
                    "column_label": label,
                    "value": value,
                    "flag": flag,
                },
            )


def read_cells(file: SourceFile, table: Table) -> ReadResult:
    """Read every sheet that the declaration names.

    Raises:
        RefusedFile: when no sheet holds a table of the declared layout.
    """
    layout = Layout(**table.file.options)
    found: list[tuple[int, dict[str, str | None]]] = []
    for sheet in _sheets(file, table):
        rows = file.sheet_rows(sheet)
        for start in _starts(rows, layout):
            found += _table_cells(sheet, rows, start, layout)
    if not found:
        raise RefusedFile(
            "no table",
            f"{file.name}: no sheet named like {table.file.sheet} holds a row that begins like {layout.header}.",
        )
    frame = pd.DataFrame([cells for _, cells in found], columns=list(COLUMNS), dtype=object)
    frame["_row_number"] = pd.array([number for number, _ in found], dtype="int64")
    return ReadResult(frame)
