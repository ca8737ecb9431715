"""The sample's local extracts keep to the contract, say nothing of real people, and hold what planted.csv says of them.

The truths are counted again from the files alone, with pandas.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from orchestration.ingest.declarations import Table, read_declarations
from orchestration.sample import local_extracts
from orchestration.sample.areas import areas
from orchestration.sample.extract import NONE, Dialect, Rows, numbers_held, unissued_numbers
from orchestration.sample.planted import Planted
from orchestration.sample.postcodes import postcode
from orchestration.sample.pregnancies import _pairs
from orchestration.sample.truth import England

SYSTEMS = ("QK1", "QMF", "QGH")
MONTHS = 4
GROUPS = {
    **dict.fromkeys("ABC", "WHITE"), **dict.fromkeys("DEFG", "MIXED"), **dict.fromkeys("HJKL", "ASIAN"),
    **dict.fromkeys("MNP", "BLACK"), **dict.fromkeys("RS", "OTHER"),
}  # fmt: skip


@pytest.fixture(scope="module")
def england() -> England:
    return England(1)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, england: England) -> tuple[Path, list[Planted]]:
    folder = tmp_path_factory.mktemp("local_extracts")
    return folder, local_extracts.write(folder, SYSTEMS, MONTHS, england, areas(1))


@pytest.fixture(scope="module")
def tables() -> dict[str, Table]:
    (source,) = (source for source in read_declarations() if source.name == "local")
    return {table.name.removeprefix("local__"): table for table in source.tables}


def _mapping(folder: Path, supplier: str, dataset: str) -> dict:
    return yaml.safe_load((folder / "mappings" / supplier / f"{dataset}.yaml").read_text("utf-8"))


def _frame(path: Path) -> pd.DataFrame:
    if path.suffix == ".xlsx":
        return pd.read_excel(path, dtype=str, keep_default_na=False, engine="calamine")
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _files(folder: Path, dataset: str, supplier: str) -> list[Path]:
    """The files of a data set, by the mapping's pattern or the template's name."""
    pattern = _mapping(folder, supplier, dataset).get("file_name") or f"^{dataset}_{supplier}"
    return [path for path in sorted((folder / "local" / supplier).iterdir()) if re.match(pattern, path.name)]


def _read(folder: Path, dataset: str, supplier: str, *, with_resupplied: bool = False) -> pd.DataFrame:
    """Every row of a data set in the contract's own terms; of a month supplied twice the second file."""
    files = _files(folder, dataset, supplier)
    again = [path.name.replace("_v2", "") for path in files if "_v2" in path.name]
    if not with_resupplied:
        files = [path for path in files if path.name not in again]
    rows = pd.concat([_frame(path) for path in files], ignore_index=True)
    mapping = _mapping(folder, supplier, dataset)
    if not mapping.get("columns"):
        return rows
    rows = rows.rename(columns={header: name for name, header in mapping["columns"].items()})
    for name, words in mapping["values"].items():
        assert set(rows[name]) - {""} <= set(words), name
        rows[name] = rows[name].map({"": "", **words})
    for name in mapping["units"]:
        parts = rows[name].str.extract(r"^(\d+)\+([0-6])$")
        assert (parts[0].notna() | (rows[name] == "")).all()
        rows[name] = [
            "" if pd.isna(weeks) else str(int(weeks) * 7 + int(days))
            for weeks, days in parts.itertuples(index=False)
        ]
    for name in rows.columns[rows.columns.str.endswith("_date")]:
        rows[name] = rows[name].str.replace(r"^(\d\d)/(\d\d)/(\d{4})$", r"\3-\2-\1", regex=True)
    return rows


def _supplied(folder: Path) -> list[tuple[str, str]]:
    return [(path.stem, path.parent.name) for path in sorted((folder / "mappings").rglob("*.yaml"))]


def test_same_people_same_bytes(
    written: tuple[Path, list[Planted]], england: England, tmp_path: Path
) -> None:
    folder, truths = written
    again = local_extracts.write(tmp_path, ("QK1",), MONTHS, england, areas(1))
    assert again == [row for row in truths if row.lmns_code == "QK1"]
    for path in sorted((tmp_path / "local").rglob("*.*")):
        other = folder / path.relative_to(tmp_path)
        assert path.read_bytes() == other.read_bytes(), path.name
        assert path.stat().st_mtime == other.stat().st_mtime


