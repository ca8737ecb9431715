"""The SQL of the statistics macros, rendered by dbt and run on tables that a test makes.

No expected answer and no comparison lives here; those are in measures.py.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd

PROJECT = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Statements:
    """Each model's SQL, and the models and input tables that it reads."""

    sql: dict[str, str]
    models: dict[str, tuple[str, ...]]
    inputs: dict[str, tuple[str, ...]]


@cache
def compiled() -> Statements:
    """Render every model once, through dbt.

    Raises:
        RuntimeError: when dbt cannot compile, with its output.
    """
    with TemporaryDirectory() as folder:
        target = Path(folder) / "target"
        done = subprocess.run(
            [
                str(Path(sys.executable).parent / "dbt"), "compile", "--quiet",
                "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
                "--target-path", str(target), "--log-path", str(Path(folder) / "logs"),
            ],
            env=os.environ | {"DO_NOT_TRACK": "1"},
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"dbt compile failed:\n{done.stdout[-4000:]}")
        manifest = json.loads((target / "manifest.json").read_text("utf-8"))
        sql, models, inputs = {}, {}, {}
        for unique_id, node in manifest["nodes"].items():
            if node["resource_type"] != "model":
                continue
            name = unique_id.split(".")[-1]
            path = target / "compiled" / "statistics_reference" / node["original_file_path"]
            sql[name] = path.read_text("utf-8")
            depends = node["depends_on"]["nodes"]
            models[name] = tuple(i.split(".")[-1] for i in depends if i.startswith("model."))
            inputs[name] = tuple(i.split(".")[-1] for i in depends if i.startswith("source."))
    return Statements(sql, models, inputs)


@dataclass
class Cases:
    """An in-memory database of test cases; `answer` runs a model on them."""

    connection: duckdb.DuckDBPyConnection = field(
        default_factory=lambda: duckdb.connect(config={"threads": 2})
    )
    tables: set[str] = field(default_factory=set)

    def put(self, name: str, frame: pd.DataFrame) -> None:
        """Make or replace an input table. Numbers come in as doubles, as the warehouse has them."""
        self.connection.register("incoming", frame)
        columns = ", ".join(
            f'cast("{column}" as double) as "{column}"'
            if frame[column].dtype.kind in "iuf"
            else f'"{column}"'
            for column in frame.columns
        )
        self.connection.execute(f"create or replace table {name} as select {columns} from incoming")
        self.connection.unregister("incoming")
        self.tables.add(name)

    def can_answer(self, model: str) -> bool:
        """Whether every table behind the model is here."""
        statements = compiled()
        return set(statements.inputs[model]) <= self.tables and all(
            self.can_answer(parent) for parent in statements.models[model]
        )

    def answer(self, model: str) -> pd.DataFrame:
        """Run a model and what it reads."""
        self._build(model)
        return self.connection.sql(f"select * from {model}").df()

    def _build(self, model: str) -> None:
        statements = compiled()
        for parent in statements.models[model]:
            self._build(parent)
        self.connection.execute(f"create or replace table {model} as {statements.sql[model]}")
