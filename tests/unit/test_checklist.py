"""The checklist asks only for what can be there, covers every intervention, and shows what nobody has checked."""

from __future__ import annotations

import pandas as pd
import pytest

from orchestration.ingest.declarations import read_declarations
from orchestration.outputs.figures import Facts
from orchestration.outputs.figures_checklist import checklist_figures
from tests.conftest import PROJECT
from tests.page_data import audit_data


def seed(name: str) -> pd.DataFrame:
    return pd.read_csv(PROJECT / "seeds" / f"{name}.csv", dtype=str, keep_default_na=False)


def known() -> dict[str, set[str]]:
    """By kind of evidence, every subject that a warehouse can hold."""
    metrics, topics = set(seed("metrics")["metric_id"]), set(seed("evidence_topics")["topic"])
    tables = {table.name: table for source in read_declarations() for table in source.tables}
    measures = next(column.codes for column in tables["local__workforce"].columns if column.name == "measure")
    text = (PROJECT / "dbt_project/models/equity/checklist/fct_checklist_held.sql").read_text("utf-8")
    facts = {f"asset: {kind}" for kind in seed("asset_kinds")["kind"]}
    facts |= {
        name
        for name in (
            "funding dates", "languages named", "communities named", "need beside assets", "need of areas",
            "robustness of gaps", "trends", "drafted actions",
        )
        if f"'{name}'" in text
    }  # fmt: skip
    return {
        "metric": metrics,
        "topic": topics | metrics,
        "data set": {name.removeprefix("local__") for name in tables if name.startswith("local__")},
        "staff": set(measures) | {"Q14a", "Q14b", "Q14c", "Q15", "Q16b"},
        "check": {"Ethnic category at booking", "Deprivation of home area at booking"},
        "fact": facts,
        "account": {"none"},
    }


def test_every_requirement_asks_for_something_that_can_be_there() -> None:
    subjects = known()
    for row in seed("checklist_requirements").to_dict("records"):
        assert set(row["subjects"].split("|")) <= subjects[row["evidence_kind"]], row["requirement"]


def test_every_intervention_is_on_the_list_once_and_every_item_needs_something() -> None:
    checklist, requirements = seed("guidance_checklist"), seed("checklist_requirements")
    own = checklist[checklist["item_kind"] == "intervention"]
    assert sorted(own["intervention_ref"]) == sorted(seed("interventions")["ref"])
    assert set(requirements["item_id"]) == set(checklist["item_id"])
    assert not requirements.duplicated(["item_id", "requirement_order"]).any()
    analysis = checklist[checklist["item_kind"] == "analysis"]
    assert (analysis["item"] != "").all() and (analysis["verification"] != "").all()
    # an item that is read somewhere says where
    assert (analysis.loc[analysis["verification"] != "unverified", "source_url"] != "").all()


def test_no_row_of_the_list_says_its_own_result() -> None:
    for name in ("guidance_checklist", "checklist_requirements"):
        assert not seed(name).isin(["present", "partly", "absent"]).any(axis=None)


@pytest.mark.parametrize(
    ("item", "status", "why", "checked"),
    [
        ("A2", "partly", "Held: register of community assets. Missing: need of each community beside them.", "unverified"),
        ("4b.6", "present", "Held: register of community assets.", "verified in the text; how progress is counted: unverified"),
        ("A3", "absent", "Missing: need of each community beside them.", "as another text quotes it"),
    ],
)  # fmt: skip
def test_each_row_says_why_and_whether_its_words_were_checked(
    item: str, status: str, why: str, checked: str
) -> None:
    figures = checklist_figures(Facts(audit_data().system("QK1")))
    rows = {row[0]: row for figure in figures for row in figure.table.rows}
    assert rows[item][3:5] == (status, why)
    assert rows[item][6].startswith(checked)


def test_the_statement_counts_the_rows() -> None:
    analysis, interventions = checklist_figures(Facts(audit_data().system("QK1")))
    assert analysis.statement == "0 present, 1 partly, 1 absent, of 2."
    assert interventions.statement == "1 present, 0 partly, 0 absent, of 1."
