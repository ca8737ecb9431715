"""The drafted plan on whole editions: an action for each first finding, targets by the rule, history never a pass mark."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from orchestration import action_workbook as book_of

TOP, TOP_OF_KIND = 10, 2  # action_top_findings and action_top_of_kind of dbt_project.yml


def actions(warehouse: Path) -> pd.DataFrame:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.sql("select * from equity.pub_action").df()


@pytest.fixture(scope="module")
def sample(sample_warehouse: Path) -> pd.DataFrame:
    return actions(sample_warehouse)


def test_each_of_the_first_findings_has_an_action(sample_warehouse: Path) -> None:
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        missing = connection.execute(
            """
            with ranked as (
                select figure_id, finding_rank, row_number() over (
                    partition by lmns_code, kind, staff_measure_id is null order by finding_rank
                ) as place
                from equity.pub_finding
            )
            select (ranked.finding_rank <= ? or ranked.place <= ?) as wanted, action.action_id is not null as has, count(*)
            from ranked left join equity.pub_action as action on ranked.figure_id = action.finding_id
            group by 1, 2 order by 1, 2
            """,
            [TOP, TOP_OF_KIND],
        ).fetchall()
    assert [row[:2] for row in missing] == [(False, False), (True, True)]


def test_targets_obey_the_rule(sample: pd.DataFrame) -> None:
    aimed = sample[sample["target_rule"] == "half the gap"]
    assert len(aimed) > 20
    for row in aimed.itertuples():
        change = row.target_value - row.baseline_value
        assert change == pytest.approx((row.reference_value - row.baseline_value) / 2)
        # the group gets better, and not past the reference
        assert change > 0 if row.polarity == "high" else change < 0
        steps = [row.target_year_1 - row.baseline_value, row.target_year_2 - row.target_year_1, row.target_year_3 - row.target_year_2]  # fmt: skip
        assert steps == pytest.approx([change / 3] * 3)
        assert row.absolute_gap == pytest.approx(row.baseline_value - row.reference_value, abs=1e-6)
        assert row.relative_gap == pytest.approx(row.baseline_value / row.reference_value, rel=0.02)
        assert row.people_to_reach >= 1
        if row.smallest_detectable_change == row.smallest_detectable_change:
            expected = (
                "each year" if abs(change) / 3 >= row.smallest_detectable_change
                else "after three years" if abs(change) >= row.smallest_detectable_change
                else "not in so few people"
            )  # fmt: skip
            assert row.detectable == expected
    assert (sample["target_basis"].notna() == sample["target_value"].notna()).all()
    assert set(sample["target_basis"].dropna()) == {"proposal"}


def test_deaths_and_what_cannot_be_told_have_no_number(sample: pd.DataFrame) -> None:
    bare = sample[
        sample["outcome_metric_id"].fillna("").str.contains("stillb|death|mortality")
        | sample["finding_kind"].isin(["too few to tell", "evidence gap", "consistency gap"])
    ]
    assert len(bare) > 5
    assert bare["target_value"].isna().all()
    assert bare["target_reason"].str.startswith("No number:").all()


def test_nobody_has_agreed_to_a_draft(sample: pd.DataFrame) -> None:
    assert sample[["owner", "start_date", "due_date"]].isna().all(axis=None)
    assert set(sample["status"]) == {"not started"}
    assert sample["partners"].str.contains("Maternity and Neonatal Voices Partnership").all()


def test_an_expired_ambition_is_history_and_no_pass_mark(
    sample_warehouse: Path, sample: pd.DataFrame
) -> None:
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        ambitions = connection.sql("select * from equity.pub_ambition").df()
        assured = connection.execute(
            "select count(*) from equity.fct_trend where assurance is not null"
        ).fetchone()
    expired = ambitions[pd.to_datetime(ambitions["valid_to"]) < pd.to_datetime(ambitions["checked_on"])]
    assert len(expired) >= 6
    assert set(expired["standing"]) == {"history"}
    for metric in expired["metric"]:
        assert not sample["ambition"].fillna("").str.contains(metric, regex=False).any(), metric
    assert sample["ambition_history"].notna().any()
    assert assured == (0,), "no system agreed a target, and an ambition is none"


def test_what_is_not_verified_is_never_the_guidances(sample_output: Path) -> None:
    """Where the plan names an intervention, how far it was checked stands beside it, on the page and in the workbook."""
    with (sample_output / "editions" / "latest" / "QK1" / "data" / "actions.csv").open(encoding="utf-8") as handle:  # fmt: skip
        rows = pd.read_csv(handle)
    assert set(rows["intervention_verification"]) <= {"verified", "secondary", "unverified"}
    workbook = CalamineWorkbook.from_path(sample_output / "editions" / "latest" / "QK1" / "action_plan.xlsx")
    plan = workbook.get_sheet_by_name(book_of.PLAN).to_python(skip_empty_area=False)
    place = [column.name for column in book_of.PLAN_COLUMNS].index("intervention")
    shown = [row[place] for row in plan[book_of.HEADER_ROW :] if row[0]]
    assert len(shown) == len(rows)
    for text, mark in zip(shown, rows["intervention_verification"], strict=True):
        assert text.endswith(f"({mark})")
    page = (sample_output / "editions" / "latest" / "QK1" / "audit.html").read_text("utf-8")
    unverified = rows.loc[rows["intervention_verification"] != "verified", "intervention_text"]
    for text in set(unverified):
        assert not re.search(rf"guidance (?:says|asks for|requires)[^.<]*{re.escape(text)}", page)


def test_findings_and_actions_lead_to_each_other_on_the_page(sample_output: Path) -> None:
    for code in ("QK1", "QMF", "QGH"):
        folder = sample_output / "editions" / "latest" / code
        page = (folder / "audit.html").read_text("utf-8")
        rows = pd.read_csv(folder / "data" / "actions.csv")
        for action, finding in zip(rows["action_id"], rows["finding_id"], strict=True):
            for one in (action, finding):
                assert page.count(f" id={one}>") == 1, one
                assert page.count(f'href="#{one}"') == 1, one
        assert 'href="action_plan.xlsx"' in page


def test_every_published_system_has_a_plan(published_warehouse: Path, published_output: Path) -> None:
    rows = actions(published_warehouse)
    systems = rows.groupby("lmns_code").size()
    assert len(systems) == 42
    assert systems.min() >= TOP
    assert {path.parent.name for path in (published_output / "editions" / "latest").glob("*/action_plan.xlsx")} == set(systems.index)  # fmt: skip
    # no gap between groups is claimed where none is published, so no target is either
    by_group = rows[(rows["dimension"] != "total") & (rows["target_rule"] == "half the gap")]
    assert set(by_group["outcome_metric_id"]) <= {"coc_by_28_weeks", "coc_receiving"}
