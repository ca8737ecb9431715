"""A returned action plan: every edit is read back, every bad cell has its message, and nothing is lost."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from orchestration import action_workbook as book_of
from orchestration.ingest.readers import READERS, ReadResult, RefusedFile
from orchestration.ingest.readers.returned_plan import EDITABLE, SENT
from tests.faults.workbooks import workbook
from tests.returned_plan import (
    EDITION,
    FIRST_ROW,
    Rows,
    heading,
    plan_table,
    resaved,
    sent_workbook,
    source_file,
)

# a text in every cell that people fill in, with what spreadsheet programs and readers trip over
FILLED = {
    "action": "Ask women what stands in the way", "owner": "Head of midwifery", "partners": "Partnership;\ncouncil",
    "process_measure": "Women asked, out of all booked", "target_agreed": "15", "start_date": "2026-04-01",
    "due_date": "2027-03-31", "resource": "Two days a week; £5,000", "risk": "-1 post", "status": "on track",
    "progress": "Agreed on the board, see item 7 “any other business”",
}  # fmt: skip
GAP_ROW = FIRST_ROW


def filled(row: int, cells: dict[str, Any]) -> dict[tuple[int, str], Any]:
    return {(row, name): value for name, value in cells.items()}


def read(content: bytes) -> ReadResult:
    file, table = source_file(content), plan_table()
    assert READERS["returned_plan"].recognise(file, table).fits
    return READERS["returned_plan"].read(file, table)


def rows(result: ReadResult) -> list[dict[str, Any]]:
    frame = result.frame.astype(object)
    return frame.where(frame.notna(), None).to_dict("records")


def rules(result: ReadResult) -> list[str]:
    return [remark.rule for remark in result.remarks]


def test_a_workbook_that_nobody_has_touched_comes_back_as_it_was_sent() -> None:
    for content in (sent_workbook(), resaved(sent_workbook())):
        result = read(content)
        assert (result.remarks, result.rejected, result.may_be_kept) == ([], [], True)
        assert [row["action_id"] for row in rows(result)] == [f"ac-{rank:012x}" for rank in range(1, 6)]
        assert {row["lmns_code"] for row in rows(result)} == {"QK1"}
        assert {row["edition"] for row in rows(result)} == {EDITION}
        assert {row["is_added"] for row in rows(result)} == {"no"}


def test_every_cell_that_people_fill_in_comes_back_as_it_was_written() -> None:
    assert set(FILLED) == set(EDITABLE)
    cells = {}
    for row in range(FIRST_ROW, FIRST_ROW + 5):
        own = {
            name: text if name in ("status", "start_date", "due_date") else f"{text} {row}"
            for name, text in FILLED.items()
        }
        cells |= filled(row, own)
    result = read(resaved(sent_workbook(), cells))
    assert result.remarks == []
    for row in rows(result):
        assert {(row["_row_number"], name): row[name] for name in EDITABLE}.items() <= cells.items()


def test_the_declaration_has_a_column_for_all_that_the_workbook_holds() -> None:
    columns = {column.name for column in plan_table().columns}
    assert {column.name for column in book_of.PLAN_COLUMNS} - {"to_fill"} <= columns
    held = set(EDITABLE) | {"action_id", "priority", "intervention", "baseline", "target_proposed", "basis"}
    assert {f"{SENT}{name}" for name in book_of.CODE_COLUMNS if name not in held} == {
        name for name in columns if name.startswith(SENT)
    }


def test_what_was_sent_comes_back_with_the_row() -> None:
    gap = rows(read(sent_workbook()))[0]
    assert (gap["sent_baseline_value"], gap["sent_reference_value"], gap["sent_target_year_3"]) == (
        "10",
        "25",
        "17.5",
    )
    assert gap["sent_baseline_edition"] == EDITION
    assert gap["sent_baseline_period_start"] == "2025-04-01"


@pytest.mark.parametrize(
    "text",
    [
        "2027-03-31",
        "31/03/2027",
        "31.03.2027",
        "31 March 2027",
        "31 Mar 2027",
        "31-Mar-2027",
        dt.date(2027, 3, 31),
    ],
)
def test_a_date_is_read_as_people_write_it(text: str | dt.date) -> None:
    result = read(resaved(sent_workbook(), {(GAP_ROW, "due_date"): text}))
    assert (rows(result)[0]["due_date"], result.remarks) == ("2027-03-31", [])


def test_an_emptied_cell_is_an_edit_and_a_deleted_column_is_not() -> None:
    emptied = read(resaved(sent_workbook(), {(GAP_ROW, "resource"): None}))
    assert (rows(emptied)[0]["resource"], emptied.remarks) == (None, [])
    deleted = read(resaved(sent_workbook(), without_columns=["resource", "baseline"]))
    assert rows(deleted)[0]["resource"] == "Analyst time"
    assert rules(deleted) == ["deleted column", "deleted column"]
    assert "column “Resource”: the column is not there. What was sent stands." in deleted.remarks[1].message


@pytest.mark.parametrize(
    ("name", "value", "rule", "given"),
    [
        ("due_date", "when funded", "not a date", "when funded"),
        ("status", "nearly", "not a status", "nearly"),
        (
            "owner",
            '=HYPERLINK("https://example.org","x")',
            "formula",
            '=HYPERLINK("https://example.org","x")',
        ),
        ("baseline", "12%", "edited baseline", "12%"),
        ("issue", "All is well", "edited baseline", "All is well"),
        ("owner", "someone@example.org", "personal data", None),
        ("owner", '=CONCAT("someone@example.org","")', "formula", None),
        ("progress", "ring 0121 496 0000", "personal data", None),
        ("progress", "case 943 476 5919", "personal data", None),
    ],
)
def test_a_cell_that_cannot_be_taken_is_told_and_the_rest_of_its_row_is_read(
    name: str, value: str, rule: str, given: str | None
) -> None:
    before = rows(read(sent_workbook()))[0]
    result = read(resaved(sent_workbook(), filled(GAP_ROW, FILLED) | {(GAP_ROW, name): value}))
    row = rows(result)[0]
    (remark,) = result.remarks
    assert (remark.rule, remark.given, remark.row_number, remark.sheet) == (
        rule,
        given,
        GAP_ROW,
        "Action plan",
    )
    assert f"plan.xlsx, sheet Action plan, row {GAP_ROW}, column “{heading(name)}”:" in remark.message
    assert row[name] == before[name]
    assert {other: row[other] for other in FILLED if other != name} == {
        other: text for other, text in FILLED.items() if other != name
    }
    assert row["changed_locked"] == (heading(name) if rule == "edited baseline" else None)
    if given is None:
        assert not result.may_be_kept
        assert (
            "example.org" not in remark.message
            and "0000" not in remark.message
            and "943" not in remark.message
        )


def test_an_action_whose_words_are_gone_keeps_those_that_were_sent() -> None:
    result = read(resaved(sent_workbook(), {(GAP_ROW, "action"): None}))
    assert (rules(result), rows(result)[0]["action"]) == (["no action"], "Ask women what stands in the way")
    nothing = read(resaved(sent_workbook(), {(GAP_ROW, "action"): None}, without_sheets=[book_of.CODES]))
    assert [rejected.rule for rejected in nothing.rejected] == ["no action"]
    assert nothing.rows_read == 5


def test_an_added_action_has_an_id_of_its_own_that_stays() -> None:
    added = {"action": "Open a clinic on Saturdays", "owner": "Clinic lead"}
    cells = filled(FIRST_ROW + 5, added) | filled(FIRST_ROW + 6, added) | {(FIRST_ROW + 8, "owner"): "Nobody"}
    first = read(resaved(sent_workbook(), cells))
    again = read(resaved(sent_workbook(), filled(FIRST_ROW + 9, added)))
    new = [row for row in rows(first) if row["is_added"] == "yes"]
    assert [row["action"] for row in new] == [added["action"]] * 2
    assert first.frame["action_id"].is_unique
    assert new[0]["action_id"] == rows(again)[5]["action_id"]
    (rejected,) = first.rejected
    assert (rejected.rule, rejected.row_number, rejected.raw_text) == ("no action", FIRST_ROW + 8, "Nobody")
    assert first.rows_read == 8


def test_a_copied_row_and_a_made_up_id_are_added_actions() -> None:
    cells = filled(FIRST_ROW + 5, {"action_id": "ac-000000000001", "action": "Another thing"})
    cells |= filled(FIRST_ROW + 6, {"action_id": "7", "action": "A third thing"})
    result = read(resaved(sent_workbook(), cells))
    assert [row["is_added"] for row in rows(result)] == ["no"] * 5 + ["yes"] * 2
    assert rules(result) == ["id used twice", "id not sent"]
    assert rows(result)[5]["sent_baseline_value"] is None


def test_rows_in_another_order_are_still_themselves() -> None:
    def turned(sheets: dict[str, Rows]) -> None:
        plan = sheets[book_of.PLAN]
        first = book_of.HEADER_ROW
        plan[first : first + 5] = reversed(plan[first : first + 5])

    result = read(resaved(sent_workbook(), change=turned))
    assert result.remarks == []
    assert rows(result)[-1]["sent_baseline_value"] == "10"


def test_a_renamed_sheet_an_old_version_and_a_new_column_are_told_and_read() -> None:
    def older(sheets: dict[str, Rows]) -> None:
        for row in sheets[book_of.CODES]:
            if row[0] == "workbook_version":
                row[1] = 0
        for number, row in enumerate(sheets[book_of.PLAN], 1):
            row.append({book_of.HEADER_ROW: "Cost", GAP_ROW: "5,000 pounds"}.get(number, ""))

    content = resaved(
        sent_workbook(), filled(GAP_ROW, FILLED), change=older, renamed={book_of.PLAN: "Our plan"}
    )
    result = read(content)
    assert rules(result) == ["renamed sheet", "other version", "unknown column"]
    row = rows(result)[0]
    assert {name: row[name] for name in FILLED} == FILLED
    assert row["other_cells"] == '{"Cost": "5,000 pounds"}'


def test_a_baseline_that_was_changed_in_the_codes_too_is_not_used() -> None:
    def changed(sheets: dict[str, Rows]) -> None:
        codes = sheets[book_of.CODES]
        at = codes[book_of.CODES_TABLE_ROW - 1].index("baseline_value")
        codes[book_of.CODES_TABLE_ROW][at] = 24.0

    result = read(resaved(sent_workbook(), change=changed))
    assert rules(result) == ["codes changed"]
    assert (rows(result)[0]["action_id"], rows(result)[0]["sent_baseline_value"]) == ("ac-000000000001", None)
    assert rows(result)[1]["sent_finding_id"]


def test_the_system_is_known_from_the_title_where_the_codes_are_gone() -> None:
    result = read(resaved(sent_workbook(), filled(GAP_ROW, FILLED), without_sheets=[book_of.CODES]))
    row = rows(result)[0]
    assert (row["lmns_code"], row["edition"], row["action_id"]) == ("QK1", EDITION, "ac-000000000001")
    assert {name: row[name] for name in FILLED} == FILLED
    assert rules(result) == ["other version", "codes deleted"]

    def untitled(sheets: dict[str, Rows]) -> None:
        for rows_of in sheets.values():
            rows_of[1] = []

    nameless = resaved(sent_workbook(), change=untitled, without_sheets=[book_of.CODES])
    with pytest.raises(RefusedFile, match="nothing in it says of which system"):
        read(nameless)


def test_another_workbook_with_actions_in_it_is_none_of_ours() -> None:
    file = source_file(
        workbook({"Plan": [["Action", "Owner", "Due", "Status", "Risk"], ["Do it", "Lead", "", "", ""]]})
    )
    assert not READERS["returned_plan"].recognise(file, plan_table()).fits
