"""What numbers published together give away: the bounds of hidden ones, by linear programming.

Knows intervals and sums only. Which figures they are, and what happens to them, is in protection.py.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csc_array, csr_array

SMALL = 7
MOST_VALUES = 2
TOLERANCE = 1e-6
MANY = 1e6  # stands for no upper end at all, so that every programme has a finite answer
PROBES = 8  # directions, and their opposites, in which all numbers are moved at once
NEAR = (60, 600)  # sums around a number that are looked at before all of them


class DisclosureFound(RuntimeError):
    """Numbers published together give small counts away; the message says how many and where."""


@dataclass(frozen=True)
class Knowledge:
    """What a reader of everything published together knows.

    Attributes:
        low, high: interval of each whole number (people); infinity where nothing is known.
        secret: numbers that may be 1 to 7 and are hidden.
        shown: numbers that are printed and could be withheld to protect another.
        sums: parent and children; the children add up to the parent.
    """

    low: np.ndarray
    high: np.ndarray
    secret: np.ndarray
    shown: np.ndarray
    sums: tuple[tuple[int, tuple[int, ...]], ...]

    def without(self, withheld: set[int]) -> Knowledge:
        """The same with some numbers withheld: nothing is known of them but that they are not negative."""
        places = sorted(withheld)
        low, high, shown = self.low.copy(), self.high.copy(), self.shown.copy()
        low[places], high[places], shown[places] = 0.0, np.inf, False
        return replace(self, low=low, high=high, shown=shown)


def possible_sums(knowledge: Knowledge) -> list[tuple[int, tuple[int, ...]]]:
    """Sums that the published intervals allow. One that they contradict is no sum, and tells a reader nothing."""
    low, high = knowledge.low, knowledge.high
    return [
        (parent, children)
        for parent, children in knowledge.sums
        if low[list(children)].sum() <= high[parent] and high[list(children)].sum() >= low[parent]
    ]


class _End(NamedTuple):
    """Where an objective is least: the numbers, and what keeps it there (sums, and numbers at an end of their interval)."""

    numbers: np.ndarray
    sums: np.ndarray
    binding: np.ndarray


def _least(objective: np.ndarray, matrix: csr_array, bounds: np.ndarray) -> _End | None:
    """Numbers within bounds whose sums are 0, where the objective is least; None where they contradict each other.

    Raises:
        RuntimeError: when the solver gives up, so that nothing is published unaudited.
    """
    from scipy.optimize import linprog

    found = linprog(objective, A_eq=matrix, b_eq=np.zeros(matrix.shape[0]), bounds=bounds, method="highs")
    if found.status == 2:
        return None
    if found.status != 0:
        raise RuntimeError(f"The disclosure audit could not be finished: {found.message}")
    held = np.abs(found.lower.marginals) + np.abs(found.upper.marginals)
    return _End(
        found.x, np.flatnonzero(np.abs(found.eqlin.marginals) > TOLERANCE), np.flatnonzero(held > TOLERANCE)
    )


class _Proof(NamedTuple):
    """How far sums let one number go, and why no further: the sums that tell, and the numbers whose intervals do."""

    low: float
    high: float
    sums: np.ndarray
    binding: np.ndarray


@dataclass
class _Programme:
    """Numbers and their sums as one linear programme."""

    places: np.ndarray
    sums: list[tuple[int, tuple[int, ...]]]
    bounds: np.ndarray
    matrix: csr_array = field(init=False)
    by_column: csc_array = field(init=False)

    def __post_init__(self) -> None:
        from scipy.sparse import csr_array

        position = {place: i for i, place in enumerate(self.places)}
        entries = [
            (row, position[place], sign)
            for row, (parent, children) in enumerate(self.sums)
            for place, sign in [(parent, -1.0), *((child, 1.0) for child in children)]
        ]
        rows, columns, signs = zip(*entries, strict=True)
        self.matrix = csr_array((signs, (rows, columns)), shape=(len(self.sums), len(self.places)))
        self.by_column = self.matrix.tocsc()

    def solve(self, objective: np.ndarray) -> np.ndarray | None:
        """The numbers where the objective is least; None where they contradict each other."""
        found = _least(objective, self.matrix, self.bounds)
        return None if found is None else found.numbers

    def _sums_with(self, column: int) -> np.ndarray:
        return self.by_column.indices[self.by_column.indptr[column] : self.by_column.indptr[column + 1]]

    def near(self, column: int, most: int) -> np.ndarray:
        """The sums around a number, nearest first."""
        rows: dict[int, None] = {}
        columns, frontier = {column}, [column]
        while frontier and len(rows) < most:
            beside = [row for one in frontier for row in self._sums_with(one).tolist() if row not in rows]
            rows.update(dict.fromkeys(beside))
            reached = self.matrix[list(dict.fromkeys(beside))].indices.tolist() if beside else []
            frontier = [one for one in dict.fromkeys(reached) if one not in columns]
            columns.update(frontier)
        return np.array(list(rows)[:most])

    def moved(self, column: int, rows: np.ndarray, point: np.ndarray) -> list[np.ndarray]:
        """Two more solutions: the number as small and as great as it gets where nothing moves but what is near it."""
        part = self.matrix[rows]
        columns = np.unique(part.indices)
        inside = np.bincount(part.indices, minlength=len(self.places))[columns]
        free = inside == np.diff(self.by_column.indptr)[columns]
        bounds = np.column_stack([
            np.where(free, np.minimum(self.bounds[columns, 0] - point[columns], 0.0), 0.0),
            np.where(free, np.maximum(self.bounds[columns, 1] - point[columns], 0.0), 0.0),
        ])  # fmt: skip
        found = []
        for sign in (1.0, -1.0):
            step = _least(sign * (columns == column), part[:, columns], bounds)
            if step is not None:
                moved = point.copy()
                moved[columns] += step.numbers
                found.append(moved)
        return found

    def proof(self, column: int, rows: np.ndarray) -> _Proof:
        """The interval that some of the sums leave a number, and why. All sums together leave it no more than that."""
        part = self.matrix[rows]
        columns = np.unique(part.indices)
        place = int(np.searchsorted(columns, column))
        ends = [
            _least(sign * (columns == column), part[:, columns], self.bounds[columns]) for sign in (1.0, -1.0)
        ]
        low, high = (np.nan if end is None else float(end.numbers[place]) for end in ends)
        told = [end for end in ends if end is not None]
        return _Proof(
            low,
            high,
            np.unique(np.concatenate([rows[end.sums] for end in told])) if told else rows[:0],
            np.unique(np.concatenate([columns[end.binding] for end in told])) if told else columns[:0],
        )

    def believable(self) -> _Programme:
        """The same without the sums that contradict the others, found as those that have to give way."""
        from scipy.optimize import linprog
        from scipy.sparse import csr_array, eye_array, hstack

        rows, columns = len(self.sums), len(self.places)
        slack = eye_array(rows)
        elastic = csr_array(hstack([self.matrix, slack, -slack]))
        cost = np.concatenate([np.zeros(columns), np.ones(2 * rows)])
        bounds = np.vstack([self.bounds, np.tile([0.0, MANY], (2 * rows, 1))])
        found = linprog(cost, A_eq=elastic, b_eq=np.zeros(rows), bounds=bounds, method="highs")
        if found.status != 0:
            raise RuntimeError(f"The disclosure audit could not be finished: {found.message}")
        gives = found.x[columns : columns + rows] + found.x[columns + rows :]
        kept = [one for one, give in zip(self.sums, gives, strict=True) if give <= TOLERANCE]
        return _Programme(self.places, kept, self.bounds)


def _values_left(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """How many whole numbers an interval holds."""
    return np.floor(high + TOLERANCE) - np.ceil(low - TOLERANCE) + 1


def _is_pinned(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Whether a number is known to be 1 to 7 and one of at most two values."""
    small = (np.ceil(low - TOLERANCE) >= 1) & (np.floor(high + TOLERANCE) <= SMALL)
    return small & (_values_left(low, high) <= MOST_VALUES)


