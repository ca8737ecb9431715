"""Voices of the sample: each has its planted status, nobody's words or group are given away, and each system has its own."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from orchestration.sample.community_extract import VOICES

pytestmark = pytest.mark.pipeline
UNCLEARED = [voice.statement for voice in VOICES if voice.statement and not voice.is_cleared]
CLEARED = [voice.statement for voice in VOICES if voice.statement and voice.is_cleared]


@pytest.fixture(scope="module")
def planted(sample_files: Path) -> list[dict[str, str]]:
    path = next(sample_files.rglob("planted.csv"))
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["kind"] in ("voice", "membership_gap")]


def evidence_of(warehouse: Path, voice_id: str) -> dict[str, object]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute(
            "select evidence.* from equity.pub_evidence as evidence inner join harmonised.int_voice as voice "
            "on evidence.figure_id = voice.evidence_id where voice.voice_id = ?",
            [voice_id],
        ).df()
    assert len(found) == 1, voice_id
    return dict(found.iloc[0])


def test_each_planted_voice_has_its_planted_status(
    sample_warehouse: Path, planted: list[dict[str, str]]
) -> None:
    voices = [row for row in planted if row["kind"] == "voice"]
    assert {row["expected"] for row in voices} == {"supported", "contradicted", "mixed", "untestable"}
    for row in voices:
        found = evidence_of(sample_warehouse, row["organisation_code"])
        assert found["lmns_code"] == row["lmns_code"]
        assert found["status"] == row["expected"], row["note"]
        if row["expected"] == "untestable":
            assert found["figures"] == 0 and found["reason"] in ("no measure", "group too small to name")
        else:
            assert found["group_code"] == row["group_code"] and str(found["figure_ids"]).startswith("gap-")


def test_what_cannot_be_tested_names_item_and_holder(sample_warehouse: Path) -> None:
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        found = connection.execute(
            "select item, holder from equity.pub_evidence where equity_theme = 'E5' and lmns_code = 'QK1'"
        ).fetchone()
    assert found == (
        "Interpreter booked and present at each contact",
        "Maternity information systems of the providers",
    )


def test_a_group_of_few_speakers_is_not_named(sample_warehouse: Path) -> None:
    few = [number for number, voice in enumerate(VOICES, 1) if voice.speakers < 8 and voice.group[0] != "all"]
    assert few
    for number in few:
        found = evidence_of(sample_warehouse, f"LLRMNVP-{number:03d}")
        assert (found["dimension"], found["group_code"]) == ("not_named", "NOT_NAMED")
        assert pd.isna(found["speakers"]) and found["speakers_mark"] == "[c]" and pd.isna(found["quotes"])


def test_a_group_that_few_members_belong_to_is_found(
    sample_warehouse: Path, planted: list[dict[str, str]]
) -> None:
    [row] = [row for row in planted if row["kind"] == "membership_gap"]
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        verdict, people = connection.execute(
            "select verdict, people from equity.pub_voice_representation "
            "where lmns_code = ? and heard_as = 'parent members' and group_code = ?",
            [row["lmns_code"], row["group_code"]],
        ).fetchone()
        shown = connection.execute(
            "select distinct people from equity.pub_voice_representation where people is not null "
            "union select distinct speakers from equity.pub_evidence where speakers is not null"
        ).fetchall()
    assert verdict == row["expected"] and people % 5 == 0
    assert all(count % 5 == 0 for (count,) in shown), "no count of people is exact"


def test_firm_gaps_that_nobody_spoke_of_are_rows_and_those_that_somebody_spoke_of_are_not(
    sample_warehouse: Path,
) -> None:
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        gaps = connection.execute(
            "select finding.metric_id, finding.group_code, finding.tier, evidence.figure_id is not null as unheard "
            "from equity.fct_finding as finding left join equity.fct_evidence as evidence "
            "on evidence.kind = 'no voice mentions it' and evidence.figure_ids like finding.figure_id || ' %' "
            "where finding.lmns_code = 'QK1' and finding.kind in ('equity gap', 'access gap')"
        ).df()
    firm = gaps[gaps["tier"] == 1]
    assert firm["unheard"].any() and not gaps.loc[gaps["tier"] != 1, "unheard"].any()
    for metric, group in (("local_booking_by_10_weeks", "BLACK"), ("local_continuity", "Q1")):
        told = gaps[(gaps["metric_id"] == metric) & (gaps["group_code"] == group)]
        assert not told["unheard"].any()
    assert gaps[(gaps["metric_id"] == "local_smoking_booking") & (gaps["tier"] == 1)]["unheard"].all()


def test_words_without_clearance_are_in_no_output(sample_output: Path) -> None:
    assert UNCLEARED and CLEARED
    files = [path for path in sample_output.rglob("*") if path.is_file()]
    held = {
        path: path.read_bytes() for path in files if path.suffix in (".html", ".csv", ".json", ".log", ".txt")
    }
    assert len(held) > 20
    for path, content in held.items():
        for words in UNCLEARED:
            assert words.encode() not in content, path
    warehouse = next(path for path in files if path.name == "audit.duckdb")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        stored = connection.execute(
            "select statement from staged.stg_local__voice where statement is not null"
        ).fetchall()
    assert {words for (words,) in stored} == set(CLEARED), "words without clearance are not even stored"


def test_what_the_people_of_a_system_said_is_in_no_other_system_s_files(sample_output: Path) -> None:
    latest = sample_output / "editions" / "latest"
    own = {}
    for path in sorted(latest.glob("*/data/evidence.csv")):
        code = path.parent.parent.name
        evidence = pd.read_csv(path)
        assert set(evidence["lmns_code"]) == {code}
        members = pd.read_csv(path.with_name("voice_representation.csv"))
        assert set(members["lmns_code"]) == {code}
        own[code] = set(evidence["figure_id"]) | set(members["figure_id"])
    assert len(own) == 3
    for code, ids in own.items():
        for path in [*latest.glob("*/audit.html"), *latest.glob("open_data/*.csv"), latest / "index.html"]:
            if path.parent.name != code:
                text = path.read_text("utf-8")
                assert not [name for name in ids if name in text], path
                assert not [words for words in CLEARED if words in text and path.parent.name != "QK1"], path
    page = (latest / "QK1" / "audit.html").read_text("utf-8")
    assert all(words in page for words in CLEARED)
    assert not list(latest.glob("open_data/evidence*"))
