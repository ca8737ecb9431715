"""The sample's own promises: the same bytes for a seed, the publishers' rounding, everything marked synthetic."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from pathlib import Path

import numpy as np
import pytest

from orchestration.ingest.load import SYNTHETIC_MARK
from orchestration.sample import write_sample
from orchestration.sample.areas import areas
from orchestration.sample.effects import Effect
from orchestration.sample.fingertips import Z_95, wilson
from orchestration.sample.hes import METHODS, _method_columns
from orchestration.sample.places import ETHNIC_CODES, provider_codes, provider_systems
from orchestration.sample.publish import rate_text, rounded, rounded_one
from orchestration.sample.stream import Stream, pick
from orchestration.sample.truth import ATTRIBUTES, months_back, people


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    write_sample(folder, lmns=1, months=2, seed=7)
    return folder


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_same_seed_same_bytes_other_seed_others(small: Path, tmp_path: Path) -> None:
    write_sample(tmp_path / "again", lmns=1, months=2, seed=7)
    write_sample(tmp_path / "other", lmns=1, months=2, seed=8)
    first, again, other = _hashes(small), _hashes(tmp_path / "again"), _hashes(tmp_path / "other")
    assert first == again
    assert first.keys() == other.keys()
    data = "msds_monthly/msds-feb2026-exp-data.csv"
    assert first[data] != other[data]


def test_random_numbers_are_these_on_every_machine() -> None:
    numbers = Stream(1, "booking", 24314, "age").uniform(4)
    assert [int(number * 2**53) for number in numbers] == [
        5000583735118870,
        6969272588978528,
        2151231914763618,
        1351307102830774,
    ]


def test_one_system_more_changes_no_figure_of_the_first(small: Path, tmp_path: Path) -> None:
    write_sample(tmp_path, lmns=2, months=3, seed=7)
    name = "msds_monthly/msds-feb2026-exp-data.csv"
    own = [row for row in _rows(small / name) if row["Org_Code"] in ("QK1", "RWE", "ALL")]
    later = [row for row in _rows(tmp_path / name) if row["Org_Code"] in ("QK1", "RWE", "ALL")]
    assert own and own == later


def test_rounding_is_the_publishers() -> None:
    assert [rounded_one(n) for n in (0, 1, 4, 7, 8, 12, 13, 17, 18)] == [0, 5, 5, 5, 10, 10, 15, 15, 20]
    counts = np.arange(2000)
    assert rounded(counts).tolist() == [rounded_one(n) for n in counts.tolist()]
    assert np.abs(rounded(counts[8:]) - counts[8:]).max() == 2


def test_published_counts_look_rounded(small: Path) -> None:
    values = [
        int(row["Final_value"])
        for row in _rows(small / "msds_monthly/msds-feb2026-exp-data.csv")
        if row["Count_Of"] != "Average over women"
    ]
    assert all(value > 0 and value % 5 == 0 for value in values)
    large = [value for value in values if value > 100]
    # every last digit is 0 or 5, each about as often as the other: counts are not rounded twice
    assert 0.35 < sum(value % 10 == 5 for value in large) / len(large) < 0.65


def test_rates_are_rounded_half_up_without_trailing_zeros() -> None:
    assert rate_text(200, 725, 100, 1) == "27.6"
    assert rate_text(155, 235, 100, 1) == "66"
    assert rate_text(1, 2000, 100, 1) == "0.1"
    assert rate_text(0, 0, 100, 1) == "0"
    assert rate_text(27, 2036, 1000, 0) == "13"


def test_small_numerators_hide_the_rate_per_thousand(small: Path) -> None:
    rows = _rows(small / "msds_monthly/msds-feb2026-exp-measures.csv")
    by_rate = {
        (row["Org_Code"], row["Indicator"], row["Currency"]): row["Value"]
        for row in rows
        if row["Indicator"] in ("CQIMApgar", "CQIMPreterm")
    }
    for (code, indicator, currency), value in by_rate.items():
        if currency == "Rate per Thousand":
            assert (value == "*") == (by_rate[code, indicator, "Numerator"] == "5")


def test_every_part_is_marked_synthetic(small: Path) -> None:
    mark = (small / SYNTHETIC_MARK).read_text("utf-8")
    assert mark.startswith("SYNTHETIC")
    listed = mark.partition("Files:\n")[2].splitlines()
    names = {path.relative_to(small).as_posix() for path in small.rglob("*") if path.is_file()}
    assert set(listed) == names - {SYNTHETIC_MARK}


def test_an_earlier_sample_goes_and_other_files_are_never_called_synthetic(tmp_path: Path) -> None:
    write_sample(tmp_path, lmns=1, months=3)
    write_sample(tmp_path, lmns=1, months=2)
    assert not list(tmp_path.rglob("*jan2026*"))
    mine = tmp_path / "real.csv"
    mine.write_text("a\n")
    with pytest.raises(ValueError, match=r"holds real\.csv"):
        write_sample(tmp_path, lmns=1, months=2)
    assert mine.exists() and list(tmp_path.rglob("*feb2026*"))


def test_shares_come_out_as_they_are_set() -> None:
    women = people(1, "booking", dt.date(2026, 2, 1))
    system = np.array([code == "QWO" for code in provider_systems()])[women.provider]
    assert abs(women.has("carer_by_28_weeks", "yes")[system].mean() - 0.17) < 0.02
    share = ATTRIBUTES["age"].shares["30"] / sum(ATTRIBUTES["age"].shares.values())
    assert abs(women.has("age", "30").mean() - share) < 0.01


def test_a_planted_effect_is_in_the_people() -> None:
    women = people(1, "booking", dt.date(2026, 2, 1))
    here = women.provider == provider_codes().index("RWE")
    yes = women.has("carer_by_28_weeks", "yes")
    asian = np.array([code in "HJKL" and code != "" for code in ETHNIC_CODES])[women.ethnic]
    white = np.array([code in "ABC" and code != "" for code in ETHNIC_CODES])[women.ethnic]
    assert yes[here & white].mean() - yes[here & asian].mean() > 0.1


def test_an_effect_grows_evenly() -> None:
    effect = Effect("age", 0.4, first=dt.date(2025, 1, 1), ramp_until=dt.date(2025, 11, 1))
    assert effect.factor_in(dt.date(2024, 12, 1)) == 1.0
    assert effect.factor_in(dt.date(2025, 6, 1)) == pytest.approx(0.7)
    assert effect.factor_in(dt.date(2026, 1, 1)) == pytest.approx(0.4)


def test_an_attribute_of_the_other_event_is_refused() -> None:
    with pytest.raises(ValueError, match="only book"):
        people(1, "booking", dt.date(2026, 2, 1)).drawn("twins")


def test_pick_takes_every_place_in_its_share() -> None:
    assert pick(np.array([0.0, 0.24, 0.25, 0.99]), [1, 3]).tolist() == [0, 0, 1, 1]


def test_months_run_back_over_the_year() -> None:
    assert months_back(dt.date(2026, 2, 1), 3) == [
        dt.date(2025, 12, 1),
        dt.date(2026, 1, 1),
        dt.date(2026, 2, 1),
    ]


@pytest.mark.parametrize(("lmns", "months"), [(0, 2), (43, 2), (1, 1)])
def test_numbers_out_of_range_are_refused(tmp_path: Path, lmns: int, months: int) -> None:
    with pytest.raises(ValueError, match="the sample has"):
        write_sample(tmp_path, lmns=lmns, months=months)


def test_small_areas_fill_each_decile_evenly() -> None:
    made = areas(1)
    assert sorted(area.rank_2019 for area in made) == list(range(1, len(made) + 1))
    tenths = [sum(area.decile_2025 == decile for area in made) for decile in range(1, 11)]
    assert max(tenths) - min(tenths) <= 1
    assert all(count >= 0 for area in made for count in area.residents.values())


def test_wilsons_limits_are_those_of_the_textbook() -> None:
    # Newcombe 1998, table I, method 3: 81 of 263
    assert wilson(81, 263, Z_95) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20, Z_95)[0] == 0


def test_hospital_tables_add_up() -> None:
    counts = np.arange(12).reshape(2, 6) * 900
    columns = dict(zip(METHODS, _method_columns(counts).T.tolist(), strict=True))
    assert columns["Total caesarean"] == [
        a + b
        for a, b in zip(columns["Caesarean elective"], columns["Caesarean emergency / other"], strict=True)
    ]
    for total, parts in (
        ("Total spontaneous", ("Spontaneous vertex", "Spontaneous other", "Breech other")),
        ("Total instrumental ", ("Forceps low", "Forceps other", "Ventouse", "Breech extraction")),
    ):
        assert columns[total] == [
            sum(values) for values in zip(*(columns[part] for part in parts), strict=True)
        ]
