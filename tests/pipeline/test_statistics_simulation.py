"""Verdicts on simulated data: false ones where there is no gap, found ones where a gap is planted.

Counts are rounded as the publisher rounds them and the test allows for it, as in the warehouse. The figures of
docs/method.md come from `python -m tests.pipeline.test_statistics_simulation`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.reference.statements import Cases

SYSTEMS, GROUPS, ROUNDS = 42, 5, 40
SHARES = np.array([0.62, 0.18, 0.09, 0.05, 0.06])


def rounded(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts as the Maternity Services Data Set publishes them, with the interval that leaves open."""
    value = np.where(counts == 0, 0, np.where(counts < 8, 5, 5 * np.floor(counts / 5 + 0.5)))
    low = np.where(value == 0, 0, np.where(value == 5, 1, value - 2))
    return value.astype(float), low.astype(float), np.where(value == 0, 0, value + 2).astype(float)


def simulate(women: int, rate: float, gap: float, seed: int) -> pd.DataFrame:
    """Rounds of 42 systems with five ethnic groups; in the last four groups the rate is `gap` higher."""
    draw = np.random.default_rng(seed)
    people = draw.poisson(women * SHARES, size=(ROUNDS, SYSTEMS, GROUPS)).clip(1)
    risk = np.where(np.arange(GROUPS) == 0, rate, rate + gap)
    events = draw.binomial(people, risk)
    x, x_low, x_high = rounded(events)
    n, n_low, n_high = rounded(people)
    frame = pd.DataFrame(
        {
            "round": np.repeat(np.arange(ROUNDS), SYSTEMS * GROUPS),
            "system": np.tile(np.repeat(np.arange(SYSTEMS), GROUPS), ROUNDS),
            "group": np.tile(np.arange(GROUPS), ROUNDS * SYSTEMS),
        }
    )
    for name, values in {
        "x": x,
        "x_low": x_low,
        "x_high": x_high,
        "n": n,
        "n_low": n_low,
        "n_high": n_high,
    }.items():
        frame[name] = values.ravel()
    # rounding can put more events than people into a small group: as published, but no proportion
    frame["x"] = np.minimum(frame["x"], frame["n"])
    return frame.assign(case_id=frame["round"].astype(str) + "-" + frame["system"].astype(str))


def group_verdicts(cases: Cases, frame: pd.DataFrame) -> pd.DataFrame:
    """Each group against the best large enough one: figures as the warehouse makes them, by the macros."""
    ranked = frame[frame["n_low"] >= 100].assign(share=lambda f: f["x"] / f["n"])
    ranked = ranked.sort_values(["case_id", "share", "n"], ascending=[True, True, False])
    best = ranked.drop_duplicates("case_id").set_index("case_id")
    pairs = frame.join(best.add_prefix("best_"), on="case_id", how="inner")
    pairs = pairs[pairs["group"] != pairs["best_group"]].reset_index(drop=True)
    pairs["pair"] = np.arange(len(pairs))
    cases.put("inputs_gaps", pairs.drop(columns=["case_id"]))
    return cases.answer("gap_verdicts")


def any_verdicts(cases: Cases, frame: pd.DataFrame) -> pd.DataFrame:
    """The test of any difference, adjusted over the systems of a round."""
    share = frame["x"] / frame["n"]
    extra = (
        ((frame["x_high"] - frame["x_low"]) ** 2 + share**2 * (frame["n_high"] - frame["n_low"]) ** 2)
        / 12
        / frame["n"] ** 2
    )
    cases.put("inputs_any_difference", frame[["case_id", "x", "n"]].assign(extra=extra))
    tested = cases.answer("any_difference")
    tested["q"] = tested.groupby(tested["case_id"].str.split("-").str[0])["p_value"].transform(
        lambda p: stats.false_discovery_control(p.fillna(1.0))
    )
    return tested


@pytest.fixture(scope="module")
def cases() -> Cases:
    return Cases()


@pytest.mark.parametrize(("women", "rate"), [(300, 0.1), (1000, 0.1), (1000, 0.02), (5000, 0.3)])
def test_no_gap_no_verdict(cases, women, rate):
    frame = simulate(women, rate, gap=0.0, seed=women)
    gaps = group_verdicts(cases, frame)
    assert len(gaps) > 1000
    assert gaps["is_verdict"].mean() <= 0.05
    assert gaps.groupby("round")["is_verdict"].any().mean() <= 0.25
    anywhere = any_verdicts(cases, frame)
    assert (anywhere["q"] <= 0.05).mean() <= 0.05


def test_a_large_gap_is_found(cases):
    gaps = group_verdicts(cases, simulate(5000, 0.1, gap=0.1, seed=3))
    assert gaps.loc[gaps["difference"] > 0, "is_verdict"].mean() >= 0.9


def table() -> pd.DataFrame:
    """Share of groups with a verdict, for docs/method.md."""
    cases, rows = Cases(), []
    for women in (300, 1000, 5000):
        for gap in (0.0, 0.03, 0.05, 0.10):
            frame = simulate(women, 0.1, gap, seed=7)
            gaps, anywhere = group_verdicts(cases, frame), any_verdicts(cases, frame)
            found = gaps.groupby("group")["is_verdict"].mean()
            rows.append(
                {
                    "women": women, "gap": f"{100 * gap:g} points",
                    "group of 18%": found.get(1, np.nan), "group of 5%": found.get(3, np.nan),
                    "any difference": (anywhere["q"] <= 0.05).mean(),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


if __name__ == "__main__":
    print(table().to_string(index=False, float_format=lambda share: f"{100 * share:.1f}%"))
