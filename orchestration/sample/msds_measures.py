"""The monthly Maternity Services Data Set file exp-measures: quality improvement, continuity and other measures.

Counts are rounded; rates per cent come from the rounded counts and rates per thousand from the exact ones,
as published. Every combination has a row, zeros too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from orchestration.sample.counting import Level, Publication, Tally, is_absent, tally
from orchestration.sample.effects import LOW_QUALITY, NOT_SUBMITTED
from orchestration.sample.msds_data import last_day
from orchestration.sample.places import ETHNIC_CODES
from orchestration.sample.publish import rate_text, rounded_one
from orchestration.sample.truth import Event, People

HEADER = (
    "Org_Code", "Org_Name", "Org_Level", "RPStartDate", "RPEndDate", "IndicatorFamily", "Indicator", "Currency",
    "Value",
)  # fmt: skip
COC_ETHNIC = {**dict.fromkeys("ABC", 3), **dict.fromkeys("DEFHJKLMNP", 0), **dict.fromkeys("GRS", 2)}
COC_ETHNIC_PLACE = np.array([COC_ETHNIC.get(code, 1) for code in ETHNIC_CODES])
COC_ETHNIC_LABELS = ("BAME", "Missing_Unknown", "Other", "White")
COC_IMD_PLACE = np.array([*range(10), 10, 10, 10])
COC_IMD_LABELS = (
    "01_Most_deprived", "02", "03", "04", "05", "06", "07", "08", "09", "10_Least_deprived", "Missing_Unknown",
)  # fmt: skip
SMALL_PUBLISHED = 5
Who = Callable[[People], np.ndarray]


@dataclass(frozen=True)
class Measure:
    """One indicator.

    Attributes:
        family: as published.
        indicator: as published, without a group.
        event: whose people it counts.
        among: who is in the denominator.
        of_them: who of those is in the numerator.
        babies: twins count twice.
        per_thousand: the rate is per thousand, and withheld for a small numerator.
        months: length of the window.
        ends_before: months between the end of the window and the file's month.
        by_group: also published by ethnicity and deprivation.
        checked: a provider's rate is published only if it passes the quality checks.
        in_provisional: absent from provisional files when false.
    """

    family: str
    indicator: str
    event: Event
    among: Who
    of_them: Who
    babies: bool = False
    per_thousand: bool = False
    months: int = 1
    ends_before: int = 0
    by_group: bool = False
    checked: bool = False
    in_provisional: bool = True


def _all(women: People) -> np.ndarray:
    return np.ones(len(women), dtype=bool)


def _is(attribute: str, *categories: str) -> Who:
    return lambda women: women.has(attribute, *categories)


def _known(attribute: str, missing: str = "missing") -> Who:
    return lambda women: ~women.has(attribute, missing)


def _single_term(women: People) -> np.ndarray:
    return women.has("twins", "no") & women.has("gestation_birth", "term")


def _single_live(women: People) -> np.ndarray:
    return women.has("twins", "no") & women.has("stillborn", "no") & ~women.has("gestation_birth", "missing")


def _vaginal(women: People) -> np.ndarray:
    return women.has("method", "spontaneous", "instrumental")


def _caesarean(women: People) -> np.ndarray:
    return women.has("method", "elective", "emergency")


def _robson(group: str) -> Who:
    return lambda women: np.where(
        _caesarean(women), women.has("robson_caesarean", group), women.has("robson_vaginal", group)
    )


def _one_caesarean(women: People) -> np.ndarray:
    return _robson("5")(women) & women.has("one_caesarean", "yes")


def _both(*conditions: Who) -> Who:
    def holds(women: People) -> np.ndarray:
        every = conditions[0](women)
        for condition in conditions[1:]:
            every = every & condition(women)
        return every

    return holds


def _cqim(indicator: str, event: Event, among: Who, of_them: Who, **rest: object) -> Measure:
    return Measure("CQIM_Rate", indicator, event, among, of_them, checked=True, **rest)  # type: ignore[arg-type]


def _mode(indicator: str, *methods: str) -> Measure:
    return Measure("Birth", indicator, "birth", _known("method"), _is("method", *methods))


def _body(indicator: str, category: str) -> Measure:
    return Measure(
        "BMI_14+1Wks", indicator, "booking", _is("reached_29_weeks", "yes"), _is("body_mass", category)
    )


MEASURES = (
    _body("BMI_Normal", "normal"),
    _body("BMI_NotRecorded", "not recorded"),
    _body("BMI_Obese", "obese"),
    _body("BMI_Overweight", "overweight"),
    Measure("Birth", "Induction", "birth", _all, _is("induced", "yes")),
    _mode("Mode_Caesarean_emergency", "emergency"),
    _mode("Mode_Caesarean_planned", "elective"),
    _mode("Mode_Instrumental", "instrumental"),
    _mode("Mode_Spontaneous_vaginal", "spontaneous"),
    Measure(
        "Birth", "Setting_Midwife", "birth", _known("place", "unknown"),
        _is("place", "alongside", "freestanding", "home"),
    ),
    Measure(
        "COC_Rate", "COC_by_28weeks", "booking", _is("reached_29_weeks", "yes"), _is("carer_by_28_weeks", "yes"),
        by_group=True, checked=True,
    ),
    Measure(
        "COC_Rate", "COC_receiving_ongoing", "booking", _is("carer_due", "yes"), _is("carer_received", "yes"),
        by_group=True, checked=True,
    ),
    _cqim(
        "CQIMApgar", "birth", _both(_single_term, _known("apgar")), _is("apgar", "low"),
        per_thousand=True, months=3,
    ),
    _cqim("CQIMBreastfeeding", "birth", _known("first_feed"), _is("first_feed", "breast milk"), babies=True),
    _cqim(
        "CQIMBreastfeeding6to8Weeks", "birth", _known("skin_to_skin"), _is("first_feed", "breast milk"),
        in_provisional=False,
    ),
    _cqim("CQIMPPH", "birth", _all, _is("heavy_bleeding", "yes"), per_thousand=True, months=3, ends_before=1),
    _cqim("CQIMPreterm", "birth", _single_live, _is("gestation_birth", "preterm"), per_thousand=True),
    _cqim("CQIMReadmissions", "birth", _all, _is("readmitted", "yes"), months=3),
    _cqim("CQIMRobson01", "birth", _robson("1"), _caesarean, months=3),
    _cqim("CQIMRobson02", "birth", _robson("2"), _caesarean, months=3),
    _cqim("CQIMRobson05", "birth", _robson("5"), _caesarean, months=3),
    _cqim(
        "CQIMSmokingBooking", "booking", _is("smoking_booking", "smoker", "not"), _is("smoking_booking", "smoker")
    ),
    _cqim(
        "CQIMSmokingDelivery", "birth", _known("smoking_delivery"), _is("smoking_delivery", "smoker"),
        ends_before=1,
    ),
    _cqim("CQIMTears", "birth", _both(_single_term, _vaginal), _is("tear", "yes"), per_thousand=True, months=3),
    _cqim("CQIMVBAC", "birth", _one_caesarean, _vaginal, months=3),
    Measure("Pregnancy", "Aspirin_MeetCriteria", "booking", _all, _is("aspirin", "yes")),
    Measure("Pregnancy", "Smokefree_pregnancy", "booking", _all, _is("smokefree", "yes")),
    Measure("SBL", "SBL_Element1_ProcessIndicator_a.i", "booking", _all, _is("co_booking", "yes")),
    Measure(
        "SBL", "SBL_Element1_ProcessIndicator_a.ii", "booking", _is("reached_29_weeks", "yes"),
        _is("co_36_weeks", "yes"),
    ),
    Measure("SBL", "SBL_Element2_OutcomeIndicator_d", "birth", _is("term_weight", "low"), _is("small_by_39", "yes")),
    Measure("SBL", "SBL_Element2_ProcessIndicator_b", "birth", _all, _is("growth_check", "yes")),
    Measure("SBL", "SBL_Element3_ProcessIndicator_a", "birth", _is("induced", "yes"), _is("movement_scan", "yes")),
    Measure("SBL", "SBL_Element5_OutcomeIndicator_l.a", "birth", _single_live, _is("late_loss", "yes")),
    Measure(
        "SBL", "SBL_Element5_OutcomeIndicator_l.b", "birth", _single_live, _is("gestation_birth", "preterm")
    ),
)  # fmt: skip

# Share of records with a usable value, per provider, that decides Pass or Fail.
QUALITY_CHECKS = (
    ("CQIM_DQ_Measure", "CQIMDQ04", "booking", "smoking_booking", "missing"),
    ("CQIM_DQ_Measure", "CQIMDQ06", "birth", "smoking_delivery", "missing"),
    ("CQIM_DQ_Measure", "CQIMDQ08", "birth", "first_feed", "missing"),
    ("CQIM_DQ_Measure", "CQIMDQ16", "birth", "apgar", "missing"),
)
CHECK_PASSED_FROM = 70


@dataclass(frozen=True)
class Counts:
    """Denominator and numerator of a measure by provider; category 0 is everyone, then the groups."""

    denominator: Tally
    numerator: Tally

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.denominator + other.denominator, self.numerator + other.numerator)


def groups(measure: Measure) -> list[str]:
    """The published names of a measure: the whole, then its groups."""
    names = [measure.indicator]
    if measure.by_group:
        names += [f"{measure.indicator}_Ethnicity_{label}" for label in COC_ETHNIC_LABELS]
        names += [f"{measure.indicator}_IMD_{label}" for label in COC_IMD_LABELS]
    return names


def count(measure: Measure, women: People, provisional: bool) -> Counts:
    """A measure in one month of people."""
    among = measure.among(women)
    if provisional:
        among = among & women.in_provisional
    weight = np.where(women.has("twins", "yes"), 2, 1) if measure.babies else None
    events = among & measure.of_them(women)
    places = [(np.zeros(len(women), dtype=np.int8), 1)]
    if measure.by_group:
        places.append((COC_ETHNIC_PLACE[women.recorded_ethnic], len(COC_ETHNIC_LABELS)))
        places.append((COC_IMD_PLACE[women.decile], len(COC_IMD_LABELS)))

    def side(where: np.ndarray) -> Tally:
        parts = [tally(women, place, number, weight, where) for place, number in places]
        return Tally(np.hstack([part.once for part in parts]), np.hstack([part.reported for part in parts]))

    counts = Counts(side(among), side(events))
    for provider, indicator in LOW_QUALITY:
        if indicator == measure.indicator:
            counts = _without(counts, provider)
    return counts


def _without(counts: Counts, provider: str) -> Counts:
    return Counts(counts.denominator.without(provider), counts.numerator.without(provider))


def rows(
    publication: Publication,
    month: dt.date,
    by_month: Callable[[Measure, dt.date], Counts],
    checks: list[tuple[str, str, Tally, Tally]],
    provisional: bool,
) -> Iterator[tuple[str, ...]]:
    """The rows of one month's file.

    Args:
        publication: which organisations are shown.
        month: of the file.
        by_month: gives the counts of a measure in a month.
        checks: family, name, denominator and numerator of the quality checks in the month.
        provisional: whether it is the provisional release.
    """
    period = (f"{month:%d/%m/%Y}", f"{last_day(month):%d/%m/%Y}")
    counted = []
    for measure in MEASURES:
        if provisional and not measure.in_provisional:
            continue
        last = month.year * 12 + month.month - 1 - measure.ends_before
        window = [
            dt.date(value // 12, value % 12 + 1, 1) for value in range(last - measure.months + 1, last + 1)
        ]
        counts = by_month(measure, window[0])
        for other in window[1:]:
            counts = counts + by_month(measure, other)
        for (provider, indicator), absent_month in NOT_SUBMITTED.items():
            if indicator == measure.indicator and absent_month == month:
                counts = _without(counts, provider)
        counted.append((measure, counts))
    for level in publication.levels:
        level = _renamed(level)
        shown = [
            (
                measure,
                groups(measure),
                level.counts(counts.denominator).tolist(),
                level.counts(counts.numerator).tolist(),
            )
            for measure, counts in counted
            if level.name != "MBRRACE Grouping" or measure.per_thousand
        ]
        checked = [
            (family, name, level.counts(denominator)[:, 0].tolist(), level.counts(numerator)[:, 0].tolist())
            for family, name, denominator, numerator in checks
        ]
        for place, org in enumerate(level.organisations):
            if level.name == "Provider" and is_absent(org.code, month):
                continue
            start = (org.code, org.name, level.name, *period)
            for measure, names, denominators, numerators in shown:
                mark = _mark(level, org.code, measure, month)
                for name, denominator, numerator in zip(
                    names, denominators[place], numerators[place], strict=True
                ):
                    for currency, value in _cells(measure, denominator, numerator, mark):
                        yield (*start, measure.family, name, currency, value)
                if level.name == "Provider" and measure.checked:
                    yield (*start, measure.family, measure.indicator, "Result", "Fail" if mark else "Pass")
            if level.name == "Provider":
                for family, name, denominators, numerators in checked:
                    yield from _check_rows(start, family, name, denominators[place], numerators[place])


def _check_rows(
    start: tuple[str, ...], family: str, name: str, denominator: int, numerator: int
) -> Iterator[tuple[str, ...]]:
    among, known = rounded_one(denominator), rounded_one(numerator)
    yield (*start, family, name, "Denominator", str(among))
    yield (*start, family, name, "Numerator", str(known))
    yield (*start, family, name, "Rate", rate_text(known, among, 100, 1))
    yield (*start, family, name, "Result", "Pass" if known * 100 >= CHECK_PASSED_FROM * among else "Fail")


def _renamed(level: Level) -> Level:
    """This file names England differently from exp-data."""
    if level.name != "National":
        return level
    return replace(
        level, organisations=(replace(level.organisations[0], code="National", name="All Submitters"),)
    )


def _mark(level: Level, code: str, measure: Measure, month: dt.date) -> str | None:
    if level.name != "Provider":
        return None
    if NOT_SUBMITTED.get((code, measure.indicator)) == month:
        return "DNS"
    return "Low DQ" if (code, measure.indicator) in LOW_QUALITY else None


def _cells(measure: Measure, denominator: int, numerator: int, mark: str | None) -> Iterator[tuple[str, str]]:
    """Currency and value of the published rows of one rate."""
    shown_denominator, shown_numerator = rounded_one(denominator), rounded_one(numerator)
    if mark == "DNS":
        yield "Denominator", mark
        yield "Numerator", mark
    else:
        yield "Denominator", str(shown_denominator)
        yield "Numerator", str(shown_numerator)
    if measure.per_thousand:
        rate = rate_text(numerator, denominator, 1000, 0)
        yield "Rate per Thousand", mark or ("*" if shown_numerator == SMALL_PUBLISHED else rate)
    else:
        yield "Rate", mark or rate_text(shown_numerator, shown_denominator, 100, 1)


def check(attribute: str, missing: str, women: People, provisional: bool) -> tuple[Tally, Tally]:
    """Denominator and numerator of one quality check in one month."""
    zero = np.zeros(len(women), dtype=np.int8)
    arrived = women.in_provisional if provisional else _all(women)
    return tally(women, zero, 1, where=arrived), tally(
        women, zero, 1, where=arrived & ~women.has(attribute, missing)
    )
