"""Seeded damage to a file about people: no crash, every row accounted for, and no value of it in any message."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from orchestration.check_file import check_file
from orchestration.settings import Settings
from tests import loader
from tests.faults.mutate import mutated
from tests.local_files import KEY, csv_text, nhs_number

MUTATIONS = 120
CHECKED = range(0, MUTATIONS, 4)
NAME = "maternity_booking_RWE_202503.csv"
HEADER = (
    "lmns_code,pregnancy_id,mother_nhs_number,booking_date,mother_birth_date,mother_postcode,provider_code,site_code,"
    "gestation_at_booking_days,ethnic_category,language_code,interpreter_needed,smoking_status_booking"
)
PEOPLE = range(1, 31)
NUMBERS = [nhs_number(8_000 + person, "485") for person in PEOPLE]
PLANTED = [
    *NUMBERS,
    *(f"Pzq{person}x" for person in PEOPLE),
    *(f"19{60 + person}-06-14" for person in PEOPLE),
    *(f"ZQ{person} {person % 9}QX" for person in PEOPLE),
]
FOUND = re.compile("|".join(map(re.escape, PLANTED)))


def whole() -> bytes:
    """A file of thirty people who do not exist, with all that could tell who they are."""
    rows = [
        f"QK1,Pzq{n}x,{NUMBERS[n - 1]},2025-03-{1 + n % 28:02d},19{60 + n}-06-14,ZQ{n} {n % 9}QX,RWE,RWEAA,63,A,en,N,4"
        for n in PEOPLE
    ]
    return csv_text(HEADER, *rows).encode()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> loader.Loaded:
    files: dict[str, str | bytes] = {
        f"{seed:03d}/{NAME}": mutated(whole(), seed) for seed in range(MUTATIONS)
    }
    return loader.load(tmp_path_factory.mktemp("personal"), files, pseudonym_key=KEY)


def test_no_damage_ends_the_run_and_every_row_is_accounted_for(loaded: loader.Loaded) -> None:
    assert loaded.summary.seen == MUTATIONS >= 100
    loaded.assert_accounts_add_up()
    rows = loaded.rows("select * from raw.file_register")
    assert {row["verdict"] for row in rows} <= {"loaded", "refused", "held back", "unclaimed"}
    assert sum(row["verdict"] == "loaded" for row in rows) >= 30, "damage so great that nothing is tried"
    # a reader that falls over is a fault of ours, not of the file
    assert [row["reason"] for row in rows if row["reason"] and "could not be read" in row["reason"]] == []


def test_no_message_and_no_row_holds_a_value(loaded: loader.Loaded) -> None:
    texts = [
        *loaded.summary.problems,
        *(
            row["reason"]
            for row in loaded.rows("select reason from raw.file_register where reason is not null")
        ),
        *(row["reason"] for row in loaded.rows("select reason from raw.quarantine")),
        *(row["message"] for row in loaded.rows("select message from raw.file_remark")),
        *(str(row) for row in loaded.rows("select * from raw.local__maternity_booking")),
    ]
    assert len(texts) > 100
    assert [text for text in texts if FOUND.search(text)] == []
    assert loaded.rows("select * from raw.quarantine where raw_text is not null") == []


@pytest.mark.parametrize("with_mapping_of_nobody", [False, True])
def test_check_says_the_same_and_shows_no_value(tmp_path: Path, with_mapping_of_nobody: bool) -> None:
    settings = Settings(input_dir=tmp_path / "in", output_dir=tmp_path / "out", pseudonym_key=KEY)
    # under a name that says nothing a mapping is drafted
    path = tmp_path / ("extract.csv" if with_mapping_of_nobody else NAME)
    content = (
        whole().replace(b"lmns_code,pregnancy_id", b"System,Preg ref") if with_mapping_of_nobody else whole()
    )
    fitted = 0
    for seed in CHECKED:
        path.write_bytes(mutated(content, seed))
        report = check_file(path, settings)
        said = "\n".join(report.lines) + (report.draft or "")
        assert not FOUND.search(said), seed
        counts = [
            int(n.replace(",", ""))
            for n in re.findall(r"^(?:rows read|would load|set aside) +([\d,]+)", said, re.M)
        ]
        if counts:
            read, load, aside = counts
            assert read == load + aside, seed
        fitted += bool(report.draft) if with_mapping_of_nobody else len(counts) == 3
    assert fitted >= 10
