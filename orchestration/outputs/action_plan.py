"""One system's action plan as a workbook to fill in. `render_action_plan` is pure: no file, no clock, same bytes.

Names of sheets and columns are action_workbook.py's, the words actions.py's.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from orchestration import action_workbook as book_of
from orchestration.action_workbook import Column
from orchestration.outputs import actions as told
from orchestration.outputs import wording as say
from orchestration.outputs.audit_data import SystemData
from orchestration.outputs.data_pack import guarded
from orchestration.outputs.figures import Row, records

BLUE, GREY, PALE_GREY, YELLOW, RED, GREEN = "#005EB8", "#768692", "#F0F4F5", "#FFF4C2", "#FBE0DC", "#DDF0E4"
A3, A4 = 8, 9
# points of a line of text, and of the tallest row that a sheet can have
LINE, TALLEST = 13.0, 409.0
DAY = "d mmm yyyy"
FIRST_DAY, LAST_DAY = dt.date(2020, 1, 1), dt.date(2049, 12, 31)
TITLE = "Maternity and neonatal equity action plan"
SYNTHETIC = "SYNTHETIC SAMPLE: made-up numbers, of no real place or person."
NOT_AGREED = "A draft from the findings of the audit. Nobody has agreed to any of it."
PROTECTION = {
    "format_cells": True, "format_columns": True, "format_rows": True, "sort": True, "autofilter": True,
    "insert_rows": False, "delete_rows": False,
}  # fmt: skip
IN_DECIMALS = {
    "baseline_value", "baseline_lower_95", "baseline_upper_95", "reference_value", "absolute_gap",
    "smallest_detectable_change", "target_year_1", "target_year_2", "target_year_3",
}  # fmt: skip
READ_ME_TEXT = (
    ("What this is", (
        "The action plan of {name}, drafted from the findings of its equity audit (edition {edition}). Each row of the sheet "
        "“Action plan” answers one finding. Change whatever local knowledge tells you to change: the draft is a start.",
    )),
    ("How to fill it in", (
        "White cells are yours; grey cells come from the audit and are locked (there is no password). Baselines are never "
        "changed here: if one is wrong, tell the analyst, and the next edition will say what was restated.",
        "Give every action an owner, a start and a due date. A yellow cell, and the word “Gap” in the last column, is one that "
        "is still missing.",
        "Keep what is agreed with the Maternity and Neonatal Voices Partnership in “Partners”: it is part of every action.",
        "“Status” takes one of: {statuses}. It says how the action goes, not whether the rate has moved: the next audit "
        "tells that apart, with chance taken into account.",
        "Add actions of your own in the empty rows below the drafted ones. Stop an action by its status; do not delete rows, "
        "columns or sheets.",
        "Save it as a workbook (.xlsx) and send it back to the audit{contact}.",
    )),
    ("How targets are proposed", (
        "Half of the absolute gap is closed in three years, in equal steps, by moving the group’s own rate. The rate compared "
        "with stays where it is: a gap that narrows because others got worse meets no target.",
        "The group’s own rate, the absolute gap and the relative gap stand together, since one can narrow while the other widens.",
        "Deaths and rare outcomes have no number: a few events by chance would decide whether it is met. Nor have gaps that "
        "people of unknown group could explain, or findings for which nothing is published.",
        "“Smallest change that can be told from chance” is what a year of as many women or babies could show. Where a step is "
        "smaller, follow the process measure.",
        "“People to reach” is the change in women or babies a year: that is what a team can act on.",
        "Write the target that you agree in “Target agreed”. A national ambition that has expired is shown as history and is never "
        "a pass mark.",
    )),
    ("How far the words were checked", (
        "verified: read in the text named. secondary: read where another text quotes it. unverified: not checked against any "
        "text, so do not quote it as what the guidance says. Interventions are in the words of this audit.",
    )),
    ("Where the numbers come from", (
        "Every number is a protected figure of the audit page, audit.html, with the same figure id. The sheet “Codes” is for "
        "the computer that reads this workbook when it comes back: leave it as it is.",
    )),
)  # fmt: skip


class Book:
    """The workbook under the pen, with its formats."""

    def __init__(self, system: SystemData, edition: str) -> None:
        self.system = system
        self.edition = edition
        self.content = io.BytesIO()
        self.book = xlsxwriter.Workbook(
            self.content,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        made = dt.datetime.fromisoformat(str(system.lmns["last_period"])[:10])
        self.book.set_properties(
            {
                "title": f"{TITLE}: {system.name}",
                "subject": f"Edition {edition}",
                "author": "Equity audit",
                "comments": SYNTHETIC if system.is_synthetic else NOT_AGREED,
                # the day of the newest figure: the same data give the same bytes
                "created": made,
            }
        )
        self.book.set_size(2400, 1400)
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def format(self, **properties: Any) -> Format:
        """A format with these properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": "Arial", "font_size": 10, "valign": "top", "text_wrap": True}
            self._formats[key] = self.book.add_format(base | properties)
        return self._formats[key]

    def locked(self, **properties: Any) -> Format:
        """A cell that the audit fills in."""
        return self.format(bg_color=PALE_GREY, border=1, border_color="#D8DDE0", **properties)

    def open(self, **properties: Any) -> Format:
        """A cell that the system fills in."""
        return self.format(locked=False, border=1, border_color=GREY, **properties)

    def sheet(
        self, name: str, note: str, columns: Sequence[Column], paper: int, pages_wide: int
    ) -> Worksheet:
        """A sheet with title, headings, print set-up and protection."""
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.write_string(
            0, 0, f"{name}: {self.system.name}", self.format(bold=True, font_size=16, text_wrap=False)
        )
        facts = f"Local Maternity and Neonatal System {self.system.code}. Edition {self.edition}. {note}"
        sheet.write_string(1, 0, facts, self.format(text_wrap=False))
        if self.system.is_synthetic:
            sheet.write_string(2, 0, SYNTHETIC, self.format(bold=True, font_color="#D5281B", text_wrap=False))
        sheet.set_row(0, 24)
        heading = self.format(
            bold=True, font_color="#FFFFFF", bg_color=BLUE, border=1, border_color="#FFFFFF"
        )
        yours = self.format(bold=True, font_color="#212B32", bg_color="#FFFFFF", border=2, border_color=BLUE)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            look = yours if column.filled_in_by == "system" else heading
            sheet.write_string(book_of.HEADER_ROW - 1, place, column.heading, look)
        # the arrow of the filter takes some of the width
        sheet.set_row(book_of.HEADER_ROW - 1, _height([(one.heading, one.width - 3) for one in columns]))
        sheet.freeze_panes(book_of.HEADER_ROW, 1)
        sheet.set_landscape()
        sheet.set_paper(paper)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.fit_to_pages(pages_wide, 0)
        sheet.repeat_rows(book_of.HEADER_ROW - 1)
        if pages_wide > 1:
            sheet.repeat_columns(0)
        mark = f" {SYNTHETIC}" if self.system.is_synthetic else ""
        # & starts a code in a footer
        footer = f"{self.system.code}, edition {self.edition}.{mark}".replace("&", "&&")
        sheet.set_footer(f"&L&8{footer}&R&8&A, page &P of &N")
        sheet.protect("", PROTECTION)
        return sheet

    def closed(self) -> bytes:
        """The finished file."""
        self.book.close()
        return self.content.getvalue()


