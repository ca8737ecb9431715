"""Each measure that another package answers, and how ours is compared with it.

Expected answers are read from a folder; what departs from a package on purpose is compared with a
calculation of our own in numpy or scipy instead, and says why. Rendering and running SQL is in statements.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from tests.reference.statements import Cases

EXACT = 1e-9
Z = 1.959963984540054
TEXT = {
    "case_id", "set_id", "series_id", "area_id", "scenario", "ageband", "statistic", "rate_type",
    "ratio_type", "option_set", "edge", "subgroup", "type", "improvement_direction", "date",
    "rebase_date", "area", "axis", "method", "measure", "options", "status", "message", "peer", "fn",
    "significance", "recent_trend", "reason", "special_cause_type", "special_cause_flag", "point_type",
    "variation_icon", "assurance_icon", "outside_limits", "close_to_limits",
}  # fmt: skip
FLAGS = {"invert", "transform", "screen_outliers"}
LEVELS = {
    "lower_95": "lower95_0cl", "upper_95": "upper95_0cl", "lower_998": "lower99_8cl", "upper_998": "upper99_8cl",
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """One line of the report.

    Attributes:
        largest: largest relative difference; for simulated limits, share of the interval's width.
        departs: why a package's answer is not the yardstick, where it is not.
    """

    measure: str
    cases: int
    differ: int
    largest: float
    departs: str = ""

    def __str__(self) -> str:
        line = f"{self.measure}: {self.cases} cases, {self.differ} differ, largest relative difference {self.largest:.2g}"
        return f"{line}  [departs: {self.departs}]" if self.departs else line


def read(folder: Path, name: str) -> pd.DataFrame | None:
    """One CSV file of the folder, typed; None where it is not there."""
    path = folder / f"{name}.csv"
    if not path.is_file():
        return None
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column in frame.columns:
        if column in FLAGS:
            frame[column] = frame[column].str.upper() == "TRUE"
        elif column in TEXT:
            frame[column] = frame[column].astype(object).where(frame[column] != "", None)
        else:
            frame[column] = pd.to_numeric(frame[column].replace({"": None, "NA": None}), errors="coerce")
    return frame


def numbers(
    measure: str,
    ours: object,
    theirs: object,
    tolerance: float = EXACT,
    scale: object = None,
    departs: str = "",
    must_be_null: object = None,
) -> Outcome:
    """Compare two columns of numbers; infinity and missing are one thing: no answer.

    `scale` divides the difference where it is not the expected number itself (a width). Rows of
    `must_be_null` differ unless ours is missing.
    """
    a, b = np.asarray(ours, float), np.asarray(theirs, float)
    a, b = np.where(np.isinf(a), np.nan, a), np.where(np.isinf(b), np.nan, b)
    size = np.abs(b) if scale is None else np.asarray(scale, float)
    with np.errstate(invalid="ignore", divide="ignore"):
        difference = np.abs(a - b) / np.maximum(size, 1e-300)
    difference = np.where(np.isnan(a) & np.isnan(b), 0.0, difference)
    # below what a double can hold with full digits, and rounding noise beside a limit of exactly zero
    difference = np.where((np.abs(a) < 1e-290) & (np.abs(b) < 1e-290), 0.0, difference)
    difference = np.where(np.abs(a - b) < 1e-17, 0.0, difference)
    difference = np.where(np.isnan(difference), np.inf, difference)
    if must_be_null is not None:
        difference = np.where(np.asarray(must_be_null, bool), np.where(np.isnan(a), 0.0, np.inf), difference)
    largest = float(difference.max()) if len(difference) else 0.0
    return Outcome(measure, len(a), int((difference > tolerance).sum()), largest, departs)


def words(measure: str, ours: pd.Series, theirs: pd.Series) -> Outcome:
    """Compare two columns of words."""
    differ = ours.fillna("").to_numpy() != theirs.fillna("").to_numpy()
    return Outcome(measure, len(ours), int(differ.sum()), float("inf") if differ.any() else 0.0)


def refused(measure: str, rows: pd.DataFrame, value: str, reason: str = "reason") -> Outcome:
    """Rows that the package stops at: ours must be missing, with a reason."""
    wrong = rows[value].notna() | rows[reason].isna()
    return Outcome(
        f"{measure}: refused rows have a reason",
        len(rows),
        int(wrong.sum()),
        float("inf") if wrong.any() else 0.0,
    )


def put(cases: Cases, folder: Path, *names: str) -> bool:
    """Load input tables; False where one is not in the folder."""
    frames = {name: read(folder, name) for name in names}
    if any(frame is None for frame in frames.values()):
        return False
    for name, frame in frames.items():
        cases.put(name, frame)
    return True


def single_groups(cases: Cases, folder: Path) -> Iterator[Outcome]:
    """Wilson's limits of proportions; Byar's and exact limits of rates."""
    for kind, label in (("proportions", "proportion, Wilson"), ("rates", "rate, Byar and exact")):
        expected = read(folder, f"expected_{kind}")
        if expected is None or not put(cases, folder, f"inputs_{kind}"):
            continue
        rows = cases.answer(kind).merge(expected, on="case_id", suffixes=("", "_expected"))
        failed = rows["status"] == "error"
        yield numbers(f"{label}, value", rows["value"], rows["value_expected"], must_be_null=failed)
        for ours, theirs in LEVELS.items():
            yield numbers(f"{label}, {ours}", rows[ours], rows[theirs], must_be_null=failed)
        yield refused(label, rows[failed], "value")
    expected = read(folder, "expected_wilson_py")
    inputs = read(folder, "inputs_proportions")
    if expected is not None and inputs is not None:
        rows = cases.answer("proportions").merge(inputs[["case_id", "multiplier"]], on="case_id")
        rows = rows.merge(expected, on="case_id")
        for side in ("lower", "upper"):
            ours = rows[f"{side}_95"] / rows["multiplier"]
            # statsmodels leaves rounding noise of the size of a double where a limit is zero
            noise = np.where(rows[f"wilson_{side}"].abs() < 1e-15, 0.0, rows[f"wilson_{side}"])
            yield numbers(f"proportion, Wilson (statsmodels), {side}_95", ours, noise)


def two_groups(cases: Cases, folder: Path) -> Iterator[Outcome]:
    """Differences, ratios and p-values of two groups."""
    if not put(cases, folder, "inputs_pairs"):
        return
    python, r = read(folder, "expected_pairs_py"), read(folder, "expected_pairs_r")
    rows, exact_p, exact = (cases.answer(m) for m in ("pairs", "pairs_exact_p", "pairs_exact_limits"))

    def joined(ours: pd.DataFrame, theirs: pd.DataFrame, fn: str) -> pd.DataFrame:
        return ours.merge(theirs[theirs["fn"] == fn], on="case_id", suffixes=("", "_expected"))

    if python is not None:
        pairs = joined(rows, python, "confint_proportions_2indep(diff,newcomb)")
        for ours, theirs in (
            ("difference", "estimate"),
            ("difference_lower_95", "lower"),
            ("difference_upper_95", "upper"),
        ):
            yield numbers(
                f"difference, Newcombe, {ours}",
                pairs[ours],
                pairs[theirs],
                scale=np.maximum(pairs[theirs].abs(), 1e-6),
            )
        for label, fn, name, corrected in (
            ("risk ratio, log", "confint_proportions_2indep(ratio,log)", "risk_ratio", False),
            (
                "risk ratio, half count at zero",
                "confint_proportions_2indep(ratio,log-adjusted)",
                "risk_ratio",
                True,
            ),
            ("rate ratio, log", "confint_poisson_2indep(ratio,wald-log)", "rate_ratio", False),
        ):
            pairs = joined(rows, python, fn)
            pairs = pairs[pairs["ratio_is_corrected"] == corrected]
            for side in ("lower", "upper"):
                yield numbers(f"{label}, {side}_95", pairs[f"{name}_{side}_95"], pairs[side])
    if r is not None:
        pairs = joined(rows, r, "prop.test(correct=FALSE)")
        yield numbers("two proportions, p-value", pairs["p_value"], pairs["p_value_expected"])
        pairs = joined(rows, r, "riskratio.wald")
        known = pairs[~pairs["ratio_is_corrected"]]
        yield numbers("risk ratio (epitools), estimate", known["ratio"], known["estimate"])
        yield numbers("risk ratio (epitools), lower_95", known["risk_ratio_lower_95"], known["lower"])
        pairs = joined(exact_p, r, "fisher.test")
        yield numbers("two proportions, Fisher's exact p-value", pairs["fisher_p"], pairs["p_value"])
        pairs = joined(exact_p, r, "poisson.test")
        yield numbers("two rates, exact p-value", pairs["rate_p"], pairs["p_value"])
        pairs = joined(exact, r, "poisson.test")
        for side in ("lower", "upper"):
            yield numbers(f"rate ratio, exact, {side}_95", pairs[f"exact_{side}"], pairs[side])
        pairs = joined(exact, r, "rateratio.midp")
        solver = "epitools' root finder stops early; compared with it to 0.005 and 1% of the limit"
        for side in ("lower", "upper"):
            scale = 0.5 + pairs[side].replace(np.inf, np.nan).fillna(0.0)
            yield numbers(
                f"rate ratio, mid-p, {side}_95", pairs[f"midp_{side}"], pairs[side], 0.01, scale, solver
            )
    inputs = read(folder, "inputs_pairs")
    sides = exact.merge(inputs, on="case_id")
    sides = sides[(sides["x1"] + sides["x0"]) > 0]
    for side in ("lower", "upper"):
        independent = [midp_limit(row.x1, row.n1, row.x0, row.n0, side) for row in sides.itertuples()]
        yield numbers(
            f"rate ratio, mid-p, {side}_95, against scipy", sides[f"midp_{side}"], independent,
            departs="the independent answer for the line above",
        )  # fmt: skip


def midp_limit(x1: float, n1: float, x0: float, n0: float, side: str) -> float:
    """A mid-p limit of a rate ratio by scipy's binomial distribution and root finder."""
    seen, other = (x1, x0) if side == "lower" else (x0, x1)
    events = seen + other
    if seen == 0:
        return 0.0 if side == "lower" else np.nan

    def tail(log_odds: float) -> float:
        share = special.expit(log_odds)
        upper = special.betainc(seen + 1, events - seen, share) if seen < events else 0.0
        at = special.betainc(seen, events - seen + 1, share)
        return float(np.log(np.maximum((at + upper) / 2, 1e-300)) - np.log(0.025))

    root = optimize.brentq(tail, special.logit(seen / events * 1e-3), 12.0, xtol=1e-14, rtol=1e-14)
    return float(np.exp(root) * n0 / n1 if side == "lower" else np.exp(-root) * n0 / n1)


