"""MHSDS monthly files with perinatal rows, in the layout of the published files."""

from __future__ import annotations

import csv
from pathlib import Path

HEADER = (
    "REPORTING_PERIOD_START", "REPORTING_PERIOD_END", "STATUS", "BREAKDOWN", "PRIMARY_LEVEL",
    "PRIMARY_LEVEL_DESCRIPTION", "SECONDARY_LEVEL", "SECONDARY_LEVEL_DESCRIPTION", "MEASURE_ID", "MEASURE_NAME",
    "MEASURE_VALUE",
)  # fmt: skip
YEAR = ("01/02/2025", "31/01/2026")
MONTH = ("01/01/2026", "31/01/2026")
QUARTER = ("01/11/2025", "31/01/2026")
NONE = ("NONE", "NONE")
PERINATAL = ("MHS91", "")
REFERRALS = ("MRS04", "Number of CMH referral-spells that started in the RP")
SHARE = (
    "MRS01b",
    "Proportion of CMH referral-spells receiving a full clock stop in less than 4 weeks in the RP",
)
ETHNIC = (
    ("A", "British", "40001"), ("B", "Irish", "502"), ("C", "Any Other White Background", "5003"),
    ("D", "White and Black Caribbean", "1204"), ("H", "Indian", "2105"), ("J", "Pakistani", "2306"),
    ("N", "African", "1906"), ("R", "Chinese", "308"), ("Z", "Not Stated", "1409"), ("99", "Not Known", "256"),
    ("UNKNOWN", "UNKNOWN", "1"), ("X9", "UNKNOWN", "4"),
)  # fmt: skip


def rows(status: str, england: str = "55005") -> list[tuple[str, ...]]:
    """One month: MHS91 over twelve months beside a monthly and a quarterly measure."""
    england_level = ("England", "England")
    llr = ("QK1", "NHS LEICESTER, LEICESTERSHIRE AND RUTLAND INTEGRATED CARE BOARD")
    shropshire = ("QOC", "NHS SHROPSHIRE, TELFORD AND WREKIN INTEGRATED CARE BOARD")
    unknown = ("UNKNOWN", "UNKNOWN")
    out = [
        (*YEAR, status, "England", *england_level, *NONE, *PERINATAL, england),
        *[
            (*YEAR, status, "England; Ethnicity", code, label, *NONE, *PERINATAL, count)
            for code, label, count in ETHNIC
        ],
        (*YEAR, status, "Provider", "RT5", "LEICESTERSHIRE PARTNERSHIP NHS TRUST", *NONE, *PERINATAL, "905"),
        (*YEAR, status, "Sub ICB of Residence", "04C", "NHS LEICESTER CITY", *NONE, *PERINATAL, "340"),
        (*YEAR, status, "ICB", *llr, *NONE, *PERINATAL, "1020"),
        (*YEAR, status, "ICB", *shropshire, *NONE, *PERINATAL, "*"),
        (*YEAR, status, "ICB", *unknown, *NONE, *PERINATAL, "65"),
        (*YEAR, status, "Commissioning Region", "Y60", "MIDLANDS", *NONE, *PERINATAL, "10455"),
        (*MONTH, status, "England", *england_level, *NONE, *REFERRALS, "60123"),
        (*QUARTER, status, "England", *england_level, *NONE, *REFERRALS, "177539"),
        (*QUARTER, status, "ICB of GP Practice or Residence", *llr, *NONE, *REFERRALS, "2445"),
        (*QUARTER, status, "England", *england_level, *NONE, *SHARE, "7.204117"),
        (*QUARTER, status, "ICB of GP Practice or Residence", *llr, *NONE, *SHARE, "16"),
        (*MONTH, status, "England; Age Group", "0 to 17", "0 to 17", *NONE, *REFERRALS, "9000"),
        (*MONTH, status, "ICB; Age Group", *llr, "0 to 17", "0 to 17", *REFERRALS, "NULL"),
    ]
    return out  # fmt: skip


def write_mhsds(folder: Path) -> None:
    """A month and its reissue, whose names keep what a browser makes of a space."""
    for name, body in (
        ("MHSDS%20Data_JanPerf_2026.csv", rows("Performance", "54321")),
        ("MHSDS%20Data_JanPerf_2026_v2.csv", rows("Performance")),
    ):
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([HEADER, *body])
