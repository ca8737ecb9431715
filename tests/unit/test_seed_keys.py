"""Keys of the code lists: they grow row by row and are merged line by line, so that a key can come twice."""

from __future__ import annotations

import pandas as pd
import pytest

from orchestration.ingest.declarations import fold
from tests.conftest import PROJECT

KEYS = {
    "labels": ["vocabulary", "native_label"],
    "strata": ["dimension", "group_code"],
    "stratum_rollup": ["dimension", "group_code", "target_dimension", "target_group"],
    "vocabularies": ["vocabulary"],
    "metrics": ["metric_id"],
    "organisation_codes": ["organisation_level", "published_code"],
    "providers": ["provider_code"],
    "councils": ["area_code"],
    "voice_themes": ["theme_code"],
    "theme_terms": ["term", "theme_code"],
    "theme_metrics": ["theme_code", "metric_id", "item"],
}


def seed(name: str) -> pd.DataFrame:
    return pd.read_csv(PROJECT / "seeds" / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.mark.parametrize("name", KEYS)
def test_every_key_comes_once(name: str) -> None:
    keys = seed(name)[KEYS[name]].map(fold)
    assert keys[keys.duplicated(keep=False)].drop_duplicates().to_numpy().tolist() == []


def test_every_label_has_its_group_and_its_code_list() -> None:
    labels, strata = seed("labels"), seed("strata")
    mapped = labels[labels["dimension"] != ""]
    known = set(zip(strata["dimension"], strata["group_code"], strict=True))
    assert sorted(set(zip(mapped["dimension"], mapped["group_code"], strict=True)) - known) == []
    assert sorted(set(mapped["vocabulary"]) - set(seed("vocabularies")["vocabulary"])) == []
