"""Secondary suppression of figures of data quality and of the accounts of local files: whom they count, and how they add up.

dbt says whom each count is of (`people_of` in macros/local_quality.sql); protection.py puts these counts beside those of
metrics, and disclosure.py says which are pinned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

HIDDEN_DETAIL = "Hidden [c]: withheld so that a small number beside it cannot be worked out"
UNPRINTED = "unprinted"
# which numbers of rows of a line are withheld: an empty one is of 1 to 7 otherwise
WITHHELD = "rows_withheld"
# all values of a variable: where each of them is counted, the counts add up to everybody
CODING = {"valid", "not_stated", "not_known", "missing", "invalid"}
ALL_VALUES = {
    "mother_ethnicity": CODING,
    "baby_ethnicity": CODING,
    "link": {"pseudonym", "weight", "none"},
    "alone": {"right", "wrong", "missed"},
}
ACCOUNTS = {"rows_received": " rows received", "rows_used": " rows used"}
Condition = tuple[str, tuple[str, ...]]


class People(NamedTuple):
    """Whom a count is of: where and when, a data set, and what is true of its records (a variable and its values)."""

    level: str
    code: str
    lmns: str
    start: str
    end: str
    of: str
    conditions: tuple[Condition, ...] = ()

    def text(self) -> str:
        """As dbt writes it."""
        return "; ".join([self.of, *(f"{name}={'|'.join(values)}" for name, values in self.conditions)])


class Count(NamedTuple):
    """One printed or hidden count: whom it is of, its shown value and status, and the figure and column that print it."""

    people: People
    value: float
    status: str
    figure: tuple[str, str]


class Sum(NamedTuple):
    """Parts that add up to the whole; with a rest that nothing prints unless the parts are all there is."""

    whole: People
    parts: tuple[People, ...]
    is_all: bool


def conditions_of(text: str) -> tuple[str, tuple[Condition, ...]]:
    """`births; feed=a|b` as a data set and sorted conditions."""
    of, *rest = text.split("; ")
    pairs = (condition.partition("=")[::2] for condition in rest)
    return of, tuple(sorted((name, tuple(sorted(values.split("|")))) for name, values in pairs))


def in_order(text: str) -> str:
    """The same text with its conditions in order."""
    return People("", "", "", "", "", *conditions_of(text)).text()


def _text(value: object) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value)


def shares(quality: pd.DataFrame) -> Iterator[tuple[Count, Count]]:
    """Events and people of each protected share of data quality."""
    for row in quality[quality["numerator_of"].notna()].to_dict("records"):
        place = [
            _text(row[name])
            for name in ("organisation_level", "organisation_code", "lmns_code", "period_start", "period_end")
        ]
        yield (_count(row, place, "numerator"), _count(row, place, "denominator"))


def _count(row: Mapping[str, Any], place: list[str], role: str) -> Count:
    people = People(*place, *conditions_of(row[f"{role}_of"]))
    status, value = _text(row[f"{role}_status"]), row[role]
    # a row that hides one of its counts prints none of them
    status = UNPRINTED if status == "shown" and pd.isna(value) else status
    return Count(people, value, status, (row["figure_id"], role))


def account_counts(submissions: pd.DataFrame, provenance: pd.DataFrame) -> Iterator[Count]:
    """Every number of rows of local files that an edition prints."""
    for row in submissions.to_dict("records"):
        month = _text(row["submission_month"])
        place = ("supplier", row["supplier_code"], row["lmns_code"], month, _month_end(month))
        for column, name in ACCOUNTS.items():
            yield _rows(People(*place, row["dataset"] + name), row, column, row["figure_id"])
    for row in provenance[provenance["local_table"].notna()].to_dict("records"):
        for column in ("rows_read", "rows_loaded", "rows_quarantined"):
            people = People("file", row["file_sha256"], "", "", "", f"{row['local_table']} {column}")
            yield _rows(people, row, column, row["file_sha256"])


def sums_of_files(submissions: pd.DataFrame, provenance: pd.DataFrame) -> Iterator[Sum]:
    """Files of one month into what was received for it: their names tell a reader which month that is."""
    files: dict[tuple[str, ...], list[People]] = defaultdict(list)
    for row in provenance[provenance["local_month"].notna()].to_dict("records"):
        place = (row["lmns_code"], row["local_supplier"], row["local_table"], _text(row["local_month"])[:10])
        files[place].append(
            People("file", row["file_sha256"], "", "", "", f"{row['local_table']} rows_loaded")
        )
    for row in submissions.to_dict("records"):
        month = _text(row["submission_month"])
        found = files[row["lmns_code"], row["supplier_code"], f"local__{row['dataset']}", month]
        if found:
            whole = People(
                "supplier",
                row["supplier_code"],
                row["lmns_code"],
                month,
                _month_end(month),
                f"{row['dataset']} rows received",
            )
            yield Sum(whole, tuple(found), len(found) == row["files"])


def _rows(people: People, row: Mapping[str, Any], column: str, figure_id: str) -> Count:
    if not pd.isna(row[column]):
        return Count(people, float(row[column]), "shown", (figure_id, column))
    withheld = column in _text(row.get(WITHHELD)).split()
    return Count(people, np.nan, "withheld" if withheld else "small", (figure_id, column))


def _month_end(start: str) -> str:
    return str((pd.Timestamp(start) + pd.offsets.MonthEnd(0)).date())


def _is_month(people: People) -> bool:
    return bool(people.start) and people.end == _month_end(people.start)


def _single(people: People) -> list[People]:
    """`a|b` as `a` and `b`."""
    choices = [[(name, (value,)) for value in values] for name, values in people.conditions]
    return [people._replace(conditions=chosen) for chosen in product(*choices)]


def _is_all(variable: str, parts: Iterable[People]) -> bool:
    """Whether these values of a variable are all there are. A group that no record is of has no figure."""
    values = {dict(one.conditions)[variable][0] for one in parts}
    return variable == "group" or values == ALL_VALUES.get(variable)


def sums(counted: Collection[People], of_metrics: Collection[str]) -> Iterator[Sum]:
    """Every way in which counts of data quality and accounts add up.

    Args:
        counted: whom the counts are of.
        of_metrics: names of the people that metrics count too, over everybody or by group.
    """
    everyone = set(counted)
    for one in sorted(everyone):
        parts = _single(one)
        if len(parts) > 1:
            everyone.update(parts)
            yield Sum(one, tuple(parts), True)
    yield from _sums_over_values(everyone)
    yield from _sums_over_time(everyone)
    yield from _sums_over_suppliers(everyone, of_metrics)
    yield from _sums_of_accounts(everyone)


def _sums_over_values(everyone: set[People]) -> Iterator[Sum]:
    """Values of one variable into those of whom it is not asked."""
    below: dict[tuple[People, str], list[People]] = defaultdict(list)
    for one in sorted(everyone):
        if any(len(values) > 1 for _, values in one.conditions):
            continue
        for place, (variable, _) in enumerate(one.conditions):
            left = one.conditions[:place] + one.conditions[place + 1 :]
            below[one._replace(conditions=left), variable].append(one)
    for (whole, variable), parts in below.items():
        if whole in everyone:
            yield Sum(whole, tuple(parts), _is_all(variable, parts))


def _sums_over_time(everyone: set[People]) -> Iterator[Sum]:
    """Months of a supplier into the months that it sent, first to last."""
    series: dict[People, list[People]] = defaultdict(list)
    for one in sorted(everyone):
        if one.level == "supplier":
            series[one._replace(start="", end="")].append(one)
    for found in series.values():
        months = [one for one in found if _is_month(one)]
        for whole in found:
            parts = tuple(one for one in months if whole.start <= one.start and one.end <= whole.end)
            if parts and not _is_month(whole):
                yield Sum(whole, parts, True)


def system_month(lmns: str, start: str, of: str, conditions: tuple[Condition, ...]) -> People:
    """Records of all suppliers of a system in a month; no figure prints them, metrics and hospitals rest on them."""
    return People("lmns", lmns, lmns, start, _month_end(start), of, conditions)


def _sums_over_suppliers(everyone: set[People], of_metrics: Collection[str]) -> Iterator[Sum]:
    """Suppliers into their system month by month, and hospitals into the same system over the year."""
    by_hospital = {(one.of, one.conditions) for one in everyone if one.level == "hospital"}
    by_month: dict[People, list[People]] = defaultdict(list)
    by_year: dict[People, list[People]] = defaultdict(list)
    for one in sorted(everyone):
        if one.level == "supplier" and _is_month(one):
            if (one.of, one.conditions) in by_hospital or one.text() in of_metrics:
                by_month[system_month(one.lmns, one.start, one.of, one.conditions)].append(one)
        elif one.level == "hospital":
            by_year[one._replace(level="lmns", code=one.lmns)].append(one)
    for whole, parts in by_month.items():
        yield Sum(whole, tuple(parts), True)
    for year, hospitals in by_year.items():
        months = [
            month
            for month in by_month
            if (month.lmns, month.of, month.conditions) == (year.lmns, year.of, year.conditions)
            and year.start <= month.start
            and month.end <= year.end
        ]
        yield Sum(year, tuple(hospitals), True)
        if months:
            yield Sum(year, tuple(months), True)


def _sums_of_accounts(everyone: set[People]) -> Iterator[Sum]:
    """Rows of a file into those loaded and those set aside; rows received in a month into those used and those not."""
    by_supplier: dict[People, list[People]] = defaultdict(list)
    submissions = []
    for one in sorted(everyone):
        if one.level == "file" and one.of.endswith(" rows_read"):
            table = one.of.removesuffix("rows_read")
            parts = (one._replace(of=f"{table}rows_loaded"), one._replace(of=f"{table}rows_quarantined"))
            yield Sum(one, parts, True)
        elif one.of.endswith(" rows received"):
            submissions.append(one)
        elif one.level == "supplier" and not one.conditions and _is_month(one):
            by_supplier[one._replace(start="", end="")].append(one)
    before = _month_before(submissions)
    for one in submissions:
        dataset = one.of.removesuffix(" rows received")
        used = one._replace(of=f"{dataset} rows used")
        yield Sum(one, (used,), False)
        # a record of a month that belongs to this submission is a row that is used
        for whole, of, is_all in ((used, dataset, True), (one, f"{dataset} rows", False)):
            months = by_supplier[one._replace(of=of, start="", end="")]
            parts = tuple(month for month in months if before[one] < month.start <= one.start)
            if parts:
                yield Sum(whole, parts, is_all)


def _month_before(submissions: Iterable[People]) -> dict[People, str]:
    """For each submission the month of the supplier's submission before it: rows of the months since belong to it."""
    last: dict[People, str] = {}
    found = {}
    for month in sorted(submissions):
        supplier = month._replace(start="", end="")
        found[month] = last.get(supplier, "")
        last[supplier] = month.start
    return found


