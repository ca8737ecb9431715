"""A drafted mapping proposes what is certain, asks about the rest, and shows no word that could be about a person."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from orchestration.check_file import check_file
from orchestration.ingest.declarations import Column, read_declarations
from orchestration.ingest.draft import draft_mapping, folded, known_words, match
from orchestration.ingest.mappings import MappingError, local_tables, read_mapping
from orchestration.settings import Settings
from tests.local_files import csv_text

TABLES = local_tables(read_declarations())
COLUMNS = {
    f"{dataset}.{column.name}": column for dataset, table in TABLES.items() for column in table.columns
}


@pytest.mark.parametrize(
    ("field", "word", "code"),
    [
        ("maternity_booking.smoking_status_booking", "Smoker", "1"),
        ("maternity_booking.smoking_status_booking", "Non smoker", "3"),
        ("maternity_booking.smoking_status_booking", "Never", "4"),
        ("maternity_booking.smoking_status_booking", "ex-smoker", "2"),
        ("maternity_booking.smoking_status_booking", "Yes", None),
        ("maternity_birth.first_feed", "Breast milk", None),
        ("maternity_birth.first_feed", "Mother\u2019s breast milk", "01"),
        ("maternity_birth.first_feed", "Mother's breast milk", "01"),
        ("maternity_birth.pregnancy_outcome", "Still birth", "04"),
        ("maternity_birth.pregnancy_outcome", "Stillbirth", "04"),
        ("maternity_birth.pregnancy_outcome", "Live birth", "01"),
        ("maternity_birth.delivery_method", "Elective caesarean", "7"),
        ("maternity_birth.delivery_method", "Emergency caesarean", "8"),
        ("maternity_birth.delivery_method", "Caesarean", None),
        ("maternity_birth.perineal_tear", "4th degree", "4"),
        ("maternity_birth.perineal_tear", "3rd Degree tear", "3"),
        ("maternity_booking.interpreter_needed", "Not needed", "N"),
        ("maternity_booking.ethnic_category", "White", None),
        ("maternity_booking.ethnic_category", "Black British", None),
        ("maternity_booking.ethnic_category", "Other Asian", "L"),
        ("maternity_booking.ethnic_category", "British", "A"),
        ("maternity_booking.ethnic_category", "A - White British", "A"),
        ("maternity_booking.ethnic_category", "B - White British", None),
        ("maternity_booking.ethnic_category", "Asian or Asian British - Indian", "H"),
        ("maternity_booking.ethnic_category", "Declined", "Z"),
        ("maternity_booking.ethnic_category", "Not stated", "Z"),
    ],
)  # fmt: skip
def test_a_word_has_a_code_by_equality_alone(field: str, word: str, code: str | None) -> None:
    assert known_words(COLUMNS[field]).get(folded(word)) == code


@pytest.mark.parametrize(
    "column", [c for c in COLUMNS.values() if c.synonyms], ids=lambda column: column.name
)
def test_no_word_stands_for_two_codes(column: Column) -> None:
    assert set(column.synonyms) <= set(column.codes)
    words = [
        folded(word)
        for code, meaning in column.codes.items()
        for word in (meaning, *column.synonyms.get(code, ()))
    ]
    assert sorted(words) == sorted(set(words)) and "" not in words


def drafted(header: str, *rows: str, name: str = "st_elsewhere_202503.csv") -> tuple[str, dict]:
    """The draft of a file, as text and as it is read."""
    headers = header.split(",")
    cells = [row.split(",") for row in rows]
    columns = {text: [row[place] for row in cells] for place, text in enumerate(headers)}
    draft = draft_mapping(headers, columns, TABLES, name, 2)
    assert draft is not None
    return draft.text, yaml.safe_load(draft.text)


BOOKING = "Preg ref,NHS Number,Date of booking"


def test_a_word_that_nobody_knows_is_asked_about_and_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "misaligned.csv"
    row = "P1,4859000016,2026-03-02,1990-01-01,Zzebed Smith,4859000016,LE1 1AA"
    path.write_text(
        csv_text(
            f"{BOOKING},DOB,Ethnicity,Smoker,Interpreter required",
            row,
            row,
            "P2,,2026-03-02,,British,Smoker,No",
        )
    )
    settings = Settings(input_dir=tmp_path / "in", output_dir=tmp_path / "out")
    report = check_file(path, settings)
    assert report.draft is not None
    said = "\n".join(report.lines) + report.draft
    assert not any(planted in said for planted in ("4859000016", "Zzebed", "LE1", "1990"))
    assert "another word (rows 2, 3), not shown here" in said and "British: A" in said
    mapping = tmp_path / "RWE" / "draft.yaml"
    mapping.parent.mkdir()
    mapping.write_text(report.draft.replace("lmns: FILL_IN", "lmns: QK1").replace("FILL_IN", "RWE"))
    with pytest.raises(
        MappingError,
        match="values: ethnic_category, interpreter_needed, smoking_status_booking still hold '\\?'",
    ):
        read_mapping(mapping, TABLES)


def test_a_code_that_is_not_in_the_list_is_refused(tmp_path: Path) -> None:
    text, _ = drafted(f"{BOOKING},Smoker", "P1,,2025-03-01,Smoker", "P2,,2025-03-01,Vapes")
    path = tmp_path / "draft.yaml"
    path.write_text(
        text.replace("lmns: FILL_IN", "lmns: QK1").replace("FILL_IN", "RWE").replace("'?': '?'", "Vapes: '7'")
    )
    with pytest.raises(MappingError, match="values: smoking_status_booking: 7 is none of 1, 2, 3, 4, Z, 9"):
        read_mapping(path, TABLES)


def test_many_words_are_counted_and_the_known_ones_proposed() -> None:
    rows = [f"P{n},,2025-03-01,Word {n}" for n in range(45)] + ["P99,,2025-03-01,Indian"]
    text, read = drafted(f"{BOOKING},Ethnicity", *rows)
    assert read["values"] == {"ethnic_category": {"Indian": "H", "?": "?"}}
    assert "45 other words (rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 …)" in text and "wrong column" in text
    assert "Word" not in text


BIRTH = "Baby ref,Date of Birth (baby),Mum DOB"


@pytest.mark.parametrize(
    ("header", "values", "unit"),
    [
        ("Gestation (weeks)", ["39", "40"], "weeks"), ("Gestation (weeks)", ["39", "39+4"], "weeks"),
        ("Gestation", ["39+4", "40+0"], "weeks+days"), ("Gestation", ["39", "41"], "weeks"),
        ("Gestation", ["277", "245"], None), ("Gestation (days)", ["39", "41"], None),
        ("Weight kg", ["3.4", "2"], "kg"), ("Birth weight", ["3.45", "2.9"], "kg"), ("Birth weight", ["3450", "2900"], None),
        ("Blood loss (litres)", ["0.3", "1.6"], "l"), ("EBL", ["0.3", "1.6"], "l"), ("EBL", ["300", "1600"], None),
    ],
)  # fmt: skip
def test_units_are_proposed_by_heading_and_values(header: str, values: list[str], unit: str | None) -> None:
    _, read = drafted(f"{BIRTH},{header}", *(f"B{n},31/03/2026,02/02/1990,{v}" for n, v in enumerate(values)))
    assert list(read.get("units", {}).values()) == ([unit] if unit else [])


def test_days_of_stay_are_days_however_few() -> None:
    header = "Admission number,Date of admission,Length of stay days,Sex"
    _, read = drafted(header, "A1,2025-03-01,3,M", "A2,2025-03-02,12,F")
    assert "units" not in read and read["values"] == {"sex": {"F": "2", "M": "1"}}


def test_headings_are_mapped_to_their_own_field() -> None:
    found = {
        field: header
        for field, (header, _) in match(
            ["Mum DOB", "lmns_code", "Preg ref"], TABLES["maternity_booking"]
        ).items()
    }
    assert found == {"mother_birth_date": "Mum DOB", "lmns_code": "lmns_code", "pregnancy_id": "Preg ref"}


@pytest.mark.parametrize(
    ("name", "fits", "other"),
    [
        ("uhl_bookings_202503.csv", ["uhl_bookings_202504.csv", "uhl_bookings_202503_v2.csv"], "uhl_births_202503.csv"),
        ("St Elsewhere (new).xlsx", ["St Elsewhere (new).xlsx"], "St Elsewhere (new) RXX.xlsx"),
    ],
)  # fmt: skip
def test_the_draft_says_which_files_are_meant(name: str, fits: list[str], other: str) -> None:
    _, read = drafted(f"{BOOKING},Smoker", "P1,,2025-03-01,Smoker", name=name)
    assert all(re.search(read["file_name"], one) for one in [name, *fits])
    assert not re.search(read["file_name"], other)
