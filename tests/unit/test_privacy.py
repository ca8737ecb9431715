"""Pseudonyms, keys, and what is taken for an identifier."""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from pathlib import Path

import pytest

from orchestration.ingest.privacy import (
    IssuedNumber,
    NoKey,
    PostcodeLookup,
    Pseudonyms,
    identifiers_in,
    is_identifier,
    key_id,
    make_key,
    read_key,
    valid_numbers,
)
from tests.local_files import KEY, nhs_number

# printed in the NHS Data Dictionary and in many guides as an example of the check digit
DICTIONARY_NUMBER = "9434765919"


def test_the_check_digit_is_modulus_11() -> None:
    numbers = [DICTIONARY_NUMBER, "9434765918", "9434765870", "0000000000", "1111111111", nhs_number(1)]
    assert valid_numbers(numbers).tolist() == [True, False, True, False, False, True]
    assert valid_numbers([]).tolist() == []


def test_a_number_whose_check_would_be_ten_is_invalid() -> None:
    base = next(
        f"999{number:06d}" for number in range(1000)
        if sum(int(digit) * (10 - place) for place, digit in enumerate(f"999{number:06d}")) % 11 == 1
    )  # fmt: skip
    assert not valid_numbers([base + str(last) for last in range(10)]).any()


def test_a_pseudonym_is_the_first_half_of_an_hmac_and_the_same_however_the_number_is_written() -> None:
    maker = Pseudonyms(KEY.encode())
    made, status = maker.numbers(
        [DICTIONARY_NUMBER, "943 476 5919", "943-476-5919", "943476591", "9434765918", None]
    )
    expected = hmac.new(
        KEY.encode(), b"nhs_number\x1f" + DICTIONARY_NUMBER.encode(), hashlib.sha256
    ).hexdigest()[:32]
    assert made == [expected] * 3 + [None] * 3
    assert status == ["valid"] * 3 + ["invalid"] * 2 + ["missing"]
    assert (maker.counts.valid, maker.counts.invalid, maker.counts.missing) == (3, 2, 1)
    assert Pseudonyms(b"another key" * 4).numbers([DICTIONARY_NUMBER])[0] != [expected]


def test_a_pseudonym_made_elsewhere_is_made_anew_and_a_number_among_them_is_no_pseudonym() -> None:
    maker = Pseudonyms(KEY.encode())
    made, status = maker.given(["abc123", DICTIONARY_NUMBER, None])
    assert status == ["given", "valid", "missing"]
    assert made[0] not in (None, "abc123") and made[1] == maker.numbers([DICTIONARY_NUMBER])[0][0]
    assert (maker.counts.given, maker.counts.valid, maker.counts.missing) == (1, 2, 1)


def test_local_identifiers_are_kept_apart_by_supplier() -> None:
    maker = Pseudonyms(KEY.encode())
    assert maker.of("RWE\x1fpregnancy_id", ["1"]) != maker.of("RT5\x1fpregnancy_id", ["1"])


def test_synthetic_files_may_hold_numbers_for_tests_only() -> None:
    maker = Pseudonyms(KEY.encode(), only_test_numbers=True)
    assert maker.numbers([nhs_number(5)])[1] == ["valid"]
    with pytest.raises(IssuedNumber):
        maker.numbers([DICTIONARY_NUMBER])


def test_a_key_is_made_once_for_its_owner_alone_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "audit.key"
    made = make_key(path)
    assert key_id(read_key(path, None)) == made and len(made) == 8
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        make_key(path)


def test_what_is_no_usable_key_says_so_and_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NoKey, match="equity-audit key FILE"):
        read_key(None, None)
    with pytest.raises(NoKey, match="equity-audit key FILE"):
        read_key(tmp_path / "absent", None)
    with pytest.raises(NoKey, match="fewer than 32"):
        read_key(None, "short")
    for weak in ("a" * 32, "0123456789" * 4, "abcdef" * 6, "ab1" * 20 + "ab"):
        with pytest.raises(NoKey, match="repeats itself"):
            read_key(None, weak)
    assert read_key(None, "5d41402abc4b2a76b9719d911017c592")
    path = tmp_path / "audit.key"
    make_key(path)
    with pytest.raises(NoKey, match="outside of both"):
        read_key(path, None, [tmp_path])


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "audit.key"
    make_key(path)
    path.chmod(0o644)
    with pytest.raises(NoKey, match="chmod 600"):
        read_key(path, None)


@pytest.mark.parametrize(
    ("header", "is_one"),
    [
        ("Surname", True), ("Mother's Name", True), ("NHS_Number", True), ("Date of Birth", True), ("MRN", True),
        ("GP Name", True), ("E-mail", True), ("Mobile Phone", True), ("Hospital No.", True), ("Postcode", True),
        ("Hospital name", False), ("Site name", False), ("Group name", False), ("Booking date", False),
        ("Ethnic category", False), ("Birth weight", False), ("LSOA", False),
    ],
)  # fmt: skip
def test_headers_of_identifiers_are_told_from_others(header: str, is_one: bool) -> None:
    assert is_identifier(header) is is_one


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            f"My number is {DICTIONARY_NUMBER[:3]} {DICTIONARY_NUMBER[3:6]} {DICTIONARY_NUMBER[6:]}",
            "an NHS number",
        ),
        ("I live at LE1 1AA", "a postcode"),
        ("write to me@example.org", "an e-mail address"),
        ("ring 0116 496 0123", "a telephone number"),
        ("my baby came on 3 March 2025", "a date"),
        ("Born 03/03/2025", "a date"),
        ("Midwife Sarah was kind", "a name"),
        ("Nobody asked whether I needed an interpreter, in 12 weeks", None),
        ("We waited 3 hours in triage", None),
    ],
)
def test_words_are_searched_for_identifiers(text: str, kind: str | None) -> None:
    assert identifiers_in(text, is_statement=True) == kind


def test_postcodes_are_found_however_they_are_written() -> None:
    lookup = PostcodeLookup.of(["LE1 1AA", "LE12 9ZZ", "B1  1AA"], ["E01000001", "E01000002", "E01000003"])
    assert lookup.find(["le11aa", "LE12 9ZZ", "B11AA", "ZE1 1AA", "A1 1AA"]) == [
        "E01000001", "E01000002", "E01000003", None, None,
    ]  # fmt: skip
    assert PostcodeLookup.of([], []).find(["LE1 1AA"]) == [None]


@pytest.mark.parametrize("length", [32, 64, 65, 200])
def test_a_pseudonym_is_the_library_s_hmac_for_keys_of_any_length(length: int) -> None:
    key = bytes(range(200))[:length]
    texts = ["9990000018", "", "ä" * 70]
    expected = [hmac.digest(key, f"scope\x1f{text}".encode(), "sha256").hex()[:32] for text in texts]
    assert Pseudonyms(key).of("scope", texts) == expected
