"""docs/local_data.md and the example files say what the contract says, and the filled examples load."""

from __future__ import annotations

from pathlib import Path

from orchestration.ingest.declarations import read_declarations
from orchestration.ingest.mappings import fields_of, local_tables
from orchestration.local_docs import EXAMPLES, PAGE, example_files, page_text
from tests.loader import load
from tests.local_files import KEY

REMEDY = "run `python -m orchestration.local_docs`"


def test_the_page_says_what_the_contract_says() -> None:
    page = PAGE.read_text("utf-8")
    assert page == page_text(page), REMEDY


def test_the_example_files_are_those_of_the_contract() -> None:
    held = {path.name: path.read_bytes().decode() for path in EXAMPLES.glob("*.csv")}
    assert held == example_files(), REMEDY


def test_every_filled_example_loads_whole(tmp_path: Path) -> None:
    files = {name: text for name, text in example_files().items() if not name.endswith("_empty.csv")}
    tables = local_tables(read_declarations())
    assert len(files) == len(tables) == 10
    loaded = load(tmp_path, files, pseudonym_key=KEY)
    loaded.assert_accounts_add_up()
    assert not loaded.summary.problems and loaded.summary.quarantined == 0
    held = loaded.rows("select * from raw.local_file")
    assert {row["dataset"] for row in held} == tables.keys()
    assert (
        sum(row["codes_not_understood"] + row["dates_unreadable"] + row["numbers_invalid"] for row in held)
        == 0
    )


def test_every_empty_example_is_refused_as_empty(tmp_path: Path) -> None:
    files = {
        name.replace("_empty", "_RWE"): text.replace("\n", "") + "\n"
        for name, text in example_files().items() if name.endswith("_empty.csv")
    }  # fmt: skip
    loaded = load(tmp_path, files, pseudonym_key=KEY)
    assert len(loaded.summary.problems) == 10 and all(
        "no row below" in problem for problem in loaded.summary.problems
    )


def test_every_field_that_is_needed_is_in_the_examples() -> None:
    for dataset, table in local_tables(read_declarations()).items():
        header = example_files()[f"{dataset}_empty.csv"].strip().split(",")
        for ways in fields_of(table).needed:
            assert set(ways) & set(header), (dataset, ways)
