"""Yearly files with every drift and damage seen in real ones: header names, byte order marks, line ends, encodings,
labels spelt three ways, deciles without their zero, levels left out, labels and codes that nobody knows."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from tests.pipeline.warehouse import build_warehouse, query

pytestmark = pytest.mark.pipeline

HEADER = "Period,Dimension,Org_Level,Org_Code,Org_Name,Measure,Count_Of,Value"
MISSING = "Missing Value / Value outside reporting parameters"


def lines(period: str, organisations: list[tuple[str, str, str]], deciles: list[str]) -> list[str]:
    """Rows of a small yearly file: everybody, two ethnic groups, a missing one, deciles and a risk."""
    rows = []
    for level, code, name in organisations:
        start = f"{period},{{}},{level},{code},{name}"
        rows += [
            f"{start.format('TotalDeliveries')},,Deliveries,120",
            f"{start.format('EthnicCategoryMotherGroup')},White,Deliveries,90",
            f"{start.format('EthnicCategoryMotherGroup')},Black or Black British,Deliveries,25",
            f"{start.format('EthnicCategoryMotherGroup')},Missing value/Value outside reporting parameters,Deliveries,5",
            *[f"{start.format('DeprivationDecileAtBooking')},{decile},Deliveries,5" for decile in deciles],
            f"{start.format('SmokingAtBooking')},Smoker,Deliveries,10",
            f"{start.format('SmokingAtBooking')},Non-Smoker / Ex-Smoker,Deliveries,100",
            f"{start.format('SmokingAtBooking')},Missing Value/Value outside reporting parameters,Deliveries,10",
        ]
    return rows


ENGLAND = ("National", "National", "ALL SUBMITTERS")
LONDON = ("NHS England (Region)", "Y56", "LONDON COMMISSIONING REGION")
TRUST = ("Provider", "RWE", "UNIVERSITY HOSPITALS OF LEICESTER NHS TRUST")
DECILES = ["01 - Most deprived", "2", "9", "10 - Least deprived"]


def write_workbook(path: Path, rows: list[str]) -> None:
    """The same rows as a spreadsheet program saves them: figures are numbers, and so are deciles."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("data")
        for number, row in enumerate([HEADER, *rows]):
            for position, text in enumerate(row.split(",")):
                if text.isdigit():
                    sheet.write_number(number, position, int(text))
                elif text:
                    sheet.write_string(number, position, text)


@pytest.fixture(scope="module")
def yearly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("yearly")
    inbox = root / "inbox"
    inbox.mkdir()
    stem = "hosp-epis-stat-mat-msdscsv"

    def save(name: str, rows: list[str], head: str, ending: str = "\n", encoding: str = "utf-8") -> None:
        (inbox / name).write_bytes((ending.join([head, *rows]) + ending).encode(encoding))

    older = [
        "2019-20,TOTAL DELIVERIES,ALL SUBMITTERS,ALL,ALL SUBMITTERS,,deliveries,1000",
        "2019-20,FOLICACIDSTATUSGROUPBOOKING,PROVIDER,RJ7,St George\u2019s,Before Pregnancy,deliveries,30",
        "2019-20,FOLICACIDSTATUSGROUPBOOKING,PROVIDER,RJ7,St George\u2019s,Start Of Pregnancy,deliveries,60",
        "2019-20,FOLICACIDSTATUSGROUPBOOKING,PROVIDER,RJ7,St George\u2019s,Not Taking Supplement,deliveries,10",
    ]
    save(
        f"{stem}-2019-20.csv",
        older,
        "period,dimension,org_level,org_code,org_name,measure1,count_of,value",
        "\r\n",
        "cp1252",
    )
    full = lines("2020-21", [ENGLAND, LONDON, TRUST], DECILES)
    save(f"{stem}-2020-21.csv", full, HEADER, "\n", "utf-8-sig")
    write_workbook(inbox / f"{stem}-2020-21.xlsx", full)
    unknown = lines("2021-22", [ENGLAND, TRUST, ("Provider", "XX9", "A TRUST OF NO REGISTER")], ["02"])
    save(
        f"{stem}-2021-22.csv",
        [row.replace("Black or Black British", "Black British") for row in unknown],
        HEADER,
    )
    save(f"{stem}-2024-25.csv", lines("2024-25", [ENGLAND], ["02"]), HEADER)
    return build_warehouse(inbox, root / "output")


