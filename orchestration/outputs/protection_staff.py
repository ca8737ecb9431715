"""Secondary suppression of counts of staff: what groups, bands and staff groups of one trust give away together.

The gate in dbt hides and rounds; here counts become numbers and sums, and disclosure.py says which are pinned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from orchestration.outputs.disclosure import Knowledge, numbers_to_withhold

ROUNDING = 2.0
HIDDEN = ("small", "complement", "withheld")
WITHHELD_REASON = "withheld so that a small number beside it cannot be worked out"
STANDARD = ("WHITE", "WRES_OTHER", "NOT_DECLARED")
FIVE = ("MIXED", "ASIAN", "BLACK", "OTHER")
COMPARED = [
    "reference_value", "difference", "difference_lower_95", "difference_upper_95", "ratio", "ratio_lower_95",
    "ratio_upper_95", "p_value", "q_value",
]  # fmt: skip
OWN = ["value", "lower_95", "upper_95"]


NEEDED = [
    "figure_id",
    "numerator",
    "denominator",
    "protection",
    "numerator_status",
    "denominator_status",
    "verdict_reason",
]


def protected_staff(workforce: pd.DataFrame) -> pd.DataFrame:
    """Figures of staff that the gate protects."""
    if workforce.empty:
        return pd.DataFrame(columns=NEEDED)
    return workforce[workforce["protection"].notna()]


class StaffCell(NamedTuple):
    """One count of a trust's staff, or of those without the event (`part` rest)."""

    where: tuple[str, ...]
    count: str
    staff_group: str
    band: str
    dimension: str
    group: str
    part: str = "count"


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value)


class StaffCells:
    """The protected counts of staff with their intervals, the figures that print them and their sums."""

    def __init__(self, workforce: pd.DataFrame, group_parents: pd.DataFrame) -> None:
        self.number: dict[StaffCell, int] = {}
        self.low: list[float] = []
        self.high: list[float] = []
        self.secret: list[bool] = []
        self.shown: list[bool] = []
        self.figures: dict[int, set[tuple[str, str]]] = defaultdict(set)
        self.sums: list[tuple[int, tuple[int, ...]]] = []
        for row in protected_staff(workforce).to_dict("records"):
            self._add_row(row)
        if self.number:
            self._add_sums(group_parents)

    def _cell(self, cell: StaffCell, low: float, high: float, secret: bool, shown: bool) -> int:
        if cell not in self.number:
            self.number[cell] = len(self.low)
            self.low.append(0.0)
            self.high.append(np.inf)
            self.secret.append(False)
            self.shown.append(False)
        number = self.number[cell]
        self.low[number], self.high[number] = max(self.low[number], low), min(self.high[number], high)
        self.secret[number] |= secret
        self.shown[number] |= shown
        return number

    def _add_count(self, row: Mapping[str, Any], role: str, cell: StaffCell) -> int | None:
        status, value = _text(row[f"{role}_status"]), row[role]
        if status in ("", "missing"):
            return None
        if status == "shown":
            slack = 0.0 if value == 0 else ROUNDING
            number = self._cell(cell, value - slack, value + slack, secret=False, shown=True)
        elif status == "small":
            number = self._cell(cell, 1.0, 7.0, secret=True, shown=False)
        else:
            number = self._cell(cell, 0.0, np.inf, secret=status == "withheld", shown=False)
        self.figures[number].add((row["figure_id"], role))
        return number

    def _add_row(self, row: Mapping[str, Any]) -> None:
        where = tuple(
            _text(row[name]) for name in ("lmns_code", "organisation_code", "period_start", "period_end")
        )
        question = _text(row["survey_question"])
        measure = f"{row['measure_id']} {question}".strip()
        event = StaffCell(
            where, measure, row["staff_group"], row["band"], row["dimension"], row["group_code"]
        )
        # the people of a band are its headcount; those of any other measure are counted for it
        people = (
            event._replace(dimension="total", group="ALL")
            if row["form"] in ("share", "board")
            else event._replace(count=f"people of {measure}")
        )
        events, among = self._add_count(row, "numerator", event), self._add_count(row, "denominator", people)
        if events is None or among is None or events == among:
            return
        status = row["numerator_status"]
        low, high = (1.0, 7.0) if status == "complement" else (0.0, np.inf)
        rest = self._cell(event._replace(part="rest"), low, high, secret=status in HIDDEN, shown=False)
        self.sums.append((among, (events, rest)))

    def _unnamed(self) -> int:
        return self._cell(
            StaffCell((), "", "", "", "", "", f"unnamed {len(self.low)}"), 0.0, np.inf, False, False
        )

    def _add_sums(self, group_parents: pd.DataFrame) -> None:
        """Groups into wider ones and everybody; a band or a staff group is part of all bands or of all staff."""
        detailed = group_parents[group_parents["dimension"] == "ethnicity_detailed"]
        parents = list(zip(detailed["group_code"], detailed["parent_group"], strict=True))
        tables: dict[StaffCell, dict[tuple[str, str], int]] = defaultdict(dict)
        for cell, number in list(self.number.items()):
            if cell.part == "count":
                tables[cell._replace(dimension="", group="")][cell.dimension, cell.group] = number
        for place, groups in tables.items():
            everybody = groups.get(("total", "ALL"))
            five = [groups[key] for key in (("ethnicity", group) for group in FIVE) if key in groups]
            self._add_sum(everybody, [groups.get(("ethnicity", group)) for group in STANDARD])
            self._add_sum(groups.get(("ethnicity", "WRES_OTHER")), five, whole=len(five) == len(FIVE))
            below: dict[str, list[int | None]] = defaultdict(list)
            for group, parent in parents:
                below[parent].append(groups.get(("ethnicity_detailed", group)))
            for parent, numbers in below.items():
                self._add_sum(groups.get(("ethnicity", parent)), numbers)
            for wider in (place._replace(band="all"), place._replace(staff_group="all")):
                if wider == place or place.staff_group == "trust" or place.band == "board":
                    continue
                for key, number in groups.items():
                    self._add_sum(tables.get(wider, {}).get(key), [number], whole=False)

    def _add_sum(self, parent: int | None, children: list[int | None], whole: bool = True) -> None:
        """Children that add up to the parent; with a rest where one of them is in no file."""
        known = [child for child in children if child is not None]
        if parent is None or not known:
            return
        rest = [] if whole and len(known) == len(children) else [self._unnamed()]
        self.sums.append((parent, (*sorted(set(known)), *rest)))

    def knowledge(self) -> Knowledge:
        """What a reader of the edition knows of these counts."""
        return Knowledge(
            low=np.maximum(np.array(self.low, dtype=float), 0.0),
            high=np.array(self.high, dtype=float),
            secret=np.array(self.secret, dtype=bool),
            shown=np.array(self.shown, dtype=bool),
            sums=tuple(dict.fromkeys(self.sums)),
        )


