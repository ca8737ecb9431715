"""What stands between a file about people and the warehouse: pseudonyms, small areas, and what is refused.

Pure but for reading the key. Nothing here logs, and no message holds a value.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import compress
from pathlib import Path

import numpy as np

KEY_CHARACTERS = 32
# 32 random hexadecimal digits have fewer than this once in some thousands of millions of keys
DIFFERENT_CHARACTERS = 7
PSEUDONYM_BYTES = 16
# bytes that SHA-256 works on at a time
BLOCK = 64
# numbers beginning 999 are set aside for tests and never issued to a person
TEST_NUMBERS = "999"
NUMBER_STATUS = np.array(["missing", "invalid", "valid"], dtype=object)
SYNTHETIC_KEY = b"the key of the synthetic sample: it protects nobody and need not be secret"

# headers as they are compared: letters and digits alone
FREE_IDENTIFIERS = re.compile(
    r"nhsno|nhsnum|nhsid|forename|firstname|givenname|surname|lastname|familyname|middlename|fullname|"
    r"(patient|mother|mothers|mum|baby|babys|infant|woman|womans|person|client|partner|father|nextofkin|gp)s?name|"
    r"initials|homeaddress|address|telephone|phone|mobile|email|dateofbirth|birthdate|datebirth|dob|postcode|"
    r"hospitalno|hospitalnum|hospitalid|patientid|patientno|patientnum|casenote|casenumber|medicalrecord|nextofkin|"
    r"passport|nationalinsurance|nino|dateofdeath|deathdate"
)
EXACT_IDENTIFIERS = {"name", "mrn", "crn", "pas", "pasid", "pasno", "chi", "ni", "title", "nok"}

POSTCODE = r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}"
TEN_DIGITS = re.compile(r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}")
NUMBER_IN_WORDS = re.compile(r"(?<![0-9])[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}(?![0-9])")
IN_WORDS = (
    (re.compile(rf"(?<![A-Za-z0-9]){POSTCODE}(?![A-Za-z0-9])", re.IGNORECASE), "a postcode"),
    (re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"), "an e-mail address"),
    (re.compile(r"(?<![0-9])(?:\+44 ?|0)[0-9](?:[ -]?[0-9]){8,9}(?![0-9])"), "a telephone number"),
)
IN_STATEMENTS = (
    (re.compile(r"(?<![0-9])[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:[0-9]{2}){1,2}(?![0-9])"), "a date"),
    (re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}(?![0-9])"), "a date"),
    (
        re.compile(
            r"(?<![0-9])[0-9]{1,2}(?:st|nd|rd|th)? (?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
            r"[a-z]* (?:19|20)[0-9]{2}",
            re.IGNORECASE,
        ),
        "a date",
    ),
    (
        re.compile(
            r"\b(?:Mr|Mrs|Ms|Miss|Dr|Doctor|Nurse|Sister|Midwife|Prof|Professor)\.? [A-Z][a-z]+|"
            r"\b(?:my name is|called|named) [A-Z][a-z]+"
        ),
        "a name",
    ),
)


class NoKey(ValueError):
    """There is no usable key; the message says how to make one."""


def make_key(path: Path) -> str:
    """Write a new key to a file that only its owner can read; returns the key's id.

    Raises:
        FileExistsError: a key is never overwritten, because the pseudonyms made with it could not be made again.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    key = secrets.token_hex(32)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key + "\n")
    return key_id(key.encode())


def key_id(key: bytes) -> str:
    """What is stored to tell keys apart: the first digits of the key's hash."""
    return hashlib.sha256(key).hexdigest()[:8]


