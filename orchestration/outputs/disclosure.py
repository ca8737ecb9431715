"""What numbers published together give away: the bounds of hidden ones, by linear programming.

Knows intervals and sums only. Which figures they are, and what happens to them, is in protection.py.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

import numpy as np

SMALL = 7
MOST_VALUES = 2
TOLERANCE = 1e-6
MANY = 1e6  # stands for no upper end at all, so that every programme has a finite answer


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


@dataclass
class _Programme:
    """Numbers and their sums as one linear programme."""

    places: np.ndarray
    sums: list[tuple[int, tuple[int, ...]]]
    bounds: np.ndarray
    matrix: object = field(init=False)

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

    def solve(self, objective: np.ndarray) -> np.ndarray | None:
        """The numbers where the objective is least; None where they contradict each other.

        Raises:
            RuntimeError: when the solver gives up, so that nothing is published unaudited.
        """
        from scipy.optimize import linprog

        found = linprog(
            objective, A_eq=self.matrix, b_eq=np.zeros(len(self.sums)), bounds=self.bounds, method="highs"
        )
        if found.status == 2:
            return None
        if found.status != 0:
            raise RuntimeError(f"The disclosure audit could not be finished: {found.message}")
        return found.x

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


def _reached(programme: _Programme, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Interval of each chosen number, as far as needed to see that it has three values or not.

    A handful of programmes move all numbers at once and clear most of them; the rest get two of their own each.
    """
    low, high = np.full(len(chosen), np.inf), np.full(len(chosen), -np.inf)
    everywhere = np.ones(len(chosen))
    mixed = np.random.default_rng(1).choice([-1.0, 1.0], size=(4, len(chosen)))
    probes = [everywhere, -everywhere, *mixed, *-mixed]
    looked_at = np.zeros(len(chosen), dtype=bool)
    while True:
        for signs in probes:
            objective = np.zeros(len(programme.places))
            objective[chosen] = signs
            found = programme.solve(objective)
            if found is None:
                return _reached(programme.believable(), chosen)
            low, high = np.minimum(low, found[chosen]), np.maximum(high, found[chosen])
            narrow = _values_left(low, high) <= MOST_VALUES
            if not narrow.any():
                return low, high
        waiting = np.flatnonzero(narrow & ~looked_at)
        if not waiting.size:
            return low, high
        looked_at[waiting[0]] = True
        alone = np.zeros(len(chosen))
        alone[waiting[0]] = 1.0
        probes = [alone, -alone]


def pinned(knowledge: Knowledge) -> list[int]:
    """Secret numbers that a reader can work out to one or two of the values 1 to 7, by their places.

    Raises:
        RuntimeError: when the solver gives up.
    """
    sums = possible_sums(knowledge)
    if not sums:
        return []
    bounds = np.column_stack([knowledge.low, np.minimum(knowledge.high, MANY)])
    found: set[int] = set()
    for own in _hanging_together(len(knowledge.low), sums):
        places = np.unique([place for parent, children in own for place in (parent, *children)])
        chosen = np.flatnonzero(knowledge.secret[places])
        if chosen.size:
            low, high = _reached(_Programme(places, own, bounds[places]), chosen)
            found.update(places[chosen[_is_pinned(low, high)]].tolist())
    return sorted(found)


class _Neighbours:
    """The numbers beside a number, by the sums that hold them."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.as_child: dict[int, list[tuple[int, tuple[int, ...]]]] = defaultdict(list)
        self.as_parent: dict[int, list[tuple[int, ...]]] = defaultdict(list)
        for parent, children in knowledge.sums:
            self.as_parent[parent].append(children)
            for child in children:
                self.as_child[child].append((parent, children))

    def to_withhold(self, place: int, knowledge: Knowledge) -> int | None:
        """The nearest shown number, step by step through hidden ones: at each step the smallest beside it in the
        shortest sum (a zero where there is nothing else), then a total above it, then a part below it."""
        seen, frontier = {place}, [place]
        while frontier:
            beside, above, below = [], [], []
            for number in frontier:
                for parent, children in self.as_child[number]:
                    beside += [(len(children), child) for child in children if child not in seen]
                    above.append((len(children), parent))
                below += [(len(parts), part) for parts in self.as_parent[number] for part in parts]
            for found in (beside, above, below):
                shown = [
                    (knowledge.low[number] == 0, length, knowledge.low[number], number)
                    for length, number in found
                    if knowledge.shown[number]
                ]
                if shown:
                    return min(shown)[-1]
            frontier = sorted({number for _, number in beside + above + below} - seen)
            seen.update(frontier)
        return None


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
    """The same for numbers that hang together: audit, withhold the neighbours of what is pinned, audit again.

    Where no printed number is left beside a pinned one, marks alone give it away (a total of 1 to 7 over six parts of
    1 to 7): then its own mark stops saying 1 to 7, and stands for any number that is withheld.
    """
    withheld: set[int] = set()
    neighbours = _Neighbours(part)
    found = pinned(part)
    while found:
        now = part.without(withheld)
        beside = {place: neighbours.to_withhold(place, now) for place in found}
        more = {place if other is None else other for place, other in beside.items()} - withheld
        if not more:
            raise DisclosureFound(
                f"{len(found)} hidden counts of 1 to 7 could be worked out from what is published beside them, and "
                "withholding their neighbours does not help. Leave out a dimension or a level of these metrics."
            )
        withheld |= more
        now = part.without(withheld)
        # withholding widens every interval: what was clear stays clear, until the last look at everything
        still = np.isin(np.arange(len(now.low)), found)
        found = pinned(replace(now, secret=now.secret & still)) or pinned(now)
    return withheld