def many_tests(cases: Cases, folder: Path) -> Iterator[Outcome]:
    """Adjusted p-values."""
    expected = read(folder, "expected_pvalues")
    if expected is not None and put(cases, folder, "inputs_pvalues"):
        rows = cases.answer("pvalues").merge(expected, on=["set_id", "test_no"])
        yield numbers("Benjamini-Hochberg", rows["q_value"], rows["BH"])


def standardisation(cases: Cases, folder: Path) -> Iterator[Outcome]:
    """Directly and indirectly standardised rates."""
    expected = read(folder, "expected_standardisation")
    if expected is None or not put(cases, folder, "inputs_standardisation"):
        return
    direct = cases.answer("standardised_direct").merge(
        expected[expected["measure"] == "dsr"], on="area_id", suffixes=("", "_expected")
    )
    for ours, theirs in ({"value": "value_expected"} | LEVELS).items():
        yield numbers(f"directly standardised rate, {ours}", direct[ours], direct[theirs])
    yield refused("directly standardised rate", direct[direct["value_expected"].isna()], "value")
    for measure, name, factor in (("israte", "rate", 1000), ("isratio", "ratio", 100)):
        rows = cases.answer("standardised_indirect").merge(
            expected[expected["measure"] == measure], on="area_id"
        )
        yield numbers(f"indirectly standardised {name}, value", factor * rows[name], rows["value"])
        for ours, theirs in LEVELS.items():
            yield numbers(
                f"indirectly standardised {name}, {ours}", factor * rows[f"{name}_{ours}"], rows[theirs]
            )


