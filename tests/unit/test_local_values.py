"""What becomes of a supplier's values: dates, units, codes, ages, words."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from orchestration.ingest.declarations import Table, read_declarations
from orchestration.ingest.known_codes import as_code
from orchestration.ingest.local_values import Converter, in_unit, read_date, table_of
from orchestration.ingest.mappings import Mapping, local_tables
from orchestration.ingest.privacy import PostcodeLookup, Pseudonyms
from tests.local_files import KEY, nhs_number


@cache
def tables() -> dict[str, Table]:
    return local_tables(read_declarations())


def converted(
    dataset: str, fields: dict[str, list[str | None]], **mapping: Any
) -> tuple[list[dict[str, Any]], Converter]:
    """Rows of the raw table, and the converter with what it noted."""
    given = (
        Mapping(supplier="RWE", supplier_name="Leicester", lmns="QK1", dataset=dataset, **mapping)
        if mapping
        else None
    )
    constants = {"supplier_code": "RWE", "supplier_name": "Leicester", "lmns_code": "QK1"}
    lookup = PostcodeLookup.of(["LE1 1AA"], ["E01000001"])
    converter = Converter(
        tables()[dataset], given, constants, Pseudonyms(KEY.encode()), lookup, "example.csv"
    )
    rows = len(next(iter(fields.values())))
    piece = converter.convert(fields, list(range(2, 2 + rows)))
    return table_of([piece], [column.name for column in tables()[dataset].columns]).to_pylist(), converter


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("2025-03-31", None, "2025-03-31"), ("31/03/2025", None, "2025-03-31"), ("45747", None, "2025-03-31"),
        ("2025-03-31 00:00:00", None, "2025-03-31"), ("31/03/2025 14:05", None, "2025-03-31"),
        ("03/31/2025", None, None), ("03/31/2025", "mm/dd/yyyy", "2025-03-31"), ("31/03/2025", "mm/dd/yyyy", None),
        ("20250331", "yyyymmdd", "2025-03-31"), ("31-Mar-25", "%d-%b-%y", "2025-03-31"), ("31/02/2025", None, None),
        ("2025-03-31", "dd/mm/yyyy", "2025-03-31"), ("soon", None, None),
    ],
)  # fmt: skip
def test_dates_are_read_in_the_order_that_is_said(text: str, form: str | None, expected: str | None) -> None:
    date = read_date(text, form)
    assert (date.isoformat() if date else None) == expected


@pytest.mark.parametrize(
    ("text", "unit", "target", "expected"),
    [
        ("39+4", "weeks+days", "days", "277"), ("39w4d", None, "days", "277"), ("39 weeks 4 days", None, "days", "277"),
        ("39", "weeks", "days", "273"), ("277", None, "days", "277"), ("39+7", "weeks+days", "days", "39+7"),
        ("3.25", "kg", "g", "3250"), ("3.2505", "kg", "g", "3250"), ("0.5", "l", "ml", "500"), ("heavy", "kg", "g", "heavy"),
    ],
)  # fmt: skip
def test_units_become_those_of_the_contract(text: str, unit: str | None, target: str, expected: str) -> None:
    assert in_unit(text, unit, target) == expected


def test_codes_are_found_in_any_case_and_without_their_zeros() -> None:
    assert as_code("a", ["A", "Z"]) == "A"
    assert as_code("1", ["01", "02"]) == "01"
    assert as_code("01", ["1", "2"]) == "1"
    assert as_code("1", ["A"]) is None


def test_a_word_that_is_no_code_is_held_as_invalid_and_never_stored() -> None:
    rows, converter = converted(
        "maternity_booking",
        {
            "pregnancy_id": ["1", "2", "3"],
            "booking_date": ["2025-03-01"] * 3,
            "ethnic_category": ["Smith", None, "99"],
        },
    )
    assert [row["ethnic_category"] for row in rows] == ["invalid", None, "99"]
    assert converter.notes.not_understood == {"ethnic_category": (1, [2])}


def test_an_unreadable_date_or_number_puts_the_row_aside_without_its_value() -> None:
    rows, converter = converted(
        "maternity_booking",
        {
            "pregnancy_id": ["1", "2", "3"],
            "booking_date": ["2025-03-01", "Jane Smith", "2025-03-01"],
            "previous_live_births": ["1", "0", "-1"],
        },
    )
    assert [row["_row_number"] for row in rows] == [2]
    assert [(row.row_number, row.column, row.rule) for row in converter.rejected] == [
        (3, "booking_date", "impossible date"), (4, "previous_live_births", "not a number"),
    ]  # fmt: skip
    assert not any("Smith" in row.reason or row.raw_text for row in converter.rejected)


def test_birth_dates_become_ages_and_months_and_postcodes_small_areas() -> None:
    rows, _ = converted(
        "maternity_birth",
        {
            "baby_id": ["1", "2", "3"],
            "baby_birth_date": ["14/06/2025", "13/06/2025", "2025-06-01"],
            "mother_birth_date": ["14/06/1994", "14/06/1994", "01/01/2030"],
            "mother_postcode": ["LE1 1AA", "ZZ1 1ZZ", "somewhere"],
        },
    )
    assert [row["mother_age_at_birth"] for row in rows] == ["31", "30", None]
    assert {row["birth_month"] for row in rows} == {"2025-06-01"}
    assert [(row["lsoa_code"], row["lsoa_vintage"], row["lsoa_status"]) for row in rows] == [
        ("E01000001", "2021", "found"), (None, None, "not_found"), ("invalid", None, "invalid"),
    ]  # fmt: skip


def test_the_age_of_a_baby_is_in_days() -> None:
    rows, _ = converted(
        "neonatal_admission",
        {"admission_id": ["1"], "baby_birth_date": ["28/02/2025"], "admission_date": ["02/03/2025"]},
    )
    assert rows[0]["age_at_admission_days"] == "2"
    assert (rows[0]["birth_month"], rows[0]["admission_month"]) == ("2025-02-01", "2025-03-01")


def test_a_mapping_gives_the_codes_of_the_contract() -> None:
    rows, _ = converted(
        "maternity_birth",
        {"baby_id": ["1", "2"], "birth_month": ["2025-03", "Mar-25"], "first_feed": ["EBM ", "formula"]},
        values={"first_feed": {"EBM": "01", "Formula": "03"}},
    )
    assert [(row["first_feed"], row["birth_month"]) for row in rows] == [
        ("01", "2025-03-01"),
        ("03", "2025-03-01"),
    ]


def test_a_row_with_a_bad_nhs_number_stays_and_cannot_be_linked() -> None:
    rows, converter = converted(
        "perinatal_mental_health",
        {
            "referral_id": ["1", "2"],
            "referral_date": ["2025-03-01"] * 2,
            "mother_nhs_number": [nhs_number(1), "9990000001"],
        },
    )
    assert [row["mother_number_status"] for row in rows] == ["valid", "invalid"]
    assert rows[1]["mother_pseudonym"] is None and converter.notes.invalid_numbers == [3]


def voice(statement: str, consent: str | None, cleared: str | None) -> dict[str, list[str | None]]:
    return {
        "voice_id": ["1"], "period_start": ["2025-01-01"], "period_end": ["2025-01-31"], "theme_code": ["staff"],
        "dimension": ["all"], "group_code": ["ALL"], "statement": [statement], "consent_to_publish": [consent],
        "cleared_by_role": [cleared],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("consent", "cleared", "stored"),
    [
        ("Y", "mnvp_chair", True),
        ("N", "mnvp_chair", False),
        ("Y", None, False),
        (None, None, False),
        ("Y", "Jo", False),
    ],
)
def test_words_are_stored_with_consent_and_clearance_only(
    consent: str | None, cleared: str | None, stored: bool
) -> None:
    rows, converter = converted("voice", voice("Nobody listened", consent, cleared))
    assert rows[0]["statement"] == ("Nobody listened" if stored else None)
    assert converter.notes.texts_withheld == (0 if stored else 1)


def test_a_statement_with_an_identifier_is_put_aside_even_with_consent() -> None:
    rows, converter = converted("voice", voice("Dr Patel saw me on 03/03/2025", "Y", "mnvp_chair"))
    assert not rows and converter.rejected[0].rule == "identifier in words"
    assert "Patel" not in converter.rejected[0].reason


def test_a_required_code_outside_its_list_puts_the_row_aside() -> None:
    rows, converter = converted("voice", voice("", None, None) | {"dimension": ["star sign"]})
    assert not rows and converter.rejected[0].rule == "not in the list"


def test_a_printed_ratio_is_refused_without_its_counts_and_kept_beside_them() -> None:
    rows, converter = converted(
        "workforce",
        {
            "organisation_code": ["RWE"] * 4,
            "ethnic_group": ["BME"] * 4,
            "measure": ["appointed"] * 4,
            "numerator": ["44", None, "44", "[c]"],
            "denominator": ["371", None, None, "371"],
            "printed_value": ["0.66", "17.16%", "1.54", "1.6"],
        },
    )
    assert [row["printed_value"] for row in rows] == ["0.66", "1.6"]
    assert [(row.row_number, row.column, row.rule) for row in converter.rejected] == [
        (3, "printed_value", "printed without counts"), (4, "printed_value", "printed without counts")
    ]  # fmt: skip
    first, second = (row.reason for row in converter.rejected)
    assert first.startswith("example.csv row 3, column printed_value: ") and "without numerator" in first
    assert "without denominator" in second and "fill in numerator and denominator" in second
    assert not any("17.16" in row.reason or row.raw_text for row in converter.rejected)


def test_a_printed_ratio_in_a_file_with_no_counts_at_all_is_refused() -> None:
    rows, converter = converted(
        "workforce", {"organisation_code": ["RWE"], "measure": ["appointed"], "printed_value": ["1.59"]}
    )
    assert rows == [] and len(converter.rejected) == 1
