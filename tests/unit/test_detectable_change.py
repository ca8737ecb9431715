"""The smallest change that could be told from chance, against statsmodels."""

from __future__ import annotations

import duckdb
import pytest
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import power_proportions_2indep, proportion_effectsize

from tests.macros import sql


def change(share: float, people: float, direction: int) -> float | None:
    ((found,),) = duckdb.execute(
        f"select {sql('detectable_change', 'p', 'n', 'direction')} "
        "from (select cast(? as double) as p, cast(? as double) as n, cast(? as double) as direction)",
        [share, people, direction],
    ).fetchall()
    return found


@pytest.mark.parametrize("people", [150, 1000, 20000])
@pytest.mark.parametrize("share", [0.05, 0.2, 0.5, 0.8, 0.97])
@pytest.mark.parametrize("direction", [-1, 1])
def test_a_change_of_that_size_is_found_four_times_out_of_five(
    share: float, people: int, direction: int
) -> None:
    found = change(share, people, direction)
    if found is None:
        # not even the end of the scale is far enough
        end = 1.0 if direction > 0 else 0.0
        power = NormalIndPower().power(proportion_effectsize(end, share), people, 0.05)
        assert power < 0.8
        return
    other = share + direction * found
    assert 0 <= other <= 1
    power = NormalIndPower().power(proportion_effectsize(other, share), people, 0.05)
    assert power == pytest.approx(0.8, abs=1e-4)
    # the textbook test of two proportions agrees where neither end is near
    if 0.05 <= other <= 0.95:
        textbook = power_proportions_2indep(other - share, share, people, ratio=1, alpha=0.05).power
        assert textbook == pytest.approx(0.8, abs=0.05)


def test_where_nobody_has_it_yet_a_rise_can_be_worked_out_and_a_fall_cannot() -> None:
    assert change(0, 1000, 1) == pytest.approx(0.0039, abs=1e-4)
    assert change(0, 1000, -1) is None


@pytest.mark.parametrize(("share", "people"), [(None, 100), (0.5, 0), (0.5, None), (1.2, 100), (-0.1, 100)])
def test_what_is_no_share_of_people_has_none(share: float | None, people: float | None) -> None:
    assert change(share, people, 1) is None  # type: ignore[arg-type]
