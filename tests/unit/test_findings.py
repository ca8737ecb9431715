"""Findings in words: every kind has a sentence, an owner and a name, and claims no more than its columns."""

from __future__ import annotations

import pandas as pd
import pytest

from orchestration.outputs.findings import in_words
from tests.page_data import FINDING, Builder, findings


@pytest.fixture(scope="module")
def told() -> pd.DataFrame:
    return in_words(findings(Builder())).set_index("kind")


def test_a_gap_names_groups_interval_and_excess(told: pd.DataFrame) -> None:
    assert told.loc["equity gap", "sentence"] == (
        "Continuity of carer by 28 weeks: 10.0% for Asian or Asian British, 25.0% for White (April 2025). That is worse by "
        "15.0 percentage points (95% interval 11.0 to 19.0). At the rate of the comparison there would have been about 30 "
        "more (95% interval 22 to 38)."
    )
    assert told.loc["equity gap", "owner"].startswith("Testshire Local Maternity and Neonatal System")


def test_an_evidence_gap_names_item_and_holder_and_claims_nothing(told: pd.DataFrame) -> None:
    sentence = told.loc["evidence gap", "sentence"]
    assert "no gap is claimed and none is ruled out" in sentence
    assert "gestation_at_birth_days" in sentence and "local__maternity_birth" in sentence
    assert told.loc["evidence gap", "owner"] == "Maternity information systems of the providers"
    assert told.loc["evidence gap", "title"] == "Preterm birth, by ethnic group"


def test_too_few_says_how_many_years_it_would_take(told: pd.DataFrame) -> None:
    assert "about 3 years of data" in told.loc["too few to tell", "sentence"]


def test_quality_and_consistency_say_where(told: pd.DataFrame) -> None:
    assert told.loc["data-quality gap", "sentence"].startswith("Testshire (RWE): 80.0% of women booked have")
    assert "3 counts" in told.loc["consistency gap", "sentence"]


STAFF = FINDING | {
    "kind": "equity gap", "tier": 4, "subject": "appointed all all", "staff_measure_id": "appointed",
    "metric_name": "Appointed from shortlisting", "unit": "%", "decimals": 0, "polarity": "high", "dimension": "ethnicity",
    "group_name": "All other ethnic groups combined", "reference_kind": "white staff", "reference_group_name": "White",
    "organisation_code": "RWE", "organisation_name": "Testshire", "owner_role": "provider", "period_label": "2025-26",
    "value": 12.0, "reference_value": 24.0, "difference": -12.0, "difference_lower_95": -17.0, "difference_upper_95": -6.0,
    "band_name": "All bands", "ratio": 1.95, "ratio_lower_95": 1.31, "ratio_upper_95": 2.93,
    "direction": "Above 1: White applicants are likelier to be appointed.",
}  # fmt: skip


def test_a_gap_among_staff_says_staff_and_which_way_the_ratio_stands() -> None:
    row = in_words(pd.DataFrame([STAFF])).iloc[0]
    assert row["title"] == "Staff: Appointed from shortlisting: All other ethnic groups combined"
    assert row["owner"] == "Testshire (RWE)"
    assert row["sentence"] == (
        "Appointed from shortlisting (staff, Testshire (RWE), 2025-26): 12% of All other ethnic groups combined, 24% of White "
        "staff. That is worse by 12 percentage points (95% interval 6 to 17). Ratio 1.95 (95% interval 1.31 to 2.93). Above 1: "
        "White applicants are likelier to be appointed."
    )


def test_what_staff_records_cannot_judge_names_the_indicators_and_claims_nothing() -> None:
    row = STAFF | {
        "kind": "evidence gap", "subject": "staff indicators", "staff_measure_id": None, "metric_name": None, "item": "3, 9",
        "figures": 2, "data_set": "local__workforce", "holder": "Workforce teams of the providers",
    }  # fmt: skip
    told = in_words(pd.DataFrame([row])).iloc[0]
    assert told["title"] == "Staff: indicators that cannot be judged, Testshire (RWE)"
    assert told["sentence"] == (
        "Staff, Testshire (RWE): indicators 3, 9 of the Workforce Race Equality Standard cannot be judged (2025-26), since there "
        "are too few staff or the counts are not in the file (data set local__workforce). No gap is claimed and none is ruled out."
    )


def test_a_band_of_staff_is_held_against_all_bands_and_few_staff_show_no_number() -> None:
    band = STAFF | {
        "metric_name": "Share of staff", "reference_kind": "all bands", "band_name": "Band 7", "ratio": None, "direction": "Fewer.",
    }  # fmt: skip
    hidden = STAFF | {"value": None, "reference_value": None, "difference": None}
    told = in_words(pd.DataFrame([band, hidden]))
    assert told["title"][0] == "Staff: Share of staff, Band 7: All other ethnic groups combined"
    assert told["sentence"][0].startswith(
        "Share of staff, Band 7 (staff, Testshire (RWE), 2025-26): All other ethnic groups combined are 12% here, and 24% of "
        "staff of all bands."
    )
    assert "Ratio" not in told["sentence"][0]
    assert told["sentence"][1].endswith("whose figures are hidden because they are small.")
    assert "12" not in told["sentence"][1]


def test_a_hidden_gap_shows_no_number() -> None:
    row = FINDING | findings(Builder()).iloc[0].to_dict() | {"difference": None, "excess_number": None}
    sentence = in_words(pd.DataFrame([row]))["sentence"].item()
    assert sentence.endswith("whose figures are hidden because they are small (April 2025).")
    assert "10.0" not in sentence
