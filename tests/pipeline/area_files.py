"""Small files of deprivation, look-ups, census and smoking at delivery, in their publishers' layouts.

Area codes are invented; codes of integrated care boards and regions are real.
"""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

IMD_2019_HEADER = [
    "LSOA code (2011)", "LSOA name (2011)", "Local Authority District code (2019)",
    "Local Authority District name (2019)", "Index of Multiple Deprivation (IMD) Rank",
    "Index of Multiple Deprivation (IMD) Decile",
]  # fmt: skip
# the publisher's own last header is cut short like this
IMD_2025_HEADER = [
    "LSOA code (2021)", "LSOA name (2021)", "Local Authority District code (2024)",
    "Local Authority District name (2024)",
    "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)",
    "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOA",
]  # fmt: skip

LLR, FRIMLEY, HAMPSHIRE_OLD, HAMPSHIRE_NEW, THAMES_VALLEY = (
    "E54000015", "E54000034", "E54000042", "E54000067", "E54000070",
)  # fmt: skip

# area of 2021: rank and decile of 2025, board in the look-ups of 2024 and of 2026
AREAS = {
    "E01900001": (1, 1, LLR, LLR),
    "E01900002": (4, 6, LLR, LLR),
    "E01900003": (2, 3, FRIMLEY, THAMES_VALLEY),
    "E01900004": (6, 10, HAMPSHIRE_OLD, HAMPSHIRE_NEW),
    "E01900005": (5, 8, FRIMLEY, HAMPSHIRE_NEW),
    "E01900006": (3, 5, "E54999999", "E54999999"),
}
UNPLACED = "E01900007"
# the areas of 2011: some codes are the same, and mean the same place
AREAS_2011 = {"E01900001": (3, 9), "E01900010": (1, 1), "E01900011": (2, 5)}
CHANGES = [
    ("E01900001", "E01900001", "U"),
    ("E01900010", "E01900002", "S"),
    ("E01900010", "E01900003", "S"),
    ("E01900011", "E01900004", "M"),
    ("E01900012", "E01900004", "M"),
    ("E01900013", "E01900005", "X"),
]

BROAD = [
    "Asian, Asian British or Asian Welsh",
    "Black, Black British, Black Welsh, Caribbean or African",
    "Mixed or Multiple ethnic groups",
    "White",
    "Other ethnic group",
]
DETAILED = {
    BROAD[0]: ["Bangladeshi", "Chinese", "Indian", "Pakistani", "Other Asian"],
    BROAD[1]: ["African", "Caribbean", "Other Black"],
    BROAD[2]: [
        "White and Asian", "White and Black African", "White and Black Caribbean",
        "Other Mixed or Multiple ethnic groups",
    ],
    BROAD[3]: [
        "English, Welsh, Scottish, Northern Irish or British", "Irish", "Gypsy or Irish Traveller", "Roma",
        "Other White",
    ],
    BROAD[4]: ["Arab", "Any other ethnic group"],
}  # fmt: skip
# residents by detailed group, in the order above
RESIDENTS = {
    "E01900001": [5, 7, 11, 2, 3, 4, 6, 1, 1, 2, 3, 4, 100, 5, 1, 0, 9, 2, 8],
    "E01900002": [0, 1, 20, 0, 2, 3, 0, 0, 1, 0, 0, 2, 300, 4, 0, 2, 10, 0, 3],
    "E01900003": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 50, 1, 1, 1, 1, 1, 1],
    "E01900004": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 200, 0, 0, 0, 0, 0, 0],
    "E01900005": [2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 90, 0, 0, 0, 0, 0, 0],
    "E01900006": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40, 0, 0, 0, 0, 0, 0],
    UNPLACED: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30, 0, 0, 0, 0, 0, 0],
    "W01900001": [9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9],
}

SMOKERS, NON_SMOKERS, NOT_KNOWN, MATERNITIES = (
    "Women known to be smokers at time of delivery",
    "Women known to be non-smokers at time of delivery",
    "Women whose smoking status was not known at time of delivery",
    "Number of maternities",
)


def _workbook(path: Path, sheet: str, header: list[str], rows: list[list[object]]) -> None:
    """A workbook with an empty sheet of notes first, as the ministry publishes it."""
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Notes")
        page = book.add_worksheet(sheet)
        for number, row in enumerate([header, *rows]):
            page.write_row(number, 0, row)


def write_deprivation(folder: Path) -> None:
    """File 1 of both editions, and the CSV of 2019 that writes ranks as 3.00 behind a byte order mark."""
    _workbook(
        folder / "File_1_-_IMD2019_Index_of_Multiple_Deprivation.xlsx",
        "IMD2019",
        IMD_2019_HEADER,
        [[code, "A place", "E06000001", "A district", *ranks] for code, ranks in AREAS_2011.items()],
    )
    _workbook(
        folder / "File_1_IoD2025_Index_of_Multiple_Deprivation.xlsx",
        "IMD25",
        IMD_2025_HEADER,
        [[code, "A place", "E06000001", "A district", *row[:2]] for code, row in AREAS.items()],
    )
    header = [
        *IMD_2019_HEADER[:4],
        IMD_2019_HEADER[4] + " (where 1 is most deprived)",
        IMD_2019_HEADER[5] + " (where 1 is most deprived 10% of LSOAs)",
    ]
    lines = [",".join(header)]
    lines += [f"{code},A place,E06000001,A district,{a}.00,{b}.00" for code, (a, b) in AREAS_2011.items()]
    (folder / "File_3_-_IoD2019.csv").write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode() + b"\r\n")