def read_key(path: Path | None, text: str | None, barred: Sequence[Path] = ()) -> bytes:
    """The key for pseudonyms, from a file or from the environment.

    Args:
        path: the key file (EQUITY_PSEUDONYM_KEY_FILE).
        text: the key itself (EQUITY_PSEUDONYM_KEY).
        barred: folders in which no key may lie, because others read what is there.

    Raises:
        NoKey: when there is none, or one that protects nobody.
    """
    make = "Make one with `equity-audit key FILE` and set EQUITY_PSEUDONYM_KEY_FILE=FILE; see docs/personal_data.md"
    if path is None and not text:
        raise NoKey(f"there is no key for pseudonyms. {make}")
    if path is not None:
        if any(path.resolve().is_relative_to(folder) for folder in barred):
            raise NoKey("the key file lies in the input or the output folder. Keep it outside of both")
        try:
            mode = path.stat().st_mode
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise NoKey(f"the key file {path} cannot be read ({type(error).__name__}). {make}") from None
        if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
            raise NoKey(f"others can read the key file {path}. Run `chmod 600 {path}`")
    text = text.strip()
    if len(text) < KEY_CHARACTERS:
        raise NoKey(f"the key has fewer than {KEY_CHARACTERS} characters and could be guessed. {make}")
    if len(set(text)) < DIFFERENT_CHARACTERS or text in (text + text)[1:-1]:
        raise NoKey(f"the key repeats itself and could be guessed. {make}")
    return text.encode()


def squashed(header: str) -> str:
    """A header as identifiers are looked for in it."""
    return re.sub("[^a-z0-9]", "", header.lower())


def is_identifier(header: str) -> bool:
    """Whether a header looks like one of a name, a number or an address of a person."""
    text = squashed(header)
    return text in EXACT_IDENTIFIERS or FREE_IDENTIFIERS.search(text) is not None


def valid_numbers(numbers: Sequence[str]) -> np.ndarray:
    """For each text of ten digits, whether the last one is the check digit (modulus 11) of the others."""
    if not numbers:
        return np.zeros(0, dtype=bool)
    digits = (
        np.frombuffer("".join(numbers).encode("ascii"), dtype=np.uint8).reshape(-1, 10).astype(np.int16) - 48
    )
    check = 11 - (digits[:, :9] @ np.arange(10, 1, -1, dtype=np.int16)) % 11
    same_digit = (digits == digits[:, :1]).all(axis=1)
    return (np.where(check == 11, 0, check) == digits[:, 9]) & ~same_digit


def identifiers_in(text: str, is_statement: bool) -> str | None:
    """What a text seems to hold that could tell who somebody is: its kind, never the text; None for nothing."""
    numbers = ["".join(filter(str.isdigit, found)) for found in NUMBER_IN_WORDS.findall(text)]
    if valid_numbers(numbers).any():
        return "an NHS number"
    patterns = IN_WORDS + (IN_STATEMENTS if is_statement else ())
    return next((kind for pattern, kind in patterns if pattern.search(text)), None)


@dataclass
class NumberCounts:
    """NHS numbers of a file by what became of them."""

    valid: int = 0
    given: int = 0
    invalid: int = 0
    missing: int = 0


