"""National figures of staff against the published workbooks, read by a few lines of pandas that share nothing with
the pipeline."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.pipeline.warehouse import query

EVERYBODY = "All - Including Unknown, Not Stated And Discontinued Codes"
SURVEY_SHEETS = {
    "HEALTH WELLBEING SAFETY Q13-14": ("Q14a", "Q14b", "Q14c"),
    "HEALTH WELLBEING SAFETY Q15-17": ("Q15", "Q16b"),
}
TOPICS = {
    "Q14a": "harassment_public", "Q14b": "harassment_managers", "Q14c": "harassment_colleagues",
    "Q15": "equal_opportunity", "Q16b": "discrimination",
}  # fmt: skip


@pytest.fixture(scope="module")
def midwives(published_files: Path) -> pd.DataFrame:
    frame = pd.read_excel(next((published_files / "workforce").glob("*.xls")), engine="calamine")
    return frame[frame["Role_Group"] == "Midwives"]


@pytest.fixture(scope="module")
def survey(published_files: Path) -> dict[tuple[str, str], pd.Series]:
    """Percentage and responses by question and group label ('' for everybody)."""
    path = next((published_files / "staff_survey").glob("*.xlsx"))
    found: dict[tuple[str, str], pd.Series] = {}
    for sheet, questions in SURVEY_SHEETS.items():
        frame = pd.read_excel(path, sheet_name=sheet, header=None, engine="calamine")
        asked = frame.iloc[0]
        for question in questions:
            first = next(
                place
                for place, text in enumerate(asked)
                if place > 3 and str(text).startswith(f"{question} - ")
            )
            base = next(
                place for place in range(first, len(asked)) if str(frame.iloc[4, place]).startswith("Base")
            )
            yes = pd.to_numeric(frame.iloc[5:, first], errors="coerce")
            for row in range(5, len(frame)):
                value = 100 - yes[row] if frame.iloc[4, first] == "% Never" else yes[row]
                label = frame.iloc[row, 2]
                found[question, "" if pd.isna(label) else str(label)] = pd.Series(
                    {"yes": value, "responses": frame.iloc[row, base]}
                )
    return found


@pytest.fixture(scope="module")
def observed(published_warehouse: Path) -> pd.DataFrame:
    return query(
        published_warehouse,
        "select * from harmonised.fct_observation where source_id in ('workforce', 'staff_survey')",
    )


def test_every_headcount_of_midwives_is_the_published_one(
    midwives: pd.DataFrame, observed: pd.DataFrame
) -> None:
    own = observed[observed["source_id"] == "workforce"]
    ours = {
        (str(row.period_start)[:7], row.native_group if row.dimension == "ethnicity" else EVERYBODY, row.part): int(row.value)
        for row in own.itertuples()
    }  # fmt: skip
    theirs = {(str(row.Time)[:7], row.Ethnicity, row.Grade): int(row.Value) for row in midwives.itertuples()}
    assert len(own) == len(midwives) == 1270
    assert ours == theirs


def test_the_headcounts_on_record_and_grades_that_do_not_add_up(observed: pd.DataFrame) -> None:
    newest = observed[
        (observed["source_id"] == "workforce")
        & (observed["period_start"].astype(str) == "2022-06-01")
        & (observed["group_code"] == "WHITE")
    ].set_index("part")["value"]
    assert newest["All Grades"] == 21_961
    assert newest[newest.index.str.startswith("Band")].sum() == 22_264


def test_the_survey_is_the_published_one(
    survey: dict[tuple[str, str], pd.Series], observed: pd.DataFrame
) -> None:
    own = observed[observed["source_id"] == "staff_survey"]
    assert len(own) == 5 * 22 * 2
    for row in own.itertuples():
        question = next(name for name, topic in TOPICS.items() if row.concept == f"staff_survey.{topic}")
        label = "" if row.dimension == "total" else row.native_group
        published = survey[question, label]["responses" if row.part == "Responses" else "yes"]
        assert row.value == pytest.approx(published, abs=1e-9), (row.concept, label, row.part)


def test_opportunity_on_record(observed: pd.DataFrame) -> None:
    rows = observed[
        (observed["concept"] == "staff_survey.equal_opportunity")
        & (observed["part"] == "Yes")
        & observed["dimension"].isin(["total", "ethnicity", "occupation"])
    ].set_index("group_code")["value"]
    assert rows.round(2).to_dict() == {
        "ALL": 55.93, "WHITE": 58.85, "WRES_OTHER": 49.51, "MIDWIVES": 53.74
    }  # fmt: skip


def test_rows_of_both_files_are_accounted_for(published_warehouse: Path) -> None:
    accounts = query(
        published_warehouse,
        "select source_id, step, max(rows_in) as rows_in, max(rows_out) as rows_out, sum(rows_reason) as rows_reason "
        "from equity.fct_reconciliation where source_id in ('workforce', 'staff_survey') group by 1, 2",
    )
    assert len(accounts) == 8
    assert (accounts["rows_in"] == accounts["rows_out"] + accounts["rows_reason"]).all()
    loaded = accounts[accounts["step"].str.startswith("1")].set_index("source_id")["rows_out"]
    assert loaded["workforce"] == 24_204


def test_national_context_of_staff_is_the_published_one(
    midwives: pd.DataFrame, survey: dict[tuple[str, str], pd.Series], published_warehouse: Path
) -> None:
    """Shares worked out from the workbook again; every system sees England's and none is judged by it."""
    staff = query(published_warehouse, "select * from equity.pub_workforce")
    assert set(staff["organisation_level"]) == {"national"} and set(staff["verdict"]) == {"not available"}
    newest = midwives[midwives["Time"] == midwives["Time"].max()]
    published = newest.set_index(["Grade", "Ethnicity"])["Value"]
    bands = staff[(staff["measure_id"] == "headcount") & (staff["dimension"] == "ethnicity")]
    named = {"all": "All Grades", "non_afc": "Non Afc Grade"}
    for row in bands.itertuples():
        grade = named.get(row.band) or f"Band {row.band.removeprefix('band_')}"
        assert row.numerator == published[grade, row.native_group]
        assert row.denominator == published[grade, EVERYBODY]
        assert row.value == pytest.approx(100 * row.numerator / row.denominator)
    assert (
        len(bands.drop_duplicates(["band", "group_code"])) == len(published) - 2 * newest["Grade"].nunique()
    )
    black = bands[
        (bands["band"] == "band_7") & (bands["group_code"] == "BLACK") & (bands["comparison"] == "all bands")
    ]
    assert black["value"].round(2).tolist() == [8.14] and black["reference_value"].round(2).tolist() == [7.57]
    asked = staff[(staff["form"] == "survey") & (staff["group_code"] == "WRES_OTHER")]
    for row in asked.itertuples():
        question = next(name for name, topic in TOPICS.items() if topic == row.measure_id)
        others = survey[question, "Staff from all other ethnic groups combined"]["yes"]
        white = survey[question, "White staff"]["yes"]
        assert row.value == pytest.approx(others) and row.difference == pytest.approx(others - white)
        assert row.ratio == pytest.approx(others / white) and pd.isna(row.ratio_lower_95)
    assert len(asked) == 5


def test_the_page_says_that_the_system_supplied_nothing(published_output: Path) -> None:
    folder = published_output / "editions" / "latest" / "QK1"
    page = (folder / "audit.html").read_text("utf-8")
    section = page[page.index('<section id="staff"') :].partition("</section>")[0]
    assert "No trust of this system supplied counts of its staff" in section
    assert section.count('<span class="scope">England</span>') == 2
    pack = pd.read_csv(folder / "data" / "workforce.csv")
    assert set(pack["organisation_level"]) == {"national"} and pack["lmns_code"].isna().all()
