"""Files in the layout of the MBRRACE-UK data viewer: 41 columns, invented numbers."""

from __future__ import annotations

import csv
from pathlib import Path

FIRST = (
    "ReportYear", "OrganisationCode", "OrganisationName", "CountryName", "RegionName",
    "SustainabilityAndTransformationPartnershipName", "IntegratedCareBoardName", "NeonatalNetworkName",
    "Longitude", "Latitude",
)  # fmt: skip
OUTCOMES = (
    ("TotalBirths", "TotalStillbirths", "Stillbirth"),
    ("TotalLiveBirths", "TotalNeonatalDeaths", "NeonatalDeath"),
    (None, "TotalPerinatalDeaths", "PerinatalDeath"),
)
LAST = (
    "ComparatorGroupID", "ComparatorGroupName", "ComparatorGroupAverageStillbirthRate",
    "ComparatorGroupAverageNeonatalDeathRate", "ComparatorGroupAveragePerinatalDeathRate",
)  # fmt: skip


def header() -> list[str]:
    """The 41 column names."""
    names = list(FIRST)
    for births, total, outcome in OUTCOMES:
        names += [births] if births else []
        names += [
            total, f"Crude{outcome}Rate", f"Crude{outcome}CategoryID", f"Crude{outcome}CategoryName",
            f"Stabilised{outcome}Rate", f"Stabilised{outcome}CategoryID", f"Stabilised{outcome}CategoryName",
            f"Stabilised{outcome}CI",
        ]  # fmt: skip
    return [*names, *LAST]


def row(
    year: int, number: int, name: str, country: str = "England", births: int = 5000,
    still: int = 15, neonatal: int = 8, group: tuple[int, str] = (3, "4,000 or more births"),
) -> list[str]:  # fmt: skip
    """One organisation; deaths of -1 are suppressed, and their rate and comparison with them."""

    def outcome(deaths: int, people: int, stabilised: str, interval: str) -> list[str]:
        if deaths < 0:
            crude = ["-1", "-1", "0", "Suppressed due to small numbers"]
        else:
            rate = f"{1000 * deaths / people:.2f}".rstrip("0").rstrip(".")
            crude = [str(deaths), rate, "4", "Within 5%"]
        return [*crude, stabilised, "3", "5 to 15% lower", interval]

    live = births - max(still, 2)
    both = still + neonatal if still >= 0 else 4
    return [
        str(year), str(number), name, country, "" if year == 2023 else "Midlands", "", "", "A network",
        "-1.13", "52.63",
        str(births), *outcome(still, births, "3.1", "2.70 to 3.55"),
        str(live), *outcome(neonatal, live, "1.5", "1.20 to 1.90"),
        *outcome(both, births, "4.6", "4.00 to 5.30"),
        str(group[0]), group[1], "3.2", "1.6", "4.8",
    ]  # fmt: skip


def write_mbrrace(folder: Path) -> None:
    """Two years, and one of them without congenital anomalies."""
    leicester = (7, "University Hospitals of Leicester NHS Trust")
    files = {
        "perinatal-mortality-rates-2023-trusthealth-board.csv": [
            row(2023, *leicester, births=9500, still=38, neonatal=25),
            row(2023, 151, "North Middlesex University Hospital", births=4200, still=14, neonatal=6),
            row(2023, 30, "Whittington Health", births=3100, group=(4, "2,000-3,999 births")),
            row(2023, 31, "Wrightington, Wigan and Leigh NHS Foundation Trust"),
            row(2023, 40, "Isle of Wight NHS Trust", births=901, still=-1, neonatal=-1),
            row(2023, 90, "NHS Lothian", country="Scotland"),
            row(2023, 91, "An Invented Hospital NHS Trust"),
        ],
        "perinatal-mortality-rates-2024-trusthealth-board.csv": [
            row(2024, *leicester, births=9400, still=36, neonatal=24),
            row(2024, 31, "Wrightington, Wigan and Leigh Teaching Hospitals NHS Foundation Trust"),
            row(2024, 77, "Queen Elizabeth Hospital, King's Lynn, NHS Foundation Trust"),
        ],
        "perinatal-mortality-rates-excluding-congenital-anomalies-2023-trusthealth-board.csv": [
            row(2023, *leicester, births=9480, still=34, neonatal=18),
            row(2023, 30, "Whittington Health", births=3090, group=(4, "2,000-3,999 births")),
            row(2023, 31, "Wrightington, Wigan and Leigh NHS Foundation Trust"),
            row(2023, 90, "NHS Lothian", country="Scotland"),
        ],
    }
    for name, rows in files.items():
        with (folder / name).open("w", newline="", encoding="ascii") as file:
            csv.writer(file, lineterminator="\n").writerows([header(), *rows])
