"""Fingertips export in the current 27 columns: several indicators for England and the systems, with inequalities.

England comes twice, once without a parent; codes of care boards carry the API's n; limits are Wilson's.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from orchestration.sample.counting import Publication, tally
from orchestration.sample.msds_data import ETHNIC_PLACE
from orchestration.sample.places import provider_systems, systems
from orchestration.sample.publish import write_csv
from orchestration.sample.truth import England, Event, People, months_back

HEADER = (
    "Indicator ID", "Indicator Name", "Parent Code", "Parent Name", "Area Code", "Area Name", "Area Type", "Sex",
    "Age", "Category Type", "Category", "Time period", "Value", "Lower CI 95.0 limit", "Upper CI 95.0 limit",
    "Lower CI 99.8 limit", "Upper CI 99.8 limit", "Count", "Denominator", "Value note", "Recent Trend",
    "Compared to England value or percentiles", "Compared to percentiles", "Time period Sortable", "New data",
    "Compared to goal", "Time period range",
)  # fmt: skip
RECEIVED = dt.date(2026, 6, 3)
ENGLAND = ("E92000001", "England")
DECILE_TYPE = "LSOA21 deprivation deciles in England (IMD 2025)"
DECILES = (
    "Most deprived decile", "Second most deprived decile", "Third more deprived decile",
    "Fourth more deprived decile", "Fifth more deprived decile", "Fifth less deprived decile",
    "Fourth less deprived decile", "Third less deprived decile", "Second least deprived decile",
    "Least deprived decile",
)  # fmt: skip
ETHNIC_GROUPS = ("White", "Mixed", "Asian", "Black", "Other")
SMALL = "Value suppressed for disclosure control due to small count"
SMALLEST_PUBLISHED = 8
Z_95, Z_998 = 1.959963984540054, 3.090232306167813
Who = Callable[[People], np.ndarray]


@dataclass(frozen=True)
class Indicator:
    """One indicator.

    Attributes:
        number: Fingertips' own.
        name: as exported; one holds a line break, as the real one does.
        event: whose people it counts.
        among: who is in the denominator.
        of_them: who of those is counted.
        per: multiplier of the value.
        period: in words; `first` and `months` are the same as dates.
        by_ethnic: also by ethnic group.
        sex: Female for measures of women.
        babies: twins count twice.
    """

    number: str
    name: str
    event: Event
    among: Who
    of_them: Who
    per: int
    period: str
    last: dt.date
    months: int
    by_ethnic: bool = False
    sex: str = "Persons"
    babies: bool = False


def _all(women: People) -> np.ndarray:
    return np.ones(len(women), dtype=bool)


def _known(attribute: str, missing: str = "missing") -> Who:
    return lambda women: ~women.has(attribute, missing)


def _is(attribute: str, *categories: str) -> Who:
    return lambda women: women.has(attribute, *categories)


def _live(women: People) -> np.ndarray:
    return women.has("stillborn", "no")


def _infant_death(women: People) -> np.ndarray:
    return women.has("neonatal_death", "yes") | women.has("later_death", "yes")


LOW_WEIGHTS = ("2000g to 2499g", "999g and under", "1000g to 1499g", "1500g to 1999g")
MARCH, DECEMBER = dt.date(2025, 3, 1), dt.date(2025, 12, 1)
INDICATORS = (
    Indicator(
        "93085", "Smoking status at time of delivery\n", "birth", _known("smoking_delivery"),
        _is("smoking_delivery", "smoker"), 100, "2024/25", MARCH, 12, sex="Female",
    ),
    Indicator("92530", "Stillbirth rate", "birth", _all, _is("stillborn", "yes"), 1000, "2023 - 25", DECEMBER, 36, babies=True),
    Indicator(
        "92705", "Neonatal mortality rate", "birth", _live, _is("neonatal_death", "yes"), 1000, "2023 - 25",
        DECEMBER, 36, babies=True,
    ),
    Indicator("92196", "Infant mortality rate", "birth", _live, _infant_death, 1000, "2023 - 25", DECEMBER, 36, babies=True),
    Indicator(
        "91743", "Premature births (less than 37 weeks gestation)", "birth", _known("gestation_birth"),
        _is("gestation_birth", "preterm"), 1000, "2023 - 25", DECEMBER, 36, babies=True,
    ),
    Indicator(
        "20101", "Low birth weight of term babies", "birth",
        lambda women: _live(women) & women.has("gestation_birth", "term") & ~women.has("term_weight", "missing"),
        _is("term_weight", "low"), 100, "2025", DECEMBER, 12, babies=True,
    ),
    Indicator(
        "92531", "Low birth weight of all babies", "birth", _known("birth_weight"), _is("birth_weight", *LOW_WEIGHTS),
        100, "2025", DECEMBER, 12, babies=True,
    ),
    Indicator(
        "94131", "Obesity in early pregnancy", "booking", _known("body_mass", "not recorded"),
        _is("body_mass", "obese", "severely obese"), 100, "2024/25", MARCH, 12, by_ethnic=True, sex="Female",
    ),
    Indicator(
        "94121", "Early access to maternity care", "booking", _known("gestation_booking"),
        _is("gestation_booking", "0-70"), 100, "2024/25", MARCH, 12, by_ethnic=True, sex="Female",
    ),
)  # fmt: skip


def write(directory: Path, publication: Publication, england: England) -> None:
    """Write the export."""
    rows = [row for indicator in INDICATORS for row in _rows(indicator, publication, england)]
    write_csv(directory / "fingertips" / "fingertips-maternity-icbs.csv", HEADER, rows, RECEIVED)


def _rows(indicator: Indicator, publication: Publication, england: England) -> Iterator[tuple[str, ...]]:
    months = [
        england.people(indicator.event, month) for month in months_back(indicator.last, indicator.months)
    ]
    decile = _counts(indicator, months, lambda women: np.where(women.decile < 10, women.decile, 10), 11)
    total = decile.sum(axis=2)
    nation = (*ENGLAND, "England")
    yield _row(indicator, ("", ""), nation, total.sum(axis=1))
    yield _row(indicator, ENGLAND, nation, total.sum(axis=1))
    for code in sorted(publication.shown):
        inside = [system == code for system in provider_systems()]
        name = systems()[code].name.title().replace(" And ", " and ").replace("Nhs", "NHS")
        area = (f"n{systems()[code].ons_code}", f"{name} - {code}", "ICBs")
        yield _row(indicator, ENGLAND, area, total[:, inside].sum(axis=1))
    for place, label in enumerate(DECILES):
        yield _row(indicator, ENGLAND, nation, decile[:, :, place].sum(axis=1), (DECILE_TYPE, label))
    if indicator.by_ethnic:
        ethnic = _counts(indicator, months, lambda women: ETHNIC_PLACE[women.recorded_ethnic], 8)
        for place, label in enumerate(ETHNIC_GROUPS):
            yield _row(indicator, ENGLAND, nation, ethnic[:, :, place].sum(axis=1), ("Ethnic groups", label))


def _counts(indicator: Indicator, months: list[People], place: Who, number: int) -> np.ndarray:
    """[denominator and numerator, provider, category]."""
    sides = []
    for month in months:
        weight = np.where(month.has("twins", "yes"), 2, 1) if indicator.babies else None
        among = indicator.among(month)
        where = place(month)
        sides.append(
            [
                tally(month, where, number, weight, among).once,
                tally(month, where, number, weight, among & indicator.of_them(month)).once,
            ]
        )
    return np.sum(sides, axis=0)


def _row(
    indicator: Indicator,
    parent: tuple[str, str],
    area: tuple[str, str, str],
    sides: np.ndarray,
    category: tuple[str, str] = ("", ""),
) -> tuple[str, ...]:
    denominator, numerator = sides.tolist()
    ages = "All ages"
    start = (
        indicator.number,
        indicator.name,
        *parent,
        *area,
        indicator.sex,
        ages,
        *category,
        indicator.period,
    )
    end = (
        "Cannot be calculated", "Not compared", "Not compared", f"{indicator.period[:4]}0000", "", "",
        f"{indicator.months // 12}y",
    )  # fmt: skip
    if 0 < numerator < SMALLEST_PUBLISHED:
        return (*start, "", "", "", "", "", "", "", SMALL, *end)
    limits = [
        repr(indicator.per * limit) for z in (Z_95, Z_998) for limit in wilson(numerator, denominator, z)
    ]
    value = repr(indicator.per * numerator / denominator)
    return (*start, value, *limits, str(numerator), str(denominator), "", *end)


def wilson(numerator: float, denominator: int, z: float) -> tuple[float, float]:
    """Wilson's limits of a share."""
    share = numerator / denominator
    centre = share + z * z / (2 * denominator)
    half = z * math.sqrt(share * (1 - share) / denominator + z * z / (4 * denominator * denominator))
    scale = 1 + z * z / denominator
    return (max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale))
