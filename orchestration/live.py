"""Every declared source with a live rule, fetched into the output folder: what `run --live` does first.

Says what came of each file; how one source is fetched is in ingest/fetch.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from orchestration.ingest.declarations import Source, read_declarations
from orchestration.ingest.fetch import FetchOutcome, fetch_source
from orchestration.ingest.fetch_http import Client
from orchestration.ingest.fetch_state import CHANGED, LAST_GOOD, NEW, NOT_AVAILABLE, UNCHANGED, FetchState
from orchestration.settings import Settings

WORDS = {LAST_GOOD: "kept", NOT_AVAILABLE: "missing"}


@dataclass
class FetchSummary:
    """What one round of downloads did.

    Attributes:
        outcomes: one for each file asked for, or for a page that led to none.
        by_hand: sources without a live rule, whose files a person puts in the input folder.
    """

    outcomes: list[FetchOutcome] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)

    @property
    def failures(self) -> list[FetchOutcome]:
        """What the publishers gave nothing usable for."""
        return [outcome for outcome in self.outcomes if outcome.failed]

    def count(self, kind: str) -> int:
        """How many outcomes are of a kind."""
        return sum(outcome.outcome == kind for outcome in self.outcomes)

    def __str__(self) -> str:
        told = ", ".join(f"{self.count(kind)} {kind}" for kind in (NEW, CHANGED, UNCHANGED))
        if not self.failures:
            return f"{told}, none failed"
        kept = self.count(LAST_GOOD)
        return f"{told}, {len(self.failures)} failed ({kept} with a last good file, {len(self.failures) - kept} without)"


def fetch_all(
    settings: Settings,
    say: Callable[[str], None],
    client: Client | None = None,
    sources: Sequence[Source] | None = None,
) -> FetchSummary:
    """Fetch every source that has a live rule into `settings.fetched_dir`.

    Args:
        settings: the output folder, and whom publishers can ask.
        say: takes one line of progress.
        client: how to ask; by default a polite one.
        sources: declarations; by default those of the dbt project.

    Raises:
        OSError: when the output folder cannot be written to. What a publisher does wrong raises nothing.
    """
    started = time.monotonic()
    client = client or Client(contact=settings.contact)
    state = FetchState.load(settings.fetch_state_path)
    summary = FetchSummary()
    for source in read_declarations() if sources is None else sources:
        if not source.publication.live:
            summary.by_hand.append(source.name)
            continue
        for outcome in fetch_source(source, settings.fetched_dir, state, client):
            summary.outcomes.append(outcome)
            say(_line(outcome))
    say(f"Fetched in {time.monotonic() - started:.0f} s: {summary}")
    if summary.count(LAST_GOOD):
        say("Where a publisher gave nothing usable, the last good file is used, and its figures say so.")
    if summary.by_hand:
        say(f"Not downloaded, put their files in the input folder: {', '.join(summary.by_hand)}")
    return summary


def _line(outcome: FetchOutcome) -> str:
    """Source, file, size and what became of it."""
    size = f", {outcome.bytes / 1e6:.1f} MB" if outcome.bytes else ""
    end = f": {outcome.reason}" if outcome.failed else f", {outcome.outcome}"
    return f"  {WORDS.get(outcome.outcome, 'fetched'):10} {outcome.source_id}: {outcome.name}{size}{end}"