def _write(sheet: Worksheet, row: int, place: int, value: object, look: Format) -> None:
    """One cell: a number as a number, anything else as text that no program runs."""
    if say.missing(value):
        sheet.write_blank(row, place, None, look)
    elif look.num_format == DAY:
        sheet.write_datetime(row, place, dt.date.fromisoformat(str(value)[:10]), look)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, place, value, look)
    else:
        sheet.write_string(row, place, str(guarded(str(value))), look)


def _height(cells: Sequence[tuple[object, float]]) -> float:
    """Points that a row needs for its texts in columns of these widths: not every program fits rows by itself."""
    lines = 1
    for value, width in cells:
        words, line, used = str("" if say.missing(value) else value).split(), 1, 0
        for word in words:
            if used and used + 1 + len(word) > width:
                line, used = line + 1, 0
            used += len(word) + (1 if used else 0)
            line += used // (int(width) + 1)
        lines = max(lines, line)
    return min(LINE * lines + 4, TALLEST)


def _read_me(book: Book, contact: str | None) -> None:
    sheet = book.book.add_worksheet(book_of.READ_ME)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 110)
    sheet.write_string(0, 0, f"{TITLE}: {book.system.name}", book.format(bold=True, font_size=18))
    sheet.set_row(0, 26)
    facts = (
        f"Local Maternity and Neonatal System {book.system.code}. Edition {book.edition}. "
        f"Version {book_of.VERSION} of the workbook."
    )
    sheet.write_string(1, 0, facts, book.format())
    row = 2
    if book.system.is_synthetic:
        sheet.write_string(row, 0, SYNTHETIC, book.format(bold=True, font_color="#D5281B", font_size=12))
        row += 1
    names = {
        "name": book.system.name,
        "edition": book.edition,
        "statuses": ", ".join(book_of.STATUSES),
        "contact": f" ({contact})" if contact else "",
    }
    for title, texts in READ_ME_TEXT:
        sheet.write_string(row + 1, 0, title, book.format(bold=True, font_size=13, font_color=BLUE))
        row += 2
        for text in texts:
            words = text.format(**names)
            sheet.write_string(row, 0, words, book.format(indent=1))
            sheet.set_row(row, _height([(words, 108)]))
            row += 1
    sheet.set_portrait()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.protect("", PROTECTION)


