"""The map of the sample: systems, providers, regions, sites and areas, with sizes and mixes that are invented.

Codes and names are those of the register seeds, because the pipeline knows no others; nothing here says how
large or how mixed any of them is in truth.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from orchestration.settings import SEEDS_DIR

NATIONAL = "E92000001"
DEFAULT_SYSTEMS = ("QK1", "QMF", "QGH")
LAST_DAY_OF_THE_42 = "2026-03-31"

# Shares of women by ethnic category code (NHS Data Dictionary, 2001 categories).
ETHNIC_CODES = (
    "A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S", "Z", "99", "",
)  # fmt: skip
ETHNIC_MIX = {
    "shire": (76, 1, 9, 1, 1, 1, 1, 2, 1, 0, 2, 0, 1, 0, 1, 1, 2, 1, 0),
    "town": (62, 1, 9, 1, 1, 1, 1, 4, 6, 1, 2, 1, 3, 1, 1, 2, 2, 1, 0),
    "city": (43, 1, 9, 1, 1, 1, 1, 17, 5, 3, 4, 1, 4, 1, 1, 3, 3, 1, 0),
    "london": (23, 1, 14, 2, 2, 1, 2, 9, 6, 9, 5, 3, 10, 2, 2, 5, 3, 1, 0),
}
# Shares of women by deprivation decile of the home area, 1 most deprived, then missing, pseudo, elsewhere.
DECILE_CODES = ("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "missing", "pseudo", "elsewhere")
DECILE_MIX = {
    "deprived": (230, 170, 130, 100, 80, 70, 60, 60, 50, 40, 3, 5, 2),
    "even": (90, 100, 100, 95, 95, 100, 100, 110, 105, 95, 2, 6, 2),
    "affluent": (40, 60, 70, 80, 90, 100, 120, 130, 140, 160, 3, 3, 4),
    "inner": (110, 260, 230, 140, 90, 60, 40, 30, 20, 10, 3, 6, 1),
}

# system: (ethnic mix, deprivation mix, {provider: women booked in a usual month})
SYSTEMS: dict[str, tuple[str, str, dict[str, int]]] = {
    "QE1": ("town", "deprived", {"RXR": 550, "RXN": 350, "RXL": 250, "RTX": 200}),
    "QF7": ("town", "deprived", {"RHQ": 600, "RP5": 400, "RFF": 300, "RFR": 250}),
    "QGH": ("shire", "even", {"RWP": 500, "RLQ": 100}),
    "QH8": ("shire", "affluent", {"RAJ": 1000}),
    "QHG": ("city", "even", {"RC9": 700, "RD8": 400}),
    "QHL": ("city", "deprived", {"RRK": 800, "RQ3": 750}),
    "QHM": (
        "shire", "deprived",
        {"RTD": 500, "RXP": 400, "R0B": 400, "RTR": 350, "RTF": 350, "RVW": 300, "RNN": 250, "RR7": 200},
    ),
    "QJ2": ("town", "even", {"RTG": 850, "RFS": 250}),
    "QJG": ("shire", "affluent", {"RDE": 550, "RGR": 250}),
    "QJK": ("shire", "even", {"RH8": 400, "RK9": 300, "RA9": 200}),
    "QJM": ("shire", "even", {"RWD": 450}),
    "QK1": ("city", "even", {"RWE": 950}),
    "QKK": ("london", "inner", {"RJZ": 650, "RJ2": 650, "RJ1": 600}),
    "QKS": ("shire", "even", {"RVV": 600, "RWF": 550, "RPA": 450, "RN7": 400}),
    "QM7": ("town", "affluent", {"RWH": 600, "RWG": 400, "RQW": 300}),
    "QMF": ("london", "deprived", {"R1H": 1200, "RF4": 650, "RQX": 550}),
    "QMJ": ("london", "inner", {"RAL": 900, "RRV": 700, "RKE": 250}),
    "QMM": ("shire", "even", {"RM1": 450, "RCX": 200, "RGP": 150}),
    "QNC": ("town", "even", {"RJE": 550}),
    "QNQ": ("town", "affluent", {"RDU": 850}),
    "QNX": ("shire", "affluent", {"RYR": 700, "RXC": 300}),
    "QOC": ("shire", "even", {"RXW": 400}),
    "QOP": (
        "city", "deprived",
        {"R0A": 1500, "RM3": 550, "RMC": 450, "RWJ": 250, "RRF": 200, "RMP": 200},
    ),
    "QOQ": ("shire", "deprived", {"RWA": 450, "RCB": 350, "RJL": 300, "RCD": 150}),
    "QOX": ("shire", "affluent", {"RNZ": 300, "RD1": 350, "RN3": 350}),
    "QPM": ("town", "even", {"RNS": 400, "RNQ": 300}),
    "QR1": ("shire", "affluent", {"RTE": 500}),
    "QRL": ("shire", "affluent", {"RHM": 500, "RHU": 450, "RN5": 400, "R1F": 100}),
    "QRV": ("london", "even", {"RQM": 950, "RYJ": 850, "R1K": 400, "RAS": 300}),
    "QSL": ("shire", "even", {"RH5": 350}),
    "QT1": ("town", "deprived", {"RX1": 650, "RK5": 300}),
    "QT6": ("shire", "deprived", {"REF": 350}),
    "QU9": ("town", "affluent", {"RTH": 600, "RHW": 450, "RXQ": 400}),
    "QUA": ("city", "deprived", {"RXK": 700, "RL4": 500, "RNA": 400, "RBK": 350}),
    "QUE": ("shire", "affluent", {"RGN": 550, "RGT": 450}),
    "QUY": ("town", "even", {"RVJ": 550, "RA7": 450}),
    "QVV": ("shire", "affluent", {"R0D": 350, "RBD": 150}),
    "QWE": ("london", "affluent", {"RAX": 450, "RJ6": 350, "RVR": 300, "RJ7": 300}),
    "QWO": ("city", "deprived", {"RR8": 900, "RXF": 500, "RWY": 400, "RAE": 400, "RCF": 200}),
    "QWU": ("city", "even", {"RKB": 550, "RJC": 300, "RLT": 200}),
    "QXU": ("shire", "affluent", {"RTP": 400, "RTK": 350, "RA2": 250}),
    "QYG": (
        "shire", "deprived",
        {"REP": 700, "RBN": 500, "RWW": 250, "RBT": 250, "RBL": 200, "RJR": 200, "RJN": 100},
    ),
}  # fmt: skip

# A few areas of the default systems: local authority code and name, share of the system's women in per cent.
LOCAL_AUTHORITIES: dict[str, tuple[tuple[str, str, int], ...]] = {
    "QK1": (("E06000016", "LEICESTER", 60), ("E06000017", "RUTLAND", 5), ("E07000130", "CHARNWOOD", 35)),
    "QMF": (("E09000002", "BARKING AND DAGENHAM", 30), ("E09000025", "NEWHAM", 70)),
    "QGH": (("E06000019", "HEREFORDSHIRE, COUNTY OF", 30), ("E07000237", "WORCESTER", 70)),
}

MBRRACE_GROUPS = (
    ("Group 1. Level 3 NICU & NS", "Group 1. Level 3 Neonatal Intensive Care Unit (NICU) and Neonatal Surgery", 900),
    ("Group 2. Level 3 NICU", "Group 2. Level 3 NICU", 650),
    ("Group 3. 4,000 or more", "Group 3. 4,000 or more births per annum at 24 weeks or later", 430),
    ("Group 4. 2,000 - 3,999", "Group 4. 2,000 - 3,999 births per annum at 24 weeks or later", 220),
    ("Group 5. Under 2,000", "Group 5. Under 2,000 births per annum at 24 weeks or later", 0),
)  # fmt: skip


@dataclass(frozen=True)
class Organisation:
    """One organisation of one published level.

    Attributes:
        code: as the monthly data file writes it.
        name: in capitals, as that file writes it.
        ons_code: nine-character code, where it has one.
    """

    code: str
    name: str
    ons_code: str = ""


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS_DIR / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@cache
def system_codes(number: int) -> tuple[str, ...]:
    """The systems that are published: the default ones first, then the others by code.

    Raises:
        ValueError: when there are not that many.
    """
    if not 1 <= number <= len(SYSTEMS):
        raise ValueError(f"the sample has 1 to {len(SYSTEMS)} systems, not {number}")
    others = sorted(set(SYSTEMS) - set(DEFAULT_SYSTEMS))
    return (*DEFAULT_SYSTEMS, *others)[:number]


@cache
def provider_codes() -> tuple[str, ...]:
    """Every provider of England in the sample; a provider's number is its place here."""
    return tuple(code for system in sorted(SYSTEMS) for code in SYSTEMS[system][2])