def test_every_file_has_a_mapping_and_every_mapping_a_file(written: tuple[Path, list[Planted]]) -> None:
    folder, _ = written
    claimed = {path for dataset, supplier in _supplied(folder) for path in _files(folder, dataset, supplier)}
    assert claimed == {path for path in (folder / "local").rglob("*") if path.is_file()}
    assert all(_files(folder, dataset, supplier) for dataset, supplier in _supplied(folder))
    assert {dataset for dataset, _ in _supplied(folder)} == {
        "maternity_booking", "maternity_birth", "neonatal_admission", "perinatal_mental_health",
        "council_indicator", "voice", "voices_membership", "community_asset", "workforce",
    }  # fmt: skip


def test_every_value_is_one_of_the_contract(
    written: tuple[Path, list[Planted]], tables: dict[str, Table]
) -> None:
    folder, _ = written
    for dataset, supplier in _supplied(folder):
        rows = _read(folder, dataset, supplier, with_resupplied=True)
        assert len(rows)
        fields = {column.name: column for column in tables[dataset].columns if not column.made_from}
        sources = {
            name
            for column in tables[dataset].columns
            if column.personal
            for name in (column.personal.source, column.personal.at)
        }
        assert set(rows.columns) <= set(fields) | sources, (dataset, supplier)
        for column in fields.values():
            here = {column.name} | ({column.personal.source} if column.personal else set())
            own = ("supplier_code", "supplier_name", "lmns_code")
            assert not column.required or here & set(rows.columns) or column.name in own, (
                dataset,
                column.name,
            )
            if column.name not in rows.columns or (column.personal and column.personal.kind != "postcode"):
                continue
            values = set(rows[column.name]) - {"", *column.marks}
            place = (dataset, supplier, column.name)
            assert not column.required or column.marks or "" not in set(rows[column.name]), place
            if column.codes:
                assert values <= set(column.codes), place
            if column.pattern:
                assert all(re.fullmatch(column.pattern, value) for value in values), place
            if column.type == "date":
                assert all(dt.date.fromisoformat(value[:10]) for value in values), place
            if column.type in ("integer", "count"):
                assert all(value.isdigit() for value in values), place
            if column.type == "number":
                assert all(float(value) >= 0 for value in values), place


def test_numbers_are_of_the_range_that_is_never_issued(written: tuple[Path, list[Planted]]) -> None:
    folder, _ = written
    wrong = 0
    for dataset, supplier in _supplied(folder):
        rows = _read(folder, dataset, supplier, with_resupplied=True)
        for name in rows.columns[rows.columns.str.endswith("nhs_number")]:
            numbers = rows.loc[rows[name] != "", name].unique()
            assert all(re.fullmatch(r"999\d{7}", number) for number in numbers)
            weighted = [sum(int(digit) * weight for digit, weight in zip(number, range(10, 1, -1), strict=False))
                        for number in numbers]  # fmt: skip
            bad = [
                (11 - total % 11) % 11 != int(number[9])
                for total, number in zip(weighted, numbers, strict=True)
            ]
            assert dataset == "neonatal_admission" or not any(bad)
            wrong += sum(bad)
    assert wrong > 0


def test_each_person_has_one_number() -> None:
    written = unissued_numbers(np.arange(numbers_held()))
    values = (written - ord("0")).astype(np.int64) @ 10 ** np.arange(9, -1, -1)
    assert len(np.unique(values)) == numbers_held() > 900_000


def test_postcodes_are_no_places_and_are_in_the_look_up(written: tuple[Path, list[Planted]]) -> None:
    folder, _ = written
    (path,) = (folder / "postcodes").iterdir()
    known = set(_frame(path)["pcds"])
    found = set(_read(folder, "maternity_booking", "RWE")["mother_postcode"]) - {""}
    assert all(re.fullmatch(r"ZZ99 \d[A-Z]{2}", code) for code in known | found)
    assert found - known == {"ZZ99 3VZ", "ZZ99 3GZ"}
    assert len({postcode(number) for number in range(3800)}) == 3800


