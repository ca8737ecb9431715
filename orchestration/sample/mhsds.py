"""Mental Health Services monthly file: women in contact with specialist perinatal services over twelve months (MHS91).

England exact; below it 1 to 4 are an asterisk and other counts are rounded to 5.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from orchestration.sample.counting import Publication, tally
from orchestration.sample.msds_data import last_day
from orchestration.sample.places import DECILE_CODES, ETHNIC_CODES, provider_systems, sub_icbs, systems
from orchestration.sample.publish import write_csv
from orchestration.sample.truth import England, People, months_back

HEADER = (
    "REPORTING_PERIOD_START", "REPORTING_PERIOD_END", "STATUS", "BREAKDOWN", "PRIMARY_LEVEL",
    "PRIMARY_LEVEL_DESCRIPTION", "SECONDARY_LEVEL", "SECONDARY_LEVEL_DESCRIPTION", "MEASURE_ID", "MEASURE_NAME",
    "MEASURE_VALUE",
)  # fmt: skip
MEASURE = (
    "MHS91",
    "Number of women in contact with Specialist Perinatal Mental Health Community Services in the RP",
)
NONE = ("NONE", "NONE")
ENDS = (dt.date(2025, 12, 1), dt.date(2026, 3, 1))
ETHNIC_LABELS = (
    "British", "Irish", "Any Other White Background", "White and Black Caribbean", "White and Black African",
    "White and Asian", "Any Other Mixed Background", "Indian", "Pakistani", "Bangladeshi",
    "Any Other Asian Background", "Caribbean", "African", "Any Other Black Background", "Chinese",
    "Any Other Ethnic Group", "Not Stated", "Not Known", "UNKNOWN",
)  # fmt: skip
DECILE_LABELS = (
    "01 Most deprived", *(f"{decile:02d} More deprived" for decile in range(2, 6)),
    *(f"{decile:02d} Less deprived" for decile in range(6, 10)), "10 Least deprived", "UNKNOWN",
)  # fmt: skip
DECILE_PLACE = np.minimum(np.arange(len(DECILE_CODES)), 10)
SMALLEST_PUBLISHED = 5


def write(directory: Path, publication: Publication, england: England) -> None:
    """Write one file for each of two months."""
    for end in ENDS:
        year = [england.people("birth", month) for month in months_back(end, 12)]
        name = f"MHSDS Data_{end:%b}Prf_{end:%Y}.csv"
        later = end.month + 1
        received = dt.date(end.year + later // 12, later % 12 + 1, 11)
        write_csv(directory / "mhsds" / name, HEADER, _rows(publication, year, end), received)


def _rows(publication: Publication, year: list[People], end: dt.date) -> Iterator[tuple[str, ...]]:
    first = months_back(end, 12)[0]
    start = (f"{first:%d/%m/%Y}", f"{last_day(end):%d/%m/%Y}", "Performance")
    ethnic = _counts(year, lambda women: women.ethnic, len(ETHNIC_CODES))
    decile = _counts(year, lambda women: DECILE_PLACE[women.decile], len(DECILE_LABELS))
    total = ethnic.sum(axis=1)
    yield (*start, "England", "England", "England", *NONE, *MEASURE, str(total.sum()))
    for code, label, count in zip(ETHNIC_CODES, ETHNIC_LABELS, ethnic.sum(axis=0).tolist(), strict=True):
        yield (*start, "England; Ethnicity", code or "UNKNOWN", label, *NONE, *MEASURE, str(count))
    for label, count in zip(DECILE_LABELS, decile.sum(axis=0).tolist(), strict=True):
        yield (*start, "England; IMD Decile", label.split()[0], label, *NONE, *MEASURE, str(count))
    regions = publication.level("NHS England (Region)")
    for org, places in zip(regions.organisations, regions.members, strict=True):
        yield (
            *start,
            "Commissioning Region",
            org.code,
            org.name,
            *NONE,
            *MEASURE,
            _shown(int(places @ total)),
        )
    for code in sorted(publication.shown):
        own = int(total[[system == code for system in provider_systems()]].sum())
        yield (*start, "ICB", code, systems()[code].name, *NONE, *MEASURE, _shown(own))
        parts = sub_icbs()[code]
        for part in parts:
            yield (
                *start,
                "Sub ICB of Residence",
                part.code,
                part.name,
                *NONE,
                *MEASURE,
                _shown(own // len(parts)),
            )
    yield (*start, "ICB", "UNKNOWN", "UNKNOWN", *NONE, *MEASURE, _shown(4))


def _counts(year: list[People], place: Callable[[People], np.ndarray], number: int) -> np.ndarray:
    """[provider, category] of the women in contact."""
    parts = [
        tally(women, place(women), number, where=women.has("perinatal_contact", "yes")).once for women in year
    ]
    return np.sum(parts, axis=0)


def _shown(count: int) -> str:
    if 0 < count < SMALLEST_PUBLISHED:
        return "*"
    return str((count + 2) // 5 * 5)
