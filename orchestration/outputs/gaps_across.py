"""Which gaps are everyone's and which are one system's: each group of each measure over all systems of an edition.

Pure: protected gaps in, one row a measure and group out. What is hidden in a system's gap is hidden here too.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pandas as pd

from orchestration.outputs import wording as say
from orchestration.outputs.audit_data import AuditData
from orchestration.outputs.figures import Row, records

BEST_GROUP = "best group here"
# what a system can be for one group, in the order in which columns stand
STANDINGS = (say.WORSE, say.BETTER, say.NO_DIFFERENCE, BEST_GROUP, say.TOO_FEW, say.NOT_AVAILABLE)
JUDGED = (say.WORSE, say.BETTER, say.NO_DIFFERENCE, BEST_GROUP)
EVERYONES, SOME, ONE, NOBODYS, CANNOT_TELL = (
    "everyone's",
    "some systems'",
    "one system's",
    "nobody's",
    "cannot tell",
)
LABELS = (EVERYONES, SOME, ONE, NOBODYS, CANNOT_TELL)
MEANINGS = {
    EVERYONES: "worse in more than two thirds of the systems that can be judged, of at least three",
    SOME: "worse in two or more, and not everyone's",
    ONE: "worse in one system, and not in at least one other that can be judged",
    NOBODYS: "two systems or more can be judged, and it is worse in none",
    CANNOT_TELL: "fewer than two systems can be judged: too few women, babies or events, or nothing published by group",
}
FEWEST_FOR_EVERYONE = 3
EVERYONES_SHARE = 2 / 3
COUNTS = {
    say.WORSE: "worse", say.BETTER: "better", say.NO_DIFFERENCE: "no_clear_difference", BEST_GROUP: "best_group",
    say.TOO_FEW: "too_few", say.NOT_AVAILABLE: "not_available",
}  # fmt: skip
COLUMNS = [
    "metric_id", "metric_name", "domain", "dimension", "group_code", "group_name", "vocabulary", "reference_kind",
    "period_start", "period_end", "label", "systems", "systems_judged",
    *(f"systems_{name}" for name in COUNTS.values()), *(f"{name}_codes" for name in COUNTS.values()),
    "england_verdict", "figure_ids",
]  # fmt: skip
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Across:
    """One group of one measure over all systems.

    Attributes:
        row: names of measure and group, as a gap has them.
        reference_kind: best (groups, against the best group of their own system) or england (everybody).
        standing: what it is in each system, by code.
        figures: gap behind that, by code; none for the best group and where there is no figure.
        periods: first and last day of the newest periods of the systems.
        england: verdict of England's own gap; empty where there is none.
    """

    row: Row
    reference_kind: str
    standing: dict[str, str]
    figures: dict[str, str]
    periods: tuple[str, str]
    england: str

    def codes(self, standing: str) -> list[str]:
        """Systems of one standing, by code."""
        return sorted(code for code, word in self.standing.items() if word == standing)

    @property
    def judged(self) -> int:
        """How many systems can be judged."""
        return sum(word in JUDGED for word in self.standing.values())

    @property
    def label(self) -> str:
        """Whose gap it is, by the rule of `MEANINGS`."""
        worse = len(self.codes(say.WORSE))
        if self.judged < 2:
            return CANNOT_TELL
        if worse == 0:
            return NOBODYS
        if self.judged >= FEWEST_FOR_EVERYONE and worse > EVERYONES_SHARE * self.judged:
            return EVERYONES
        return ONE if worse == 1 else SOME


def _series(row: Row) -> Key:
    return row["metric_id"], row["dimension"], row["vocabulary"] or ""


def _newest(rows: list[Row]) -> list[Row]:
    """The rows of each system's own newest period."""
    newest: dict[str, tuple[str, str]] = {}
    for row in rows:
        code = row["organisation_code"]
        newest[code] = max(newest.get(code, ("", "")), (row["period_end"], row["period_start"]))
    return [
        row for row in rows if (row["period_end"], row["period_start"]) == newest[row["organisation_code"]]
    ]


def gaps_across(data: AuditData) -> list[Across]:
    """Every group against its system's best group, and everybody against England; the widest shared gap first."""
    gaps = data.gaps
    wanted = (gaps["polarity"] != "neutral") & (
        (gaps["reference_kind"] == "best") | ((gaps["reference_kind"] == "england") & (gaps["dimension"] == "total"))
    )  # fmt: skip
    systems: dict[Key, list[Row]] = defaultdict(list)
    england: dict[tuple[Key, str], tuple[str, str]] = {}
    for row in records(gaps[wanted]):
        if row["organisation_level"] == "lmns":
            systems[_series(row)].append(row)
        elif row["organisation_level"] == "national":
            key = (_series(row), row["group_code"])
            england[key] = max(england.get(key, ("", "")), (row["period_end"], row["verdict"]))
    found = []
    for series, rows in systems.items():
        newest = _newest(rows)
        groups: dict[str, dict[str, Row]] = defaultdict(dict)
        best: dict[str, str] = {}
        for row in newest:
            groups[row["group_code"]][row["organisation_code"]] = row
            if row["reference_kind"] == "best" and row["reference_group"]:
                best[row["organisation_code"]] = row["reference_group"]
        for group, own in groups.items():
            standing = dict.fromkeys(data.codes, say.NOT_AVAILABLE)
            standing |= {code: BEST_GROUP for code, name in best.items() if name == group}
            standing |= {code: row["verdict"] for code, row in own.items()}
            found.append(
                Across(
                    row=next(iter(own.values())),
                    reference_kind=next(iter(own.values()))["reference_kind"],
                    standing=standing,
                    figures={code: row["figure_id"] for code, row in own.items()},
                    periods=(
                        min(row["period_start"] for row in own.values()),
                        max(row["period_end"] for row in own.values()),
                    ),
                    england=england.get((series, group), ("", ""))[1],
                )
            )
    return sorted(found, key=_order)


def _order(one: Across) -> tuple[int, bool, int, str, str, str, str]:
    return (
        LABELS.index(one.label), one.reference_kind == "england", -len(one.codes(say.WORSE)), one.row["metric_id"], one.row["dimension"],
        one.row["vocabulary"] or "", one.row["group_code"],
    )  # fmt: skip


def gaps_table(data: AuditData) -> pd.DataFrame:
    """The same as a table, with the public columns: codes with spaces between."""
    rows = []
    domains = data.metrics.set_index("metric_id")["domain"].to_dict()
    for one in gaps_across(data):
        names = ("metric_id", "metric_name", "dimension", "group_code", "group_name", "vocabulary")
        row = {name: one.row[name] for name in names}
        row |= {
            "domain": domains.get(row["metric_id"]),
            "reference_kind": one.reference_kind, "period_start": one.periods[0], "period_end": one.periods[1],
            "label": one.label, "systems": len(one.standing), "systems_judged": one.judged,
            "england_verdict": one.england or None,
            "figure_ids": " ".join(one.figures[code] for code in sorted(one.figures)),
        }  # fmt: skip
        for standing, name in COUNTS.items():
            codes = one.codes(standing)
            row |= {f"systems_{name}": len(codes), f"{name}_codes": " ".join(codes)}
        rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)
