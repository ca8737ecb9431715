"""Secondary suppression of one edition: what local figures give away together is found and withheld.

The gate in dbt hides and rounds; here figures become numbers and sums, disclosure.py says which are pinned, and what
has to go is taken out of every table at once. No exact count comes here.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from orchestration.outputs.actions import DRAFTED
from orchestration.outputs.audit_data import AuditData
from orchestration.outputs.disclosure import DisclosureFound, Knowledge, numbers_to_withhold, pinned
from orchestration.outputs.edition import latest_edition
from orchestration.outputs.protection_quality import (
    HIDDEN_DETAIL,
    Count,
    MetricParts,
    People,
    account_counts,
    in_order,
    shares,
    sums,
    sums_of_files,
    without_compared,
    without_rows,
    without_shares,
)
from orchestration.outputs.protection_staff import (
    WITHHELD_REASON,
    StaffCells,
    protected_staff,
    staff_withheld,
)
from orchestration.outputs.protection_voices import (
    counted,
    without_births,
    without_counts,
    without_figures,
)

ROUNDED_TO = 5
# columns of counts in the tables of a pack that can hold protected ones
COUNTS = {
    "metric_values": ["numerator", "denominator"],
    "workforce": ["numerator", "denominator"],
    "data_quality": ["numerator", "denominator"],
    "voice_representation": ["people", "people_in_all"],
    "evidence": ["speakers"],
}
ROUNDING = 2.0
HIDDEN = ("small", "complement", "withheld")
WITHHELD_NOTE = "Withheld so that a small number beside it cannot be worked out."
NEED_NUMBERS = ["people_needing", "people_in_all", "people_percent"]
GAP_NUMBERS = [
    "value", "reference_value", "difference", "difference_lower_95", "difference_upper_95", "ratio",
    "ratio_lower_95", "ratio_upper_95", "p_value", "q_value",
]  # fmt: skip
INEQUALITY_NUMBERS = [
    "value", "lower_95", "upper_95", "value_at_first", "value_at_last", "p_value", "q_value",
]  # fmt: skip
BASELINE_NUMBERS = [
    "baseline_value", "baseline_lower_95", "baseline_upper_95", "baseline_known_value", "reference_value",
    "reference_lower_95", "reference_upper_95", "absolute_gap", "relative_gap", "relative_gap_lower_95",
    "relative_gap_upper_95", "target_value", "target_year_1", "target_year_2", "target_year_3",
    "smallest_detectable_change", "people_to_reach",
]  # fmt: skip
NEWEST_NUMBERS = [
    "newest_value", "newest_reference_value", "newest_absolute_gap", "newest_relative_gap",
    *(f"{kind}_change{limit}" for kind in ("measure", "absolute", "relative") for limit in ("", "_lower_95", "_upper_95")),
]  # fmt: skip
MOVEMENTS = ["measure_movement", "reference_movement", "absolute_gap_movement", "relative_gap_movement"]
TABLE = [
    "metric_id",
    "organisation_level",
    "organisation_code",
    "organisation_role",
    "dimension",
    "vocabulary",
]


class Place(NamedTuple):
    """Where a count was made: everything but the group."""

    count: str
    level: str
    code: str
    role: str
    lmns: str
    start: str
    end: str


class Cell(NamedTuple):
    """One count of people, whichever metrics print it. `part` is count, or rest for those without the event."""

    place: Place
    dimension: str
    vocabulary: str
    group: str
    part: str = "count"


# dimension and code list -> group -> number of the cell
Tables = dict[tuple[str, str], dict[str, int]]
# dimension and group -> the wider groups it is part of
Parents = dict[tuple[str, str], list[tuple[str, str]]]


@dataclass(frozen=True)
class Audit:
    """What the disclosure audit of an edition found, as edition.json holds it."""

    profile: str
    hidden_cells: int
    withheld_cells: int
    audited_cells: int
    for_review: int
    result: str

    def described(self) -> dict[str, Any]:
        """The fields by their public names."""
        return dict(self.__dict__)


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value)


def protected_values(data: AuditData) -> pd.DataFrame:
    """Figures that the gate protects."""
    return data.values[data.values["protection"].notna()]


class Cells:
    """The protected counts of an edition with their intervals, the figures that print them and their sums."""

    def __init__(self, data: AuditData) -> None:
        self.cells: list[Cell] = []
        self.number: dict[Cell, int] = {}
        self.low: list[float] = []
        self.high: list[float] = []
        self.secret: list[bool] = []
        self.shown: list[bool] = []
        self.figures: dict[int, list[tuple[str, str]]] = defaultdict(list)
        self.sums: list[tuple[int, tuple[int, ...]]] = []
        metrics = data.metrics.set_index("metric_id")
        # counts of the same people are one count, whichever metrics and periods print it
        self.counts = {
            role: metrics[f"{role}_of"].fillna(metrics[role]).to_dict()
            for role in ("numerator", "denominator")
        }
        for row in protected_values(data).to_dict("records"):
            self._add_figure(row)
        self._add_heard(data)
        self._add_sums(data.group_parents)
        self._add_quality(data)

    def _unnamed(self, high: float = np.inf) -> int:
        """A number that no figure prints, of which at most its upper end is known."""
        return self._cell(
            Cell(Place(*[""] * 7), "", "", "", part=f"unnamed {len(self.cells)}"), 0.0, high, False, False
        )

    def _cell(self, cell: Cell, low: float, high: float, secret: bool, shown: bool) -> int:
        """The number of a cell; what several figures say of it is put together."""
        if cell not in self.number:
            self.number[cell] = len(self.cells)
            self.cells.append(cell)
            self.low.append(low)
            self.high.append(high)
            self.secret.append(secret)
            self.shown.append(shown)
        number = self.number[cell]
        self.low[number] = max(self.low[number], low)
        self.high[number] = min(self.high[number], high)
        self.secret[number] |= secret
        self.shown[number] |= shown
        return number

    def _add_count(self, row: Mapping[str, Any], role: str) -> int | None:
        status = _text(row[f"{role}_status"])
        if status in ("", "missing"):
            return None
        place = Place(
            _text(self.counts[role][row["metric_id"]]),
            *(
                _text(row[name])
                for name in (
                    "organisation_level", "organisation_code", "organisation_role", "lmns_code",
                    "period_start", "period_end",
                )
            ),
        )  # fmt: skip
        whole = role == "denominator" and row["kind"] == "composition"
        cell = (
            Cell(place, "total", "", "ALL")
            if whole
            else Cell(place, row["dimension"], _text(row["vocabulary"]), row["group_code"])
        )
        return self._counted(cell, row[role], status, (row["figure_id"], role))

    def _counted(self, cell: Cell, value: float, status: str, figure: tuple[str, str]) -> int:
        """The number of a count that a figure shows or hides."""
        if status == "shown":
            slack = 0.0 if value == 0 else ROUNDING
            number = self._cell(cell, value - slack, value + slack, secret=False, shown=True)
        elif status == "small":
            number = self._cell(cell, 1.0, 7.0, secret=True, shown=False)
        else:
            number = self._cell(cell, 0.0, np.inf, secret=status == "withheld", shown=False)
        self.figures[number].append(figure)
        return number

    def _add_heard(self, data: AuditData) -> None:
        """Members of partnerships and people who spoke: groups and themes into all of them, and those left over."""
        whole: dict[Place, int] = {}
        parts: dict[Place, dict[str, int]] = defaultdict(dict)
        for lmns, heard_as, end, group, figure_id, column, value, status in counted(data):
            if status == "missing":
                continue
            place = Place(f"heard.{heard_as}", "lmns", lmns, "", lmns, end, end)
            number = self._counted(
                Cell(place, "heard", "", group, "heard"), value, status, (figure_id, column)
            )
            if group == "ALL":
                whole[place] = number
            else:
                parts[place][group] = number
        for place, groups in parts.items():
            # what overlaps the groups: the minority is all of them but one, neonatal words are of any theme
            minority, neonatal = groups.pop("ETHNIC_MINORITY", None), groups.pop("NEONATAL", None)
            self._add_sum(whole.get(place), groups.values())
            self._add_sum(minority, [number for group, number in groups.items() if group != "WHITE"])
            if neonatal is not None and place in whole:
                self._add_sum(whole[place], [neonatal, self._unnamed()])

    def _people(self, people: People) -> int:
        """The number of a count of data quality or of the accounts."""
        place = Place(people.of, people.level, people.code, "", people.lmns, people.start, people.end)
        return self._cell(Cell(place, "quality", "", people.text(), "quality"), 0.0, np.inf, False, False)

    def _add_quality(self, data: AuditData) -> None:
        """Figures of data quality and the accounts of files, beside the counts of the same people by metrics."""
        counted: dict[People, int] = {}
        for events, people in shares(data.quality):
            for count in (events, people):
                counted[count.people] = self._stated(count)
            if events.people != people.people:
                low, high = (1.0, 7.0) if events.status == "complement" else (0.0, np.inf)
                others = self.cells[counted[events.people]]._replace(part=f"rest of {people.people.text()}")
                rest = self._cell(others, low, high, secret=events.status in HIDDEN, shown=False)
                self.sums.append((counted[people.people], (counted[events.people], rest)))
        for count in account_counts(data.submissions, data.provenance):
            counted[count.people] = self._stated(count)
        groups = self._groups_of_metrics(data.group_parents)
        every_sum = [
            *sums(counted, {text for text, _, _ in groups}),
            *sums_of_files(data.submissions, data.provenance),
        ]
        for whole, parts, is_all in every_sum:
            for one in (whole, *parts):
                counted.setdefault(one, self._people(one))
            rest = [] if is_all else [self._unnamed()]
            self._add_sum(counted[whole], [*(counted[one] for one in parts), *rest])
        parts_of = MetricParts(counted)
        for text, place, numbers in groups:
            same = parts_of.of(text, place.level, place.code, place.lmns, place.start, place.end)
            if same:
                self._add_sum(self._together(numbers), [counted[one] for one in same])

    def _stated(self, count: Count) -> int:
        """The number of a count of data quality or of the accounts, with what its figure says of it."""
        cell = self.cells[self._people(count.people)]
        return self._counted(cell, count.value, count.status, count.figure)

    def _groups_of_metrics(self, group_parents: pd.DataFrame) -> list[tuple[str, Place, list[int]]]:
        """Whom counts of data quality and of metrics are both of, where, and the metric's groups that they are made of."""
        made_of: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in group_parents[group_parents["parent_dimension"] == "quality"].to_dict("records"):
            made_of[row["dimension"], row["group_code"]].append(row["parent_group"])
        found: dict[tuple[str, Place, str], list[int]] = defaultdict(list)
        for cell, number in list(self.number.items()):
            if cell.part != "count":
                continue
            if cell.dimension == "total":
                found[cell.place.count, cell.place, "total"].append(number)
            for text in made_of[cell.dimension, cell.group]:
                if text.startswith(f"{cell.place.count}; "):
                    found[text, cell.place, cell.dimension].append(number)
        return [(in_order(text), place, numbers) for (text, place, _), numbers in found.items()]

    def _add_figure(self, row: Mapping[str, Any]) -> None:
        event, people = self._add_count(row, "numerator"), self._add_count(row, "denominator")
        if event is None or people is None or row["kind"] not in ("proportion", "composition"):
            return
        status = row["numerator_status"]
        low, high = (
            (1.0, 7.0) if status == "complement" and row["denominator_status"] == "shown" else (0.0, np.inf)
        )
        others = self.cells[event]._replace(part=f"rest of {row['metric_id']}")
        rest = self._cell(others, low, high, secret=status in HIDDEN, shown=False)
        self.sums.append((people, (event, rest)))

    def _add_sums(self, group_parents: pd.DataFrame) -> None:
        places: dict[Place, Tables] = defaultdict(lambda: defaultdict(dict))
        for cell, number in self.number.items():
            if cell.part == "count":
                places[cell.place][cell.dimension, cell.vocabulary][cell.group] = number
        parents: Parents = defaultdict(list)
        for row in group_parents.to_dict("records"):
            parents[row["dimension"], row["group_code"]].append(
                (row["parent_dimension"], row["parent_group"])
            )
        for tables in places.values():
            self._sums_over_groups(tables, parents)
        self._sums_over_organisations(places)
        self._sums_over_time(places)

    def _add_sum(self, parent: int | None, children: Iterable[int]) -> None:
        below = tuple(sorted(set(children)))
        if parent is not None and below and parent not in below:
            self.sums.append((parent, below))

    def _together(self, numbers: list[int]) -> int:
        """One number that stands for several groups of one code in several code lists."""
        if len(numbers) == 1:
            return numbers[0]
        both = self._unnamed()
        self._add_sum(both, numbers)
        return both

    def _merged(self, tables: Tables) -> dict[str, dict[str, int]]:
        """Dimension and group to number. The code lists of a dimension divide the people between them (the editions of
        the deprivation index, and those without a small area)."""
        numbers: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for (dimension, _), groups in tables.items():
            for group, number in groups.items():
                numbers[dimension][group].append(number)
        return {
            dimension: {group: self._together(found) for group, found in groups.items()}
            for dimension, groups in numbers.items()
        }

    def _sums_over_groups(self, tables: Tables, parents: Parents) -> None:
        """Groups into everybody, and detailed groups into wider ones."""
        merged = self._merged(tables)
        total = merged.pop("total", {}).get("ALL")
        for dimension, groups in merged.items():
            sides = [(one, two) for one in merged for two in merged if dimension == f"{one}_{two}"]
            for one, two in sides:
                self._sums_over_crossed(groups, merged[one], merged[two])
            if sides:
                continue
            self._add_sum(total, groups.values())
            below: dict[tuple[str, str], list[int]] = defaultdict(list)
            for group, number in groups.items():
                for wide in parents.get((dimension, group), ()):
                    below[wide].append(number)
            for (wide, group), numbers in below.items():
                self._add_sum(merged.get(wide, {}).get(group), numbers)

    def _sums_over_crossed(
        self, crossed: Mapping[str, int], one: Mapping[str, int], two: Mapping[str, int]
    ) -> None:
        """Crossed groups into either side. Who is unknown on the other side is in the side alone: a rest."""
        pairs = [(*group.split(".", 1), number) for group, number in crossed.items()]
        for side, other, of, across in ((one, two, 0, 1), (two, one, 1, 0)):
            known = {pair[across] for pair in pairs}
            most_unknown = sum(self.high[number] for group, number in other.items() if group not in known)
            for group, number in side.items():
                below = [pair[2] for pair in pairs if pair[of] == group]
                if below:
                    self._add_sum(number, [*below, *([self._unnamed(most_unknown)] if most_unknown else [])])

    def _sums_over_organisations(self, places: Mapping[Place, Tables]) -> None:
        """Providers into their system. Records without a provider are a rest, where the totals show that there are any."""
        providers: dict[tuple[str, ...], list[Place]] = defaultdict(list)
        for place in places:
            if place.level == "provider":
                providers[place.count, place.lmns, place.start, place.end].append(place)
        for place, tables in places.items():
            found = providers.get((place.count, place.code, place.start, place.end), [])
            if place.level != "lmns" or not found:
                continue
            below = {
                (key, group): [places[one][key][group] for one in found if group in places[one].get(key, {})]
                for key, groups in tables.items()
                for group in groups
            }
            everybody = below.get((("total", ""), "ALL"), [])
            total = tables.get(("total", ""), {}).get("ALL")
            known = total is not None and all(np.isfinite(self.high[one]) for one in [total, *everybody])
            rest = self.high[total] - sum(self.low[one] for one in everybody) if known else np.inf
            agree = known and sum(self.high[one] for one in everybody) >= self.low[total]
            for (key, group), numbers in below.items():
                if numbers:
                    self._add_sum(
                        tables[key][group], numbers if agree else [*numbers, self._unnamed(max(rest, 0.0))]
                    )

    def _sums_over_time(self, places: Mapping[Place, Tables]) -> None:
        """Months into quarters and years, years into pooled years, where the shorter periods fill the longer one."""
        series: dict[tuple[str, ...], list[Place]] = defaultdict(list)
        for place in places:
            series[place.count, place.level, place.code, place.role].append(place)
        for found in series.values():
            days = {place: _days(place) for place in found}
            for whole in found:
                lengths: dict[int, list[Place]] = defaultdict(list)
                for part in found:
                    months = _months(part)
                    if whole.start <= part.start and part.end <= whole.end and days[part] < days[whole]:
                        lengths[months].append(part)
                for parts in lengths.values():
                    if sum(days[part] for part in parts) != days[whole]:
                        continue
                    for key, groups in places[whole].items():
                        for group, number in groups.items():
                            below = (places[part].get(key, {}).get(group) for part in parts)
                            self._add_sum(number, [child for child in below if child is not None])

    def knowledge(self) -> Knowledge:
        """What a reader of the edition knows of these counts."""
        return Knowledge(
            low=np.maximum(np.array(self.low, dtype=float), 0.0),
            high=np.array(self.high, dtype=float),
            secret=np.array(self.secret, dtype=bool),
            shown=np.array(self.shown, dtype=bool),
            sums=tuple(dict.fromkeys(self.sums)),
        )