class MetricParts:
    """The counts of data quality that make up counts of the same people by metrics.

    Args:
        everyone: whom counts of data quality are of, with the systems' months of `sums`.
    """

    def __init__(self, everyone: Iterable[People]) -> None:
        self.months: dict[tuple[str, str, str], list[People]] = defaultdict(list)
        for one in sorted(everyone):
            if one.level in ("lmns", "supplier") and _is_month(one):
                self.months[one.text(), one.level, one.code].append(one)

    def of(self, text: str, level: str, code: str, lmns: str, start: str, end: str) -> list[People]:
        """The months of a system, or of the supplier that is the provider; none where there are none."""
        own = self.months.get((text, "supplier" if level == "provider" else level, code), [])
        return [one for one in own if one.lmns == lmns and start <= one.start and one.end <= end]


def without_shares(quality: pd.DataFrame, figures: Iterable[tuple[str, str]]) -> pd.DataFrame:
    """Figures of data quality without some counts, and without the shares made from them."""
    gone = list(figures)
    left = quality.copy()
    for role in ("numerator", "denominator"):
        rows = left["figure_id"].isin({figure for figure, part in gone if part == role})
        left.loc[rows, f"{role}_status"] = "withheld"
    rows = left["figure_id"].isin({figure for figure, _ in gone})
    return _hidden(left, rows)