@dataclass
class Pseudonyms:
    """Identifiers to pseudonyms with one key: the same number gives the same pseudonym, and nothing leads back.

    Attributes:
        key: the secret.
        only_test_numbers: the file is marked as synthetic, so that only numbers that are never issued may be in it.
    """

    key: bytes
    only_test_numbers: bool = False
    counts: NumberCounts = field(default_factory=NumberCounts)

    @property
    def key_id(self) -> str:
        """Which key this is."""
        return key_id(self.key)

    def of(self, scope: str, texts: Sequence[str]) -> list[str]:
        """HMAC-SHA-256 of each text within a scope, its first 128 bits in hexadecimal."""
        # two hashes as RFC 2104 defines them, each begun with the key once and copied: hmac.digest takes twice the time
        block = (self.key if len(self.key) <= BLOCK else hashlib.sha256(self.key).digest()).ljust(
            BLOCK, b"\0"
        )
        begin_inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block) + f"{scope}\x1f".encode()).copy
        begin_outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block)).copy
        made: list[str] = []
        for text in texts:
            inner, outer = begin_inner(), begin_outer()
            inner.update(text.encode())
            outer.update(inner.digest())
            made.append(outer.hexdigest()[: 2 * PSEUDONYM_BYTES])
        return made

    def numbers(self, texts: Sequence[str | None]) -> tuple[list[str | None], list[str]]:
        """Pseudonyms of NHS numbers, and for each whether it was valid, invalid or missing.

        Raises:
            IssuedNumber: a number outside the test range stands in a file that is marked as synthetic.
        """
        plain = [text and text.replace(" ", "").replace("-", "") for text in texts]
        valid = np.array(
            [bool(text) and len(text) == 10 and text.isascii() and text.isdigit() for text in plain], bool
        )
        valid[valid] = valid_numbers(list(compress(plain, valid)))
        numbers = list(compress(plain, valid))
        if self.only_test_numbers and not all(number.startswith(TEST_NUMBERS) for number in numbers):
            raise IssuedNumber
        given = given_in(plain)
        self.counts.valid += len(numbers)
        self.counts.invalid += int(given.sum()) - len(numbers)
        self.counts.missing += int((~given).sum())
        return scattered(self.of("nhs_number", numbers), valid), NUMBER_STATUS[
            given.astype(int) + valid
        ].tolist()

    def given(self, texts: Sequence[str | None]) -> tuple[list[str | None], list[str]]:
        """Pseudonyms that somebody made before, made anew with this key: one can never be an NHS number unawares."""
        is_number = np.array([bool(text) and TEN_DIGITS.fullmatch(text) is not None for text in texts], bool)
        is_other = given_in(texts) & ~is_number
        numbers, said = self.numbers(list(compress(texts, is_number)))
        others = self.of("given", list(compress(texts, is_other)))
        made = np.full(len(texts), None, dtype=object)
        made[is_number], made[is_other] = numbers, others
        status = np.where(is_other, "given", "missing").astype(object)
        status[is_number] = said
        self.counts.given += len(others)
        self.counts.missing += len(texts) - len(others) - len(numbers)
        return made.tolist(), status.tolist()


def given_in(texts: Sequence[str | None]) -> np.ndarray:
    """Where there is a text that is not empty."""
    return np.fromiter(map(bool, texts), dtype=bool, count=len(texts))


def scattered(texts: Sequence[str], where: np.ndarray) -> list[str | None]:
    """Texts, one after another, at the places where `where` holds; None at the others."""
    made = np.full(len(where), None, dtype=object)
    made[where] = texts
    return made.tolist()


class IssuedNumber(ValueError):
    """A folder that is marked as synthetic holds an NHS number that could be a person's."""


def packed_postcodes(texts: Sequence[str]) -> np.ndarray:
    """Postcodes as eight bytes each, without space and in capitals, so that they can be sorted and searched."""
    return np.array([text.replace(" ", "").upper()[:8] for text in texts], dtype="S8")


@dataclass(frozen=True)
class PostcodeLookup:
    """Postcodes and the small area of 2021 that each lies in.

    Attributes:
        postcodes: sorted, packed.
        areas: ONS codes, in the same order.
    """

    postcodes: np.ndarray
    areas: np.ndarray

    @classmethod
    def of(cls, postcodes: Sequence[str], areas: Sequence[str]) -> PostcodeLookup:
        """A look-up from two columns."""
        packed = packed_postcodes(postcodes)
        order = np.argsort(packed, kind="stable")
        return cls(packed[order], np.array(areas, dtype="S9")[order])

    def __len__(self) -> int:
        return len(self.postcodes)

    def find(self, postcodes: Sequence[str]) -> list[str | None]:
        """The small area of each postcode, None where the look-up has none."""
        wanted = packed_postcodes(postcodes)
        if not len(self.postcodes):
            return [None] * len(wanted)
        places = np.minimum(np.searchsorted(self.postcodes, wanted), len(self.postcodes) - 1)
        found = self.postcodes[places] == wanted
        areas = self.areas[places]
        return [area.decode() if hit else None for area, hit in zip(areas, found.tolist(), strict=True)]
