"""The checklist in built warehouses: absent without the local file, present with it, and never England's for the system's."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest


@pytest.fixture(scope="module")
def sample(sample_warehouse: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(sample_warehouse), read_only=True)


def row(warehouse: duckdb.DuckDBPyConnection, system: str, item: str) -> dict[str, object]:
    found = warehouse.execute(
        "select status, held, missing, holders, verification from equity.pub_checklist where lmns_code = ? and item_id = ?",
        [system, item],
    )
    names = [column[0] for column in found.description]
    (values,) = found.fetchall()
    return dict(zip(names, values, strict=True))


def test_a_local_file_makes_the_item_present_and_its_lack_absent(sample: duckdb.DuckDBPyConnection) -> None:
    # QK1 supplies a register of assets; the other two systems supply none
    assert row(sample, "QK1", "4a.2")["status"] == "present"
    lacking = row(sample, "QMF", "4a.2")
    assert (lacking["status"], lacking["held"]) == ("absent", None)
    assert "register of community assets" in str(lacking["missing"])
    assert "community_asset" in str(lacking["holders"])
    # staff files come from all three
    assert {row(sample, code, "A3.1")["status"] for code in ("QK1", "QMF", "QGH")} == {"present"}
    # what no data set can hold is missing everywhere
    assert row(sample, "QK1", "4a.4")["status"] == "partly"
    assert row(sample, "QK1", "P5")["status"] == "absent"


def test_every_system_has_every_item_once_with_a_reason(sample: duckdb.DuckDBPyConnection) -> None:
    counts = sample.execute(
        "select count(distinct item_id), count(*) / count(distinct lmns_code) from equity.pub_checklist"
    ).fetchone()
    items = sample.execute("select count(*) from reference.guidance_checklist").fetchone()
    assert items is not None
    assert counts == (items[0], items[0])
    assert sample.execute(
        "select count(*) from equity.pub_checklist where coalesce(held, missing) is null "
        "or (status = 'present') <> (missing is null) or (status = 'absent') <> (held is null)"
    ).fetchone() == (0,)


def test_unverified_rows_are_shown_as_such(sample: duckdb.DuckDBPyConnection) -> None:
    marks = dict(
        sample.execute(
            "select item_id, verification from equity.pub_checklist where lmns_code = 'QK1'"
        ).fetchall()
    )
    register = dict(sample.execute("select ref, verification from reference.interventions").fetchall())
    assert {ref: marks[ref] for ref in register} == register
    assert marks["4b.6"] == "verified" and marks["A1.13"] == "unverified"


def test_published_files_alone_leave_what_is_local_absent(published_warehouse: Path) -> None:
    warehouse = duckdb.connect(str(published_warehouse), read_only=True)
    for item in ("A2", "A3.1", "4b.5", "A1.08"):
        statuses = warehouse.execute(
            "select distinct status from equity.pub_checklist where item_id = ?", [item]
        ).fetchall()
        assert statuses == [("absent",)], item
    # stillbirth by ethnic group is published for England: said, and not taken for the system's
    ((missing,),) = warehouse.execute(
        "select distinct missing from equity.pub_checklist where item_id = 'A1.08' and lmns_code = 'QK1'"
    ).fetchall()
    assert missing.startswith("preterm birth by ethnic group")
    systems = warehouse.execute("select count(distinct lmns_code) from equity.pub_checklist").fetchone()
    assert systems is not None and systems[0] >= 42
    # continuity of carer by group is published for systems
    assert ("present",) in warehouse.execute(
        "select distinct status from equity.pub_checklist where item_id = '4c.1'"
    ).fetchall()
