"""Every planted truth of the sample is a finding of the right kind, and what is no gap is none."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

Row = dict[str, str]


@pytest.fixture(scope="module")
def warehouse(sample_warehouse: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(sample_warehouse), read_only=True)


@pytest.fixture(scope="module")
def planted(sample_files: Path) -> dict[str, list[Row]]:
    kinds: dict[str, list[Row]] = {}
    with (sample_files / "planted.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            kinds.setdefault(row["kind"], []).append(row)
    return kinds


def found(warehouse: duckdb.DuckDBPyConnection, row: Row, *columns: str) -> list[tuple]:
    """Findings about one group of one metric."""
    return warehouse.execute(
        f"select {', '.join(columns)} from equity.pub_finding "
        "where lmns_code = ? and metric_id = ? and dimension = ? and group_code = ?",
        [row[name] for name in ("lmns_code", "metric_id", "dimension", "group_code")],
    ).fetchall()


def about(warehouse: duckdb.DuckDBPyConnection, code: str, kind: str, like: str) -> list[tuple]:
    """Findings about the data of one organisation."""
    return warehouse.execute(
        "select size_of_gap, owner_role, period_end from equity.pub_finding "
        "where organisation_code = ? and kind = ? and subject like ?",
        [code, kind, like],
    ).fetchall()


def test_a_planted_gap_is_a_firm_equity_gap(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    for row in planted["gap"]:
        ((kind, tier, difference, excess, low, high),) = found(
            warehouse,
            row,
            "kind",
            "tier",
            "difference",
            "excess_number",
            "excess_lower_95",
            "excess_upper_95",
        )
        assert (kind, tier) == ("equity gap", 1), row
        assert difference < 0, "continuity of carer is better when higher"
        assert 0 < low < excess < high


def test_the_widening_gap_says_that_it_widens(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    (row,) = planted["widening_gap"]
    assert found(warehouse, row, "kind", "gap_trend") == [("equity gap", "worse")]


def test_no_planted_gap_is_no_finding(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    for row in planted["no_gap"]:
        assert found(warehouse, row, "kind") == [], row


def test_too_few_is_its_own_kind_with_the_years_it_would_take(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    for row in planted["too_few"]:
        ((kind, tier, years, usual, people),) = found(
            warehouse, row, "kind", "tier", "years_needed", "reference_value", "number_affected"
        )
        assert (kind, tier) == ("too few to tell", 5)
        # the same by the textbook, against a far larger group; the system's others are not infinitely many
        share = usual / 100
        worse = share - 0.25 * min(share, 1 - share)
        needed = (1.959964 * (share * (1 - share)) ** 0.5 + 0.841621 * (worse * (1 - worse)) ** 0.5) ** 2
        assert years == pytest.approx(needed / (worse - share) ** 2 / people, rel=0.15)
        assert years > needed / (worse - share) ** 2 / (people + 5)


def test_faults_of_the_data_are_findings_of_their_kind(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    (row,) = planted["incomplete_ethnicity"]
    ((size, owner, _),) = about(warehouse, row["organisation_code"], "data-quality gap", "valid and stated")
    assert owner == "provider"
    assert abs(100 * (1 - size) - float(row["size"])) < 8  # the newest month is another than the planted one
    (row,) = planted["absent_provider"]
    ((size, owner, end),) = about(warehouse, row["organisation_code"], "data-quality gap", "absent from%")
    assert (size, owner, end.isoformat()) == (1.0, "provider", row["period_end"])
    for kind, mark in (("low_quality", "Low DQ"), ("not_submitted", "DNS")):
        for row in planted[kind]:
            assert about(warehouse, row["organisation_code"], "data-quality gap", f"%: {mark}"), row
    (row,) = planted["double_reported"]
    assert about(warehouse, row["lmns_code"], "consistency gap", "%sum of its providers")


def test_ranks_run_from_one_and_weak_findings_stand_behind_firm_ones(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = warehouse.execute(
        "select lmns_code, finding_rank, tier, coalesce(score, 0) from equity.fct_finding order by 1, 2"
    ).fetchall()
    systems = {row[0] for row in rows}
    assert systems == {"QGH", "QK1", "QMF"}
    for code in systems:
        own = [row for row in rows if row[0] == code]
        assert [row[1] for row in own] == list(range(1, len(own) + 1))
        assert [(row[2], -row[3]) for row in own] == sorted((row[2], -row[3]) for row in own)


def test_a_planted_gap_among_staff_is_a_finding_and_what_is_none_is_not(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    expected = {
        (row["organisation_code"], row["metric_id"])
        for row in [*planted["wres_gap"], *planted["wres_band_gap"]]
    }
    none = {(row["organisation_code"], row["metric_id"]) for row in planted["wres_no_gap"]}
    assert len(expected) >= 3 * 2 and none
    rows = warehouse.execute(
        "select organisation_code, subject, kind, tier, owner_role, intervention, number_affected, robustness, excess_number "
        "from equity.pub_finding where staff_measure_id is not null"
    ).fetchall()
    found = {(code, part) for code, subject, *_ in rows for part in subject.split()}
    assert expected <= found and not none & found
    assert {row[2:] for row in rows} == {("equity gap", 4, "provider", "4d.3", None, None, None)}
    # every judged gap is one finding, and nothing else is
    assert (
        len(rows)
        == warehouse.execute(
            "select count(*) from equity.fct_workforce where verdict = 'worse' and lmns_code is not null"
        ).fetchone()[0]
    )


def test_staff_indicators_that_cannot_be_judged_are_one_finding_a_provider(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """The sample has too few disciplinary processes and board members to tell."""
    rows = warehouse.execute(
        "select organisation_code, kind, tier, item, figures, score from equity.pub_finding where subject = 'staff indicators'"
    ).fetchall()
    assert len({row[0] for row in rows}) == len(rows) == 3
    assert {row[1:] for row in rows} == {("evidence gap", 4, "3, 9", 2, None)}


def test_gaps_among_staff_stand_behind_every_gap_of_mothers_and_babies(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    ranks = warehouse.execute(
        "select lmns_code, max(case when staff_measure_id is null then finding_rank end), "
        "min(case when staff_measure_id is not null then finding_rank end) "
        "from equity.pub_finding where kind in ('equity gap', 'access gap') group by 1"
    ).fetchall()
    assert len(ranks) == 3
    assert all(mothers < staff for _, mothers, staff in ranks)


def test_the_first_gaps_among_staff_have_an_action_that_claims_no_evidence_and_no_number(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = warehouse.execute(
        "select action.lmns_code, action.priority, action.basis_strength, action.target_value, action.baseline_value, "
        "action.reference_value, action.relative_gap, action.outcome_measure, action.unit "
        "from equity.pub_action as action inner join equity.pub_finding as finding on action.finding_id = finding.figure_id "
        "where finding.staff_measure_id is not null"
    ).fetchall()
    assert {row[0] for row in rows} == {"QGH", "QK1", "QMF"} and len(rows) == 3 * 2
    for _, priority, strength, target, baseline, reference, ratio, measure, unit in rows:
        assert (priority, strength, target, unit) == (4, "local idea", None, "%") and measure
        assert baseline != reference
        assert ratio is None or ratio == pytest.approx(baseline / reference)


def test_neutral_metrics_give_no_finding(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert warehouse.execute(
        "select count(*) from equity.fct_finding as finding inner join reference.metrics as metric "
        "on finding.metric_id = metric.metric_id where metric.polarity = 'neutral'"
    ).fetchone() == (0,)


def test_the_neonatal_unit_that_fails_to_code_ethnicity_needs_attention(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    """One unit, and in no system the mothers' categories, which the maternity records confirm."""
    units = {row["organisation_code"] for row in planted["baby_ethnicity_failure"]}
    found = warehouse.execute(
        "select organisation_code, organisation_level, measure, verdict from equity.pub_data_quality "
        "where source_id = 'local' and verdict in ('good', 'needs attention') and (measure like 'same % as in the % record' "
        "or (organisation_level = 'hospital' and item = 'Neonatal admissions: ethnic category of the baby' "
        "and measure = 'valid and stated'))"
    ).fetchall()
    bad = {
        (code, measure)
        for code, level, measure, verdict in found
        if level == "hospital" and verdict != "good"
    }
    assert bad == {
        (unit, measure)
        for unit in units
        for measure in ("valid and stated", "same baby's ethnic category as in the birth record")
    }
    assert {verdict for _, _, measure, verdict in found if "mother" in measure} == {"good"}