def test_two_records_of_a_woman_fit_together(written: tuple[Path, list[Planted]]) -> None:
    folder, _ = written
    for supplier in ("RWE", "RQX", "RWP"):
        bookings = _read(folder, "maternity_booking", supplier)
        births = _read(folder, "maternity_birth", supplier)
        assert bookings["pregnancy_id"].is_unique and births["baby_id"].is_unique
        both = births.merge(bookings, on="pregnancy_id", suffixes=("_birth", ""))
        assert len(both) > 0.9 * len(births)
        assert (both["mother_nhs_number_birth"] == both["mother_nhs_number"]).all()
        assert (both["mother_birth_date_birth"] == both["mother_birth_date"]).all()
        assert (both["mother_ethnic_category"] == both["ethnic_category"]).all()
        known = both[(both["gestation_at_booking_days"] != "") & (both["gestation_at_birth_days"] != "")]
        apart = pd.to_datetime(known["baby_birth_date"]) - pd.to_datetime(known["booking_date"])
        off = apart.dt.days - (
            known["gestation_at_birth_days"].astype(int) - known["gestation_at_booking_days"].astype(int)
        )
        assert (apart.dt.days > 0).all()
        assert off.abs().max() <= 31 and (off == 0).mean() > 0.5


def _fifths(record: pd.DataFrame, folder: Path) -> pd.Series:
    decile = {area.code: f"Q{(area.decile_2025 + 1) // 2}" for area in areas(1)}
    if "lsoa_code" in record:
        return record["lsoa_code"].map(decile)
    (path,) = (folder / "postcodes").iterdir()
    lookup = _frame(path).set_index("pcds")["lsoa21"]
    return record["mother_postcode"].map(lookup).map(decile)


def _share(events: pd.Series, among: pd.Series) -> float:
    return 100 * (events & among).sum() / among.sum()


def _number(values: pd.Series) -> pd.Series:
    return pd.to_numeric(values, errors="coerce")


