"""Figures of the yearly MSDS, hospital records and the Office for National Statistics against their files, read by a
few lines that share nothing with the pipeline."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from tests.pipeline.warehouse import query

HES = "hes_maternity/hosp-epis-stat-mat-hesnational-2024-25.xlsx"
FLAT = "hes_maternity/hosp-epis-stat-mat-pla-2425_v2.xlsx"
BY_ETHNICITY = "ons/birthsandinfantmortalitybyethnicity2007to20192.xlsx"
MORTALITY = "ons/cim2022deathcohortworkbook.xlsx"
REGISTRATIONS = "ons/2023birthregistrations.xlsx"
FIGURE_2 = "ons/Figure_2__Babies_from_the_Black_ethnic_group_have_the_highest_infant_mortality_rate.csv"
FIGURE_4 = (
    "ons/Figure_4__Stillbirth_rates_were_highest_for_the_Black_ethnic_group_in_the_most_deprived_areas.csv"
)
SIX_GROUPS = {
    "Asian": "ASIAN",
    "Black": "BLACK",
    "Mixed or Multiple": "MIXED",
    "Any Other ethnic group": "OTHER",
    "White": "WHITE",
}
HES_GROUPS = {
    "Asian": "ASIAN",
    "Black": "BLACK",
    "Chinese/Other": "OTHER_CHINESE",
    "White": "WHITE",
    "Mixed": "MIXED",
    "Not Stated": "NOT_STATED",
    "Unknown": "UNKNOWN",
}


@pytest.fixture(scope="module")
def figures(published_warehouse: Path) -> pd.DataFrame:
    return query(
        published_warehouse,
        "select * from equity.pub_metric_value where source_id in ('msds_annual', 'hes_maternity', 'ons_births')",
    )


@pytest.fixture(scope="module")
def observations(published_warehouse: Path) -> pd.DataFrame:
    return query(
        published_warehouse, "select * from harmonised.fct_observation where source_id = 'ons_births'"
    )


@pytest.fixture(scope="module")
def sheet(published_files: Path) -> Callable[[str, str], list[list[Any]]]:
    def rows(file: str, name: str) -> list[list[Any]]:
        workbook = CalamineWorkbook.from_path(str(published_files / file))
        return workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)

    return rows


def one(frame: pd.DataFrame, **conditions: object) -> pd.Series:
    for column, value in conditions.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1, (conditions, len(frame))
    return frame.iloc[0]


def year(figure: pd.Series) -> int:
    return figure["period_start"].year


ANNUAL = {
    ("2022-23", "annual_preterm"): (
        "GestationLengthBirthGroup37",
        ["<37 weeks"],
        ["<37 weeks", ">=37 weeks"],
    ),
    ("2022-23", "annual_smoking_booking"): (
        "SmokingStatusGroupBooking",
        ["Smoker"],
        ["Smoker", "Non-Smoker / Ex-Smoker"],
    ),
    ("2020-21", "annual_smoking_booking"): (
        "SmokingAtBooking",
        ["Smoker"],
        ["Smoker", "Non-Smoker / Ex-Smoker"],
    ),
    ("2019-20", "annual_folic_acid"): (
        "FOLICACIDSTATUSGROUPBOOKING",
        ["Before Pregnancy"],
        ["Before Pregnancy", "Start Of Pregnancy", "Not Taking Supplement"],
    ),
    ("2020-21", "annual_caesarean"): (
        "MethodOfDelivery",
        ["Elective caesarean section", "Emergency caesarean section"],
        [
            "Elective caesarean section",
            "Emergency caesarean section",
            "Instrumental",
            "Spontaneous",
            "Other",
        ],
    ),
    ("2019-20", "annual_skin_to_skin"): ("SKINTOSKINCONTACT1HOURTERM", ["Yes"], ["Yes", "No"]),
    ("2022-23", "annual_booking_by_10_weeks"): (
        "GestAgeFormalAntenatalBookingGroup",
        ["0 to 70 days"],
        ["0 to 70 days", "71 to 90 days", "91 to 140 days", "141+ days"],
    ),
}


def annual_file(published_files: Path, period: str) -> pd.DataFrame:
    path = published_files / "msds_annual" / f"hosp-epis-stat-mat-msdscsv-{period}.csv"
    frame = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
    frame.columns = ["period", "dimension", "level", "code", "name", "measure", "count_of", "value"]
    return frame


@pytest.mark.parametrize("organisation", ["England", "RWE", "RJ1", "Y60"])
@pytest.mark.parametrize(("period", "metric"), ANNUAL)
def test_annual_shares(
    figures: pd.DataFrame, published_files: Path, period: str, metric: str, organisation: str
) -> None:
    dimension, above, below = ANNUAL[(period, metric)]
    frame = annual_file(published_files, period)
    codes = ["ALL", "National"] if organisation == "England" else [organisation]
    rows = frame[(frame["dimension"] == dimension) & frame["code"].isin(codes)]
    counts = rows.set_index("measure")["value"].astype(int)
    figure = one(
        figures,
        metric_id=metric,
        organisation_code="E92000001" if organisation == "England" else organisation,
        dimension="total",
        period_label=period,
    )
    assert (figure["numerator"], figure["denominator"]) == (counts[above].sum(), counts[below].sum())
    assert figure["value"] == pytest.approx(100 * counts[above].sum() / counts[below].sum())
    assert "used with caution" in figure["caveat"]


def test_annual_deliveries_by_ethnic_group_and_decile(figures: pd.DataFrame, published_files: Path) -> None:
    frame = annual_file(published_files, "2022-23")
    rows = frame[frame["code"] == "RWE"]
    mine = figures[
        (figures["metric_id"] == "annual_deliveries_share")
        & (figures["organisation_code"] == "RWE")
        & (figures["period_label"] == "2022-23")
    ]
    total = int(rows.loc[rows["dimension"] == "TotalDeliveries", "value"].iloc[0])
    for published, dimension in [
        ("EthnicCategoryMotherGroup", "ethnicity"),
        ("DeprivationDecileAtBooking", "deprivation"),
    ]:
        here = mine[mine["dimension"] == dimension]
        counts = rows[rows["dimension"] == published].set_index("measure")["value"].astype(int).to_dict()
        assert here.set_index("native_group")["numerator"].astype(int).to_dict() == {
            label.replace("Missing value /", "Missing Value /"): count for label, count in counts.items()
        }
        assert set(here["denominator"]) == {total}


def test_every_annual_row_is_an_observation(published_warehouse: Path, published_files: Path) -> None:
    held = query(
        published_warehouse,
        "select period_start, count(*) as n, sum(value) as total from harmonised.fct_observation "
        "where source_id = 'msds_annual' group by period_start order by period_start",
    )
    files = [annual_file(published_files, period) for period in ("2019-20", "2020-21", "2022-23")]
    assert held["n"].tolist() == [len(frame) for frame in files]
    assert held["total"].tolist() == [frame["value"].astype(int).sum() for frame in files]


def flat_file(rows: list[list[Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows[2:], columns=["code", "name", *rows[1][2:]]).set_index("code")


@pytest.mark.parametrize("organisation", ["All", "Y56", "RWE", "RGT", "RJE"])
@pytest.mark.parametrize(
    ("metric", "category"),
    [
        ("hes_caesarean", "Caesarean"),
        ("hes_caesarean_elective", "Elective caesarean"),
        ("hes_instrumental", "Instrumental"),
    ],
)
def test_hospital_methods_of_delivery(
    figures: pd.DataFrame, sheet: Callable, organisation: str, metric: str, category: str
) -> None:
    flat = flat_file(sheet(FLAT, "MPDP Flat file (24-25)"))
    columns = {
        column.split("Delivery method ")[1]: column for column in flat.columns if "Delivery method" in column
    }
    row = flat.loc[organisation]
    known = sum(row[columns[name]] for name in ("Caesarean", "Instrumental", "Spontaneous"))
    figure = one(
        figures,
        metric_id=metric,
        organisation_code="E92000001" if organisation == "All" else organisation,
        dimension="total",
    )
    assert figure["numerator"] == row[columns[category]]
    assert figure["denominator"] == known
    assert figure["value"] == pytest.approx(100 * row[columns[category]] / known)


def test_an_asterisk_of_the_flat_file_is_a_mark(published_warehouse: Path, sheet: Callable) -> None:
    flat = flat_file(sheet(FLAT, "MPDP Flat file (24-25)"))
    marked = int((flat.drop(columns="name") == "*").sum().sum())
    held = query(
        published_warehouse,
        "select count(*) as n, count(value) as valued from harmonised.fct_observation "
        "where table_name = 'hes_maternity__provider' and mark = '*'",
    )
    assert (held["n"][0], held["valued"][0]) == (marked, 0)
    assert marked == 610


def table_rows(rows: list[list[Any]], title: str) -> list[list[Any]]:
    """The header and rows of the first table under a title."""
    at = next(index for index, row in enumerate(rows) if str(row[0]).startswith(title))
    first = next(index for index in range(at + 1, len(rows)) if "Total" in str(rows[index][1:3]))
    last = next(index for index in range(first, len(rows)) if str(rows[index][0]).startswith("Source"))
    return rows[first:last]


@pytest.mark.parametrize("group", HES_GROUPS)
def test_hospital_low_birth_weight(figures: pd.DataFrame, sheet: Callable, group: str) -> None:
    rows = table_rows(sheet(HES, "Ethnicity"), "Table 6.c")
    row = next(row for row in rows if row[0] == group)
    figure = one(
        figures, metric_id="hes_low_birth_weight", dimension="ethnicity", group_code=HES_GROUPS[group]
    )
    assert (figure["numerator"], figure["denominator"]) == (sum(row[4:8]), row[3])
    assert figure["native_group"] == group
    assert figure["classification"].startswith("HES")


@pytest.mark.parametrize("code", ["O72", "O14", "O24", "O85"])
def test_hospital_complications(figures: pd.DataFrame, sheet: Callable, code: str) -> None:
    metrics = {
        "O72": "hes_postpartum_haemorrhage",
        "O14": "hes_pre_eclampsia",
        "O24": "hes_diabetes_in_pregnancy",
        "O85": "hes_puerperal_sepsis",
    }
    rows = sheet(HES, "Delivery complications")
    ethnic, deciles = table_rows(rows, "Table 7.e"), table_rows(rows, "Table 7.g")
    for table, dimension, groups in [
        (
            ethnic,
            "ethnicity",
            {6: "ASIAN", 7: "BLACK", 8: "OTHER_CHINESE", 9: "WHITE", 10: "MIXED", 11: "NOT_STATED"},
        ),
        (deciles, "deprivation", {5 + n: f"D{n:02d}" for n in range(1, 11)}),
    ]:
        everybody, row = (next(r for r in table if r[0] == name) for name in ("All Deliveries", code))
        for position, group in groups.items():
            figure = one(figures, metric_id=metrics[code], dimension=dimension, group_code=group)
            assert (figure["numerator"], figure["denominator"]) == (row[position], everybody[position])


def test_hospital_groups_add_up_to_everybody(figures: pd.DataFrame) -> None:
    shares = figures[(figures["metric_id"] == "hes_deliveries_share") & (figures["dimension"] == "ethnicity")]
    assert shares["numerator"].sum() == shares["denominator"].iloc[0] == 542235


def chart(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    return rows[next(index for index, row in enumerate(rows) if len(row) > 2) :]


def test_infant_mortality_agrees_with_the_chart_of_the_same_publication(
    observations: pd.DataFrame, published_files: Path
) -> None:
    header, *rows = chart(published_files / FIGURE_2)
    mine = observations[
        (observations["part"] == "Infant mortality rate")
        & (observations["organisation_code"] == "K04000001, J99000001")
        & (observations["dimension"] == "ethnicity")
    ]
    compared = 0
    for row in rows:
        for label, value in zip(header[1:6], row[1:6], strict=True):
            found = mine[
                (mine["period_start"] == pd.Timestamp(int(row[0]), 1, 1))
                & (mine["group_code"] == SIX_GROUPS[label])
            ]
            assert found["value"].tolist() == [float(value)]
            compared += 1
    assert compared == 65


def test_pooled_stillbirths_agree_with_the_chart_of_the_same_publication(
    observations: pd.DataFrame, published_files: Path
) -> None:
    """2010 to 2019 by ethnic group and decile: 50 rates that the publisher worked out from the same counts."""
    header, *rows = chart(published_files / FIGURE_4)
    mine = observations[observations["concept"] == "ons_crossed.births"].copy()
    mine = mine[mine["part"].str[-4:].astype(int) >= 2010]
    mine["what"] = mine["part"].str[:-5]
    sums = mine.groupby(["group_code", "what"])["value"].sum()
    compared = 0
    for row in rows:
        for label, value in zip(header[1:], row[1:], strict=True):
            group = f"{SIX_GROUPS[label]}.D{int(row[0]):02d}"
            stillbirths, live = sums[group, "Stillbirths"], sums[group, "Live births"]
            assert 1000 * stillbirths / (live + stillbirths) == pytest.approx(float(value), abs=0.0501)
            compared += 1
    assert compared == 50


def test_pooled_rates_are_the_sum_of_the_years_of_one_index(figures: pd.DataFrame, sheet: Callable) -> None:
    births, deaths = sheet(BY_ETHNICITY, "Table 3"), sheet(BY_ETHNICITY, "Table 4")
    infants = sheet(BY_ETHNICITY, "Table 13")
    live = next(row for row in births if row[0] == 1 and row[1] == "Black")[2:6]
    still = next(row for row in deaths if row[0] == 1 and row[1] == "Black")[2:6]
    assert births[5][2:6] == deaths[5][2:6] == [2019, 2018, 2017, 2016]
    figure = one(
        figures, metric_id="ons_stillbirth_crossed", group_code="BLACK.D01", period_label="2016 to 2019"
    )
    assert (figure["numerator"], figure["denominator"]) == (sum(still), sum(live) + sum(still))
    assert "2019" in figure["caveat"]
    under_one = sum(row[4] for row in infants if row[0] in (2016, 2017, 2018, 2019) and row[1] == 1)
    figure = one(
        figures, metric_id="ons_infant_mortality_crossed", group_code="BLACK.D01", period_label="2016 to 2019"
    )
    assert (figure["numerator"], figure["denominator"]) == (under_one, sum(live))


def accessible(rows: list[list[Any]], first: str) -> pd.DataFrame:
    at = next(index for index, row in enumerate(rows) if row[0] == first)
    frame = pd.DataFrame(rows[at + 1 :], columns=[str(name).strip() for name in rows[at]])
    return frame.map(lambda cell: cell.strip() if isinstance(cell, str) else cell)


@pytest.mark.parametrize(
    ("group", "code"),
    [
        ("Black African", "E_BLACK_AFRICAN"),
        ("Pakistani", "E_PAKISTANI"),
        ("White British", "E_WHITE_BRITISH"),
        ("Not Stated", "E_NOT_STATED"),
    ],
)
def test_deaths_by_twelve_groups_in_england(
    figures: pd.DataFrame, sheet: Callable, group: str, code: str
) -> None:
    row = one(
        accessible(sheet(MORTALITY, "18"), "Country code"),
        **{"Country code": "E92000001", "Ethnic group": group},
    )
    mine = figures[
        (figures["period_label"] == "2022")
        & (figures["organisation_code"] == "E92000001")
        & (figures["dimension"] == "ethnicity_detailed")
    ]
    stillbirth = one(mine, metric_id="ons_stillbirth_ethnicity", group_code=code)
    assert (stillbirth["numerator"], stillbirth["denominator"], stillbirth["value"]) == (
        row["Stillbirths"],
        row["Live births"] + row["Stillbirths"],
        row["Stillbirth rate"],
    )
    for metric, deaths, rate in [
        ("ons_neonatal_mortality_ethnicity", "Neonatal deaths", "Neonatal mortality rate"),
        ("ons_infant_mortality_ethnicity", "Infant deaths", "Infant mortality rate"),
    ]:
        figure = one(mine, metric_id=metric, group_code=code)
        assert (figure["numerator"], figure["denominator"], figure["value"]) == (
            row[deaths],
            row["Live births"],
            row[rate],
        )
        assert figure["classified_person"] == "baby"
        assert figure["lower_95"] <= figure["value"] <= figure["upper_95"]


def test_deaths_without_a_known_group_stay_without_a_rate(figures: pd.DataFrame) -> None:
    figure = one(
        figures,
        metric_id="ons_infant_mortality_ethnicity",
        group_code="E_UNLINKED",
        period_label="2022",
    )
    assert (figure["numerator"], figure["mark"]) == (50, "[z]")
    assert pd.isna(figure["value"])
    assert figure["is_unknown"]


def test_mortality_by_decile(figures: pd.DataFrame, sheet: Callable) -> None:
    table = accessible(sheet(MORTALITY, "21"), "Year")
    mine = figures[figures["dimension"] == "deprivation"]
    editions = {
        2010: "IMD 2010",
        **dict.fromkeys(range(2011, 2016), "IMD 2015"),
        **dict.fromkeys(range(2016, 2023), "IMD 2019"),
    }
    for when, decile in [(2022, 1), (2022, 10), (2015, 1), (2010, 7)]:
        row = one(table, Year=when, IMD=decile)
        for metric, count, rate in [
            ("ons_stillbirth", "Stillbirths", "Stillbirth rate"),
            ("ons_neonatal_mortality", "Neonatal deaths", "Neonatal mortality rate"),
            ("ons_infant_mortality", "Infant deaths", "Infant mortality rate"),
        ]:
            figure = one(mine, metric_id=metric, period_label=str(when), group_code=f"D{decile:02d}")
            assert (figure["numerator"], figure["value"]) == (row[count], row[rate])
            assert figure["classification_edition"] == editions[when]


def test_quintiles_are_two_deciles(figures: pd.DataFrame, sheet: Callable) -> None:
    table = accessible(sheet(MORTALITY, "21"), "Year")
    poorest = table[(table["Year"] == 2022) & table["IMD"].isin([1, 2])]
    figure = one(figures, metric_id="ons_infant_mortality", period_label="2022", group_code="Q1")
    assert figure["numerator"] == poorest["Infant deaths"].sum()
    assert figure["denominator"] == poorest["Live births"].sum()
    assert figure["is_derived"]


def test_registrations_by_decile_and_age(figures: pd.DataFrame, sheet: Callable) -> None:
    deciles = accessible(sheet(REGISTRATIONS, "Table_9"), "Country")
    ages = accessible(sheet(REGISTRATIONS, "Table_2"), "Area of usual residence Code")
    mine = figures[(figures["metric_id"] == "ons_stillbirth") & (figures["period_label"] == "2023")]
    for decile in range(1, 11):
        row = one(deciles, Country="England", **{"IMD Decile": decile})
        figure = one(mine, dimension="deprivation", group_code=f"D{decile:02d}")
        assert (figure["numerator"], figure["denominator"]) == (
            row["Stillbirths"],
            row["Stillbirths"] + row["Live births"],
        )
    row = one(
        ages,
        **{"Area of usual residence Code": "E92000001", "Age of Mother at birth (years)": "45 and over"},
    )
    figure = one(mine, dimension="age", group_code="A45")
    assert (figure["numerator"], figure["value"]) == (row["Number of stillbirths"], row["Stillbirth rate"])
    assert row["Unreliable indicator"] == "[u]"
    assert "unreliable" in figure["caveat"]


def test_a_flag_stays_beside_its_value_and_a_blank_with_a_flag_is_no_zero(
    observations: pd.DataFrame, sheet: Callable
) -> None:
    row = next(row for row in sheet(BY_ETHNICITY, "Table 2") if row[:2] == [2019, "E12000001"])
    assert (row[20:22], row[22:24]) == ([5.3, "u"], ["", "u"])
    mine = observations[
        (observations["part"] == "Stillbirth rate")
        & (observations["organisation_code"] == "E12000001")
        & (observations["period_start"] == pd.Timestamp(2019, 1, 1))
    ].set_index("group_code")
    assert (mine.loc["ASIAN", "value"], mine.loc["ASIAN", "mark"]) == (5.3, "u")
    assert pd.isna(mine.loc["BLACK", "value"])
    assert mine.loc["BLACK", "mark"] == "u"


def test_england_and_wales_is_not_england(figures: pd.DataFrame, sheet: Callable) -> None:
    row = next(row for row in sheet(BY_ETHNICITY, "Table 1") if row[0] == 2019)
    figure = one(
        figures, metric_id="ons_stillbirth_ethnicity", period_label="2019", group_code="E_BANGLADESHI"
    )
    assert figure["organisation_name"] == "England and Wales"
    assert (figure["numerator"], figure["denominator"]) == (row[15], row[2] + row[15])
    assert "not England alone" in figure["caveat"]
    assert pd.isna(figure["england_value"])


def test_preterm_by_ethnic_group(figures: pd.DataFrame, sheet: Callable) -> None:
    table = accessible(sheet(MORTALITY, "19"), "Gestational age (weeks)")
    table = table[table["Ethnic group"] == "Black Caribbean"].set_index("Gestational age (weeks)")
    births = table["Live births"].astype(float)
    early = births[["Under 24", "24-27", "28-31", "32-36"]].sum()
    figure = one(
        figures, metric_id="ons_preterm_ethnicity", period_label="2022", group_code="E_BLACK_CARIBBEAN"
    )
    assert figure["numerator"] == early
    assert figure["denominator"] == early + births[["37-41", "42 and over"]].sum()


def test_groupings_of_the_publishers_are_never_joined(published_warehouse: Path) -> None:
    lists = query(
        published_warehouse,
        "select metric_id, count(distinct vocabulary) as lists from equity.fct_metric_value "
        "where dimension = 'ethnicity' group by metric_id",
    )
    assert lists["lists"].max() == 1
    chinese = query(
        published_warehouse,
        "select distinct vocabulary from harmonised.fct_observation where group_code = 'OTHER_CHINESE'",
    )
    assert chinese["vocabulary"].tolist() == ["hes.ethnic_group"]


def test_files_that_feed_no_figure_are_listed(published_warehouse: Path) -> None:
    register = query(
        published_warehouse,
        "select file_name, verdict, reason from raw.file_register where verdict <> 'loaded'",
    ).set_index("file_name")
    for name in [
        "births_2016.xls",
        "deaths_2017.xls",
        Path(FIGURE_2).name,
        Path(FIGURE_4).name,
        "hosp-epis-stat-mat-summary-tables-2425.xlsx",
        "hosp-epis-stat-mat-hesmeta-2024-25.xlsx",
    ]:
        assert register.loc[name, "verdict"] == "unclaimed"
        assert name in register.loc[name, "reason"]


def test_no_row_of_these_sources_is_set_aside(published_warehouse: Path) -> None:
    rejected = query(
        published_warehouse,
        "select source_id, problem, problem_label, count(*) as n from harmonised.fct_observation_rejected "
        "where source_id in ('msds_annual', 'hes_maternity', 'ons_births') group by all",
    )
    assert rejected.empty, rejected.to_string()
