"""Splink's match weights on a handful of records: what is learnt from which pairs, and what nothing is learnt from."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from math import log2
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from orchestration.settings import DBT_DIR

MODEL = DBT_DIR / "models" / "harmonised" / "linkage" / "int_linkage_pair.py"
RECORD = {
    "side": "birth", "lmns_code": "QK1", "supplier_code": "RWE", "record_id": "b1", "birth_month": "2025-01-01", "baby_pseudonym": None,
    "provider_code": "RWE", "gestation_at_birth_days": 270, "birth_weight_grams": 3000, "sex": "1", "lsoa_code": "E01", "mother_pseudonym": "m1",
}  # fmt: skip
NUMBERS = {"gestation_at_birth_days", "birth_weight_grams"}
TRUTH = (
    "lmns_code",
    "admission_supplier_code",
    "admission_id",
    "birth_supplier_code",
    "baby_id",
    "is_same_month",
)


@pytest.fixture
def code(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    spec = importlib.util.spec_from_file_location("int_linkage_pair", MODEL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def birth(number: int, **other: Any) -> dict[str, Any]:
    return {**RECORD, "record_id": f"b{number}", **other}


def admission(number: int, **other: Any) -> dict[str, Any]:
    return {**RECORD, "side": "admission", "record_id": f"a{number}", **other}


def table(rows: list[tuple[Any, ...]], columns: dict[str, str]) -> str:
    """Query of rows that may be none."""
    kinds = ", ".join(
        f"cast(c{number} as {kind}) as {name}" for number, (name, kind) in enumerate(columns.items())
    )
    values = ", ".join(
        "(" + ", ".join("null" if value is None else f"'{value}'" for value in row) + ")"
        for row in rows or [(None,) * len(columns)]
    )
    names = ", ".join(f"c{number}" for number in range(len(columns)))
    return f"select {kinds} from (values {values}) as given({names})" + ("" if rows else " where false")


@pytest.fixture
def weigh(code: Any) -> Callable[..., list[dict[str, Any]]]:
    """The model on records; those that share a pseudonym are known to be of one baby."""

    def weighed(*records: dict[str, Any]) -> list[dict[str, Any]]:
        truth = [
            (
                one["lmns_code"],
                one["supplier_code"],
                one["record_id"],
                other["supplier_code"],
                other["record_id"],
                True,
            )
            for one in records
            for other in records
            if one["side"] == "admission" and other["side"] == "birth"
            if one["baby_pseudonym"] is not None and one["baby_pseudonym"] == other["baby_pseudonym"]
        ]
        kinds = {name: "integer" if name in NUMBERS else "varchar" for name in RECORD}
        given = {
            "int_linkage_record": table(
                [tuple(row.values()) for row in records], kinds | {"birth_month": "date"}
            ),
            "int_linkage_truth": table(truth, dict.fromkeys(TRUTH, "varchar") | {"is_same_month": "boolean"}),
        }
        with duckdb.connect() as connection:
            dbt = SimpleNamespace(
                ref=lambda name: connection.query(given[name]),
                config=SimpleNamespace(meta_get={"near_days": 3, "near_grams": 50}.get),
            )
            found = code.model(dbt, connection)
            assert dict(zip(found.columns, map(str, found.types), strict=True)) == {
                name: kind.upper() for name, kind in code.COLUMNS.items()
            }
            return [dict(zip(code.COLUMNS, row, strict=True)) for row in found.fetchall()]

    return weighed


def known(number: int, **other: Any) -> list[dict[str, Any]]:
    """The admission and the birth of one baby that is like no other."""
    own = {
        "baby_pseudonym": f"p{number}", "mother_pseudonym": f"m{number}", "birth_weight_grams": 2000 + 100 * number,
        "gestation_at_birth_days": 200 + 5 * number, "lsoa_code": f"E{number}", "sex": str(1 + number % 2),
    }  # fmt: skip
    return [admission(number, **own | other), birth(number, **own)]


@pytest.mark.parametrize(
    "records", [[], [birth(1), birth(2)], [admission(1)]], ids=["none", "births", "admissions"]
)
def test_where_nothing_can_be_linked_splink_is_not_even_imported(
    weigh: Callable[..., list[dict[str, Any]]], records: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "splink", None)  # an import of it raises
    assert weigh(*records) == []
    with pytest.raises(ImportError):
        weigh(birth(1), admission(1))


def test_what_pairs_agree_in_is_learnt_from_those_that_are_known(
    weigh: Callable[..., list[dict[str, Any]]],
) -> None:
    records = [row for number in range(1, 9) for row in known(number)]
    rows = weigh(*records, *known(9, birth_weight_grams=2920))
    assert len(rows) == 9
    by_id = {row["admission_id"]: row for row in rows}
    assert {by_id[f"a{number}"]["birth_weight_grams"] for number in range(1, 9)} == {"agrees"}
    assert by_id["a9"]["birth_weight_grams"] == "nearly"
    # every pair of one baby agrees in sex, and 32 of the 72 pairs of two babies
    assert by_id["a1"]["sex_weight"] == pytest.approx(log2(1 / (32 / 72)), abs=1e-4)
    # 1 of 9 pairs of one baby is nearly the same in weight, and 1 of 72 of two babies: 2,920 beside 2,900 grams is another's
    assert by_id["a9"]["birth_weight_grams_weight"] < by_id["a1"]["birth_weight_grams_weight"]
    for row in rows:
        fields = [row[name] for name in row if name.endswith("_weight") and name != "match_weight"]
        prior = row["match_weight"] - sum(fields)
        # 9 known of 9 admissions and 81 pairs
        share = 9 * 9.5 / 10 / 82
        assert prior == pytest.approx(log2(share / (1 - share)), abs=1e-3)
        assert row["match_probability"] == pytest.approx(1 / (1 + 2 ** -row["match_weight"]), abs=1e-6)
        assert row["has_same_pseudonym"] is True


def test_a_field_that_one_record_does_not_hold_says_nothing(
    weigh: Callable[..., list[dict[str, Any]]],
) -> None:
    rows = weigh(*known(1), *known(2), *known(3, sex=None, lsoa_code=None))
    (third,) = [row for row in rows if row["admission_id"] == "a3"]
    assert (third["sex"], third["sex_weight"], third["lsoa_code"], third["lsoa_code_weight"]) == (
        None,
        0,
        None,
        0,
    )


def test_a_difference_that_no_known_pair_shows_speaks_against_and_not_for_a_pair(
    weigh: Callable[..., list[dict[str, Any]]],
) -> None:
    records = [row for number in range(1, 9) for row in known(number)]
    twin = {"mother_pseudonym": "m20", "gestation_at_birth_days": 260, "lsoa_code": "E20"}
    rows = weigh(
        *records,
        admission(20, **twin, birth_weight_grams=2500, sex="1"),
        birth(20, **twin, birth_weight_grams=2480, sex="2"),
    )
    (pair,) = [row for row in rows if (row["admission_id"], row["baby_id"]) == ("a20", "b20")]
    assert (pair["mother_pseudonym"], pair["sex"]) == ("agrees", "differs")
    # of 73 pairs of two babies 41 differ in sex; of pairs of one baby Splink's own share, while half a pair of 8 is more
    assert pair["sex_weight"] == pytest.approx(log2(0.05 / (41 / 73)), abs=1e-4)
    assert pair["sex_weight"] < 0 < pair["mother_pseudonym_weight"]
    assert pair["has_same_pseudonym"] is None


def test_pairs_are_of_one_system_and_month(weigh: Callable[..., list[dict[str, Any]]]) -> None:
    assert weigh(admission(1), birth(1, birth_month="2025-02-01"), birth(2, lmns_code="QMF")) == []
    assert weigh(admission(1, birth_month=None), birth(1, birth_month=None)) == []


@pytest.mark.parametrize("pseudonyms", [("p", "p"), (None, None), ("p", "q")], ids=["same", "none", "two"])
def test_one_pair_alone_can_be_weighed(
    weigh: Callable[..., list[dict[str, Any]]], pseudonyms: tuple[str | None, str | None]
) -> None:
    one, other = pseudonyms
    (pair,) = weigh(admission(1, baby_pseudonym=one), birth(1, baby_pseudonym=other))
    assert 0 < pair["match_probability"] <= 1
    assert pair["has_same_pseudonym"] == (None if one is None else one == other)
    # nothing has been learnt that could tell two babies apart: the pair is not linked but by its pseudonym
    assert (pair["match_weight"] >= 10) is (one is not None and one == other)


def test_the_same_records_in_another_order_give_the_same_rows(
    weigh: Callable[..., list[dict[str, Any]]], code: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [row for number in range(1, 13) for row in known(number, sex=str(1 + number % 3 // 2))]
    records += [admission(30, lsoa_code="E3"), birth(30, lsoa_code="E3"), birth(31)]
    everything = weigh(*records)
    assert everything == weigh(*reversed(records))
    # with more pairs than are looked at, some admissions stand for all
    monkeypatch.setattr(code, "PAIRS_OF_TWO_BABIES", 40)
    some = weigh(*records)
    assert some == weigh(*reversed(records))
    assert some != everything
    assert [[row[name] for name in code.KEY] for row in some] == [
        [row[name] for name in code.KEY] for row in everything
    ]