def write_lookups(folder: Path) -> None:
    """The look-up of 2024 with plain names, that of 2026 as the ONS serves it, and 2011 to 2021."""
    lines = [
        "lsoa21_name,lsoa21_code,sicbl24_name,sicbl24_code,sicbl24_code_nhs,icb24_name,icb24_code,icb24_code_nhs"
    ]
    lines += [f"A place,{code},A sub-ICB,E38000001,00A,A board,{row[2]},QXX" for code, row in AREAS.items()]
    (folder / "lsoa21_to_icb_2024.csv").write_text("\n".join(lines) + "\n", "utf-8")
    lines = [
        "LSOA21CD,LSOA21NM,SICBL26CD,SICBL26CDH,SICBL26NM,ICB26CD,ICB26CDH,ICB26NM,NHSER26CD,NHSER26CDH,NHSER26NM,"
        "LAD26CD,LAD26NM,ObjectId"
    ]
    lines += [
        f"{code},A place,E38000002,00A,A sub-ICB,{row[3]},QXX,A board,E40000005,Y59,A region,E06000001,A district,{number}"
        for number, (code, row) in enumerate(AREAS.items(), start=1)
    ]
    (folder / "LSOA21_SICBL26_ICB26_LAD26.csv").write_text("\n".join(lines) + "\n", "utf-8-sig")
    lines = ["LSOA11CD,LSOA11NM,LSOA21CD,LSOA21NM,CHGIND,LAD22CD,LAD22NM,ObjectId"]
    lines += [f"{a},A place,{b},A place,{c},E06000001,A district,{n}" for n, (a, b, c) in enumerate(CHANGES)]
    (folder / "LSOA11_LSOA21_LAD22.csv").write_text("\n".join(lines) + "\n", "utf-8-sig")


def broad_counts(counts: list[int]) -> list[int]:
    """Residents by broad group from those by detailed group."""
    sums, start = [], 0
    for group in BROAD:
        end = start + len(DETAILED[group])
        sums.append(sum(counts[start:end]))
        start = end
    return sums


def query_tool_text() -> str:
    """TS021 as the Nomis query tool writes it: notes above and below, five groups."""
    lines = [
        "", '"TS021 - Ethnic group"', '"ONS Crown Copyright Reserved [from Nomis on 18 April 2023]"',
        '"Population :","All usual residents"', '"Units      :","Persons"', '"Date       :","2021"', "",
        ",".join(
            f'"{text}"'
            for text in ["2021 super output area - lower layer", "mnemonic", "Total: All usual residents", *BROAD]
        ),
        "",
    ]  # fmt: skip
    for code, counts in RESIDENTS.items():
        lines.append(f'"A place","{code}",{sum(counts)},' + ",".join(map(str, broad_counts(counts))))
    lines += [
        "", "", "",
        '"","In order to protect against disclosure of personal information, records"',
        '"","have been swapped between different geographic areas and counts perturbed"',
        '"",""',
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def write_census(folder: Path) -> None:
    """TS021 of the bulk download: broad groups each followed by their detailed ones."""
    header = ["date", "geography", "geography code", "Ethnic group: Total: All usual residents"]
    for group in BROAD:
        header += [f"Ethnic group: {group}", *(f"Ethnic group: {group}: {name}" for name in DETAILED[group])]
    lines = [",".join(f'"{text}"' for text in header)]
    for code, counts in RESIDENTS.items():
        cells, start = [], 0
        for group, total in zip(BROAD, broad_counts(counts), strict=True):
            end = start + len(DETAILED[group])
            cells += [total, *counts[start:end]]
            start = end
        lines.append(f'2021,"A place","{code}",{sum(counts)},' + ",".join(map(str, cells)))
    (folder / "census2021-ts021-lsoa.csv").write_text("\n".join(lines) + "\n", "utf-8")


def _satod(quarters: dict[int, dict[str, tuple[int, int, int]]]) -> str:
    lines = ["FinancialYear,Quarter,OrgCode,OrgName,Measure,Value"]
    for quarter, organisations in quarters.items():
        for code, (smokers, non_smokers, unknown) in organisations.items():
            parts = [smokers + non_smokers + unknown, non_smokers, smokers, unknown]
            for measure, value in zip([MATERNITIES, NON_SMOKERS, SMOKERS, NOT_KNOWN], parts, strict=True):
                lines.append(f"2022-2023,{quarter},{code},A name,{measure},{value}")
    return "\n".join(lines) + "\n"


def write_satod(folder: Path) -> None:
    """Three files of one year: the first quarter, its second version, and the second quarter's year to date,
    which revises the first quarter once more. Then a code of a level that is not known."""
    first = {"E92000001": (10, 90, 5), "E40000011": (10, 90, 5), LLR: (10, 90, 5), "E38000051": (10, 90, 5)}
    again = dict.fromkeys(first, (11, 89, 5))
    revised = dict.fromkeys(first, (12, 88, 5))
    second = dict.fromkeys(first, (4, 96, 0)) | {"X99000001": (1, 1, 1)}
    (folder / "smok-time-del-eng-q1-2223.csv").write_text(_satod({1: first}), "utf-8")
    (folder / "smok-time-deli-eng-q1-2223-v2.csv.csv").write_text(_satod({1: again}), "utf-8")
    (folder / "smok-time-del-eng-q2-2223.csv").write_text(_satod({1: revised, 2: second}), "utf-8")


def write_area_sources(folder: Path) -> None:
    """Every file of this module but the one of the query tool."""
    write_deprivation(folder)
    write_lookups(folder)
    write_census(folder)
    write_satod(folder)
