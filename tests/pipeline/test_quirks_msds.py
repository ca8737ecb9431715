"""The quirks of the monthly Maternity Services Data Set, Q1 to Q12, on files with the publisher's layouts.

Small files go through ingest and every model behind them; the two copies of one published month, an Excel re-save and
its repaired CSV, are compared where they are at hand.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
from pathlib import Path

import pandas as pd
import pytest

from tests import loader
from tests.faults.workbooks import workbook
from tests.pipeline.warehouse import build_warehouse, query

MARCH = dt.date(2025, 3, 1)
LEVELS = "Local Maternity System"
OLD_HEADER = "Period,Dimension,Org Level,Org_Geog_Code,Org_Code,Org_Name,Measure_Desc,Count_Of,Value"


def row(
    month: dt.date,
    dimension: str,
    level: str,
    code: str,
    measure: str,
    value: object,
    count_of: str = "Women",
) -> str:
    start, end = loader.month_days(month)
    return f"{start},{end},{dimension},{level},{code},SOME NAME,{measure},{count_of},{value}"


def data_file(*rows: str) -> str:
    return "\n".join([loader.DATA_HEADER, *rows]) + "\n"


def march() -> str:
    return data_file(
        row(MARCH, "TotalBookings", LEVELS, "QK1", "", 55),
        # Q9: rounded parts add up to more than their total
        *(row(MARCH, "EthnicCategoryMotherGroup", LEVELS, "QK1", group, 15) for group in loader.ETHNIC[:4]),
        row(MARCH, "DeprivationDecileAtBooking", LEVELS, "QK1", "01 - Most deprived", 30),
        row(MARCH, "DeprivationDecileAtBooking", LEVELS, "QK1", "02", 5),
        row(MARCH, "ApgarScore5TermGroup7", LEVELS, "QK1", "0-6", 5, "Babies"),
        row(MARCH, "ApgarScore5TermGroup7", LEVELS, "QK1", "7-10", 800, "Babies"),
        # Q6: other spellings of one label
        row(MARCH, "EthnicCategoryMotherGroup", LEVELS, "QOC", "ASIAN  or asian british", 20),
        row(MARCH, "EthnicCategoryMotherGroup", LEVELS, "QOC", "Missing Value/Value outside reporting parameters", 10),
        row(MARCH, "TotalBookings", LEVELS, "QOC", "", 300),
        row(MARCH, "AgeAtBookingMotherAvg", LEVELS, "QK1", "", "29.7", "Average over women"),
        row(MARCH, "TotalBookings", "National", "ALL", "", 40_000),
        # Q3: a comma in a code; Q8: no code, and codes of Wales
        row(MARCH, "TotalBookings", "MBRRACE Grouping", '"Group 4. 2,000 - 3,999"', "", 500),
        row(MARCH, "TotalBookings", "Local Authority of Residence", "", "", 40),
        row(MARCH, "TotalBookings", "Local Authority of Residence", "W06000001", "", 5),
        row(MARCH, "TotalBookings", "Delivery Site", "7A6AM", "", 5),
    )  # fmt: skip


def resaved(text: str) -> bytes:
    """Q1: what a spreadsheet program set to American dates makes of a file."""
    rows = []
    for cells in csv.reader(text.splitlines()):
        start, measure = cells[0], cells[6]
        if start == "01/03/2025":
            cells[0] = "2025-01-03"
        cells[6] = {"02": "2", "7-10": "07-Oct"}.get(measure, measure)
        rows.append(cells)
    return workbook({"msds-mar2025-exp-data": rows})


def older() -> str:
    """Q2, Q4 and Q10: a month in words, older names of columns and levels, a geography code beside the other."""
    rows = [
        f"Dec-18,TotalBookings,{level},E54000015,{code},SOME NAME,,Women,{value}"
        for level, code, value in (
            ("STP", "QK1", 900), ("CCG of Responsibility", "04C", 400), ("Trust", "RWE", 850),
            ("Mbrrace", "Group 4. 2000 - 3999", 700), ("National", "ALL", 50_000), ("Region", "Y60", 9_000),
        )
    ]  # fmt: skip
    return "\n".join([OLD_HEADER, *rows]) + "\n"


def measures() -> bytes:
    """Q3 and Q5: a mark at the beginning, other line ends, and each of the publisher's marks."""
    start, end = loader.month_days(MARCH)
    rows = [
        f"{code},SOME NAME,{level},{start},{end},{family},{indicator},{currency},{value}"
        for code, level, family, indicator, currency, value in (
            ("QK1", LEVELS, "CQIM_Rate", "CQIMPreterm", "Numerator", "5"),
            ("QK1", LEVELS, "CQIM_Rate", "CQIMPreterm", "Denominator", "775"),
            ("QK1", LEVELS, "CQIM_Rate", "CQIMPreterm", "Rate per Thousand", "*"),
            ("QOC", LEVELS, "CQIM_Rate", "CQIMPreterm", "Numerator", "50"),
            ("QOC", LEVELS, "CQIM_Rate", "CQIMPreterm", "Denominator", "800"),
            ("QOC", LEVELS, "CQIM_Rate", "CQIMPreterm", "Rate per Thousand", "Low DQ"),
            ("RWE", "Provider", "CQIM_Rate", "CQIMPreterm", "Numerator", "DNS"),
            ("RWE", "Provider", "CQIM_Rate", "CQIMPreterm", "Denominator", "DNS"),
            ("RWE", "Provider", "CQIM_Rate", "CQIMPreterm", "Rate per Thousand", "DNS"),
            ("RWE", "Provider", "CQIM_DQ_Measure", "CQIMDQ02", "Result", "Pass"),
            ("RWE", "Provider", "CQIM_DQ_Measure", "CQIMDQ03", "Rate", "127.9"),
            ("QK1", LEVELS, "COC_Rate", "COC_by_28weeks_Ethnicity_Other", "Numerator", "0"),
            ("QK1", LEVELS, "COC_Rate", "COC_by_28weeks_Ethnicity_Other", "Denominator", "30"),
            ("QK1", LEVELS, "COC_Rate", "COC_by_28weeks_Ethnicity_Other", "Rate", "0"),
            ("National", "National", "CQIM_Rate", "CQIMPreterm", "Rate per Thousand", "62"),
        )
    ]  # fmt: skip
    return ("\r\n".join([loader.MEASURES_HEADER, *rows]) + "\r\n").encode("utf-8-sig")