def quantiles(cases: Cases, folder: Path) -> Iterator[Outcome]:
    """Areas into quantiles."""
    expected = read(folder, "expected_quantiles")
    if expected is not None and put(cases, folder, "inputs_quantiles"):
        rows = cases.answer("quantiles").merge(expected, on=["set_id", "area"], suffixes=("", "_expected"))
        yield numbers("quantiles", rows["quantile"], rows["quantile_expected"])
        yield refused("quantiles", rows[rows["quantile_expected"].isna()], "quantile")


FUNNEL_WORDS = {
    "High (0.001)": "above the 99.8% limit",
    "Low (0.001)": "below the 99.8% limit",
    "High (0.025)": "above the 95% limit",
    "Low (0.025)": "below the 95% limit",
    "Not significant": "within the limits",
}


def funnels(cases: Cases, folder: Path) -> Iterator[Outcome]:
    """Where areas lie on a funnel, and the limits along its axis."""
    inputs = read(folder, "inputs_funnel")
    if inputs is None:
        return
    cases.put("inputs_funnel", inputs)
    expected = read(folder, "expected_funnel_significance")
    if expected is not None:
        rows = cases.answer("funnel_significance").merge(expected, on=["set_id", "area"])
        yield words("funnel, significance", rows["position"], rows["significance"].map(FUNNEL_WORDS))
    limits = read(folder, "expected_funnel_limits")
    if limits is None:
        return
    targets = inputs.groupby("set_id").agg(
        kind=("statistic", "first"),
        x=("numerator", "sum"),
        n=("denominator", "sum"),
        multiplier=("multiplier", "first"),
    )
    targets["target"] = np.where(targets["kind"] == "ratio", 1.0, targets["x"] / targets["n"])
    axis = (
        limits[["set_id", "axis_value"]]
        .merge(targets.reset_index(), on="set_id")
        .rename(columns={"kind": "statistic"})
    )
    cases.put("funnel_axis", axis[["set_id", "axis_value", "statistic", "target"]])
    counts = axis.loc[axis["statistic"] != "proportion", ["axis_value"]].drop_duplicates()
    cases.put("funnel_counts", counts)
    rows = cases.answer("funnel_proportion_limits").merge(limits, on=["set_id", "axis_value"])
    for ours, theirs in (
        ("lower_95", "lower_2s"),
        ("upper_95", "upper_2s"),
        ("lower_998", "lower_3s"),
        ("upper_998", "upper_3s"),
    ):
        yield numbers(f"funnel, proportion, {ours}", rows[ours], rows[f"{theirs}_limit"])
    rows = cases.answer("funnel_count_limits").merge(limits, on=["set_id", "axis_value"])
    rows = rows.merge(targets[["kind", "multiplier"]].reset_index(), on="set_id")
    solver = "OHID's bisection stops at 1e-7; compared with it at 1e-4"
    for ours, theirs in (
        ("upper_95", "lower_2s"),
        ("lower_95", "upper_2s"),
        ("upper_998", "lower_3s"),
        ("lower_998", "upper_3s"),
    ):
        limit = rows["axis_value"] / rows[ours] * rows["target"] * rows["multiplier"]
        yield numbers(f"funnel, rate and ratio, {theirs}", limit, rows[f"{theirs}_limit"], 1e-4, None, solver)
        tail = (
            0.975
            if ours == "upper_95"
            else 0.025
            if ours == "lower_95"
            else 0.999
            if ours == "upper_998"
            else 0.001
        )
        shape = rows["axis_value"] + (1 if "upper" in ours else 0)
        yield numbers(
            f"funnel, exact events, {ours}, against scipy", rows[ours], stats.gamma.ppf(tail, shape),
            departs="the independent answer for the line above",
        )  # fmt: skip


