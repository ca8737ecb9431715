"""How a supplier writes an extract: columns of records to lines of text, fast enough for millions of rows.

Knows codes, dates and numbers; nothing here knows a data set or who supplies it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from orchestration.sample.publish import stamp

NONE = -1
COMMA, LINE_FEED = ord(","), ord("\n")
CHECK_WEIGHTS = range(10, 1, -1)
STEP = 611_953


@dataclass(frozen=True)
class Dialect:
    """A supplier's own way of writing; by default the contract's.

    Attributes:
        headers: field of the contract to the supplier's heading.
        codes: by field, code of the contract to the supplier's word.
        date_format: of dates.
        weeks_and_days: whether lengths of pregnancy are written such as 39+4.
    """

    headers: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    date_format: str = "%Y-%m-%d"
    weeks_and_days: bool = False


CONTRACT = Dialect()


def day_number(date: dt.date) -> int:
    """A date as records hold it: days since 1970."""
    return (date - dt.date(1970, 1, 1)).days


def unissued_numbers(identities: np.ndarray) -> np.ndarray:
    """NHS numbers of the range that is never issued (999 and seven digits), as ten digits each.

    Args:
        identities: below `numbers_held()`; each has a number of its own.
    """
    prefixes = _valid_prefixes()
    chosen = prefixes[(identities * STEP) % len(prefixes)]
    first = digits(chosen, 9)
    return np.hstack([first, (_check_digits(chosen) + ord("0")).astype(np.uint8)[:, None]])


def _check_digits(prefixes: np.ndarray) -> np.ndarray:
    left, total = prefixes.copy(), np.zeros(len(prefixes), dtype=np.int64)
    for weight in reversed(CHECK_WEIGHTS):
        left, digit = np.divmod(left, 10)
        total += digit * weight
    return (11 - total % 11) % 11


@cache
def _valid_prefixes() -> np.ndarray:
    every = np.arange(999_000_000, 999_999_999)
    return every[_check_digits(every) != 10]


def numbers_held() -> int:
    """How many such numbers there are."""
    return len(_valid_prefixes())


def digits(values: np.ndarray, width: int) -> np.ndarray:
    """Whole numbers as text with leading zeros: one row of bytes each."""
    made = np.empty((len(values), width), dtype=np.uint8)
    left = values.astype(np.int64)
    for place in reversed(range(width)):
        left, digit = np.divmod(left, 10)
        made[:, place] = digit + ord("0")
    return made


def texts(places: np.ndarray, of: Sequence[str]) -> np.ndarray:
    """The text at each place; none where the place is `NONE`."""
    table = np.array([*(text.encode("ascii") for text in of), b""])
    return table[places]


class Rows:
    """The columns of some records, as a supplier writes them."""

    def __init__(self, dialect: Dialect = CONTRACT) -> None:
        self.dialect = dialect
        self.columns: dict[str, np.ndarray] = {}

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    @property
    def header(self) -> list[str]:
        """Headings in the order in which columns were added."""
        return [self.dialect.headers.get(name, name) for name in self.columns]

    def code(self, name: str, places: np.ndarray, of: Sequence[str]) -> None:
        """A column of codes: places in a list of the contract's codes."""
        own = self.dialect.codes.get(name, {})
        self.columns[name] = texts(places, [own.get(code, code) for code in of])

    def constant(self, name: str, text: str, size: int) -> None:
        """A column that says the same in every row."""
        self.columns[name] = np.full(size, text.encode("ascii"))

    def day(self, name: str, days: np.ndarray) -> None:
        """A column of dates, from days since 1970."""
        known = days[days != NONE]
        first, last = (int(known.min()), int(known.max())) if len(known) else (0, 0)
        start = dt.date(1970, 1, 1)
        table = [
            (start + dt.timedelta(days=number)).strftime(self.dialect.date_format)
            for number in range(first, last + 1)
        ]
        self.columns[name] = texts(np.where(days == NONE, NONE, days - first), table)

    def whole(self, name: str, values: np.ndarray) -> None:
        """A column of whole numbers."""
        self.columns[name] = texts(values, [str(number) for number in range(int(values.max(initial=0)) + 1)])

    def tenths(self, name: str, values: np.ndarray) -> None:
        """A column of numbers with one decimal, from tenths."""
        highest = int(values.max(initial=0))
        self.columns[name] = texts(values, [f"{number / 10:.1f}" for number in range(highest + 1)])

    def pregnancy_days(self, name: str, days: np.ndarray) -> None:
        """A column of lengths of pregnancy, from days."""
        if not self.dialect.weeks_and_days:
            self.whole(name, days)
            return
        table = [f"{number // 7}+{number % 7}" for number in range(int(days.max(initial=0)) + 1)]
        self.columns[name] = texts(days, table)

    def identity(self, name: str, letter: str, identities: np.ndarray) -> None:
        """A column of the supplier's own numbers; none where the identity is `NONE`."""
        body = digits(np.maximum(identities, 0), 9)
        made = np.hstack([np.full((len(body), 1), ord(letter), dtype=np.uint8), body])
        made[identities == NONE] = 0
        self.columns[name] = made

    def nhs_number(self, name: str, identities: np.ndarray, wrong: np.ndarray | None = None) -> None:
        """A column of NHS numbers; none where the identity is `NONE`, a false check digit where `wrong`."""
        made = unissued_numbers(np.maximum(identities, 0))
        if wrong is not None:
            made[wrong, 9] = ord("0") + (made[wrong, 9] - ord("0") + 1) % 10
        made[identities == NONE] = 0
        self.columns[name] = made

    def lines(self) -> bytes:
        """Every record as a line of comma-separated text; no value holds a comma or a quotation mark."""
        size = len(self)
        parts: list[np.ndarray] = []
        for column in self.columns.values():
            cells = column if column.ndim == 2 else column.view(np.uint8).reshape(size, column.dtype.itemsize)
            parts += [cells, np.full((size, 1), COMMA, dtype=np.uint8)]
        parts[-1] = np.full((size, 1), LINE_FEED, dtype=np.uint8)
        block = np.hstack(parts)
        return block[block != 0].tobytes()

    def without(self, name: str, which: np.ndarray) -> Rows:
        """The same with nothing in some cells of a column."""
        other = Rows(self.dialect)
        other.columns = {**self.columns, name: np.where(which, b"", self.columns[name])}
        return other

    def chosen(self, which: np.ndarray) -> Rows:
        """Some of the records."""
        some = Rows(self.dialect)
        some.columns = {name: np.ascontiguousarray(column[which]) for name, column in self.columns.items()}
        return some

    def joined(self, other: Rows) -> Rows:
        """These records and then those of another piece of the same file."""
        both = Rows(self.dialect)
        both.columns = {
            name: np.concatenate([column, other.columns[name]]) for name, column in self.columns.items()
        }
        return both


class History:
    """A file that grows a piece at a time, so that no more than one piece is in memory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._is_begun = False

    def add(self, rows: Rows) -> None:
        """Add some records."""
        if not len(rows):
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab" if self._is_begun else "wb") as handle:
            if not self._is_begun:
                handle.write((",".join(rows.header) + "\n").encode("ascii"))
            handle.write(rows.lines())
        self._is_begun = True

    def close(self, received: dt.date) -> None:
        """Date the file."""
        if self._is_begun:
            stamp(self.path, received)
