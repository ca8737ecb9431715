"""Properties that the statistics must have on any data, tried on the macros as dbt renders them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reference.statements import PROJECT as REFERENCE_PROJECT
from tests.reference.statements import Cases, compiled

few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def cases() -> Cases:
    return Cases()


@st.composite
def counts(draw: st.DrawFn) -> pd.DataFrame:
    """Up to 30 proportions: events out of people."""
    people = draw(st.lists(st.integers(1, 100_000), min_size=1, max_size=30))
    events = [draw(st.integers(0, n)) for n in people]
    return pd.DataFrame({"numerator": events, "denominator": people, "multiplier": 1}).assign(
        case_id=[str(i) for i in range(len(people))]
    )


@st.composite
def groups(draw: st.DrawFn) -> pd.DataFrame:
    """One case of three to ten groups on a ranking."""
    size = draw(st.integers(3, 10))
    numbers = st.floats(0.01, 0.99, allow_nan=False)
    return pd.DataFrame(
        {
            "case_id": "one",
            "rank": range(1, size + 1),
            "population": [draw(st.integers(10, 50_000)) for _ in range(size)],
            "national_population": [draw(st.integers(1_000, 500_000)) for _ in range(size)],
            "value": [draw(numbers) for _ in range(size)],
            "se": [draw(st.floats(0.001, 0.1)) for _ in range(size)],
        }
    )


@few
@given(frame=counts())
@pytest.mark.parametrize("model", ["proportions", "rates"])
def test_limits_hold_the_estimate_and_998_holds_95(cases, model, frame):
    cases.put(f"inputs_{model}", frame)
    rows = cases.answer(model)
    tiny = 1e-12 * (1 + rows["value"].abs())
    assert (rows["lower_95"] <= rows["value"] + tiny).all()
    assert (rows["upper_95"] >= rows["value"] - tiny).all()
    assert (rows["lower_998"] <= rows["lower_95"] + tiny).all()
    assert (rows["upper_998"] >= rows["upper_95"] - tiny).all()


@few
@given(frame=counts(), times=st.integers(2, 20))
def test_limits_widen_as_people_fall(cases, frame, times):
    cases.put("inputs_proportions", frame)
    small = cases.answer("proportions").sort_values("case_id")
    cases.put(
        "inputs_proportions",
        frame.assign(numerator=frame["numerator"] * times, denominator=frame["denominator"] * times),
    )
    large = cases.answer("proportions").sort_values("case_id")
    assert (
        (small["upper_95"] - small["lower_95"]).to_numpy()
        >= (large["upper_95"] - large["lower_95"]).to_numpy()
    ).all()


@few
@given(frame=counts())
def test_limits_swap_with_polarity(cases, frame):
    cases.put("inputs_proportions", frame)
    good = cases.answer("proportions").sort_values("case_id")
    cases.put("inputs_proportions", frame.assign(numerator=frame["denominator"] - frame["numerator"]))
    bad = cases.answer("proportions").sort_values("case_id")
    np.testing.assert_allclose(good["lower_95"], 1 - bad["upper_95"].to_numpy(), atol=1e-12)
    np.testing.assert_allclose(good["upper_998"], 1 - bad["lower_998"].to_numpy(), atol=1e-12)


@few
@given(frame=counts(), others=counts())
def test_a_difference_turns_round_with_its_groups(cases, frame, others):
    size = min(len(frame), len(others))
    pairs = pd.DataFrame({
        "case_id": range(size), "x1": frame["numerator"][:size], "n1": frame["denominator"][:size],
        "x0": others["numerator"][:size], "n0": others["denominator"][:size],
    })  # fmt: skip
    cases.put("inputs_pairs", pairs)
    one = cases.answer("pairs").sort_values("case_id")
    cases.put("inputs_pairs", pairs.rename(columns={"x1": "x0", "n1": "n0", "x0": "x1", "n0": "n1"}))
    other = cases.answer("pairs").sort_values("case_id")
    np.testing.assert_allclose(
        one["difference_lower_95"], -other["difference_upper_95"].to_numpy(), atol=1e-12
    )
    np.testing.assert_allclose(
        one["risk_ratio_lower_95"], 1 / other["risk_ratio_upper_95"].to_numpy(), rtol=1e-9
    )
    np.testing.assert_allclose(one["p_value"], other["p_value"].to_numpy(), rtol=1e-9)
    assert (one["difference_lower_95"] <= one["difference"] + 1e-12).all()
    assert (one["difference_upper_95"] >= one["difference"] - 1e-12).all()


@few
@given(frame=groups())
@pytest.mark.parametrize("model", ["raw_slopes", "national_slopes"])
def test_sii_of_a_ranking_read_backwards_changes_sign(cases, model, frame):
    cases.put("inputs_slopes", frame)
    forward = cases.answer(model).iloc[0]
    cases.put("inputs_slopes", frame.assign(rank=len(frame) + 1 - frame["rank"]))
    backward = cases.answer(model).iloc[0]
    assert forward["sii"] == pytest.approx(-backward["sii"], rel=1e-9, abs=1e-9)
    assert forward["sii_lower_95"] == pytest.approx(-backward["sii_upper_95"], rel=1e-9, abs=1e-9)
    if pd.notna(forward["rii"]):
        assert forward["rii"] == pytest.approx(1 / backward["rii"], rel=1e-8)
    if pd.notna(forward["rii_lower_95"]) and pd.notna(backward["rii_lower_95"]):
        assert forward["rii_lower_95"] == pytest.approx(1 / backward["rii_upper_95"], rel=1e-6)


@few
@given(frame=groups())
def test_national_ranks_with_the_areas_own_people_are_its_own_ranks(cases, frame):
    cases.put("inputs_slopes", frame.assign(national_population=frame["population"] * 7))
    own, national = cases.answer("raw_slopes").iloc[0], cases.answer("national_slopes").iloc[0]
    assert own["sii"] == pytest.approx(national["sii"], rel=1e-9, abs=1e-12)
    assert own["rii_upper_95"] == pytest.approx(national["rii_upper_95"], rel=1e-9, nan_ok=True)


@few
@given(frame=groups(), value=st.floats(0.01, 0.99))
def test_equal_groups_have_no_inequality(cases, frame, value):
    equal = frame.assign(value=value)
    cases.put("inputs_slopes", equal)
    slope = cases.answer("raw_slopes").iloc[0]
    assert slope["sii"] == pytest.approx(0, abs=1e-9)
    assert slope["rii"] == pytest.approx(1, abs=1e-9)
    assert slope["sii_lower_95"] <= 1e-9 and slope["sii_upper_95"] >= -1e-9
    cases.put("inputs_heq_ordered", equal.assign(
        subgroup_order=equal["rank"], est=value, pop=equal["population"], favourable_indicator=1, scaleval=1.0
    ))  # fmt: skip
    index = cases.answer("ordered").iloc[0]
    for measure in ("aci", "rci", "wagstaff", "erreygers"):
        assert index[measure] == pytest.approx(0, abs=1e-9)
    cases.put("inputs_heq_nonordered", equal.assign(
        position=equal["rank"], est=value, pop=equal["population"], favourable_indicator=1, scaleval=1.0,
        reference_subgroup=(equal["rank"] == 1).astype(int),
    ))  # fmt: skip
    measures = cases.answer("unordered").iloc[0]
    for measure in (
        "bgv",
        "cov",
        "theil",
        "mld",
        "idis_weighted",
        "mdm_weighted",
        "mdb_weighted",
        "mdr_unweighted",
        "par",
        "range_difference",
    ):
        assert measures[measure] == pytest.approx(0, abs=1e-6), measure
    assert measures["range_ratio"] == pytest.approx(1, abs=1e-9)


@few
@given(values=st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_adjusted_p_values_keep_their_order_and_never_fall(cases, values):
    cases.put(
        "inputs_pvalues", pd.DataFrame({"set_id": "one", "test_no": range(len(values)), "p_value": values})
    )
    rows = cases.answer("pvalues").sort_values("p_value")
    assert (rows["q_value"] >= rows["p_value"] - 1e-12).all()
    assert (rows["q_value"].diff().dropna() >= -1e-12).all()
    assert rows["q_value"].max() <= 1


def test_every_macro_of_the_family_files_is_rendered():
    """A statistics file that no reference model uses would go untested."""
    folder = REFERENCE_PROJECT.parent.parent / "dbt_project" / "macros" / "statistics"
    models = "\n".join(path.read_text("utf-8") for path in (REFERENCE_PROJECT / "models").glob("*.sql"))
    files = {path.stem: path.read_text("utf-8") for path in folder.glob("*.sql")}
    for stem, text in files.items():
        names = [
            line.split("macro ", 1)[1].split("(")[0]
            for line in text.splitlines()
            if line.startswith("{% macro ")
        ]
        assert any(name in models for name in names), stem
    assert set(compiled().sql) >= {"proportions", "slopes", "unordered", "xmr_points"}
