"""The workbook of the action plan: every sheet and column, what may be filled in, text that no program runs, same bytes."""

from __future__ import annotations

import datetime as dt
import io
import re
import time
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from orchestration import action_workbook as book_of
from orchestration.outputs.action_plan import render_action_plan
from orchestration.outputs.actions import rows_in_words
from orchestration.outputs.data_pack import at_decimals
from orchestration.outputs.figures import Facts
from orchestration.outputs.page_actions import action_figures
from tests.page_data import HOSTILE, Builder, actions, audit_data

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
NUMBER = {name: str(place) for place, name in enumerate(book_of.SHEETS, start=1)}


def rendered(hostile: bool = False, synthetic: bool = False) -> bytes:
    return render_action_plan(
        audit_data(hostile=hostile, synthetic=synthetic).system("QK1"), "2025-04-abc", "team@example.nhs.uk"
    )


@pytest.fixture(scope="module")
def workbook() -> bytes:
    return rendered()


def part(content: bytes, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return ElementTree.fromstring(packed.read(name))


def sheet(content: bytes, name: str) -> ElementTree.Element:
    return part(content, f"xl/worksheets/sheet{NUMBER[name]}.xml")


def rows_of(content: bytes, name: str) -> list[list[object]]:
    return (
        CalamineWorkbook.from_filelike(io.BytesIO(content))
        .get_sheet_by_name(name)
        .to_python(skip_empty_area=False)
    )


def table(content: bytes, name: str) -> list[dict[str, object]]:
    """Rows below the headings by heading."""
    rows = rows_of(content, name)
    headings = rows[book_of.HEADER_ROW - 1]
    return [dict(zip(headings, row, strict=True)) for row in rows[book_of.HEADER_ROW :]]


def test_every_sheet_has_its_columns(workbook: bytes) -> None:
    assert CalamineWorkbook.from_filelike(io.BytesIO(workbook)).sheet_names == list(book_of.SHEETS)
    for name, columns in (
        (book_of.PLAN, book_of.PLAN_COLUMNS),
        (book_of.TARGETS, book_of.TARGET_COLUMNS),
        (book_of.AMBITIONS, book_of.AMBITION_COLUMNS),
        (book_of.INTERVENTIONS, book_of.INTERVENTION_COLUMNS),
    ):
        assert rows_of(workbook, name)[book_of.HEADER_ROW - 1] == [column.heading for column in columns]
        assert len({column.heading for column in columns}) == len(columns)


def test_every_action_has_a_row_with_its_gaps_named(workbook: bytes) -> None:
    drafted = [row for row in table(workbook, book_of.PLAN) if row["Action id"]]
    assert [row["Action id"] for row in drafted] == [f"ac-{rank:012x}" for rank in range(1, 6)]
    for row in drafted:
        assert row["Status"] == "not started"
        assert (row["Owner"], row["Start"], row["Due"]) == ("", "", "")
        assert row["Still to fill in"] == "Gap: owner. Gap: start. Gap: due."
        assert "Voices Partnership" in row["Partners"]
        assert row["Issue and evidence"] and row["Action"] and row["Process measure"]
    gap = drafted[0]
    assert gap["Baseline and gap"] == (
        "10.0% (95% interval 7.0 to 13.0), April 2025. Compared with 25.0% (White): −15.0 percentage points, 0.40 times"
    )
    assert gap["Target proposed"] == "Proposal: 17.5% after three years; 75 women or babies a year to reach"
    assert drafted[1]["Target proposed"] == "No number proposed"


def test_targets_stand_with_own_rate_and_both_gaps(workbook: bytes) -> None:
    gap = table(workbook, book_of.TARGETS)[0]
    assert (gap["Own rate"], gap["Rate compared with"], gap["Gap, absolute"]) == (10.0, 25.0, -15.0)
    assert gap["Gap, relative (times)"] == 0.4
    assert [gap[f"Proposed, year {year}"] for year in (1, 2, 3)] == [12.5, 15.0, 17.5]
    assert gap["Standing of the target"] == "proposal"
    assert gap["Smallest change that can be told from chance"] == 4.0
    assert gap["People to reach in a year"] == 75


def test_what_was_not_checked_says_so(workbook: bytes) -> None:
    rows = table(workbook, book_of.INTERVENTIONS)
    marks = {row["Reference of this audit"]: row["How far it was checked"] for row in rows}
    assert marks == {
        "4b.6": "verified: read in the text named",
        "4c.1": "unverified: not checked against any text",
    }
    plan = table(workbook, book_of.PLAN)[0]
    assert plan["Intervention"] == "4c.1: Continuity of carer (secondary)"
    assert plan["What the action rests on"] == "Local idea (unverified)"
    standings = {row["Ambition"]: row["Standing"] for row in table(workbook, book_of.AMBITIONS)}
    assert standings["Continuity of carer"] == "history"


def test_codes_say_what_the_reader_of_a_returned_workbook_needs(workbook: bytes) -> None:
    rows = rows_of(workbook, book_of.CODES)
    pairs = {
        row[0]: row[1] for row in rows[book_of.HEADER_ROW : book_of.HEADER_ROW + len(book_of.WORKBOOK_KEYS)]
    }
    assert pairs == {
        "workbook_version": book_of.VERSION, "edition": "2025-04-abc", "lmns_code": "QK1", "synthetic": "no", "actions": 5,
    }  # fmt: skip
    assert tuple(rows[book_of.CODES_TABLE_ROW - 1]) == (*book_of.CODE_COLUMNS, book_of.SEAL)
    first = dict(zip(rows[book_of.CODES_TABLE_ROW - 1], rows[book_of.CODES_TABLE_ROW], strict=True))
    assert (first["action_id"], first["baseline_value"], first["target_year_3"]) == (
        "ac-000000000001",
        10.0,
        17.5,
    )
    assert first["baseline"] == table(workbook, book_of.PLAN)[0]["Baseline and gap"]


def test_the_audits_cells_are_locked_and_the_systems_are_open(workbook: bytes) -> None:
    styles = part(workbook, "xl/styles.xml").find(f"{MAIN}cellXfs")
    open_styles = {
        str(place)
        for place, style in enumerate(styles)
        if style.find(f"{MAIN}protection") is not None
        and style.find(f"{MAIN}protection").get("locked") == "0"
    }
    root = sheet(workbook, book_of.PLAN)
    protection = root.find(f"{MAIN}sheetProtection")
    assert protection is not None and protection.get("password") is None
    cells = {cell.get("r"): cell.get("s") for cell in root.iter(f"{MAIN}c")}
    first, added = book_of.HEADER_ROW + 1, book_of.HEADER_ROW + 6
    for place, column in enumerate(book_of.PLAN_COLUMNS):
        letter = chr(ord("A") + place)
        assert (cells[f"{letter}{first}"] in open_styles) == (column.filled_in_by == "system"), column.name
        own = column.name not in ("action_id", "to_fill")
        assert (cells[f"{letter}{added}"] in open_styles) == own, column.name
    for name in book_of.SHEETS:
        assert sheet(workbook, name).find(f"{MAIN}sheetProtection") is not None, name


def test_status_and_dates_are_checked_and_gaps_are_marked(workbook: bytes) -> None:
    root = sheet(workbook, book_of.PLAN)
    rules = {rule.get("sqref")[0]: rule for rule in root.iter(f"{MAIN}dataValidation")}
    at = {column.name: chr(ord("A") + place) for place, column in enumerate(book_of.PLAN_COLUMNS)}
    status = rules[at["status"]]
    assert status.find(f"{MAIN}formula1").text == '"' + ",".join(book_of.STATUSES) + '"'
    last = book_of.HEADER_ROW + 5 + book_of.ROWS_TO_ADD
    assert status.get("sqref") == f"{at['status']}{book_of.HEADER_ROW + 1}:{at['status']}{last}"
    assert {rules[at[name]].get("type") for name in ("start_date", "due_date")} == {"date"}
    marked = {rule.get("sqref")[0] for rule in root.iter(f"{MAIN}conditionalFormatting")}
    assert marked == {at[name] for name in ("owner", "start_date", "due_date", "status")}


def test_it_prints_across_with_its_headings(workbook: bytes) -> None:
    for name in book_of.SHEETS[1:]:
        root = sheet(workbook, name)
        assert root.find(f"{MAIN}pageSetup").get("orientation") == "landscape", name
        assert root.find(f"{MAIN}sheetPr/{MAIN}pageSetUpPr").get("fitToPage") == "1", name
        assert root.find(f"{MAIN}sheetViews/{MAIN}sheetView/{MAIN}pane").get("state") == "frozen", name
    titles = {name.text for name in part(workbook, "xl/workbook.xml").iter(f"{MAIN}definedName")}
    assert f"'{book_of.PLAN}'!$A:$A,'{book_of.PLAN}'!$4:$4" in titles


def test_no_text_is_run_as_a_formula() -> None:
    content = rendered(hostile=True)
    for name in book_of.SHEETS:
        formulas = [cell.find(f"{MAIN}f").text for cell in sheet(content, name).iter(f"{MAIN}c") if cell.find(f"{MAIN}f") is not None]  # fmt: skip
        assert all(re.fullmatch(r"IF\(G\d+=\"\",\"\",TRIM\(.*\)\)", formula) for formula in formulas), name
        for row in rows_of(content, name):
            assert not any(isinstance(cell, str) and cell.startswith(("=", "+", "@", "\t")) for cell in row)
    assert any(HOSTILE in str(cell) for row in rows_of(content, book_of.PLAN) for cell in row)


def test_the_same_data_give_the_same_bytes(workbook: bytes) -> None:
    time.sleep(2.1)  # a zip holds the time to two seconds
    assert rendered() == workbook


def test_synthetic_says_so_on_every_sheet_for_people() -> None:
    content = rendered(synthetic=True)
    for name in book_of.SHEETS:
        assert any("SYNTHETIC SAMPLE" in str(cell) for row in rows_of(content, name)[:4] for cell in row), (
            name
        )


def test_a_system_without_findings_has_a_plan_to_write_in() -> None:
    system = audit_data().system("QK1")
    empty = replace(system, findings=system.findings.iloc[:0], actions=system.actions.iloc[:0])
    rows = rows_of(render_action_plan(empty, "2025-04-abc"), book_of.PLAN)
    assert "No finding of this edition asks for an action." in rows[1][0]


def test_an_action_whose_finding_is_withheld_is_left_out() -> None:
    system = audit_data().system("QK1")
    rows = rows_in_words(system.actions, system.findings.iloc[1:])
    assert [row["finding_rank"] for row in rows] == [2, 3, 4, 5]


def test_what_came_back_stands_in_the_next_workbook_and_on_the_page() -> None:
    data = audit_data()
    added = data.actions.iloc[[1]].assign(
        action_id="add-1", origin="added", finding_id=None, finding_rank=None, action="Open a clinic", priority=None,
        intervention_ref=None, basis_verification=None, owner_role=None, group_name=None,
    )  # fmt: skip
    first = data.actions.iloc[[0]].assign(
        origin="returned", owner="Head of midwifery", start_date="2025-05-01", due_date="2025-05-31", status="late",
        target_agreed="15", progress="Half way", baseline_edition="2024-10-aaaa", newest_period_label="May 2025",
        measure_movement="better", newest_value=15.0, absolute_gap_movement="cannot tell", newest_absolute_gap=-10.0,
        relative_gap_movement="no detectable change", newest_relative_gap=0.6, reason="The gap narrowed because others got worse.",
    )  # fmt: skip
    gone = data.actions.iloc[[2]].assign(
        origin="returned", finding_id="fi-gone", sent_title="Was found", sent_issue="Was so", owner="Lead"
    )
    remark = {
        "lmns_code": "QK1", "file_sha256": "a", "sheet": "Action plan", "row_number": 5, "column_name": "Due",
        "rule": "not a date", "message": "plan.xlsx, row 5: a date is expected",
    }  # fmt: skip
    restated = {
        "action_id": "ac-1", "lmns_code": "QK1", "baseline_figure_id": "mv-1", "place": 2, "edition": "this edition", "was": 10.0,
        "became": 11.5,
    }  # fmt: skip
    data = replace(
        data,
        actions=pd.concat([first, added, gone]),
        plan_remarks=pd.DataFrame([remark]),
        restatements=pd.DataFrame([restated]),
    )
    system = data.system("QK1")
    content = render_action_plan(system, "2025-05-abc")
    rows = {row["Action id"]: row for row in table(content, book_of.PLAN) if row["Action id"]}
    mine = rows[first["action_id"].iloc[0]]
    assert (mine["Owner"], mine["Due"], mine["Status"]) == ("Head of midwifery", dt.date(2025, 5, 31), "late")
    assert (mine["Target agreed"], mine["Progress"], mine["Still to fill in"]) == ("15", "Half way", "")
    assert (rows["add-1"]["Action"], rows["add-1"]["Priority"]) == ("Open a clinic", "")
    assert rows[gone["action_id"].iloc[0]]["Issue and evidence"] == "Was so"
    codes = rows_of(content, book_of.CODES)
    kept = dict(zip(codes[book_of.CODES_TABLE_ROW - 1], codes[book_of.CODES_TABLE_ROW], strict=True))
    assert kept["baseline_edition"] == "2024-10-aaaa"

    plan, *others = action_figures(Facts(system))
    cells = {row[-1]: row for row in plan.table.rows}[first["action_id"].iloc[0]]
    assert "late; due 2025-05-31" in cells
    assert "better: 15.0%, May 2025" in cells
    assert "cannot tell: −10.0 percentage points. The gap narrowed because others got worse." in cells
    assert "no detectable change: 0.60 times" in cells
    assert "3 actions, 3 of them sent back by the system" in plan.statement
    assert [figure.key for figure in others] == ["plan-remarks", "plan-restatements", "ambition-facts"]


def test_actions_of_the_pack_show_protected_numbers_at_their_decimals_and_published_ones_as_they_are() -> (
    None
):
    rows = actions(Builder())
    numbers = {
        "baseline_value": 10.4567,
        "reference_value": 2.3456,
        "absolute_gap": 8.1111,
        "relative_gap": 4.4579,
    }
    whole = {"decimals": 1, "reference_decimals": 0, "difference_decimals": 0}
    both = pd.concat([rows.iloc[[0]].assign(**numbers, **whole, protection=name) for name in ("p 1", None)])
    shown = at_decimals(both)
    found = shown[list(numbers)].to_numpy().tolist()
    assert found[0] == [10.5, 2.0, 8.0, 4.5]
    assert found[1] == list(numbers.values())
