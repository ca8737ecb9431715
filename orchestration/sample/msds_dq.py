"""The monthly Maternity Services Data Set file exp-dq: how much of each data item is usable, by provider.

The layout is the publisher's; the identifiers of items are made up, because no published list of them was seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from orchestration.sample.counting import Publication, is_absent, tally
from orchestration.sample.msds_data import last_day
from orchestration.sample.places import DECILE_CODES, ETHNIC_CODES
from orchestration.sample.publish import rounded
from orchestration.sample.truth import Event, People

HEADER = (
    "ReportingPeriodStartDate", "ReportingPeriodEndDate", "Org_Code", "DataTable", "UID", "DataItem", "Valid",
    "Default", "Invalid", "Missing", "Denominator",
)  # fmt: skip
VALID, DEFAULT, INVALID, MISSING = range(4)


def _ethnic(women: People) -> np.ndarray:
    place = np.full(len(ETHNIC_CODES), VALID)
    place[ETHNIC_CODES.index("99")] = DEFAULT
    place[ETHNIC_CODES.index("")] = MISSING
    return place[women.recorded_ethnic]


def _postcode(women: People) -> np.ndarray:
    place = np.full(len(DECILE_CODES), VALID)
    place[DECILE_CODES.index("pseudo")] = DEFAULT
    place[DECILE_CODES.index("missing")] = MISSING
    return place[women.decile]


def _known(attribute: str, missing: str = "missing") -> Callable[[People], np.ndarray]:
    return lambda women: np.where(women.has(attribute, missing), MISSING, VALID)


ITEMS: tuple[tuple[Event, str, str, str, Callable[[People], np.ndarray]], ...] = (
    ("booking", "MSD001", "SYN001", "EthnicCategoryMother", _ethnic),
    ("booking", "MSD001", "SYN002", "Postcode", _postcode),
    ("booking", "MSD101", "SYN101", "ComplexSocialFactorsInd", _known("complex_social")),
    ("booking", "MSD101", "SYN102", "SmokingStatusBooking", _known("smoking_booking")),
    ("birth", "MSD401", "SYN401", "BabyFirstFeedIndCode", _known("first_feed")),
    ("birth", "MSD405", "SYN405", "ApgarScore", _known("apgar")),
)
SUBMISSIONS = (("booking", "MSD101"), ("birth", "MSD401"))


def rows(
    publication: Publication, events: dict[Event, People], provisional: bool
) -> Iterator[tuple[str, ...]]:
    """The rows of one month's file: items rounded, rows about a whole table not."""
    month = events["booking"].month
    period = (f"{month:%d/%m/%Y}", f"{last_day(month):%d/%m/%Y}")
    level = publication.level("Provider")

    def arrived(women: People) -> np.ndarray | None:
        return women.in_provisional if provisional else None

    counted = []
    for event, table, uid, item, place in ITEMS:
        women = events[event]
        counted.append((table, uid, item, level.counts(tally(women, place(women), 4, where=arrived(women)))))
    whole = []
    for event, table in SUBMISSIONS:
        women = events[event]
        every = tally(women, np.zeros(len(women), dtype=np.int8), 1, where=arrived(women))
        whole.append((table, level.counts(every)))
    for number, org in enumerate(level.organisations):
        if is_absent(org.code, month):
            continue
        for table, uid, item, counts in counted:
            parts = rounded(counts[number]).tolist()
            yield (
                *period,
                org.code,
                table,
                uid,
                item,
                *map(str, parts),
                str(int(rounded(counts[number].sum()))),
            )
        for table, counts in whole:
            records = str(int(counts[number, 0]))
            yield (*period, org.code, table, "", f"{table} Submission", records, "", "", "", records)