def _events(folder: Path, metric: str, supplier: str) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Records, events and those among whom they are counted, from the files alone."""
    if metric in ("local_booking_by_10_weeks", "local_care_plan", "local_folic_acid"):
        rows = _read(folder, "maternity_booking", supplier)
        rows = rows[rows["booking_date"] >= "2025-04-01"].copy()
        rows["ethnic"] = rows["ethnic_category"]
        if metric == "local_care_plan":
            return rows, rows["care_plan_recorded"] == "Y", rows["care_plan_recorded"] != ""
        if metric == "local_folic_acid":
            return rows, rows["folic_acid"] == "Y", rows["folic_acid"].isin(["Y", "N"])
        length = _number(rows["gestation_at_booking_days"])
        return rows, length <= 70, length.notna()
    rows = _read(folder, "maternity_birth", supplier)
    rows["ethnic"] = rows["mother_ethnic_category"]
    length = _number(rows["gestation_at_birth_days"])
    term, live = length >= 259, rows["pregnancy_outcome"] == "01"
    if metric == "local_preterm":
        return rows, length < 259, length.notna() & live & (rows["births_in_delivery"] == "1")
    if metric == "local_skin_to_skin":
        return rows, rows["skin_to_skin"] == "Y", term & rows["skin_to_skin"].isin(["Y", "N"])
    admitted = _read(folder, "neonatal_admission", supplier)
    both = rows.assign(admission_id="N" + rows["baby_id"].str[1:]).merge(
        admitted, on="admission_id", suffixes=("", "_admitted"), how="left"
    )
    # a baby that was born elsewhere is another one than that of the birth record
    same = both["gestation_at_birth_days"] == both["gestation_at_birth_days_admitted"]
    same &= both["birth_weight_grams"] == both["birth_weight_grams_admitted"]
    return rows, pd.Series(same.to_numpy(), index=rows.index), term & live


@pytest.mark.parametrize(
    "metric",
    [
        "local_booking_by_10_weeks",
        "local_care_plan",
        "local_folic_acid",
        "local_preterm",
        "local_skin_to_skin",
        "local_term_admission",
    ],
)
def test_gaps_are_as_large_as_is_said(written: tuple[Path, list[Planted]], metric: str) -> None:
    folder, truths = written
    planted = [row for row in truths if row.metric_id == metric and row.kind.startswith("record_")]
    assert planted
    for row in planted:
        rows, events, among = _events(folder, metric, row.organisation_code)
        group = rows["ethnic"].map(GROUPS) if row.dimension == "ethnicity" else _fifths(rows, folder)
        size = _share(events, among & (group == row.group_code)) - _share(
            events, among & (group == row.reference_group)
        )
        # admissions of the last days of March are in the file of April, which is not there
        assert size == pytest.approx(
            float(row.size), abs=0.25 if metric == "local_term_admission" else 0.006
        ), row


def test_babies_that_can_be_linked_are_as_many_as_is_said(written: tuple[Path, list[Planted]]) -> None:
    folder, truths = written
    for row in truths:
        if row.kind == "linked_babies":
            births = _read(folder, "maternity_birth", row.organisation_code)
            admitted = _read(folder, "neonatal_admission", row.organisation_code)
            share = 100 * admitted["baby_nhs_number"].isin(set(births["baby_nhs_number"]) - {""}).mean()
            assert share == pytest.approx(float(row.size), abs=0.5)
        if row.kind == "births_with_booking":
            births = _read(folder, "maternity_birth", row.organisation_code)
            bookings = _read(folder, "maternity_booking", row.organisation_code)
            share = 100 * births["pregnancy_id"].isin(bookings["pregnancy_id"]).mean()
            assert share == pytest.approx(float(row.size), abs=0.006)


def test_one_neonatal_unit_fails_in_coding_and_no_other(written: tuple[Path, list[Planted]]) -> None:
    folder, truths = written
    said = {row.metric_id: float(row.size) for row in truths if row.kind == "baby_ethnicity_failure"}
    for supplier in ("RWE", "RQX", "RWP"):
        births = _read(folder, "maternity_birth", supplier)
        admitted = _read(folder, "neonatal_admission", supplier)
        admitted["baby_id"] = "B" + admitted["admission_id"].str[1:]
        both = admitted.merge(births, on="baby_id", suffixes=("", "_at_birth"))
        for unit, rows in both.groupby("unit_code"):
            coded = rows["baby_ethnic_category"] != ""
            compared = coded & (rows["baby_ethnic_category_at_birth"] != "")
            agrees = _share(rows["baby_ethnic_category"] == rows["baby_ethnic_category_at_birth"], compared)
            if unit == "RWE02":
                assert 100 * coded.mean() == pytest.approx(said["second_unit_coded"], abs=1)
                assert agrees == pytest.approx(said["second_unit_agrees"], abs=2)
                assert agrees < 60 and 100 * coded.mean() < 60
            else:
                assert coded.mean() > 0.9 and agrees == 100


def test_a_month_is_missing_and_one_comes_twice(written: tuple[Path, list[Planted]]) -> None:
    folder, truths = written
    kinds = {row.kind: row for row in truths}
    missing = kinds["missing_month"].period_start[:7].replace("-", "")
    held = {path.stem[-6:] for path in _files(folder, "maternity_booking", "RWE")}
    asked = {f"{month:%Y%m}" for month in local_extracts.Window.of("QK1", MONTHS).bookings}
    assert asked - held == {missing}
    again = kinds["resupplied_month"].period_start[:7].replace("-", "")
    first, second = (
        folder / "local" / "RWE" / f"maternity_birth_RWE_{again}{version}.csv" for version in ("", "_v2")
    )
    assert first.stat().st_mtime < second.stat().st_mtime
    one, two = _frame(first), _frame(second)
    assert one.drop(columns="first_feed").equals(two.drop(columns="first_feed"))
    assert (one["first_feed"] != "").sum() < (two["first_feed"] != "").sum()


def test_voices_assets_and_staff_hold_what_is_said(written: tuple[Path, list[Planted]]) -> None:
    folder, truths = written
    voices = _read(folder, "voice", "LLRMNVP").set_index("voice_id")
    planted = [row for row in truths if row.kind == "voice"]
    assert {row.expected for row in planted} == {"supported", "contradicted", "mixed", "untestable"}
    said = {(row.expected, row.group_code): voices.loc[row.organisation_code] for row in planted}
    assert said["supported", "BLACK"]["metric_id"] == "local_booking_by_10_weeks"
    assert said["contradicted", "ASIAN"]["metric_id"] == "local_care_plan"
    assert said["mixed", "BLACK"]["metric_id"] == said["untestable", "so"]["metric_id"] == ""
    assert said["untestable", "MIXED"]["statement"] and not said["untestable", "MIXED"]["cleared_by_role"]
    assets = _read(folder, "community_asset", "LLRVCS")
    feeding = set(assets.loc[assets["kind"] == "infant_feeding", "area_code"])
    assert feeding == {"E06000016", "E10000018"} and "E06000017" in set(assets["area_code"])
    named = {code for text in assets["communities"] for code in text.split(";")}
    assert "BLACK" not in named and not named & set("MNP")
    for row in truths:
        if row.kind in ("wres_gap", "wres_no_gap"):
            staff = _read(folder, "workforce", row.organisation_code)
            mine = staff[(staff["measure"] == row.metric_id) | (staff["survey_question"] == row.metric_id)]
            rate = mine.set_index("ethnic_group").pipe(
                lambda frame: 100 * frame["numerator"].astype(int) / frame["denominator"].astype(int)
            )
            assert rate["BME"] - rate["WHITE"] == pytest.approx(float(row.size), abs=0.006)
        if row.kind == "wres_band_gap":
            staff = _read(folder, "workforce", row.organisation_code)
            mine = staff[(staff["staff_group"] == "all") & (staff["ethnic_group"] == "BME")]
            mine = mine[mine["measure"] == "headcount"].set_index("band_cluster")
            share = 100 * mine["numerator"].astype(int) / mine["denominator"].astype(int)
            assert share[row.metric_id] - share["all"] == pytest.approx(float(row.size), abs=0.006)


def test_councils_count_the_births_of_their_areas_and_hide_the_smallest(
    written: tuple[Path, list[Planted]],
) -> None:
    folder, _ = written
    every = pd.concat(
        [_read(folder, "council_indicator", code) for code in ("E06000016", "E06000017", "E10000018")]
    )
    births = _read(folder, "maternity_birth", "RWE")
    homes = births.drop_duplicates("mother_nhs_number")["mother_postcode"]
    (path,) = (folder / "postcodes").iterdir()
    visited = every[(every["indicator"] == "new_birth_visit") & (every["dimension"] == "all")]
    assert visited["denominator"].astype(int).sum() == homes.isin(_frame(path)["pcds"]).sum()
    assert "*" in set(every["numerator"])
    assert not {"1", "2", "3", "4"} & (set(every["numerator"]) | set(every["denominator"]))


def test_more_births_than_numbers_have_pseudonyms(tmp_path: Path) -> None:
    local_extracts.write(tmp_path, SYSTEMS, 1, England(1), areas(1), births=15_000)
    births = [_read(tmp_path, "maternity_birth", supplier) for supplier in ("RWE", "RQX", "RWP")]
    assert sum(map(len, births)) == pytest.approx(15_000, rel=0.05)
    for rows in births:
        assert "baby_nhs_number" not in rows and rows["baby_id"].is_unique
        live = rows["pregnancy_outcome"] == "01"
        assert rows.loc[live, "baby_pseudonym"].is_unique and (rows["mother_pseudonym"] != "").all()


def test_rows_are_written_in_a_suppliers_own_way() -> None:
    rows = Rows(Dialect({"a": "Code"}, {"a": {"Y": "Yes"}}, "%d/%m/%Y", weeks_and_days=True))
    rows.code("a", np.array([0, NONE, 1]), ("Y", "N"))
    rows.day("b", np.array([0, 365, NONE]))
    rows.pregnancy_days("c", np.array([65, NONE, 70]))
    rows.tenths("d", np.array([5, 231, NONE]))
    rows.identity("e", "P", np.array([7, NONE, 123]))
    assert rows.header == ["Code", "b", "c", "d", "e"]
    assert rows.lines() == (b"Yes,01/01/1970,9+2,0.5,P000000007\n,01/01/1971,,23.1,\nN,,10+0,,P000000123\n")


def test_pairs_have_one_key_and_nobody_twice() -> None:
    one, other = _pairs(
        np.array([1, 1, 2, 3]), np.array([5, 3, 1, 1]), np.array([2, 1, 1, 1, 2]), np.array([4, 9, 2, 5, 1])
    )
    pairs = sorted(zip(one.tolist(), other.tolist(), strict=True))
    assert [mine for mine, _ in pairs] == [0, 1, 2]
    assert len({theirs for _, theirs in pairs}) == 3
    assert dict(pairs)[1] == 2 and dict(pairs)[0] in (1, 3)
