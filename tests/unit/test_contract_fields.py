"""Nobody's data are asked for in vain: every column of the contract of local files is read behind staging."""

from __future__ import annotations

import re

import pytest
import yaml

from orchestration.settings import DBT_DIR, STAGED_DIR

# a line that hands a column on says nothing of its use
HANDED_ON = re.compile(r"^\s*(\w+\.)?\w+,?\s*$")
RECORDS = ("int_booking", "int_birth", "int_neonatal_admission", "int_perinatal_referral")


def words_of_use() -> set[str]:
    """Words of the SQL behind staging, without lines that only hand a column on in a model of records."""
    files = [
        path for path in DBT_DIR.rglob("*.sql") if "staged" not in path.parts and "target" not in path.parts
    ]
    files += list((DBT_DIR / "models").rglob("*.py"))
    said: set[str] = set()
    for path in files:
        for line in path.read_text("utf-8").splitlines():
            if not (path.stem in RECORDS and HANDED_ON.match(line)):
                said |= set(re.findall(r"\w+", line))
    return said


CONTRACT = yaml.safe_load((STAGED_DIR / "local" / "_local.yml").read_text("utf-8"))["sources"][0]["tables"]
# what `equity-audit themes` suggests stands in the file for the person who reads it, and counts for nothing
SUGGESTED = {"suggested_theme", "suggested_equity_theme"}
COLUMNS = sorted({column["name"] for table in CONTRACT for column in table["columns"]} - SUGGESTED)
USED = words_of_use()


@pytest.mark.parametrize("column", COLUMNS)
def test_every_field_of_the_contract_is_used(column: str) -> None:
    assert column in USED
