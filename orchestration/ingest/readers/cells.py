"""Odd workbook sheets as long rows, one per cell that holds a value.

For sheets with several stacked tables, merged headings above the header, labels in several columns,
or flags in a column of their own. It says where each cell stood and what its labels were, and leaves
what they mean to the staging model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from orchestration.ingest.declarations import Table
from orchestration.ingest.readers.base import ReadResult, RefusedFile, SourceFile, cell_text
from orchestration.ingest.readers.table import Recognition

COLUMNS = (
    "sheet", "table_title", "column_number", "row_label_1", "row_label_2", "row_label_3",
    "row_label_4", "band", "column_label", "value", "flag",
)  # fmt: skip


@dataclass
class Layout:
    """How the cells of a sheet hang together, from the declaration's `options`.

    Attributes:
        header: regular expression of the first header cell; a row that starts with it is a header row.
        title: regular expression of a table's title, in the first column.
        labels: number of label columns at the left.
        bands: rows of headings above the header row.
        header_rows: rows that make up the header, the matched one first.
        stop: regular expression of a first cell that ends a table.
        flags: a nameless column right of a value holds its flag.
        fill: label columns whose blank cells repeat the one above.
        sheets_title: the sheet's first text is the title of its only table.
    """

    header: str
    title: str | None = None
    labels: int = 1
    bands: int = 0
    header_rows: int = 1
    stop: str = r"^(source|note|notes|footnote|return to)\b"
    flags: bool = False
    fill: list[int] = field(default_factory=list)


def _clean(value: object) -> str | None:
    text = cell_text(value)
    if text is None:
        return None
    text = re.sub(r"[\s\u00a0]+", " ", text).strip()
    return text or None


def _sheets(file: SourceFile, table: Table) -> list[str]:
    pattern = table.file.sheet or ""
    return [name for name in file.workbook.sheet_names if re.search(pattern, name, re.IGNORECASE)]


def _grid(file: SourceFile, sheet: str) -> list[list[str | None]]:
    return [[_clean(cell) for cell in row] for row in file.sheet_rows(sheet)]


def _is_header(row: list[str | None], layout: Layout) -> bool:
    return bool(row and row[0] and re.match(layout.header, row[0], re.IGNORECASE))


def recognise_cells(file: SourceFile, table: Table) -> Recognition:
    """Whether a sheet of that name has a header row of that kind, and the file's name fits if it must."""
    if not file.is_workbook:
        return Recognition(0.0, False)
    layout = Layout(**table.file.options)
    sheets = _sheets(file, table)
    if not sheets:
        return Recognition(0.0, False, f"no sheet is named like {table.file.sheet}")
    for sheet in sheets:
        if any(_is_header(row, layout) for row in _grid(file, sheet)):
            return Recognition(1.0, True)
    return Recognition(0.5, False, f"sheet {sheets[0]}: no row begins like {layout.header}")


def _header_texts(grid: list[list[str | None]], at: int, layout: Layout) -> list[str | None]:
    """Header texts by column; a header of several rows is joined by ': '."""
    width = max(len(row) for row in grid[at : at + layout.header_rows])
    texts: list[str | None] = []
    for column in range(width):
        pieces = []
        for row in grid[at : at + layout.header_rows]:
            cell = row[column] if column < len(row) else None
            if cell:
                pieces.append(cell)
        texts.append(": ".join(pieces) or None)
    return texts


def _bands(grid: list[list[str | None]], at: int, layout: Layout, width: int) -> list[str | None]:
    """The heading above each column: a merged heading reaches to the next one."""
    if not layout.bands or at < layout.bands:
        return [None] * width
    row = grid[at - layout.bands]
    bands: list[str | None] = []
    current: str | None = None
    for column in range(width):
        cell = row[column] if column < len(row) else None
        current = cell or current
        bands.append(current)
    return bands


def _sheet_cells(
    sheet: str, grid: list[list[str | None]], layout: Layout
) -> list[tuple[int, dict[str, str | None]]]:
    found: list[tuple[int, dict[str, str | None]]] = []
    title: str | None = None
    header: list[str | None] | None = None
    bands: list[str | None] = []
    filled: dict[int, str | None] = {}
    skip_until = 0
    for index, row in enumerate(grid):
        if index < skip_until:
            continue
        first = row[0] if row else None
        if _is_header(row, layout):
            header = _header_texts(grid, index, layout)
            bands = _bands(grid, index, layout, len(header))
            skip_until = index + layout.header_rows
            filled = {}
            continue
        if first and layout.title and re.match(layout.title, first, re.IGNORECASE):
            title, header = first, None
            continue
        if header is None:
            continue
        if first and re.match(layout.stop, first, re.IGNORECASE):
            header = None
            continue
        labels = [row[i] if i < len(row) else None for i in range(layout.labels)]
        for position in layout.fill:
            labels[position - 1] = labels[position - 1] or filled.get(position)
            filled[position] = labels[position - 1]
        if not any(labels):
            continue
        labels += [None] * (4 - len(labels))
        for column in range(layout.labels, min(len(row), len(header))):
            value, label = row[column], header[column]
            if value is None or label is None:
                continue
            flag = None
            if layout.flags and column + 1 < len(row):
                beside = header[column + 1] if column + 1 < len(header) else None
                flag = row[column + 1] if beside is None else None
            found.append(
                (
                    index + 1,
                    {
                        "sheet": sheet,
                        "table_title": title,
                        "column_number": str(column + 1),
                        "row_label_1": labels[0],
                        "row_label_2": labels[1],
                        "row_label_3": labels[2],
                        "row_label_4": labels[3],
                        "band": bands[column],
                        "column_label": label,
                        "value": value,
                        "flag": flag,
                    },
                )
            )
    return found


def read_cells(file: SourceFile, table: Table) -> ReadResult:
    """Read every sheet that the declaration names.

    Raises:
        RefusedFile: when no sheet holds a table of the declared layout.
    """
    layout = Layout(**table.file.options)
    found: list[tuple[int, dict[str, str | None]]] = []
    for sheet in _sheets(file, table):
        found += _sheet_cells(sheet, _grid(file, sheet), layout)
    if not found:
        raise RefusedFile(
            "no table",
            f"{file.name}: no sheet named like {table.file.sheet} holds a row that begins like {layout.header}.",
        )
    frame = pd.DataFrame([cells for _, cells in found], columns=list(COLUMNS), dtype=object)
    frame["_row_number"] = pd.array([number for number, _ in found], dtype="int64")
    return ReadResult(frame)