def quality() -> str:
    """exp-dq: rows about an item, rounded, and rows about a whole table, with blanks."""
    start, end = loader.month_days(MARCH)
    rows = [
        "RWE,MSD001,M001050,EthnicCategoryMother,900,40,5,15,960",
        "RWE,MSD001,M001060,Postcode,955,0,0,5,960",
        "RWE,MSD001,,MSD001 Submission,961,,,,961",
        "RWE,MSD002,,,3,,,,3",
        "R0A,MSD001,M001050,EthnicCategoryMother,1200,0,0,0,1200",
    ]
    return "\n".join([loader.DQ_HEADER, *(f"{start},{end},{text}" for text in rows)]) + "\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("quirks")
    april, june, july, later = (
        dt.date(2025, 4, 1),
        dt.date(2025, 6, 1),
        dt.date(2025, 7, 1),
        dt.date(2026, 5, 1),
    )
    files: dict[str, str | bytes] = {
        "msds-mar2025-exp-data.csv": march(),
        "msds-mar2025-exp-data.xlsx": resaved(march()),
        "msds-mar2025-exp-measures.csv": measures(),
        "msds-mar2025-exp-dq.csv": quality(),
        "msms-dec2018-exp-data.csv": older(),
        # Q7: provisional and final
        "msds-apr2025Provisional-exp-data.csv": data_file(
            row(april, "TotalBookings", LEVELS, "QK1", "", 900)
        ),
        "msds-apr2025-exp-data.csv": data_file(row(april, "TotalBookings", LEVELS, "QK1", "", 925)),
        # Q12: the same name a second time, with other content
        "first/msds-jul2025-exp-data.csv": data_file(row(july, "TotalBookings", LEVELS, "QK1", "", 700)),
        "second/msds-jul2025-exp-data.csv": data_file(row(july, "TotalBookings", LEVELS, "QK1", "", 710)),
        # Q10: the codes of April 2026
        "msds-may2026-exp-data.csv": data_file(
            row(later, "TotalBookings", LEVELS, "S1Y5D", "", 3000),
            row(later, "TotalBookings", LEVELS, "QK1", "", 900),
        ),
        "msds-jun2025-exp-data.csv": data_file(
            row(june, "TotalBookings", LEVELS, "QK1", "", 800),
            row(june, "TotalBookings", LEVELS, "QZZ", "", 100),
            row(june, "EthnicCategoryMotherGroup", LEVELS, "QK1", "Purple", 10),
            row(june, "TotalBookings", "Galaxy", "G1", "", 10),
        ),
    }
    loader.write_files(root / "inbox", files)
    for number, path in enumerate(sorted((root / "inbox").rglob("*.*"))):
        os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))
    return build_warehouse(
        root / "inbox", root / "output",
        select=["+pub_lmns", "+pub_data_quality", "+fct_observation_rejected", "+assert_every_label_has_a_mapping"],
        data_tests=True,
    )  # fmt: skip