def _hanging_together(
    count: int, sums: list[tuple[int, tuple[int, ...]]]
) -> list[list[tuple[int, tuple[int, ...]]]]:
    """The sums in parts that share no number: each part is a programme of its own."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    first, second = np.array([(parent, child) for parent, children in sums for child in children]).T
    graph = coo_array((np.ones(len(first)), (first, second)), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    parts: dict[int, list[tuple[int, tuple[int, ...]]]] = defaultdict(list)
    for one in sums:
        parts[label[one[0]]].append(one)
    return list(parts.values())


class _Look:
    """Numbers that hang together: the secret ones among them, and how far each was seen to reach.

    A handful of programmes move all numbers at once and clear most of them. The rest are looked at one by one: first with
    all but their surroundings held still, which can clear a number; then by their surroundings alone, which can pin it;
    and where neither tells, by everything.
    """

    def __init__(self, knowledge: Knowledge, sums: list[tuple[int, tuple[int, ...]]]) -> None:
        self.places = np.unique([place for parent, children in sums for place in (parent, *children)])
        self.programme = _Programme(self.places, sums, self._bounds(knowledge))
        self.chosen = np.flatnonzero(knowledge.secret[self.places])
        self.low = np.full(len(self.chosen), np.inf)
        self.high = np.full(len(self.chosen), -np.inf)
        self.proofs: dict[int, _Proof] = {}
        if self.chosen.size:
            self.middle = self._move_all()
            self.look(np.arange(len(self.chosen)))

    def _bounds(self, knowledge: Knowledge) -> np.ndarray:
        return np.column_stack([knowledge.low, np.minimum(knowledge.high, MANY)])[self.places]

    def _reach(self, solution: np.ndarray) -> None:
        np.minimum(self.low, solution[self.chosen], out=self.low)
        np.maximum(self.high, solution[self.chosen], out=self.high)

    def _solve(self, signs: np.ndarray) -> np.ndarray | None:
        objective = np.zeros(len(self.places))
        objective[self.chosen] = signs
        found = self.programme.solve(objective)
        if found is not None:
            self._reach(found)
        return found

    def _move_all(self) -> np.ndarray:
        """The middle of some solutions: it is one too, and leaves every number room to move."""
        everywhere = np.ones(len(self.chosen))
        mixed = np.random.default_rng(1).choice([-1.0, 1.0], size=(PROBES, len(self.chosen)))
        solutions: list[np.ndarray] = []
        for signs in (everywhere, -everywhere, *mixed, *-mixed):
            found = self._solve(signs)
            if found is None:
                # what was seen before the contradiction came to light is seen again without it
                self.low.fill(np.inf)
                self.high.fill(-np.inf)
                self.programme = self.programme.believable()
                return self._move_all()
            solutions.append(found)
            if not self._narrow().any():
                break
        return np.mean(solutions, axis=0)

    def _narrow(self) -> np.ndarray:
        return _values_left(self.low, self.high) <= MOST_VALUES

    def look(self, these: np.ndarray) -> None:
        """Look at numbers that were not yet seen to have three values."""
        everything = np.arange(len(self.programme.sums))
        for one in these:
            if not self._narrow()[one]:
                continue
            column = self.chosen[one]
            if one in self.proofs and self._is_pinned_by(one, self.proofs[one].sums):
                continue
            for most in NEAR:
                rows = self.programme.near(column, most)
                for solution in self.programme.moved(column, rows, self.middle):
                    self._reach(solution)
                if not self._narrow()[one] or self._is_pinned_by(one, rows):
                    break
            else:
                self._is_pinned_by(one, everything)

    def _is_pinned_by(self, one: int, rows: np.ndarray) -> bool:
        """Whether these sums leave a number at most two values; if they do they are remembered as the proof."""
        proof = self.programme.proof(self.chosen[one], rows)
        if len(rows) == len(self.programme.sums):
            self.low[one], self.high[one] = min(self.low[one], proof.low), max(self.high[one], proof.high)
        is_pinned = bool(_values_left(proof.low, proof.high) <= MOST_VALUES)
        if is_pinned:
            self.proofs[one] = proof
        return is_pinned

    def _pinned(self) -> list[int]:
        return np.flatnonzero(_is_pinned(self.low, self.high)).tolist()

    def pinned(self) -> list[int]:
        """Places of the secret numbers that are known to be one of at most two values of 1 to 7."""
        return self.places[self.chosen[self._pinned()]].tolist()

    def widened(self, knowledge: Knowledge) -> list[int]:
        """What is still pinned when some of these numbers are withheld: every interval only widens, so what is clear stays."""
        self.programme.bounds = self._bounds(knowledge)
        self.look(np.array(self._pinned(), dtype=int))
        return self.pinned()

    def to_withhold(self, knowledge: Knowledge) -> set[int]:
        """One number for each that is pinned: of the printed ones that pin it the smallest part, then a zero, then a total.

        Where marks alone give it away (a total of 1 to 7 over six parts of 1 to 7), its own mark: that then stops saying 1
        to 7, and stands for any number that is withheld.
        """
        taken = set()
        for one in self._pinned():
            proof = self.proofs[one]
            totals = {self.programme.sums[row][0] for row in proof.sums}
            printed = [
                (place in totals, knowledge.low[place] == 0, knowledge.low[place], place)
                for place in self.places[proof.binding].tolist()
                if knowledge.shown[place]
            ]
            taken.add(min(printed)[-1] if printed else int(self.places[self.chosen[one]]))
        return taken


def _parts(knowledge: Knowledge) -> list[Knowledge]:
    """Numbers that hang together by possible sums, each part by itself."""
    sums = possible_sums(knowledge)
    return (
        [replace(knowledge, sums=tuple(own)) for own in _hanging_together(len(knowledge.low), sums)]
        if sums
        else []
    )


def _pinned_in(part: Knowledge) -> list[int]:
    places = np.unique([place for parent, children in part.sums for place in (parent, *children)])
    if not part.secret[places].any():
        return []
    position = {place: i for i, place in enumerate(places.tolist())}
    sums = tuple(
        (position[parent], tuple(position[one] for one in children)) for parent, children in part.sums
    )
    found = _pinned_of(
        part.low[places].tobytes(), part.high[places].tobytes(), part.secret[places].tobytes(), sums
    )
    return places[list(found)].tolist()


@lru_cache(maxsize=4096)
def _pinned_of(
    low: bytes, high: bytes, secret: bytes, sums: tuple[tuple[int, tuple[int, ...]], ...]
) -> tuple[int, ...]:
    """What is pinned among numbers that hang together. An edition is looked at before it is rendered and again before it is
    put in place, and most of it is the same."""
    part = Knowledge(
        np.frombuffer(low),
        np.frombuffer(high),
        np.frombuffer(secret, dtype=bool),
        np.zeros(len(secret), dtype=bool),
        sums,
    )
    return tuple(_Look(part, list(sums)).pinned())


def pinned(knowledge: Knowledge) -> list[int]:
    """Secret numbers that a reader can work out to one or two of the values 1 to 7, by their places.

    Raises:
        RuntimeError: when the solver gives up.
    """
    return sorted(place for part in _parts(knowledge) for place in _pinned_in(part))


def numbers_to_withhold(knowledge: Knowledge) -> set[int]:
    """Numbers that have to go so that no secret one is pinned.

    Raises:
        DisclosureFound: when a secret number stays pinned with nothing left to withhold.
    """
    if not knowledge.sums:
        return set()
    withheld: set[int] = set()
    for sums in _hanging_together(len(knowledge.low), list(knowledge.sums)):
        inside = np.zeros(len(knowledge.low), dtype=bool)
        inside[[place for parent, children in sums for place in (parent, *children)]] = True
        withheld |= _withheld_in(replace(knowledge, sums=tuple(sums), secret=knowledge.secret & inside))
    return withheld


def _withheld_in(part: Knowledge) -> set[int]:
    """The same for numbers that hang together: audit, withhold what pins a number, audit again."""
    withheld: set[int] = set()
    looks = _looks(part)
    while looks:
        now = part.without(withheld)
        more = set().union(*(look.to_withhold(now) for look in looks)) - withheld
        if not more:
            raise DisclosureFound(
                f"{sum(len(look.pinned()) for look in looks)} hidden counts of 1 to 7 could be worked out from what is "
                "published beside them, and withholding their neighbours does not help. Leave out a dimension or a level of "
                "these metrics."
            )
        withheld |= more
        now = part.without(withheld)
        if not any(look.widened(now) for look in looks):
            # a sum that printed numbers contradicted may hold now that they are withheld
            looks = _looks(now)
    return withheld


def _looks(knowledge: Knowledge) -> list[_Look]:
    """The parts of these numbers in which one is pinned."""
    return [_Look(part, list(part.sums)) for part in _parts(knowledge) if _pinned_in(part)]
