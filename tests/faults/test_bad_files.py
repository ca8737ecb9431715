"""Every kind of bad file: one clear message, accounts that add up, and the other sources go on.

All kinds lie in one folder and are read in one pass, beside whole files.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration.ingest import folder, load
from orchestration.ingest.declarations import read_declarations
from orchestration.warehouse import Warehouse
from tests import loader
from tests.faults import workbooks

ROWS = 18
FIRST_MONTH = dt.date(2012, 1, 1)


@dataclass(frozen=True)
class Kind:
    """One kind of file and what must become of it.

    Attributes:
        name: what is wrong with it.
        make: its bytes, from the month that it is for.
        verdict: loaded, refused or unclaimed.
        quarantined: rows set aside.
        loaded: rows loaded; by default those of a whole file that are not set aside.
        says: texts that its one message holds.
        suffix: what follows "exp-data" or "exp-measures" in its name.
        family: data, measures or dq: what its name says it is.
    """

    name: str
    make: Callable[[dt.date], str | bytes]
    verdict: str = "loaded"
    quarantined: int = 0
    loaded: int | None = None
    says: tuple[str, ...] = ()
    suffix: str = ".csv"
    family: str = "data"


def data(month: dt.date) -> str:
    return loader.data_csv(month)


def changed(old: str, new: str, count: int = 1) -> Callable[[dt.date], str]:
    """A whole file in which a text is exchanged, in the first row below the header that holds it."""

    def make(month: dt.date) -> str:
        header, body = data(month).split("\n", 1)
        assert old in body
        return f"{header}\n{body.replace(old, new, count)}"

    return make


def in_header(old: str, new: str) -> Callable[[dt.date], str]:
    return lambda month: data(month).replace(old, new, 1)


def last_rows_start(text: str) -> Callable[[dt.date], str]:
    return lambda month: data(month) + text


def measures(old: str, new: str) -> Callable[[dt.date], str]:
    return lambda month: loader.measures_csv(month).replace(old, new, 1)


def as_sheet(text: str) -> list[list[str]]:
    return list(csv.reader(text.splitlines()))


def serial(month: dt.date) -> str:
    start, end = loader.month_days(month)
    first = (month - dt.date(1899, 12, 30)).days
    last = (dt.datetime.strptime(end, "%d/%m/%Y").date() - dt.date(1899, 12, 30)).days
    return data(month).replace(start, str(first)).replace(end, str(last))


def american(month: dt.date) -> str:
    start, end = loader.month_days(month)
    turned = [f"{text[3:5]}/{text[:2]}/{text[6:]}" for text in (start, end)]
    return data(month).replace(start, turned[0]).replace(end, turned[1])


def mixed_dates(month: dt.date) -> str:
    start, end = loader.month_days(month)
    text = data(month)
    for written in (start, end):
        iso = f"{written[6:]}-{written[3:5]}-{written[:2]}"
        text = text.replace(written, iso, 9)
    return text


def first_start(text: str) -> Callable[[dt.date], str]:
    return lambda month: data(month).replace(loader.month_days(month)[0], text, 1)


def zip_archive(month: dt.date) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("../../msds.csv", data(month))
    return content.getvalue()


def other_month(month: dt.date) -> str:
    return data(dt.date(month.year + 1, month.month, 1))


def one_row_of_another_month(month: dt.date) -> str:
    return data(month) + loader.data_rows(dt.date(month.year + 1, month.month, 1), ("QE1",))[0] + "\n"


def repeated(month: dt.date) -> str:
    rows = loader.data_rows(month)
    return data(month) + rows[0] + "\n" + rows[3].replace(",15", ",20") + "\n"


def broken_first_of_two(month: dt.date) -> str:
    rows = loader.data_rows(month)
    return data(month).replace(rows[0], rows[0].replace(",500", ",-500") + "\n" + rows[0], 1)


def sixteen_thousand_columns(month: dt.date) -> str:
    extra = "," * 16_000
    return "\n".join(line + extra for line in data(month).splitlines())


def no_sheet(month: dt.date) -> bytes:
    return workbooks.workbook({"Contents": [["Title"]], "Notes": [["Text"]]})


SPOILT = random.Random(1).randbytes(3000)

KINDS = [
    Kind("whole file", data),
    Kind("empty file", lambda month: b"", "refused", says=("is empty",)),
    Kind("nothing but blank lines", lambda month: "\n \r\n\n", "refused", says=("is empty",)),
    Kind("byte-order mark and nothing else", lambda month: b"\xef\xbb\xbf", "refused", says=("is empty",)),
    Kind("header only", lambda month: data(month).split("\n")[0] + "\n", "refused", says=("no row below",)),
    Kind("semicolons", lambda month: data(month).replace(",", ";").replace('"', ""), "refused", says=("semicolons", "commas")),
    Kind("tabs", lambda month: data(month).replace(", ", " ").replace(",", "\t").replace('"', ""), "refused", says=("tabs",)),
    Kind("missing column", in_header("Measure,", "Something,"), "refused", says=("row 1", "no column Measure")),
    Kind("renamed column", in_header("Final_value", "Final_figure"), "refused", says=("Final_value", '"Final_figure"')),
    Kind("a column twice", in_header("Org_Name", "Org_Code"), "refused", says=("Org_Name",)),
    Kind(
        "a needed column twice",
        lambda month: "\n".join(line + ("," + line.split(",")[4]) for line in data(month).replace('"', "").replace(", ", " ").splitlines()),
        "refused", says=("two columns", "Org_Code"),
    ),
    Kind("no header", lambda month: data(month).split("\n", 1)[1], "refused", says=("no columns",)),
    Kind("columns in another order", lambda month: "\n".join(
        ",".join(reversed(line.replace(", ", " ").split(","))) for line in data(month).splitlines())),
    Kind("impossible date", first_start("31/02/2013"), quarantined=1, says=("row 2", "reporting_period_start_date", "31/02/2013", "expected a date")),
    Kind("year of two digits", first_start("01/03/13"), quarantined=1, says=("four digits",)),
    Kind("start after end", first_start("01/03/2031"), quarantined=1, says=("row 2", "begins after it ends")),
    Kind("negative count", changed(",500", ",-500"), quarantined=1, says=("final_value", '"-500"', "below 0")),
    Kind("fractional count", changed(",500", ",500.5"), quarantined=1, says=("final_value", "whole number")),
    Kind("thousands comma", changed(",500", ',"1,500"'), quarantined=1, says=("without commas",)),
    Kind("not a number", changed(",500", ",n/a"), quarantined=1, says=('"n/a"', "expected a number")),
    Kind("nan is not a number", changed(",500", ",NaN"), quarantined=1, says=("expected a number",)),
    Kind("infinite", changed(",500", ",inf"), quarantined=1, says=("expected a number",)),
    Kind("a mark that this file does not use", changed(",500", ",*"), quarantined=1, says=('"*"', "expected a number")),
    Kind("other month than the name", other_month, "refused", says=("its name says", "Check that it is the right file")),
    Kind("one row of another month", one_row_of_another_month, quarantined=1, says=("the file's name says",)),
    Kind("duplicate keys", repeated, quarantined=2, says=("earlier row", "only the first is used")),
    Kind("the first of two is broken", broken_first_of_two, quarantined=1, says=("below 0",)),
    Kind("totals row", last_rows_start("Total,,,,,,,,3000\n"), quarantined=1, says=("row 20", "totals row", "take it out")),
    Kind("one row too short", last_rows_start("01/01/2012,31/01/2012\n"), quarantined=1, says=("line 20", "2 fields", "9")),
    Kind("one row too long", changed(",500", ",500,extra"), quarantined=1, says=("10 fields", "9")),
    Kind("empty fields at the end of a row", changed(",500", ",500,,")),
    Kind("cut short in a row", lambda month: data(month)[:-12], quarantined=1, says=("fields", "cut short")),
    Kind("cut short in a quoted field", lambda month: data(month)[: data(month).rindex('"') - 3], "refused", says=("never closed", "line 19")),
    Kind("quotation mark never closed", lambda month: data(month)[: data(month).rindex('"')] + data(month)[data(month).rindex('"') + 1 :], "refused", says=("never closed",)),
    Kind("quotation mark that swallows a line", changed('BOARD"', "BOARD"), quarantined=1, loaded=16, says=("lines 2 to 3", "quotation mark")),
    Kind("quotation mark in a wrong place", changed('BOARD"', 'BOARD"x'), quarantined=1, says=("line 2", "quotation mark")),
    Kind("web page", lambda month: "<!DOCTYPE html><html><body>403 Forbidden</body></html>", "refused", says=("web page",)),
    Kind("preamble of three lines", lambda month: "Maternity statistics\nPublished today\n\n" + data(month)),
    Kind("line break in a quoted field", changed('"QK1, INT', '"QK1,\nINT')),
    Kind("mixed line ends", lambda month: data(month).replace("\n", "\r\n", 5)),
    Kind("old Macintosh line ends", lambda month: data(month).replace("\n", "\r")),
    Kind("a lone carriage return", lambda month: data(month).replace("\n", "\r", 1)),
    Kind("blank lines between rows", lambda month: data(month).replace("\n", "\n\n", 3)),
    Kind("UTF-16", lambda month: data(month).encode("utf-16")),
    Kind("UTF-16 without its mark", lambda month: data(month).encode("utf-16-le"), "refused", says=("UTF-8", "save it")),
    Kind("UTF-8 with a mark", lambda month: data(month).encode("utf-8-sig")),
    Kind("Windows-1252", lambda month: changed("QK1, INT", "QK1 Côte, INT")(month).encode("cp1252")),
    Kind("no-break spaces", changed("QK1,", "\u00a0QK1\u00a0,", 1)),
    Kind("NUL bytes", lambda month: data(month).encode().replace(b"500", b"5\x000", 1), "refused", says=("neither text",)),
    Kind("noise", lambda month: b"\x81\x00" + SPOILT, "refused", says=("neither text",)),
    Kind("day numbers of a spreadsheet program", serial),
    Kind("American dates", american, "refused", says=("no row can be used", "the day first")),
    Kind("mixed dates", mixed_dates),
    Kind("codes in scientific notation", measures("QK1,", "1.2E+05,"), quarantined=1, loaded=11, says=("org_code", '"1.2E+05"', "as text"), family="measures"),
    Kind("negative rate", measures(",1.7", ",-1.7"), quarantined=1, loaded=11, says=("value", "below 0"), family="measures"),
    Kind("fractional numerator", measures(",15", ",15.2"), quarantined=1, loaded=11, says=("whole number",), family="measures"),
    Kind("no organisation", measures("QK1,", ","), quarantined=1, loaded=11, says=("org_code", "nothing", "fill it in"), family="measures"),
    Kind("formula text", changed("TotalBookings", "=1+1")),
    Kind("script text", changed("TotalBookings", "<script>alert(1)</script>")),
    Kind("a line of 3 MB", changed("TotalBookings", "x" * 3_000_000)),
    Kind("16 thousand columns", sixteen_thousand_columns),
    Kind("a name with signs of a pattern", data, suffix=" [1]*.csv"),
    Kind("named as compressed", data, suffix=".csv.gz"),
    Kind("compressed", lambda month: b"\x1f\x8b\x08\x00" + SPOILT, "refused", suffix=".csv.gz", says=("neither text",)),
    Kind("zip archive", zip_archive, "refused", suffix=".zip", says=("zip archive", "Unpack it")),
    Kind("workbook named .csv", lambda month: workbooks.workbook({"Data": as_sheet(data(month))})),
    Kind("workbook cut short", lambda month: workbooks.workbook({"Data": as_sheet(data(month))})[:4000], "refused", suffix=".xlsx", says=("cut short or damaged",)),
    Kind("workbook with a password", lambda month: workbooks.encrypted(), "refused", suffix=".xlsx", says=("password", "without one")),
    Kind("old workbook damaged", lambda month: bytes.fromhex("d0cf11e0a1b11ae1") + SPOILT, "refused", suffix=".xls", says=("damaged",)),
    Kind("workbook without the table", no_sheet, "refused", suffix=".xlsx", says=("no columns",)),
    Kind("workbook that expands", lambda month: workbooks.zip_bomb(), "refused", suffix=".xlsx", says=("expand to more than",)),
    Kind("workbook that understates its size", lambda month: workbooks.understated(workbooks.zip_bomb(), "xl/worksheets/sheet1.xml"), "refused", suffix=".xlsx", says=("expand to more than",)),
    Kind("workbook with one stray cell", lambda month: workbooks.one_cell("XFD1048576"), "refused", suffix=".xlsx", says=("row 1048576", "column XFD")),
    Kind("workbook of entities", lambda month: workbooks.billion_laughs(), "refused", suffix=".xlsx", says=("damaged",)),
]  # fmt: skip


def month_of(kind: Kind) -> dt.date:
    """A month of its own for every kind, so that no file is measured against another."""
    number = KINDS.index(kind)
    return dt.date(FIRST_MONTH.year + number // 12, number % 12 + 1, 1)


def path_of(kind: Kind) -> str:
    return f"{KINDS.index(kind):02d}/msds-{loader.file_month(month_of(kind))}-exp-{kind.family}{kind.suffix}"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> loader.Loaded:
    files = {path_of(kind): kind.make(month_of(kind)) for kind in KINDS}
    return loader.load(tmp_path_factory.mktemp("bad_files"), files)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_kind_has_its_verdict_and_one_clear_message(loaded: loader.Loaded, kind: Kind) -> None:
    path = path_of(kind)
    row = loaded.register(path)
    assert row["verdict"] == kind.verdict, row["reason"]
    whole = ROWS if kind.family == "data" else 12
    if kind.verdict == "loaded":
        assert row["rows_quarantined"] == kind.quarantined, loaded.reasons(path)
        if kind.loaded is not None:
            assert row["rows_loaded"] == kind.loaded
        else:
            assert row["rows_loaded"] >= whole - kind.quarantined
    reasons = loaded.reasons(path)
    assert len(reasons) == (kind.quarantined if kind.verdict == "loaded" else 1)
    for text in kind.says:
        assert text in reasons[0]
    for reason in reasons:
        assert Path(path).name in reason or "�" in reason
        assert reason.endswith(".")


def test_accounts_add_up_for_every_kind(loaded: loader.Loaded) -> None:
    loaded.assert_accounts_add_up()
    assert loaded.summary.seen == len(KINDS)
    assert len(loaded.summary.problems) == sum(kind.verdict != "loaded" for kind in KINDS)


def test_a_second_pass_finds_nothing_to_do(loaded: loader.Loaded) -> None:
    again = loader.load(loaded.settings.input_dir.parent)
    assert (again.summary.loaded, again.summary.known) == (0, len(KINDS))
    assert again.summary.problems == loaded.summary.problems
    again.assert_accounts_add_up()


READ_ALIKE = (
    "columns in another order", "preamble of three lines", "mixed line ends", "old Macintosh line ends",
    "a lone carriage return", "blank lines between rows", "UTF-16", "UTF-8 with a mark", "no-break spaces",
    "day numbers of a spreadsheet program", "mixed dates", "workbook named .csv", "named as compressed",
    "a name with signs of a pattern", "empty fields at the end of a row",
)  # fmt: skip


@pytest.mark.parametrize("name", READ_ALIKE)
def test_the_values_are_those_of_a_whole_file(loaded: loader.Loaded, name: str) -> None:
    kind = next(kind for kind in KINDS if kind.name == name)
    values = loaded.rows(
        "select trim(org_code) as org_code, dimension, measure, final_value from raw.msds_monthly__data "
        "where _file_id = ? order by _row_number",
        loaded.register(path_of(kind))["file_id"],
    )
    wanted = [
        (row[4], row[2], row[6] or None, row[8]) for row in csv.reader(loader.data_rows(month_of(kind)))
    ]
    assert [tuple(row.values()) for row in values] == wanted


def test_a_workbook_without_the_sheet_says_which_it_has(tmp_path: Path) -> None:
    done = loader.load(
        tmp_path,
        {"hosp-epis-stat-mat-hesnational-2024-25.xlsx": workbooks.workbook({"Contents": [["Title"]]})},
    )
    (problem,) = done.summary.problems
    assert "no sheet named like" in problem and "Contents" in problem


def test_links_and_devices_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(data(FIRST_MONTH))
    inbox = tmp_path / "in"
    inbox.mkdir()
    (inbox / "msds-jan2012-exp-data.csv").symlink_to(secret)
    (inbox / "elsewhere").symlink_to(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(inbox / "msds-feb2012-exp-data.csv")
    done = loader.load(tmp_path, {"msds-mar2012-exp-data.csv": data(dt.date(2012, 3, 1))})
    assert done.summary.loaded == 1
    text = "\n".join(done.summary.problems)
    assert "msds-jan2012-exp-data.csv is a link" in text and "elsewhere is a link" in text
    assert "msds-feb2012-exp-data.csv is not an ordinary file" in text or not hasattr(os, "mkfifo")
    held = {row["path"] for row in done.rows("select path from raw.file_not_read")}
    assert {"msds-jan2012-exp-data.csv", "elsewhere"} <= held


def test_a_file_that_cannot_be_opened_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.read_bytes

    def refuse(self: Path) -> bytes:
        if self.name == "msds-jan2012-exp-data.csv":
            raise PermissionError(13, "Permission denied")
        return real(self)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    files = {
        f"msds-{name}2012-exp-data.csv": data(dt.date(2012, number, 1))
        for number, name in ((1, "jan"), (2, "feb"))
    }
    done = loader.load(tmp_path, files)
    assert done.summary.loaded == 1
    assert any("cannot be read (Permission denied)" in problem for problem in done.summary.problems)


def test_a_growing_file_is_left_for_the_next_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "in" / "msds-jan2012-exp-data.csv"
    text = data(FIRST_MONTH)

    def somebody_writes(seconds: float) -> None:
        assert 0 < seconds <= 2
        with path.open("a") as stream:
            stream.write(text[400:])

    monkeypatch.setattr(folder.time, "sleep", somebody_writes)
    first = loader.load(tmp_path, {path.name: text[:400]}, settle_seconds=2.0)
    assert first.summary.loaded == 0
    assert "still being written" in first.summary.problems[0]
    monkeypatch.setattr(folder.time, "sleep", lambda seconds: None)
    second = loader.load(tmp_path, settle_seconds=2.0)
    assert second.summary.loaded == 1
    assert second.register(path.name)["rows_loaded"] == ROWS


def test_a_file_that_changes_while_it_is_loaded_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "in" / "msds-jan2012-exp-data.csv"
    real = load.period_of

    def somebody_writes(*arguments: object) -> object:
        with path.open("a") as stream:
            stream.write("x")
        return real(*arguments)

    monkeypatch.setattr(load, "period_of", somebody_writes)
    done = loader.load(tmp_path, {path.name: data(FIRST_MONTH)})
    assert done.summary.loaded == 0 and "written to while it was read" in done.summary.problems[0]
    done.assert_accounts_add_up()


def test_a_file_above_the_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MAX_BYTES", 100)
    done = loader.load(tmp_path, {"msds-jan2012-exp-data.csv": data(FIRST_MONTH)})
    assert "Divide it" in done.summary.problems[0]


def test_a_shrunken_file_is_held_back_until_somebody_accepts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "msds-jan2012-exp-data.csv"
    first = loader.load(tmp_path, {name: data(FIRST_MONTH)})
    whole = first.register(name)["file_id"]
    small = "\n".join([loader.DATA_HEADER, *loader.data_rows(FIRST_MONTH, ("QK1",))]) + "\n"
    held = loader.load(tmp_path, {name: small})
    (row,) = held.rows("select * from raw.file_register where verdict = 'held back'")
    assert "has 6 rows where" in row["reason"] and "config/accept.yaml" in row["reason"]
    assert row["file_id"] in row["reason"]
    held.assert_accounts_add_up()
    # it is asked again in every run, and the file it would replace still stands
    again = loader.load(tmp_path)
    assert again.summary.problems == held.summary.problems
    accepted = tmp_path / "accept.yaml"
    accepted.write_text(f"accept:\n  - {row['file_id']}\n")
    monkeypatch.setattr(load, "ACCEPTED_FILES", accepted)
    after = loader.load(tmp_path)
    assert after.summary.loaded == 1
    assert {row["file_id"]: row["rows_loaded"] for row in after.rows("select * from raw.file_register")} == {
        whole: 18, row["file_id"]: 6,
    }  # fmt: skip


@pytest.mark.parametrize("text", ["- a list", "accept: word", "accept: [1, 2]", "accept: [", "word"])
def test_a_list_of_accepted_files_that_is_none_says_how_it_must_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    accepted = tmp_path / "accept.yaml"
    accepted.write_text(text)
    monkeypatch.setattr(load, "ACCEPTED_FILES", accepted)
    with pytest.raises(load.AcceptListError, match=r"accept\.yaml must hold a list"):
        loader.load(tmp_path, {"msds-jan2012-exp-data.csv": data(FIRST_MONTH)})


def test_a_corrected_file_supersedes_and_deletes_nothing(tmp_path: Path) -> None:
    name = "msds-jan2012-exp-data.csv"
    loader.load(tmp_path, {name: data(FIRST_MONTH)})
    done = loader.load(tmp_path, {name: data(FIRST_MONTH).replace(",500", ",505")})
    assert len(done.rows("select * from raw.file_register where verdict = 'loaded'")) == 2
    assert done.rows("select count(*) as n from raw.msds_monthly__data") == [{"n": 36}]
    kept = [path for path in done.settings.originals_dir.rglob("*") if path.is_file()]
    assert len(kept) == 2 and not any(path.stat().st_mode & 0o222 for path in kept)


def test_an_original_that_was_half_kept_is_kept_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "msds-jan2012-exp-data.csv"

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(load.shutil, "copystat", stopped)
        with pytest.raises(KeyboardInterrupt):
            loader.load(tmp_path, {name: data(FIRST_MONTH)})
    done = loader.load(tmp_path)
    assert done.summary.loaded == 1
    kept = done.settings.originals_dir / done.register(name)["file_id"]
    assert [path.name for path in kept.iterdir()] == [name]
    assert (kept / name).read_text() == data(FIRST_MONTH)


def test_the_same_file_under_another_name_is_counted_once(tmp_path: Path) -> None:
    done = loader.load(
        tmp_path, {"msds-jan2012-exp-data.csv": data(FIRST_MONTH), "copy/Copy of it.csv": data(FIRST_MONTH)}
    )
    assert (done.summary.seen, done.summary.loaded, done.summary.known) == (2, 1, 1)
    assert done.rows("select count(*) as n from raw.msds_monthly__data") == [{"n": ROWS}]
    assert len(done.rows("select * from raw.file_path")) == 2


def test_the_order_of_files_does_not_matter(tmp_path: Path) -> None:
    files = {
        f"msds-{loader.file_month(dt.date(2012, month, 1))}-exp-data.csv": data(dt.date(2012, month, 1))
        for month in range(1, 6)
    }
    found = []
    for number in range(3):
        names = list(files)
        random.Random(number).shuffle(names)
        root = tmp_path / str(number)
        for place, name in enumerate(names):
            if number == 2:
                loader.load(root, {name: files[name]})
            else:
                loader.write_files(root / "in", {name: files[name]})
                os.utime(root / "in" / name, (1_000_000 + place, 1_000_000 + place))
        done = loader.load(root)
        found.append(
            (
                done.rows("select * exclude (_loaded_at) from raw.msds_monthly__data order by all"),
                done.rows("select * exclude (received_at, run_id) from raw.file_register order by all"),
            )
        )
    assert found[0] == found[1] == found[2]


def test_an_unchanged_file_is_not_opened_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "msds-jan2012-exp-data.csv"
    loader.load(tmp_path, {name: data(FIRST_MONTH), "notes.txt": "nothing"})

    def no_reading(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(load, "read_settled", no_reading)
    done = loader.load(tmp_path)
    assert (done.summary.loaded, done.summary.known) == (0, 2)
    assert done.summary.problems == ["unclaimed: No source is declared for notes.txt. If it should be read, see "
                                     "'Where do I add' in the README."]  # fmt: skip


def test_rows_of_a_file_that_has_left_the_folder_are_read_from_the_kept_original(tmp_path: Path) -> None:
    name = "msds-jan2012-exp-data.csv"
    first = loader.load(tmp_path, {name: data(FIRST_MONTH)})
    (tmp_path / "in" / name).unlink()
    with duckdb.connect(str(first.settings.warehouse_path)) as connection:
        connection.execute("alter table raw.msds_monthly__data drop column org_name")
    done = loader.load(tmp_path)
    assert done.rows("select count(*) as n, count(org_name) as named from raw.msds_monthly__data") == [
        {"n": ROWS, "named": ROWS}
    ]
    assert done.register(name)["rows_loaded"] == ROWS
    done.assert_accounts_add_up()


def test_a_file_whose_declaration_changes_is_judged_anew_and_leaves_no_old_rows(tmp_path: Path) -> None:
    name = "msds-jan2012-exp-data.csv"
    first = loader.load(tmp_path, {name: data(FIRST_MONTH)})
    sources = read_declarations()
    table = next(t for s in sources for t in s.tables if t.name == "msds_monthly__data")
    table.file.min_rows = 1000
    again = load.ingest_folder(first.settings, Warehouse(first.settings.warehouse_path), "again", sources)
    done = loader.Loaded(first.settings, again)
    assert done.register(name)["verdict"] == "refused"
    assert done.rows("select count(*) as n from raw.msds_monthly__data") == [{"n": 0}]
    done.assert_accounts_add_up()