def figures(built: Path, metric: str, code: str, dimension: str = "total") -> pd.DataFrame:
    return query(
        built,
        f"select * from equity.fct_metric_value where metric_id = '{metric}' and organisation_code = '{code}' "
        f"and dimension = '{dimension}' order by period_start, group_code",
    )


def test_q1_the_copy_that_a_spreadsheet_program_damaged_says_the_same(built: Path) -> None:
    rows = query(
        built,
        "select register.file_name, data.* from staged.stg_msds_monthly__data as data "
        "inner join raw.file_register as register on data.file_id = register.file_id "
        "where register.file_name like 'msds-mar2025-exp-data%' order by data.row_number",
    )
    csv_rows, book_rows = (
        rows[rows["file_name"].str.endswith(end)].drop(columns=["file_name", "file_id", "period_repaired"])
        for end in (".csv", ".xlsx")
    )
    assert len(csv_rows) == 18
    pd.testing.assert_frame_equal(csv_rows.reset_index(drop=True), book_rows.reset_index(drop=True))
    assert set(csv_rows["category"].dropna()) >= {"02", "0 to 6", "7 to 10"}
    repairs = query(
        built, "select file_name, repairs from raw.file_register where file_name like '%mar2025-exp-data%'"
    )
    assert dict(zip(repairs["file_name"], repairs["repairs"], strict=True)) == {
        "msds-mar2025-exp-data.csv": 0, "msds-mar2025-exp-data.xlsx": 18,
    }  # fmt: skip


def test_q1_one_copy_is_read_and_the_other_is_marked(built: Path) -> None:
    choice = query(
        built,
        "select distinct register.file_name, choice.choice_reason from harmonised.int_file_choice as choice "
        "inner join raw.file_register as register on choice.file_id = register.file_id "
        "where register.file_name like 'msds-mar2025-exp-data%' order by 1",
    )
    assert choice.to_numpy().tolist() == [
        ["msds-mar2025-exp-data.csv", "used"],
        ["msds-mar2025-exp-data.xlsx", "another copy of the same release"],
    ]


def test_q2_q4_q10_older_files_are_read_by_their_own_names(built: Path) -> None:
    rows = query(
        built,
        "select organisation_level, organisation_code, value from harmonised.fct_observation "
        "where period_start = date '2018-12-01' and period_end = date '2018-12-31' order by value",
    )
    assert rows.to_numpy().tolist() == [
        ["sub_icb", "04C", 400], ["mbrrace_group", "GROUP 4. 2000 - 3999", 700], ["provider", "RWE", 850],
        ["lmns", "QK1", 900], ["region", "Y60", 9000], ["national", "E92000001", 50000],
    ]  # fmt: skip


def test_q3_q8_odd_codes_are_kept_as_published(built: Path) -> None:
    rows = query(
        built,
        "select organisation_level, organisation_code from harmonised.fct_observation "
        "where period_start = date '2025-03-01' and concept = 'msds.TotalBookings' and dimension = 'total' "
        "and organisation_level not in ('lmns', 'national') order by 1, 2 nulls first",
    )
    found = {(level, code if isinstance(code, str) else None) for level, code in rows.to_numpy().tolist()}
    assert found == {
        ("delivery_site", "7A6AM"), ("local_authority", None), ("local_authority", "W06000001"),
        ("mbrrace_group", "GROUP 4. 2,000 - 3,999"),
    }  # fmt: skip


