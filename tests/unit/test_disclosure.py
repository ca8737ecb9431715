"""Bounds of hidden numbers: cases worked out by hand, and the twin of the SQL gate against the SQL."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest
from jinja2 import Environment

from orchestration.outputs import disclosure
from orchestration.outputs.disclosure import DisclosureFound, Knowledge, numbers_to_withhold, pinned
from orchestration.settings import DBT_DIR
from orchestration.small_numbers import rows_in_words, rows_of_both, shown_rows

HIDDEN = (1.0, 7.0)


def known(numbers: list[tuple[float, float] | float], *sums: tuple[int, tuple[int, ...]]) -> Knowledge:
    """Hidden numbers as an interval, printed ones as what is printed."""
    ends = [n if isinstance(n, tuple) else (n - 2 * (n > 0), n + 2 * (n > 0)) for n in numbers]
    secret = np.array([isinstance(n, tuple) for n in numbers])
    low, high = np.array(ends, dtype=float).T
    return Knowledge(low, high, secret, ~secret, sums)


def test_a_number_alone_in_its_sum_is_found() -> None:
    # 10 to 20 leave 6 to 14, so the hidden one is 6 or 7
    assert pinned(known([20, HIDDEN, 10], (0, (1, 2)))) == [1]
    # 10 to 15 leave 1 to 9: anything from 1 to 7
    assert pinned(known([15, HIDDEN, 10], (0, (1, 2)))) == []


def test_tables_give_away_together_what_none_does_alone() -> None:
    numbers = [15, HIDDEN, HIDDEN, HIDDEN, HIDDEN, HIDDEN, 10, 10, HIDDEN, 10, 10]
    five_in_15 = (0, (1, 2, 3, 4, 5, 6))  # with a 10: each of the five is at most 5
    second_in_10 = (7, (2, 8))  # tells nothing by itself
    other_in_10 = (9, (8, 10))  # beside a 10: the other is at most 4, so the second is at least 4
    for alone in (five_in_15, second_in_10, other_in_10):
        assert pinned(known(numbers, alone)) == []
    # the second takes 4 or 5 of the 9 that are left, and the other four of the five have 1 or 2
    assert pinned(known(numbers, five_in_15, second_in_10, other_in_10)) == [1, 2, 3, 4, 5, 8]


def test_a_chain_of_sums_is_followed_through_a_number_that_is_not_printed() -> None:
    nothing = (0.0, np.inf)
    chain = known([20, 0, nothing, HIDDEN, 10], (0, (1, 2)), (2, (3, 4)))
    assert pinned(chain) == [3]


def test_a_sum_that_the_intervals_contradict_is_no_knowledge() -> None:
    assert pinned(known([100, HIDDEN, 10], (0, (1, 2)))) == []
    # each sum is possible and both are not: the hidden one cannot be at least 6 and at most 4. One gives way
    both = known([20, HIDDEN, 10, 10, 10], (0, (1, 2)), (3, (1, 4)))
    assert pinned(both) in ([], [1])


def test_the_smallest_neighbour_goes_and_the_rest_stays() -> None:
    tight = known([20, HIDDEN, 10, 0], (0, (1, 2, 3)))
    assert numbers_to_withhold(tight) == {2}
    assert pinned(tight.without({2})) == []


def test_a_zero_goes_where_nothing_else_is_beside_and_a_total_where_nothing_is() -> None:
    assert numbers_to_withhold(known([15, HIDDEN, HIDDEN, 0], (0, (1, 2, 3)))) == {3}
    assert numbers_to_withhold(known([15, HIDDEN, HIDDEN], (0, (1, 2)))) == {0}


def test_marks_that_give_each_other_away_stop_saying_one_to_seven() -> None:
    # six parts of at least 1 in a total of at most 7: each is 1 or 2
    marks = known([HIDDEN] * 7, (0, (1, 2, 3, 4, 5, 6)))
    assert pinned(marks) == [0, 1, 2, 3, 4, 5, 6]
    taken = numbers_to_withhold(marks)
    assert taken
    assert pinned(marks.without(taken)) == []


def test_what_cannot_be_protected_stops_the_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disclosure._Look, "pinned", lambda look: [1])
    # what is remembered of other tests is not asked, nor theirs of this one
    monkeypatch.setattr(disclosure, "_pinned_of", disclosure._pinned_of.__wrapped__)
    with pytest.raises(DisclosureFound, match="1 hidden counts of 1 to 7"):
        numbers_to_withhold(known([20, HIDDEN, 10, 0], (0, (1, 2, 3))))


def test_rows_of_records_are_rounded_in_logs_and_rows_of_published_files_are_not() -> None:
    assert [shown_rows(n) for n in (0, 1, 7, 8, 12, 13, 1234)] == [0, None, None, 10, 10, 15, 1235]
    assert rows_in_words(1234, personal=False) == "1,234"
    assert rows_in_words(1234, personal=True) == "about 1,235"
    assert rows_in_words(3, personal=True) == "fewer than 8"
    assert rows_in_words(0, personal=True) == "0"
    assert rows_of_both(1234, 0) == "1,234 rows"
    assert rows_of_both(1234, 3) == "1,231 rows and fewer than 8 rows of local files"
    assert rows_of_both(43, 43) == "about 45 rows of local files"


def test_the_gate_in_sql_rounds_as_the_rule_in_python_does() -> None:
    text = (DBT_DIR / "macros" / "protection" / "counts.sql").read_text("utf-8")
    environment = Environment(extensions=["jinja2.ext.do"])
    environment.globals["var"] = lambda name: {"smallest_shown": 8, "round_to": 5}
    macros = environment.from_string(text).module
    rows = duckdb.sql(
        f"select n, {macros.protected_count('n')} as shown from range(0, 5000) as numbers(n) order by n"
    ).fetchall()
    assert [row[1] for row in rows] == [shown_rows(row[0]) for row in rows]
