"""Odd workbook sheets: stacked tables, merged headings, flags in a column of their own."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter

from orchestration.ingest.declarations import Column, FileRules, Publication, Table
from orchestration.ingest.readers import READERS, RefusedFile, SourceFile

ONS_LABELS = "^(year|code|imd|ethnic|gestation)"


def workbook(**sheets: list[list[Any]]) -> SourceFile:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name.replace("_", " "))
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return SourceFile(Path("book.xlsx"), "book.xlsx", buffer.getvalue(), "hash")


def table(sheet: str, **options: Any) -> Table:
    return Table(
        name="source__table",
        source_id="source",
        description="",
        file=FileRules(reader="cells", sheet=sheet, options=options),
        columns=[Column(name="value", description="")],
        publication=Publication(publisher="", publication="", licence="", cadence_days=365),
    )


def read(file: SourceFile, declared: Table) -> pd.DataFrame:
    return READERS["cells"].read(file, declared).frame


HOSPITAL = table(
    "^Ethnicity$",
    header="^Ethnic group",
    title=r"^Table \d",
    title_rows=2,
    only="ethnic group",
    label_columns="^ethnic group",
    bands=1,
)


def hospital_file() -> SourceFile:
    return workbook(
        Ethnicity=[
            ["Table 6.a: Ethnic group by method"],
            ["NHS Hospitals, England, 2024-25"],
            ["", "", "Method", ""],
            ["Ethnic group", "Total  deliveries", "Caesarean", "Other"],
            ["Chinese/Other", 10, 4, 6],
            ["Source: NHS England"],
            ["", "", "Method", ""],
            ["Ethnic group", "Total deliveries", "Caesarean", "Other"],
            ["Chinese/Other", 10, 0.4, 0.6],
            ["Source: NHS England"],
            ["Table 6.b: Mothers by something else"],
            ["NHS Hospitals, England, 2024-25"],
            ["Ethnic group", "Total deliveries", "", ""],
            ["White", 1, "", ""],
        ]
    )


def test_stacked_tables_keep_their_title_their_part_and_their_band() -> None:
    cells = read(hospital_file(), HOSPITAL)
    assert set(cells["table_title"]) == {"Table 6.a: Ethnic group by method"}
    assert set(cells["table_subtitle"]) == {"NHS Hospitals, England, 2024-25"}
    counts = cells[cells["table_part"] == "1"]
    assert counts[["row_label_1", "band", "column_label", "value"]].values.tolist() == [
        ["Chinese/Other", None, "Total deliveries", "10"],
        ["Chinese/Other", "Method", "Caesarean", "4"],
        ["Chinese/Other", "Method", "Other", "6"],
    ]
    shares = cells[cells["table_part"] == "2"]
    assert shares["value"].tolist() == ["10", "0.4", "0.6"]
    assert set(shares["_row_number"]) == {9}


def test_a_workbook_without_such_a_table_is_not_recognised() -> None:
    elsewhere = workbook(Ethnicity=[["Table 1: Something"], [""], ["Area", "Births"], ["A", 1]])
    assert not READERS["cells"].recognise(elsewhere, HOSPITAL).fits
    with pytest.raises(RefusedFile, match="no sheet named like"):
        read(elsewhere, HOSPITAL)


OLD = table(
    r"^Table \d+$",
    header="^(Year|IMD Decile)$",
    title=r"^Table \d",
    title_rows=2,
    label_columns=ONS_LABELS,
    bands_in_header=True,
    header_rows=2,
    flags=True,
)


def test_a_flag_in_a_nameless_column_stays_beside_its_value_even_where_the_value_is_blank() -> None:
    file = workbook(
        Table_2=[
            ["Table 2: Stillbirths1"],
            ["England and Wales"],
            ["Year", "Code", "Number", "", "Rates2,3", "", "", ""],
            ["", "", "Total", "Asian", "Total", "", "Asian", ""],
            [2019, "E12000001", 96, 2, 3.7, "", "", "u"],
            [2018, "E12000001", 90, 9, 3.6, "", 5.3, "u"],
            ["Unlinked deaths1", "", 3, 0, "z", "", "z", ""],
            ["Source: Office for National Statistics", "", "Released: 26 May 2021"],
        ]
    )
    cells = read(file, OLD)
    rates = cells[cells["band"] == "Rates2,3"]
    assert rates[["row_label_1", "column_label", "value", "flag"]].values.tolist() == [
        ["2019", "Total", "3.7", None],
        ["2019", "Asian", None, "u"],
        ["2018", "Total", "3.6", None],
        ["2018", "Asian", "5.3", "u"],
        ["Unlinked deaths1", "Total", "z", None],
        ["Unlinked deaths1", "Asian", "z", None],
    ]
    assert cells[cells["band"] == "Number"]["flag"].isna().all()
    assert set(cells["label_header_2"]) == {"Code"}


def test_a_header_of_one_row_is_not_taken_for_two() -> None:
    file = workbook(
        Table_6=[
            ["Table 6: Live births"],
            ["England and Wales"],
            ["Year", "Gestational age", "Total"],
            [2019, "All", 7],
        ]
    )
    cells = read(file, OLD)
    assert cells[["row_label_1", "row_label_2", "column_label", "value"]].values.tolist() == [
        ["2019", "All", "Total", "7"]
    ]


def test_a_merged_heading_that_begins_a_column_late_covers_the_first_one() -> None:
    file = workbook(
        Table_13=[
            ["Table 13: Infant deaths"],
            ["England"],
            ["Year", "IMD4,5", "", "Infant deaths", "Rate", ""],
            ["", "", "All", "Asian", "All", ""],
            [2019, 1, 444, 110, 5.4, ""],
        ]
    )
    cells = read(file, OLD)
    assert cells[["band", "column_label", "value"]].values.tolist() == [
        ["Infant deaths", "All", "444"],
        ["Infant deaths", "Asian", "110"],
        ["Rate", "All", "5.4"],
    ]


def test_a_flag_in_a_named_column_is_read_beside_its_value() -> None:
    declared = table(
        r"^\d+$",
        header="^Country code$",
        title=r"^Table \d",
        label_columns="^(country|ethnic)",
        flag_header=".*unreliable indicator",
    )
    file = workbook(
        **{
            "18": [
                ["Table 18: Stillbirths [note 3]"],
                ["Source: Office for National Statistics"],
                ["Country code", "Ethnic group", "Births", "Rate", "Rate unreliable indicator "],
                ["K04000001, J99000001", "Mixed/ multiple", "[z] ", "[x]", "[u]"],
                ["E92000001", "Indian", 20, 4.2, "\u00a0"],
            ]
        }
    )
    cells = read(file, declared)
    assert cells[["row_label_1", "column_label", "value", "flag"]].values.tolist() == [
        ["K04000001, J99000001", "Births", "[z]", None],
        ["K04000001, J99000001", "Rate", "[x]", "[u]"],
        ["E92000001", "Births", "20", None],
        ["E92000001", "Rate", "4.2", None],
    ]