def observed(warehouse: Path, condition: str) -> pd.DataFrame:
    return query(
        warehouse,
        "select concept, part, organisation_level, organisation_code, group_code, native_group, value, value_low, "
        f"value_high from harmonised.fct_observation where source_id = 'msds_annual' and {condition} "
        "order by concept, part, organisation_code, group_code",
    )


def test_every_file_is_read_however_it_was_written(yearly: Path) -> None:
    register = query(
        yearly,
        "select file_name, verdict, encoding, rows_read, rows_loaded from raw.file_register order by file_name",
    ).set_index("file_name")
    assert set(register["verdict"]) == {"loaded"}
    assert register["rows_read"].tolist() == register["rows_loaded"].tolist() == [4, 33, 33, 24, 8]
    assert register.loc["hosp-epis-stat-mat-msdscsv-2019-20.csv", "encoding"] == "cp1252"


def test_older_names_of_columns_dimensions_and_categories_give_the_same_metric(yearly: Path) -> None:
    figure = query(
        yearly,
        "select numerator, denominator, value, organisation_name, caveat from equity.pub_metric_value "
        "where metric_id = 'annual_folic_acid' and organisation_code = 'RJ7'",
    ).iloc[0]
    assert (figure["numerator"], figure["denominator"], figure["value"]) == (30, 100, 30)
    assert "used with caution" in figure["caveat"]


def test_a_label_spelt_three_ways_is_one_category(yearly: Path) -> None:
    rows = observed(yearly, "period_start = date '2020-04-01' and organisation_code = 'RWE'")
    assert rows.loc[rows["group_code"] == "MISSING", "value"].tolist() == [5]
    smoking = rows[rows["concept"] == "msds_annual.SmokingStatusGroupBooking"]
    assert smoking["part"].tolist() == [MISSING, "Non-Smoker / Ex-Smoker", "Smoker"]


def test_a_decile_keeps_its_zero_through_a_spreadsheet(yearly: Path) -> None:
    deciles = observed(
        yearly,
        "period_start = date '2020-04-01' and organisation_code = 'RWE' and dimension = 'deprivation'",
    )
    assert deciles[["group_code", "native_group"]].to_numpy().tolist() == [
        ["D01", "01 - Most deprived"],
        ["D02", "02"],
        ["D09", "09"],
        ["D10", "10 - Least deprived"],
    ]
    assert set(deciles["value_low"]) == {1}
    assert set(deciles["value_high"]) == {7}


def test_of_the_csv_and_its_copy_in_a_workbook_one_is_used_and_both_agree(yearly: Path) -> None:
    choices = query(
        yearly,
        "select distinct choice.file_id, register.file_name, choice.is_used, choice.choice_reason "
        "from harmonised.int_file_choice as choice "
        "inner join raw.file_register as register on choice.file_id = register.file_id "
        "where choice.source_id = 'msds_annual' and choice.period_start = date '2020-04-01'",
    )
    assert len(choices) == 2
    assert sorted(choices["choice_reason"]) == ["another copy of the same release", "used"]
    staged = query(
        yearly,
        "select dimension, organisation_level, organisation_code, category, count_of, count, "
        "count(distinct file_id) as files from staged.stg_msds_annual__data where period = '2020-21' group by all",
    )
    assert set(staged["files"]) == {2}


def test_a_file_without_regions_and_providers_is_accepted(yearly: Path) -> None:
    rows = observed(yearly, "period_start = date '2024-04-01'")
    assert set(rows["organisation_level"]) == {"national"}
    assert rows.loc[rows["concept"] == "msds_annual.TotalDeliveries", "value"].max() == 120


def test_labels_and_codes_that_nobody_knows_are_named_and_the_rest_is_used(yearly: Path) -> None:
    rejected = query(
        yearly,
        "select problem, problem_label, count(*) as n from harmonised.fct_observation_rejected "
        "where source_id = 'msds_annual' group by problem, problem_label order by problem, problem_label",
    )
    assert rejected.to_numpy().tolist() == [
        ["unknown label", "msds.ethnic_category: Black British", 2],
        ["unknown organisation", "XX9", 8],
    ]
    kept = observed(yearly, "period_start = date '2021-04-01' and organisation_code = 'RWE'")
    assert len(kept) == 7