def slopes(cases: Cases, folder: Path) -> Iterator[Outcome]:
    """Slope and relative index of inequality as OHID's phe_sii gives them."""
    expected = read(folder, "expected_sii")
    if expected is None or not put(cases, folder, "inputs_sii"):
        return
    rows = cases.answer("slopes").merge(expected, on="case_id", suffixes=("", "_expected"))
    m, negative = rows["multiplier"], rows["multiplier"] < 0
    failed = rows["status"] == "error"
    yield numbers("SII", rows["sii"] * m, rows["sii_expected"], must_be_null=failed)
    rii = np.where(negative, 1 / rows["rii"], rows["rii"])
    yield numbers("RII", rii, rows["rii_expected"], must_be_null=failed)
    yield refused("SII and RII", rows[failed], "sii")
    low, high = np.where(negative, "upper", "lower"), np.where(negative, "lower", "upper")

    def side(name: str, which: np.ndarray) -> np.ndarray:
        return np.where(which == "lower", rows[f"{name}_lower_95"], rows[f"{name}_upper_95"])

    answers = {
        ("sii", "lower"): side("sii", low) * m,
        ("sii", "upper"): side("sii", high) * m,
        ("rii", "lower"): np.where(negative, 1 / side("rii", low), side("rii", low)),
        ("rii", "upper"): np.where(negative, 1 / side("rii", high), side("rii", high)),
    }
    faulty = (m > 0) & (m < 1)
    for (name, end), ours in answers.items():
        theirs = rows[f"{name}_{end}95_0cl_mean5"]
        width = (rows[f"{name}_upper95_0cl_mean5"] - rows[f"{name}_lower95_0cl_mean5"]).abs()
        keep = ~faulty & ~failed
        label = f"{name.upper()}, {end}_95, beside 100,000 draws (share of the width)"
        yield numbers(label, ours[keep], theirs[keep], 0.01, width[keep])
    inputs = read(folder, "inputs_sii")
    simulated = {
        case: simulate_log_slope(rows_of)
        for case, rows_of in inputs[inputs["case_id"].isin(rows.loc[faulty, "case_id"])].groupby("case_id")
    }
    if simulated:
        chosen = rows[faulty]
        draws = pd.DataFrame(simulated, index=["sii_lower", "sii_upper", "rii_lower", "rii_upper"]).T.loc[
            chosen["case_id"]
        ]
        reason = "phe_sii swaps the limits where 0 < multiplier < 1; compared with 200,000 draws of our own"
        for (name, end), ours in answers.items():
            width = (draws[f"{name}_upper"] - draws[f"{name}_lower"]).to_numpy()
            yield numbers(
                f"{name.upper()}, {end}_95, multiplier below 1 (share of the width)",
                ours[faulty] / (chosen["multiplier"] if name == "sii" else 1.0), draws[f"{name}_{end}"], 0.01, width, reason,
            )  # fmt: skip


