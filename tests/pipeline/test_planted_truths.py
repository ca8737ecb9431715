"""Every truth planted in the sample comes out of the warehouse, and every sample file is read in full."""

from __future__ import annotations

import csv
import re
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import duckdb
import numpy as np
import pytest

from orchestration.trace import trace_figure

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


def test_every_file_is_claimed_and_every_row_loaded(
    warehouse: duckdb.DuckDBPyConnection, sample_files: Path
) -> None:
    files = [path for path in sample_files.rglob("*") if path.is_file() and path.suffix != ".yaml"]
    left = warehouse.execute(
        "select path, verdict, reason, rows_quarantined from raw.file_register "
        "where verdict <> 'loaded' or rows_quarantined > 0 or not is_synthetic"
    ).fetchall()
    assert left == []
    registered = warehouse.execute("select count(*) from raw.file_register").fetchone()
    assert registered == (len(files) - 2,)  # planted.csv and SYNTHETIC.txt are the sample's own notes


def test_every_label_and_organisation_has_a_mapping(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "select source_id, problem, problem_label, count(*) from harmonised.fct_observation_rejected group by all"
    ).fetchall()
    assert found == []


def test_only_the_systems_shown_have_an_audit(warehouse: duckdb.DuckDBPyConnection) -> None:
    systems = warehouse.execute(
        "select lmns_code, is_synthetic from equity.pub_lmns order by lmns_code"
    ).fetchall()
    assert systems == [("QGH", True), ("QK1", True), ("QMF", True)]


@pytest.mark.parametrize("kind", ["gap", "no_gap", "too_few"])
def test_gaps(warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]], kind: str) -> None:
    assert planted[kind]
    for row in planted[kind]:
        verdict, low, high = warehouse.execute(
            """
            select verdict, difference_lower_95, difference_upper_95
            from equity.fct_equity_gap
            where
                reference_kind = 'fixed' and organisation_level = 'lmns' and organisation_code = ?
                and metric_id = ? and dimension = ? and group_code = ? and reference_group = ?
                and period_start = ? and period_end = ?
            """,
            [row[name] for name in (
                "organisation_code", "metric_id", "dimension", "group_code", "reference_group", "period_start",
                "period_end",
            )],
        ).fetchone()  # fmt: skip
        assert verdict == row["expected"], row
        assert low <= float(row["size"]) <= high, row


def test_no_gap_is_found_where_none_is_planted(warehouse: duckdb.DuckDBPyConnection) -> None:
    wrong, judged = warehouse.execute(
        """
        select
            count(case when verdict in ('worse', 'better') then 1 end),
            count(*)
        from equity.fct_equity_gap
        where
            reference_kind = 'fixed' and organisation_level = 'lmns' and metric_id = 'coc_by_28_weeks'
            and organisation_code <> 'QK1' and verdict in ('worse', 'better', 'no clear difference')
        """
    ).fetchone()
    assert judged > 200
    assert wrong / judged <= 0.05


def test_ethnic_category_is_incomplete_where_planted(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    (row,) = planted["incomplete_ethnicity"]
    found = dict(
        warehouse.execute(
            """
            select organisation_code, struct_pack(verdict := verdict, value := value)
            from equity.fct_data_quality
            where
                item = 'Ethnic category at booking' and measure = 'valid and stated'
                and organisation_level = 'provider' and period_start = ?
            """,
            [row["period_start"]],
        ).fetchall()
    )
    measured = found.pop(row["organisation_code"])
    assert measured["verdict"] == row["expected"]
    assert abs(100 * measured["value"] - float(row["size"])) < 2
    assert {other["verdict"] for other in found.values()} == {"good"}


def test_absent_provider(warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]) -> None:
    (row,) = planted["absent_provider"]
    found = warehouse.execute(
        "select distinct organisation_code, cast(period_start as varchar), verdict from equity.fct_data_quality "
        "where item = 'Monthly submission' and measure = 'absent from msds_monthly__data'"
    ).fetchall()
    assert found == [(row["organisation_code"], row["period_start"], row["expected"])]


