"""planted.csv: what is planted in the sample, how large it is and what the audit must say of it.

Sizes are measured on the people themselves, before any rounding.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np

from orchestration.sample import mbrrace, msds_monthly
from orchestration.sample.counting import Publication
from orchestration.sample.effects import (
    ABSENT,
    COC_BAME,
    FIRST_PLANTED,
    FLAT_SYSTEM,
    GAP_SYSTEM,
    LEAST_DEPRIVED_FIFTH,
    LOW_QUALITY,
    MOST_DEPRIVED_FIFTH,
    NOT_SUBMITTED,
    SHIFT_FROM,
    SMALL_SYSTEM,
    UNCODED_PROVIDER,
    months_between,
)
from orchestration.sample.msds_data import last_day
from orchestration.sample.places import DECILE_CODES, ETHNIC_CODES, provider_codes, provider_systems
from orchestration.sample.truth import DOUBLE_COUNTED, England, People

METRICS = {"CQIMPPH": "cqim_pph", "CQIMSmokingDelivery": "cqim_smoking_delivery"}
RUN_LENGTH = 7
MONTHS_TO_WIDEN = 12


@dataclass(frozen=True)
class Planted:
    """One planted truth.

    Attributes:
        kind: what sort of truth it is.
        lmns_code: the system.
        organisation_code: the system or provider concerned.
        metric_id: as in seeds/metrics.csv, where it is about a metric.
        dimension: of the groups compared.
        group_code: the group.
        reference_group: what it is compared with.
        period_start: first day of the period.
        period_end: last day.
        size: difference in percentage points, or a share in per cent.
        expected: verdict, mark or word that the audit must give.
        note: in plain words.
    """

    kind: str
    lmns_code: str
    organisation_code: str
    metric_id: str = ""
    dimension: str = ""
    group_code: str = ""
    reference_group: str = ""
    period_start: str = ""
    period_end: str = ""
    size: str = ""
    expected: str = ""
    note: str = ""


def write(
    path: Path,
    publication: Publication,
    months: Sequence[dt.date],
    england: England,
    in_records: Sequence[Planted] = (),
) -> int:
    """Write the truths that these systems and months show, and those of local extracts; returns how many."""
    rows = [row for row in _truths(months, england) if row.lmns_code in publication.shown]
    rows += in_records
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in fields(Planted)])
    writer.writerows(astuple(row) for row in rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="\n")
    return len(rows)


def _truths(months: Sequence[dt.date], england: England) -> Iterator[Planted]:
    latest = months[-2]
    women = england.people("booking", latest)
    yield from _gaps(women)
    yield from _quality(women, months)
    yield from _suppressed(england)
    yield from _series(months, women)
    yield from _releases(months)


def _gaps(women: People) -> Iterator[Planted]:
    period = _period(women.month)
    fifths = ("deprivation_quintile", "Q1", "Q5", MOST_DEPRIVED_FIFTH, LEAST_DEPRIVED_FIFTH)
    groups = ("ethnicity", "COC_BAME", "COC_WHITE", COC_BAME, frozenset("ABC"))
    small = ("ethnicity", "COC_OTHER", "COC_WHITE", frozenset("GRS"), frozenset("ABC"))
    planted = (
        ("gap", GAP_SYSTEM, groups, "worse", "a real gap between ethnic groups"),
        ("gap", GAP_SYSTEM, fifths, "worse", "a real gap between most and least deprived areas"),
        ("no_gap", FLAT_SYSTEM, groups, "no clear difference", "the same chance for every woman"),
        ("no_gap", FLAT_SYSTEM, fifths, "no clear difference", "the same chance for every woman"),
        ("too_few", SMALL_SYSTEM, small, "too few to tell", "a group too small to tell"),
    )
    for kind, system, (dimension, group, reference, who, others), expected, note in planted:
        size = _difference(women, system, "carer_by_28_weeks", "reached_29_weeks", who, others)
        yield Planted(
            kind, system, system, "coc_by_28_weeks", dimension, group, reference, *period,
            size=f"{size:.2f}", expected=expected, note=note,
        )  # fmt: skip


def _quality(women: People, months: Sequence[dt.date]) -> Iterator[Planted]:
    at = women.provider == provider_codes().index(UNCODED_PROVIDER)
    stated = np.array([code not in ("Z", "99", "") for code in ETHNIC_CODES])[women.recorded_ethnic]
    yield Planted(
        "incomplete_ethnicity", _system(UNCODED_PROVIDER), UNCODED_PROVIDER, "bookings_share", "ethnicity", "", "",
        *_period(women.month), size=f"{100 * (at & stated).sum() / at.sum():.2f}", expected="needs attention",
        note="ethnic category often not recorded; size is the share that is",
    )  # fmt: skip
    for provider, month in ABSENT.items():
        if month in months[:-1]:
            yield Planted(
                "absent_provider", _system(provider), provider, "", "", "", "", *_period(month),
                expected="needs attention", note="in no file of that month",
            )  # fmt: skip
    for provider, indicator in sorted(LOW_QUALITY):
        yield Planted(
            "low_quality", _system(provider), provider, METRICS[indicator], expected="Low DQ",
            note="withheld by the publisher in every month",
        )  # fmt: skip
    for (provider, indicator), month in NOT_SUBMITTED.items():
        if month in months:
            yield Planted(
                "not_submitted", _system(provider), provider, METRICS[indicator], "", "", "", *_period(month),
                expected="DNS", note="the month of the file; the indicator is about the month before",
            )  # fmt: skip
    for provider, (second, share) in DOUBLE_COUNTED.items():
        yield Planted(
            "double_reported", _system(provider), second, "bookings", "", "", "", *_period(women.month),
            size=f"{100 * share:.2f}", expected="needs attention",
            note=f"reports women of {provider} too, so the providers add up to more than the system",
        )  # fmt: skip


def _suppressed(england: England) -> Iterator[Planted]:
    counts = mbrrace.counts_by_provider(mbrrace.people_of_year(england), excluding=False).tolist()
    for provider, own in zip(provider_codes(), counts, strict=True):
        if mbrrace.is_suppressed(own):
            yield Planted(
                "suppressed_row", _system(provider), provider, "mbrrace_stillbirth_crude", "", "", "",
                f"{mbrrace.YEAR}-01-01", f"{mbrrace.YEAR}-12-31", expected="[c]",
                note="too few deaths to publish: births are hidden with them",
            )  # fmt: skip


def _series(months: Sequence[dt.date], women: People) -> Iterator[Planted]:
    before = months_between(months[0], SHIFT_FROM)
    after = len(months) - before
    if min(before, after) >= RUN_LENGTH:
        yield Planted(
            "shift", SMALL_SYSTEM, SMALL_SYSTEM, "cqim_breastfeeding", "", "", "", SHIFT_FROM.isoformat(),
            last_day(months[-1]).isoformat(), expected="shift", note="a lower level from this month on",
        )  # fmt: skip
    if len(months) >= MONTHS_TO_WIDEN:
        size = _difference(women, FLAT_SYSTEM, "carer_received", "carer_due", COC_BAME, frozenset("ABC"))
        yield Planted(
            "widening_gap", FLAT_SYSTEM, FLAT_SYSTEM, "coc_receiving", "ethnicity", "COC_BAME", "COC_WHITE",
            FIRST_PLANTED.isoformat(), last_day(women.month).isoformat(), size=f"{size:.2f}", expected="widening",
            note="no gap in the first month; size is the gap in the last final one",
        )  # fmt: skip


def _releases(months: Sequence[dt.date]) -> Iterator[Planted]:
    if msds_monthly.RESAVED in months[:-1]:
        yield Planted(
            "resaved_copy", GAP_SYSTEM, "", "", "", "", "", *_period(msds_monthly.RESAVED),
            expected="another copy of the same release",
            note="the same month once more as a workbook with damaged dates and decile labels",
        )  # fmt: skip
    yield Planted(
        "provisional_then_final", GAP_SYSTEM, "", "", "", "", "", *_period(months[-2]),
        expected="superseded by the final release", note="both releases are in the folder",
    )  # fmt: skip


def _period(month: dt.date) -> tuple[str, str]:
    return month.isoformat(), last_day(month).isoformat()


def _system(provider: str) -> str:
    return provider_systems()[provider_codes().index(provider)]


def _difference(
    women: People, system: str, attribute: str, due: str, group: frozenset[str], reference: frozenset[str]
) -> float:
    """Percentage points between the shares of two groups of one system (ethnic or decile codes)."""
    here = np.array([other == system for other in provider_systems()])[women.provider] & women.has(due, "yes")
    event = women.has(attribute, "yes")
    shares = []
    for codes in (group, reference):
        by_decile = codes <= set(DECILE_CODES)
        names, place = (DECILE_CODES, women.decile) if by_decile else (ETHNIC_CODES, women.recorded_ethnic)
        who = here & np.array([name in codes for name in names])[place]
        shares.append(100.0 * (who & event).sum() / who.sum())
    return float(shares[0] - shares[1])
