"""Random numbers that are the same on every machine: raw bits of PCG64 and exact arithmetic only.

numpy promises the raw bits of a bit generator for good, but not the algorithms of its distributions,
and the mathematical functions they use differ between platforms; so neither is used.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

STEP = 2.0**-53


class Stream:
    """One stream of numbers for each seed and set of keys, whatever the order of asking."""

    def __init__(self, seed: int, *keys: int | str) -> None:
        numbers = [zlib.crc32(key.encode()) if isinstance(key, str) else key for key in keys]
        self._bits = np.random.PCG64(np.random.SeedSequence([seed, *numbers]))

    def uniform(self, size: int) -> np.ndarray:
        """`size` numbers from 0 up to 1."""
        return (self._bits.random_raw(size) >> np.uint64(11)) * STEP

    def choice(self, shares: Sequence[float], size: int) -> np.ndarray:
        """`size` places in `shares`, each drawn in proportion to its share."""
        return pick(self.uniform(size), shares)


def cumulative(shares: Sequence[float]) -> np.ndarray:
    """Upper ends of the shares on the line from 0 to 1; the last is 1."""
    total = float(sum(shares))
    ends, reached = [], 0.0
    for share in shares:
        reached += share
        ends.append(reached / total)
    ends[-1] = 1.0
    return np.array(ends)


def pick(uniform: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """The place in `shares` that each number from 0 to 1 falls on."""
    return (
        np.searchsorted(cumulative(shares), uniform, side="right").clip(max=len(shares) - 1).astype(np.int8)
    )
