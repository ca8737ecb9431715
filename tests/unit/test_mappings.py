"""Mappings and the recognition of local files: every refusal says what to do and shows no value."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from orchestration.check_file import check_file
from orchestration.errors import UserError
from orchestration.ingest.declarations import read_declarations
from orchestration.ingest.mappings import MappingError, local_tables, read_mapping
from orchestration.settings import PROJECT_DIR, Settings
from tests.loader import load
from tests.local_files import KEY, csv_text, nhs_number

TABLES = local_tables(read_declarations())
BOOKING = {
    "supplier": "RWE", "supplier_name": "University Hospitals of Leicester NHS Trust", "lmns": "QK1",
    "dataset": "maternity_booking", "columns": {"pregnancy_id": "Ref", "booking_date": "Booked", "mother_nhs_number": "NHS"},
}  # fmt: skip
HEADER = "Ref,Booked,NHS"


def write_mapping(folder: Path, name: str = "maternity_booking.yaml", **changes: object) -> Path:
    """A mapping of bookings with some keys changed; a key of None is left out."""
    block = {key: value for key, value in (BOOKING | changes).items() if value is not None}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(yaml.safe_dump(block))
    return path


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"dataset": "bookings"}, "dataset: bookings is none of"),
        ({"collums": {}}, "collums: Extra inputs"),
        ({"columns": {"pregnancy_id": "Ref"}}, "nothing says booking_date"),
        ({"columns": BOOKING["columns"] | {"shoe_size": "Shoe"}}, "columns: shoe_size is no field"),
        ({"columns": BOOKING["columns"] | {"site_code": "Surname"}}, "looks like an identifier"),
        ({"units": {"gestation_at_booking_days": "kg"}}, "can be in days, weeks, weeks\\+days"),
        ({"values": {"interpreter_needed": {True: "Y"}}}, "quotation marks"),
        ({"expected": {"from": "April"}}, "written such as 2024-04"),
        ({"lmns": "leicester"}, "lmns"),
        ({"lmns": "QZZ"}, "lmns: QZZ is no system of seeds/lmns.csv"),
        ({"constants": {"lmns_code": "QZZ"}}, "constants: QZZ is no system"),
        ({"file_name": "("}, "file_name"),
    ],
)
def test_a_mapping_that_cannot_be_used_names_the_key(tmp_path: Path, changes: dict, said: str) -> None:
    with pytest.raises(MappingError, match=said):
        read_mapping(write_mapping(tmp_path / "RWE", **changes), TABLES)


def test_codes_that_yaml_reads_as_numbers_are_texts(tmp_path: Path) -> None:
    path = write_mapping(tmp_path, values={"ethnic_category": {1: 99}}, expected={"from": "2025-04"})
    mapping = read_mapping(path, TABLES).mapping
    assert mapping.values == {"ethnic_category": {"1": "99"}} and mapping.expected.due_days == 31


def test_the_example_mapping_of_the_project_can_be_used(tmp_path: Path) -> None:
    example = PROJECT_DIR / "config" / "mappings" / "example" / "maternity_booking.yaml.txt"
    path = tmp_path / "maternity_booking.yaml"
    path.write_text(example.read_text("utf-8"), "utf-8")
    assert read_mapping(path, TABLES).mapping.dataset == "maternity_booking"


def problems(root: Path, name: str, text: str, **options: object) -> list[str]:
    """What the loader says of one file."""
    loaded = load(root, {name: text}, **({"pseudonym_key": KEY} | options))
    loaded.assert_accounts_add_up()
    return loaded.summary.problems


def row(number: int = 1) -> str:
    return f"P{number},2025-03-0{number},{nhs_number(number)}"


def test_a_mapped_file_is_recognised_wherever_it_lies(tmp_path: Path) -> None:
    write_mapping(tmp_path / "in" / "mappings" / "RWE")
    loaded = load(tmp_path, {"a/b/anything.csv": csv_text(HEADER, row(1), row(2))}, pseudonym_key=KEY)
    (held,) = loaded.rows("select * from raw.local_file")
    assert (held["dataset"], held["supplier_code"], held["mapping"]) == (
        "maternity_booking",
        "RWE",
        "RWE/maternity_booking.yaml",
    )
    assert held["numbers_valid"] == 2 and not loaded.summary.problems


def test_a_file_about_people_is_refused_without_a_key_and_the_others_go_on(tmp_path: Path) -> None:
    write_mapping(tmp_path / "in" / "mappings" / "RWE")
    files = {"bookings.csv": csv_text(HEADER, row()), "postcodes.csv": "pcds,lsoa21\nLE1 1AA,E01000001\n"}
    loaded = load(tmp_path, files)
    (problem,) = loaded.summary.problems
    assert "no key for pseudonyms" in problem and "equity-audit key FILE" in problem
    assert loaded.summary.loaded == 1
    # with a key it is read in the next run
    again = load(tmp_path, pseudonym_key=KEY)
    assert again.summary.loaded == 1 and not again.summary.problems


def test_a_name_that_nobody_said_to_drop_refuses_the_file(tmp_path: Path) -> None:
    text = csv_text(HEADER + ",Surname", row() + ",Example")
    write_mapping(tmp_path / "in" / "mappings" / "RWE")
    (problem,) = problems(tmp_path, "bookings.csv", text)
    assert '"Surname"' in problem and "drop" in problem and "Example" not in problem
    write_mapping(tmp_path / "in" / "mappings" / "RWE", drop=["Surname"])
    assert problems(tmp_path, "bookings.csv", text) == []


def test_a_named_file_without_its_columns_says_which(tmp_path: Path) -> None:
    write_mapping(tmp_path / "in" / "mappings" / "RWE", file_name="^uhl_")
    (problem,) = problems(tmp_path, "uhl_march.csv", csv_text("Ref,Booking,NHS", row()))
    assert 'no column "Booked"' in problem and nhs_number(1) not in problem


def test_two_mappings_that_fit_alike_are_not_chosen_between(tmp_path: Path) -> None:
    for supplier in ("RWE", "RXX"):
        write_mapping(tmp_path / "in" / "mappings" / supplier, supplier=supplier)
    (problem,) = problems(tmp_path, "bookings.csv", csv_text(HEADER, row()))
    assert "several mappings" in problem and "file_name" in problem


def test_a_mapping_takes_no_file_in_the_contracts_own_headings(tmp_path: Path) -> None:
    # the mapping has no file_name, and its headings differ: Leicestershire's file must not become Rutland's
    write_mapping(tmp_path / "in" / "mappings" / "RXX", supplier="RXX", supplier_name="Another trust")
    header = "pregnancy_id,booking_date,mother_nhs_number,lmns_code"
    text = csv_text(header, row() + ",QK1", row(2) + ",QK1")
    loaded = load(tmp_path, {"maternity_booking_RWE_202503.csv": text}, pseudonym_key=KEY)
    assert not loaded.summary.problems
    assert [held["supplier_code"] for held in loaded.rows("select * from raw.local_file")] == ["RWE"]
    # nor a file that its name fits: it is refused, and says which headings it lacks
    write_mapping(tmp_path / "in" / "mappings" / "RXX", supplier="RXX", file_name="^maternity_booking")
    (problem,) = problems(
        tmp_path / "2", "maternity_booking_RWE_202503.csv", text, mappings=tmp_path / "in" / "mappings"
    )
    assert 'no column "Booked", "NHS", "Ref"' in problem


def test_a_row_of_no_system_is_set_aside_and_stops_nobody(tmp_path: Path) -> None:
    header = "pregnancy_id,booking_date,mother_nhs_number,lmns_code"
    rows = [
        row(1) + ",QK1",
        row(2) + ",QZZ",
        row(3) + ",",
        row(4) + ",qk1",
        "P5,2026-04-01,,QMJ",
        "P6,2026-03-31,,QMJ",
    ]
    text = csv_text(header, *rows)
    loaded = load(tmp_path, {"maternity_booking_RWE.csv": text}, pseudonym_key=KEY)
    loaded.assert_accounts_add_up()
    held = loaded.rows("select lmns_code from raw.local__maternity_booking order by _row_number")
    assert [one["lmns_code"] for one in held] == ["QK1", "QK1", "QMJ"]
    aside = loaded.rows(
        "select row_number, column_name, rule, reason from raw.quarantine order by row_number"
    )
    assert [(one["row_number"], one["column_name"], one["rule"]) for one in aside] == [
        (3, "lmns_code", "no such system"), (4, "lmns_code", "missing value"), (6, "lmns_code", "system that has ended"),
    ]  # fmt: skip
    assert (
        "row 3, column lmns_code holds a text of 3 characters: no system of seeds/lmns.csv"
        in aside[0]["reason"]
    )
    assert "QZZ" not in aside[0]["reason"]
    assert (
        "QMJ ended on 2026-03-31" in aside[2]["reason"]
        and "Z9B2Z (West and North London)" in aside[2]["reason"]
    )


def test_a_system_that_was_divided_names_each_part(tmp_path: Path) -> None:
    header = "pregnancy_id,booking_date,lmns_code"
    text = csv_text(header, "P1,2026-05-01,QM7", "P2,2026-05-01,QK1")
    loaded = load(tmp_path, {"maternity_booking_RWE.csv": text}, pseudonym_key=KEY)
    (reason,) = [one["reason"] for one in loaded.rows("select reason from raw.quarantine")]
    assert "D7T5G (Essex) and S1Y5D (Central East)" in reason


def test_the_contracts_own_headings_need_no_mapping(tmp_path: Path) -> None:
    header = "pregnancy_id,booking_date,mother_nhs_number,lmns_code"
    assert problems(tmp_path, "maternity_booking_RWE_202503.csv", csv_text(header, row() + ",QK1")) == []


def test_a_file_whose_system_nobody_knows_is_refused(tmp_path: Path) -> None:
    header = "pregnancy_id,booking_date,mother_nhs_number"
    (problem,) = problems(tmp_path, "maternity_booking_RWE_202503.csv", csv_text(header, row()))
    assert "lmns_code" in problem


def test_a_file_without_headings_shows_nothing_of_its_first_row(tmp_path: Path) -> None:
    text = csv_text(f"P1,Jane Example,{nhs_number(1)},LE1 1AA", f"P2,Ann Other,{nhs_number(2)},LE1 1AB")
    (problem,) = problems(tmp_path, "maternity_booking_RWE_202503.csv", text)
    assert "headings" in problem
    assert not any(planted in problem for planted in ("Jane", "Ann", nhs_number(1), "LE1"))


def test_the_month_of_the_name_is_compared_with_the_rows(tmp_path: Path) -> None:
    header = "pregnancy_id,booking_date,mother_nhs_number,lmns_code"
    (problem,) = problems(tmp_path, "maternity_booking_RWE_202504.csv", csv_text(header, row() + ",QK1"))
    assert "April 2025" in problem


def test_a_shrunken_month_is_held_back(tmp_path: Path) -> None:
    header = "pregnancy_id,booking_date,mother_nhs_number,lmns_code"
    rows = [f"{row(number)},QK1" for number in range(1, 9)]
    assert problems(tmp_path, "maternity_booking_RWE_202503.csv", csv_text(header, *rows)) == []
    found = problems(tmp_path, "maternity_booking_RWE_202503_v2.csv", csv_text(header, *rows[:2]))
    (problem,) = [problem for problem in found if "held back" in problem]
    assert "config/accept.yaml" in problem
    assert "has fewer than 8 rows where" in problem and "has about 10." in problem


def test_real_numbers_in_a_synthetic_folder_are_refused(tmp_path: Path) -> None:
    header = "pregnancy_id,booking_date,mother_nhs_number,lmns_code"
    text = csv_text(header, "P1,2025-03-01,9434765919,QK1")
    loaded = load(tmp_path, {"s/SYNTHETIC.txt": "", "s/maternity_booking_RWE_202503.csv": text})
    (problem,) = loaded.summary.problems
    assert "marked as synthetic" in problem and "9434765919" not in problem


def test_check_says_what_would_happen_and_stores_nothing(tmp_path: Path) -> None:
    path = tmp_path / "bookings.csv"
    path.write_text(csv_text(HEADER, row(), "P2,soon," + nhs_number(2), "P3,2025-03-03,9990000001"))
    settings = Settings(input_dir=tmp_path / "in", output_dir=tmp_path / "out", pseudonym_key=KEY)
    report = check_file(path, settings, write_mapping(tmp_path / "RWE"))
    said = "\n".join(report.lines)
    assert report.fits and "would load   2" in said and "set aside    1" in said
    assert (
        "impossible date, column booking_date (row 3)" in said and "1 fail their check digit (row 4)" in said
    )
    assert not any(planted in said for planted in (nhs_number(1), nhs_number(2), "9990000001", "soon"))
    assert not (tmp_path / "out").exists()


def test_check_shows_rows_of_no_system_and_a_mapping_of_none(tmp_path: Path) -> None:
    path = tmp_path / "maternity_booking_RWE.csv"
    path.write_text(csv_text("pregnancy_id,booking_date,lmns_code", "P1,2025-03-01,QK1", "P2,2025-03-02,QZZ"))
    settings = Settings(input_dir=tmp_path / "in", output_dir=tmp_path / "out", pseudonym_key=KEY)
    said = "\n".join(check_file(path, settings).lines)
    assert "1 x no such system, column lmns_code (row 3)" in said and "QZZ" not in said
    with pytest.raises(MappingError, match="QZZ is no system"):
        check_file(path, settings, write_mapping(tmp_path / "RWE", lmns="QZZ"))


def test_check_tells_of_numbers_that_cannot_be_right_and_of_codes_on_no_list(tmp_path: Path) -> None:
    path = tmp_path / "maternity_birth_RWE.csv"
    header = "baby_id,birth_month,lmns_code,gestation_at_birth_days,birth_weight_grams,provider_code"
    rows = ["B1,2025-03,QK1,39,3300,RWE", "B2,2025-03,QK1,41,3300,XX9", "B3,2025-03,QK1,277,,RWE"]
    path.write_text(csv_text(header, *rows))
    settings = Settings(input_dir=tmp_path / "in", output_dir=tmp_path / "out", pseudonym_key=KEY)
    said = "\n".join(check_file(path, settings).lines)
    assert "2 values of gestation_at_birth_days are not between 154 and 315 days (rows 2, 3)" in said
    assert "`units`: it is read in days" in said
    assert "1 value of provider_code is on no list (row 3)" in said and "seeds/providers.csv" in said
    assert "XX9" not in said


def test_check_shows_no_heading_that_a_row_has_run_into(tmp_path: Path) -> None:
    path = tmp_path / "maternity_booking_RWE.csv"
    path.write_text(
        csv_text("pregnancy_id,booking_date,lmns_code,interpZzebed,4859000016", "P1,2025-03-01,QK1,N,4")
    )
    report = check_file(
        path, Settings(input_dir=tmp_path / "in", output_dir=tmp_path / "out", pseudonym_key=KEY)
    )
    said = "\n".join(report.lines)
    assert "2 columns; what heads them looks like data" in said
    assert "4859000016" not in said and "Zzebed" not in said


def test_a_provider_on_no_list_is_told_of_and_a_council_that_is_none_set_aside(tmp_path: Path) -> None:
    booking = csv_text(
        "pregnancy_id,booking_date,lmns_code,provider_code", "P1,2025-03-01,QK1,XX9", "P2,2025-03-01,QK1,RWE"
    )
    council = csv_text(
        "indicator,area_code,period_start,period_end,dimension,group_code,numerator,denominator,lmns_code",
        *(
            f"breastfeeding_6_8_weeks,{area},2025-01-01,2025-03-31,all,ALL,10,20,QK1"
            for area in ("E10000018", "E99999999")
        ),
    )
    files = {"maternity_booking_RWE_202503.csv": booking, "council_indicator_E10000018_202503.csv": council}
    loaded = load(tmp_path, files, pseudonym_key=KEY)
    loaded.assert_accounts_add_up()
    (problem,) = loaded.summary.problems
    assert (
        problem.startswith("to know: maternity_booking_RWE_202503.csv") and "seeds/providers.csv" in problem
    )
    assert "XX9" not in problem
    (remark,) = loaded.rows("select column_name, rule, table_name from raw.file_remark")
    assert tuple(remark.values()) == ("provider_code", "on no list", "local__maternity_booking")
    (aside,) = loaded.rows("select row_number, rule, reason from raw.quarantine")
    assert (aside["row_number"], aside["rule"]) == (3, "no such council") and "E99999999" not in aside[
        "reason"
    ]


def test_the_limits_of_the_contract_are_those_of_the_models() -> None:
    held = {
        (column.name, *column.plausible)
        for table in TABLES.values() for column in table.columns if column.plausible and column.unit != "years"
    }  # fmt: skip
    models = PROJECT_DIR / "dbt_project" / "models" / "harmonised" / "local"
    used = {
        (name, float(least), float(most))
        for path in models.glob("*.sql")
        for name, least, most in re.findall(
            r"in_range\('\w+\.(\w+)', (\d+), (\d+)\)", path.read_text("utf-8")
        )
    }
    assert used == held and len(used) >= 5
    ages = {
        column.plausible for table in TABLES.values() for column in table.columns if column.unit == "years"
    }
    macro = (PROJECT_DIR / "dbt_project" / "macros" / "person_groups.sql").read_text("utf-8")
    bands = [int(limit) for pair in re.findall(r"between (\d+) and (\d+) then 'A", macro) for limit in pair]
    assert ages == {(min(bands), max(bands))}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_check_follows_no_link_and_waits_for_no_pipe(tmp_path: Path) -> None:
    settings = Settings(input_dir=tmp_path / "in", output_dir=tmp_path / "out")
    (tmp_path / "real.csv").write_text("a,b\n1,2\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    for name, said in (
        ("link.csv", "is a link"), ("pipe.csv", "is not an ordinary file"), ("absent.csv", "does not exist"),
    ):  # fmt: skip
        with pytest.raises(UserError, match=f"{name} {said}"):
            check_file(tmp_path / name, settings)


def test_a_reader_that_has_seen_enough_gets_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "maternity_booking_RWE.csv"
    path.write_text(csv_text("pregnancy_id,booking_date,lmns_code", "P1,2025-03-01,QK1"))
    command = [
        sys.executable,
        "-m",
        "orchestration.cli",
        "check",
        str(path),
        "--output",
        str(tmp_path / "out"),
    ]
    with subprocess.Popen(
        command, cwd=PROJECT_DIR, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == "" and process.wait(timeout=60) == 1


def test_check_drafts_a_mapping_that_can_be_used_once_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "extract.csv"
    header = "Preg Ref,NHS Number,Surname,DOB,Booking Date,Ethnicity,Smoker"
    rows = [f"P{n},{nhs_number(n)},Example,14/03/198{n},01/03/2025,British,Never smoked" for n in range(1, 5)]
    path.write_text(csv_text(header, *rows))
    settings = Settings(input_dir=tmp_path / "in", output_dir=tmp_path / "out", pseudonym_key=KEY)
    report = check_file(path, settings)
    assert not report.fits and report.draft
    assert not any(planted in report.draft for planted in (nhs_number(1), "Example", "1981"))
    mapping = tmp_path / "RWE" / "draft.yaml"
    mapping.parent.mkdir()
    filled = report.draft.replace("supplier: FILL_IN", "supplier: RWE").replace("lmns: FILL_IN", "lmns: QK1")
    mapping.write_text(filled)
    with pytest.raises(
        MappingError, match="supplier_name: put the supplier's code and name in place of FILL_IN"
    ):
        check_file(path, settings, mapping)
    mapping.write_text(filled.replace("supplier_name: FILL_IN", "supplier_name: Leicester"))
    done = check_file(path, settings, mapping)
    assert done.fits and "would load   4" in "\n".join(done.lines)
    assert not any("not understood" in line for line in done.lines)