def plan_row(row: Row, edition: str) -> dict[str, object]:
    """What the workbook says of one action, by name of the column: of a draft, and of one that came back."""
    gap = [told.absolute_gap(row), told.relative_gap(row)]
    baseline = told.baseline(row)
    if told.compared(row):
        baseline += f". Compared with {told.compared(row)}"
    if any(gap):
        baseline += f": {', '.join(filter(None, gap))}"
    target = told.target(row)
    if not say.missing(row["people_to_reach"]):
        target += f"; {say.number(row['people_to_reach'])} women or babies a year to reach"
    return {
        **row,
        "priority": told.priority(row),
        "priority_number": row["priority"],
        "intervention": told.intervention(row),
        "baseline": baseline or "None: see the issue",
        "target_proposed": target,
        "basis": told.basis(row),
        "baseline_edition": row["baseline_edition"] or edition,
        "baseline_known_value": row["baseline_value"]
        if say.missing(row["baseline_known_value"])
        else row["baseline_known_value"],
    }


def _plan(book: Book, rows: Sequence[dict[str, object]]) -> None:
    note = (
        "White cells are yours; grey cells are the audit’s."
        if rows
        else "No finding of this edition asks for an action."
    )
    sheet = book.sheet(book_of.PLAN, f"{NOT_AGREED} {note}", book_of.PLAN_COLUMNS, A3, 2)
    at = {column.name: place for place, column in enumerate(book_of.PLAN_COLUMNS)}
    name = {column: xl_col_to_name(place) for column, place in at.items()}
    first, last = book_of.HEADER_ROW, book_of.HEADER_ROW + len(rows) + book_of.ROWS_TO_ADD - 1
    day = {"num_format": DAY, "align": "left"}
    for number in range(first, last + 1):
        drafted = rows[number - first] if number - first < len(rows) else None
        for column in book_of.PLAN_COLUMNS[:-1]:
            extra = day if column.name in ("start_date", "due_date") else {}
            own = column.filled_in_by == "system" or (drafted is None and column.name != "action_id")
            look = book.open(**extra) if own else book.locked(**extra)
            _write(sheet, number, at[column.name], drafted and drafted[column.name], look)
        texts = [(drafted and drafted.get(column.name), column.width) for column in book_of.PLAN_COLUMNS]
        sheet.set_row(number, _height(texts))
        line = number + 1
        parts = "&".join(
            f'IF({name[column]}{line}="","{words}. ","")'
            for column, words in (
                ("owner", told.NO_OWNER),
                ("start_date", told.NO_START),
                ("due_date", told.NO_DUE),
            )
        )
        formula = f'=IF({name["action"]}{line}="","",TRIM({parts}))'
        known = (
            told.gaps_to_fill(drafted["owner"], drafted["start_date"], drafted["due_date"]) if drafted else ""
        )
        sheet.write_formula(number, at["to_fill"], formula, book.locked(bold=True), known)
    sheet.autofilter(first - 1, 0, last, len(at) - 1)
    _checks(book, sheet, at, name, first, last)


