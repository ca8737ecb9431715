"""The action plan as it comes back: one row an action, with what could not be taken of it said cell by cell.

Knows the workbook by its headings alone, which the source's declaration names; what an edit means is left to staging.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Sequence
from functools import cached_property
from io import BytesIO

import pandas as pd

from orchestration import action_workbook as book_of
from orchestration.ingest.declarations import Table, fold
from orchestration.ingest.privacy import identifiers_in
from orchestration.ingest.readers.base import (
    HEADER_SEARCH_ROWS,
    ZIP_SIGNATURE,
    ReadResult,
    RefusedFile,
    RejectedRow,
    Remark,
    SourceFile,
)
from orchestration.ingest.readers.table import Recognition

SENT = "sent_"
HEADINGS = {column.name: column.heading for column in book_of.PLAN_COLUMNS if column.name != "to_fill"}
EDITABLE = tuple(column.name for column in book_of.PLAN_COLUMNS if column.filled_in_by == "system")
LOCKED = tuple(name for name in HEADINGS if name not in EDITABLE)
DATES = ("start_date", "due_date")
DATE_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y")
FEWEST_HEADINGS = 4
TITLE_LINE = re.compile(r"Local Maternity and Neonatal System (\w+)\. Edition (\S+?)\.(?: |$)")
TEXTS = "xl/sharedStrings.xml"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def _position(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def formulas(content: bytes, sheet: str) -> dict[tuple[int, int], str]:
    """Text of each formula of a sheet by row and column, from 0; none is evaluated."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        book = ET.fromstring(archive.read("xl/workbook.xml"))
        links = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {link.get("Id"): link.get("Target", "") for link in links}
        own = next((one for one in book.iter(f"{MAIN}sheet") if one.get("name") == sheet), None)
        if own is None:
            return {}
        target = targets[own.get(RELATION)]
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        found: dict[tuple[int, int], str] = {}
        for cell in ET.fromstring(archive.read(part)).iter(f"{MAIN}c"):
            formula = cell.find(f"{MAIN}f")
            place = PLACE.fullmatch(cell.get("r", ""))
            if formula is not None and place:
                found[int(place[2]) - 1, _position(place[1])] = f"={formula.text or ''}"
        return found


def _clean(text: str | None) -> str | None:
    # a quote before a text keeps a spreadsheet program from running it
    text = (text or "").strip()
    if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@"):
        text = text[1:]
    return text or None


def _date(text: str) -> str | None:
    first = text.split(" ")[0] if re.match(r"\d{4}-\d{2}-\d{2} ", text) else text
    for form in DATE_FORMS:
        try:
            return dt.datetime.strptime(first, form).date().isoformat()
        except ValueError:
            continue
    return None


