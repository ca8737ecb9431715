"""The monthly Maternity Services Data Set file exp-data: one-way counts, at every published level.

Zero rows are left out, as the publisher leaves them out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from orchestration.sample.counting import Publication, Tally, is_absent, tally
from orchestration.sample.places import LOCAL_AUTHORITIES, Organisation, provider_codes, provider_systems
from orchestration.sample.publish import rounded
from orchestration.sample.truth import ATTRIBUTES, Event, People

HEADER = (
    "ReportingPeriodStartDate", "ReportingPeriodEndDate", "Dimension", "Org_Level", "Org_Code", "Org_Name",
    "Measure", "Count_Of", "Final_value",
)  # fmt: skip
MISSING = "Missing Value / Value outside reporting parameters"
ETHNIC_LABELS = (
    "White", "Mixed", "Asian or Asian British", "Black or Black British", "Any other ethnic group",
    "Not Stated", "Not known", MISSING,
)  # fmt: skip
ETHNIC_PLACE = np.array([0] * 3 + [1] * 4 + [2] * 4 + [3] * 3 + [4, 4, 5, 6, 7])
DECILE_LABELS = (
    "01 - Most deprived", "02", "03", "04", "05", "06", "07", "08", "09", "10 - Least deprived", MISSING,
    "Pseudo postcode recorded (includes no fixed abode or resident overseas)",
    "Resident Elsewhere in UK, Channel Islands or Isle of Man",
)  # fmt: skip
MIDDLE_AGES = np.array([18, 22, 27, 32, 37, 42, 46, 0])
# published for MBRRACE groups, sites and local authorities too; the rest only for the levels that audits read
EVERYWHERE = ("TotalBookings", "TotalDeliveries", "TotalBabies", "EthnicCategoryMotherGroup")


@dataclass(frozen=True)
class Dimension:
    """One dimension of the file.

    Attributes:
        name: as published.
        event: whose people it counts.
        count_of: Women or Babies.
        labels: published categories, in the order of the places that `place` gives.
        place: place of each woman's category.
    """

    name: str
    event: Event
    count_of: str
    labels: tuple[str, ...]
    place: Callable[[People], np.ndarray]


def _of(name: str, attribute: str, count_of: str, *labels: str) -> Dimension:
    """A dimension with one label for each category of an attribute, in its order."""
    assert len(labels) == len(ATTRIBUTES[attribute].shares), name
    return Dimension(
        name, ATTRIBUTES[attribute].event, count_of, labels, lambda women: women.drawn(attribute)
    )


def _of_term(name: str, attribute: str, *labels: str) -> Dimension:
    """The same for babies born at term; the others count as missing, which is the last label."""
    last = len(labels) - 1

    def place(women: People) -> np.ndarray:
        return np.where(women.has("gestation_birth", "term"), women.drawn(attribute), last)

    return Dimension(name, "birth", "Babies", labels, place)


def _total(name: str, event: Event, count_of: str) -> Dimension:
    return Dimension(name, event, count_of, ("",), lambda women: np.zeros(len(women), dtype=np.int8))


def _weeks(women: People) -> np.ndarray:
    preterm = women.drawn("preterm_week")
    term = 4 + women.drawn("term_week")
    group = women.drawn("gestation_birth")
    return np.where(group == 0, preterm, np.where(group == 1, term, -1))


DIMENSIONS = (
    _of(
        "AgeAtBookingMotherGroup", "age", "Women", "Under 20", "20 to 24", "25 to 29", "30 to 34", "35 to 39",
        "40 to 44", "45 or Over", "Value outside reporting parameters",
    ),
    _of_term("ApgarScore5TermGroup7", "apgar", "0 to 6", "7 to 10", MISSING),
    _of(
        "BabyFirstFeedBreastMilkStatus", "first_feed", "Babies", "Maternal or Donor Breast Milk",
        "Not Breast Milk", MISSING,
    ),
    _of_term("BirthweightTermGroup2500", "term_weight", "Under 2500g", "2500g and over", MISSING),
    _of(
        "CO_Concentration_Delivery", "co_delivery", "Women", "4 and over ppm", "Between 0 and 4 ppm", "0 ppm",
        MISSING,
    ),
    _of("ComplexSocialFactorsInd", "complex_social", "Women", "Y", "N", "Missing Value"),
    _of(
        "DeliveryMethodBabyGroup", "method", "Women", "Spontaneous", "Instrumental",
        "Elective caesarean section", "Emergency caesarean section", "Other", MISSING,
    ),
    Dimension("DeprivationDecileAtBooking", "booking", "Women", DECILE_LABELS, lambda women: women.decile),
    Dimension(
        "EthnicCategoryMotherGroup", "booking", "Women", ETHNIC_LABELS,
        lambda women: ETHNIC_PLACE[women.recorded_ethnic],
    ),
    _of(
        "FolicAcidSupplement", "folic_acid", "Women", "Has been taking prior to becoming pregnant",
        "Started taking once pregnancy confirmed", "Not taking folic acid supplement",
        "Not Stated (Person asked but declined to provide a response)", MISSING,
    ),
    _of(
        "GestAgeFormalAntenatalBookingGroup", "gestation_booking", "Women", "0 to 70 days", "71 to 90 days",
        "91 to 140 days", "141+ days", MISSING,
    ),
    Dimension(
        "GestationLengthBirth", "birth", "Babies",
        (
            "27 weeks and under", "28 to 31 weeks", "32 to 33 weeks", "34 to 36 weeks", "37 weeks", "38 weeks",
            "39 weeks", "40 weeks", "41 weeks", "42 weeks", "43 weeks and over",
        ),
        _weeks,
    ),
    _of("GestationLengthBirthGroup37", "gestation_birth", "Babies", "<37 weeks", ">=37 weeks", MISSING),
    _of(
        "PreviousCaesareanSectionsGroup", "earlier_births", "Women", "Zero Previous Births",
        "At least one Previous Birth, zero Caesareans", "At least one Caesarean", MISSING,
    ),
    _of_term("SkinToSkinContact1HourTerm", "skin_to_skin", "Y", "N", MISSING),
    _of(
        "SmokingStatusGroupBooking", "smoking_booking", "Women", "Smoker", "Non-Smoker / Ex-Smoker", "Unknown",
        MISSING,
    ),
    _total("TotalBabies", "birth", "Babies"),
    _total("TotalBookings", "booking", "Women"),
    _total("TotalDeliveries", "birth", "Women"),
)  # fmt: skip


def count(dimension: Dimension, women: People, provisional: bool) -> Tally:
    """Categories of a dimension by provider."""
    twice = dimension.count_of == "Babies"
    return tally(
        women,
        dimension.place(women),
        len(dimension.labels),
        np.where(women.has("twins", "yes"), 2, 1) if twice else None,
        women.in_provisional if provisional else None,
    )


def rows(
    publication: Publication, events: dict[Event, People], provisional: bool
) -> Iterator[tuple[str, ...]]:
    """The rows of one month's file.

    Args:
        publication: which organisations are shown.
        events: the month's people, by event.
        provisional: whether it is the provisional release.
    """
    month = events["booking"].month
    period = (f"{month:%d/%m/%Y}", f"{last_day(month):%d/%m/%Y}")
    ages = _average_ages(events["booking"], provisional)
    counted = [
        (dimension, count(dimension, events[dimension.event], provisional)) for dimension in DIMENSIONS
    ]
    for level in publication.levels:
        everywhere_only = level.name == "MBRRACE Grouping"
        shown = [
            (place, org)
            for place, org in enumerate(level.organisations)
            if level.name != "Provider" or not is_absent(org.code, month)
        ]
        if not everywhere_only:
            averages = level.counts(ages)
            for place, org in shown:
                women, years = averages[place].tolist()
                value = (2 * years + women) // (2 * women)
                yield (*period, "AgeAtBookingMotherAvg", level.name, org.code, org.name, "", "Average over women", str(value))  # fmt: skip
        for dimension, counts in counted:
            if everywhere_only and dimension.name not in EVERYWHERE:
                continue
            values = rounded(level.counts(counts))
            for place, org in shown:
                for label, value in zip(dimension.labels, values[place].tolist(), strict=True):
                    if value:
                        yield (*period, dimension.name, level.name, org.code, org.name, label, dimension.count_of, str(value))  # fmt: skip
    yield from _small_areas(publication, events, counted, period)


def _average_ages(women: People, provisional: bool) -> Tally:
    """Women with a known age and the sum of their ages, by provider: categories 0 and 1."""
    place = women.drawn("age")
    known = (place < len(MIDDLE_AGES) - 1) & (women.in_provisional | (not provisional))
    zero = np.zeros(len(women), dtype=np.int8)
    number = tally(women, zero, 1, where=known)
    years = tally(women, zero, 1, weight=MIDDLE_AGES[place], where=known)
    return Tally(np.hstack([number.once, years.once]), np.hstack([number.reported, years.reported]))


def _small_areas(
    publication: Publication,
    events: dict[Event, People],
    counted: list[tuple[Dimension, Tally]],
    period: tuple[str, str],
) -> Iterator[tuple[str, ...]]:
    """A few sites and local authorities, each a fixed part of its provider or system."""
    codes, of_system = provider_codes(), provider_systems()
    for dimension, counts in counted:
        if dimension.name not in EVERYWHERE:
            continue
        for level, org, provider_places, percent in _areas(publication, dimension.event, codes, of_system):
            values = rounded(counts.once[provider_places].sum(axis=0) * percent // 100)
            for label, value in zip(dimension.labels, values.tolist(), strict=True):
                if value:
                    yield (*period, dimension.name, level, org.code, org.name, label, dimension.count_of, str(value))  # fmt: skip


def _areas(
    publication: Publication, event: Event, codes: tuple[str, ...], of_system: tuple[str, ...]
) -> Iterator[tuple[str, Organisation, list[int], int]]:
    site_level = "Booking Site" if event == "booking" else "Delivery Site"
    for place, (code, system) in enumerate(zip(codes, of_system, strict=True)):
        if system in publication.shown:
            for number, percent in ((1, 70), (2, 30)):
                yield site_level, Organisation(f"{code}0{number}", f"SYNTHETIC SITE {number} OF {code}"), [place], percent  # fmt: skip
    for system, areas in LOCAL_AUTHORITIES.items():
        if system in publication.shown:
            places = [place for place, other in enumerate(of_system) if other == system]
            for code, name, percent in areas:
                yield "Local Authority of Residence", Organisation(code, name), places, percent


def last_day(month: dt.date) -> dt.date:
    """Last day of a month."""
    following = dt.date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return following - dt.timedelta(days=1)
