"""NHS Maternity Statistics from hospital records: the national workbook's stacked tables and the provider flat file.

England's counts are exact; below England they are rounded to 5 and 1 to 7 is an asterisk.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from orchestration.sample.counting import Publication, Tally, tally
from orchestration.sample.places import DECILE_CODES, ETHNIC_CODES
from orchestration.sample.publish import Cell, write_workbook
from orchestration.sample.truth import ATTRIBUTES, England, People, months_back

YEAR = "2025-26"
LAST_MONTH = dt.date(2026, 3, 1)
RECEIVED = dt.date(2026, 6, 18)
SOURCE = "Source: NHS England (synthetic)"

ETHNIC_GROUPS = ("Asian", "Black", "Chinese/Other", "White", "Mixed", "Not Stated", "Unknown")
_ETHNIC = {
    **dict.fromkeys("HJKL", 0), **dict.fromkeys("MNP", 1), **dict.fromkeys("RS", 2), **dict.fromkeys("ABC", 3),
    **dict.fromkeys("DEFG", 4), "Z": 5,
}  # fmt: skip
ETHNIC_PLACE = np.array([_ETHNIC.get(code, 6) for code in ETHNIC_CODES])
DECILES = ("1 - Most deprived", *map(str, range(2, 10)), "10 - Least deprived", "Unknown")
DECILE_PLACE = np.minimum(np.arange(len(DECILE_CODES)), 10)
AGES = ("15-19", "20-24", "25-29", "30-34", "35-39", "40-44", "45-49", "Unknown")
WEIGHTS = (
    "999g and under", "1000g to 1499g", "1500g to 1999g", "2000g to 2499g", "2500g to 2999g", "3000g to 3499g",
    "3500g to 3999g", "4000g to 4499g", "4500g to 4999g", "5000g or over",
)  # fmt: skip
METHODS = (
    "Total spontaneous", "Spontaneous vertex", "Spontaneous other", "Breech other", "Total instrumental ",
    "Forceps low", "Forceps other", "Ventouse", "Breech extraction", "Total caesarean", "Caesarean elective",
    "Caesarean emergency / other", "Other",
)  # fmt: skip
# columns that split one of the `Total` columns
DETAILS = (
    "Spontaneous vertex", "Spontaneous other", "Breech other", "Forceps low", "Forceps other", "Ventouse",
    "Breech extraction", "Caesarean elective", "Caesarean emergency / other",
)  # fmt: skip
COMPLICATIONS = {
    "O14": "Pre-eclampsia", "O15": "Eclampsia", "O24": "Diabetes mellitus in pregnancy",
    "O45": "Premature separation of placenta [abruptio placentae]", "O60": "Preterm labour and delivery",
    "O70": "Perineal laceration during delivery", "O72": "Postpartum haemorrhage", "O85": "Puerperal sepsis",
    "O88": "Obstetric embolism",
}  # fmt: skip
METHOD_ORDER = tuple(ATTRIBUTES["method"].shares)
ONSETS = {
    "Spontaneous": "26 Table C: Delivery onset Spontaneous",
    "Caesarean": "27 Table C: Delivery onset Caesarean",
    "MedicalInduction": "29 Table C: delivery onset MedicalInduction",
}
FLAT_METHODS = (
    ("32 Table D: Delivery method Caesarean", ("elective", "emergency")),
    ("33 Table D: Delivery method Instrumental", ("instrumental",)),
    ("34 Table D: Delivery method Spontaneous", ("spontaneous",)),
    ("35 Table D: Delivery method Elective caesarean", ("elective",)),
    ("36 Table D: Delivery method Emergency caesarean", ("emergency",)),
    ("44 Table D: Delivery method Other", ("other",)),
    ("45 Table D: Delivery method Unknown", ("missing",)),
)


@dataclass(frozen=True)
class Grouping:
    """Ethnic group or deprivation: how the tables name it and each woman's place in it."""

    sheet: str
    heading: str
    title: str
    number: int
    labels: tuple[str, ...]
    place: Callable[[People], np.ndarray]


GROUPINGS = (
    Grouping(
        "Deprivation",
        "IMD rank",
        "Level of deprivation",
        5,
        DECILES,
        lambda women: DECILE_PLACE[women.decile],
    ),
    Grouping(
        "Ethnicity",
        "Ethnic group",
        "Ethnic group",
        6,
        ETHNIC_GROUPS,
        lambda women: ETHNIC_PLACE[women.ethnic],
    ),
)