def test_withheld_rates_keep_their_mark(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    (low,) = planted["low_quality"]
    marks = warehouse.execute(
        "select distinct mark, value from equity.fct_metric_value where metric_id = ? and organisation_code = ?",
        [low["metric_id"], low["organisation_code"]],
    ).fetchall()
    assert marks == [(low["expected"], None)]
    (absent,) = planted["not_submitted"]
    marked = warehouse.execute(
        "select count(*) from equity.fct_metric_value where metric_id = ? and organisation_code = ? and mark = ?",
        [absent["metric_id"], absent["organisation_code"], absent["expected"]],
    ).fetchone()
    assert marked == (1,)


def test_a_suppressed_row_stays_hidden_as_a_whole(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    (row,) = planted["suppressed_row"]
    found = warehouse.execute(
        "select distinct mark, numerator, denominator, value from equity.fct_metric_value "
        "where metric_id = ? and organisation_code = ?",
        [row["metric_id"], row["organisation_code"]],
    ).fetchall()
    assert found == [(row["expected"], None, None, None)]


def test_double_reporting_shows_as_levels_that_disagree(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    (row,) = planted["double_reported"]
    found = dict(
        warehouse.execute(
            "select lmns_code, verdict from equity.fct_data_quality where item = 'msds.TotalBookings' "
            "and measure like 'published for the system%' and period_start = ?",
            [row["period_start"]],
        ).fetchall()
    )
    assert found.pop(row["lmns_code"]) == row["expected"]
    assert set(found.values()) == {"good"}


def test_averages_are_no_counts_to_add_up(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "select count(*) from equity.fct_data_quality where item = 'msds.AgeAtBookingMotherAvg'"
    ).fetchone()
    assert found == (0,)


def test_the_shift_is_found(warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]) -> None:
    (row,) = planted["shift"]
    points = warehouse.execute(
        "select cast(period_start as varchar), rule, direction from equity.fct_trend_point "
        "where metric_id = ? and organisation_code = ? and dimension = 'total' order by period_start",
        [row["metric_id"], row["organisation_code"]],
    ).fetchall()
    after = [point for point in points if point[0] >= row["period_start"]]
    assert len(after) >= 7
    assert all(rule is not None and direction == -1 for _, rule, direction in after)
    assert row["expected"] in {rule for _, rule, _ in after}
    found = warehouse.execute(
        "select organisation_code, verdict from equity.fct_trend where method = 'xmr' and metric_id = ? "
        "and organisation_level = 'lmns' and dimension = 'total' and verdict in ('worse', 'better')",
        [row["metric_id"]],
    ).fetchall()
    assert found == [(row["organisation_code"], "worse")]


def test_the_widening_gap_is_found(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    (row,) = planted["widening_gap"]
    found = warehouse.execute(
        "select organisation_code, group_code, reference_group, verdict, slope from equity.fct_trend "
        "where method = 'gap' and metric_id = ? and organisation_level = 'lmns' and dimension = ? and group_code = ? "
        "and verdict in ('worse', 'better')",
        [row["metric_id"], row["dimension"], row["group_code"]],
    ).fetchall()
    assert [one[:4] for one in found] == [
        (row["organisation_code"], row["group_code"], row["reference_group"], "worse")
    ]
    # from no gap to the planted one in little over a year
    assert abs(found[0][4] - float(row["size"]) * 12 / 13) < 5


def test_copies_and_releases(warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]) -> None:
    for kind, used in (("resaved_copy", "csv"), ("provisional_then_final", "csv")):
        (row,) = planted[kind]
        found = warehouse.execute(
            """
            select choice.choice_reason, register.file_name
            from harmonised.int_file_choice as choice
            inner join raw.file_register as register on choice.file_id = register.file_id
            where
                choice.concept = 'msds.TotalBookings' and choice.organisation_level = 'lmns'
                and choice.period_start = ?
            """,
            [row["period_start"]],
        ).fetchall()
        reasons = dict(found)
        assert set(reasons) == {"used", row["expected"]}
        assert reasons["used"].endswith(f"exp-data.{used}") and "Provisional" not in reasons["used"]


def test_the_damaged_copy_agrees_with_the_sound_one(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    (row,) = planted["resaved_copy"]
    copies = warehouse.execute(
        """
        select
            count(distinct file_id),
            count(*),
            count(distinct concat_ws('|', period_start, organisation_level, organisation_code, dimension, category,
                final_value))
        from staged.stg_msds_monthly__data
        where period_start = ? and organisation_level is not null
        """,
        [row["period_start"]],
    ).fetchone()
    assert copies[0] == 2
    assert copies[1] == 2 * copies[2]


# what the sample's councils do not supply, and what one year of three systems is too little for, with the marks it carries
NOT_SUPPLIED = {
    "council_antenatal_visit", "council_healthy_start", "council_review_12_months", "council_smoking_pregnancy",
    "council_smoking_stopped",
}  # fmt: skip
HELD_BACK = {
    "local_stillbirth": {"[c]"},
    "local_neonatal_death": {"[c]"},
    "local_perinatal_contact_month": {"[c]", "[low]"},
}


def test_every_metric_has_figures(warehouse: duckdb.DuckDBPyConnection) -> None:
    without = warehouse.execute(
        """
        select metric.metric_id, min(figure.mark), max(figure.mark), max(metric.no_figure_reason)
        from equity.pub_metric as metric
        left join equity.fct_metric_value as figure using (metric_id)
        group by metric.metric_id
        having count(figure.value) = 0
        """
    ).fetchall()
    marks = {name: {first, last} for name, first, last, _ in without if first is not None}
    assert marks == HELD_BACK
    assert {name for name, _, _, reason in without if reason} == NOT_SUPPLIED
    assert len(without) == len(NOT_SUPPLIED) + len(HELD_BACK)


@pytest.mark.parametrize("kind", ["record_gap", "record_no_gap"])
def test_gaps_in_records(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]], kind: str
) -> None:
    assert planted[kind]
    for row in planted[kind]:
        verdict, low, high = warehouse.execute(
            """
            select gap.verdict, 100 * gap.difference_lower_95 / metrics.multiplier,
                100 * gap.difference_upper_95 / metrics.multiplier
            from equity.fct_equity_gap as gap
            inner join reference.metrics as metrics on gap.metric_id = metrics.metric_id
            where
                gap.reference_kind = 'fixed' and gap.organisation_level = 'lmns' and gap.organisation_code = ?
                and gap.metric_id = ? and gap.dimension = ? and gap.group_code = ? and gap.reference_group = ?
                and gap.period_start = ? and gap.period_end = ?
            """,
            [row[name] for name in (
                "lmns_code", "metric_id", "dimension", "group_code", "reference_group", "period_start", "period_end",
            )],
        ).fetchone()  # fmt: skip
        assert verdict == row["expected"], row
        assert low <= float(row["size"]) <= high, row


def test_no_gap_is_found_in_records_where_none_is_planted(warehouse: duckdb.DuckDBPyConnection) -> None:
    wrong, judged = warehouse.execute(
        """
        select
            count(case when verdict in ('worse', 'better') then 1 end),
            count(*)
        from equity.fct_equity_gap
        where
            reference_kind = 'fixed' and organisation_level = 'lmns'
            and metric_id in ('local_care_plan', 'local_pph', 'local_tears')
            and dimension in ('ethnicity', 'deprivation_quintile')
            and verdict in ('worse', 'better', 'no clear difference')
        """
    ).fetchone()
    assert judged > 30
    # as above: a test at 5% is allowed its share of false verdicts, here one period of one group
    assert wrong / judged <= 0.05


def test_a_month_of_bookings_that_never_came(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    (row,) = planted["missing_month"]
    found = warehouse.execute(
        "select cast(period_start as varchar), verdict from equity.fct_data_quality where organisation_code = ? "
        "and measure = 'absent from local__maternity_booking'",
        [row["organisation_code"]],
    ).fetchall()
    assert found == [(row["period_start"], "needs attention")]
    # hospitals that were asked from a later month on are not absent before it
    everywhere = warehouse.execute(
        "select distinct organisation_code, cast(period_start as varchar) from equity.fct_data_quality "
        "where measure like 'absent from local%'"
    ).fetchall()
    assert everywhere == [(row["organisation_code"], row["period_start"])]
    (sentence,) = warehouse.execute(
        "select subject from equity.pub_finding where source_id = 'local' and subject like 'absent from%'"
    ).fetchall()
    assert sentence == ("absent from the records asked for",)
    record = warehouse.execute(
        "select lmns_code, supplier_code, dataset, cast(submission_month as varchar), files, rows_received, first_received, "
        "due_date < as_of_date, days_late from equity.fct_submission where submission_status = 'missing'"
    ).fetchall()
    assert record == [
        (
            row["lmns_code"],
            row["organisation_code"],
            "maternity_booking",
            row["period_start"],
            0,
            0,
            None,
            True,
            None,
        )
    ]
    # the first files of every supplier came at once, so none of their months is late
    assert warehouse.execute("select count(*) from equity.fct_submission where days_late > 0").fetchone() == (
        0,
    )
    (history,) = warehouse.execute(
        "select count(*) from equity.fct_submission where submission_status = 'received in a whole history'"
    ).fetchone()
    assert history > 20


def test_a_month_that_never_came_does_not_end_the_comparison_of_who_books(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    (row,) = planted["missing_month"]
    found = warehouse.execute(
        "select item, measure like '%residents%', count(*), count(value) from equity.pub_data_quality "
        "where lmns_code = ? and item like '% mix of women booked (local records)' and cast(? as date) between period_start "
        "and period_end and verdict <> 'needs attention' group by all order by all",
        [row["lmns_code"], row["period_start"]],
    ).fetchall()
    deprivation, ethnic = (f"{of} mix of women booked (local records)" for of in ("Deprivation", "Ethnic"))
    assert found == [
        (deprivation, False, 5, 5),
        (deprivation, True, 5, 5),
        (ethnic, False, 4, 4),
        (ethnic, True, 4, 4),
    ]


def test_the_rows_of_data_sets_about_no_single_person_are_judged(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """Gates stand before them as before records: a supplier with few rows, or few without an answer, shows nothing."""
    rows = warehouse.execute(
        "select split_part(item, ':', 1), numerator, denominator, value, verdict from equity.fct_data_quality "
        "where source_id = 'local' and organisation_level = 'supplier' and measure in "
        "('known', 'understood', 'plausible', 'agrees', 'recent', 'rows that stand for something of their own')"
    ).fetchall()
    told = {"Council figures", "What people said", "Members of the partnership", "Community assets", "Staff"}
    judged = [row for row in rows if row[0] in told]
    assert {row[0] for row in judged} == told
    assert {row[0] for row in judged if row[4] == "good"} == told
    assert all(count is None or count % 5 == 0 for row in judged for count in row[1:3])
    assert all(row[3] is None for row in judged if row[4] == "not available")


def test_a_system_of_which_one_provider_supplied_says_so_and_is_compared_with_it(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """The sample writes records of one hospital a system; Homerton has about a quarter of North East London's births."""
    notes = warehouse.execute(
        "select organisation_level, organisation_code, bool_or(coalesce(caveat like '%From the records of%', false)), max(caveat) "
        "from equity.pub_metric_value where metric_id = 'local_preterm' and dimension = 'total' group by all order by all"
    ).fetchall()
    assert [(level, code, noted) for level, code, noted, _ in notes if level == "lmns"] == [
        ("lmns", "QGH", True), ("lmns", "QK1", False), ("lmns", "QMF", True),
    ]  # fmt: skip
    assert not any(noted for level, _, noted, _ in notes if level == "provider")
    (homerton,) = [caveat for level, code, _, caveat in notes if code == "QMF"]
    assert (
        "From the records of 1 of the 3 providers of this system, which have 26% of the babies born"
        in homerton
    )
    (unsaid,) = warehouse.execute(
        "select count(*) from equity.pub_finding where source_id = 'local' and lmns_code in ('QGH', 'QMF') "
        "and metric_id in ('local_preterm', 'local_care_plan', 'local_folic_acid') and kind = 'equity gap' and coverage_note is null"
    ).fetchone()
    assert unsaid == 0
    # the same counts on both sides, since one provider stands for each system; rates of part of a system are not compared
    beside = warehouse.execute(
        "select own.lmns_code, count(*), max(abs(own.denominator - hospital.denominator)) from equity.fct_local_consistency as own "
        "inner join equity.fct_local_consistency as hospital on own.lmns_code = hospital.lmns_code and own.item = hospital.item "
        "and own.measure = hospital.measure and own.period_start = hospital.period_start "
        "where own.organisation_level = 'lmns' and hospital.organisation_level = 'provider' "
        "and own.measure = 'beside the published count' group by 1 order by 1"
    ).fetchall()
    assert [(code, difference) for code, _, difference in beside] == [("QGH", 0), ("QK1", 0), ("QMF", 0)]
    rates = warehouse.execute(
        "select distinct organisation_code from equity.fct_local_consistency where organisation_level = 'lmns' "
        "and measure like 'beside the published figure%' and organisation_code in ('QK1', 'QMF')"
    ).fetchall()
    assert rates == [("QK1",)]


def test_a_month_of_births_that_came_twice_counts_once(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    (row,) = planted["resupplied_month"]
    chosen = dict(
        warehouse.execute(
            "select choice_reason, count(*) from harmonised.int_local_row "
            "where dataset = 'maternity_birth' and supplier_code = ? and row_month = ? group by choice_reason",
            [row["organisation_code"], row["period_start"]],
        ).fetchall()
    )
    assert chosen.keys() == {"used", row["expected"]}
    assert chosen["used"] == chosen[row["expected"]]
    left_out = warehouse.execute(
        "select count(*) from harmonised.int_local_row where not is_used and row_month <> ?",
        [row["period_start"]],
    ).fetchone()
    assert left_out == (0,)


def test_babies_are_linked_as_far_as_they_can_be(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    assert len(planted["linked_babies"]) == 3
    for row in planted["linked_babies"]:
        share, wrongly = warehouse.execute(
            "select 100.0 * count(case when linked_by = 'pseudonym' then 1 end) / count(*), "
            "count(case when weight_alone = 'wrong' then 1 end) "
            "from harmonised.int_neonatal_link where supplier_code = ?",
            [row["organisation_code"]],
        ).fetchone()
        # babies admitted in the days after the last month are in no file
        assert abs(share - float(row["size"])) < 0.5, row
        assert wrongly <= 1, row
    assert len(planted["babies_without_number"]) == 3
    for row in planted["babies_without_number"]:
        share, missed = warehouse.execute(
            "select 100.0 * count(case when linked_by = 'weight' then 1 end) / count(*), "
            "100.0 * count(case when weight_alone = 'missed' then 1 end) / count(weight_alone) "
            "from harmonised.int_neonatal_link where supplier_code = ?",
            [row["organisation_code"]],
        ).fetchone()
        # every baby that can be linked and none that was born elsewhere, but for those whose fields are missing
        assert 0.85 * float(row["size"]) < share <= float(row["size"]) + 0.2, row
        assert missed < 5
    for row in planted["births_with_booking"]:
        (share,) = warehouse.execute(
            "select 100.0 * count(booking.pregnancy_id) / count(*) from harmonised.int_birth as birth "
            "left join harmonised.int_booking as booking on birth.lmns_code = booking.lmns_code "
            "and birth.supplier_code = booking.supplier_code and birth.pregnancy_id = booking.pregnancy_id "
            "where birth.supplier_code = ?",
            [row["organisation_code"]],
        ).fetchone()
        assert abs(share - float(row["size"])) < 0.01, row


def test_match_weights_are_those_of_the_textbook(warehouse: duckdb.DuckDBPyConnection) -> None:
    # every pair of a month, one by one, without Splink
    pairs = warehouse.execute(
        """
        select
            truth.baby_id is not null as is_one_baby,
            own.sex as own_sex, birth.sex as birth_sex,
            own.birth_weight_grams as own_weight, birth.birth_weight_grams as birth_weight,
            own.gestation_at_birth_days as own_length, birth.gestation_at_birth_days as birth_length
        from harmonised.int_linkage_record as own
        inner join harmonised.int_linkage_record as birth using (lmns_code, birth_month)
        left join harmonised.int_linkage_truth as truth
            on truth.lmns_code = own.lmns_code and truth.admission_id = own.record_id
            and truth.admission_supplier_code = own.supplier_code and truth.baby_id = birth.record_id
            and truth.birth_supplier_code = birth.supplier_code
        where own.side = 'admission' and birth.side = 'birth'
        """
    ).fetchnumpy()
    one_baby = pairs["is_one_baby"]
    assert one_baby.sum() > 1000
    fields = (
        ("sex", "sex", 0),
        ("birth_weight_grams", "weight", 50),
        ("gestation_at_birth_days", "length", 3),
    )
    for field, name, near in fields:
        own, theirs = pairs[f"own_{name}"], pairs[f"birth_{name}"]
        held = ~(np.ma.getmaskarray(own) | np.ma.getmaskarray(theirs))
        apart = np.abs(np.ma.filled(own, 0).astype(int) - np.ma.filled(theirs, 0).astype(int))
        level = np.select([apart == 0, apart <= near], ["agrees", "nearly"], "differs")
        found = dict(
            warehouse.execute(
                f"select distinct {field}, {field}_weight from harmonised.int_linkage_pair where {field} is not null"
            ).fetchall()
        )
        assert found.keys() == set(level)
        for wanted, weight in found.items():
            m, u = (
                ((level == wanted) & held & rows).sum() / (held & rows).sum()
                for rows in (one_baby, ~one_baby)
            )
            # at a level that no pair of one baby shows, half a pair of those that are known
            assert weight == pytest.approx(np.log2((m or 0.5 / (one_baby.sum() + 1)) / u), abs=1e-3), (
                field,
                wanted,
            )


def test_a_pair_weighs_what_its_fields_say(warehouse: duckdb.DuckDBPyConnection) -> None:
    columns = [name for name, *_ in warehouse.execute("describe harmonised.int_linkage_pair").fetchall()]
    fields = {name.removesuffix("_weight") for name in columns if name.endswith("_weight")} - {"match"}
    assert len(fields) == 6
    total = " + ".join(f"{field}_weight" for field in fields)
    least, most, off = warehouse.execute(
        f"select min(match_weight - ({total})), max(match_weight - ({total})), "
        "max(abs(match_probability - 1 / (1 + power(2, -match_weight)))) from harmonised.int_linkage_pair"
    ).fetchone()
    # what every pair starts from: about one admission in 1.1 has its birth among those of its system and month
    assert most - least < 1e-3
    admissions, pairs = warehouse.execute(
        """
        select
            (select count(*) from harmonised.int_linkage_record where side = 'admission'),
            count(*)
        from harmonised.int_linkage_record as own
        inner join harmonised.int_linkage_record as birth using (lmns_code, birth_month)
        where own.side = 'admission' and birth.side = 'birth'
        """
    ).fetchone()
    assert np.log2(0.85 * admissions / pairs) < least < np.log2(admissions / pairs)
    assert off < 1e-5


def test_the_neonatal_unit_that_fails_in_coding(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    said = {row["metric_id"]: row for row in planted["baby_ethnicity_failure"]}
    (failing,) = {row["organisation_code"] for row in said.values()}
    units = warehouse.execute(
        """
        select
            admission.unit_code,
            100.0 * count(case when admission.baby_ethnicity_validity <> 'missing' then 1 end) / count(*),
            100.0 * count(case when admission.baby_ethnic_category = birth.baby_ethnic_category then 1 end)
            / count(*)
        from harmonised.int_neonatal_admission as admission
        inner join harmonised.int_neonatal_link as link
            on
                admission.lmns_code = link.lmns_code
                and admission.supplier_code = link.supplier_code
                and admission.admission_id = link.admission_id
        inner join harmonised.int_birth as birth
            on link.lmns_code = birth.lmns_code and link.baby_id = birth.baby_id
        group by admission.unit_code
        """
    ).fetchall()
    assert len(units) == 6
    for unit, coded, agrees in units:
        if unit == failing:
            assert abs(coded - float(said["second_unit_coded"]["size"])) < 3
            assert agrees < 30
        else:
            assert coded > 90 and agrees > 90, unit


def test_what_was_put_before_the_reader_of_local_files_is_there(
    warehouse: duckdb.DuckDBPyConnection, planted: dict[str, list[Row]]
) -> None:
    voices = dict(warehouse.execute("select voice_id, metric_id from staged.stg_local__voice").fetchall())
    metrics = {name for (name,) in warehouse.execute("select metric_id from reference.metrics").fetchall()}
    for row in planted["voice"]:
        assert voices[row["organisation_code"]] == (row["metric_id"] or None)
        assert not row["metric_id"] or row["metric_id"] in metrics
    kinds = warehouse.execute(
        "select area_code, kind, communities from staged.stg_local__community_asset"
    ).fetchall()
    for row in planted["asset_gap"]:
        if row["dimension"] == "kind":
            places = {area for area, kind, _ in kinds if kind == row["group_code"]}
            assert places and row["organisation_code"] not in places
        else:
            assert not [named for _, _, named in kinds if row["group_code"] in named]


def test_planted_gaps_between_staff_are_found(
    planted: dict[str, list[dict[str, str]]], warehouse: duckdb.DuckDBPyConnection
) -> None:
    wres = [*planted["wres_gap"], *planted["wres_no_gap"], *planted["wres_band_gap"]]
    assert len(wres) == 5 * 3
    for row in wres:
        (found,) = warehouse.execute(
            "select verdict, difference, difference_lower_95, difference_upper_95 from equity.fct_workforce "
            "where organisation_code = ? and ? in (survey_question, measure_id, band) and group_code = 'WRES_OTHER' "
            "and comparison = case when ? = 'wres_band_gap' then 'all bands' else 'white staff' end",
            [row["organisation_code"], row["metric_id"], row["kind"]],
        ).fetchall()
        verdict, difference, lower, upper = found
        assert verdict == row["expected"], row
        # counts are rounded before the difference is made, and the interval allows for it
        assert lower <= float(row["size"]) <= upper and abs(difference - float(row["size"])) < 2


@pytest.mark.parametrize(
    ("table", "where", "files"),
    [
        ("fct_metric_value", "metric_id = 'local_booking_by_10_weeks' and dimension = 'ethnicity'", "maternity_booking_RWE_"),
        ("fct_gap_robustness", "metric_id = 'local_preterm'", "maternity_birth_RWE_"),
        ("fct_data_quality", "source_id = 'local' and organisation_level = 'supplier' and organisation_code = 'RT5'", "perinatal_mental_health_RT5"),
        ("fct_submission", "submission_status = 'received' and dataset = 'workforce'", "workforce_RWE"),
        ("fct_submission", "submission_status = 'missing'", None),
    ],
)  # fmt: skip
def test_a_local_figure_leads_to_its_files_and_to_no_record(
    warehouse: duckdb.DuckDBPyConnection, table: str, where: str, files: str | None
) -> None:
    (figure,) = warehouse.execute(
        f"select min(figure_id) from equity.{table} where lmns_code = 'QK1' and {where}"
    ).fetchone()
    opened = SimpleNamespace(connect=lambda: nullcontext(warehouse))
    sources = trace_figure(opened, figure).sources
    assert bool(sources) == (files is not None)
    for source in sources:
        assert source["file_name"].startswith(files)
        assert source["sha256"] and source.get("row_number") is None and "rows" not in source
        assert re.fullmatch(r"0|fewer than 8|about [\d,]*[05]", source["records"])
