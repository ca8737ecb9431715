"""Staff of a trust's maternity and neonatal services by ethnic group, as the Workforce Race Equality Standard counts them.

All numbers are invented.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from orchestration.sample.publish import Cell
from orchestration.sample.suppliers import LocalSystem

YEAR = (dt.date(2025, 4, 1), dt.date(2026, 3, 31))
HEADER = (
    "organisation_code", "period_start", "period_end", "staff_group", "band_cluster", "ethnic_group",
    "wres_indicator", "measure", "survey_question", "numerator", "denominator",
)  # fmt: skip
# staff by band: White, the standard's other group, not declared
_BANDS = {
    "band_1_4": (88, 70, 6), "band_5": (92, 81, 7), "band_6": (171, 79, 9), "band_7": (83, 21, 3), "band_8_9": (24, 2, 1)
}  # fmt: skip
GROUPS = ("WHITE", "BME", "NOT_DECLARED")
# (indicator, measure, question): numerator and denominator of White staff, then of the standard's other group
RATES: dict[tuple[str, str, str], tuple[int, int, int, int]] = {
    ("2", "appointed", ""): (96, 402, 44, 371),
    ("3", "disciplinary", ""): (5, 458, 3, 253),
    ("4", "cpd", ""): (201, 458, 108, 253),
    ("5", "survey_yes", "Q14a"): (62, 240, 40, 131),
    ("6", "survey_yes", "Q14b"): (26, 240, 16, 131),
    ("6", "survey_yes", "Q14c"): (44, 240, 29, 131),
    ("7", "survey_yes", "Q15"): (146, 240, 55, 131),
    ("8", "survey_yes", "Q16b"): (17, 240, 24, 131),
}
PLANTED = (("appointed", ""), ("survey_yes", "Q15"), ("survey_yes", "Q16b"))
PLANTED_NONE = (("cpd", ""),)
TRAINED = {"midwife": (265, 330), "neonatal_nurse": (41, 118), "obstetric": (38, 61)}
BOARD = (11, 1)


def rows(system: LocalSystem) -> Iterator[tuple[Cell, ...]]:
    """The rows of a trust's file."""
    start = (system.provider, *YEAR)
    for band, counts in _BANDS.items():
        total = sum(counts)
        for group, count in zip(GROUPS, counts, strict=True):
            yield (*start, "all", band, group, "1", "headcount", "", count, total)
    for (indicator, measure, question), (white, of_white, other, of_other) in RATES.items():
        yield (*start, "all", "all", "WHITE", indicator, measure, question, white, of_white)
        yield (*start, "all", "all", "BME", indicator, measure, question, other, of_other)
    for staff, (trained, number) in TRAINED.items():
        yield (*start, staff, "all", "ALL", "", "cultural_competence", "", trained, number)
    for group, count in zip(GROUPS, BOARD, strict=False):
        yield (*start, "all", "board", group, "9", "board_voting", "", count, sum(BOARD))