def _days(place: Place) -> int:
    return (pd.Timestamp(place.end) - pd.Timestamp(place.start)).days + 1


def _months(place: Place) -> int:
    return round(_days(place) / 30.4)


def withheld_together(data: AuditData) -> AuditData:
    """The edition without what would give a hidden count away; unchanged where nothing does.

    Raises:
        DisclosureFound: when a hidden count cannot be protected.
    """
    gone: set[tuple[str, str]] = set()
    # what is withheld changes what a reader can add up, so the edition that is left is looked at anew
    while True:
        cells = Cells(data)
        taken = {
            figure for number in numbers_to_withhold(cells.knowledge()) for figure in cells.figures[number]
        }
        if not taken:
            withheld = {figure for figure, _ in gone}
            return replace(data, workforce=staff_withheld(data.workforce, data.group_parents, withheld))
        if taken <= gone:
            raise DisclosureFound(
                f"{len(taken)} hidden local counts could be worked out whatever is withheld beside them. "
                "Leave out a dimension or a level of these metrics."
            )
        gone |= taken
        data = _without(data, sorted(taken))


def _without(data: AuditData, figures: list[tuple[str, str]]) -> AuditData:
    """The edition without some counts, and without every statistic made from them."""
    if not figures:
        return data
    values = data.values.copy()
    for role in ("numerator", "denominator"):
        rows = values["figure_id"].isin({figure for figure, part in figures if part == role})
        values.loc[rows, [role, f"{role}_low", f"{role}_high"]] = np.nan
        values.loc[rows, f"{role}_status"] = "withheld"
    names = {figure for figure, _ in figures}
    gone = values["figure_id"].isin(names)
    values.loc[gone, ["value", "lower_95", "upper_95", "lower_998", "upper_998"]] = np.nan
    values.loc[gone, "mark"] = "[c]"
    values.loc[gone, "caveat"] = WITHHELD_NOTE
    values.loc[gone, "suppressed"] = True
    without_values = set(values.loc[gone, "figure_id"])
    tables = values.loc[gone, [*TABLE, "period_start", "period_end"]].drop_duplicates()
    # the share of unknown group rests on the count of everybody
    of_everybody = tables.loc[tables["dimension"] == "total"].drop(columns=["dimension", "vocabulary"])
    in_gaps = _same(data.gaps, tables)
    out = without_values | set(data.gaps.loc[in_gaps, "figure_id"]) | (names & set(data.quality["figure_id"]))
    kept = [out.isdisjoint(str(behind).split()) for behind in data.findings["figure_ids"]]
    findings = data.findings[pd.Series(kept, index=data.findings.index, dtype=bool)]
    births = values.loc[gone & (values["organisation_level"] == "lmns"), ["metric_id", "lmns_code"]]
    figures_of_metrics = values.loc[
        gone,
        ["metric_id", "organisation_level", "organisation_code", "dimension", "period_start", "period_end"],
    ]
    data = without_births(without_figures(without_counts(data, figures), out), births)
    return replace(
        data,
        values=values,
        gaps=_blanked(data.gaps, in_gaps, GAP_NUMBERS),
        robustness=_left_out(_left_out(data.robustness, tables), of_everybody),
        inequality=_blanked(data.inequality, _same(data.inequality, tables), INEQUALITY_NUMBERS),
        trends=_left_out(data.trends, tables[TABLE].drop_duplicates()),
        trend_points=_left_out(data.trend_points, tables[TABLE].drop_duplicates()),
        quality=without_compared(without_shares(data.quality, figures), figures_of_metrics),
        submissions=without_rows(data.submissions, data.submissions["figure_id"], figures),
        provenance=without_rows(data.provenance, data.provenance["file_sha256"], figures),
        funnels=data.funnels[~data.funnels["value_figure_id"].isin(without_values)],
        findings=findings,
        actions=_plans_hidden(data.actions, set(findings["figure_id"]), out),
        restatements=data.restatements[~data.restatements["baseline_figure_id"].isin(out)],
        community_assets=_need_hidden(data.community_assets, without_values),
    )


