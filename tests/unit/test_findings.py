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


def test_a_hidden_gap_shows_no_number() -> None:
    row = FINDING | findings(Builder()).iloc[0].to_dict() | {"difference": None, "excess_number": None}
    sentence = in_words(pd.DataFrame([row]))["sentence"].item()
    assert sentence.endswith("whose figures are hidden because they are small (April 2025).")
    assert "10.0" not in sentence
