"""Local files through to one wide row per person and event: corrections, doubles, late and missing months, groups."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.local_files import KEY
from tests.pipeline.local_inbox import write_local_inbox
from tests.pipeline.warehouse import build_warehouse, query


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("local")
    write_local_inbox(root / "inbox")
    return build_warehouse(root / "inbox", root / "output", pseudonym_key=KEY, settle_seconds=0.0)


def test_a_correction_supersedes_its_month_and_late_entries_stay(warehouse: Path) -> None:
    rows = query(
        warehouse,
        "select register.file_name, choice.choice_reason, count(*) as n from harmonised.int_local_row as choice "
        "inner join raw.file_register as register using (file_id) where dataset = 'maternity_birth' group by all",
    )
    counts = {(row.file_name, row.choice_reason.split(" ")[0]): row.n for row in rows.itertuples()}
    assert counts == {
        ("uhl_births_202501.csv", "superseded"): 3,
        ("uhl_births_202501_v2.csv", "used"): 2,
        ("uhl_births_202502.csv", "used"): 3,
    }


def test_a_baby_twice_in_a_file_is_put_aside_once(warehouse: Path) -> None:
    aside = query(
        warehouse,
        "select rule, raw_text, row_number, reason from raw.quarantine where table_name = 'local__maternity_birth'",
    )
    assert aside.rule.tolist() == ["duplicate key"] and aside.raw_text.isna().all()
    assert aside.row_number.tolist() == [5]


def test_births_are_in_days_grams_ages_and_quintiles(warehouse: Path) -> None:
    births = query(
        warehouse, "select * from harmonised.int_birth order by birth_month, mother_ethnic_category"
    )
    assert len(births) == 5
    assert set(births.gestation_at_birth_days) == {277} and set(births.birth_weight_grams) == {3250}
    assert set(births.mother_age_at_birth) == {30} and set(births.age_band) == {"A30_34"}
    assert births.is_live_birth.all() and births.is_singleton.all() and births.is_term.all()
    quintiles = births.deprivation_quintile.value_counts().to_dict()
    assert quintiles == {"Q1": 3, "Q3": 1, "Q_UNKNOWN": 1}
    assert births.lsoa_status.value_counts().to_dict() == {"found": 4, "not_found": 1}
    assert set(births.imd_edition.dropna()) == {"IMD 2025"}


def test_mothers_and_babys_ethnicity_stay_apart_and_unknowns_are_of_five_kinds(warehouse: Path) -> None:
    births = query(
        warehouse,
        "select mother_ethnic_category as mother, baby_ethnic_category as baby from harmonised.int_birth",
    )
    assert sorted(zip(births.mother, births.baby, strict=True)) == [
        ("A", "A"), ("A", "A"), ("A", "A"), ("H", "H"), ("missing", "invalid"),
    ]  # fmt: skip
    bookings = query(
        warehouse,
        "select mother_ethnicity_validity as kind, mother_ethnicity as grp from harmonised.int_booking",
    )
    assert sorted(zip(bookings.kind, bookings.grp, strict=True)) == [
        ("invalid", "MISSING"), ("missing", "MISSING"), ("not_known", "NOT_KNOWN"), ("not_stated", "NOT_STATED"),
        ("valid", "ASIAN"), ("valid", "WHITE"),
    ]  # fmt: skip


def test_the_same_booking_from_two_suppliers_counts_once_by_the_provider(warehouse: Path) -> None:
    doubles = query(
        warehouse,
        "select supplier_code from harmonised.int_local_row where dataset = 'maternity_booking' "
        "and choice_reason like 'the same event%'",
    )
    assert doubles.supplier_code.tolist() == ["RT5"]


def test_a_file_corrected_to_another_system_counts_once(warehouse: Path) -> None:
    used = query(
        warehouse,
        "select lmns_code, count(*) as n from harmonised.int_perinatal_referral where supplier_code = 'RT5' group by all "
        "order by 1",
    )
    assert used.values.tolist() == [["QOC", 4]]
    aside = query(warehouse, "select rule, row_number from raw.quarantine where column_name = 'lmns_code'")
    assert aside.values.tolist() == [["no such system", 6]]


def test_of_files_received_together_the_highest_version_is_used(warehouse: Path) -> None:
    used = query(
        warehouse,
        "select mother_ethnic_category from harmonised.int_perinatal_referral where supplier_code = 'RXW'",
    )
    assert used.mother_ethnic_category.tolist() == ["J"]


@pytest.mark.parametrize(("dataset", "supplier"), [("workforce", "RWE"), ("council_indicator", "E10000018")])
def test_the_same_count_from_two_suppliers_is_used_once(warehouse: Path, dataset: str, supplier: str) -> None:
    rows = query(
        warehouse,
        f"select supplier_code, is_used from harmonised.int_local_row where dataset = '{dataset}' order by is_used desc",
    )
    assert rows.values.tolist() == [[supplier, True], ["RXW", False]]


def test_records_link_by_pseudonym_across_data_sets(warehouse: Path) -> None:
    linked = query(
        warehouse,
        "select count(*) as n from harmonised.int_booking as booking inner join harmonised.int_birth as birth "
        "on booking.pregnancy_id = birth.pregnancy_id and booking.mother_pseudonym = birth.mother_pseudonym",
    )
    assert linked.n.item() == 4


def test_what_was_asked_for_received_late_and_missing(warehouse: Path) -> None:
    record = query(
        warehouse,
        "select strftime(submission_month, '%Y-%m') as month, submission_status as status, rows_received, rows_used, days_late "
        "from harmonised.int_submission where dataset = 'maternity_birth' order by 1",
    )
    assert record[["month", "status", "rows_received", "rows_used"]].values.tolist() == [
        ["2025-01", "received", 6, 3], ["2025-02", "late", 2, 2], ["2025-03", "missing", 0, 0], ["2025-04", "missing", 0, 0],
    ]  # fmt: skip
    assert record.days_late.dropna().tolist() == [20]
    shown = query(
        warehouse,
        "select rows_received, rows_used, rows_mark from equity.pub_submission where dataset = 'maternity_birth' "
        "order by submission_month",
    )
    assert shown.rows_mark.fillna("").tolist() == ["[c]", "[c]", "", ""]
    assert shown.rows_received.fillna(-1).tolist() == [-1, -1, 0, 0]


def test_every_row_is_accounted_for(warehouse: Path) -> None:
    steps = query(
        warehouse,
        "select table_name, step, max(rows_in) as rows_in, max(rows_out) as rows_out, sum(rows_reason) as aside "
        "from equity.fct_reconciliation where source_id = 'local' group by all",
    )
    assert (steps.rows_in == steps.rows_out + steps.aside).all()
    # the later steps count figures made from the rows
    births = steps[(steps.table_name == "local__maternity_birth") & (steps.step < "3")].sort_values("step")
    assert births[["rows_in", "rows_out"]].values.tolist() == [[9, 8], [8, 5]]


def test_originals_of_personal_files_are_not_kept(warehouse: Path) -> None:
    names = {path.name for path in (warehouse.parent.parent / "originals").rglob("*") if path.is_file()}
    assert "nspl.csv" in names
    assert not {name for name in names if name.startswith(("uhl_", "maternity_"))}


def test_no_name_number_postcode_or_birth_date_is_in_the_raw_tables(warehouse: Path) -> None:
    held = query(warehouse, "select * from raw.local__maternity_birth")
    text = pd.concat([held[column].astype(str) for column in held if not column.startswith("_")]).str.cat(
        sep="|"
    )
    for planted in ("Example", "LE1", "LE2", "999", "1994", "B1|"):
        assert planted not in text
