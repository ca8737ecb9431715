"""Row numbers of a sum as people read them."""

from __future__ import annotations

import pytest

from orchestration.trace import row_ranges


@pytest.mark.parametrize(
    ("numbers", "text"),
    [([], ""), ([3], "3"), ([3, 4], "3-4"), ([3, 7, 8, 9, 12], "3, 7-9, 12"), ([1, 3, 5], "1, 3, 5")],
)
def test_runs_of_rows_are_written_as_ranges(numbers: list[int], text: str) -> None:
    assert row_ranges(numbers) == text