def staff_withheld(workforce: pd.DataFrame, group_parents: pd.DataFrame, gone: set[str]) -> pd.DataFrame:
    """The figures of staff without what would give a hidden count away.

    Args:
        workforce: the figures.
        group_parents: which groups are parts of which.
        gone: metric values that are withheld; the women booked are among what staff are set beside.

    Raises:
        DisclosureFound: when a hidden count cannot be protected.
    """
    if protected_staff(workforce).empty:
        return workforce
    left = _without_mothers(workforce, gone)
    while True:
        cells = StaffCells(left, group_parents)
        taken = {
            figure for number in numbers_to_withhold(cells.knowledge()) for figure in cells.figures[number]
        }
        if not taken:
            return left
        left = _without(left, taken)


def _without_mothers(workforce: pd.DataFrame, gone: set[str]) -> pd.DataFrame:
    """Where the women booked of any group are withheld, their shares are set beside nobody in that system."""
    systems = set(workforce.loc[workforce["mothers_figure_id"].isin(gone), "lmns_code"])
    rows = (workforce["comparison"] == "mothers") & workforce["lmns_code"].isin(systems)
    left = workforce.copy()
    left.loc[rows, COMPARED] = np.nan
    return left


def _without(workforce: pd.DataFrame, figures: set[tuple[str, str]]) -> pd.DataFrame:
    """Without some counts, every percentage made from them, and every comparison of the same trust and measure."""
    left = workforce.copy()
    for role in ("numerator", "denominator"):
        rows = left["figure_id"].isin({figure for figure, part in figures if part == role})
        left.loc[rows, role] = np.nan
        left.loc[rows, f"{role}_status"] = "withheld"
    rows = left["figure_id"].isin({figure for figure, _ in figures})
    left.loc[rows, OWN] = np.nan
    left.loc[rows, "mark"] = "[c]"
    keys = ["organisation_code", "period_end", "measure_id"]
    tables = set(left.loc[rows, keys].astype(str).itertuples(index=False, name=None))
    # the board is set beside the headcount
    tables |= {(code, end, "board_voting") for code, end, measure in tables if measure == "headcount"}
    beside = pd.Series(
        [row in tables for row in left[keys].astype(str).itertuples(index=False, name=None)], index=left.index, dtype=bool
    ) & left["protection"].notna()  # fmt: skip
    left.loc[beside, COMPARED] = np.nan
    left.loc[beside, ["screening", "printed_check"]] = None
    judged = beside & (left["comparison"] != "none")
    left.loc[judged, "verdict"] = "too few to tell"
    left.loc[judged, "verdict_reason"] = WITHHELD_REASON
    return left
