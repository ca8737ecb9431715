"""The yearly Maternity Services Data Set file of NHS Maternity Statistics: a full grid, zeros kept, no LMNS level."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from orchestration.sample import msds_data
from orchestration.sample.counting import Publication
from orchestration.sample.publish import rounded, write_csv
from orchestration.sample.truth import England, months_back

HEADER = ("Period", "Dimension", "Org_Level", "Org_Code", "Org_Name", "Measure", "Count_Of", "Value")
YEAR = "2025-26"
LAST_MONTH = dt.date(2026, 3, 1)
RECEIVED = dt.date(2026, 6, 12)
LEVELS = ("National", "NHS England (Region)", "Provider")
LEFT_OUT = ("TotalBookings", "CO_Concentration_Delivery")
SPELLINGS = {
    msds_data.MISSING: "Missing value / Value outside reporting parameters",
    "Missing Value": "Missing value / Value outside reporting parameters",
    "Value outside reporting parameters": "Missing value / Value outside reporting parameters",
}
YES_NO = {"Y": "Yes", "N": "No"}


def write(directory: Path, publication: Publication, england: England) -> None:
    """Write the file."""
    name = f"hosp-epis-stat-mat-msdscsv-{YEAR}.csv"
    write_csv(directory / "msds_annual" / name, HEADER, _rows(publication, england), RECEIVED, bom=True)


def _rows(publication: Publication, england: England) -> Iterator[tuple[str, ...]]:
    for dimension in msds_data.DIMENSIONS:
        if dimension.name in LEFT_OUT:
            continue
        year = [
            msds_data.count(dimension, england.people("birth", month), provisional=False)
            for month in months_back(LAST_MONTH, 12)
        ]
        counts = year[0]
        for month in year[1:]:
            counts = counts + month
        count_of = "Babies" if dimension.count_of == "Babies" else "Deliveries"
        for name in LEVELS:
            level = publication.level(name)
            values = rounded(level.counts(counts)).tolist()
            for org, own in zip(level.organisations, values, strict=True):
                code = "National" if name == "National" else org.code
                for label, value in zip(dimension.labels, own, strict=True):
                    yield (
                        YEAR, dimension.name, name, code, org.name, _spelling(dimension.name, label), count_of,
                        str(value),
                    )  # fmt: skip


def _spelling(dimension: str, label: str) -> str:
    if dimension == "SkinToSkinContact1HourTerm":
        label = YES_NO.get(label, label)
    return SPELLINGS.get(label, label)