def write(directory: Path, publication: Publication, england: England) -> None:
    """Write both workbooks."""
    year = [england.people("birth", month) for month in months_back(LAST_MONTH, 12)]
    sheets: dict[str, Sequence[Sequence[Cell]]] = {
        "Title sheet": [["NHS Maternity Statistics, England (synthetic)"], [YEAR]]
    }
    for grouping in GROUPINGS:
        sheets[grouping.sheet] = list(_grouped_sheet(grouping, year))
    sheets["Delivery complications"] = list(_complications_sheet(year))
    folder = directory / "hes_maternity"
    write_workbook(folder / f"hosp-epis-stat-mat-hesnational-{YEAR}.xlsx", sheets, RECEIVED)
    flat = list(_flat_file(publication, year))
    write_workbook(folder / "hosp-epis-stat-mat-pla-2526.xlsx", {"MPDP Flat file (25-26)": flat}, RECEIVED)


def _crossed(
    grouping: Grouping,
    year: list[People],
    place: Callable[[People], np.ndarray],
    number: int,
    where: Callable[[People], np.ndarray] | None = None,
) -> np.ndarray:
    """[group, category] over the year."""
    counts = np.zeros((len(grouping.labels), number), dtype=np.int64)
    for women in year:
        key = grouping.place(women).astype(np.int64) * number + place(women)
        if where is not None:
            key = key[where(women)]
        counts += np.bincount(key, minlength=counts.size).reshape(counts.shape)
    return counts  # fmt: skip


def _grouped_sheet(grouping: Grouping, year: list[People]) -> Iterator[list[Cell]]:
    methods = _crossed(grouping, year, lambda women: women.drawn("method"), len(METHOD_ORDER))
    ages = _crossed(grouping, year, lambda women: women.drawn("age"), len(AGES))
    weights = _crossed(
        grouping, year, lambda women: women.drawn("birth_weight"), len(ATTRIBUTES["birth_weight"].shares),
        lambda women: women.has("twins", "no") & women.has("stillborn", "no"),
    )  # fmt: skip
    order = list(ATTRIBUTES["birth_weight"].shares)
    weights = weights[:, [*(order.index(label) for label in WEIGHTS), order.index("missing")]]
    yield []
    yield [grouping.title]
    yield ["Percentages are derived from the total excluding unknown"]
    yield []
    yield from _table(
        grouping, "a", "method of delivery", "Method of delivery", "Total deliveries", METHODS,
        _method_columns(methods), methods[:, METHOD_ORDER.index("missing")],
    )  # fmt: skip
    yield from _table(
        grouping,
        "b",
        "age of mother",
        "Age of mother",
        "Total deliveries",
        AGES[:-1],
        ages[:, :-1],
        ages[:, -1],
    )
    if grouping.sheet == "Ethnicity":
        yield from _table(
            grouping, "c", "birth weight for live born singletons", "Birth weight", "Total singleton deliveries",
            WEIGHTS, weights[:, :-1], weights[:, -1],
        )  # fmt: skip


def _method_columns(counts: np.ndarray) -> np.ndarray:
    """The detailed methods, each a fixed part of the method it belongs to."""
    by = {name: counts[:, place] for place, name in enumerate(METHOD_ORDER)}
    other_spontaneous = by["spontaneous"] // 150
    breech = by["spontaneous"] // 180
    low, other_forceps = by["instrumental"] // 3, by["instrumental"] // 4
    breech_extraction = by["instrumental"] // 600
    columns = [
        by["spontaneous"], by["spontaneous"] - other_spontaneous - breech, other_spontaneous, breech,
        by["instrumental"], low, other_forceps, by["instrumental"] - low - other_forceps - breech_extraction,
        breech_extraction, by["elective"] + by["emergency"], by["elective"], by["emergency"], by["other"],
    ]  # fmt: skip
    return np.stack(columns, axis=1)


def _table(
    grouping: Grouping,
    letter: str,
    topic: str,
    band: str,
    total: str,
    columns: tuple[str, ...],
    counts: np.ndarray,
    unknown: np.ndarray,
) -> Iterator[list[Cell]]:
    """One stacked table: counts, then the same as percentages."""
    parts = [place for place, name in enumerate(columns) if name not in DETAILS]
    known = counts[:, parts].sum(axis=1)
    labelled = [
        ("Total", counts.sum(axis=0), int(known.sum()), int(unknown.sum())),
        *(
            (label, counts[place], int(known[place]), int(unknown[place]))
            for place, label in enumerate(grouping.labels)
        ),
    ]
    header: list[Cell] = [grouping.heading, total, "Unknown", "Total excl. unknown", *columns]
    yield [f"Table {grouping.number}.{letter}: {grouping.title} by {topic}"]
    yield [f"NHS Hospitals, England, {YEAR}"]
    for share in (False, True):
        yield []
        yield ["", "", band]
        yield header
        for label, values, sure, unsure in labelled:
            cells: list[Cell] = [label, sure + unsure]
            cells.append(unsure / (sure + unsure) if share else unsure)
            cells.append(sure)
            cells += [value / sure if share else value for value in values.tolist()]
            yield cells
        yield [SOURCE]
    yield []


