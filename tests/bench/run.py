"""`make bench`: runs every bench_*.py in this folder and prints one aligned table. Those that take an hour run
only when a word asks for them: `make bench WORDS=scale` builds the audits of 600,000 and 6,000,000 births.

Prints and exits 0 whether or not a budget holds, because a slow machine is no fault; a bench that
crashes is shown with its error and makes the exit code 1.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from tests.bench import BenchRow

ONLY_BY_NAME = ("bench_scale",)
HEADER = ("bench", "ours", "peer", "ratio", "budget", "within budget", "note")


def seconds(value: float | None) -> str:
    """A duration in the unit that reads best; a dash for none."""
    if value is None:
        return "-"
    if value < 1:
        return f"{value * 1000:.0f} ms"
    return f"{value:.1f} s" if value < 100 else f"{value:.0f} s"


def budget(row: BenchRow) -> str:
    """The budget as it is judged: a ratio, a time, or both."""
    parts = []
    if row.budget_ratio is not None:
        parts.append(f"{row.budget_ratio:g}x")
    if row.budget_seconds is not None:
        parts.append(seconds(row.budget_seconds))
    return " and ".join(parts) or "-"


def cells(row: BenchRow) -> tuple[str, ...]:
    """One row of the table as text."""
    verdict = {True: "yes", False: "NO", None: "-"}[row.within_budget]
    ratio = "-" if row.ratio is None else f"{row.ratio:.2f}x"
    return (
        row.name,
        seconds(row.ours_seconds),
        seconds(row.peer_seconds),
        ratio,
        budget(row),
        verdict,
        row.note,
    )


def table(rows: Sequence[BenchRow]) -> str:
    """All rows under one header, columns aligned; numbers to the right."""
    lines = [HEADER, *(cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]
    right = {1, 2, 3, 4}
    out = []
    for line in lines:
        padded = (
            text.rjust(width) if column in right else text.ljust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        out.append("  ".join(padded).rstrip())
    out.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(out)


def modules(folder: Path, wanted: Sequence[str]) -> list[str]:
    """Names of the bench modules in `folder`, sorted; with words, only those holding one, and without, only the short ones."""
    names = sorted(path.stem for path in folder.glob("bench_*.py"))
    if not wanted:
        return [name for name in names if name not in ONLY_BY_NAME]
    return [name for name in names if any(word in name for word in wanted)]


def main(argv: Sequence[str] | None = None, folder: Path | None = None, package: str = "tests.bench") -> int:
    """Run the benches; returns 1 if one crashed, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.run", description=__doc__)
    parser.add_argument("words", nargs="*", help="only modules whose name holds one of these words")
    arguments = parser.parse_args(argv)
    rows: list[BenchRow] = []
    crashed: list[str] = []
    for name in modules(folder or Path(__file__).parent, arguments.words):
        print(f"running {name} …", flush=True)
        try:
            rows.extend(importlib.import_module(f"{package}.{name}").rows())
        except Exception:  # one broken bench must not hide the others' figures
            crashed.append(f"{name} crashed:\n{traceback.format_exc()}")
    print()
    print(table(rows) if rows else "No bench gave a row.")
    over = [row.name for row in rows if row.within_budget is False]
    print(f"\n{len(rows)} rows; over budget: {'; '.join(over) or 'none'}")
    for text in crashed:
        print(f"\n{text}", file=sys.stderr)
    return 1 if crashed else 0


if __name__ == "__main__":
    sys.exit(main())
