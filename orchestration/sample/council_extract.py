"""Indicators that councils supply: counts of births in their small areas by ethnic group and deprivation.

Counts below five are marked, as councils mark them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np

from orchestration.sample.areas import Area
from orchestration.sample.extract import NONE
from orchestration.sample.msds_data import last_day
from orchestration.sample.places import ETHNIC_CODES
from orchestration.sample.pregnancies import Births
from orchestration.sample.publish import Cell
from orchestration.sample.suppliers import Council, LocalSystem

HEADER = (
    "indicator", "indicator_name", "area_code", "area_name", "period_start", "period_end", "dimension",
    "group_code", "numerator", "denominator", "unit",
)  # fmt: skip
GROUPS = ("WHITE", "MIXED", "ASIAN", "BLACK", "OTHER")
GROUP_OF = np.array([0] * 3 + [1] * 4 + [2] * 4 + [3] * 3 + [4] * 2 + [NONE] * 3)
assert len(GROUP_OF) == len(ETHNIC_CODES)
INDICATORS = {
    "breastfeeding_6_8_weeks": "Breastfed at 6 to 8 weeks",
    "new_birth_visit": "New birth visit within 14 days",
    "review_6_8_weeks": "Health visitor review at 6 to 8 weeks",
}
SMALLEST_SHOWN, MARK = 5, "*"
MONTHS_A_PERIOD = 3


def council_of(system: LocalSystem, areas: Sequence[Area]) -> np.ndarray:
    """Place among the system's councils of each small area of the sample, `NONE` elsewhere."""
    own = sorted(
        (area.rank_2025, place) for place, area in enumerate(areas) if area.system == system.lmns_code
    )
    councils = np.full(len(areas) + 1, NONE)
    start = 0
    for number, council in enumerate(system.councils):
        last = number == len(system.councils) - 1
        end = len(own) if last else start + max(1, round(len(own) * council.share / 100))
        for _, place in own[start:end]:
            councils[place] = number
        start = end
    return councils


class CouncilCounts:
    """Counts of each council by period, added month by month."""

    def __init__(self, system: LocalSystem, areas: Sequence[Area], last: dt.date) -> None:
        self.system = system
        self.last = last
        self._council_of = council_of(system, areas)
        self._fifth_of = np.array([*((area.decile_2025 - 1) // 2 for area in areas), NONE])
        self._counts: dict[tuple[int, str, int, str, str], list[int]] = {}

    def add(self, births: Births) -> None:
        """Add the women of one month."""
        crowd = births.crowd
        fed = crowd.has("first_feed", "breast milk") & (crowd.uniform("still fed") < 0.72)
        seen = crowd.uniform("visit") < np.where(crowd.decile < 2, 0.8, 0.88)
        reviewed = crowd.uniform("review") < 0.85
        council = self._council_of[births.home]
        divisions = {
            "all": (np.zeros(len(crowd), dtype=np.int8), ("ALL",)),
            "ethnicity": (GROUP_OF[crowd.ethnic], GROUPS),
            "deprivation_quintile": (self._fifth_of[births.home], ("1", "2", "3", "4", "5")),
        }
        back = (self.last.year - crowd.month.year) * 12 + self.last.month - crowd.month.month
        for indicator, event, among in (
            ("breastfeeding_6_8_weeks", fed, ~crowd.has("first_feed", "missing")),
            ("new_birth_visit", seen, np.ones(len(crowd), dtype=bool)),
            ("review_6_8_weeks", reviewed, np.ones(len(crowd), dtype=bool)),
        ):
            for dimension, (place, names) in divisions.items():
                for number in range(len(self.system.councils)):
                    for group, name in enumerate(names):
                        here = among & (council == number) & (place == group)
                        key = (number, indicator, back // MONTHS_A_PERIOD, dimension, name)
                        held = self._counts.setdefault(key, [0, 0])
                        held[0] += int((here & event).sum())
                        held[1] += int(here.sum())

    def rows(self, council: Council) -> Iterator[tuple[Cell, ...]]:
        """The rows of a council's file, the earliest period first."""
        wanted = self.system.councils.index(council)
        for (number, indicator, back, dimension, group), (events, people) in sorted(
            self._counts.items(), key=lambda item: (-item[0][2], item[0])
        ):
            if number != wanted or not people:
                continue
            start, end = self._period(back)
            yield (
                indicator, INDICATORS[indicator], council.code, council.name, start, end, dimension, group,
                _shown(events), _shown(people), "%",
            )  # fmt: skip

    def _period(self, back: int) -> tuple[dt.date, dt.date]:
        final = self.last.year * 12 + self.last.month - 1 - back * MONTHS_A_PERIOD
        first = final - MONTHS_A_PERIOD + 1
        return dt.date(first // 12, first % 12 + 1, 1), last_day(dt.date(final // 12, final % 12 + 1, 1))


def _shown(count: int) -> Cell:
    return MARK if 0 < count < SMALLEST_SHOWN else count
