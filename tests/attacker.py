"""How an attacker narrows counts by sums that are truly so. Shares no code with the disclosure audit, which it tests."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

Key = tuple[str, ...]


def pinned(
    sums: Iterable[tuple[Key, Collection[Key]]],
    low: dict[Key, float],
    high: dict[Key, float],
    truth: Mapping[Key, int],
) -> set[Key]:
    """Counts of 1 to 7 that are brought down to one or two values, by narrowing one sum after the other.

    Args:
        sums: a whole and its parts.
        low, high: the interval of every count by what is printed of it; narrowed in place.
        truth: the exact counts.

    Raises:
        AssertionError: when a sum is not so.
    """
    every_sum = list(sums)
    moved = True
    for _ in range(15):
        if not moved:
            break
        moved = False
        for whole, parts in every_sum:
            least, most = sum(low[part] for part in parts), sum(high[part] for part in parts)
            new = [(whole, max(low[whole], least), min(high[whole], most))]
            new += [
                (part, max(low[part], low[whole] - most + high[part]), min(high[part], high[whole] - least + low[part]))
                for part in parts
            ]  # fmt: skip
            for key, lower, upper in new:
                if (lower, upper) != (low[key], high[key]):
                    low[key], high[key], moved = lower, upper, True
    assert all(low[key] <= count <= high[key] for key, count in truth.items()), "the attacker got a sum wrong"
    return {key for key in truth if low[key] >= 1 and high[key] <= 7 and high[key] - low[key] < 2}