class Returned:
    """One returned workbook, read by its headings."""

    formulas: dict[tuple[int, int], str]

    def __init__(self, file: SourceFile, table: Table) -> None:
        self.file = file
        self.table = table
        self.sent_columns = [column.name for column in table.columns if column.name.startswith(SENT)]
        self.remarks: list[Remark] = []
        self.rejected: list[RejectedRow] = []
        self.has_identifiers = False

    @cached_property
    def place(self) -> tuple[str, int, dict[str, int]] | None:
        """Sheet, header row (from 0) and position of each column in it; None where there is no plan."""
        wanted = {fold(heading): name for name, heading in HEADINGS.items()}
        best: tuple[str, int, dict[str, int]] | None = None
        for sheet in self.file.workbook.sheet_names:
            for number, row in enumerate(self.file.sheet_rows(sheet)[:HEADER_SEARCH_ROWS]):
                found: dict[str, int] = {}
                for position, cell in enumerate(row):
                    name = wanted.get(fold(cell or ""))
                    if name:
                        found.setdefault(name, position)
                fits = "action" in found and len(found) >= FEWEST_HEADINGS
                if fits and (best is None or len(found) > len(best[2])):
                    best = (sheet, number, found)
        return best

    @cached_property
    def labels(self) -> dict[str, str]:
        """Version, edition and system, from the codes, or else from the line below a sheet's title."""
        keys = {fold(key): key for key in book_of.WORKBOOK_KEYS}
        found: dict[str, str] = {}
        titled: dict[str, str] = {}
        for sheet in self.file.workbook.sheet_names:
            for row in self.file.sheet_rows(sheet)[:HEADER_SEARCH_ROWS]:
                cells = [cell.strip() for cell in row if cell and cell.strip()]
                key = keys.get(fold(cells[0])) if len(cells) > 1 else None
                if key:
                    found.setdefault(key, cells[1])
                line = TITLE_LINE.search(cells[0]) if cells else None
                if line:
                    titled = titled or {"lmns_code": line[1], "edition": line[2]}
        return titled | found

    @property
    def is_ours(self) -> bool:
        """Whether it is a plan that this program has written."""
        return self.place is not None and ("lmns_code" in self.labels or "action_id" in self.place[2])

    @cached_property
    def sent(self) -> dict[str, dict[str, str | None]]:
        """Each action as it was sent, by its id; of a row that was changed since, nothing."""
        for sheet in self.file.workbook.sheet_names:
            rows = [[_clean(cell) for cell in row] for row in self.file.sheet_rows(sheet)]
            header = next(
                (n for n, row in enumerate(rows) if row[:1] == ["action_id"] and book_of.SEAL in row), None
            )
            if header is None:
                continue
            names = [name or "" for name in rows[header]]
            found: dict[str, dict[str, str | None]] = {}
            for number, row in enumerate(rows[header + 1 :], header + 2):
                said = dict(zip(names, row, strict=False))
                own = said.get("action_id")
                if not own:
                    continue
                whole = [said.get(name) for name in names if name and name != book_of.SEAL]
                if said.get(book_of.SEAL) == book_of.sealed(whole):
                    found[own] = said
                else:
                    found[own] = {}
                    self._say(
                        "codes changed",
                        "this row says what was sent, and has been changed. It is not used: the baseline comes from an earlier "
                        "returned file or from the newest edition.",
                        sheet,
                        number,
                    )
            return found
        self._say(
            "codes deleted",
            "nothing says what was sent. Baselines come from an earlier returned file or from the newest edition.",
            book_of.CODES,
        )
        return {}

    def read(self) -> pd.DataFrame:
        """The rows of the raw table.

        Raises:
            RefusedFile: when nothing says which system the plan is of.
        """
        assert self.place is not None
        if "lmns_code" not in self.labels:
            raise RefusedFile(
                "no system",
                f"{self.file.name} is an action plan, but nothing in it says of which system: the sheet {book_of.CODES} and the line "
                "below the title are gone. Copy what was filled in to the newest workbook of the system.",
            )
        sheet, header_row, positions = self.place
        self._about_the_workbook(sheet, positions)
        self.formulas = formulas(self.file.content, sheet) if self.file.content[:4] == ZIP_SIGNATURE else {}
        cells = self.file.sheet_rows(sheet)
        own = {fold(column.heading) for column in book_of.PLAN_COLUMNS}
        extra = {
            position: text.strip()
            for position, text in enumerate(cells[header_row])
            if text and text.strip() and fold(text) not in own
        }
        for text in extra.values():
            self._say(
                "unknown column",
                f"column “{self._safe(text) or 'without a name'}” is none of the workbook's. Its cells are kept beside the row, and not shown.",
                sheet,
            )
        watched = {*positions.values(), *extra}
        rows: list[dict[str, str | None]] = []
        ids: dict[str, int] = {}
        for index in range(header_row + 1, len(cells)):
            row = [_clean(cell) if at in watched else None for at, cell in enumerate(cells[index])]
            if not any(row) and not any(at[0] == index and at[1] in watched for at in self.formulas):
                continue
            read = self._row(sheet, index, row, positions, extra, ids)
            if read is not None:
                rows.append(read)
        frame = pd.DataFrame(rows, columns=[*(column.name for column in self.table.columns), "_row_number"])
        for name in ("workbook_version", "edition", "lmns_code"):
            frame[name] = self.labels.get(name)
        frame["_row_number"] = frame["_row_number"].astype("int64")
        return frame

    def _say(
        self,
        rule: str,
        text: str,
        sheet: str,
        row: int = 0,
        column: str | None = None,
        given: str | None = None,
    ) -> None:
        where = (
            f"sheet {sheet}" + (f", row {row}" if row else "") + (f", column “{column}”" if column else "")
        )
        self.remarks.append(Remark(rule, f"{self.file.name}, {where}: {text}", sheet, row, column, given))

    def _about_the_workbook(self, sheet: str, positions: dict[str, int]) -> None:
        if sheet != book_of.PLAN:
            self._say(
                "renamed sheet",
                f"this sheet was sent as {book_of.PLAN}. It is read by its headings; give it its name back.",
                sheet,
            )
        version = self.labels.get("workbook_version")
        if version != str(book_of.VERSION):
            was = f"version {version}" if version else "no version"
            self._say(
                "other version",
                f"the workbook says {was}, and this program writes version {book_of.VERSION}. What has the same heading is read; "
                "take the newest workbook for the next edits.",
                sheet,
            )
        for name, heading in HEADINGS.items():
            if name not in positions:
                after = (
                    "Every row counts as an added action." if name == "action_id" else "What was sent stands."
                )
                self._say(
                    "deleted column",
                    f"the column is not there. {after} Put it back to change it.",
                    sheet,
                    column=heading,
                )

    def _row(
        self,
        sheet: str,
        index: int,
        row: Sequence[str | None],
        positions: dict[str, int],
        extra: dict[int, str],
        ids: dict[str, int],
    ) -> dict[str, str | None] | None:
        number = index + 1

        def cell(name: str) -> str | None:
            at = positions.get(name)
            return None if at is None or at >= len(row) or (index, at) in self.formulas else row[at]

        own = self._sent_id(sheet, number, cell("action_id"), ids)
        sent = self.sent.get(own or "", {})
        read: dict[str, str | None] = dict.fromkeys(HEADINGS)
        changed: list[str] = []
        for name, heading in HEADINGS.items():
            if name == "action_id":
                continue
            before = sent.get(name)
            if name not in positions:
                read[name] = before
                continue
            value = self._taken(sheet, index, positions[name], name, heading, cell(name), before)
            if name in LOCKED:
                if sent and (value or "") != (before or ""):
                    changed.append(heading)
                    self._say(
                        "edited baseline",
                        "this column is locked, since it holds what the audit found. The change is flagged and not taken; write it "
                        f"under “{HEADINGS['progress']}”.",
                        sheet,
                        number,
                        heading,
                        value,
                    )
                read[name] = before if sent else value
            else:
                read[name] = value
        if read["action"] is None and sent.get("action") and "action" in positions:
            read["action"] = sent["action"]
            self._say(
                "no action",
                "the cell is empty. What was sent stands; to end an action, set its status to stopped.",
                sheet,
                number,
                HEADINGS["action"],
            )
        others = {}
        for at, heading in extra.items():
            text = self._taken(sheet, index, at, None, heading, row[at] if at < len(row) else None, None)
            if text:
                others[heading] = text
        is_added = own is None
        if own is None and read["action"]:
            own = self._made_id(self.labels["lmns_code"], read, ids)
        if own is None or not read["action"]:
            given = "; ".join(text for text in row if text)
            reason = (
                f"{self.file.name}, sheet {sheet}, row {number}, column “{HEADINGS['action']}”: the row names no action. "
                "Say what is to be done, or empty the row."
            )
            self.rejected.append(RejectedRow(number, self._safe(given) or "", "no action", "action", reason))
            return None
        ids[own] = number
        return (
            read
            | {name: sent.get(name.removeprefix(SENT)) for name in self.sent_columns}
            | {
                "action_id": own,
                "sheet": sheet,
                "is_added": "yes" if is_added else "no",
                "changed_locked": "; ".join(changed) or None,
                "other_cells": json.dumps(others, ensure_ascii=False, sort_keys=True) if others else None,
                "_row_number": str(number),
            }
        )

    def _taken(
        self,
        sheet: str,
        index: int,
        at: int,
        name: str | None,
        heading: str,
        value: str | None,
        before: str | None,
    ) -> str | None:
        """The value of a cell; what was sent, with a remark, where it cannot be taken."""
        number = index + 1
        if (index, at) in self.formulas:
            self._say(
                "formula",
                "the cell holds a formula, which is not evaluated. Write the value itself; until then what was sent stands.",
                sheet,
                number,
                heading,
                self._safe(self.formulas[index, at]),
            )
            return before
        if value is None:
            return None
        seen = identifiers_in(value, is_statement=False)
        if seen and value != before:
            self.has_identifiers = True
            self._say(
                "personal data",
                f"the cell holds what looks like {seen}, and is held back. Name a role, not a person, and put the workbook in the "
                "folder again: no copy of this one is kept.",
                sheet,
                number,
                heading,
            )
            return before
        if name in DATES:
            date = _date(value)
            if date is None:
                self._say(
                    "not a date",
                    "a date is expected, such as 31/03/2027. What was sent stands; the words are kept with this message.",
                    sheet,
                    number,
                    heading,
                    value,
                )
                return before
            return date
        if name == "status":
            status = fold(value)
            if status not in book_of.STATUSES:
                self._say(
                    "not a status",
                    f"expected one of {', '.join(book_of.STATUSES)}. What was sent stands; the words are kept with this message.",
                    sheet,
                    number,
                    heading,
                    value,
                )
                return before
            return status
        return value

    def _sent_id(self, sheet: str, number: int, given: str | None, ids: dict[str, int]) -> str | None:
        """The id that the action was sent with; None for an added one."""
        if given is None:
            return None
        if given in ids:
            self._say(
                "id used twice",
                f"row {ids[given]} has the same id, as a copied row does. This one counts as an added action.",
                sheet,
                number,
            )
            return None
        if self.sent and given not in self.sent:
            self._say(
                "id not sent",
                "no action was sent with this id. The row counts as an added action.",
                sheet,
                number,
                HEADINGS["action_id"],
                self._safe(given),
            )
            return None
        return given

    @staticmethod
    def _made_id(system: str, read: dict[str, str | None], ids: dict[str, int]) -> str:
        """An id made from what an added action of a system says: the same words, the same id."""
        said = "|".join([system, *(read[name] or "" for name in EDITABLE)])
        made = f"add-{hashlib.sha256(said.encode()).hexdigest()[:12]}"
        # two rows that say the same are two rows
        while made in ids:
            made = f"add-{hashlib.sha256(made.encode()).hexdigest()[:12]}"
        return made

    def _safe(self, text: str) -> str | None:
        """A text that is kept, unless it could tell who somebody is: then no copy of the file is kept either."""
        if identifiers_in(text, is_statement=False):
            self.has_identifiers = True
            return None
        return text


