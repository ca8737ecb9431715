"""The statistics macros against the answers of other packages, where these are beside the project."""

from __future__ import annotations

import pytest

from tests.conftest import SHARED
from tests.reference.run import compare, main

ANSWERS = SHARED / "statistics"
needs_answers = pytest.mark.skipif(
    not ANSWERS.is_dir(), reason="the reference answers are not beside the project (../shared/statistics)"
)


@needs_answers
def test_every_measure_agrees_with_its_package_or_departs_for_a_stated_reason():
    found = compare(ANSWERS)
    assert all(found.values()), [family for family, lines in found.items() if not lines]
    assert [str(line) for lines in found.values() for line in lines if line.differ] == []
    assert sum(line.cases for lines in found.values() for line in lines) > 10_000


@needs_answers
def test_the_command_ends_well(capsys):
    assert main([str(ANSWERS)]) == 0
    assert "differing: none" in capsys.readouterr().out