def simulate_log_slope(group: pd.DataFrame) -> tuple[float, float, float, float]:
    """Limits of SII and RII on the logarithmic scale by drawing, the middle of the line held."""
    group = group.sort_values("quantile")
    share = (group["population"] / group["population"].sum()).to_numpy()
    rank = share.cumsum() - share / 2
    weight = share * (rank - 0.5) / (share * (rank - 0.5) ** 2).sum()
    value = np.log(group["value"].to_numpy())
    error = np.log((group["upper_cl"] / group["lower_cl"]).to_numpy()) / (2 * Z)
    draws = np.random.default_rng(1).normal(value, error, size=(200_000, len(group))) @ weight
    middle = (share * value).sum()
    sii = np.exp(middle + draws / 2) - np.exp(middle - draws / 2)
    return (*np.percentile(sii, [2.5, 97.5]), *np.percentile(np.exp(draws), [2.5, 97.5]))


def ordered(cases: Cases, folder: Path) -> Iterator[Outcome]:
    """WHO's measures of ordered groups."""
    expected = read(folder, "expected_heq_ordered")
    if expected is None or not put(cases, folder, "inputs_heq_ordered"):
        return
    rows, risk = cases.answer("ordered"), cases.answer("ordered_risk")

    def joined(ours: pd.DataFrame, options: str) -> pd.DataFrame:
        return ours.merge(expected[expected["options"] == options], on="case_id")

    for options, name in (
        ("aci default", "aci"), ("rci default", "rci"),
        ("rci wagstaff lmin=0 lmax=scale", "wagstaff"), ("rci erreygers lmin=0 lmax=scale", "erreygers"),
    ):  # fmt: skip
        both = joined(rows, options)
        for ours, theirs in (
            ("", "estimate"),
            ("_se", "se"),
            ("_lower_95", "lowerci"),
            ("_upper_95", "upperci"),
        ):
            yield numbers(f"concentration index, {name}{ours}", both[name + ours], both[theirs])
    differentiated = "healthequal differentiates by steps, to about 1e-6; compared with it at 1e-5"
    for options, name in (("sii linear", "scatter_sii"), ("rii linear", "scatter_rii")):
        both = joined(rows, options)
        failed = both["status"] == "error"
        yield numbers(f"{options} (WHO)", both[name], both["estimate"], must_be_null=failed)
        for ours, theirs in (("_lower_95", "lowerci"), ("_upper_95", "upperci")):
            yield numbers(
                f"{options} (WHO){ours}", both[name + ours], both[theirs], 1e-5, None, differentiated, failed
            )
        yield refused(f"{options} (WHO)", both[failed], name, "limits_reason")
    both = joined(risk, "par ordered")
    for ours, theirs in (("par", "estimate"), ("par_lower_95", "lowerci"), ("par_upper_95", "upperci")):
        yield numbers(f"PAR of ordered groups, {ours}", both[ours], both[theirs])
    both = joined(risk, "paf ordered")
    yield numbers("PAF of ordered groups", both["paf"], both["estimate"])
    reason = "healthequal's standard error is a share beside an estimate in percent"
    ours, theirs = risk["paf_se"], [100 * paf_se_by_steps(row) for row in risk.itertuples()]
    yield numbers(
        "PAF of ordered groups, se, against numerical differentiation", ours, theirs, 1e-5, None, reason
    )
    inputs = read(folder, "inputs_heq_ordered")
    logit = inputs.assign(share=inputs["est"] / inputs["scaleval"])
    whole = logit.groupby("case_id")["share"].transform(lambda s: ((s > 0) & (s < 1)).all())
    logit = logit[whole]
    cases.put(
        "inputs_logit_slopes",
        pd.DataFrame({
            "case_id": logit["case_id"], "rank": logit["subgroup_order"], "population": logit["pop"],
            "value": np.log(logit["share"] / (1 - logit["share"])), "se": logit["se"],
        }),
    )  # fmt: skip
    answered = cases.answer("logit_slopes").set_index("case_id")
    independent = {case: logit_slope(group) for case, group in logit.groupby("case_id")}
    reason = "healthequal's logit fit weighs by population twice; ours is the plain weighted line, against numpy's least squares"
    for position, name in enumerate(("sii", "rii")):
        yield numbers(
            f"{name} logit",
            answered[name],
            [independent[case][position] for case in answered.index],
            departs=reason,
        )