def _complications_sheet(year: list[People]) -> Iterator[list[Cell]]:
    yield []
    yield ["Delivery complications"]
    yield []
    for letter, grouping in zip("eg", reversed(GROUPINGS), strict=True):
        labels = [
            label.replace("Chinese/Other", "Chinese / Other").replace("Not Stated", "Not stated")
            for label in grouping.labels[:-1]
        ]
        if grouping.sheet == "Deprivation":
            labels = [label.replace("deprived", "Deprived") for label in labels]
        by = "ethnic group" if grouping.sheet == "Ethnicity" else "level of deprivation"
        yield [f"Table 7.{letter}: Delivery complications recorded by {by}"]
        yield [f"NHS Hospitals, England, {YEAR}"]
        yield []
        yield ["", "", "", "", by.capitalize()]
        yield [
            "Complication (ICD-10 code)", "Complication description (ICD-10)", "Total", "Percentage", "Unknown",
            "Total excl. unknown", *labels,
        ]  # fmt: skip
        everyone = _crossed(grouping, year, lambda women: np.zeros(len(women), dtype=np.int64), 1)[:, 0]
        yield _complication_row("All Deliveries", "Total delivery episodes (England)", everyone, everyone)
        for code, name in COMPLICATIONS.items():
            counts = _crossed(grouping, year, lambda women, code=code: women.drawn(code).astype(np.int64), 2)[
                :, 0
            ]
            yield _complication_row(code, name, counts, everyone)
        yield [SOURCE]
        yield []


def _complication_row(code: str, name: str, counts: np.ndarray, everyone: np.ndarray) -> list[Cell]:
    total, unknown = int(counts.sum()), int(counts[-1])
    return [code, name, total, total / int(everyone.sum()), unknown, total - unknown, *counts[:-1].tolist()]


def _flat_file(publication: Publication, year: list[People]) -> Iterator[list[Cell]]:
    """Row of column numbers, row of long names, then one row an organisation."""
    columns: list[tuple[str, Tally]] = []
    onsets = _sum(year, _onset, len(ONSETS))
    methods = _sum(year, lambda women: women.drawn("method"), len(METHOD_ORDER))
    for place, name in enumerate(ONSETS.values()):
        columns.append((name, _columns_of(onsets, [place])))
    for name, parts in FLAT_METHODS:
        columns.append((name, _columns_of(methods, [METHOD_ORDER.index(part) for part in parts])))
    known = [place for place, part in enumerate(METHOD_ORDER) if part != "missing"]
    columns.append(("ALL Episodes", _columns_of(methods, list(range(len(METHOD_ORDER))))))
    columns.append(("Table D: Known", _columns_of(methods, known)))
    yield list(range(1, len(columns) + 3))
    yield [f"NHS Maternity Statistics, {YEAR}", "", *(name for name, _ in columns)]
    for name in ("National", "NHS England (Region)", "Provider"):
        level = publication.level(name)
        values = [level.counts(counts)[:, 0].tolist() for _, counts in columns]
        for place, org in enumerate(level.organisations):
            own = [column[place] for column in values]
            if name == "National":
                yield ["All", "England", *own]
            else:
                yield [org.code, org.name, *map(_suppressed, own)]


def _onset(women: People) -> np.ndarray:
    return np.where(women.has("induced", "yes"), 2, np.where(women.has("method", "elective"), 1, 0))


def _sum(year: list[People], place: Callable[[People], np.ndarray], number: int) -> Tally:
    counts = [tally(women, place(women), number) for women in year]
    return Tally(sum(month.once for month in counts), sum(month.reported for month in counts))  # type: ignore[arg-type]


def _columns_of(counts: Tally, places: list[int]) -> Tally:
    return Tally(
        counts.once[:, places].sum(axis=1, keepdims=True),
        counts.reported[:, places].sum(axis=1, keepdims=True),
    )


def _suppressed(count: int) -> Cell:
    if 0 < count <= 7:
        return "*"
    return (count + 2) // 5 * 5
