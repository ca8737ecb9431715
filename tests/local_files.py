"""Local files made up by a test: people who do not exist, with NHS numbers that are never issued."""

from __future__ import annotations

import os
from pathlib import Path

KEY = "a key that only tests use, with more than 32 characters"


def nhs_number(number: int, prefix: str = "999") -> str:
    """The next number at or after `number` of the range that passes its check digit."""
    while True:
        base = f"{prefix}{number % 1_000_000:06d}"
        check = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(base)) % 11
        if check != 10:
            return base + str(0 if check == 11 else check)
        number += 1_000


def csv_text(header: str, *rows: str) -> str:
    """A CSV file."""
    return "\n".join([header, *rows]) + "\n"


def write_at(path: Path, text: str, received: int) -> None:
    """Write a file that was received so many seconds after 1970."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    os.utime(path, (received, received))
