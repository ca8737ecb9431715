"""Source declarations: those of the project can be used as they stand, and a wrong one says what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from orchestration.ingest.declarations import DeclarationError, Table, read_declarations
from orchestration.ingest.mappings import LOCAL
from orchestration.ingest.readers import READERS
from orchestration.ingest.readers.cells import Layout
from orchestration.ingest.readers.table import TableOptions

OPTIONS = {"table": TableOptions, "cells": Layout, "returned_plan": lambda: None}
TABLES = [table for source in read_declarations() for table in source.tables]


def block(**changes: object) -> dict[str, object]:
    """A small whole declaration."""
    columns = [
        {"name": "month_start", "description": "First day.", "config": {"meta": {"type": "date"}}},
        {"name": "month_end", "description": "Last day.", "config": {"meta": {"type": "date"}}},
        {"name": "value", "description": "Count.", "config": {"meta": {"type": "count"}}},
    ]
    file = {"reader": "table", "period": {"start": "month_start", "end": "month_end"}} | changes.pop(
        "file", {}
    )
    return {
        "name": "example",
        "description": "An example.",
        "config": {
            "meta": {
                "owner": "team:somebody",
                "ingest": {
                    "publisher": "P", "publication": "Q", "licence": "OGL-UK-3.0", "cadence_days": 31,
                } | changes.pop("ingest", {}),
            }
        },
        "tables": [
            {
                "name": "example__table",
                "description": "One row a month.",
                "config": {"meta": {"file": file}},
                "columns": changes.pop("columns", columns),
            }
        ],
    }  # fmt: skip


def read(folder: Path, text: str) -> list:
    (folder / "example").mkdir()
    (folder / "example" / "_example.yml").write_text(text)
    return read_declarations(folder)


def test_a_whole_declaration_is_read(tmp_path: Path) -> None:
    (source,) = read(tmp_path, yaml.safe_dump({"version": 2, "sources": [block()]}))
    assert source.tables[0].file.period.columns == ["month_start", "month_end"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"file": {"raeder": "table"}}, "raeder"),
        ({"file": {"name": "msds-("}}, "unterminated|missing"),
        ({"file": {"period": {"start": "month_start"}}}, "a period is start and end"),
        ({"file": {"period": {"start": "month_start", "end": "month_end", "year": "value"}}}, "a period is start and end"),
        ({"file": {"key": ["nothing_like_it"]}}, "does not declare: nothing_like_it"),
        ({"ingest": {"publisher": None}}, "publisher"),
        ({"ingest": {"license": "x"}}, "license"),
        ({"columns": [{"name": "a", "config": {"meta": {"type": "money"}}}]}, "money|type"),
        ({"columns": [{"name": "a"}, {"name": "a"}], "file": {"period": None}}, "declares a column twice"),
        (
            {"columns": [{"name": "a", "config": {"meta": {"type_by": {"column": "b", "types": {"x": "count"}}}}}],
             "file": {"period": None}},
            "does not declare: b",
        ),
        ({"columns": [{"name": "a", "config": {"meta": {"header": ["^(year"]}}}], "file": {"period": None}}, "unterminated|missing"),
    ],
)  # fmt: skip
def test_a_wrong_declaration_names_its_file_and_what_is_wrong(
    tmp_path: Path, changes: dict[str, object], says: str
) -> None:
    with pytest.raises(DeclarationError, match=rf"(?s)^_example\.yml: .*({says})"):
        read(tmp_path, yaml.safe_dump({"version": 2, "sources": [block(**changes)]}))


@pytest.mark.parametrize("text", ["sources: [", "- a list", "sources:\n  - name: x\n  config: ]"])
def test_a_file_that_is_no_yaml_of_ours_names_itself(tmp_path: Path, text: str) -> None:
    with pytest.raises(DeclarationError, match=r"^_example\.yml: "):
        read(tmp_path, text)


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    wrong = block()
    del wrong["tables"][0]["description"]
    with pytest.raises(DeclarationError, match="the key 'description' is missing"):
        read(tmp_path, yaml.safe_dump({"sources": [wrong]}))


def test_names_of_tables_are_unique() -> None:
    assert len({table.name for table in TABLES}) == len(TABLES) >= 10


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_declared_table_asks_for_a_reader_and_options_that_there_are(table: Table) -> None:
    assert set(OPTIONS) == set(READERS)
    if table.file.reader == LOCAL:
        assert not table.file.options
    else:
        OPTIONS[table.file.reader](**table.file.options)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_declared_table_can_tell_its_rows_apart(table: Table) -> None:
    # cells of odd sheets are told apart by sheet and place, so only tables need a key
    assert table.file.key or table.file.reader == "cells"
