"""Findings in words: every kind has a sentence, an owner and a name, and claims no more than its columns."""

from __future__ import annotations

import pandas as pd
import pytest

from orchestration.outputs import wording as say
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


def test_a_gap_of_a_system_says_of_how_many_providers_it_is() -> None:
    note = "From the records of 1 of the 3 providers of this system, which have 26% of the babies born in the published counts."
    rows = findings(Builder())
    gap = rows[rows["kind"] == "equity gap"].assign(coverage_note=note)
    assert in_words(gap)["sentence"].iloc[0].endswith(f"(95% interval 22 to 38). {note}")


def test_an_evidence_gap_names_item_and_holder_and_claims_nothing(told: pd.DataFrame) -> None:
    sentence = told.loc["evidence gap", "sentence"]
    assert "no gap is claimed and none is ruled out" in sentence
    assert (
        "the length of pregnancy at birth" in sentence and "the local data set “Maternity birth”" in sentence
    )
    assert "_" not in sentence, "names of fields and tables are no words"
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
        "are too few staff or the counts are not in the file (the local data set “Workforce”). No gap is claimed and none is ruled out."
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


def evidence(**cells: object) -> str:
    row = findings(Builder()).set_index("kind", drop=False).loc["evidence gap"].to_dict() | cells
    return str(in_words(pd.DataFrame([row]))["sentence"].item())


def test_a_gap_in_evidence_does_not_ask_for_what_was_supplied() -> None:
    hidden = evidence(held_locally="hidden")
    assert hidden.endswith(
        "Local records hold the length of pregnancy at birth beside the ethnic category, but the numbers of each group are so "
        "small that they are hidden; more years together may show them."
    )
    received = evidence(held_locally="received")
    assert "The local data set “Maternity birth” was received, but gave no figure of it" in received
    for sentence in (hidden, received):
        assert "hold (" not in sentence and "has it yet" not in sentence


def test_a_name_keeps_its_capitals_and_takes_no_article() -> None:
    sentence = evidence(holder="NHS England and the Office for National Statistics", data_set=None)
    assert "which NHS England and the Office" in sentence


CHECK = FINDING | {
    "kind": "data-quality gap", "tier": 3, "source_id": "local", "organisation_level": "supplier", "organisation_code": "RWE",
    "organisation_name": "Testshire Hospitals", "owner_role": "provider", "check_decimals": 0, "check_numerator": 195.0, "check_denominator": 420.0,
    "value": 0.4642857,
}  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (
            {"subject": "valid and stated", "item": "Neonatal admissions: ethnic category of the baby",
             "organisation_level": "hospital", "organisation_code": "RWE02"},
            "Testshire Hospitals, hospital RWE02: the ethnic category of the baby is stated in 46% of admissions to neonatal "
            "care (195 of 420; April 2025). A gap can only be seen where this is recorded.",
        ),
        (
            {"subject": "known", "item": "Births: Tear", "figures": 3},
            "Testshire Hospitals (RWE): the tear is known in 46% of births (195 of 420; April 2025). 2 more checks of this kind "
            "need attention.",
        ),
        (
            {"subject": "linked to a booking, Mixed", "item": "Births"},
            "Testshire Hospitals (RWE): 46% of births to women in the group “Mixed” could be linked to a booking (195 of 420; "
            "April 2025).",
        ),
        (
            {"subject": "same baby's ethnic category as in the birth record", "item": "Neonatal admissions"},
            "Testshire Hospitals (RWE): 46% of linked admissions to neonatal care have the same baby's ethnic category as in the "
            "birth record (195 of 420; April 2025).",
        ),
        (
            {"subject": "beside the published count", "item": "Babies born (local records)"},
            "Testshire Hospitals (RWE): Babies born (local records): 195, where 420 are published. The two should agree within "
            "rounding and 5% (April 2025).",
        ),
        (
            {"subject": "share beside that of residents: 2", "item": "Deprivation mix of women booked (local records)", "value": 2.7814},
            "Testshire Hospitals (RWE): Deprivation mix of women booked (local records), the second most deprived fifth of areas: "
            "2.8 times their share of residents (195 of 420; April 2025).",
        ),
    ],
)  # fmt: skip
def test_a_check_of_local_records_says_whom_it_is_about_and_has_its_number(cells: dict, says: str) -> None:
    assert in_words(pd.DataFrame([CHECK | cells]))["sentence"].item() == says


def test_a_difference_of_one_is_a_percentage_point() -> None:
    assert say.difference(1.0, 0, "%") == "1 percentage point"
    assert say.difference(1.0, 1, "%") == "1.0 percentage points"
    assert say.difference(-1.0, 0, "%") == "−1 percentage point"
    assert say.difference(1.0, 0, "per 1,000") == "1 per 1,000"


def test_items_and_data_sets_are_words() -> None:
    assert say.item_name("msds.TotalBookings") == "Total bookings"
    assert say.item_name("Births: Tear") == "Births: Tear"
    assert (
        say.check_name("absent from local__maternity_booking")
        == "absent from the local data set “Maternity booking”"
    )
    assert say.check_name("absent from msds_monthly__dq") == "absent from the monthly publication"
    assert say.check_name("valid and stated") == "valid and stated"


LOCAL_GAP = FINDING | findings(Builder()).iloc[0].to_dict() | {
    "source_id": "local", "decimals": 1, "reference_decimals": 0, "difference_decimals": 0, "protection": "p 1", "value": 5.3,
    "reference_value": 2.0, "difference": 3.0, "difference_lower_95": 2.0, "difference_upper_95": 4.0,
}  # fmt: skip


def test_each_side_of_a_protected_gap_has_the_decimals_that_its_own_people_can_bear() -> None:
    sentence = in_words(pd.DataFrame([LOCAL_GAP]))["sentence"].item()
    assert "5.3% for Asian or Asian British, 2% for White" in sentence
    assert "worse by 3 percentage points (95% interval 2 to 4)" in sentence


def test_a_ratio_of_protected_counts_has_two_significant_figures_and_a_published_one_two_decimals() -> None:
    assert say.ratio({"ratio": 1.2345, "is_protected": True}) == "1.2"
    assert say.ratio({"ratio": 12.345, "protection": "p 1"}) == "12"
    assert say.ratio({"ratio": 0.01, "protection": "p 1"}) == "0.01"
    assert say.ratio({"ratio": 1.2345, "protection": None}) == "1.23"
    assert say.ratio({"ratio": None, "protection": "p 1"}) == ""


def test_a_rounded_number_is_the_one_that_is_written() -> None:
    for value in (12.5, 0.05, 1234.567, -3.25):
        assert f"{say.rounded(value, 1):,.1f}".replace("-", "−") == say.number(value, 1)
    assert say.rounded(2.347, None) == 2.3