def _checks(
    book: Book, sheet: Worksheet, at: dict[str, int], name: dict[str, str], first: int, last: int
) -> None:
    """What may stand in a cell, and what is shown as missing."""
    sheet.data_validation(
        first, at["status"], last, at["status"],
        {
            "validate": "list", "source": list(book_of.STATUSES), "error_title": "Status",
            "error_message": f"One of: {', '.join(book_of.STATUSES)}.",
        },
    )  # fmt: skip
    for column in ("start_date", "due_date"):
        sheet.data_validation(
            first, at[column], last, at[column],
            {
                "validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY,
                "error_title": "Date", "error_message": "A date, such as 31/03/2027.",
                "input_title": "Date", "input_message": "A date, such as 31/03/2027.",
            },
        )  # fmt: skip
    missing = book.book.add_format({"bg_color": YELLOW})
    for column in ("owner", "start_date", "due_date"):
        sheet.conditional_format(
            first, at[column], last, at[column],
            {
                "type": "formula", "format": missing,
                "criteria": f'=AND(${name["action"]}{first + 1}<>"",{name[column]}{first + 1}="")',
            },
        )  # fmt: skip
    for word, colour in (("late", RED), ("done", GREEN)):
        sheet.conditional_format(
            first, at["status"], last, at["status"],
            {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": book.book.add_format({"bg_color": colour})},
        )  # fmt: skip


def _table(
    book: Book,
    sheet: Worksheet,
    columns: Sequence[Column],
    rows: Sequence[Row],
    look: Callable[[Row, str], dict[str, Any]] = lambda row, name: {},
) -> None:
    """Rows below the headings of a sheet that nobody fills in."""
    for number, row in enumerate(rows, start=book_of.HEADER_ROW):
        for place, column in enumerate(columns):
            _write(sheet, number, place, row[column.name], book.locked(**look(row, column.name)))
        texts = [(row[column.name], column.width) for column in columns if isinstance(row[column.name], str)]
        sheet.set_row(number, _height(texts))
    sheet.autofilter(book_of.HEADER_ROW - 1, 0, book_of.HEADER_ROW - 1 + max(len(rows), 1), len(columns) - 1)


def _targets(book: Book, rows: Sequence[Row]) -> None:
    note = "Targets are proposals. The own rate and both gaps stand together."
    sheet = book.sheet(book_of.TARGETS, note, book_of.TARGET_COLUMNS, A3, 2)

    def look(row: Row, column: str) -> dict[str, Any]:
        if column == "relative_gap":
            return {"num_format": "0.00"}
        if column in IN_DECIMALS:
            decimals = say.decimals_of(row)
            return {"num_format": f"#,##0.{'0' * decimals}" if decimals else "#,##0"}
        return {"num_format": "#,##0"} if column == "people_to_reach" else {}

    shown = [
        {
            **row,
            "group": told.group(row),
            "reference": told.reference(row),
            "detectable": told.DETECTABLE.get(str(row["detectable"])),
        }
        for row in rows
    ]
    _table(book, sheet, book_of.TARGET_COLUMNS, shown, look)


def _registers(book: Book) -> None:
    sheet = book.sheet(
        book_of.AMBITIONS,
        "One that has expired is history and no pass mark; none is held against a figure, since bases differ.",
        book_of.AMBITION_COLUMNS, A3, 1,
    )  # fmt: skip
    ambitions = [
        row | {"checked": told.checked(row["verification"])} for row in records(book.system.ambitions)
    ]
    _table(book, sheet, book_of.AMBITION_COLUMNS, ambitions)
    sheet = book.sheet(
        book_of.INTERVENTIONS,
        "In the words of this audit. Do not quote an unverified row as what the guidance says.",
        book_of.INTERVENTION_COLUMNS, A3, 1,
    )  # fmt: skip
    interventions = [
        row
        | {
            "priority": f"{row['priority']} {row['priority_name']}",
            "checked": told.checked(row["verification"]),
            "indicator_checked": told.checked(row["indicator_verification"])
            if row["indicator_text"]
            else None,
        }
        for row in records(book.system.interventions)
    ]
    _table(book, sheet, book_of.INTERVENTION_COLUMNS, interventions)


def _codes(book: Book, rows: Sequence[dict[str, object]]) -> None:
    columns = (Column("key", "key", 22), Column("value", "value", 30))
    sheet = book.sheet(
        book_of.CODES, "For the computer that reads this workbook when it comes back.", columns, A4, 1
    )
    values = (
        book_of.VERSION, book.edition, book.system.code, "yes" if book.system.is_synthetic else "no", len(rows),
    )  # fmt: skip
    for number, pair in enumerate(zip(book_of.WORKBOOK_KEYS, values, strict=True), start=book_of.HEADER_ROW):
        for place, value in enumerate(pair):
            _write(sheet, number, place, value, book.locked())
    for place, name in enumerate((*book_of.CODE_COLUMNS, book_of.SEAL)):
        sheet.write_string(book_of.CODES_TABLE_ROW - 1, place, name, book.locked(bold=True))
    for number, row in enumerate(rows, start=book_of.CODES_TABLE_ROW):
        for place, name in enumerate(book_of.CODE_COLUMNS):
            _write(sheet, number, place, row[name], book.locked(text_wrap=False))
        texts = [None if say.missing(row[name]) else str(row[name]) for name in book_of.CODE_COLUMNS]
        sheet.write_string(
            number, len(book_of.CODE_COLUMNS), book_of.sealed(texts), book.locked(text_wrap=False)
        )
    sheet.set_column(2, len(book_of.CODE_COLUMNS) - 1, 20)


def render_action_plan(system: SystemData, edition: str, contact: str | None = None) -> bytes:
    """The workbook of one system, as the bytes of an .xlsx file.

    Args:
        system: the system's protected figures, findings and drafted actions.
        edition: name of the edition.
        contact: where the filled-in workbook goes, from the system's settings.
    """
    book = Book(system, edition)
    rows = told.rows_in_words(system.actions, system.findings)
    drafted = [plan_row(row, edition) for row in rows]
    _read_me(book, contact)
    _plan(book, drafted)
    _targets(book, rows)
    _registers(book)
    _codes(book, drafted)
    book.book.worksheets()[1].activate()
    return book.closed()
