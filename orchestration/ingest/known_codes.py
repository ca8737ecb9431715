"""Codes that rows of local files may name: how one is found in a list, which systems there are, and what became of one.

Reads seeds and nothing else. What becomes of a row with another code is in local_values.py.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orchestration.settings import SEEDS_DIR

ENDED_SYSTEM = "system that has ended"


@dataclass(frozen=True)
class CodeList:
    """One list of codes.

    Attributes:
        seed: its file in seeds/.
        column: the column that holds the codes.
        rule: name of the rule that a row with another code breaks; None where such a row is loaded and told of.
        fix: what to do.
    """

    seed: str
    column: str
    rule: str | None
    fix: str

    @property
    def codes(self) -> frozenset[str]:
        """The codes."""
        return _codes(self.seed, self.column)


CODE_LISTS = {
    "systems": CodeList(
        "lmns.csv", "lmns_code", "no such system",
        "no system of seeds/lmns.csv has this code: give that of a Local Maternity and Neonatal System, such as QK1, in "
        "the file or as lmns in the mapping",
    ),
    "councils": CodeList(
        "councils.csv", "area_code", "no such council",
        "no council of seeds/councils.csv has this code: correct it, or add the council there with its source",
    ),
    "providers": CodeList(
        "providers.csv", "provider_code", None,
        "correct the code, or add the provider to seeds/providers.csv with its source",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class KnownSystem:
    """One Local Maternity and Neonatal System of seeds/lmns.csv.

    Attributes:
        code: its code.
        last_day: its last day; None while it goes on.
        successors: code and name of each system that took over from it.
    """

    code: str
    last_day: dt.date | None
    successors: tuple[tuple[str, str], ...]

    @property
    def successors_in_words(self) -> str:
        """Which code it is now."""
        named = [f"{code} ({name})" for code, name in self.successors]
        if len(named) > 1:
            return f"its area is divided between {' and '.join(named)}: give the one that each row belongs to"
        return f"give its successor {named[0]}" if named else "give its successor"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def _codes(seed: str, column: str) -> frozenset[str]:
    return frozenset(row[column] for row in _rows(SEEDS_DIR / seed))


@cache
def known_systems() -> dict[str, KnownSystem]:
    """Every system by its code; one whose ONS code changed goes on."""
    names: dict[str, str] = {}
    last: dict[str, str] = {}
    for row in _rows(SEEDS_DIR / "lmns.csv"):
        names[row["lmns_code"]] = row["lmns_name"]
        last[row["lmns_code"]] = max(last.get(row["lmns_code"], ""), row["valid_to"] or "9999-12-31")
    after: dict[str, list[tuple[str, str]]] = {}
    for row in _rows(SEEDS_DIR / "lmns_succession.csv"):
        code = row["successor_code"]
        after.setdefault(row["predecessor_code"], []).append((code, names[code]))
    return {
        code: KnownSystem(
            code,
            None if last[code] == "9999-12-31" else dt.date.fromisoformat(last[code]),
            tuple(sorted(after.get(code, []))),
        )
        for code in names
    }


def as_code(text: str, codes: Sequence[str]) -> str | None:
    """The contract's code for a text: in any case, and with or without leading zeros."""
    wanted = text.strip()
    if wanted in codes:
        return wanted
    by_fold = {code.casefold(): code for code in codes}
    found = by_fold.get(wanted.casefold())
    if found is None and wanted.isascii() and wanted.isdigit():
        found = next((code for code in codes if code.isdigit() and int(code) == int(wanted)), None)
    return found