def _plans_hidden(actions: pd.DataFrame, findings: set[str], out: set[str]) -> pd.DataFrame:
    """The drafts of findings that are still there, and what systems have sent back, without numbers that are withheld."""
    kept = actions[actions["finding_id"].isin(findings) | (actions["origin"] != DRAFTED)]
    at_start, now = kept["baseline_figure_id"].isin(out), kept["newest_figure_id"].isin(out)
    hidden = _blanked(kept, at_start, BASELINE_NUMBERS)
    hidden = _blanked(hidden, at_start | now, NEWEST_NUMBERS)
    hidden.loc[at_start | now, MOVEMENTS] = "cannot tell"
    hidden.loc[at_start | now, "reason"] = WITHHELD_NOTE
    hidden.loc[at_start, "sent_issue"] = WITHHELD_NOTE
    return hidden


def _need_hidden(assets: pd.DataFrame, figures: set[str]) -> pd.DataFrame:
    """The rows of need without those counts, and without what was said because of them."""
    rows = assets["need_figure_id"].isin(figures) | assets["all_figure_id"].isin(figures)
    hidden = _blanked(assets, rows, NEED_NUMBERS)
    hidden.loc[rows, "people_mark"] = "[c]"
    hidden.loc[rows, ["need_level", "verdict"]] = "not known"
    return hidden