def test_q5_marks_stay_marks(built: Path) -> None:
    preterm = {code: figures(built, "cqim_preterm", code).iloc[0] for code in ("QK1", "QOC", "RWE")}
    assert {code: row["mark"] for code, row in preterm.items()} == {"QK1": "*", "QOC": "Low DQ", "RWE": "DNS"}
    assert all(pd.isna(row["value"]) for row in preterm.values())
    # a small count is 5 and means 1 to 7; a withheld rate is not brought back by its counts
    assert preterm["QK1"][["numerator", "numerator_low", "numerator_high"]].tolist() == [5, 1, 7]
    staged = query(built, "select value, mark from staged.stg_msds_monthly__measures where mark = 'Pass'")
    assert len(staged) == 1 and staged["value"].isna().all()


def test_q5_a_published_zero_is_a_zero(built: Path) -> None:
    other = query(
        built,
        "select value, mark from equity.fct_metric_value where organisation_code = 'QK1' "
        "and vocabulary = 'msds.coc_ethnicity' and numerator = 0",
    )
    assert other.to_numpy().tolist() == [[0, None]]


def test_q6_other_spellings_of_a_label_are_that_label(built: Path) -> None:
    groups = figures(built, "bookings_share", "QOC", "ethnicity").dropna(subset=["native_group"])
    assert set(groups["group_code"]) >= {"ASIAN", "MISSING"}


def test_q7_the_final_release_stands_and_the_provisional_stays(built: Path) -> None:
    april = figures(built, "bookings", "QK1")
    april = april[april["period_start"] == pd.Timestamp(2025, 4, 1)]
    assert april[["value", "release"]].to_numpy().tolist() == [[925, "final"]]
    held = query(
        built,
        "select count(*) as n from raw.msds_monthly__data where final_value in ('900', '925') and org_code = 'QK1' and reporting_period_start_date = '01/04/2025'",
    )
    assert held["n"].tolist() == [2]


def test_q9_levels_are_read_and_never_summed(built: Path) -> None:
    march_total = figures(built, "bookings", "QK1")
    march_total = march_total[march_total["period_start"] == pd.Timestamp(MARCH)]
    parts = figures(built, "bookings_share", "QK1", "ethnicity")
    parts = parts[parts["period_start"] == pd.Timestamp(MARCH)]
    assert march_total["value"].tolist() == [55]
    assert parts["numerator"].sum() == 60 and set(parts["denominator"]) == {55}
    national = figures(built, "bookings", "E92000001")
    assert national[national["period_start"] == pd.Timestamp(MARCH)]["value"].tolist() == [40_000]


def test_q10_a_new_system_has_its_own_history_and_an_old_one_keeps_its_own(built: Path) -> None:
    systems = query(built, "select lmns_code, successor_note from equity.pub_lmns").set_index("lmns_code")
    assert {"QK1", "QOC", "S1Y5D"} == set(systems.index)
    for day, number in (("2022-06-30", 0), ("2025-02-28", 42), ("2026-03-31", 42), ("2026-04-01", 36)):
        (in_being,) = query(
            built,
            f"select count(*) as n from harmonised.dim_lmns where date '{day}' between valid_from and valid_to",
        )["n"]
        assert in_being == number, day
    split = query(built, "select successor_note from harmonised.dim_lmns where lmns_code = 'QNQ'")
    assert split["successor_note"].str.contains("cannot be carried over").all()
    # nothing of a predecessor is put down to a successor
    assert query(
        built, "select min(period_start) as first from equity.fct_metric_value where lmns_code = 'S1Y5D'"
    )["first"].tolist() == [pd.Timestamp(2026, 5, 1)]


def test_q11_groups_of_two_code_lists_are_never_one_figure(built: Path) -> None:
    other = query(
        built,
        "select distinct vocabulary, group_code from equity.fct_metric_value "
        "where organisation_code = 'QK1' and dimension = 'ethnicity' and native_group in ('Other', 'Any other ethnic group')",
    )
    assert other.groupby("group_code")["vocabulary"].nunique().max() == 1
    assert "msds.coc_ethnicity" in set(other["vocabulary"])


