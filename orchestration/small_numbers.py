"""Row counts as logs and the Dagster UI may show them: a row of records is a person.

The rule is that of the protection gate (docs/protection.md); figures themselves are protected in dbt.
"""

from __future__ import annotations

SMALLEST_SHOWN = 8
ROUND_TO = 5
# tables of the register with a row for rows of files, which can be people
ROWS_OF_FILES = ("quarantine", "file_remark")


def shown_rows(rows: int) -> int | None:
    """A number of people as it may be shown: 0, the nearest 5 (halves go up), or None for 1 to 7."""
    if rows == 0:
        return 0
    if rows < SMALLEST_SHOWN:
        return None
    return ROUND_TO * ((rows + ROUND_TO // 2) // ROUND_TO)


def rows_in_words(rows: int, personal: bool) -> str:
    """A number of rows for a log line: exact for published files, rounded for records about people."""
    if not personal or rows == 0:
        return f"{rows:,}"
    shown = shown_rows(rows)
    return "fewer than 8" if shown is None else f"about {shown:,}"


def rows_of_both(rows: int, records: int) -> str:
    """A number of rows of which some are records about people, for a log line: those are told apart and rounded."""
    published = f"{rows - records:,} rows"
    if not records:
        return published
    of_local = f"{rows_in_words(records, personal=True)} rows of local files"
    return of_local if rows == records else f"{published} and {of_local}"