def logit_slope(group: pd.DataFrame) -> tuple[float, float]:
    """SII and RII per 1 from numpy's weighted least squares on logits."""
    group = group.sort_values("subgroup_order")
    share = (group["pop"] / group["pop"].sum()).to_numpy()
    rank = share.cumsum() - share / 2
    value = np.log(group["share"] / (1 - group["share"])).to_numpy()
    root = np.sqrt(share)
    line = np.linalg.lstsq(np.c_[np.ones_like(rank), rank] * root[:, None], value * root, rcond=None)[0]
    first, last = special.expit(line[0]), special.expit(line.sum())
    return last - first, last / first


def paf_se_by_steps(row: object) -> float:
    """Standard error of PAF by the delta method on a multinomial two by two table, derivatives by steps."""
    x, n, all_x, all_n = row.last_x, row.last_n, row.all_x, row.all_n
    if all_x <= 0 or n <= 0:
        return np.nan
    cells = np.array([all_x - x, (all_n - n) - (all_x - x), x, n - x]) / all_n

    def fraction(p: np.ndarray) -> float:
        return (p[2] / (p[2] + p[3]) - (p[0] + p[2])) / (p[0] + p[2])

    gradient = optimize.approx_fprime(cells, fraction, 1e-8)
    return float(np.sqrt(max(0.0, (gradient**2 @ cells - (gradient @ cells) ** 2) / all_n)))


