"""The statistics macros: inequality of 1,000 areas and limits of 50,000 groups, beside statsmodels on the same numbers."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from tests.bench import BenchRow
from tests.reference.statements import Cases, compiled

AREAS, GROUPS, INTERVALS = 1_000, 5, 50_000


def _seconds(task: Callable[[], object], repeats: int = 3) -> float:
    """The best of a few runs, so that another process on the machine counts less."""
    spent = []
    for _ in range(repeats):
        start = time.perf_counter()
        task()
        spent.append(time.perf_counter() - start)
    return min(spent)


def _slopes(draw: np.random.Generator) -> BenchRow:
    people = draw.integers(200, 5_000, (AREAS, GROUPS))
    rate = np.clip(draw.normal(0.15, 0.03, (AREAS, GROUPS)), 0.02, 0.5)
    frame = pd.DataFrame(
        {
            "case_id": np.repeat(np.arange(AREAS), GROUPS),
            "rank": np.tile(np.arange(1, GROUPS + 1), AREAS),
            "population": people.ravel(),
            "national_population": 1_000,
            "value": rate.ravel(),
            "se": np.sqrt(rate * (1 - rate) / people).ravel(),
        }
    )
    cases = Cases()
    cases.put("inputs_slopes", frame)

    def fit() -> None:
        for area in range(AREAS):
            share = people[area] / people[area].sum()
            rank = share.cumsum() - share / 2
            line = sm.WLS(rate[area], sm.add_constant(rank), weights=share).fit()
            line.conf_int()

    return BenchRow(
        f"SII and RII with limits, {AREAS:,} areas of {GROUPS} groups",
        _seconds(lambda: cases.answer("raw_slopes")),
        _seconds(fit, repeats=1),
        budget_seconds=1.0,
        note="peer: statsmodels WLS, one fit an area (a slope, no RII)",
    )


def _intervals(draw: np.random.Generator) -> list[BenchRow]:
    people = draw.integers(20, 20_000, INTERVALS)
    events = draw.binomial(people, 0.1)
    frame = pd.DataFrame(
        {"case_id": np.arange(INTERVALS), "numerator": events, "denominator": people, "multiplier": 100}
    )
    cases = Cases()
    cases.put("inputs_proportions", frame)
    cases.put("inputs_rates", frame)

    def poisson() -> None:
        for tail in (0.025, 0.001):
            stats.chi2.ppf(tail, 2 * np.maximum(events, 1))
            stats.chi2.ppf(1 - tail, 2 * events + 2)

    return [
        BenchRow(
            f"Wilson's limits at 95% and 99.8%, {INTERVALS:,} groups",
            _seconds(lambda: cases.answer("proportions")),
            _seconds(lambda: [proportion_confint(events, people, a, method="wilson") for a in (0.05, 0.002)]),
            budget_seconds=1.0,
            note="peer: statsmodels proportion_confint; ours reads and returns a table with values and reasons",
        ),
        BenchRow(
            f"Byar's and exact limits at 95% and 99.8%, {INTERVALS:,} groups",
            _seconds(lambda: cases.answer("rates")),
            _seconds(poisson),
            budget_seconds=1.0,
            note="peer: scipy chi-squared quantiles",
        ),
    ]


def rows() -> list[BenchRow]:
    """Rendering by dbt is done before the clock starts: a build renders once for every area."""
    compiled()
    draw = np.random.default_rng(1)
    return [_slopes(draw), *_intervals(draw)]
