"""How often the interval of a share from rounded counts holds the true share.

Every count that chance can give is tried with its own probability, so the coverage is exact and no draw decides.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from tests.macros import sql

PEOPLE = (20, 30, 50, 75, 100, 150, 200, 300, 500, 860, 1000, 2000, 4000)
SHARES = np.concatenate([np.linspace(0.002, 0.05, 25), np.linspace(0.06, 0.98, 60)])
FEW_EVENTS = 5


def published(counts: np.ndarray) -> np.ndarray:
    """Counts as the Maternity Services Data Set publishes them: 0; 5 for 1 to 7; else the nearest 5."""
    return np.where(counts == 0, 0, np.where(counts <= 7, 5, 5 * np.round(counts / 5))).astype(float)


def limits(people: int) -> pd.DataFrame:
    """For every count out of so many people: limits from the rounded counts, and Wilson's from the true ones."""
    x = np.arange(people + 1)
    frame = pd.DataFrame({"x": x.astype(float), "n": float(people), "shown_x": published(x)})  # noqa: F841
    shown_n = published(np.array([people]))[0]
    return duckdb.execute(
        f"""
        with ends as (
            select
                x, n,
                {sql("rounded_low", "shown_x")} as x_low, {sql("rounded_high", "shown_x")} as x_high,
                {sql("rounded_low", shown_n)} as n_low, {sql("rounded_high", shown_n)} as n_high
            from frame
        ),
        allowed as (select *, least(x_low, n_high) as fewest, least(x_high, n_low) as most from ends)
        select
            x_low, x_high, n_low, n_high,
            {sql("wilson_lower", "fewest", "n_high")} as lower_95, {sql("wilson_upper", "most", "n_low")} as upper_95,
            {sql("wilson_lower", "x", "n")} as wilson_lower, {sql("wilson_upper", "x", "n")} as wilson_upper
        from allowed order by x
        """
    ).df()


@pytest.fixture(scope="module")
def coverage() -> pd.DataFrame:
    rows = []
    for people in PEOPLE:
        found = limits(people)
        x = np.arange(people + 1)
        for share in SHARES:
            chance = binom.pmf(x, people, share)
            ours = chance[(found["lower_95"] <= share) & (found["upper_95"] >= share)].sum()
            wilson = chance[(found["wilson_lower"] <= share) & (found["wilson_upper"] >= share)].sum()
            events = people * min(share, 1 - share)
            rows.append({"people": people, "events": events, "ours": ours, "wilson": wilson})
    return pd.DataFrame(rows)


def test_the_truth_lies_between_the_ends_that_rounding_leaves_open():
    counts = np.arange(2000)
    frame = pd.DataFrame({"x": counts, "shown": published(counts)})  # noqa: F841
    wrong = duckdb.execute(
        f"select * from frame where x not between {sql('rounded_low', 'shown')} and {sql('rounded_high', 'shown')}"
    ).fetchall()
    assert wrong == []


def test_it_holds_the_truth_at_least_as_often_as_wilsons_interval_from_unrounded_counts(coverage):
    assert (coverage["ours"] >= coverage["wilson"] - 1e-12).all()


def test_it_holds_the_truth_in_95_of_100_on_average_at_every_size(coverage):
    by_size = coverage.groupby("people")["ours"].mean()
    assert (by_size >= 0.95).all(), by_size


def test_with_five_events_or_more_it_holds_for_each_single_share(coverage):
    enough = coverage[coverage["events"] >= FEW_EVENTS]
    assert len(enough) > 500
    assert enough["ours"].min() >= 0.945
    assert (enough["ours"] < 0.95).mean() < 0.01
