"""Counts of staff that groups and bands give away together are withheld, with what was made from them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from orchestration.outputs.disclosure import pinned
from orchestration.outputs.protection_staff import (
    WITHHELD_REASON,
    StaffCells,
    protected_staff,
    staff_withheld,
)

PARENTS = pd.DataFrame(columns=["dimension", "group_code", "parent_dimension", "parent_group"])


def shown(count: int) -> float | None:
    return None if 0 < count < 8 else float((count + 2) // 5 * 5)


def frame(bands: dict[str, dict[str, int]], totals: dict[str, int]) -> pd.DataFrame:
    """Headcounts of one trust by band and group, as the gate shows them."""
    rows: list[dict[str, Any]] = []
    for band, groups in bands.items():
        for group, count in groups.items():
            status = "small" if 0 < count < 8 else "complement" if 0 < totals[band] - count < 8 else "shown"
            rows.append({
                "figure_id": f"wf-{band}-{group}", "lmns_code": "QK1", "organisation_code": "RWE", "period_start": "2025-04-01",
                "period_end": "2026-03-31", "measure_id": "headcount", "survey_question": None, "form": "share", "staff_group": "all",
                "band": band, "dimension": "ethnicity", "group_code": group, "numerator": shown(count) if status == "shown" else None,
                "denominator": shown(totals[band]), "numerator_status": status, "denominator_status": "shown",
                "value": 1.0, "lower_95": 0.5, "upper_95": 2.0, "mark": None, "comparison": "all bands", "reference_value": 3.0,
                "difference": -2.0, "difference_lower_95": -3.0, "difference_upper_95": -1.0, "ratio": None, "ratio_lower_95": None,
                "ratio_upper_95": None, "p_value": 0.01, "q_value": 0.01, "screening": None, "printed_check": None,
                "verdict": "worse", "verdict_reason": "", "protection": "nhs-secondary-care 1", "mothers_figure_id": "mv-1",
            })  # fmt: skip
    return pd.DataFrame(rows)


def test_a_hidden_count_that_its_neighbours_pin_is_protected_by_withholding_one() -> None:
    # 83 shown as 85, 28 as 30, the total 112 as 110: at least 83 and 28 of at most 112 leave 1
    workforce = frame({"band_7": {"WHITE": 83, "WRES_OTHER": 28, "NOT_DECLARED": 1}}, {"band_7": 112})
    assert len(pinned(StaffCells(workforce, PARENTS).knowledge())) == 1
    left = staff_withheld(workforce, PARENTS, set())
    assert pinned(StaffCells(left, PARENTS).knowledge()) == []
    withheld = left[left["numerator_status"] == "withheld"]
    assert withheld["group_code"].tolist() == ["WRES_OTHER"]
    assert withheld[["numerator", "value", "lower_95", "upper_95"]].isna().all(axis=None)
    assert (withheld["mark"] == "[c]").all()
    # nothing made from it is left beside it
    assert left[["reference_value", "difference", "difference_lower_95", "q_value"]].isna().all(axis=None)
    assert set(left["verdict"]) == {"too few to tell"} and set(left["verdict_reason"]) == {WITHHELD_REASON}


def test_where_nothing_is_given_away_nothing_changes() -> None:
    workforce = frame({"band_6": {"WHITE": 171, "WRES_OTHER": 79, "NOT_DECLARED": 5}}, {"band_6": 255})
    assert pinned(StaffCells(workforce, PARENTS).knowledge()) == []
    pd.testing.assert_frame_equal(staff_withheld(workforce, PARENTS, set()), workforce)


def test_a_band_is_part_of_all_bands_and_no_more_is_added_up() -> None:
    """A person may hold posts in two bands: each band is at most all bands, and bands do not make them up."""
    bands = {"band_7": {"WHITE": 50}, "band_6": {"WHITE": 60}, "all": {"WHITE": 105}}
    cells = StaffCells(frame(bands, {"band_7": 90, "band_6": 100, "all": 180}), PARENTS)
    number = {
        cell.band: n for cell, n in cells.number.items() if (cell.group, cell.part) == ("WHITE", "count")
    }
    below = [children for parent, children in cells.sums if parent == number["all"]]
    assert sorted(children[0] for children in below) == sorted([number["band_6"], number["band_7"]])
    assert all(len(children) == 2 and cells.high[children[1]] == float("inf") for children in below)


def test_withheld_women_booked_are_set_beside_nobody() -> None:
    workforce = frame({"band_6": {"WHITE": 171}}, {"band_6": 250}).assign(
        comparison="mothers", verdict="not available"
    )
    left = staff_withheld(workforce, PARENTS, {"mv-1"})
    assert left["reference_value"].isna().all() and left["value"].notna().all()
    assert staff_withheld(workforce, PARENTS, {"mv-2"})["reference_value"].notna().all()


@pytest.mark.parametrize(
    "workforce", [pd.DataFrame(), frame({"all": {"WHITE": 50}}, {"all": 90}).assign(protection=None)]
)
def test_figures_that_were_public_are_left_alone(workforce: pd.DataFrame) -> None:
    assert protected_staff(workforce).empty
    assert staff_withheld(workforce, PARENTS, set()) is workforce