def test_q12_a_file_reissued_under_its_old_name_supersedes(built: Path) -> None:
    july = figures(built, "bookings", "QK1")
    july = july[july["period_start"] == pd.Timestamp(2025, 7, 1)]
    assert july["value"].tolist() == [710]
    register = query(
        built, "select file_id, path from raw.file_register where file_name = 'msds-jul2025-exp-data.csv'"
    )
    assert len(set(register["file_id"])) == 2


def test_the_data_quality_file_is_read_item_by_item(built: Path) -> None:
    rows = query(
        built,
        "select part, value, value_low, value_high from harmonised.fct_observation "
        "where concept = 'msds_dq.EthnicCategoryMother' and organisation_code = 'RWE' order by part",
    )
    assert rows.to_numpy().tolist() == [
        ["Default", 40, 38, 42], ["Denominator", 960, 958, 962], ["Invalid", 5, 1, 7], ["Missing", 15, 13, 17],
        ["Valid", 900, 898, 902],
    ]  # fmt: skip
    submissions = query(built, "select count(*) as n from staged.stg_msds_monthly__dq where is_submission")
    assert submissions["n"].tolist() == [2]


def test_coding_of_ethnic_category_by_provider_is_a_data_quality_figure(built: Path) -> None:
    rows = query(
        built,
        "select organisation_code, measure, value, verdict from equity.fct_data_quality "
        "where item = 'EthnicCategoryMother' order by organisation_code, measure",
    )
    found = {
        (code, measure): (round(value, 4), verdict)
        for code, measure, value, verdict in rows.to_numpy().tolist()
    }
    assert found["RWE", "valid"] == (round(900 / 960, 4), "good")
    assert found["RWE", "default, such as not known"] == (round(40 / 960, 4), "information")
    assert found["RWE", "missing"] == (round(15 / 960, 4), "information")
    assert found["R0A", "valid"] == (1, "good")


def test_what_has_no_mapping_is_set_aside_by_name_and_shows_as_a_warning(built: Path) -> None:
    rejected = query(
        built,
        "select problem, problem_label, what_to_do from harmonised.fct_observation_rejected order by problem",
    )
    assert rejected[["problem", "problem_label"]].fillna("").to_numpy().tolist() == [
        ["unknown label", "msds.ethnic_category: Purple"], ["unknown organisation", "QZZ"],
        ["unknown organisation level", ""],
    ]  # fmt: skip
    assert rejected["what_to_do"].str.len().min() > 20
    results = json.loads((built.parent.parent / "target" / "run_results.json").read_text())["results"]
    (shown,) = [result for result in results if ".assert_every_label_has_a_mapping" in result["unique_id"]]
    # three rows: a row that fails can be a person, so 1 to 7 are told as 5
    assert len(rejected) == 3 and (shown["status"], shown["failures"]) == ("warn", 5)


def test_the_re_save_of_a_published_month_says_what_its_repaired_copy_says(published_warehouse: Path) -> None:
    compared = query(
        published_warehouse,
        """
        with copies as (
            select
                observed.table_name, register.file_name like '%.xlsx' as is_book, observed.* exclude (table_name)
            from harmonised.int_msds_monthly__observed as observed
            inner join raw.file_register as register on observed.file_id = register.file_id
        ),
        paired as (
            select book.table_name, book.value as book_value, text.value as text_value, book.mark as book_mark, text.mark as text_mark
            from (select * from copies where is_book) as book
            full join (select * from copies where not is_book) as text
                on book.table_name = text.table_name
                and book.row_number = text.row_number and book.part = text.part
                and book.concept = text.concept and book.organisation_level = text.organisation_level
                and book.organisation_code is not distinct from text.organisation_code
                and book.period_start = text.period_start and book.period_end = text.period_end
                and book.native_group is not distinct from text.native_group
        )
        select
            table_name, count(*) as n,
            count(*) filter (where book_value is distinct from text_value or book_mark is distinct from text_mark) as differ
        from paired group by table_name order by table_name
        """,
    )
    assert compared.to_numpy().tolist() == [
        ["msds_monthly__data", 83_238, 0], ["msds_monthly__measures", 69_187, 0],
    ]  # fmt: skip