def test_linkage_is_what_was_planted(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    for kind, item, measure in (
        ("linked_babies", "Neonatal admissions", "linked by pseudonym"),
        ("births_with_booking", "Births", "linked to a booking"),
    ):
        for row in planted[kind]:
            ((value, people),) = warehouse.execute(
                "select value, denominator from equity.pub_data_quality where source_id = 'local' "
                "and organisation_code = ? and item = ? and measure = ?",
                [row["organisation_code"], item, measure],
            ).fetchall()
            # both counts are rounded to the nearest 5; a booking can also be found by the mother's number
            assert abs(100 * value - float(row["size"])) < 100 * 5 / people + 0.5, row


def assets(warehouse: duckdb.DuckDBPyConnection, code: str, group: str) -> dict[str, tuple]:
    """Need and service of one community or kind of asset, by area."""
    rows = warehouse.execute(
        "select area_code, verdict, service, people_needing, need_level from equity.pub_community_asset "
        "where lmns_code = ? and group_code = ?",
        [code, group],
    ).fetchall()
    return {area: tuple(rest) for area, *rest in rows}


def test_a_need_that_no_asset_names_is_an_access_gap_and_a_served_one_is_none(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    found_of = (
        "select organisation_code, kind, tier from equity.pub_finding "
        "where lmns_code = ? and subject = 'community asset' and group_code = ?"
    )
    for row in planted["asset_gap"]:
        code, group = row["lmns_code"], row["group_code"]
        by_area = assets(warehouse, code, group)
        findings = warehouse.execute(found_of, [code, group]).fetchall()
        if row["dimension"] == "kind":
            gaps = {area for area, (verdict, *_) in by_area.items() if verdict == "gap"}
            assert gaps == {row["organisation_code"]}
            assert findings == [(row["organisation_code"], "access gap", 3)]
        else:
            verdict, service, people, need = by_area[code]
            assert (verdict, service, need) == ("gap", "open to everybody", "high")
            assert people % 5 == 0 and people > 100, "a figure behind the gate"
            # it is so in the whole system: one finding, not one an area
            assert findings == [(code, "access gap", 3)]
    served = assets(warehouse, "QK1", "ASIAN")
    assert served["QK1"][0] == "served" and served["E06000016"][0] == "served"
    assert ("QK1", "access gap", 3) not in warehouse.execute(found_of, ["QK1", "ASIAN"]).fetchall()


def test_money_that_ends_is_a_risk_and_what_may_not_be_published_is_only_counted(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    (row,) = planted["asset_funding"]
    assert (
        assets(warehouse, row["lmns_code"], row["group_code"])[row["organisation_code"]][0] == row["expected"]
    )
    (row,) = planted["asset_not_published"]
    kinds = {kind for (kind,) in warehouse.execute("select kind from equity.pub_asset_register").fetchall()}
    held = {
        kind for (kind,) in warehouse.execute("select kind from harmonised.int_community_asset").fetchall()
    }
    assert held - kinds == {row["group_code"]}
    counted = warehouse.execute(
        "select max(assets_not_published) from equity.pub_community_asset where group_code = ?",
        [row["group_code"]],
    ).fetchone()
    assert counted == (2,)


def test_without_a_register_nothing_is_claimed_of_assets(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "select distinct service, verdict from equity.pub_community_asset where lmns_code = 'QMF'"
    ).fetchall()
    assert rows == [("no register", "not known")]
