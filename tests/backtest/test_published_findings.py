"""Findings from the real published files: all 42 systems have them, and none claims more than the data can bear."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.outputs.findings import in_words


@pytest.fixture(scope="module")
def warehouse(published_warehouse: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(published_warehouse), read_only=True)


def test_every_system_has_findings(warehouse: duckdb.DuckDBPyConnection) -> None:
    systems = warehouse.execute(
        "select lmns_code, count(*), min(finding_rank), max(finding_rank) from equity.pub_finding group by 1"
    ).fetchall()
    assert len(systems) == 42
    assert all(first == 1 and last == count for _, count, first, last in systems)


def test_ethnic_gaps_in_outcomes_are_evidence_gaps_not_claims(warehouse: duckdb.DuckDBPyConnection) -> None:
    claimed = warehouse.execute(
        """
        select distinct metric_id from equity.fct_finding
        where dimension <> 'total' and kind in ('equity gap', 'access gap', 'too few to tell')
        """
    ).fetchall()
    # the only measures that are published by group for a system
    assert sorted(claimed) == [("coc_by_28_weeks",), ("coc_receiving",)]
    missing = warehouse.execute(
        """
        select subject, count(distinct lmns_code) from equity.fct_finding
        where kind = 'evidence gap' and dimension = 'ethnicity' and item is not null and holder is not null
        group by subject
        """
    ).fetchall()
    assert dict(missing) | {"preterm": 42, "apgar": 42, "haemorrhage": 42, "booking": 42} == dict(missing)
    assert "continuity" not in dict(missing)


def test_no_claim_without_a_worse_verdict(warehouse: duckdb.DuckDBPyConnection) -> None:
    verdicts = warehouse.execute(
        """
        select finding.kind = 'too few to tell', gap.verdict, count(*)
        from equity.fct_finding as finding inner join equity.fct_equity_gap as gap on finding.gap_figure_id = gap.figure_id
        group by all order by all
        """
    ).fetchall()
    assert [row[:2] for row in verdicts] == [(False, "worse"), (True, "too few to tell")]


def test_a_closed_series_is_history(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert warehouse.execute(
        "select count(*) from equity.fct_finding where metric_id = 'smoking_delivery_satod'"
    ).fetchone() == (0,)


def test_every_figure_behind_a_finding_exists(warehouse: duckdb.DuckDBPyConnection) -> None:
    lost = warehouse.execute(
        """
        with behind as (select unnest(string_split(figure_ids, ' ')) as figure_id from equity.fct_finding)
        select count(*) from behind
        where figure_id not in (select figure_id from equity.fct_metric_value)
            and figure_id not in (select figure_id from equity.fct_equity_gap)
            and figure_id not in (select figure_id from equity.fct_data_quality)
        """
    ).fetchone()
    assert lost == (0,)


def test_every_finding_has_words(warehouse: duckdb.DuckDBPyConnection) -> None:
    told = in_words(warehouse.execute("select * from equity.pub_finding").df())
    assert len(told) > 1000
    assert not told["sentence"].str.contains(r"\b(?:None|nan|NaT)\b").any()
    assert told["owner"].str.len().gt(5).all()