@cache
def provider_sizes() -> tuple[int, ...]:
    """Women booked in a usual month, by provider number."""
    return tuple(size for system in sorted(SYSTEMS) for size in SYSTEMS[system][2].values())


@cache
def provider_systems() -> tuple[str, ...]:
    """Code of the system of each provider, by provider number."""
    return tuple(system for system in sorted(SYSTEMS) for _ in SYSTEMS[system][2])


@cache
def systems() -> dict[str, Organisation]:
    """The 42 systems as the monthly files name them."""
    rows = [row for row in _seed("lmns") if row["valid_to"] in ("", LAST_DAY_OF_THE_42)]
    return {
        row["lmns_code"]: Organisation(
            row["lmns_code"], f"NHS {row['lmns_name'].upper()} INTEGRATED CARE BOARD", row["ons_code"]
        )
        for row in rows
        if row["valid_from"] < LAST_DAY_OF_THE_42
    }


@cache
def system_regions() -> dict[str, str]:
    """Code of each system's region."""
    return {row["lmns_code"]: row["region_code"] for row in _seed("lmns")}


@cache
def regions() -> dict[str, Organisation]:
    """The seven regions."""
    return {
        row["region_code"]: Organisation(
            row["region_code"], f"{row['region_name'].upper()} COMMISSIONING REGION", row["ons_code"]
        )
        for row in _seed("regions")
    }


