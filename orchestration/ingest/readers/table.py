"""Rectangular data with one header row: a CSV file or a sheet of a workbook.

Finds the header by the declared columns, so neither the order of columns nor lines above the header matter.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from orchestration.ingest.declarations import Column, Table, fold
from orchestration.ingest.readers.base import (
    HEADER_SEARCH_ROWS,
    NO_BREAK_SPACE,
    ReadResult,
    RefusedFile,
    RejectedRow,
    SourceFile,
)
from orchestration.ingest.readers.texts import Texts, divided

RAW_LINES = 20
# a row of headings has no dates, no long numbers and no addresses in it
LOOKS_LIKE_DATA = re.compile(r"\d{5,}|\d+[/-]\d+[/-]\d+|@|^[A-Z]{1,2}\d[A-Z0-9]? ?\d[A-Z]{2}$")
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True)
class TableOptions:
    """The declaration's `options` for this reader.

    Attributes:
        trailing_notes: lines with at most one text below the last row are the publisher's notes.
        unfilled_last_columns: so many last columns of the header may be left out of every row, without even the
            comma for them.
    """

    trailing_notes: bool = False
    unfilled_last_columns: int = 0


@dataclass(frozen=True)
class Recognition:
    """Whether a table can be read from a file.

    Attributes:
        share: share of the required columns that the best header row has.
        fits: all of them, and the file can be read.
        reason: what is missing, for a file that nearly fits.
    """

    share: float
    fits: bool
    reason: str = ""


@dataclass(frozen=True)
class Header:
    """The row that fits a table's header best.

    Attributes:
        row_number: its number, from 1.
        cells: its texts.
        positions: where each declared column stands.
        missing: required columns that it does not have.
        share: share of the required columns that it has.
    """

    row_number: int
    cells: list[str]
    positions: dict[str, int]
    missing: list[Column]
    share: float

    def text_for(self, column: Column) -> str | None:
        """For a column that holds the header text of another one, that text."""
        position = self.positions.get(column.header_of) if column.header_of else None
        return None if position is None else self.cells[position].strip()


@lru_cache(maxsize=512)
def _places(row: tuple[str, ...]) -> dict[str, list[int]]:
    """Where each text of a row stands, by the text as headers are compared. Every table asks this of a file."""
    places: dict[str, list[int]] = {}
    for index, text in enumerate(row):
        places.setdefault(fold(text), []).append(index)
    return places


def _position(column: Column, places: dict[str, list[int]], taken: set[int]) -> int | None:
    """Where a column stands: the first of its accepted headers that is there and not taken."""
    for accepted in column.accepted:
        texts = (
            [accepted]
            if accepted in column.exact
            else [text for text in places if column.matches(text, accepted)]
        )
        free = [index for text in texts for index in places.get(text, []) if index not in taken]
        if free:
            return min(free)
    return None


def find_header(rows: Sequence[Sequence[str | None]], table: Table) -> Header | None:
    """The row among the first ones that has most of the required columns; None for no row at all."""
    period = table.file.period
    may_share = set(period.columns) if period else set()
    required = [column for column in table.columns if column.required]
    best: Header | None = None
    for number, row in enumerate(rows[:HEADER_SEARCH_ROWS], start=1):
        cells = [cell or "" for cell in row]
        places = _places(tuple(cells))
        if best is not None and not table.may_head(places.keys()):
            continue
        positions: dict[str, int] = {}
        for column in table.columns:
            if column.header_of is not None:
                continue
            taken = set() if column.name in may_share else set(positions.values())
            found = _position(column, places, taken)
            if found is not None:
                positions[column.name] = found
        missing = [column for column in required if column.name not in positions]
        share = (len(required) - len(missing)) / len(required)
        if best is None or share > best.share:
            best = Header(number, cells, positions, missing, share)
        if share == 1:
            break
    return best


def delimited_header(file: SourceFile, table: Table) -> tuple[str, Header | None]:
    """The delimiter whose header fits best, and that header."""
    tried = [
        (delimiter, find_header(file.first_rows(delimiter), table))
        for delimiter in DELIMITERS
        if delimiter == "," or delimiter in file.head
    ]
    return max(tried, key=lambda pair: pair[1].share if pair[1] else -1.0)


def missing_text(header: Header) -> str:
    """Which columns are missing, and which header stands nearest to each."""
    spare = [
        cell for index, cell in enumerate(header.cells) if cell and index not in header.positions.values()
    ]
    parts = []
    for column in header.missing:
        wanted = (column.header or [column.name])[0]
        by_fold = {fold(cell): cell for cell in spare}
        near = difflib.get_close_matches(fold(wanted), by_fold, n=1, cutoff=0.6)
        hint = f' (is it the one headed "{by_fold[near[0]]}"?)' if near else ""
        parts.append(f"{wanted}{hint}")
    several = "columns" if len(parts) > 1 else "column"
    return f"row {header.row_number} has no {several} {', '.join(parts)}. Rename or add what is missing"


def _twice(header: Header, table: Table) -> str | None:
    """A declared column whose header stands twice, so that nobody can tell which one is meant."""
    folded = [fold(cell) for cell in header.cells]
    for column in table.columns:
        position = header.positions.get(column.name)
        if position is None or folded.count(folded[position]) == 1:
            continue
        if sum(column.fits(header.cells[position]) for column in table.columns) == 1:
            return header.cells[position].strip()
    return None


def no_sheet(file: SourceFile, table: Table) -> Recognition:
    """A workbook that has none of the sheets that the declaration names."""
    held = ", ".join(file.workbook.sheet_names[:10])
    return Recognition(0.0, False, f'it has no sheet named like "{table.file.sheet}" (its sheets: {held})')


def _sheets(file: SourceFile, table: Table) -> list[str]:
    names = file.workbook.sheet_names
    if table.file.sheet is None:
        return list(names)
    return [name for name in names if re.search(table.file.sheet, name, re.IGNORECASE)]


def _judge(header: Header | None, table: Table, where: str) -> Recognition:
    if header is None:
        return Recognition(0.0, False, f"{where}there is no row")
    if header.share < 1:
        return Recognition(header.share, False, where + missing_text(header))
    twice = _twice(header, table)
    if twice:
        return Recognition(
            header.share,
            False,
            f'{where}row {header.row_number} has two columns headed "{twice}". Take out or rename one',
        )
    return Recognition(1.0, True)


def recognise_table(file: SourceFile, table: Table) -> Recognition:
    """Whether the file's header has the declared columns.

    Raises:
        RefusedFile: when the file cannot be opened at all.
    """
    if file.is_workbook:
        sheets = _sheets(file, table)
        if not sheets:
            return no_sheet(file, table)
        found = [
            _judge(find_header(file.sheet_rows(sheet)[:HEADER_SEARCH_ROWS], table), table, f"sheet {sheet}, ")
            for sheet in sheets
        ]
        return max(found, key=lambda judged: (judged.fits, judged.share))
    delimiter, header = delimited_header(file, table)
    judged = _judge(header, table, "")
    if judged.fits and delimiter != ",":
        return Recognition(
            1.0,
            False,
            f"its columns are divided by {DELIMITERS[delimiter]}. Save it again as CSV with commas",
        )
    return judged


def _frame(table: Table, columns: list[list[str | None]], numbers: list[int]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {column.name: values for column, values in zip(table.columns, columns, strict=True)}, dtype=object
    )
    frame["_row_number"] = pd.array(numbers, dtype="int64")
    return frame


class _Rows:
    """The rows of a table as columns; equal texts are held once, so that a million rows fit."""

    def __init__(self, table: Table, header: Header) -> None:
        self.table = table
        self.columns: list[list[str | None]] = [[] for _ in table.columns]
        self.numbers: list[int] = []
        self._places = [
            (values, header.positions.get(column.name), header.text_for(column))
            for values, column in zip(self.columns, table.columns, strict=True)
        ]
        self._texts: dict[str, str] = {}

    def add(self, number: int, row: Sequence[str | None]) -> None:
        """Add a row; one that leaves out the last columns has nothing in them."""
        for values, position, fixed in self._places:
            text = row[position] if position is not None and position < len(row) else fixed
            values.append(self._texts.setdefault(text, text) if text else None)
        self.numbers.append(number)

    def add_block(self, numbers: range, columns: Sequence[Texts]) -> None:
        """Add rows that are columns already."""
        for values, position, fixed in self._places:
            if position is None or position >= len(columns):
                values.extend([fixed or None] * len(numbers))
            else:
                values.extend(
                    self._texts.setdefault(text, text) if text else None for text in columns[position]
                )
        self.numbers.extend(numbers)

    def frame(self) -> pd.DataFrame:
        return _frame(self.table, self.columns, self.numbers)


class Pieces(_Rows):
    """The rows of a table handed on a piece at a time, so that not all of them are in memory at once.

    Attributes:
        take: gets the texts of each declared column (empty for no cell) and the row numbers.
    """

    SIZE = 5_000

    def __init__(
        self, table: Table, header: Header, take: Callable[[list[Sequence[str | None]], Sequence[int]], None]
    ) -> None:
        super().__init__(table, header)
        self.take = take
        self._held: list[Sequence[str | None]] = []

    def add(self, number: int, row: Sequence[str | None]) -> None:
        """Add a row; it has at least as many cells as the header."""
        self._held.append(row)
        self.numbers.append(number)
        if len(self._held) == self.SIZE:
            self._hand_on()

    def add_block(self, numbers: range, columns: Sequence[Texts]) -> None:
        """Hand on rows that are columns already."""
        self._hand_on()
        nothing = (None,) * len(numbers)
        self.take([nothing if place is None else columns[place] for _, place, _ in self._places], numbers)

    def _hand_on(self) -> None:
        if self._held:
            cells = list(zip(*self._held, strict=False))
            nothing = (None,) * len(self._held)
            self.take(
                [nothing if place is None else cells[place] for _, place, _ in self._places], self.numbers
            )
        self._held, self.numbers = [], []

    def frame(self) -> pd.DataFrame:
        """Hand on the rest; nothing is kept."""
        self._hand_on()
        return _frame(self.table, self.columns, [])


class _Lines:
    """The lines of a file as the CSV parser takes them; remembers those of the record it is at.

    Attributes:
        record: the first lines of that record.
        passed: how many lines the parser was spared, because `block` gave them.
    """

    BLOCK = 1_000_000

    def __init__(self, file: SourceFile) -> None:
        self._stream = file.text_stream()
        # a no-break space is made a plain one; in UTF-8 one look at the bytes says that there is none
        self._may_have_no_break_space = (
            file.encoding != "utf-8-sig" or NO_BREAK_SPACE.encode() in file.content
        )
        self._waiting: deque[str] = deque()
        self.record: list[str] = []
        self.passed = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._waiting.popleft() if self._waiting else self._stream.readline():
            if len(self.record) < RAW_LINES:
                self.record.append(line)
            yield line

    def plain(self, row: list[str]) -> list[str]:
        """A row with plain spaces only."""
        if self._may_have_no_break_space and any(NO_BREAK_SPACE in cell for cell in row):
            return [cell.replace(NO_BREAK_SPACE, " ") for cell in row]
        return row

    def block(self, delimiter: str, width: int) -> list[Texts] | None:
        """The next lines all at once, as columns.

        None where they have to be parsed: at the end, or where there is a quotation mark, a line that is blank or does
        not have `width` cells, or a line end of another kind among them.
        """
        if self._waiting:
            return None
        text = self._stream.read(self.BLOCK) + self._stream.readline()
        columns = self._divided(text, delimiter, width)
        if columns is None:
            self._waiting.extend(io.StringIO(text, newline=""))
            return None
        self.passed += len(columns[0])
        return columns

    def _divided(self, text: str, delimiter: str, width: int) -> list[Texts] | None:
        # Arrow leaves out a byte order mark, wherever a block begins
        if not text or '"' in text or text[0] == "\ufeff" or len(text) > 2 * self.BLOCK:
            return None
        if "\r" in text:
            if text.count("\r") != text.count("\r\n"):
                return None
            text = text.replace("\r\n", "\n")
        text = text.removesuffix("\n")
        lines = text.split("\n")
        if {line.count(delimiter) for line in lines} != {width - 1}:
            return None
        if not all(line[:1].isalnum() or line.replace(delimiter, "").strip() for line in lines):
            return None
        if self._may_have_no_break_space:
            text = text.replace(NO_BREAK_SPACE, " ")
        return divided(text, delimiter, width)


Collector = Callable[[Table, Header], _Rows]


def _read_text(file: SourceFile, table: Table, collect: Collector) -> ReadResult:
    delimiter, header = delimited_header(file, table)
    assert header is not None
    options = TableOptions(**table.file.options)
    width: int | None = None
    lines = _Lines(file)
    parser = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    rows = collect(table, header)
    rejected: list[RejectedRow] = []
    notes: list[RejectedRow] = []

    def reject(line: int, text: str, rule: str, reason: str) -> RejectedRow:
        last = parser.line_num + lines.passed
        where = f"line {line}" if last <= line else f"lines {line} to {last}"
        return RejectedRow(line, text, rule, None, f"{file.name} {where}: {reason}")

    index = 0
    while True:
        first = parser.line_num + lines.passed + 1
        block = None if width is None else lines.block(delimiter, width)
        if block is not None:
            rejected += notes
            notes.clear()
            rows.add_block(range(first, first + len(block[0])), block)
            continue
        lines.record.clear()
        begins = first
        try:
            row = next(parser)
        except StopIteration:
            break
        except csv.Error as error:
            if "end of data" in str(error) or "field larger" in str(error):
                raise RefusedFile(
                    "cut short",
                    f"{file.name} line {begins}: a quotation mark is opened there and never closed: the file is "
                    "cut short or damaged. Download it again.",
                ) from error
            rejected.append(
                reject(
                    begins,
                    "".join(lines.record).rstrip("\r\n"),
                    "quotation marks",
                    "a quotation mark stands where none can be. Put the whole field in quotation marks and "
                    "double those inside it.",
                )
            )
            continue
        index += 1
        is_blank = not (row and row[0].strip()) and not any(cell.strip() for cell in row)
        if index <= header.row_number or is_blank:
            continue
        if width is None:
            unfilled = len(header.cells) - len(row)
            width = len(row) if 0 < unfilled <= options.unfilled_last_columns else len(header.cells)
        row = lines.plain(row)
        if len(row) != width and (len(row) < width or any(cell.strip() for cell in row[width:])):
            short = reject(
                begins,
                delimiter.join(row),
                "fields",
                f"{len(row)} fields where the header has {width}. Look for a stray comma or a line cut short, "
                "and download it again.",
            )
            is_note = options.trailing_notes and len([cell for cell in row if cell.strip()]) <= 1
            (notes if is_note else rejected).append(short)
            continue
        # a note with rows below it is no note: it is a row cut short
        rejected += notes
        notes.clear()
        rows.add(parser.line_num + lines.passed, row)
    said = [f"line {note.row_number}: publisher's note" for note in notes]
    return ReadResult(rows.frame(), rejected, file.encoding, said)


def _read_sheets(file: SourceFile, table: Table, collect: Collector) -> ReadResult:
    frames, notes = [], []
    for sheet in _sheets(file, table):
        cells = file.sheet_rows(sheet)
        header = find_header(cells[:HEADER_SEARCH_ROWS], table)
        if not _judge(header, table, "").fits:
            continue
        assert header is not None
        rows = collect(table, header)
        for number, row in enumerate(cells[header.row_number :], start=header.row_number + 1):
            if any(cell and cell.strip() for cell in row):
                rows.add(number, row)
        frames.append(rows.frame())
        notes.append(f"sheet {sheet}")
    return ReadResult(pd.concat(frames, ignore_index=True), [], None, notes)


def fitting_headers(file: SourceFile, table: Table) -> list[Header]:
    """The header of each sheet that the table can be read from, or of the text file."""
    if not file.is_workbook:
        found = [delimited_header(file, table)[1]]
    else:
        found = [
            find_header(file.sheet_rows(sheet)[:HEADER_SEARCH_ROWS], table) for sheet in _sheets(file, table)
        ]
    return [header for header in found if header is not None and _judge(header, table, "").fits]


def headings(file: SourceFile, rows: int) -> tuple[list[str], dict[str, list[str | None]], int]:
    """The widest of the first rows, taken for the headings; the texts of each below it, so many rows of them; and the
    number of the first of those rows.

    For a file that no declaration fits.
    """
    if file.is_workbook:
        held = max((file.sheet_rows(sheet) for sheet in file.workbook.sheet_names), key=len, default=[])
    else:
        delimiter = max(DELIMITERS, key=lambda sign: max(map(len, file.first_rows(sign)), default=0))
        held = []
        try:
            for row in csv.reader(file.text_stream(), delimiter=delimiter):
                held.append(row)
                if len(held) > rows + HEADER_SEARCH_ROWS:
                    break
        except csv.Error:
            pass  # an odd quote further down: the rows before it are enough
    first = held[:HEADER_SEARCH_ROWS]
    widths = [sum(bool(cell and cell.strip()) for cell in row) for row in first]
    place = widths.index(max(widths)) if widths else 0
    cells = [
        (index, cell.strip())
        for index, cell in enumerate(held[place] if held else [])
        if cell and cell.strip()
    ]
    below = held[place + 1 : place + 1 + rows]
    return (
        [text for _, text in cells],
        {text: [row[index] if index < len(row) else None for row in below] for index, text in cells},
        place + 2,
    )


def read_table(file: SourceFile, table: Table, collect: Collector = _Rows) -> ReadResult:
    """Read a file that `recognise_table` found to fit.

    Args:
        file: the file.
        table: its columns.
        collect: what takes the rows; by default they are all kept.

    Raises:
        RefusedFile: when a quotation mark is never closed.
    """
    return _read_sheets(file, table, collect) if file.is_workbook else _read_text(file, table, collect)
