"""The registers that actions are drafted from: what a row must say, and that every row can be used."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pandas as pd
import pytest

from tests.conftest import PROJECT

WORDS = re.compile(r"\b(BAME|BME|non-white|deprived (?:people|women|babies))\b", re.IGNORECASE)
KINDS = {"equity gap", "access gap", "data-quality gap", "consistency gap", "evidence gap", "too few to tell"}
# checks of fct_finding that are neither a metric nor a topic
CHECKS = {
    "valid and stated", "usable postcode", "withheld by the publisher: Low DQ", "withheld by the publisher: DNS",
    "absent from the monthly publication", "community asset",
}  # fmt: skip
REGISTERS = ("interventions", "ambitions", "action_evidence", "priorities")


def seed(name: str) -> pd.DataFrame:
    return pd.read_csv(PROJECT / "seeds" / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.mark.parametrize("name", REGISTERS)
def test_what_was_read_says_where_and_words_are_those_of_the_field(name: str) -> None:
    rows = seed(name)
    for row in rows.itertuples():
        address = urlsplit(row.source_url)
        if row.verification != "unverified" or row.source_url:
            assert address.scheme == "https" and address.hostname, row
        for text in row[1:]:
            assert not WORDS.search(text), row


def test_a_checked_row_says_when_and_an_unchecked_one_claims_nothing() -> None:
    for row in seed("interventions").itertuples():
        assert bool(row.checked_on) == bool(row.checked_by) == (row.verification != "unverified"), row.ref
        assert bool(row.indicator_text) == bool(row.indicator_verification), row.ref
        # a number in the guidance is a claim about its text
        assert not row.number_in_guidance or row.verification == "verified", row.ref
    for name in ("ambitions", "action_evidence"):
        for row in seed(name).itertuples():
            assert bool(row.checked_on) == (row.verification != "unverified"), row[1]


def test_every_metric_belongs_to_an_intervention_of_the_register() -> None:
    assert set(seed("metrics")["intervention"]) <= set(seed("interventions")["ref"])


def test_every_recommendation_can_be_drafted() -> None:
    rows, metrics, staff = seed("action_evidence"), seed("metrics"), seed("staff_measures")
    known = (
        set(seed("evidence_topics")["topic"]) | set(metrics["metric_id"]) | set(metrics["domain"]) | CHECKS
        | set(staff["measure_id"]) | {"staff"}
    )  # fmt: skip
    assert set(rows["about"]) - known == {""}
    assert set(rows["finding_kind"]) == KINDS | {"any"}
    assert set(rows.loc[rows["about"] == "", "finding_kind"]) == KINDS | {"any"}


def test_a_recommendation_without_a_citation_is_a_local_idea_and_the_mnvp_is_always_a_partner() -> None:
    for row in seed("action_evidence").itertuples():
        assert (row.strength == "local idea") == (row.citation == ""), row.evidence_ref
        assert row.strength != "local idea" or row.verification == "unverified", row.evidence_ref
        assert row.partner_roles.startswith("Maternity and Neonatal Voices Partnership"), row.evidence_ref
        assert row.stop_rule.startswith(("Stop", "Pause")), row.evidence_ref


def test_an_ambition_with_a_number_has_a_basis_and_its_dates_in_order() -> None:
    for row in seed("ambitions").itertuples():
        assert row.basis, row.ambition_id
        assert not row.value or float(row.value) > 0, row.ambition_id
        assert not (row.valid_from and row.valid_to) or row.valid_from < row.valid_to, row.ambition_id
