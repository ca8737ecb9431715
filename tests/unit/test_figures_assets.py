"""Community assets on the page: what is said of need, of a gap, of a hidden count and of a register that is not there."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from orchestration.ingest.declarations import read_declarations
from orchestration.outputs.figures import Facts
from orchestration.outputs.figures_assets import RESULTS, assets_figures
from tests.conftest import PROJECT
from tests.page_data import audit_data


def facts(**frames: pd.DataFrame) -> Facts:
    return Facts(replace(audit_data().system("QK1"), **frames))


def test_gaps_stand_first_and_a_hidden_count_is_never_a_number() -> None:
    need, register = assets_figures(facts())
    first, served, hidden = need.table.rows
    assert first[:7] == ("Testtown", "Black or Black British", "120", "1,000", "12.0", "high", "0")
    assert first[10] == RESULTS["gap"] and served[10] == RESULTS["served"]
    assert hidden[2] == "[c]" and hidden[4] == "" and hidden[10] == RESULTS["not known"]
    assert "[c]" in dict(need.marks)
    assert need.statement == (
        "1 of 2 high needs are not met by an asset of their own. First: Black or Black British, Testtown."
    )
    assert register.table.rows[0][:4] == (
        "Gujarati mothers",
        "Language group",
        "an individual",
        "whole system",
    )


def test_without_a_register_need_is_shown_and_nothing_is_claimed_of_assets() -> None:
    data = audit_data().system("QK1")
    rows = data.community_assets.assign(service="no register", verdict="not known", assets_for_everybody=0)
    figures = assets_figures(facts(community_assets=rows, asset_register=data.asset_register.iloc[:0]))
    assert len(figures) == 1
    assert figures[0].statement.startswith("No register of community assets was supplied")
    assert {row[10] for row in figures[0].table.rows} == {"no register"}
    assert {row[6:10] for row in figures[0].table.rows} == {("", "", "", "")}


def test_every_kind_of_the_contract_has_its_name() -> None:
    table = next(
        table
        for source in read_declarations()
        for table in source.tables
        if table.name == "local__community_asset"
    )
    codes = next(column.codes for column in table.columns if column.name == "kind")
    kinds = pd.read_csv(PROJECT / "seeds" / "asset_kinds.csv", dtype=str)
    assert dict(zip(kinds["kind"], kinds["kind_name"], strict=True)) == codes
