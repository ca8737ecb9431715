"""National figures of staff: midwives by ethnic group and grade, and the NHS Staff Survey by one characteristic at a time.

All numbers are invented; what a system's own trust says of its staff is in `workforce_extract`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from orchestration.sample.publish import Cell, write_csv, write_workbook

HEADCOUNT_HEADER = ("Time", "Ethnicity", "Ethnicity_type", "Staff_Group", "Role_Group", "Grade", "Value")
GROUPS = ("Asian", "Black", "Chinese", "Mixed", "Other", "White")
UNKNOWN = ("Unknown & Not Stated", "Discontinued Codes")
KNOWN_TOTAL, TOTAL = "All", "All - Including Unknown, Not Stated And Discontinued Codes"
# midwives of each group by grade, in the order of GROUPS and UNKNOWN
GRADES: dict[str, tuple[int, ...]] = {
    "Band 5": (120, 310, 9, 95, 41, 1902, 96, 0),
    "Band 6": (498, 1402, 41, 401, 118, 15102, 417, 2),
    "Band 7": (119, 431, 14, 93, 31, 4811, 88, 0),
    "Band 8a": (8, 24, 1, 6, 3, 301, 6, 0),
    "Band 8b": (1, 3, 0, 1, 1, 62, 1, 0),
}
# people who hold posts in two grades and are one person among all grades
IN_TWO_GRADES = (6, 19, 0, 4, 1, 204, 5, 0)
ROLE = ("Professionally Qualified Clinical Staff", "Midwives")
MONTHS = (dt.date(2024, 3, 1), dt.date(2025, 3, 1), dt.date(2026, 3, 1))
RECEIVED = dt.date(2026, 8, 20)

SURVEY_RECEIVED = dt.date(2026, 3, 13)
HARASSMENT = ("% Never", "% 1 to 2", "% 3 to 5", "% 6 to 10", "% More than 10")
BASE = "Base (number of responses)"
QUESTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "HEALTH WELLBEING SAFETY Q13-14": {
        "Q14a - In the last 12 months how many times have you personally experienced harassment, bullying or abuse at "
        "work from patients / service users, their relatives or other members of the public?": HARASSMENT,
        "Q14b - In the last 12 months how many times have you personally experienced harassment, bullying or abuse at "
        "work from managers?": HARASSMENT,
        "Q14c - In the last 12 months how many times have you personally experienced harassment, bullying or abuse at "
        "work from other colleagues?": HARASSMENT,
    },
    "HEALTH WELLBEING SAFETY Q15-17": {
        "Q15 - Does your organisation act fairly with regard to career progression / promotion, regardless of ethnic "
        "background, gender, religion, sexual orientation, disability or age?": (
            "% Yes",
            "% No",
            "% Don't know",
        ),
        "Q16b - In the last 12 months have you personally experienced discrimination at work from manager / team leader "
        "or other colleagues?": ("% Yes", "% No"),
    },
}
_WHITE = (
    "White - English / Welsh / Scottish / Northern Irish / British",
    "White - Any other White background",
)
_OTHERS = (
    "Asian/Asian British - Indian", "Asian/Asian British - Pakistani", "Black/African/Caribbean/Black British - African",
    "Black/African/Caribbean/Black British - Caribbean", "Other ethnic group - Arab",
)  # fmt: skip
# breakdown, group, responses, percentage that did not say never (or said yes) by question
ANSWERS: tuple[tuple[str, str, int, tuple[float, ...]], ...] = (
    ("", "", 741_000, (25.25, 9.5, 17.5, 55.75, 9.25)),
    ("Region", "Midlands", 131_000, (25.75, 9.75, 17.25, 55.5, 9.5)),
    *(("Ethnic background (detailed)", name, 18_000, (24.0, 9.0, 16.5, 58.5, 6.75)) for name in _WHITE),
    *(("Ethnic background (detailed)", name, 9_000, (29.0, 10.25, 20.75, 48.5, 15.5)) for name in _OTHERS),
    ("Ethnic background (summary)", "White staff", 530_000, (23.5, 9.0, 16.0, 58.75, 6.75)),
    ("Ethnic background (summary)", "Staff from all other ethnic groups combined", 200_000, (28.75, 10.25, 20.75, 49.5, 15.25)),
    ("Occupation group", "Registered Nurses & Midwives: Midwives", 13_000, (31.75, 14.5, 22.75, 53.75, 10.0)),
)  # fmt: skip


def write(directory: Path) -> None:
    """Write both files."""
    write_csv(
        directory / "workforce" / "nhs-workforce-data-march-2026.csv",
        HEADCOUNT_HEADER,
        _headcounts(),
        RECEIVED,
    )
    sheets: dict[str, list[list[Cell]]] = {
        "Notes": [[], ["NHS Staff Survey 2025 - Detailed Spreadsheets (synthetic)"]]
    }
    place = 0
    for sheet, questions in QUESTIONS.items():
        sheets[sheet] = list(_sheet(sheet, questions, place))
        place += len(questions)
    name = "NSS25 detailed spreadsheets national results.xlsx"
    write_workbook(directory / "staff_survey" / name, sheets, SURVEY_RECEIVED)


def _headcounts() -> Iterator[tuple[Cell, ...]]:
    """Rows as published: no row for a group of a grade in which nobody works."""
    for place, month in enumerate(MONTHS):
        # fewer in earlier years
        grades = {
            name: [n - n * (len(MONTHS) - 1 - place) // 40 for n in row] for name, row in GRADES.items()
        }
        people = [
            sum(column) - twice
            for column, twice in zip(zip(*grades.values(), strict=True), IN_TWO_GRADES, strict=True)
        ]
        for grade, counts in {"All Grades": people, **grades}.items():
            known = sum(counts[: len(GROUPS)])
            yield (month, KNOWN_TOTAL, "All", *ROLE, grade, known)
            yield (month, TOTAL, "All", *ROLE, grade, sum(counts))
            for group, count in zip((*GROUPS, *UNKNOWN), counts, strict=True):
                if count:
                    kind = "Unknown" if group in UNKNOWN else "ONS 6+1"
                    yield (month, group, kind, *ROLE, grade, count)


def _sheet(sheet: str, questions: dict[str, tuple[str, ...]], first: int) -> Iterator[list[Cell]]:
    """A sheet as published: question above its first column, the header in row 5, one row a group."""
    above: list[Cell] = [sheet, "", "", ""]
    header: list[Cell] = ["Base", "Breakdown", "Breakdown subgroup", "Weighting"]
    for question, answers in questions.items():
        above += [question, *[""] * len(answers)]
        header += [*answers, BASE]
    yield above
    yield []
    yield [
        "Note: In order to the preserve anonymity of individual staff, where there were fewer than 10 responses to a question results are not displayed"
    ]
    yield []
    yield header
    for breakdown, group, responses, counted in ANSWERS:
        weighting = "Organisation Size" + ("" if breakdown else " and Occupation Group")
        row: list[Cell] = ["National", breakdown, group, weighting]
        for place, answers in enumerate(questions.values(), start=first):
            share = counted[place]
            shares = [share, 100 - share] if len(answers) == 2 else _spread(share, answers)
            row += [*shares, responses]
        yield row


def _spread(share: float, answers: tuple[str, ...]) -> list[float]:
    """Percentages of every answer: of those who did not say never most once or twice; of the rest of Yes most no."""
    if answers == HARASSMENT:
        parts = [share * part for part in (0.625, 0.1875, 0.0625)]
        return [100 - share, *parts, share - sum(parts)]
    rest = 100 - share
    return [share, rest * 0.375, rest * 0.625]