def _same(frame: pd.DataFrame, tables: pd.DataFrame) -> pd.Series:
    """Rows of a frame that belong to one of these tables, by the columns that both have."""
    shared = [column for column in tables.columns if column in frame.columns]
    wanted = set(map(tuple, tables[shared].fillna("").astype(str).to_numpy()))
    rows = map(tuple, frame[shared].fillna("").astype(str).to_numpy())
    return pd.Series([row in wanted for row in rows], index=frame.index, dtype=bool)


def _blanked(frame: pd.DataFrame, rows: pd.Series, numbers: list[str]) -> pd.DataFrame:
    blanked = frame.copy()
    blanked.loc[rows, [column for column in numbers if column in frame.columns]] = np.nan
    for column, text in (("verdict", "not available"), ("verdict_reason", WITHHELD_NOTE)):
        if column in frame.columns:
            blanked.loc[rows, column] = text
    return blanked


def _left_out(frame: pd.DataFrame, tables: pd.DataFrame) -> pd.DataFrame:
    return frame[~_same(frame, tables)]


def changed_too_little(before: pd.DataFrame, now: pd.DataFrame) -> list[str]:
    """Figures whose count differs from the edition before by less than the rounding: 1 to 4.

    Args:
        before: figure_id, part and count of the edition before.
        now: those of the edition to come.
    """
    both = now.merge(before, on=["figure_id", "part"], suffixes=("", "_before"))
    change = (both["count"] - both["count_before"]).abs()
    return sorted(set(both.loc[(change > 0) & (change < ROUNDED_TO), "figure_id"]))


