"""A piece of a local file to the columns of the contract: codes, dates, units, pseudonyms, ages, small areas.

Pure: lists of texts in, lists and categories out. Each distinct text is converted once, which makes it fast.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pyarrow as pa

from orchestration.ingest.declarations import Column, Table
from orchestration.ingest.known_codes import CODE_LISTS, ENDED_SYSTEM, as_code, known_systems
from orchestration.ingest.mappings import Mapping
from orchestration.ingest.privacy import POSTCODE, PostcodeLookup, Pseudonyms, identifiers_in
from orchestration.ingest.readers import RejectedRow
from orchestration.ingest.readers.texts import distinct, looked_up

INVALID = "invalid"
UNREADABLE = object()
SHOWN_ROWS = 10
FIRST_YEAR = 2000
# no count or measure of the contract has eight digits; a date or an NHS number in the wrong column has
TOO_LARGE = 10_000_000
# a spreadsheet program's day 20,000 is in 1954, day 60,000 in 2064
DAY_NUMBERS = range(20_000, 60_000)
DATE_FORMATS = {
    "dd/mm/yyyy": "%d/%m/%Y", "mm/dd/yyyy": "%m/%d/%Y", "yyyy-mm-dd": "%Y-%m-%d", "yyyymmdd": "%Y%m%d",
    "dd-mm-yyyy": "%d-%m-%Y", "dd.mm.yyyy": "%d.%m.%Y", "dd/mm/yy": "%d/%m/%y", "dd-mmm-yyyy": "%d-%b-%Y",
    "dd-mmm-yy": "%d-%b-%y",
}  # fmt: skip
USUAL_FORMATS = ("%Y-%m-%d", "%d/%m/%Y")
MONTH_ONLY = ("%Y-%m", "%b-%y", "%b-%Y", "%b %Y", "%B %Y")
WEEKS_AND_DAYS = re.compile(
    r"(\d{1,2})\s*(?:\+|w(?:eeks?|k)?\.?,?|/)\s*([0-6])\s*(?:d(?:ays?)?\.?|/7)?", re.IGNORECASE
)
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
FACTORS = {"weeks": 7, "kg": 1000, "l": 1000}

Convert = Callable[[str | None], object]


# the same days stand in every file of a supplier
@lru_cache(maxsize=100_000)
def read_date(text: str, date_format: str | None, months: bool = False) -> dt.date | None:
    """A date as a supplier writes it; ISO is always understood, and a time of day is left off."""
    first = text.strip().replace("T", " ").split(" ")
    text = first[0] if re.fullmatch(r"\d{1,2}:\d{2}.*", " ".join(first[1:])) else text.strip()
    wanted = DATE_FORMATS.get(date_format.lower(), date_format) if date_format else None
    for form in (("%Y-%m-%d", wanted) if wanted else USUAL_FORMATS) + (MONTH_ONLY if months else ()):
        try:
            return dt.datetime.strptime(text, form).date()
        except ValueError:
            continue
    if not wanted and text.isascii() and text.isdigit() and int(text) in DAY_NUMBERS:
        return dt.date(1899, 12, 30) + dt.timedelta(days=int(text))
    return None


def in_unit(text: str, unit: str | None, target: str | None) -> str:
    """A number in the contract's unit; left as it is where it cannot be one."""
    pair = WEEKS_AND_DAYS.fullmatch(text) if target == "days" else None
    if pair:
        return str(int(pair[1]) * 7 + int(pair[2]))
    factor = FACTORS.get(unit or "")
    if factor and NUMBER.fullmatch(text):
        number = float(text) * factor
        # half a week is not so many days; a gram more or less is nothing
        return f"{number:g}" if unit == "weeks" else str(round(number))
    return text


def kind_of_text(text: str | None) -> str:
    """What stands in a cell, in words that show nothing of it."""
    text = text.strip() if text else ""
    if not text:
        return "nothing"
    digits = text.isascii() and text.isdigit()
    return f"{len(text)} digits" if digits else f"a text of {len(text)} characters"