def unordered(cases: Cases, folder: Path) -> Iterator[Outcome]:
    """WHO's measures of groups without an order."""
    expected, inputs = read(folder, "expected_heq_nonordered"), read(folder, "inputs_heq_nonordered")
    if expected is None or inputs is None:
        return
    inputs["position"] = inputs.groupby("case_id").cumcount() + 1
    cases.put("inputs_heq_nonordered", inputs)
    rows = cases.answer("unordered")

    def joined(options: str) -> pd.DataFrame:
        theirs = expected[expected["options"] == options].drop_duplicates("case_id")
        return rows.merge(theirs, on="case_id")

    for options, name in (
        ("bgv default", "bgv"), ("bgsd sim=100", "bgsd"), ("covar sim=100", "cov"),
        ("idisu sim=100", "idis_unweighted"), ("idisw sim=100", "idis_weighted"),
        ("mdmu sim=100", "mdm_unweighted"), ("mdmw sim=100", "mdm_weighted"), ("mdbu sim=100", "mdb_unweighted"),
        ("mdbw sim=100", "mdb_weighted"), ("mdru sim=100", "mdr_unweighted"), ("mdrw sim=100", "mdr_weighted"),
        ("par non-ordered", "par"), ("paf non-ordered", "paf"),
        ("d no reference", "range_difference"), ("r no reference", "range_ratio"),
    ):  # fmt: skip
        both = joined(options)
        yield numbers(f"{name} (WHO)", both[name], both["estimate"])
        if name in ("bgv", "par"):
            yield numbers(f"{name} (WHO), se", both[f"{name}_se"], both["se"])
        if name in ("bgv", "par", "range_difference", "range_ratio"):
            yield numbers(f"{name} (WHO), lower_95", both[f"{name}_lower_95"], both["lowerci"])
    whole = inputs.groupby("case_id")["est"].min() > 0
    for options, name in (("ti default", "theil"), ("mld default", "mld")):
        both = joined(options)
        both = both[both["case_id"].map(whole)]
        yield numbers(f"{name} (WHO), groups that all have events", both[name], both["estimate"])
    by_case = {case: entropy(group) for case, group in inputs.groupby("case_id")}
    independent = pd.DataFrame(by_case, index=["theil", "theil_se", "mld", "mld_se"]).T.loc[rows["case_id"]]
    scale_slip = "healthequal's standard error is 1,000 times too small; against numerical differentiation"
    for name in ("theil_se", "mld_se"):
        yield numbers(f"{name}", rows[name], independent[name], 1e-5, None, scale_slip)
    empty = ~rows["case_id"].map(whole).to_numpy()
    yield numbers(
        "theil, a group without events", rows["theil"][empty], independent["theil"].to_numpy()[empty],
        departs="healthequal puts 0.000001 for zero; 0 ln 0 is 0",
    )  # fmt: skip
    yield numbers(
        "mld, a group without events is refused", rows["mld"][empty], np.full(empty.sum(), np.nan),
        departs="healthequal's answer hangs on the 0.000001 it puts for zero; ours is NULL with a reason",
    )  # fmt: skip


def entropy(group: pd.DataFrame) -> tuple[float, float, float, float]:
    """Theil's index and mean log deviation times 1,000, standard errors by differentiation in steps."""
    share = (group["pop"] / group["pop"].sum()).to_numpy()
    value, error = group["est"].to_numpy(), group["se"].to_numpy()
    mean = (share * value).sum()
    if mean <= 0:
        return np.nan, np.nan, np.nan, np.nan

    def theil(y: np.ndarray) -> float:
        ratio = y / (share * y).sum()
        return 1000 * float((share * special.xlogy(ratio, ratio)).sum())

    def mld(y: np.ndarray) -> float:
        return -1000 * float((share * np.log(y / (share * y).sum())).sum())

    if value.min() <= 0:
        return theil(value), np.nan, np.nan, np.nan
    step = 1e-6 * value
    both = []
    for measure in (theil, mld):
        slopes = [
            (measure(value + step * unit) - measure(value - step * unit)) / (2 * step[i])
            for i, unit in enumerate(np.eye(len(value)))
        ]
        both += [measure(value), float(np.sqrt(((np.array(slopes) * error) ** 2).sum()))]
    return tuple(both)


XMR_WORDS = {
    ("outside limits", 1): "Above UCL", ("outside limits", -1): "Below LCL",
    ("trend", 1): "7 Point Trend (Increasing)", ("trend", -1): "7 Point Trend (Decreasing)",
    ("two in three", 1): "2 in 3 Above CL", ("two in three", -1): "2 in 3 Below CL",
    ("shift", 1): "7 Points Above CL", ("shift", -1): "7 Points Below CL",
}  # fmt: skip


def control_charts(cases: Cases, folder: Path) -> Iterator[Outcome]:
    """XmR charts: limits, rules and icons."""
    inputs, series = read(folder, "inputs_xmr"), read(folder, "inputs_xmr_series")
    expected = read(folder, "expected_xmr_points")
    if inputs is None or series is None or expected is None:
        return
    points = inputs.merge(series, on="series_id")
    starts = points["rebase_date"].fillna("9999-12-31")
    points["rebase_group"] = (points["date"] >= starts).astype(int)
    cases.put("inputs_xmr", points)
    cases.put("inputs_xmr_series", series)
    rows = cases.answer("xmr_points").rename(columns={"xmr_moment": "date"})
    rows = rows.merge(expected, on=["series_id", "date"])
    for ours, theirs in (
        ("mean_value", "mean"),
        ("lower_limit", "lpl"),
        ("upper_limit", "upl"),
        ("xmr_segment", "rebase_group"),
        ("side", "relative_to_mean"),
    ):
        yield numbers(f"XmR, {ours}", rows[ours], rows[theirs])
    rule = [XMR_WORDS.get(pair, "Common Cause") for pair in zip(rows["rule"], rows["direction"], strict=True)]
    yield words("XmR, rule of each point", pd.Series(rule), rows["special_cause_type"])
    icons = read(folder, "expected_xmr_icons")
    if icons is not None:
        both = cases.answer("xmr_icons").merge(icons, on="series_id", suffixes=("", "_expected"))
        yield words("XmR, variation icon", both["variation_icon"], both["variation_icon_expected"])
        known = both.merge(rows.groupby("series_id")["upper_limit"].last(), on="series_id")
        known = known[known["upper_limit"].notna()]
        yield words("XmR, assurance icon", known["assurance_icon"], known["assurance_icon_expected"])
        flat = both[~both["series_id"].isin(known["series_id"])]
        yield Outcome(
            "XmR, assurance icon of a series without limits is refused", len(flat), int(flat["assurance_icon"].notna().sum()), 0.0,
            "NHSRplotthedots gives an icon for a series that never changes, beside limits that are NA",
        )  # fmt: skip