def _counts(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """The counts of a table one below the other: figure_id, part, count."""
    return (
        frame[["figure_id", *COUNTS[table]]].melt("figure_id", var_name="part", value_name="count").dropna()
    )


def protected_counts(data: AuditData) -> pd.DataFrame:
    """Every protected count that is printed of a figure: figure_id, part, count."""
    quality = data.quality[data.quality["numerator_of"].notna()]
    themes = data.evidence[data.evidence["kind"] == "theme"] if len(data.evidence) else data.evidence
    frames = {
        "metric_values": protected_values(data), "workforce": protected_staff(data.workforce), "data_quality": quality,
        "voice_representation": data.voice_representation, "evidence": themes,
    }  # fmt: skip
    return pd.concat(
        [_counts(frame, table) for table, frame in frames.items() if len(frame)]
        or [pd.DataFrame(columns=["figure_id", "part", "count"])],
        ignore_index=True,
    )


def counts_before(editions_dir: Path, profile: str) -> pd.DataFrame | None:
    """Counts of the edition in place: figure_id, part, count. None where there is none.

    Args:
        editions_dir: where editions are.
        profile: name and version of the rules. What was made by other rules may differ by anything: None.
    """
    latest = latest_edition(editions_dir)
    if latest is None:
        return None
    described = json.loads((latest.path / "edition.json").read_text("utf-8")).get("disclosure_audit", {})
    if described.get("profile") != profile:
        return None
    files = [
        (table, latest.path / code / "data" / f"{table}.csv") for code in latest.systems for table in COUNTS
    ]
    # an edition of an earlier version lacks some of them
    frames = [
        _counts(pd.read_csv(file, usecols=["figure_id", *COUNTS[table]]), table)
        for table, file in files
        if file.exists()
    ]
    return pd.concat(frames, ignore_index=True).drop_duplicates(["figure_id", "part"])


def profile_of(data: AuditData) -> str:
    """Name and version of the rules that protect an edition."""
    used = {*protected_values(data)["protection"], *protected_staff(data.workforce)["protection"]}
    return " and ".join(sorted(used)) or "no local figures"


def audit(data: AuditData, before: pd.DataFrame | None) -> Audit:
    """Check an edition as it is to be published.

    Args:
        data: what the outputs were rendered from.
        before: counts of the edition before, as `counts_before` gives them.

    Raises:
        DisclosureFound: when a hidden count can be worked out, or a count changed by less than the rounding.
    """
    values = protected_values(data)
    cells = Cells(data)
    knowledge = cells.knowledge()
    staff, staff_cells = protected_staff(data.workforce), StaffCells(data.workforce, data.group_parents)
    found = [*pinned(knowledge), *pinned(staff_cells.knowledge())]
    if found:
        raise DisclosureFound(
            f"{len(found)} hidden counts of 1 to 7 can be worked out from what the edition publishes. "
            "It is not put in place; the last edition stays."
        )
    moved = [] if before is None else changed_too_little(before, protected_counts(data))
    if moved:
        raise DisclosureFound(
            f"{len(moved)} local counts differ from the edition before by 1 to 4 ({', '.join(moved[:5])}), which "
            "rounded counts cannot. If the rules changed, raise protection.version in dbt_project.yml."
        )
    quality = data.quality[data.quality["numerator_status"].notna()]
    every = (values, staff, quality)
    statuses = pd.concat(
        [frame[name] for frame in every for name in ("numerator_status", "denominator_status")]
    )
    return Audit(
        profile=profile_of(data),
        hidden_cells=int(statuses.isin(HIDDEN).sum()),
        withheld_cells=int(
            (values["caveat"] == WITHHELD_NOTE).sum()
            + (staff["verdict_reason"] == WITHHELD_REASON).sum()
            + (data.quality["detail"] == HIDDEN_DETAIL).sum()
        ),
        audited_cells=len(cells.number) + len(staff_cells.number),
        for_review=int(values["needs_review"].astype(bool).sum()),
        result="passed",
    )