class Encoder(dict[str | None, int]):
    """Texts to places in a list of converted texts; -1 for nothing, -2 for one that cannot be read."""

    def __init__(self, convert: Convert) -> None:
        super().__init__()
        self.convert = convert
        self.categories: list[str] = []
        self._places: dict[str, int] = {}

    def __missing__(self, text: str | None) -> int:
        converted = self.convert(text)
        if converted is None:
            code = -1
        elif converted is UNREADABLE:
            code = -2
        else:
            code = self._places.setdefault(str(converted), len(self.categories))
            if code == len(self.categories):
                self.categories.append(str(converted))
        self[text] = code
        return code

    def codes(self, texts: Sequence[str | None]) -> np.ndarray:
        """The place of each text."""
        return looked_up(self, texts).astype(np.int32)

    def coded(self, codes: np.ndarray) -> Coded:
        """Places of converted texts, as a column."""
        return Coded(self, np.maximum(codes, -1))

    def of(self, texts: Sequence[str | None]) -> Coded:
        """Converted texts, as a column."""
        return self.coded(self.codes(texts))


@dataclass(frozen=True)
class Coded:
    """A column as places in its encoder's list; -1 for nothing."""

    encoder: Encoder
    places: np.ndarray

    def texts(self) -> list[str | None]:
        """The column as texts."""
        listed = [*self.encoder.categories, None]
        return [listed[place] for place in self.places.tolist()]


Made = dict[str, "Coded | list[str | None]"]


@dataclass
class Piece:
    """Converted rows: the columns that are not empty, and the row numbers."""

    columns: Made
    numbers: np.ndarray


def table_of(pieces: Sequence[Piece], names: Sequence[str]) -> pa.Table:
    """Pieces of one converter as a table of all `names`, equal texts held once, and `_row_number`."""
    numbers = np.concatenate([piece.numbers for piece in pieces])
    columns: dict[str, pa.Array] = {}
    for name in names:
        parts = [piece.columns.get(name) for piece in pieces]
        first = next((part for part in parts if part is not None), None)
        if first is None:
            columns[name] = pa.nulls(len(numbers), pa.string())
        elif isinstance(first, Coded):
            places = np.concatenate([part.places for part in parts]).astype(np.int32)
            columns[name] = pa.DictionaryArray.from_arrays(
                pa.array(places, mask=places < 0), pa.array(first.encoder.categories, pa.string())
            )
        else:
            columns[name] = pa.array([text for part in parts for text in part], pa.string())
    return pa.table(columns | {"_row_number": pa.array(numbers)})


class Days(dict[str | None, int]):
    """Texts to dates as whole numbers such as 20250331; 0 for nothing, -1 for what cannot be read."""

    def __init__(self, date_format: str | None) -> None:
        super().__init__()
        self.date_format = date_format

    def __missing__(self, text: str | None) -> int:
        if text is None or not text.strip():
            day = 0
        else:
            date = read_date(text, self.date_format, months=True)
            day = -1 if date is None else date.year * 10_000 + date.month * 100 + date.day
        self[text] = day
        return day

    def of(self, texts: Sequence[str | None]) -> np.ndarray:
        """The day of each text."""
        return looked_up(self, texts)


def ordinals(days: np.ndarray) -> np.ndarray:
    """Days such as 20250331 counted from a fixed day; what is no day stands far away."""
    text = np.array([f"{day // 10_000:04d}-{day // 100 % 100:02d}-{day % 100:02d}" if day > 0 else "0001-01-01"
                     for day in days.tolist()], dtype="datetime64[D]")  # fmt: skip
    return text.astype(np.int64)


@dataclass
class Notes:
    """What a person should know of the conversion: counts and row numbers, never a value.

    Attributes:
        not_understood: by column, how many values were no code of the contract, and the first rows.
        not_listed: likewise, values that have the form of a code and are on no list.
        dates_unreadable: dates of birth, or of events kept as a month, that could not be read or cannot be right.
        postcodes_found: postcodes replaced by their small area.
        postcodes_not_found: postcodes without one.
        texts_withheld: statements without consent or clearance.
        invalid_numbers: first rows with an NHS number that fails its check digit.
    """

    not_understood: dict[str, tuple[int, list[int]]] = field(default_factory=dict)
    not_listed: dict[str, tuple[int, list[int]]] = field(default_factory=dict)
    dates_unreadable: int = 0
    postcodes_found: int = 0
    postcodes_not_found: int = 0
    texts_withheld: int = 0
    invalid_numbers: list[int] = field(default_factory=list)

    def not_a_code(self, column: str, rows: list[int]) -> None:
        """Note rows whose value in a column is no code."""
        self._add(self.not_understood, column, rows)

    def not_on_list(self, column: str, rows: list[int]) -> None:
        """Note rows whose code in a column is on no list."""
        self._add(self.not_listed, column, rows)

    @staticmethod
    def _add(noted: dict[str, tuple[int, list[int]]], column: str, rows: list[int]) -> None:
        count, first = noted.get(column, (0, []))
        noted[column] = (count + len(rows), [*first, *rows][:SHOWN_ROWS])


