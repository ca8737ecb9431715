"""The code list of what people say: the contract has its codes, and every theme says what would test it."""

from __future__ import annotations

import pandas as pd

from orchestration.ingest.declarations import read_declarations
from orchestration.ingest.mappings import local_tables
from orchestration.sample.community_extract import VOICES
from tests.conftest import PROJECT


def seed(name: str) -> pd.DataFrame:
    return pd.read_csv(PROJECT / "seeds" / f"{name}.csv", dtype=str, keep_default_na=False)


def test_the_contract_has_the_codes_of_the_list() -> None:
    themes = seed("voice_themes")
    columns = {column.name: column for column in local_tables(read_declarations())["voice"].columns}
    for axis, column in (("framework", "theme_code"), ("equity", "equity_theme")):
        own = themes[themes["axis"] == axis]
        assert dict(zip(own["theme_code"], own["theme_name"], strict=True)) == columns[column].codes


def test_every_theme_names_the_item_that_is_missing_and_the_metrics_that_speak_of_it() -> None:
    themes, tested = seed("voice_themes"), seed("theme_metrics")
    assert set(tested["theme_code"]) == set(themes["theme_code"])
    for row in tested.to_dict("records"):
        with_metric = bool(row["metric_id"]) and row["direction"] in ("lower", "higher")
        assert with_metric != bool(row["item"] and row["holder"]), row
    items = tested.loc[tested["item"] != "", "theme_code"]
    assert sorted(items) == sorted(themes["theme_code"]), "one item a theme, for what no metric can test"
    stages = next(
        column
        for column in local_tables(read_declarations())["voice"].columns
        if column.name == "stage"
    ).codes  # fmt: skip
    assert {stage for text in tested["stages"] for stage in text.split()} <= set(stages)


def test_a_complaint_is_supported_by_the_worse_direction_of_a_judged_metric() -> None:
    polarity = seed("metrics").set_index("metric_id")["polarity"]
    for row in seed("theme_metrics").to_dict("records"):
        if row["metric_id"]:
            assert polarity[row["metric_id"]] == {"lower": "high", "higher": "low"}[row["direction"]], row


def test_what_nobody_read_in_its_source_is_not_called_verified() -> None:
    themes = seed("voice_themes")
    verified = themes[themes["verification"] == "verified"]
    assert (verified["source_address"] != "").all()
    assert (themes.loc[themes["axis"] == "framework", "licence"] == "MIT").all()


def test_the_sample_uses_codes_of_the_list() -> None:
    codes = set(seed("voice_themes")["theme_code"])
    assert {voice.theme for voice in VOICES} | {voice.equity for voice in VOICES} <= codes | {""}
