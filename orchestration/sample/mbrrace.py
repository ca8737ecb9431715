"""MBRRACE-UK data viewer by trust, with and without congenital anomalies: 41 columns, no codes of organisations.

A row with fewer than three stillbirths or neonatal deaths is suppressed (-1), and its births with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from orchestration.sample.counting import Publication, tally
from orchestration.sample.fingertips import Z_95, wilson
from orchestration.sample.places import (
    provider_codes,
    provider_names,
    provider_sizes,
    provider_systems,
    region_names,
)
from orchestration.sample.publish import write_csv
from orchestration.sample.truth import England, People, months_back

YEAR = 2024
RECEIVED = dt.date(2026, 5, 14)
FIRST = (
    "ReportYear", "OrganisationCode", "OrganisationName", "CountryName", "RegionName",
    "SustainabilityAndTransformationPartnershipName", "IntegratedCareBoardName", "NeonatalNetworkName", "Longitude",
    "Latitude",
)  # fmt: skip
LAST = (
    "ComparatorGroupID", "ComparatorGroupName", "ComparatorGroupAverageStillbirthRate",
    "ComparatorGroupAverageNeonatalDeathRate", "ComparatorGroupAveragePerinatalDeathRate",
)  # fmt: skip
GROUPS = (
    (1, "Level 3 NICU & neonatal surgery", 900), (2, "Level 3 NICU", 650), (3, "4,000 or more births", 430),
    (4, "2,000-3,999 births", 220), (5, "Under 2,000 births", 0),
)  # fmt: skip
CATEGORIES = ((-0.15, 2, "Over 15% lower"), (-0.05, 3, "5 to 15% lower"), (0.05, 4, "Within 5%"))
HIGHEST = (5, "Over 5% higher")
FIRST_NUMBER = 1001
SMALLEST_PUBLISHED = 3
# births that the publisher's model gives each trust of the average of its group
PULL = 3000
BIRTHS, LIVE, STILL, NEONATAL = range(4)


def header() -> list[str]:
    """The 41 column names."""
    names = list(FIRST)
    for births, total, outcome in (
        ("TotalBirths", "TotalStillbirths", "Stillbirth"),
        ("TotalLiveBirths", "TotalNeonatalDeaths", "NeonatalDeath"),
        (None, "TotalPerinatalDeaths", "PerinatalDeath"),
    ):
        names += [births] if births else []
        names += [
            total, f"Crude{outcome}Rate", f"Crude{outcome}CategoryID", f"Crude{outcome}CategoryName",
            f"Stabilised{outcome}Rate", f"Stabilised{outcome}CategoryID", f"Stabilised{outcome}CategoryName",
            f"Stabilised{outcome}CI",
        ]  # fmt: skip
    return [*names, *LAST]


def write(directory: Path, publication: Publication, england: England) -> None:
    """Write both files."""
    year = people_of_year(england)
    for words, excluding in (("", False), ("-excluding-congenital-anomalies", True)):
        counts = counts_by_provider(year, excluding)
        write_csv(
            directory / "mbrrace" / f"perinatal-mortality-rates{words}-{YEAR}-trusthealth-board.csv",
            header(),
            _rows(publication, counts),
            RECEIVED,
        )


def people_of_year(england: England) -> list[People]:
    """The women who give birth in the year of the files."""
    return [england.people("birth", month) for month in months_back(dt.date(YEAR, 12, 1), 12)]


def is_suppressed(counts: list[int]) -> bool:
    """Whether a provider's deaths are withheld, from its row of `counts_by_provider`."""
    return min(counts[STILL], counts[NEONATAL]) < SMALLEST_PUBLISHED


def counts_by_provider(year: list[People], excluding: bool) -> np.ndarray:
    """[provider, births, live births, stillbirths, neonatal deaths]."""
    months = []
    for women in year:
        weight = np.where(women.has("twins", "yes"), 2, 1)
        still = women.has("stillborn", "yes")
        neonatal = ~still & women.has("neonatal_death", "yes")
        place = np.zeros(len(women), dtype=np.int8)
        kept = (
            ~((still | neonatal) & women.has("anomaly", "yes"))
            if excluding
            else np.ones(len(women), dtype=bool)
        )
        chosen = (kept, kept & ~still, kept & still, kept & neonatal)
        months.append(np.hstack([tally(women, place, 1, weight, who).once for who in chosen]))
    return np.sum(months, axis=0)


def _rows(publication: Publication, counts: np.ndarray) -> Iterator[tuple[str, ...]]:
    groups = [next(group for group in GROUPS if size >= group[2]) for size in provider_sizes()]
    for place, (code, system) in enumerate(zip(provider_codes(), provider_systems(), strict=True)):
        if system not in publication.shown:
            continue
        number, name, _ = groups[place]
        like = counts[[group[0] == number for group in groups]].sum(axis=0).tolist()
        births, live, still, neonatal = counts[place].tolist()
        averages = (like[STILL] / like[BIRTHS], like[NEONATAL] / like[LIVE], (like[STILL] + like[NEONATAL]) / like[BIRTHS])  # fmt: skip
        hidden = is_suppressed(counts[place].tolist())
        both_hidden = still + neonatal < SMALLEST_PUBLISHED
        yield (
            str(YEAR), str(FIRST_NUMBER + place), provider_names()[code], "England", region_names()[system], "", "",
            "Synthetic network", "-1.1", "52.6",
            str(births), *_outcome(still, births, averages[0], hidden),
            str(live), *_outcome(neonatal, live, averages[1], hidden),
            *_outcome(still + neonatal, births, averages[2], both_hidden),
            str(number), name, *(_number(1000 * average) for average in averages),
        )  # fmt: skip


def _outcome(deaths: int, births: int, average: float, hidden: bool) -> tuple[str, ...]:
    """Count, crude rate and its category, then stabilised rate, category and interval."""
    pulled = (deaths + average * PULL) / (births + PULL)
    low, high = wilson(pulled * (births + PULL), births + PULL, Z_95)
    crude: tuple[str, ...]
    if hidden:
        crude = ("-1", "-1", "0", "Suppressed due to small numbers")
    else:
        crude = (str(deaths), _number(1000 * deaths / births), *_category(deaths / births, average))
    return (
        *crude, _number(1000 * pulled), *_category(pulled, average), f"{1000 * low:.2f} to {1000 * high:.2f}",
    )  # fmt: skip


def _category(rate: float, average: float) -> tuple[str, str]:
    for below, number, name in CATEGORIES:
        if rate < average * (1 + below):
            return str(number), name
    return str(HIGHEST[0]), HIGHEST[1]


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