class Converter:
    """Pieces of one file to pieces of a raw table.

    Args:
        table: the contract.
        mapping: the supplier's; None for a file in the contract's own terms.
        constants: fields that are the same in every row.
        pseudonyms: maker of pseudonyms; None where the file has nothing to replace by one.
        lookup: postcodes; None where none has been supplied.
        file_name: for messages.
    """

    def __init__(
        self,
        table: Table,
        mapping: Mapping | None,
        constants: dict[str, str],
        pseudonyms: Pseudonyms | None,
        lookup: PostcodeLookup | None,
        file_name: str,
    ) -> None:
        self.table = table
        self.constants = constants
        self.pseudonyms = pseudonyms
        self.lookup = lookup
        self.file_name = file_name
        self.notes = Notes()
        self.rejected: list[RejectedRow] = []
        self._date_format = mapping.date_format if mapping else None
        self._units = mapping.units if mapping else {}
        self._values = {
            name: {key.strip().casefold(): value for key, value in values.items()}
            for name, values in (mapping.values if mapping else {}).items()
        }
        self._encoders = {column.name: Encoder(self._converter_of(column)) for column in table.columns}
        self._days = Days(self._date_format)
        self._months = Encoder(lambda day: f"{int(day) // 10_000:04d}-{int(day) // 100 % 100:02d}-01")
        self._places = Encoder(lambda text: text)
        # of each postcode its small area, and what became of it
        self._areas: dict[str | None, int] = {}
        self._statuses: dict[str | None, int] = {}

    def convert(self, fields: dict[str, Sequence[str | None]], numbers: list[int]) -> Piece:
        """One piece of the file, without the rows that are rejected.

        Raises:
            IssuedNumber: see `Pseudonyms.numbers`.
        """
        size = len(numbers)
        constant = {name: [value] * size for name, value in self.constants.items() if name not in fields}
        fields = fields | constant
        made: Made = {}
        barred = np.zeros(size, dtype=bool)
        for column in self.table.columns:
            if column.made_from or column.name in made:
                continue
            if column.personal:
                made |= self._personal(column, fields, numbers)
            elif column.name in fields:
                if column.free_text or self._is_open(column):
                    made[column.name] = self._texts(column, fields[column.name], numbers, barred)
                else:
                    made[column.name] = self._coded(column, fields[column.name], numbers, barred)
        self._withhold(made, size)
        self._refuse_alone(made, numbers, barred)
        self._refuse_ended(made, numbers, barred)
        if not barred.any():
            return Piece(made, np.array(numbers, dtype=np.int64))
        kept = ~barred
        rows = np.flatnonzero(kept).tolist()
        return Piece(
            {
                name: Coded(values.encoder, values.places[kept])
                if isinstance(values, Coded)
                else [values[row] for row in rows]
                for name, values in made.items()
            },
            np.array(numbers, dtype=np.int64)[kept],
        )

    # ---------- columns that hold what the file says

    @staticmethod
    def _is_open(column: Column) -> bool:
        """Whether any text may stand in the column."""
        return not column.codes and not column.pattern and column.type in ("text", "label")

    def _converter_of(self, column: Column) -> Convert:
        values = self._values.get(column.name, {})
        marks = {mark.casefold(): mark for mark in column.marks}
        unit = self._units.get(column.name)
        # a code that a figure cannot do without is refused; elsewhere it is an answer that nobody understands
        otherwise = UNREADABLE if column.required or column.always else INVALID
        listed = CODE_LISTS[column.code_list] if column.code_list else None

        def convert(text: str | None) -> object:
            text = text.strip() if text else None
            if not text:
                return UNREADABLE if column.always else None
            text = values.get(text.casefold(), text)
            if text.casefold() in marks:
                return marks[text.casefold()]
            if column.type == "date":
                date = read_date(text, self._date_format, months=column.personal is not None)
                # earlier than any record of this kind: a date of birth in the wrong column
                return UNREADABLE if date is None or date.year < FIRST_YEAR else date.isoformat()
            if column.type in ("integer", "count", "number"):
                number = in_unit(text, unit, column.unit)
                if not NUMBER.fullmatch(number) or abs(float(number)) >= TOO_LARGE:
                    return UNREADABLE
                is_whole = float(number).is_integer()
                if (column.type != "number" and not is_whole) or (
                    column.type == "count" and float(number) < 0
                ):
                    return UNREADABLE
                return str(int(float(number))) if is_whole else number
            if column.codes:
                return as_code(text, tuple(column.codes)) or otherwise
            if column.pattern:
                if identifiers_in(text, is_statement=False):
                    return otherwise
                # letters alone that are no code as they stand are more likely a word than a code in other letters
                is_short = len(text) <= 3 or any(sign.isdigit() for sign in text)
                forms = (text, text.upper(), text.lower()) if is_short else (text,)
                found = next((form for form in forms if re.fullmatch(column.pattern, form)), otherwise)
                return otherwise if listed and listed.rule and found not in listed.codes else found
            return text

        return convert

    def _coded(
        self, column: Column, texts: Sequence[str | None], numbers: list[int], barred: np.ndarray
    ) -> Coded:
        encoder = self._encoders[column.name]
        codes = encoder.codes(texts)
        self._reject(column, codes == -2, texts, numbers, barred)
        if INVALID in encoder.categories:
            rows = np.flatnonzero(codes == encoder.categories.index(INVALID))
            if len(rows):
                self.notes.not_a_code(column.name, [numbers[row] for row in rows.tolist()])
        listed = CODE_LISTS[column.code_list] if column.code_list else None
        if listed and listed.rule is None:
            known = np.array(
                [code in listed.codes or code == INVALID for code in encoder.categories] + [True]
            )
            rows = np.flatnonzero(~known[np.maximum(codes, -1)])
            if len(rows):
                self.notes.not_on_list(column.name, [numbers[row] for row in rows.tolist()])
        return encoder.coded(codes)

    def _reject(
        self,
        column: Column,
        bad: np.ndarray,
        texts: Sequence[str | None],
        numbers: list[int],
        barred: np.ndarray,
    ) -> None:
        if not bad.any():
            return
        listed = CODE_LISTS[column.code_list] if column.code_list else None
        if listed and listed.rule:
            rule, fix = listed.rule, listed.fix
        elif column.type == "date":
            rule, fix = (
                "impossible date",
                "expected a date such as 2025-03-31; another order is said in the mapping as date_format",
            )
        elif column.type in ("integer", "count", "number"):
            unit = f" in {column.unit}" if column.unit else ""
            rule, fix = (
                "not a number",
                f"expected a number{unit}, without commas; another unit is said in the mapping under units",
            )
        elif column.codes:
            rule, fix = (
                "not in the list",
                f"expected one of {', '.join(column.codes)}; map the supplier's words under values",
            )
        else:
            rule, fix = "not a code", "expected a code of the form that docs/local_data.md gives"
        for row in np.flatnonzero(bad & ~barred).tolist():
            held = kind_of_text(texts[row])
            is_empty = held == "nothing"
            self._put_aside(
                numbers[row],
                column.name,
                "missing value" if is_empty else rule,
                "fill it in at the source" if is_empty else fix,
                held,
            )
        barred |= bad

    def _put_aside(self, number: int, column: str, rule: str, fix: str, held: str | None = None) -> None:
        holds = f" holds {held}" if held else ""
        reason = f"{self.file_name} row {number}, column {column}{holds}: {fix}."
        self.rejected.append(RejectedRow(number, "", rule, column, reason))

    def _texts(
        self, column: Column, given: Sequence[str | None], numbers: list[int], barred: np.ndarray
    ) -> list[str | None]:
        values = self._values.get(column.name, {})
        texts = [text.strip() or None if text else None for text in given]
        if values:
            texts = [None if text is None else values.get(text.casefold(), text) for text in texts]
        found = {text: identifiers_in(text, column.free_text) for text in set(texts) if text is not None}
        for row, text in enumerate(texts):
            kind = found.get(text)
            if kind and not barred[row]:
                self._put_aside(
                    numbers[row], column.name, "identifier in words",
                    f"the text holds what looks like {kind}: take it out at the source",
                )  # fmt: skip
                barred[row] = True
        return texts

    def _refuse_alone(self, made: Made, numbers: list[int], barred: np.ndarray) -> None:
        """A value that says nothing without others in its row is refused without them."""
        for column in self.table.columns:
            if not column.needs or column.name not in made:
                continue
            given = self._is_given(made[column.name])
            for name in column.needs:
                alone = given & ~(self._is_given(made[name]) if name in made else np.zeros_like(given))
                for row in np.flatnonzero(alone & ~barred).tolist():
                    self._put_aside(
                        numbers[row], column.name, "printed without counts",
                        f"a ratio or percentage is printed without {name}, and such values are often the other way "
                        f"round or in another unit: fill in {' and '.join(column.needs)}, and it is worked out again",
                    )  # fmt: skip
                barred |= alone

    def _refuse_ended(self, made: Made, numbers: list[int], barred: np.ndarray) -> None:
        """A row of a month in which its system was no more belongs to a successor, and only the supplier knows which."""
        event = made.get(self.table.file.event or "")
        for column in self.table.columns:
            if column.code_list != "systems" or not isinstance(event, Coded) or column.name not in made:
                continue
            said = made[column.name]
            for place, code in enumerate(said.encoder.categories):
                system = known_systems()[code]
                if system.last_day is None:
                    continue
                late = np.array(
                    [day > system.last_day.isoformat() for day in event.encoder.categories] + [False]
                )
                bad = (said.places == place) & late[event.places]
                for row in np.flatnonzero(bad & ~barred).tolist():
                    self._put_aside(
                        numbers[row], column.name, ENDED_SYSTEM,
                        f"{code} ended on {system.last_day}, before what the row tells of: {system.successors_in_words}",
                    )  # fmt: skip
                barred |= bad

    @staticmethod
    def _is_given(values: Coded | list[str | None]) -> np.ndarray:
        if isinstance(values, Coded):
            return values.places >= 0
        return np.array([text is not None for text in values], dtype=bool)

    def _withhold(self, made: Made, size: int) -> None:
        """Words are stored only with the consent and clearance that the contract asks for."""
        for column in self.table.columns:
            if not column.only_with or column.name not in made:
                continue
            allowed = np.ones(size, dtype=bool)
            for name in column.only_with:
                said = made[name].texts() if name in made else [None] * size
                allowed &= np.array([value not in (None, INVALID, "N", "Z", "9") for value in said])
            texts = made[column.name]
            self.notes.texts_withheld += sum(
                text is not None and not fine for text, fine in zip(texts, allowed, strict=True)
            )
            made[column.name] = [text if fine else None for text, fine in zip(texts, allowed, strict=True)]

    # ---------- columns that are made from what is not kept

    def _personal(self, column: Column, fields: dict[str, Sequence[str | None]], numbers: list[int]) -> Made:
        rule = column.personal
        assert rule is not None
        source = fields.get(rule.source)
        own = fields.get(column.name)
        if rule.kind == "local_id":
            return {column.name: self._local_ids(column, source, fields, len(numbers))}
        if rule.kind == "nhs_number":
            return self._numbers(column, source, own, numbers)
        if rule.kind == "postcode":
            return self._small_areas(column, source, own, fields, len(numbers))
        if rule.kind in ("birth_month", "event_month"):
            days = self._days.of(
                source if source is not None else own if own is not None else [None] * len(numbers)
            )
            self.notes.dates_unreadable += int((days == -1).sum())
            return {column.name: self._months.coded(self._month_codes(days))}
        return {column.name: self._ages(column, source, own, fields, len(numbers))}

    def _month_codes(self, days: np.ndarray) -> np.ndarray:
        months = days // 100
        distinct, places = np.unique(months, return_inverse=True)
        codes = [self._months[str(month * 100 + 1)] if month > 0 else -1 for month in distinct.tolist()]
        return np.array(codes, dtype=np.int32)[places]

    def _stripped(self, texts: Sequence[str | None]) -> list[str | None]:
        return [text.strip() or None if text else None for text in texts]

    @staticmethod
    def _scope(column: Column, supplier: str | None) -> str:
        return f"{(supplier or '').strip().upper()}\x1f{column.name}"

    def _local_ids(
        self,
        column: Column,
        texts: Sequence[str | None] | None,
        fields: dict[str, Sequence[str | None]],
        size: int,
    ) -> list[str | None]:
        if texts is None:
            return [None] * size
        assert self.pseudonyms is not None
        ids = self._stripped(texts)
        suppliers = fields["supplier_code"]
        if None not in ids and len(set(suppliers)) == 1:
            return self.pseudonyms.of(self._scope(column, suppliers[0]), ids)
        # two suppliers may use the same number for two people
        places: dict[str, list[int]] = {}
        for row, (text, supplier) in enumerate(zip(ids, suppliers, strict=True)):
            if text is not None:
                places.setdefault(self._scope(column, supplier), []).append(row)
        made: list[str | None] = [None] * size
        for scope, rows in places.items():
            for row, pseudonym in zip(
                rows, self.pseudonyms.of(scope, [ids[row] for row in rows]), strict=True
            ):
                made[row] = pseudonym
        return made

    def _numbers(
        self,
        column: Column,
        source: Sequence[str | None] | None,
        own: Sequence[str | None] | None,
        numbers: list[int],
    ) -> Made:
        status_column = next(other.name for other in self.table.columns if other.made_from == column.name)
        if source is None and own is None:
            return {}
        assert self.pseudonyms is not None
        if source is not None:
            made, status = self.pseudonyms.numbers(self._stripped(source))
        else:
            made, status = self.pseudonyms.given(self._stripped(own or ()))
        bad = [number for number, said in zip(numbers, status, strict=True) if said == "invalid"]
        self.notes.invalid_numbers = [*self.notes.invalid_numbers, *bad][:SHOWN_ROWS]
        return {column.name: made, status_column: self._encoders[status_column].of(status)}

    def _ages(
        self,
        column: Column,
        source: Sequence[str | None] | None,
        own: Sequence[str | None] | None,
        fields: dict[str, Sequence[str | None]],
        size: int,
    ) -> Coded:
        encoder = self._encoders[column.name]
        codes = encoder.codes(own) if own is not None else np.full(size, -1, dtype=np.int32)
        if source is None:
            self.notes.dates_unreadable += int((codes == -2).sum())
            return encoder.coded(codes)
        assert column.personal is not None and column.personal.at is not None
        born = self._days.of(source)
        at = self._days.of(fields.get(column.personal.at) or [None] * size)
        whole = (born > 0) & (at > 0)
        if column.personal.kind == "age_days":
            age = ordinals(at) - ordinals(born)
            highest = 366
        else:
            age = (at - born) // 10_000
            highest = 110
        known = whole & (age >= 0) & (age <= highest)
        self.notes.dates_unreadable += int(((born == -1) | (whole & ~known)).sum())
        distinct, places = np.unique(np.where(known, age, -1), return_inverse=True)
        computed = encoder.codes([str(value) if value >= 0 else None for value in distinct.tolist()])[places]
        return encoder.coded(np.where(computed >= 0, computed, codes))

    def _small_areas(
        self,
        column: Column,
        source: Sequence[str | None] | None,
        own: Sequence[str | None] | None,
        fields: dict[str, Sequence[str | None]],
        size: int,
    ) -> Made:
        status_column = next(other.name for other in self.table.columns if other.made_from == column.name)
        said = self._encoders[status_column]
        missing, found, not_found = said["missing"], said["found"], said["not_found"]
        areas, status = np.full(size, -1), np.full(size, missing)
        if own is not None:
            told = self._encoders[column.name].of(own)
            listed = told.encoder.categories
            # the last place is that of nothing
            areas = np.array([*map(self._places.__getitem__, listed), -1])[told.places]
            status = np.array(
                [*(said["invalid" if area == INVALID else "given"] for area in listed), missing]
            )[told.places]
        if source is not None:
            self._look_up(source, said)
            is_unknown = status == missing
            areas = np.where(is_unknown, looked_up(self._areas, source), areas)
            status = np.where(is_unknown, looked_up(self._statuses, source), status)
        self.notes.postcodes_found += int((status == found).sum())
        self.notes.postcodes_not_found += int((status == not_found).sum())
        vintages = self._encoders["lsoa_vintage"]
        vintage = vintages.codes(fields.get("lsoa_vintage") or [None] * size)
        return {
            column.name: self._places.coded(areas),
            status_column: said.coded(status),
            "lsoa_vintage": vintages.coded(np.where(status == found, vintages["2021"], vintage)),
        }

    def _look_up(self, texts: Sequence[str | None], said: Encoder) -> None:
        """Find the small areas of the postcodes that were not met before."""
        new = distinct(texts).difference(self._areas)
        usable = [text for text in new if text and re.fullmatch(POSTCODE, text.strip().upper())]
        found = self.lookup.find(usable) if self.lookup is not None else [None] * len(usable)
        by_text = dict(zip(usable, found, strict=True))
        for text in new:
            area = None
            if not text or not text.strip():
                status = "missing"
            elif text not in by_text:
                area, status = INVALID, "invalid"
            elif self.lookup is None:
                status = "no_lookup"
            else:
                area = by_text[text]
                status = "found" if area else "not_found"
            self._areas[text] = self._places[area]
            self._statuses[text] = said[status]
