"""The bench: what a row of measurements is.

Each `bench_*.py` beside this file offers `rows() -> list[BenchRow]`; `run.py` prints them. Timings
only: whether figures are right is the business of the other test folders.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BenchRow:
    """One measurement against its budget.

    Attributes:
        name: what was done, with its size, e.g. "load msds_monthly CSV, 83,781 rows".
        ours_seconds: what the project took, in seconds.
        peer_seconds: the bare way of doing the same, timed in this run; None where there is none.
        budget_ratio: the most that ours / peer may be; needs `peer_seconds`.
        budget_seconds: the most that ours may be, in seconds; for rows without a peer.
        note: what the peer was, or what a reader must know to judge the figure.
    """

    name: str
    ours_seconds: float
    peer_seconds: float | None = None
    budget_ratio: float | None = None
    budget_seconds: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.budget_ratio is not None and self.peer_seconds is None:
            raise ValueError(
                f"{self.name}: budget_ratio needs peer_seconds; without a peer give budget_seconds."
            )

    @property
    def ratio(self) -> float | None:
        """Ours / peer, or None without a peer."""
        if self.peer_seconds is None:
            return None
        return self.ours_seconds / self.peer_seconds if self.peer_seconds > 0 else float("inf")

    @property
    def within_budget(self) -> bool | None:
        """True, False, or None where no budget was set. With two budgets both must hold."""
        verdicts = []
        if self.budget_ratio is not None and self.ratio is not None:
            verdicts.append(self.ratio <= self.budget_ratio)
        if self.budget_seconds is not None:
            verdicts.append(self.ours_seconds <= self.budget_seconds)
        return all(verdicts) if verdicts else None
