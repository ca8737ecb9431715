"""`make reference`: the statistics macros against the answers of other packages in a folder.

One line a measure; exit code 1 when any differs, 2 when the folder holds nothing to compare.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

from tests.reference.measures import FAMILIES, NOT_OFFERED, Outcome
from tests.reference.statements import Cases


def compare(folder: Path) -> dict[str, list[Outcome]]:
    """Every measure that the folder has inputs and answers for, by family.

    A family that cannot be compared (a column is missing, say) is one line that differs: the others still show.
    """
    cases = Cases()
    found: dict[str, list[Outcome]] = {}
    for family, measures in FAMILIES.items():
        lines = found.setdefault(family, [])
        try:
            lines.extend(measures(cases, folder))
        except (KeyError, ValueError, duckdb.Error) as error:
            lines.append(
                Outcome(f"{family} cannot be compared ({type(error).__name__}: {error})", 1, 1, float("inf"))
            )
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Print the report; see the module's docstring for the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference.run", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of inputs_*.csv and expected_*.csv")
    folder: Path = parser.parse_args(argv).folder
    if not folder.is_dir():
        print(
            f"There is no folder {folder}. Give one with inputs_*.csv and expected_*.csv: make reference REF=folder"
        )
        return 2
    found = compare(folder)
    outcomes = [outcome for family in found.values() for outcome in family]
    for family, lines in found.items():
        print(f"\n{family}" if lines else f"\n{family}: no inputs and answers in this folder")
        for line in lines:
            print(f"  {line}")
    print("\nNot offered, so not compared")
    for reason in NOT_OFFERED:
        print(f"  {reason}")
    differing = [outcome.measure for outcome in outcomes if outcome.differ]
    compared = sum(outcome.cases for outcome in outcomes)
    print(f"\n{len(outcomes)} measures, {compared} cases; differing: {'; '.join(differing) or 'none'}")
    if not outcomes:
        return 2
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
