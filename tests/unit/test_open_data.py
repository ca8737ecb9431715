"""Open data hold no figure of a source whose licence is not open."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pandas as pd

from orchestration.outputs.audit_data import AuditData
from orchestration.outputs.data_pack import COLUMNS
from orchestration.outputs.open_data import ten_digits, write_open_data
from tests.page_data import Builder, actions, findings


def table(name: str, **columns: list[object]) -> pd.DataFrame:
    rows = len(next(iter(columns.values())))
    return pd.DataFrame({column: [None] * rows for column in COLUMNS[name]} | columns)


def edition() -> AuditData:
    frames = {
        "values": table(
            "metric_values",
            figure_id=["mv-1", "mv-2", "mv-3"],
            source_id=["msds_monthly", "mbrrace", "local"],
            protection=[None, None, "nhs-secondary-care 1"],
        ),
        "gaps": table(
            "equity_gaps",
            figure_id=["gap-1", "gap-2", "gap-3"],
            value_figure_id=["mv-1", "mv-2", "mv-3"],
            polarity=["low"] * 3,
            metric_id=["m-1", "m-2", "m-3"],
            dimension=["ethnicity"] * 3,
            group_code=["BLACK"] * 3,
            reference_kind=["best"] * 3,
            reference_group=["WHITE"] * 3,
            verdict=["worse"] * 3,
            vocabulary=["v"] * 3,
            organisation_level=["lmns"] * 3,
            organisation_code=["QK1"] * 3,
            metric_name=["M"] * 3,
            group_name=["Black"] * 3,
            period_start=["2025-04-01"] * 3,
            period_end=["2025-04-30"] * 3,
        ),
        "lmns": pd.DataFrame({"lmns_code": ["QK1", "QOC"]}),
        "metrics": pd.DataFrame({"metric_id": ["m-1", "m-2", "m-3"], "domain": ["outcomes"] * 3}),
        "inequality": table(
            "inequality", figure_id=["iq-1", "iq-2", "iq-3"], source_id=["msds_monthly", "mbrrace", "local"]
        ),
        "trends": table(
            "trend", figure_id=["tr-1", "tr-2", "tr-3"], source_id=["msds_monthly", "mbrrace", "local"]
        ),
        "representation": table("representation", figure_id=["rep-1"]),
        "findings": pd.concat(
            [
                findings(Builder()).head(1).assign(figure_id="fi-1", figure_ids="gap-1 mv-1"),
                findings(Builder()).head(1).assign(figure_id="fi-2", figure_ids="gap-2 mv-2"),
                findings(Builder()).tail(1).assign(figure_id="fi-3", figure_ids="mv-1", source_id="mbrrace"),
            ]
        ),
        "workforce": table(
            "workforce", figure_id=["wf-1", "wf-2", "wf-3"], source_id=["workforce", "mbrrace", "local"]
        ),
        "actions": actions(Builder())
        .head(3)
        .assign(action_id=["ac-1", "ac-2", "ac-3"], finding_id=["fi-1", "fi-2", "fi-3"]),
        "quality": table(
            "data_quality", figure_id=["dq-1", "dq-2", "dq-3"], source_id=["msds_monthly", "mbrrace", "local"]
        ),
        "provenance": table(
            "provenance",
            source_id=["msds_monthly", "mbrrace", None, "local", "workforce"],
            licence=["OGL-UK-3.0", "Not open - for use, not to be passed on", None, None, "OGL-UK-3.0"],
            publisher=["NHS England", "MBRRACE-UK", None, "Local supplier", "Race Disparity Unit"],
            is_synthetic=[False] * 5,
            is_protected=[False, False, False, True, False],
        ),
        "reconciliation": table("reconciliation", source_id=["mbrrace", "local"]),
    }
    return AuditData(**{field.name: frames.get(field.name, pd.DataFrame()) for field in fields(AuditData)})


def test_figures_of_closed_sources_are_left_out_and_the_description_says_so(tmp_path: Path) -> None:
    write_open_data(edition(), tmp_path, "2026-01-31")
    kept = {
        name: pd.read_csv(tmp_path / f"{name}.csv")["figure_id"].tolist()
        for name in (
            "metric_values",
            "equity_gaps",
            "inequality",
            "trend",
            "findings",
            "workforce",
            "data_quality",
        )
    }
    assert kept == {
        "metric_values": ["mv-1"],
        "equity_gaps": ["gap-1"],
        "inequality": ["iq-1"],
        "trend": ["tr-1"],
        "findings": ["fi-1"],
        "workforce": ["wf-1"],
        "data_quality": ["dq-1"],
    }
    assert pd.read_csv(tmp_path / "actions.csv")["action_id"].tolist() == ["ac-1"]
    package = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    assert package["description"].endswith("Left out, since their licence is not open: MBRRACE-UK.")
    # the register of published files stays whole: it says what was read, and holds no figure
    assert len(pd.read_csv(tmp_path / "provenance.csv")) == 4
    assert pd.read_csv(tmp_path / "reconciliation.csv")["source_id"].tolist() == ["mbrrace"]


def test_nothing_of_local_files_is_in_the_open_data(tmp_path: Path) -> None:
    for path in write_open_data(edition(), tmp_path, "2026-01-31"):
        if path.suffix == ".csv":
            table = pd.read_csv(path, dtype=str)
            assert "local" not in table.get("source_id", pd.Series(dtype=str)).tolist(), path
            assert not table.isin(["Local supplier", "mv-3", "gap-3"]).any(axis=None), path
    across = pd.read_csv(tmp_path / "gaps_across_systems.csv")
    assert across[["metric_id", "worse_codes"]].to_numpy().tolist() == [["m-1", "QK1"]]


def test_parquet_has_the_ten_digits_of_the_csv() -> None:
    # the same three numbers added up in two orders differ in their last bit
    sums = pd.Series(
        [0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1, -1234567.89012345, 1e-12, 0.0, float("nan"), 1e300, 1e-310]
    )
    assert sums[0] != sums[1]
    found = ten_digits(sums)
    assert found[0] == found[1] == 0.6
    assert found[2:].tolist()[:3] == [-1234567.890, 1e-12, 0.0]
    assert found.isna().tolist() == sums.isna().tolist()
    assert [f"{number:.10g}" for number in found] == [f"{number:.10g}" for number in sums]
