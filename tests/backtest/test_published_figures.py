"""Figures in the pack against the published files, read by a few lines of pandas that share nothing
with the pipeline."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

DATA = "msds_monthly/msds-feb2025-exp-data.xlsx"
MEASURES = "derived/msds-apr2025Provisional-exp-measures.reconstructed.csv"
SYSTEMS = ["QK1", "QOP", "QMF", "QHL", "QT6"]
RATES = {
    "CQIMApgar": "cqim_apgar",
    "CQIMPPH": "cqim_pph",
    "CQIMPreterm": "cqim_preterm",
    "CQIMTears": "cqim_tears",
    "CQIMBreastfeeding": "cqim_breastfeeding",
    "CQIMSmokingBooking": "cqim_smoking_booking",
    "CQIMSmokingDelivery": "cqim_smoking_delivery",
    "CQIMRobson01": "cqim_robson_01",
    "CQIMVBAC": "cqim_vbac",
    "COC_by_28weeks": "coc_by_28_weeks",
    "COC_receiving_ongoing": "coc_receiving",
}
PARTS = {
    "booking_by_10_weeks": (
        "GestAgeFormalAntenatalBookingGroup",
        ["0 to 70 days"],
        ["0 to 70 days", "71 to 90 days", "91 to 140 days", "141+ days"],
    ),
    "smoking_booking": (
        "SmokingStatusGroupBooking",
        ["Smoker"],
        ["Smoker", "Non-Smoker / Ex-Smoker"],
    ),
    "preterm": ("GestationLengthBirthGroup37", ["<37 weeks"], ["<37 weeks", ">=37 weeks"]),
    "breast_milk_first_feed": (
        "BabyFirstFeedBreastMilkStatus",
        ["Maternal or Donor Breast Milk"],
        ["Maternal or Donor Breast Milk", "Not Breast Milk"],
    ),
}


def pack(output: Path, system: str) -> pd.DataFrame:
    path = output / "editions" / "latest" / system / "data" / "metric_values.csv"
    return pd.read_csv(path, dtype={"group_code": str, "organisation_code": str})


def one(frame: pd.DataFrame, **conditions: object) -> pd.Series:
    for column, value in conditions.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1, (conditions, len(frame))
    return frame.iloc[0]


def at_system(output: Path, system: str) -> pd.DataFrame:
    frame = pack(output, system)
    return frame[(frame["organisation_level"] == "lmns") & (frame["organisation_code"] == system)]


@pytest.fixture(scope="module")
def data_file(published_files: Path) -> pd.DataFrame:
    frame = pd.read_excel(published_files / DATA, dtype=str, engine="calamine")
    frame["Final_value"] = frame["Final_value"].astype(float)
    return frame


@pytest.fixture(scope="module")
def measures_file(published_files: Path) -> pd.DataFrame:
    return pd.read_csv(published_files / MEASURES, dtype=str)


def test_every_system_has_a_folder(published_output: Path) -> None:
    edition = published_output / "editions" / "latest"
    systems = [path for path in edition.iterdir() if (path / "audit.html").exists()]
    assert len(systems) == 42
    for folder in systems:
        assert (folder / "data" / "metric_values.csv").stat().st_size > 0
        assert (folder / "data" / "equity_gaps.csv").stat().st_size > 0


@pytest.mark.parametrize(
    ("group", "count"),
    [("WHITE", 485), ("ASIAN", 310), ("BLACK", 65), ("MIXED", 30), ("OTHER", 25), ("NOT_STATED", 25)],
)
def test_llr_bookings_by_ethnic_group(published_output: Path, group: str, count: int) -> None:
    row = one(
        at_system(published_output, "QK1"),
        metric_id="bookings_share",
        dimension="ethnicity",
        group_code=group,
        period_start="2025-02-01",
    )
    assert row["numerator"] == count
    assert row["denominator"] == 940
    assert row["release"] == "final"


@pytest.mark.parametrize(("metric", "value"), [("bookings", 940), ("deliveries", 700)])
def test_llr_counts(published_output: Path, metric: str, value: int) -> None:
    row = one(
        at_system(published_output, "QK1"), metric_id=metric, dimension="total", period_start="2025-02-01"
    )
    assert row["value"] == value


def test_england_deliveries(published_output: Path) -> None:
    row = one(at_system(published_output, "QK1"), metric_id="deliveries", dimension="total")
    assert row["england_value"] == 39675


@pytest.mark.parametrize(
    ("metric", "numerator", "denominator", "value"),
    [
        ("coc_by_28_weeks", 15, 860, 1.7),
        ("cqim_preterm", 50, 775, 65),
        ("cqim_tears", 40, 1040, 38),
    ],
)
def test_llr_measures(
    published_output: Path, metric: str, numerator: int, denominator: int, value: float
) -> None:
    row = one(
        at_system(published_output, "QK1"),
        metric_id=metric,
        dimension="total",
        period_end="2025-04-30",
    )
    assert (row["numerator"], row["denominator"], row["value"]) == (numerator, denominator, value)
    assert row["release"] == "provisional"


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("indicator", RATES)
def test_published_rates(
    published_output: Path, measures_file: pd.DataFrame, system: str, indicator: str
) -> None:
    rows = measures_file[
        (measures_file["Org_Level"] == "Local Maternity System")
        & (measures_file["Org_Code"] == system)
        & (measures_file["Indicator"] == indicator)
    ].set_index("Currency")["Value"]
    mine = at_system(published_output, system)
    row = one(mine, metric_id=RATES[indicator], dimension="total")
    assert row["numerator"] == float(rows["Numerator"])
    assert row["denominator"] == float(rows["Denominator"])
    rate = rows.get("Rate", rows.get("Rate per Thousand"))
    if rate in ("*", "Low DQ", "DNS"):
        assert row["mark"] == rate
        assert pd.isna(row["value"])
    else:
        assert row["value"] == float(rate)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("metric", PARTS)
def test_shares_from_counts(
    published_output: Path, data_file: pd.DataFrame, system: str, metric: str
) -> None:
    dimension, above, below = PARTS[metric]
    counts = (
        data_file[
            (data_file["Org_Level"] == "Local Maternity System")
            & (data_file["Org_Code"] == system)
            & (data_file["Dimension"] == dimension)
        ]
        .set_index("Measure")["Final_value"]
        .to_dict()
    )
    numerator = sum(counts.get(label, 0) for label in above)
    denominator = sum(counts.get(label, 0) for label in below)
    row = one(at_system(published_output, system), metric_id=metric, dimension="total")
    assert row["numerator"] == numerator
    assert row["denominator"] == denominator
    assert row["value"] == pytest.approx(100 * numerator / denominator, rel=1e-9)
    assert row["lower_95"] <= row["value"] <= row["upper_95"]


@pytest.mark.parametrize("system", SYSTEMS)
def test_bookings_by_decile(published_output: Path, data_file: pd.DataFrame, system: str) -> None:
    counts = data_file[
        (data_file["Org_Level"] == "Local Maternity System")
        & (data_file["Org_Code"] == system)
        & (data_file["Dimension"] == "DeprivationDecileAtBooking")
    ]
    mine = at_system(published_output, system)
    mine = mine[(mine["metric_id"] == "bookings_share") & (mine["dimension"] == "deprivation")]
    published = {
        label[:2].strip(" -"): value
        for label, value in zip(counts["Measure"], counts["Final_value"], strict=True)
    }
    for decile in range(1, 11):
        label = str(decile)
        value = published.get(label, published.get(f"{decile:02d}", 0))
        found = mine.loc[mine["group_code"] == f"D{decile:02d}", "numerator"]
        assert (found.iloc[0] if len(found) else 0) == value


def test_two_copies_of_one_release_agree(published_files: Path) -> None:
    """The Excel re-save and its repaired CSV hold the same values."""
    csv = pd.read_csv(published_files / "derived/msds-feb2025-exp-data.reconstructed.csv", dtype=str)
    xlsx = pd.read_excel(published_files / DATA, dtype=str, engine="calamine")
    assert csv["Final_value"].astype(float).tolist() == xlsx["Final_value"].astype(float).tolist()
    assert csv["Org_Code"].tolist() == xlsx["Org_Code"].tolist()
