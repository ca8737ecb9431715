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
    "wres_indicator", "measure", "survey_question", "numerator", "denominator", "printed_value",
)  # fmt: skip
# staff by band: White, the standard's other group, not declared
_BANDS = {
    "band_1_4": (88, 70, 6), "band_5": (92, 81, 9), "band_6": (171, 79, 9), "band_7": (103, 21, 8), "band_8_9": (24, 2, 1)
}  # fmt: skip
GROUPS = ("WHITE", "BME", "NOT_DECLARED")
# all bands: not the sum of them, since a person may hold posts in two
ALL_BANDS = (472, 251, 33)
FINER = {"MIXED": 19, "ASIAN": 121, "BLACK": 88, "OTHER": 23}
TRUST = (6210, 2480, 310)
# (indicator, measure, question): numerator and denominator of White staff, then of the standard's other group
RATES: dict[tuple[str, str, str], tuple[int, int, int, int]] = {
    ("2", "appointed", ""): (96, 402, 44, 371),
    ("2", "appointed_without_overseas", ""): (96, 402, 31, 240),
    ("3", "disciplinary", ""): (5, 472, 3, 251),
    ("4", "cpd", ""): (208, 472, 107, 251),
    ("5", "survey_yes", "Q14a"): (62, 240, 40, 131),
    ("6", "survey_yes", "Q14b"): (26, 240, 16, 131),
    ("6", "survey_yes", "Q14c"): (44, 240, 29, 131),
    ("7", "survey_yes", "Q15"): (146, 240, 55, 131),
    ("8", "survey_yes", "Q16b"): (17, 240, 24, 131),
}
# a ratio as the trust prints it: this one the other way round
PRINTED = {"appointed": "0.50"}
PLANTED = (("appointed", ""), ("survey_yes", "Q15"), ("survey_yes", "Q16b"))
PLANTED_NONE = (("cpd", ""),)
# fewer in a senior band than among all staff
PLANTED_BAND = "band_7"
TRAINED = {"midwife": (265, 330), "neonatal_nurse": (41, 118), "obstetric": (38, 61)}
REVIEWED = (84, 152)
BOARD = (11, 1)


def rows(system: LocalSystem) -> Iterator[tuple[Cell, ...]]:
    """The rows of a trust's file."""
    start = (system.provider, *YEAR)
    for staff, bands in (("all", {"all": ALL_BANDS, **_BANDS}), ("trust", {"all": TRUST})):
        for band, counts in bands.items():
            total = sum(counts)
            for group, count in zip(GROUPS, counts, strict=True):
                yield (*start, staff, band, group, "1", "headcount", "", count, total, "")
    for group, count in FINER.items():
        yield (*start, "all", "all", group, "1", "headcount", "", count, sum(ALL_BANDS), "")
    for (indicator, measure, question), (white, of_white, other, of_other) in RATES.items():
        printed = PRINTED.get(measure, "")
        yield (*start, "all", "all", "WHITE", indicator, measure, question, white, of_white, "")
        yield (*start, "all", "all", "BME", indicator, measure, question, other, of_other, printed)
    for staff, (trained, number) in TRAINED.items():
        yield (*start, staff, "all", "ALL", "", "cultural_competence", "", trained, number, "")
    yield (*start, "all", "all", "ALL", "", "incident_review", "", *REVIEWED, "")
    for group, count in zip(GROUPS, BOARD, strict=False):
        yield (*start, "trust", "board", group, "9", "board_voting", "", count, sum(BOARD), "")


def band_share(band: str) -> float:
    """Share in per cent of a band that the standard's other group has."""
    counts = ALL_BANDS if band == "all" else _BANDS[band]
    return 100 * counts[1] / sum(counts)
