"""Indices of Deprivation 2019 and 2025 and the look-ups of small areas, as their publishers lay them out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from orchestration.sample.areas import Area
from orchestration.sample.places import sub_icbs, systems
from orchestration.sample.publish import Cell, write_csv, write_workbook

HEADER_2019 = (
    "LSOA code (2011)", "LSOA name (2011)", "Local Authority District code (2019)",
    "Local Authority District name (2019)", "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)",
    "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)",
)  # fmt: skip
# the publisher's last heading is cut short
HEADER_2025 = (
    "LSOA code (2021)", "LSOA name (2021)", "Local Authority District code (2024)",
    "Local Authority District name (2024)", "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)",
    "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOA",
)  # fmt: skip
LOOKUP_HEADER = (
    "LSOA21CD", "LSOA21NM", "SICBL24CD", "SICBL24CDH", "SICBL24NM", "ICB24CD", "ICB24CDH", "ICB24NM", "ObjectId",
)  # fmt: skip
CHANGE_HEADER = ("LSOA11CD", "LSOA11NM", "LSOA21CD", "LSOA21NM", "CHGIND", "ObjectId")
DISTRICT = ("E09999999", "Synthetic district")


def write(directory: Path, areas: list[Area]) -> None:
    """Write the four files."""
    folder = directory / "deprivation"
    write_csv(
        folder / "File_7_-_All_IoD2019_Scores__Ranks__Deciles_and_Population_Denominators_3.csv",
        HEADER_2019,
        # that file writes whole numbers with two decimals
        (
            (area.code, area.name, *DISTRICT, f"{area.rank_2019}.00", f"{area.decile_2019}.00")
            for area in areas
        ),
        dt.date(2019, 9, 26),
        bom=True,
    )
    sheet: list[list[Cell]] = [list(HEADER_2025)]
    sheet += [[area.code, area.name, *DISTRICT, area.rank_2025, area.decile_2025] for area in areas]
    write_workbook(
        folder / "File_1_IoD2025_Index_of_Multiple_Deprivation.xlsx",
        {"Notes": [], "IMD25": sheet},
        dt.date(2025, 10, 30),
    )
    named = {part.ons_code: part for parts in sub_icbs().values() for part in parts}
    write_csv(
        folder / "LSOA21_SICBL24_ICB24_CAL24_LAD24_EN_LU.csv",
        LOOKUP_HEADER,
        (
            (
                area.code, area.name, area.sub_icb, named[area.sub_icb].code, named[area.sub_icb].name,
                area.icb, area.system, systems()[area.system].name, str(number),
            )
            for number, area in enumerate(areas, start=1)
        ),
        dt.date(2024, 5, 14),
        bom=True,
    )  # fmt: skip
    write_csv(
        folder / "LSOA11_LSOA21_LAD22_EW_LU.csv",
        CHANGE_HEADER,
        ((a.code, a.name, a.code, a.name, "U", str(number)) for number, a in enumerate(areas, start=1)),
        dt.date(2023, 1, 19),
        bom=True,
    )
