"""The attack on figures of data quality: shares of records, the accounts of their files and the metrics of the same women.

Small systems are counted, hidden and rounded by the rules of the gate. The attacker of this test knows the sums as they truly
are and shares no code with the audit.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import fields

import pandas as pd
import pytest

from orchestration.outputs.audit_data import AuditData
from orchestration.outputs.disclosure import DisclosureFound
from orchestration.outputs.protection import audit, withheld_together
from orchestration.outputs.protection_quality import (
    HIDDEN_DETAIL,
    MetricParts,
    People,
    conditions_of,
    in_order,
    sums,
    without_compared,
)
from orchestration.small_numbers import shown_rows
from tests.attacker import Key, pinned

PROFILE = "nhs-secondary-care 1"
SYSTEMS = 3
YEAR = ("2025-04-01", "2026-03-31")
MONTHS = [
    (str(first.date()), str((first + pd.offsets.MonthEnd(0)).date()))
    for first in pd.date_range(*YEAR, freq="MS")
]
KINDS = ("valid", "not_stated", "not_known", "missing", "invalid")
GROUPS = {"WHITE": "valid", "ASIAN": "valid", "NOT_STATED": "not_stated", "NOT_KNOWN": "not_known"}


def counted(system: str, draw: random.Random) -> dict[Key, int]:
    """Exact counts of one system: women booked by supplier, hospital, month, kind of coding and group, and rows of files."""
    exact: dict[Key, int] = defaultdict(int)
    scale = draw.choice([2, 5, 15])
    rare = draw.choice([(), ("NOT_KNOWN",), ("NOT_STATED", "missing")])
    for supplier in (f"{system}A", f"{system}B")[: draw.choice([1, 2])]:
        for month, _ in MONTHS:
            women = 0
            for hospital in (f"{supplier}01", f"{supplier}02"):
                for group in (*GROUPS, "missing", "invalid"):
                    kind = GROUPS.get(group, group)
                    usual = scale * (8 if group == "WHITE" else 1)
                    count = round(draw.expovariate(1 / usual)) if draw.random() < 0.7 else 0
                    if group in rare:
                        # one in nearly every month: the year tells that it is one in each
                        count = int(hospital.endswith("1") and draw.random() < 0.97)
                    women += count
                    exact["supplier", supplier, month, kind] += count
                    exact["hospital", hospital, "year", kind] += count
                    exact["hospital", hospital, "year", "all"] += count
                    wide = group if group in GROUPS else "MISSING"
                    exact["lmns", system, "year", f"group {wide}"] += count
            unknown = min(women, round(draw.expovariate(1 / 4)))
            set_aside = draw.choice([0, 0, 2, 5, 7])
            exact["supplier", supplier, month, "known"] = women - unknown
            exact["supplier", supplier, month, "all"] = women
            exact["lmns", system, month, "all"] += women
            exact["lmns", system, "year", "all"] += women
            exact["file", f"{supplier} {month}", "", "rows_read"] = women + set_aside
            exact["file", f"{supplier} {month}", "", "rows_loaded"] = women
            exact["file", f"{supplier} {month}", "", "rows_quarantined"] = set_aside
    return dict(exact)


def share(
    level: str, code: str, lmns: str, period: tuple[str, str], of: str, among: str, count: int, people: int
) -> dict[str, object]:
    """A figure of data quality as the gate lets it through: one hidden count hides both."""
    small = [shown_rows(n) is None for n in (count, people - count, people)]
    hidden = any(small)
    return {
        "figure_id": f"dq|{code}|{period}|{of}", "lmns_code": lmns, "organisation_level": level, "organisation_code": code,
        "period_start": period[0], "period_end": period[1], "numerator_of": of, "denominator_of": among,
        "numerator": None if hidden else shown_rows(count), "denominator": None if hidden else shown_rows(people),
        "value": None if hidden else 0.5, "verdict": "not available" if hidden else "good", "detail": "",
        "numerator_status": "small" if small[0] else "complement" if small[1] else "shown",
        "denominator_status": "small" if small[2] else "shown", "compared_metric_id": None, "compared_dimension": None, "mark": None,
        "protection": PROFILE,
    }  # fmt: skip


def value(
    metric: str,
    level: str,
    code: str,
    lmns: str,
    period: tuple[str, str],
    dimension: str,
    group: str,
    count: int,
) -> dict[str, object]:
    hidden = shown_rows(count) is None
    return {
        "figure_id": f"mv|{level}|{code}|{period}|{group}", "lmns_code": lmns, "metric_id": metric, "kind": "count",
        "organisation_level": level, "organisation_code": code, "organisation_role": "provider", "period_start": period[0],
        "period_end": period[1], "dimension": dimension, "group_code": group, "source_id": "local", "protection": PROFILE,
        "vocabulary": None if dimension == "total" else "local.ethnic_group", "numerator": shown_rows(count), "denominator": None,
        "numerator_status": "small" if hidden else "shown", "denominator_status": "missing", "needs_review": False,
        "caveat": None, "suppressed": False, "value": shown_rows(count), "lower_95": None, "upper_95": None, "lower_998": None,
        "upper_998": None, "numerator_low": None, "numerator_high": None, "denominator_low": None, "denominator_high": None, "mark": None,
    }  # fmt: skip


def edition(exact: dict[Key, int]) -> AuditData:
    """What is published of exact counts before the audit of sums."""
    quality, values, files, submissions = [], [], [], []
    of = "maternity_booking"
    for (level, code, when, what), count in exact.items():
        lmns = code[:5]
        period = next((month for month in MONTHS if month[0] == when), YEAR)
        if level == "file":
            if what == "rows_read":
                rows = {
                    name: exact[level, code, when, name]
                    for name in ("rows_read", "rows_loaded", "rows_quarantined")
                }
                files.append(
                    {
                        "file_sha256": code,
                        "local_table": f"local__{of}",
                        "lmns_code": lmns,
                        "local_supplier": code[:6],
                        "local_month": code[7:],
                        **{name: shown_rows(n) for name, n in rows.items()},
                    }
                )
                submissions.append({
                    "figure_id": f"su|{code}", "lmns_code": lmns, "supplier_code": code[:6], "dataset": of, "submission_month": code[7:], "files": 1,
                    "rows_received": shown_rows(rows["rows_loaded"]), "rows_used": shown_rows(rows["rows_loaded"]), "rows_mark": None,
                })  # fmt: skip
        elif level == "lmns":
            group = what.removeprefix("group ") if what != "all" else "ALL"
            dimension = "total" if group == "ALL" else "ethnicity"
            values.append(value("bookings", level, code, lmns, period, dimension, group, count))
        else:
            among = exact[level, code, when, "all"]
            if what in KINDS:
                quality.append(
                    share(level, code, lmns, period, f"{of}; mother_ethnicity={what}", of, count, among)
                )
            elif what == "known":
                quality.append(share(level, code, lmns, period, f"{of}; Smoking=known", of, count, among))
    table = [
        "metric_id",
        "organisation_level",
        "organisation_code",
        "dimension",
        "vocabulary",
        "period_start",
        "period_end",
    ]
    no_rows = pd.DataFrame(columns=[
        *table, "figure_id", "figure_ids", "value_figure_id", "finding_id", "origin", "baseline_figure_id", "newest_figure_id",
        "need_figure_id", "all_figure_id", "need_level", "people_mark", "reason", "sent_issue", "protection", "verdict_reason", "numerator_status", "denominator_status",
    ])  # fmt: skip
    frames = {
        "values": pd.DataFrame(values), "quality": pd.DataFrame(quality), "provenance": pd.DataFrame(files),
        "submissions": pd.DataFrame(submissions),
        "metrics": pd.DataFrame([{"metric_id": "bookings", "numerator": "n", "denominator": "d", "numerator_of": of, "denominator_of": None}]),
        "group_parents": pd.DataFrame(
            [("ethnicity", group, "quality", f"{of}; mother_ethnicity={kind}") for group, kind in GROUPS.items()],
            columns=["dimension", "group_code", "parent_dimension", "parent_group"],
        ),
        **dict.fromkeys(("gaps", "robustness", "inequality", "trends", "trend_points", "funnels", "findings", "actions", "restatements", "community_assets"), no_rows),
    }  # fmt: skip
    frames["submissions"][["rows_received", "rows_used"]] = frames["submissions"][
        ["rows_received", "rows_used"]
    ].astype("Int64")
    return AuditData(**{field.name: frames.get(field.name, pd.DataFrame()) for field in fields(AuditData)})


def printed(data: AuditData) -> dict[Key, tuple[float, float]]:
    """The interval of every count by what is printed of it; a mark of the gate says 1 to 7 unless it is withheld."""
    found: dict[Key, tuple[float, float]] = {}

    def tell(key: Key, number: float, status: str) -> None:
        if number == number and number is not None and not pd.isna(number):
            low, high = number - 2 * (number > 0), number + 2 * (number > 0)
        else:
            low, high = (1.0, 7.0) if status == "small" else (0.0, 1e6)
        before = found.get(key, (0.0, 1e6))
        found[key] = max(before[0], low), min(before[1], high)

    for row in data.quality.to_dict("records"):
        when = "year" if row["organisation_level"] == "hospital" else row["period_start"]
        place = (row["organisation_level"], row["organisation_code"], when)
        what = row["numerator_of"].split("=")[1]
        tell((*place, what), row["numerator"], row["numerator_status"])
        tell((*place, "all"), row["denominator"], row["denominator_status"])
        tell(
            (*place, f"not {what}"), float("nan"), "small" if row["numerator_status"] == "complement" else ""
        )
    for row in data.values.to_dict("records"):
        when = "year" if (row["period_start"], row["period_end"]) == YEAR else row["period_start"]
        what = "all" if row["group_code"] == "ALL" else f"group {row['group_code']}"
        tell(("lmns", row["organisation_code"], when, what), row["numerator"], row["numerator_status"])
    for row in data.provenance.to_dict("records"):
        for name in ("rows_read", "rows_loaded", "rows_quarantined"):
            withheld = name in row.get("rows_withheld", "").split()
            tell(("file", row["file_sha256"], "", name), row[name], "" if withheld else "small")
    for row in data.submissions.to_dict("records"):
        month = f"{row['supplier_code']} {row['submission_month']}"
        tell(("file", month, "", "rows_loaded"), row["rows_received"], "")
        tell(("supplier", row["supplier_code"], row["submission_month"], "all"), row["rows_used"], "")
    return found


def attacked(data: AuditData, exact: dict[Key, int]) -> set[Key]:
    """Counts of 1 to 7 that a reader brings down to one or two values, by narrowing one sum after the other."""
    known = printed(data)
    truth = dict(exact)
    sums_of: dict[tuple[Key, str], set[Key]] = defaultdict(set)
    for key, count in exact.items():
        level, code, when, what = key
        system = code[:5]
        if level in ("supplier", "hospital") and what != "all":
            rest = (level, code, when, f"not {what}")
            truth[rest] = exact[level, code, when, "all"] - count
            sums_of[(level, code, when, "all"), f"rest {what}"] = {key, rest}
        if level in ("supplier", "hospital") and what in KINDS:
            sums_of[(level, code, when, "all"), "kinds"].add(key)
            middle = ("system", system, "year", what)
            truth[middle] = truth.get(middle, 0) + (count if level == "supplier" else 0)
            sums_of[middle, level].add(key)
            for group in (group for group, kind in GROUPS.items() if kind == what):
                if ("lmns", system, "year", f"group {group}") in exact:
                    sums_of[middle, "groups"].add(("lmns", system, "year", f"group {group}"))
        if level == "supplier" and what == "all":
            sums_of[("lmns", system, when, "all"), "suppliers"].add(key)
            loaded, unused = ("file", f"{code} {when}", "", "rows_loaded"), (level, code, when, "unused")
            truth[unused] = exact[loaded] - count
            sums_of[loaded, "used"] = {key, unused}
        if level == "lmns" and what == "all" and when != "year":
            sums_of[("lmns", system, "year", "all"), "months"].add(key)
        if level == "file" and what == "rows_read":
            sums_of[key, "parts"] = {
                ("file", code, "", "rows_loaded"),
                ("file", code, "", "rows_quarantined"),
            }
    low = {key: known.get(key, (0.0, 1e6))[0] for key in truth}
    high = {key: known.get(key, (0.0, 1e6))[1] for key in truth}
    return pinned(((whole, parts) for (whole, _), parts in sums_of.items()), low, high, truth)


@pytest.fixture(scope="module")
def exact() -> dict[Key, int]:
    draw = random.Random(20261125)
    return {key: count for n in range(SYSTEMS) for key, count in counted(f"S{n:04d}", draw).items()}


@pytest.fixture(scope="module")
def rounded(exact: dict[Key, int]) -> AuditData:
    return edition(exact)


@pytest.fixture(scope="module")
def protected(rounded: AuditData) -> AuditData:
    return withheld_together(rounded)


def test_rounding_alone_gives_counts_of_data_quality_away(rounded: AuditData, exact: dict[Key, int]) -> None:
    found = attacked(rounded, exact)
    kinds = {(key[0], key[-1]) for key in found}
    assert len(found) > 20, "the attack has teeth: without the audit it finds counts"
    assert {level for level, _ in kinds} >= {"supplier", "file"}
    with pytest.raises(DisclosureFound, match="not put in place"):
        audit(rounded, None)


def test_nothing_is_given_away_by_data_quality(protected: AuditData, exact: dict[Key, int]) -> None:
    assert attacked(protected, exact) == set()
    assert audit(protected, None).result == "passed"


def test_what_is_withheld_is_a_small_part_and_goes_whole(rounded: AuditData, protected: AuditData) -> None:
    before, after = rounded.quality, protected.quality
    gone = before["numerator"].notna() & after["numerator"].isna()
    assert 0 < gone.sum() < 0.1 * len(before)
    assert after.loc[gone, ["value", "numerator", "denominator"]].isna().all(axis=None)
    assert set(after.loc[gone, "verdict"]) == {"not available"}
    assert set(after.loc[gone, "detail"]) == {HIDDEN_DETAIL}
    assert set(after.loc[gone, "mark"]) == {"[c]"}
    rows = ["rows_read", "rows_loaded", "rows_quarantined"]
    lost = rounded.provenance[rows].notna() & protected.provenance[rows].isna()
    assert 0 < lost.to_numpy().sum() < 0.1 * lost.size


def test_a_figure_made_from_a_withheld_metric_goes_with_it(rounded: AuditData) -> None:
    made = {**rounded.quality.iloc[0].to_dict(), "compared_metric_id": "bookings", "compared_dimension": "total", "organisation_level": "lmns",
            "organisation_code": "S0000", "period_start": "2025-05-01", "period_end": "2025-05-31", "value": 0.5, "numerator": 10.0}  # fmt: skip
    quality = pd.DataFrame(
        [made, {**made, "organisation_code": "S0001"}, {**made, "compared_dimension": "ethnicity"}]
    )
    gone = pd.DataFrame([{"metric_id": "bookings", "organisation_level": "lmns", "organisation_code": "S0000", "dimension": "total",
                          "period_start": "2025-05-01", "period_end": "2025-05-31"}])  # fmt: skip
    assert without_compared(quality, gone)["value"].notna().tolist() == [False, True, True]


def people(conditions: str, start: str = "2025-04-01", level: str = "supplier", code: str = "RWE") -> People:
    end = str((pd.Timestamp(start) + pd.offsets.MonthEnd(0)).date())
    return People(level, code, "QK1", start, end, *conditions_of(conditions))


def added_up(*found: People, of_metrics: tuple[str, ...] = ()) -> list[tuple[str, list[str], bool]]:
    return [
        (one.whole.text(), [part.text() for part in one.parts], one.is_all) for one in sums(found, of_metrics)
    ]


def test_conditions_are_read_in_any_order() -> None:
    assert in_order("births; link=weight|none; group=A") == "births; group=A; link=none|weight"
    assert conditions_of("births") == ("births", ())


def test_several_values_are_each_of_them_and_a_value_is_part_of_whom_it_is_asked() -> None:
    assert added_up(people("births"), people("births; feed=known"), people("births; feed=known|odd")) == [
        ("births; feed=known|odd", ["births; feed=known", "births; feed=odd"], True),
        ("births", ["births; feed=known", "births; feed=odd"], False),
    ]


def test_all_values_of_a_variable_are_everybody_and_some_are_not() -> None:
    links = [people(f"admissions; link={link}") for link in ("none", "pseudonym", "weight")]
    assert added_up(people("admissions"), *links)[-1][2] is True
    assert added_up(people("admissions"), *links[:2])[-1][2] is False
    groups = [people(f"admissions; group={group}") for group in ("ASIAN", "WHITE")]
    assert added_up(people("admissions"), *groups) == [("admissions", [one.text() for one in groups], True)]


def test_months_make_up_the_span_of_a_supplier_and_the_year_of_its_hospitals() -> None:
    months = [people("births; mother_ethnicity=valid", start) for start in ("2025-04-01", "2025-05-01")]
    span = months[0]._replace(end="2025-05-31")
    assert added_up(*months, span) == [(span.text(), [month.text() for month in months], True)]
    hospitals = [
        months[0]._replace(level="hospital", code=code, end="2026-03-31") for code in ("RWE01", "RWE02")
    ]
    found = list(sums([*months, *hospitals], ()))
    year = [one for one in found if one.whole.end == "2026-03-31"]
    assert [len(one.parts) for one in year] == [2, 2]
    assert {part.level for part in year[0].parts} == {"hospital"} and {
        part.level for part in year[1].parts
    } == {"lmns"}


def test_a_metric_of_the_same_people_is_the_months_of_its_system_or_its_provider() -> None:
    months = [people("births", start) for start in ("2025-04-01", "2025-05-01", "2025-06-01")]
    own = [one._replace(level="lmns", code="QK1") for one in months]
    parts = MetricParts([*months, *own])
    assert parts.of("births", "lmns", "QK1", "QK1", "2025-04-01", "2025-05-31") == own[:2]
    assert parts.of("births", "provider", "RWE", "QK1", "2025-05-01", "2025-05-31") == [months[1]]
    assert parts.of("births", "provider", "RWE", "QOC", "2025-05-01", "2025-05-31") == []


def test_rows_of_the_months_of_a_quarter_make_up_its_submission() -> None:
    """Figures of a council that end in January and March came with what was asked for March."""
    where = ("supplier", "E06000016", "QK1")
    asked = [
        People(*where, start, end, "council_indicator rows received")
        for start, end in (("2024-12-01", "2024-12-31"), ("2025-03-01", "2025-03-31"))
    ]
    figures = [
        People(*where, start, end, "council_indicator")
        for start, end in (
            ("2024-12-01", "2024-12-31"),
            ("2025-01-01", "2025-01-31"),
            ("2025-03-01", "2025-03-31"),
        )
    ]
    elsewhere = figures[1]._replace(code="E06000017")
    found = {
        one.whole.start: one.parts
        for one in sums({*asked, *figures, elsewhere}, set())
        if one.whole.of == "council_indicator rows used"
    }
    assert found == {"2024-12-01": (figures[0],), "2025-03-01": (figures[1], figures[2])}