@cache
def region_names() -> dict[str, str]:
    """Name of each system's region."""
    names = {row["region_code"]: row["region_name"] for row in _seed("regions")}
    return {system: names[region] for system, region in system_regions().items()}


@cache
def provider_names() -> dict[str, str]:
    """Name of each provider, as in the register."""
    return {row["provider_code"]: row["provider_name"] for row in _seed("providers")}


@cache
def providers() -> dict[str, Organisation]:
    """The providers, named in capitals."""
    return {code: Organisation(code, provider_names()[code].upper()) for code in provider_codes()}


def mbrrace_group(size: int) -> tuple[str, str]:
    """Code and name of a provider's comparator group, by its size."""
    return next((code, name) for code, name, least in MBRRACE_GROUPS if size >= least)


@cache
def sub_icbs() -> dict[str, tuple[Organisation, ...]]:
    """Sub-ICB locations of each system: two in the largest, one in the others, with made-up codes of the real form."""
    located: dict[str, tuple[Organisation, ...]] = {}
    number = 900
    for code in sorted(SYSTEMS):
        parts = []
        for letter in "AB"[: 1 + (sum(SYSTEMS[code][2].values()) > 900)]:
            parts.append(
                Organisation(f"9{code[1:]}{letter}", f"{systems()[code].name} - {letter}", f"E38000{number}")
            )
            number += 1
        located[code] = tuple(parts)
    return located
