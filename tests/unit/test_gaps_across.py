"""Whose gap it is: the labels, what counts as judged."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from orchestration.outputs import wording as say
from orchestration.outputs.gaps_across import (
    BEST_GROUP,
    CANNOT_TELL,
    COLUMNS,
    EVERYONES,
    NOBODYS,
    ONE,
    SOME,
    Across,
    gaps_across,
    gaps_table,
)  # fmt: skip
from orchestration.outputs.index_page import render_index
from tests.page_data import audit_data

SHORT = {
    "w": say.WORSE, "b": say.BETTER, "n": say.NO_DIFFERENCE, "r": BEST_GROUP, "f": say.TOO_FEW, "x": say.NOT_AVAILABLE,
}  # fmt: skip


@pytest.mark.parametrize(
    ("standings", "label"),
    [
        ("www", EVERYONES),
        ("wwwwwwwnnn", EVERYONES),
        # two thirds are not more than two thirds
        ("wwn", SOME),
        ("wwffff", SOME),
        ("wwnnnn", SOME),
        ("wn", ONE),
        ("wrbn", ONE),
        ("wfxx", CANNOT_TELL),
        ("ffxx", CANNOT_TELL),
        ("nfff", CANNOT_TELL),
        ("nrb", NOBODYS),
    ],
)
def test_whose_gap_it_is(standings: str, label: str) -> None:
    standing = {f"Q{place:02d}": SHORT[letter] for place, letter in enumerate(standings)}
    assert Across({}, "best", standing, {}, ("", ""), "").label == label


def gap(system: str, group: str, verdict: str, period: str = "2025-04", **other: object) -> dict[str, object]:
    row = {
        "figure_id": f"gap-{system}-{group}-{period}", "lmns_code": system, "metric_id": "booking_by_10_weeks",
        "metric_name": "Booked by 10 weeks", "period_start": f"{period}-01", "period_end": f"{period}-28",
        "dimension": "ethnicity", "group_code": group, "group_name": group.title(), "group_order": 1, "vocabulary": "test",
        "reference_kind": "best", "reference_group": "WHITE", "polarity": "high", "unit": "%", "verdict": verdict,
        "organisation_code": system, "organisation_level": "lmns", "value_figure_id": f"mv-{system}-{group}",
    }  # fmt: skip
    return row | other


GAPS = [
    gap("QK1", "BLACK", say.WORSE),
    gap("QOC", "BLACK", say.NO_DIFFERENCE),
    # an older period of the same system says nothing any more
    gap("QOC", "BLACK", say.WORSE, "2025-03"),
    gap("QK1", "ASIAN", say.WORSE),
    gap("QOC", "WHITE", say.TOO_FEW, reference_group="ASIAN"),
    gap("QK1", "MIXED", say.WORSE, polarity="neutral"),
    gap("E92000001", "BLACK", say.WORSE, organisation_level="national", lmns_code=None),
]


def test_each_system_stands_once_for_each_group() -> None:
    data = replace(audit_data(), gaps=pd.DataFrame([row for row in GAPS if row["group_code"] != "WHITE"]))
    found = {one.row["group_code"]: one for one in gaps_across(data)}
    assert set(found) == {"BLACK", "ASIAN"}, "described measures are left out"
    black = found["BLACK"]
    assert black.standing == {"QK1": say.WORSE, "QOC": say.NO_DIFFERENCE}
    assert (black.label, black.england) == (ONE, say.WORSE)
    assert found["ASIAN"].standing == {"QK1": say.WORSE, "QOC": say.NOT_AVAILABLE}
    assert found["ASIAN"].label == CANNOT_TELL


def test_the_best_group_of_a_system_is_judged_there() -> None:
    data = replace(audit_data(), gaps=pd.DataFrame([GAPS[3], GAPS[4]]))
    found = {one.row["group_code"]: one for one in gaps_across(data)}
    assert found["ASIAN"].standing == {"QK1": say.WORSE, "QOC": BEST_GROUP}
    assert found["WHITE"].standing == {"QK1": BEST_GROUP, "QOC": say.TOO_FEW}


def test_the_table_adds_up_and_names_the_systems() -> None:
    table = gaps_table(replace(audit_data(), gaps=pd.DataFrame(GAPS)))
    assert list(table.columns) == COLUMNS
    counted = [name for name in COLUMNS if name.startswith("systems_") and name != "systems_judged"]
    assert (table[counted].sum(axis=1) == table["systems"]).all()
    black = table[table["group_code"] == "BLACK"].iloc[0]
    assert (black["worse_codes"], black["no_clear_difference_codes"], black["domain"]) == (
        "QK1",
        "QOC",
        "access",
    )


def test_the_page_says_each_standing_in_words() -> None:
    page = render_index(replace(audit_data(), gaps=pd.DataFrame(GAPS)), "test")
    start = page.index('<table id="heat-gaps"')
    heat = page[start : page.index("</table>", start)]
    assert "Booked by 10 weeks: Black" in heat and "1 of 2" in heat and "one system&#39;s" in heat
    assert (
        '<span class="hidden">worse</span>' in heat
        and '<span class="hidden">no clear difference</span>' in heat
    )
