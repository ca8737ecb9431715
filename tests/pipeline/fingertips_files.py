"""Fingertips files in the layout of the website's export and the API's answer, small."""

from __future__ import annotations

import csv
import io
from pathlib import Path

HEADER = (
    "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,Category Type,Category,"
    "Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,Lower CI 99.8 limit,Upper CI 99.8 limit,Count,"
    "Denominator,Value note,Recent Trend,Compared to England value or percentiles,{parent},Time period Sortable,"
    "New data,{goal}"
)
DECILES = (
    "Most deprived decile", "Second most deprived decile", "Third more deprived decile",
    "Fourth more deprived decile", "Fifth more deprived decile", "Fifth less deprived decile",
    "Fourth less deprived decile", "Third less deprived decile", "Second least deprived decile",
    "Least deprived decile",
)  # fmt: skip
ENGLAND = ("E92000001", "England", "England")
LLR = ("nE54000015", "NHS Leicester, Leicestershire and Rutland Integrated Care Board - QK1", "ICBs")
SHROPSHIRE = ("nE54000011", "NHS Shropshire, Telford and Wrekin Integrated Care Board - QOC", "ICBs")
SMALL = "Value suppressed for disclosure control due to small count"


def row(
    indicator: str, name: str, area: tuple[str, str, str], period: str, value: str, count: str, denominator: str,
    *, parent: tuple[str, str] = ("E92000001", "England"), sex: str = "Persons", age: str = "All ages",
    category: tuple[str, str] = ("", ""), note: str = "", sortable: str | None = None, length: str | None = "1y",
) -> list[str]:  # fmt: skip
    """One row; `length` None leaves out the 27th column."""
    cells = [
        indicator, name, *parent, *area, sex, age, *category, period, value, "", "", "", "", count, denominator,
        note, "Cannot be calculated", "Not compared", "Not compared",
        sortable if sortable is not None else period[:4] + "0000", "", "",
    ]  # fmt: skip
    return cells if length is None else [*cells, length]


def write(path: Path, rows: list[list[str]], *, parent: str, goal: str, range_column: bool = True) -> None:
    """A file with CRLF line ends; a line break inside a name stays LF, as the publisher has it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    header = HEADER.format(parent=parent, goal=goal) + (",Time period range" if range_column else "")
    path.write_bytes((header + "\r\n" + out.getvalue()).encode())


def write_fingertips(folder: Path) -> None:
    """An answer of the API for systems and a website export with another 23rd column."""
    smoking = "Smoking status at time of delivery\n"
    name = "93085", smoking
    rows = [
        row(*name, ENGLAND, "2023/24", "7.4", "41000", "554054", parent=("", ""), sex="Female"),
        row(*name, ENGLAND, "2023/24", "7.4", "41000", "554054", sex="Female"),
        row(*name, LLR, "2023/24", "8.0", "880", "11000", sex="Female"),
        row(*name, SHROPSHIRE, "2023/24", "", "", "", sex="Female", note=SMALL),
    ]
    for kind in (
        "County & UA deprivation deciles in England (IMD2019, 4/19 and 4/20 geog.)",
        "County & UA deprivation deciles in England (IMD2019, 4/23 geography)",
        "LSOA11 deprivation deciles in England (IMD2019)",
    ):
        share = 100 if "4/19" in kind else 90 if "4/23" in kind else 80
        rows += [
            row(*name, ENGLAND, "2023/24", f"{share - 5 * i}", f"{10 * (share - 5 * i)}", "1000", sex="Female",
                category=(kind, f"{label} (IMD2019)"))
            for i, label in enumerate(DECILES)
        ]  # fmt: skip
    rows += [
        row(*name, ENGLAND, "2023/24", "9", "90", "1000", sex="Female",
            category=("LSOA11 deprivation deciles within area (IDACI)", "Most deprived decile")),
        row(*name, LLR, "2023/24", "9", "90", "1000", sex="Female",
            category=("LSOA11 deprivation deciles within area (IMD trend)", "Most deprived decile")),
    ]  # fmt: skip
    still = "92530", "Stillbirth rate"
    rows += [
        row(*still, ENGLAND, "2020 - 22", "3.9", "7200", "1846154", length="3y"),
        row(*still, LLR, "2020 - 22", "4.2", "160", "38095", length="3y"),
        row(*still, LLR, "2019 - 21", "4.1", "150", "36585", length="3y", sortable="20180000"),
    ]
    early = "94121", "Early access to maternity care"
    rows += [
        row(*early, ENGLAND, "2018/19", "60", "300000", "500000", sex="Female"),
        row(*early, LLR, "2018/19", "61", "6100", "10000", sex="Female"),
        row(*early, LLR, "2018/19", "50", "50", "100", sex="Female", age="<20 yrs"),
    ]
    renamed = "94131", "Something else altogether"
    rows += [row(*renamed, LLR, "2018/19", "20", "200", "1000", sex="Female")]
    write(folder / "fingertips-icbs-1.csv", rows, parent="Compared to percentiles", goal="Compared to goal")

    both = "20101", "Low birth weight of term babies"
    exported = [
        row(*both, ENGLAND, "2021", "2.8", "15000", "535714", length=None),
        row(*both, ENGLAND, "2021", "3.0", "8000", "266667", sex="Female", length=None),
        row(*both, ENGLAND, "2021", "2.6", "7000", "269231", sex="Male", length=None),
        row(*both, ("E06000053", "Isles of Scilly", "UA"), "2021", "", "", "",
            note="Value for Cornwall & Isles of Scilly combined", length=None),
    ]  # fmt: skip
    write(
        folder / "indicators-CountyUA.data.csv", exported,
        parent="Compared to Region value or percentiles", goal="Target data", range_column=False,
    )  # fmt: skip