MARKER_WORDS = {
    "Increasing": "increasing",
    "Decreasing": "decreasing",
    "No significant change": "no clear change",
}


def trends(cases: Cases, folder: Path) -> Iterator[Outcome]:
    """Cochran-Armitage trends and Fingertips' marker."""
    if not put(cases, folder, "inputs_trend"):
        return
    expected, markers = read(folder, "expected_trend"), read(folder, "expected_trend_markers")
    recent = cases.answer("trend_markers")
    if expected is not None:
        rows = cases.answer("trends").merge(expected, on="series_id", suffixes=("", "_expected"))
        yield numbers("Cochran-Armitage, chi-squared", rows["statistic"], rows["chisq_trend"])
        yield numbers("Cochran-Armitage, p-value", rows["p_value"], rows["p_value_expected"])
        rows = recent.merge(expected, on="series_id")
        yield numbers("Cochran-Armitage, last five years", rows["statistic"], rows["last5_chisq"])
    if markers is None:
        return
    rows = recent.merge(markers, on="series_id", suffixes=("", "_expected"))
    answered = rows[rows["status"] == "ok"]
    yield words("trend marker", answered["marker"], answered["recent_trend"].map(MARKER_WORDS))
    failed = rows[rows["status"] == "error"]
    yield refused("trend marker", failed[failed["points"] < 5], "marker")
    inputs = read(folder, "inputs_trend")
    zero = failed[failed["points"] >= 5]
    independent = [
        armitage(inputs[inputs["series_id"] == series].sort_values("year").tail(5))
        for series in zero["series_id"]
    ]
    yield numbers(
        "trend marker, a year with no events", zero["statistic"], independent,
        departs="the unreleased marker fails on a zero count; the test itself is defined, against numpy",
    )  # fmt: skip


def armitage(group: pd.DataFrame) -> float:
    """Cochran-Armitage statistic from its textbook form."""
    x, n, t = (group[name].to_numpy(float) for name in ("numerator", "denominator", "year"))
    overall = x.sum() / n.sum()
    centre = (n * t).sum() / n.sum()
    score = ((x - n * overall) * (t - centre)).sum()
    return score**2 / (overall * (1 - overall) * (n * (t - centre) ** 2).sum())


FAMILIES: dict[str, Callable[[Cases, Path], Iterator[Outcome]]] = {
    "intervals": single_groups,
    "two groups": two_groups,
    "many tests": many_tests,
    "standardisation": standardisation,
    "quantiles": quantiles,
    "funnels": funnels,
    "slopes": slopes,
    "ordered groups": ordered,
    "unordered groups": unordered,
    "control charts": control_charts,
    "trends": trends,
}

NOT_OFFERED = (
    "Clopper-Pearson, Agresti-Coull and Jeffreys limits: Wilson's hold at 0 and n and are the field's default",
    "score, Agresti-Caffo and Wald differences and score ratios: Newcombe's and the log ratio are the ones used",
    "small-sample risk ratio, median-unbiased rate ratio, odds ratio, differences of rates: no figure of the audit uses them",
    "Benjamini-Yekutieli, Holm and Bonferroni: the audit adjusts by Benjamini-Hochberg",
    "healthequal's simulated limits (100 draws, truncated): not reproducible outside R's generator",
    "healthequal's d and r against a fixed reference: that comparison is a row a group of fct_equity_gap",
)
