"""The seed of national facts: what each row must say, and that rates of different basis stay apart."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pandas as pd
import pytest

from tests.conftest import PROJECT

WORDS = re.compile(r"\b(BAME|BME|non-white|deprived (people|women|babies))\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def facts() -> pd.DataFrame:
    return pd.read_csv(PROJECT / "seeds" / "benchmarks.csv", dtype=str, keep_default_na=False)


def test_every_fact_has_an_address_and_its_numbers_in_its_sentence(facts: pd.DataFrame) -> None:
    for fact in facts.itertuples():
        parts = urlsplit(fact.address)
        assert parts.scheme == "https" and parts.hostname, fact.benchmark_id
        numbers = [fact.value] if fact.value else [fact.value_low, fact.value_high]
        for number in numbers:
            assert re.search(rf"(?<![\d.]){re.escape(number)}(?![\d]|\.\d)", fact.statement), (
                fact.benchmark_id
            )
        assert not WORDS.search(fact.statement), fact.benchmark_id


def test_a_range_has_both_ends_in_order_and_holds_the_value(facts: pd.DataFrame) -> None:
    held = facts[facts["value_low"] != ""]
    assert len(held) >= 10
    for fact in held.itertuples():
        low, high = float(fact.value_low), float(fact.value_high)
        assert low < high, fact.benchmark_id
        assert not fact.value or low <= float(fact.value) <= high, fact.benchmark_id
    assert (facts.loc[facts["value"] == "", "qualifier"] == "range").all()


def test_stillbirth_rates_of_different_basis_are_different_series(facts: pd.DataFrame) -> None:
    rates = facts[(facts["topic"] == "stillbirth") & (facts["dimension"] == "total")]
    assert set(rates["value"]) >= {"3.22", "3.8"}
    assert rates["basis"].nunique() >= 2
    assert (facts.groupby("series_id")["basis"].nunique() == 1).all()
    by_value = rates.set_index("value")["series_id"]
    assert by_value["3.22"] == by_value["3.35"]
    assert by_value["3.22"] != by_value["3.8"]


def test_the_printed_maternal_death_rate_is_what_its_counts_give(facts: pd.DataFrame) -> None:
    fact = facts.set_index("benchmark_id").loc["maternal_death_uk_2020_2022"]
    deaths, maternities = re.search(r"\((\d+) of ([\d,]+)\)", fact["statement"]).groups()
    assert round(int(deaths) / int(maternities.replace(",", "")) * 100_000, 2) == float(fact["value"])


def test_facts_on_record_are_those_of_the_publications(facts: pd.DataFrame) -> None:
    values = facts.set_index("benchmark_id")["value"]
    assert values["sb_mbrrace_white_least_2016_2020"] == "2.78"
    assert values["nnap_breastmilk_discharge_most_2017_2023"] == "0.39"
    assert values["sb_trusts_above_black_2015_2017"] == "38.6"
    assert values["cqc_partner_stay_2025"] == "72"
    assert values["booking_10_weeks_nice_black_2023_24"] == "46"
