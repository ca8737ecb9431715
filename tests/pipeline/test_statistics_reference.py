"""The reference command on a small folder of its own: it agrees, it notices a wrong answer, it names what is missing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from tests.reference.run import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four proportions, one of them impossible, and a family of p-values."""
    counts = pd.DataFrame(
        {
            "case_id": ["none", "some", "all", "impossible"],
            "numerator": [0, 7, 30, 31],
            "denominator": [20, 50, 30, 30],
            "multiplier": [100, 100, 100, 100],
        }
    )
    counts.to_csv(tmp_path / "inputs_proportions.csv", index=False)
    answers = counts[["case_id"]].assign(
        value=[0.0, 14.0, 100.0, None], status=["ok", "ok", "ok", "error"], message=""
    )
    for name, alpha in (("95_0cl", 0.05), ("99_8cl", 0.002)):
        limits = [
            proportion_confint(x, n, alpha, method="wilson") if x <= n else (None, None)
            for x, n in zip(counts["numerator"], counts["denominator"], strict=True)
        ]
        answers[f"lower{name}"] = [None if low is None else 100 * max(low, 0.0) for low, _ in limits]
        answers[f"upper{name}"] = [None if high is None else 100 * high for _, high in limits]
    answers.loc[0, ["lower95_0cl", "lower99_8cl"]] = 0.0
    answers.to_csv(tmp_path / "expected_proportions.csv", index=False)
    values = [0.001, 0.04, 0.03, 0.5, 0.03]
    family = pd.DataFrame({"set_id": "one", "test_no": range(5), "p_value": values})
    family.to_csv(tmp_path / "inputs_pvalues.csv", index=False)
    family.assign(BH=multipletests(values, method="fdr_bh")[1]).drop(columns="p_value").to_csv(
        tmp_path / "expected_pvalues.csv", index=False
    )
    return tmp_path


def test_answers_that_agree(folder, capsys):
    assert main([str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "proportion, Wilson, lower_95: 4 cases, 0 differ" in shown
    assert "refused rows have a reason: 1 cases, 0 differ" in shown
    assert "Benjamini-Hochberg: 5 cases, 0 differ" in shown
    assert "trends: no inputs and answers in this folder" in shown


def test_a_wrong_answer_is_noticed(folder, capsys):
    path = folder / "expected_proportions.csv"
    answers = pd.read_csv(path)
    answers.loc[1, "upper95_0cl"] *= 1 + 1e-8
    answers.to_csv(path, index=False)
    assert main([str(folder)]) == 1
    assert "proportion, Wilson, upper_95: 4 cases, 1 differ" in capsys.readouterr().out


def test_an_empty_folder_and_none_at_all_are_not_agreement(tmp_path, capsys):
    assert main([str(tmp_path)]) == 2
    assert main([str(tmp_path / "nowhere")]) == 2
    assert "There is no folder" in capsys.readouterr().out


def test_a_file_without_its_columns_spoils_only_its_own_family(folder, capsys):
    path = folder / "expected_pvalues.csv"
    pd.read_csv(path).drop(columns="BH").to_csv(path, index=False)
    assert main([str(folder)]) == 1
    shown = capsys.readouterr().out
    assert "many tests cannot be compared (KeyError: 'BH')" in shown
    assert "proportion, Wilson, lower_95: 4 cases, 0 differ" in shown
