"""Readers: bytes to rows, with every line accounted for and nothing taken for what it is not."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest

from orchestration.ingest.declarations import Column, FileRules, Period, Publication, Table
from orchestration.ingest.readers import READERS, RefusedFile, SourceFile
from orchestration.ingest.readers.base import cell_text
from orchestration.ingest.readers.plain import plain_csv_sql
from orchestration.ingest.readers.table import _Lines, find_header, read_table, recognise_table
from orchestration.ingest.readers.workbook_guard import (
    Unsafe,
    check_workbook,
    column_number,
    expand,
    zip_members,
)
from tests.faults import workbooks


def table(
    options: dict[str, object] | None = None, period: Period | None = None, **columns: dict[str, object]
) -> Table:
    columns = columns or {
        "code": {"header": ["Org_Code", "Org_Geog_Code"]},
        "name": {},
        "value": {"header": ["Final_value", "Value"]},
    }
    return Table(
        name="example__table",
        source_id="example",
        description="One row per organisation.",
        file=FileRules(reader="table", options=options or {}, period=period),
        columns=[Column(name=name, description="", **rest) for name, rest in columns.items()],
        publication=Publication(publisher="P", publication="Q", licence="L", cadence_days=31),
    )


def file_of(content: str | bytes, name: str = "example.csv") -> SourceFile:
    data = content.encode() if isinstance(content, str) else content
    return SourceFile(Path(name), name, data, hashlib.sha256(data).hexdigest())


def values(content: str | bytes, declared: Table | None = None) -> list[list[str | None]]:
    frame = read_table(file_of(content), declared or table()).frame
    return frame.drop(columns="_row_number").to_numpy().tolist()


@pytest.mark.parametrize(
    ("content", "kind", "encoding"),
    [
        (b"a,b\n", "text", "utf-8-sig"),
        (b"\xef\xbb\xbfa,b\n", "text", "utf-8-sig"),
        ("é\n".encode(), "text", "utf-8-sig"),
        ("a,b\n".encode("utf-16"), "text", "utf-16"),
        ("côte – it\n".encode("cp1252"), "text", "cp1252"),
        (b"\x81\x8d\n", "other", None),
        (b"a\x00b", "other", None),
        (b"%PDF-1.7\n\x00", "other", None),
    ],
)  # fmt: skip
def test_what_bytes_are_and_how_they_are_decoded(content: bytes, kind: str, encoding: str | None) -> None:
    file = file_of(content)
    assert (file.kind, file.encoding) == (kind, encoding)


def test_a_sign_that_two_pieces_share_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.ingest.readers.base.PIECE", 2)
    assert file_of("aé\n" * 3).encoding == "utf-8-sig"
    assert file_of("aé".encode()[:-1]).encoding == "cp1252"


def test_kinds_of_zip_files_are_told_apart() -> None:
    book = workbooks.workbook({"Data": [["x"]]})
    assert file_of(book, "data.csv").kind == "workbook"
    assert file_of(book[:500], "data.xlsx").kind == "workbook"
    assert file_of(book[:500], "data.zip").kind == "archive"
    letter = workbooks.with_part(book, "nothing", b"")
    assert file_of(letter.replace(b"xl/workbook.xml", b"word/document.x"), "letter.docx").kind == "other"


@pytest.mark.parametrize(
    "text", ["Org_Code,name,Value\n", "org code , NAME,final/value\n", '"Org_Code","name","Value"\n']
)
def test_headers_are_matched_whatever_their_case_spaces_and_quotes(text: str) -> None:
    assert recognise_table(file_of(text + "Q,n,5\n"), table()).fits


def test_the_likelier_header_wins_where_two_stand() -> None:
    assert values("Org_Geog_Code,Org_Code,name,Value,Final_value\nE54,QK1,n,1,2\n") == [["QK1", "n", "2"]]


def test_lines_above_the_header_are_passed_over() -> None:
    result = read_table(file_of("Title\n\n,,\nOrg_Code,name,Value\nQK1,n,5\n"), table())
    assert result.frame["_row_number"].tolist() == [5]


def test_one_header_can_stand_for_both_ends_of_a_period() -> None:
    declared = table(
        period=Period(start="first", end="last"),
        first={"header": ["Start", "Period"]}, last={"header": ["End", "Period"]}, value={},
    )  # fmt: skip
    assert values("Period,value\nDec-18,5\n", declared) == [["Dec-18", "Dec-18", "5"]]
    assert values("Start,End,value\na,b,5\n", declared) == [["a", "b", "5"]]


def test_a_cell_serves_one_column_otherwise() -> None:
    declared = table(first={"header": ["Code"]}, second={"header": ["Code"]}, value={})
    assert not recognise_table(file_of("Code,value\na,5\n"), declared).fits


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "Org_Code,name,Final_valu\nQK1,n,5\n",
            'row 1 has no column Final_value (is it the one headed "Final_valu"?)',
        ),
        ("Org_Code,something\nQK1,n\n", "row 1 has no columns name, Final_value"),
        ("Org_Code;name;Value\nQK1;n;5\n", "semicolons"),
        ("Org_Code\tname\tValue\nQK1\tn\t5\n", "tabs"),
        ("Org_Code,name,Value,Value\nQK1,n,5,6\n", 'two columns headed "Value"'),
    ],
)
def test_a_file_that_nearly_fits_is_told_why_not(text: str, says: str) -> None:
    found = recognise_table(file_of(text), table())
    assert not found.fits and says in found.reason


def test_rows_that_are_not_whole_are_set_aside_with_their_line() -> None:
    text = 'Org_Code,name,Value\nQK1,n\nQOC,n,5,6\nQWO,n,5,,\nQF7,"a"b,5\nQE1,"two\nlines",5\n\n"Q""X",n,5\n'
    result = read_table(file_of(text), table())
    assert [(row.row_number, row.rule) for row in result.rejected] == [
        (2, "fields"), (3, "fields"), (5, "quotation marks"),
    ]  # fmt: skip
    assert result.frame["code"].tolist() == ["QWO", "QE1", 'Q"X']
    assert result.frame["_row_number"].tolist() == [4, 7, 9]
    assert result.rows_read == 6
    assert all(row.reason.startswith("example.csv line") for row in result.rejected)


def test_a_quotation_mark_that_is_never_closed_refuses_the_file_and_names_its_line() -> None:
    with pytest.raises(RefusedFile, match=r"example\.csv line 3: a quotation mark .* never closed"):
        read_table(file_of('Org_Code,name,Value\nQK1,n,5\nQOC,"n,5\nQWO,n,5\n'), table())


def test_notes_below_the_last_row_are_notes_and_a_short_row_between_rows_is_not() -> None:
    text = "Org_Code,name,Value\nQK1,n,5\nshort\nQOC,n,5\n\nSource: somebody\n,,\nAnd more\n"
    kept = read_table(file_of(text), table({"trailing_notes": True}))
    assert [row.row_number for row in kept.rejected] == [3]
    assert kept.notes == ["line 6: publisher's note", "line 8: publisher's note"]
    assert [row.row_number for row in read_table(file_of(text), table()).rejected] == [3, 6, 8]


def test_no_break_spaces_become_spaces_and_empty_cells_nothing() -> None:
    assert values("Org_Code,name,Value\nQK1,a\u00a0b,\n") == [["QK1", "a b", None]]


@pytest.mark.parametrize("block", [1, 30, 10_000])
def test_lines_divided_together_are_the_rows_that_the_parser_finds(
    block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = [f"R{number},Trust {number},{number}" for number in range(40)]
    damages = [
        "", " , ,", ",,1", "R1", "R1,A,5,", "R1,A,5,6", "R1,A,\r5", '"R1","A, B",5', '"R1","A\nB",5', 'R1,a"b,5', "R1,\u00a0A,5"
    ]  # fmt: skip
    texts = ["\n".join(["Org_Code,Name,Value", *good])]
    for damage in damages:
        for place in (0, 17, 40):
            lines = [*good[:place], damage, *good[place:]]
            texts += [end.join(["Org_Code,Name,Value", *lines]) + end for end in ("\n", "\r\n")]
    # parsed line by line
    monkeypatch.setattr(_Lines, "block", lambda *_: None)
    expected = [read_table(file_of(text), table()) for text in texts]
    monkeypatch.undo()
    monkeypatch.setattr(_Lines, "BLOCK", block)
    for text, parsed in zip(texts, expected, strict=True):
        found = read_table(file_of(text), table())
        assert found.frame.equals(parsed.frame) and found.rejected == parsed.rejected, text
        assert found.notes == parsed.notes


def test_equal_texts_are_held_once() -> None:
    frame = read_table(file_of("Org_Code,name,Value\n" + "QK1,a name,5\n" * 3), table()).frame
    assert frame["name"].iloc[0] is frame["name"].iloc[2]


def test_a_workbook_is_read_from_the_sheet_that_fits() -> None:
    content = workbooks.workbook(
        {
            "Notes": [["Text"]],
            "Data": [["Title"], [], ["Org_Code", "name", "Value"], ["QK1", "n", 5], [], ["QOC", "n", 2.5]],
        }
    )
    result = read_table(file_of(content, "example.xlsx"), table())
    assert result.frame["value"].tolist() == ["5", "2.5"]
    assert result.frame["_row_number"].tolist() == [4, 6]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None), ("", None), (5.0, "5"), (2.5, "2.5"), (1e300, "1e+300"), (True, "TRUE"),
        (dt.date(2025, 3, 1), "2025-03-01"), (dt.datetime(2025, 3, 1), "2025-03-01"),
        (dt.datetime(2025, 3, 1, 9, 30), "2025-03-01 09:30:00"), (" x\u00a0y ", " x y "), (-0.0, "0"),
    ],
)  # fmt: skip
def test_cells_as_text(value: object, text: str | None) -> None:
    assert cell_text(value) == text


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"Org_Code,name,Value\r\nQ,n,5\n", "line ends of two kinds"),
        (b"Org_Code,name,Value\nQ,n\r,5\n", "a carriage return in a row"),
        (b"\nOrg_Code,name,Value\nQ,n,5\n", "a line above the header"),
        (b'"Org_\nCode",name,Value\nQ,n,5\n', "a header of two lines"),
        ("Org_Code,name,Value\nQ,n\u00a0,5\n".encode(), "a no-break space"),
        ("Org_Code,name,Value\nQ,é,5\n".encode("cp1252"), "Windows-1252"),
        ("Org_Code,name,Value\nQ,n,5\n".encode("utf-16"), "UTF-16"),
    ],
)  # fmt: skip
def test_the_fast_way_is_not_taken_where_something_could_be_lost(content: bytes, why: str) -> None:
    assert plain_csv_sql(file_of(content), table()) is None, why


def test_the_fast_way_is_not_taken_for_a_path_that_is_a_pattern() -> None:
    assert plain_csv_sql(file_of(b"Org_Code,name,Value\nQ,n,5\n"), table()) is not None
    assert plain_csv_sql(file_of(b"Org_Code,name,Value\nQ,n,5\n", "data [1].csv"), table()) is None


def test_column_letters_are_numbers() -> None:
    assert [column_number(letters) for letters in (b"A", b"Z", b"AA", b"XFD")] == [1, 26, 27, 16384]


def test_a_whole_workbook_is_safe() -> None:
    check_workbook(workbooks.workbook({"Data": [["x"] * 20] * 2000}))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (workbooks.one_cell("XFD1048576"), "row 1048576"),
        (workbooks.one_cell("ZZ900000"), "column ZZ"),
        (workbooks.with_part(workbooks.workbook({"Data": [["x"]]}), "xl/worksheets/sheet1.xml", b" " * 20_000_000), "more than 10 MB"),
    ],
    # a workbook holds the second in which it was made: as a name it would differ between processes
    ids=["rows", "columns", "size"],
)  # fmt: skip
def test_an_unsafe_workbook_says_what_it_would_become(content: bytes, says: str) -> None:
    with pytest.raises(Unsafe, match=says):
        check_workbook(content)


def test_a_part_is_expanded_whatever_size_is_stated_for_it() -> None:
    honest = workbooks.with_part(
        workbooks.workbook({"Data": [["x"]]}), "xl/worksheets/sheet1.xml", b"a" * 50_000
    )
    content = workbooks.understated(honest, "xl/worksheets/sheet1.xml")
    (member,) = [entry for entry in zip_members(content) if entry.filename == "xl/worksheets/sheet1.xml"]
    assert member.file_size == 1024
    assert sum(map(len, expand(content, member))) == 50_000


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.ingest.readers.workbook_guard.MAX_MEMBERS", 3)
    with pytest.raises(Unsafe, match="parts"):
        check_workbook(workbooks.workbook({"Data": [["x"]]}))


def test_a_protected_workbook_is_refused_by_every_reader() -> None:
    assert READERS
    with pytest.raises(RefusedFile, match="password"):
        recognise_table(file_of(workbooks.encrypted(), "data.xlsx"), table())


def test_no_row_has_no_header() -> None:
    assert find_header([], table()) is None
