"""The attack: from everything that one edition publishes together, no count of 1 to 7 can be worked out.

Two hundred small systems are counted, hidden and rounded by the rules of the gate, and given away on purpose: by groups,
wider groups, providers and months. The attacker of this test knows the sums as they truly are, and shares no code with
the audit.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from dataclasses import fields, replace
from pathlib import Path

import pandas as pd
import pytest
import yaml

from orchestration.outputs.audit_data import AuditData
from orchestration.outputs.disclosure import DisclosureFound
from orchestration.outputs.protection import (
    WITHHELD_NOTE,
    audit,
    changed_too_little,
    counts_before,
    profile_of,
    protected_counts,
    withheld_together,
)
from orchestration.settings import DBT_DIR
from orchestration.small_numbers import shown_rows
from tests.attacker import pinned

SYSTEMS = 200
DETAILED = {
    "E_INDIAN": "ASIAN",
    "E_PAKISTANI": "ASIAN",
    "E_AFRICAN": "BLACK",
    "E_CARIBBEAN": "BLACK",
    "E_WHITE": "WHITE",
}
MONTHS = [
    ("2025-01-01", "2025-01-31", "month"),
    ("2025-02-01", "2025-02-28", "month"),
    ("2025-03-01", "2025-03-31", "month"),
]
QUARTER = ("2025-01-01", "2025-03-31", "quarter")
PROFILE = "nhs-secondary-care 1"
Key = tuple[
    str, str, str, str, str, str
]  # part, system, organisation, start, dimension, group (quarters start with Q)


def counted(system: str, draw: random.Random) -> dict[Key, int]:
    """Exact counts of events and people of one system, in every table that will be published."""
    exact: dict[Key, int] = defaultdict(int)
    scale = draw.choice([4, 12, 40])
    # every system publishes groups within wider groups; besides, some publish providers, some months, some neither
    kind = draw.choice(["groups", "providers", "months"])
    for provider in ("P1", "P2") if kind == "providers" else ("",):
        for start, _, _ in MONTHS if kind == "months" else (QUARTER,):
            for group, wide in DETAILED.items():
                people = max(0, round(draw.expovariate(1 / scale))) if draw.random() < 0.8 else 0
                events = sum(draw.random() < 0.3 for _ in range(people))
                for part, count in (("numerator", events), ("denominator", people)):
                    for code in {system, f"{system}{provider}"}:
                        for when in {"Q", "Q" if start == QUARTER[0] and kind != "months" else start}:
                            exact[part, system, code, when, "total", "ALL"] += count
                            exact[part, system, code, when, "ethnicity", wide] += count
                            exact[part, system, code, when, "ethnicity_detailed", group] += count
    return dict(exact)


def shown(events: int, people: int) -> dict[str, object]:
    """A figure as the gate lets it through; its twin in SQL is tested in _protection.yml."""
    hidden_people = shown_rows(people) is None
    if shown_rows(events) is None:
        status = "small"
    else:
        status = "complement" if shown_rows(people - events) is None else "shown"
    return {
        "numerator": shown_rows(events) if status == "shown" else None,
        "denominator": shown_rows(people),
        "numerator_status": status,
        "denominator_status": "small" if hidden_people else "shown",
        "mark": "[c]" if status != "shown" or hidden_people else None,
    }


def _plans(first: pd.DataFrame) -> pd.DataFrame:
    """A draft of every finding, and beside each a plan that came back."""
    drafted = pd.DataFrame({
        "finding_id": "finding " + first["figure_id"], "origin": "drafted", "baseline_figure_id": first["figure_id"],
        "newest_figure_id": None, "baseline_value": 1.0, "measure_movement": "better", "reference_movement": "better",
        "absolute_gap_movement": "better", "relative_gap_movement": "better", "reason": None, "sent_issue": None,
    })  # fmt: skip
    return pd.concat([drafted, drafted.assign(origin="returned", finding_id="a finding that has gone")])


def edition(exact: dict[Key, int]) -> AuditData:
    rows = []
    for (part, system, code, when, dimension, group), events in exact.items():
        if part == "denominator":
            continue
        start, end, window = next((one for one in MONTHS if one[0] == when), QUARTER)
        people = exact["denominator", system, code, when, dimension, group]
        rows.append({
            "figure_id": "|".join((system, code, when, dimension, group)), "lmns_code": system, "metric_id": "share",
            "kind": "proportion", "organisation_level": "lmns" if code == system else "provider",
            "organisation_code": code, "organisation_role": "provider", "period_start": start, "period_end": end,
            "period_window": window, "dimension": dimension, "group_code": group, "source_id": "local",
            "vocabulary": None if dimension == "total" else f"local.{dimension}", "protection": PROFILE,
            "needs_review": False, "caveat": None, "suppressed": False, "value": None, "lower_95": None,
            "upper_95": None, "lower_998": None, "upper_998": None, "numerator_low": None, "numerator_high": None,
            "denominator_low": None, "denominator_high": None, **shown(events, people),
        })  # fmt: skip
    values = pd.DataFrame(rows)
    for column in values.columns[
        values.columns.str.contains("numerator$|denominator$|value|_low|_high|lower|upper")
    ]:
        values[column] = values[column].astype(float)
    table = [
        "metric_id",
        "organisation_level",
        "organisation_code",
        "dimension",
        "vocabulary",
        "period_start",
        "period_end",
    ]
    first = values[values["dimension"] == "ethnicity"]
    frames = {
        "values": values,
        "metrics": pd.DataFrame([{"metric_id": "share", "numerator": "local_month.x[Numerator]", "denominator": "local_month.x[Denominator]",
                                  "numerator_of": None, "denominator_of": None}]),
        "quality": pd.DataFrame(columns=[
            "figure_id", "numerator_of", "numerator_status", "denominator_status", "value", "numerator", "denominator", "verdict",
            "detail", "mark", "compared_metric_id", "compared_dimension", "organisation_level", "organisation_code", "period_start", "period_end",
        ]),
        "provenance": pd.DataFrame(columns=["file_sha256", "local_table", "local_month"]),
        "group_parents": pd.DataFrame(
            [("ethnicity_detailed", group, "ethnicity", wide) for group, wide in DETAILED.items()],
            columns=["dimension", "group_code", "parent_dimension", "parent_group"],
        ),
        "gaps": first[table].assign(
            figure_id="gap " + first["figure_id"], value_figure_id=first["figure_id"], value=1.0, difference=1.0,
            p_value=0.01, verdict="worse", verdict_reason="",
        ),
        "robustness": first[table].assign(gap_figure_id="gap " + first["figure_id"], unknown_percent=1.0),
        "inequality": first[table].drop_duplicates().assign(value=1.0, verdict="worse", verdict_reason=""),
        "trends": first[table].drop_duplicates(),
        "trend_points": first[[*table, "figure_id"]],
        "funnels": first[["figure_id"]].rename(columns={"figure_id": "value_figure_id"}),
        "findings": pd.DataFrame({
            "figure_id": "finding " + first["figure_id"], "figure_ids": "gap " + first["figure_id"] + " " + first["figure_id"],
        }),
        "actions": _plans(first),
        "restatements": pd.DataFrame({"lmns_code": first["lmns_code"], "baseline_figure_id": first["figure_id"]}),
        "plan_remarks": pd.DataFrame({"lmns_code": first["lmns_code"]}),
        "submissions": pd.DataFrame(columns=["figure_id"]),
        "community_assets": pd.DataFrame({
            "lmns_code": first["lmns_code"], "need_figure_id": first["figure_id"], "all_figure_id": first["figure_id"],
            "people_needing": first["denominator"], "people_in_all": first["denominator"], "people_percent": 10.0,
            "people_mark": None, "need_level": "high", "verdict": "gap",
        }),
        "asset_register": pd.DataFrame({"lmns_code": first["lmns_code"]}),
        "checklist": pd.DataFrame({"lmns_code": first["lmns_code"]}),
    }  # fmt: skip
    return AuditData(**{field.name: frames.get(field.name, pd.DataFrame()) for field in fields(AuditData)})


def attacked(data: AuditData, exact: dict[Key, int]) -> set[Key]:
    """Counts of 1 to 7 that a reader brings down to one or two values, by narrowing one sum after the other."""
    low: dict[Key, float] = {}
    high: dict[Key, float] = {}
    for row in data.values.to_dict("records"):
        system, code, when, dimension, group = row["figure_id"].split("|")
        for part in ("numerator", "denominator"):
            key = (part, system, code, when, dimension, group)
            status, value = row[f"{part}_status"], row[part]
            if status == "shown":
                low[key], high[key] = value - 2 * (value > 0), value + 2 * (value > 0)
            else:
                low[key], high[key] = (1, 7) if status == "small" else (0, 10**6)
    sums: dict[Key, set[Key]] = defaultdict(set)
    for part, system, code, when, dimension, group in exact:
        key = (part, system, code, when, dimension, group)
        if when != "Q":
            sums[part, system, code, "Q", dimension, group, "time"].add(key)
        if code != system:
            sums[part, system, system, when, dimension, group, "place"].add(key)
        if dimension == "ethnicity":
            sums[part, system, code, when, "total", "ALL", "groups"].add(key)
        if dimension == "ethnicity_detailed":
            sums[part, system, code, when, "ethnicity", DETAILED[group], "detail"].add(key)
            sums[part, system, code, when, "total", "ALL", "all detail"].add(key)
    return pinned(((whole[:-1], parts) for whole, parts in sums.items()), low, high, exact)


@pytest.fixture(scope="module")
def exact() -> dict[Key, int]:
    draw = random.Random(20260401)
    return {key: count for n in range(SYSTEMS) for key, count in counted(f"S{n:04d}", draw).items()}


@pytest.fixture(scope="module")
def rounded(exact: dict[Key, int]) -> AuditData:
    return edition(exact)


@pytest.fixture(scope="module")
def protected(rounded: AuditData) -> AuditData:
    return withheld_together(rounded)


def test_rounding_alone_gives_small_counts_away(rounded: AuditData, exact: dict[Key, int]) -> None:
    found = attacked(rounded, exact)
    small = sum(1 <= count <= 7 for count in exact.values())
    assert small > 2_000
    assert len(found) > 100, "the attack has teeth: without the audit it finds counts"
    with pytest.raises(DisclosureFound, match="not put in place"):
        audit(rounded, None)


def test_nothing_is_given_away_by_what_is_published(protected: AuditData, exact: dict[Key, int]) -> None:
    assert attacked(protected, exact) == set()
    found = audit(protected, None)
    assert found.result == "passed"
    assert found.profile == PROFILE
    assert found.withheld_cells > 0


def test_what_is_withheld_is_a_small_part(rounded: AuditData, protected: AuditData) -> None:
    before = rounded.values[["numerator", "denominator"]].notna().to_numpy().sum()
    after = protected.values[["numerator", "denominator"]].notna().to_numpy().sum()
    assert 0 < before - after < 0.15 * before


def test_statistics_of_a_withheld_figure_go_with_it(protected: AuditData) -> None:
    values = protected.values
    gone = values[values["caveat"] == WITHHELD_NOTE]
    assert set(gone["mark"]) == {"[c]"}
    tables = set(
        gone[["organisation_code", "period_start", "period_end", "vocabulary"]].itertuples(
            index=False, name=None
        )
    )
    for frame in (protected.gaps, protected.inequality):
        keys = list(
            frame[["organisation_code", "period_start", "period_end", "vocabulary"]].itertuples(
                index=False, name=None
            )
        )
        inside = pd.Series([key in tables for key in keys], index=frame.index)
        assert inside.any()
        assert frame.loc[inside, "value"].isna().all()
        assert set(frame.loc[inside, "verdict"]) == {"not available"}
        assert frame.loc[~inside, "value"].notna().all()
    bounds = protected.robustness.columns.intersection(gone.columns)
    withheld = set(gone[bounds].itertuples(index=False, name=None))
    assert len(protected.robustness) > 0
    assert withheld.isdisjoint(protected.robustness[bounds].itertuples(index=False, name=None))
    out = set(gone["figure_id"])
    assert out.isdisjoint(protected.funnels["value_figure_id"])
    assert not any(figure in out for ids in protected.findings["figure_ids"] for figure in ids.split())
    drafted = protected.actions[protected.actions["origin"] == "drafted"]
    assert set(drafted["finding_id"]) == set(protected.findings["figure_id"])
    # what came back stays, without the numbers of what is withheld
    returned = protected.actions[protected.actions["origin"] == "returned"].set_index("baseline_figure_id")
    shown = returned["baseline_value"].notna()
    assert set(drafted["baseline_figure_id"]) < set(returned.index)
    assert set(shown[~shown].index) == set(returned.index) & out != set()
    assert set(returned.loc[~shown, "measure_movement"]) == {"cannot tell"}


def test_an_edition_may_change_a_count_by_nothing_or_by_the_rounding() -> None:
    now = pd.DataFrame(
        {"figure_id": ["a", "b", "d", "d"], "part": ["numerator"] * 3 + ["people"], "count": [10, 15, 20, 20]}
    )
    before = now.assign(count=[10, 10, 18, 20])
    assert changed_too_little(before, now) == ["d"]


def test_every_kind_of_protected_count_is_held_against_the_edition_before(
    rounded: AuditData, tmp_path: Path
) -> None:
    heard = {"figure_id": ["vr-1"], "people": [20.0], "people_in_all": [90.0]}
    said = {"figure_id": ["ev-1", "ev-2"], "kind": ["theme", "gap"], "speakers": [15.0, None]}
    share = rounded.quality.reindex([0]).assign(
        figure_id="dq-1", numerator_of="births", numerator=30.0, denominator=40.0
    )
    data = replace(
        rounded, voice_representation=pd.DataFrame(heard), evidence=pd.DataFrame(said), quality=share
    )
    found = protected_counts(data)
    assert {"vr-1", "ev-1", "dq-1"} <= set(found["figure_id"]) and "ev-2" not in set(found["figure_id"])
    pack = tmp_path / "2026-03-one" / "QK1" / "data"
    pack.mkdir(parents=True)
    (tmp_path / "latest").symlink_to("2026-03-one")
    (tmp_path / "2026-03-one" / "edition.json").write_text(
        json.dumps(
            {
                "name": "one",
                "fingerprint": "f",
                "systems": ["QK1"],
                "is_synthetic": False,
                "disclosure_audit": {"profile": PROFILE},
            }
        ),
        "utf-8",
    )
    data.values.to_csv(pack / "metric_values.csv")
    pd.DataFrame(heard).assign(people=18).to_csv(pack / "voice_representation.csv")
    share.to_csv(pack / "data_quality.csv")
    before = counts_before(tmp_path, profile_of(data))
    assert before is not None and changed_too_little(before, found) == ["vr-1"]
    assert counts_before(tmp_path, "nhs-secondary-care 0") is None


def test_no_system_s_pack_holds_another_system_s_local_figures() -> None:
    draw = random.Random(7)
    data = edition({**counted("QK1", draw), **counted("QOC", draw)})
    lmns = pd.DataFrame({"lmns_code": ["QK1", "QOC"], "lmns_name": ["One", "Two"]})
    files = pd.DataFrame({"file_sha256": ["a", "b", "c"], "is_protected": [True, True, False], "lmns_code": ["QK1", "QOC", None],
                          "is_synthetic": False})  # fmt: skip
    funnels = data.values.assign(value_figure_id=data.values["figure_id"], funnel_key="f")
    by_system = {"lmns_code": None, "organisation_level": "lmns"}
    data = replace(
        data, lmns=lmns, provenance=files, funnels=funnels, values=data.values.assign(file_sha256="a"),
        gaps=data.gaps.assign(lmns_code=data.gaps["organisation_code"].str[:3], group_code="A"),
        robustness=data.robustness.assign(lmns_code=data.robustness["organisation_code"].str[:3]),
        inequality=data.inequality.assign(lmns_code=data.inequality["organisation_code"].str[:3]),
        trends=data.trends.assign(lmns_code=data.trends["organisation_code"].str[:3]),
        trend_points=data.trend_points.assign(lmns_code=data.trend_points["organisation_code"].str[:3]),
        findings=data.findings.assign(lmns_code=data.findings["figure_ids"].str[4:7]),
        actions=data.actions.assign(lmns_code=data.findings["figure_ids"].str[4:7]),
        quality=pd.DataFrame([{**by_system, "lmns_code": code, "metric_id": "q", "dimension": "total"} for code in ("QK1", "QOC")]),
        representation=pd.DataFrame([by_system]), submissions=pd.DataFrame({"lmns_code": ["QK1", "QOC"]}), workforce=pd.DataFrame({"lmns_code": ["QK1", "QOC"]}),
        **{
            name: pd.DataFrame({"lmns_code": ["QK1", "QOC"]})
            for name in ("evidence", "evidence_figures", "voice_representation")
        },
    )  # fmt: skip
    data = replace(
        data, values=data.values.assign(file_sha256=data.values["lmns_code"].map({"QK1": "a", "QOC": "b"}))
    )
    pack = data.system("QK1")
    for frame in (
        pack.values,
        pack.gaps,
        pack.robustness,
        pack.inequality,
        pack.evidence,
        pack.evidence_figures,
        pack.voice_representation,
        pack.trends,
        pack.trend_points,
        pack.funnels,
        pack.findings,
        pack.actions,
        pack.quality,
        pack.submissions,
        pack.workforce,
        pack.community_assets,
        pack.asset_register,
        pack.checklist,
    ):
        assert len(frame) > 0
        assert set(frame["lmns_code"]) == {"QK1"}
    assert set(pack.provenance["file_sha256"]) == {"a", "c"}


def test_a_group_that_is_named_with_its_words_is_of_as_many_people_as_a_count_that_is_shown() -> None:
    settings = yaml.safe_load((DBT_DIR / "dbt_project.yml").read_text("utf-8"))["vars"]
    assert settings["voice_min_speakers"] >= settings["protection"]["smallest_shown"]
