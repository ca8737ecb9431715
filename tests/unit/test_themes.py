"""Suggested themes: how often they are right on a labelled sample, and a file that holds no word of a statement."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from orchestration.cli import main
from orchestration.errors import UserError
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.themes import Accuracy, accuracy, read_terms, suggest
from orchestration.themes_file import suggest_themes
from tests.loader import load

# synthetic, written for this test: `same words` beside the list of terms, `own words` after it and never used to change it
LABELLED = Path(__file__).parent / "labelled_statements.csv"
HEADER = "supplier_code,lmns_code,voice_id,period_start,period_end,theme_code,dimension,group_code,statement,consent_to_publish,cleared_by_role"
ROWS = (
    "MNVP,QK1,1,2025-03-01,2025-03-31,,all,ALL,No interpreter came to my scan,,",
    "MNVP,QK1,2,2025-03-01,2025-03-31,staff.manner,all,ALL,She was rude,,",
    "MNVP,QK1,3,2025-03-01,2025-03-31,,all,ALL,Xylophones and zebras,Y,mnvp_chair",
    "MNVP,QK1,4,2025-03-01,2025-03-31,made_up,all,ALL,The food had no halal meal,,",
    "MNVP,QK1,5,2025-03-01,2025-03-31,,all,ALL,my number is 999 000 0018,,",
    "MNVP,QK1,6,2025-03-01,2025-03-31,,all,ALL,,,",
)


@pytest.fixture(scope="module")
def labelled() -> pd.DataFrame:
    frame = pd.read_csv(LABELLED, keep_default_na=False)
    terms = read_terms()
    found = [suggest(statement, terms) for statement in frame["statement"]]
    # what nobody can put under a heading has none to be suggested
    return frame.assign(
        theme=frame["theme_code"].replace("general.not_assigned", ""),
        suggested_theme=[one.theme for one in found],
        suggested_equity=[one.equity for one in found],
    )


def measured(frame: pd.DataFrame, part: str, label: str, found: str) -> Accuracy:
    own = frame[frame["part"] == part]
    return accuracy(list(zip(own[label], own[found], strict=True)))


def test_the_labelled_sample_is_large_and_uses_the_code_list(labelled: pd.DataFrame) -> None:
    themes = pd.read_csv(PROJECT_DIR / "seeds" / "voice_themes.csv", keep_default_na=False)
    assert len(labelled) >= 150 and labelled["statement"].is_unique
    assert set(labelled["theme_code"]) <= set(themes.loc[themes["axis"] == "framework", "theme_code"])
    assert set(labelled["equity_theme"]) - {""} <= set(themes.loc[themes["axis"] == "equity", "theme_code"])


@pytest.mark.parametrize(
    ("part", "label", "found", "expected"),
    [
        ("same words", "theme", "suggested_theme", Accuracy(159, 145, 139)),
        ("same words", "equity_theme", "suggested_equity", Accuracy(80, 91, 76)),
        ("own words", "theme", "suggested_theme", Accuracy(56, 11, 4)),
        ("own words", "equity_theme", "suggested_equity", Accuracy(35, 6, 4)),
    ],
)
def test_suggestions_are_as_often_right_as_the_method_says(
    labelled: pd.DataFrame, part: str, label: str, found: str, expected: Accuracy
) -> None:
    now = measured(labelled, part, label, found)
    assert now == expected, "write the new numbers into docs/method.md"
    row = f"{now.labelled} | {now.suggested} | {100 * now.precision:.0f}% | {100 * now.recall:.0f}% |"
    assert row in (PROJECT_DIR / "docs" / "method.md").read_text("utf-8")


def test_accuracy_counts_what_it_says() -> None:
    found = accuracy([("a", "a"), ("a", "b"), ("", "a"), ("b", ""), ("", "")])
    assert (found.labelled, found.suggested, found.right) == (3, 3, 1)
    assert found.precision == found.recall == pytest.approx(1 / 3)
    assert accuracy([]).precision == accuracy([]).recall == 0.0


def test_words_match_whole_and_a_tie_suggests_nothing() -> None:
    terms = read_terms()
    assert suggest("The interpreter’s line dropped", terms).equity == "E5"
    assert suggest("We went shopping for a painting", terms).theme == ""
    assert suggest("food parking", terms).theme == "travel.parking"
    assert suggest("meal epidural", terms).theme == "", "four points each"


def voices(tmp_path: Path) -> Path:
    path = tmp_path / "voice_MNVP_202503.csv"
    path.write_text("\n".join([HEADER, *ROWS]) + "\n", encoding="utf-8")
    return path


def settings(tmp_path: Path) -> Settings:
    return replace(Settings(), input_dir=tmp_path, output_dir=tmp_path / "out")


def test_suggestions_are_written_for_what_is_not_coded_without_a_word_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = voices(tmp_path)
    assert main(["themes", str(path)]) == 0
    text = (tmp_path / "voice_theme_MNVP_202503.csv").read_text("utf-8")
    rows = {row["voice_id"]: row for row in csv.DictReader(text.splitlines())}
    assert rows.keys() == {"1", "3", "4"}, "coded, without words, and with an identifier: none of these"
    assert rows["1"]["suggested_theme"] == "communication.told_by_staff"
    assert rows["1"]["suggested_equity_theme"] == "E5"
    assert rows["3"]["suggested_theme"] == "" and rows["4"]["suggested_theme"] == "place.food"
    assert all(row["theme_code"] == row["equity_theme"] == "" for row in rows.values()), "a person confirms"
    said = text + capsys.readouterr().out
    assert not [word for word in ("interpreter", "Xylophones", "halal", "999 000") if word in said]


def test_what_somebody_confirmed_is_not_overwritten(tmp_path: Path) -> None:
    path = voices(tmp_path)
    suggest_themes(path, settings(tmp_path))
    with pytest.raises(UserError, match="may hold what somebody confirmed"):
        suggest_themes(path, settings(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    again = suggest_themes(path, settings(tmp_path), output=tmp_path / "elsewhere")
    assert (again.uncoded, again.suggested, again.set_aside) == (3, 2, 1)


def test_a_file_that_holds_no_voices_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "voices_membership_MNVP_202503.csv"
    path.write_text(
        "lmns_code,group_name,as_at,member_role,dimension,group_code,members\nQK1,P,2025-03-31,parent,all,ALL,9\n"
    )
    with pytest.raises(UserError, match="not recognised as the data set voice"):
        suggest_themes(path, settings(tmp_path))


def test_the_file_comes_back_as_a_data_set(tmp_path: Path) -> None:
    path = voices(tmp_path)
    written = suggest_themes(path, settings(tmp_path)).path
    assert written is not None
    confirmed = written.read_text("utf-8").replace("E5,,", "E5,communication.told_by_staff,E5").replace(
        "place.food,E6,,", "place.food,E6,not_a_theme,"
    )  # fmt: skip
    (tmp_path / "in").mkdir()
    loaded = load(tmp_path / "in", {path.name: path.read_text("utf-8"), written.name: confirmed})
    assert not loaded.summary.problems
    held = {
        row["voice_id"]: (row["suggested_theme"], row["theme_code"], row["equity_theme"])
        for row in loaded.rows("select * from raw.local__voice_theme")
    }
    assert held["1"] == ("communication.told_by_staff", "communication.told_by_staff", "E5")
    assert held["3"][1] is None and held["4"][1] == "invalid", "a code of no list is no theme"
