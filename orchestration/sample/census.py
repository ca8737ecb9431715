"""Census 2021 table TS021, ethnic group by small area, as the Nomis query tool exports it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from orchestration.sample.areas import FIVE_GROUPS, Area
from orchestration.sample.publish import Cell, write_csv

HEADER = (
    "2021 super output area - lower layer", "mnemonic", "Total: All usual residents",
    "Asian, Asian British or Asian Welsh", "Black, Black British, Black Welsh, Caribbean or African",
    "Mixed or Multiple ethnic groups", "White", "Other ethnic group",
)  # fmt: skip
PREAMBLE: tuple[tuple[Cell, ...], ...] = (
    (),
    ("TS021 - Ethnic group",),
    ("Synthetic copy of the layout of ONS Crown Copyright Reserved [from Nomis]",),
    ("Population :", "All usual residents"),
    ("Units      :", "Persons"),
    ("Date       :", "2021"),
    (),
)
NOTES: tuple[tuple[Cell, ...], ...] = (
    (),
    ("", "In order to protect against disclosure of personal information, records"),
    ("", "have been swapped between different geographic areas and counts perturbed"),
    ("", "by small amounts."),
)


def write(directory: Path, areas: list[Area]) -> None:
    """Write the file."""
    rows: list[tuple[Cell, ...]] = [()]
    for area in areas:
        counts = [area.residents[group] for group in FIVE_GROUPS]
        rows.append((area.name, area.code, sum(counts), *counts))
    write_csv(
        directory / "census" / "TS021_ethnic_group_lsoa21.csv", HEADER, rows, dt.date(2023, 4, 18),
        preamble=PREAMBLE, notes=NOTES, quote_all=True,
    )  # fmt: skip
