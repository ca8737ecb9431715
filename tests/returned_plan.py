"""Returned action plans for tests: the workbook of an edition, and what people and spreadsheet programs make of it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from orchestration import action_workbook as book_of
from orchestration.ingest.declarations import Table, read_declarations
from orchestration.ingest.readers import SourceFile
from orchestration.outputs.action_plan import render_action_plan
from tests.page_data import audit_data

EDITION = "2025-04-abcdef12"
FIRST_ROW = book_of.HEADER_ROW + 1
Rows = list[list[Any]]


@lru_cache
def plan_table() -> Table:
    """The declaration of the returned plan."""
    source = next(one for one in read_declarations() if one.name == "action_plan")
    return source.tables[0]


@lru_cache
def sent_workbook() -> bytes:
    """The workbook of a system as an edition writes it, with five actions."""
    return render_action_plan(audit_data().system("QK1"), EDITION)


def heading(name: str) -> str:
    """Heading of a column of the plan."""
    return next(column.heading for column in book_of.PLAN_COLUMNS if column.name == name)


def resaved(
    content: bytes,
    cells: dict[tuple[int, str], Any] | None = None,
    change: Callable[[dict[str, Rows]], None] | None = None,
    renamed: dict[str, str] | None = None,
    without_columns: Sequence[str] = (),
    without_sheets: Sequence[str] = (),
) -> bytes:
    """The workbook as another program saves it, with some cells of the plan filled in.

    Args:
        content: the workbook.
        cells: values by row of the sheet and name of the column; a text that begins with = is a formula.
        change: what else is done to the rows of the sheets.
        renamed: new names of sheets.
        without_columns: columns of the plan that are deleted, by name.
        without_sheets: sheets that are deleted.
    """
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
        if name not in without_sheets
    }
    plan = sheets[book_of.PLAN]
    headings = plan[book_of.HEADER_ROW - 1]
    last = max((row for row, _ in cells or {}), default=0)
    plan += [[""] * len(headings) for _ in range(last - len(plan))]
    for (row, name), value in (cells or {}).items():
        plan[row - 1][headings.index(heading(name))] = value
    if change:
        change(sheets)
    barred = {headings.index(heading(name)) for name in without_columns}
    sheets[book_of.PLAN] = [[cell for at, cell in enumerate(row) if at not in barred] for row in plan]
    out = io.BytesIO()
    saved = xlsxwriter.Workbook(out, {"strings_to_urls": False, "default_date_format": "dd/mm/yyyy"})
    for name, rows in sheets.items():
        page = saved.add_worksheet((renamed or {}).get(name, name))
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if value not in (None, ""):
                    page.write(number, place, value)
    saved.close()
    return out.getvalue()


def source_file(content: bytes, name: str = "plan.xlsx") -> SourceFile:
    """The bytes as a file of the input folder."""
    return SourceFile(Path(name), name, content, hashlib.sha256(content).hexdigest())
