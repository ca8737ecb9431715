"""The monthly Maternity Services Data Set release: three files a month, provisional and final, and a re-save.

Which files there are; what is in them is in msds_data, msds_measures and msds_dq.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from orchestration.sample import msds_data, msds_dq, msds_measures
from orchestration.sample.counting import Publication
from orchestration.sample.publish import Cell, write_csv, write_workbook
from orchestration.sample.truth import England, Event, People

FOLDER = "msds_monthly"
RESAVED = dt.date(2025, 11, 1)
DATE_COLUMN, MEASURE_COLUMN, VALUE_COLUMN = 0, 6, 8


def published_on(month: dt.date, provisional: bool) -> dt.date:
    """The day a release comes out: a month's final figures come with the next month's provisional ones."""
    later = month.month - 1 + (3 if provisional else 4)
    return dt.date(month.year + later // 12, later % 12 + 1, 12)


def releases(months: Sequence[dt.date]) -> list[tuple[dt.date, bool]]:
    """Month and whether provisional: all final but the last, and provisional for the last two."""
    final = [(month, False) for month in months[:-1]]
    return final + [(month, True) for month in months[-2:]]


def file_name(month: dt.date, provisional: bool, kind: str) -> str:
    """As the publisher names it."""
    return f"msds-{month:%b%Y}".lower() + ("Provisional" if provisional else "") + f"-exp-{kind}.csv"


def write(directory: Path, publication: Publication, months: Sequence[dt.date], england: England) -> None:
    """Write every file of every release."""
    counts: dict[tuple[str, dt.date, bool], msds_measures.Counts] = {}

    def by_month(measure: msds_measures.Measure, month: dt.date, provisional: bool) -> msds_measures.Counts:
        key = (measure.indicator, month, provisional)
        if key not in counts:
            counts[key] = msds_measures.count(measure, england.people(measure.event, month), provisional)
        return counts[key]

    for month, provisional in releases(months):
        events: dict[Event, People] = {
            "booking": england.people("booking", month),
            "birth": england.people("birth", month),
        }
        received = published_on(month, provisional)
        data = list(msds_data.rows(publication, events, provisional))
        write_csv(
            directory / FOLDER / file_name(month, provisional, "data"), msds_data.HEADER, data, received
        )
        checks = [
            (family, name, *msds_measures.check(attribute, missing, events[event], provisional))
            for family, name, event, attribute, missing in msds_measures.QUALITY_CHECKS
        ]
        measures = msds_measures.rows(
            publication,
            month,
            lambda measure, wanted, release=provisional: by_month(measure, wanted, release),
            checks,
            provisional,
        )
        write_csv(directory / FOLDER / file_name(month, provisional, "measures"), msds_measures.HEADER, measures, received)  # fmt: skip
        quality = msds_dq.rows(publication, events, provisional)
        write_csv(directory / FOLDER / file_name(month, provisional, "dq"), msds_dq.HEADER, quality, received)
        if month == RESAVED and not provisional:
            name = file_name(month, provisional, "data").replace(".csv", ".xlsx")
            sheet = Path(name).stem[:31]
            write_workbook(
                directory / FOLDER / name,
                {sheet: [msds_data.HEADER, *(_resaved(row) for row in data)]},
                received + dt.timedelta(days=14),
            )


def _resaved(row: tuple[str, ...]) -> list[Cell]:
    """A row as a spreadsheet program with American dates leaves it: 01/11/2025 becomes 11 January,
    30/11/2025 stays text, and decile 02 becomes the number 2."""
    cells: list[Cell] = list(row)
    day, month, year = (int(part) for part in row[DATE_COLUMN].split("/"))
    cells[DATE_COLUMN] = dt.date(year, day, month)
    if row[MEASURE_COLUMN].isdigit():
        cells[MEASURE_COLUMN] = int(row[MEASURE_COLUMN])
    cells[VALUE_COLUMN] = int(row[VALUE_COLUMN])
    return cells