def _may_be_ours(file: SourceFile) -> bool:
    """Whether the texts of a workbook have one of the plan's headings: its sheets need not be read to find out."""
    if not file.is_workbook:
        return False
    # opened by the reader of workbooks first, which refuses what would expand beyond the limits
    if not file.workbook.sheet_names or file.content[:4] != ZIP_SIGNATURE:
        return True
    with zipfile.ZipFile(BytesIO(file.content)) as archive:
        if TEXTS not in archive.namelist():
            return True
        texts = archive.read(TEXTS)
    return any(HEADINGS[name].encode() in texts for name in ("action_id", "target_agreed", "baseline"))


def recognise_plan(file: SourceFile, table: Table) -> Recognition:
    """Whether a workbook holds the plan."""
    is_ours = _may_be_ours(file) and Returned(file, table).is_ours
    return Recognition(1.0 if is_ours else 0.0, is_ours)


def read_plan(file: SourceFile, table: Table) -> ReadResult:
    """The actions of a returned plan, and what could not be taken of it.

    Raises:
        RefusedFile: when nothing says which system the plan is of.
    """
    returned = Returned(file, table)
    return ReadResult(
        returned.read(),
        returned.rejected,
        remarks=returned.remarks,
        may_be_kept=not returned.has_identifiers,
    )