def without_compared(quality: pd.DataFrame, gone: pd.DataFrame) -> pd.DataFrame:
    """Figures of data quality without those that are made from figures of metrics that are withheld.

    Args:
        quality: the figures.
        gone: metric_id, organisation_level, organisation_code, dimension, period_start and period_end of what is withheld.
    """
    rows = pd.Series(False, index=quality.index)
    for one in gone.drop_duplicates().to_dict("records"):
        rows |= (
            (quality["compared_metric_id"] == one["metric_id"])
            & (quality["compared_dimension"] == one["dimension"])
            & (quality["organisation_level"] == one["organisation_level"])
            & (quality["organisation_code"] == one["organisation_code"])
            & (quality["period_start"] <= one["period_end"])
            & (quality["period_end"] >= one["period_start"])
        )
    return _hidden(quality.copy(), rows) if rows.any() else quality


def _hidden(quality: pd.DataFrame, rows: pd.Series) -> pd.DataFrame:
    quality.loc[rows, ["value", "numerator", "denominator"]] = np.nan
    quality.loc[rows, "verdict"] = "not available"
    quality.loc[rows, ["detail", "mark"]] = [HIDDEN_DETAIL, "[c]"]
    return quality


def without_rows(frame: pd.DataFrame, ids: pd.Series, figures: Iterable[tuple[str, str]]) -> pd.DataFrame:
    """Accounts without some numbers of rows.

    Args:
        frame: submissions or files.
        ids: the name of each row, as `account_counts` gives it.
        figures: name and column of what goes.
    """
    gone: dict[str, set[str]] = defaultdict(set)
    for figure, column in figures:
        if column in frame.columns:
            gone[column].add(figure)
    left = frame
    for column, names in gone.items():
        rows = ids.isin(names)
        if rows.any():
            left = left.astype({column: "Int64"})
            left.loc[rows, column] = pd.NA
            before = left[WITHHELD] if WITHHELD in left.columns else pd.Series("", index=left.index)
            left[WITHHELD] = before.where(~rows, before + f" {column}")
            if "rows_mark" in left.columns:
                left.loc[rows, "rows_mark"] = "[c]"
    return left
