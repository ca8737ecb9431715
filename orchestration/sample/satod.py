"""Smoking status at time of delivery: one file with the four quarters of the last year that was collected.

Exact counts that add up from sub-ICBs to England; England is here the systems that the sample shows, or they would not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from orchestration.sample.counting import Publication, tally
from orchestration.sample.places import (
    Organisation,
    provider_systems,
    regions,
    sub_icbs,
    system_regions,
    systems,
)
from orchestration.sample.publish import write_csv
from orchestration.sample.truth import England, months_back

HEADER = ("FinancialYear", "Quarter", "OrgCode", "OrgName", "Measure", "Value")
MEASURES = (
    "Number of maternities",
    "Women known to be non-smokers at time of delivery",
    "Women known to be smokers at time of delivery",
    "Women whose smoking status was not known at time of delivery",
)
SMOKER, NON_SMOKER, UNKNOWN = range(3)
LAST_MONTH = dt.date(2025, 3, 1)
RECEIVED = dt.date(2025, 7, 3)


def write(directory: Path, publication: Publication, england: England) -> None:
    """Write the file."""
    rows = []
    shown = sorted(publication.shown)
    for quarter in range(4):
        months = months_back(LAST_MONTH, 12)[3 * quarter : 3 * quarter + 3]
        counts = np.zeros((len(shown), 3), dtype=np.int64)
        for month in months:
            women = england.people("birth", month)
            by_provider = tally(women, women.drawn("smoking_delivery"), 3).once
            for place, system in enumerate(shown):
                counts[place] += by_provider[[other == system for other in provider_systems()]].sum(axis=0)
        for org, (smoker, non_smoker, unknown) in _organisations(shown, counts):
            values = (smoker + non_smoker + unknown, non_smoker, smoker, unknown)
            for measure, value in zip(MEASURES, values, strict=True):
                rows.append(("2024-2025", str(quarter + 1), org.ons_code, org.name, measure, str(value)))
    write_csv(directory / "satod" / "smok-time-del-eng-q4-2425.csv", HEADER, rows, RECEIVED)


def _organisations(codes: list[str], counts: np.ndarray) -> Iterator[tuple[Organisation, list[int]]]:
    """England, regions, care boards and sub-ICBs, with smokers, non-smokers and not known."""
    yield Organisation("", "England", "E92000001"), counts.sum(axis=0).tolist()
    for code, region in sorted(regions().items()):
        inside = [system_regions()[system] == code for system in codes]
        if not any(inside):
            continue
        name = region.name.removesuffix(" COMMISSIONING REGION").title()
        yield Organisation(code, name, region.ons_code), counts[inside].sum(axis=0).tolist()
    for place, code in enumerate(codes):
        yield systems()[code], counts[place].tolist()
    for place, code in enumerate(codes):
        first, *others = sub_icbs()[code]
        left = counts[place].copy()
        for org in others:
            part = counts[place] // (len(others) + 1)
            left -= part
            yield org, part.tolist()
        yield first, left.tolist()
