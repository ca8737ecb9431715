"""The whole audit of 600,000 and of 6,000,000 births (ten years of England), each as the command that a user runs.

Takes an hour or more and 12 GB of disk, so it runs only when it is asked for: `make bench WORDS=scale`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.sample import write_sample
from orchestration.settings import PROJECT_DIR
from tests.bench import BenchRow

FEW_BIRTHS, MANY_BIRTHS = 600_000, 6_000_000
# spread over every system: with few of them a month would hold so many births that records could not be told apart
SYSTEMS = 42
EVERY_SECONDS = 0.5
MEMORY_MB = 4_096
PROCESSES = Path("/proc")


@dataclass(frozen=True)
class Audit:
    """One audit of a sample: its seconds, and its peak memory in MB (None where the system does not tell)."""

    seconds: float
    peak: float | None


def _family(process: int) -> Iterator[int]:
    """A process and all that it has started."""
    yield process
    for children in PROCESSES.glob(f"{process}/task/*/children"):
        try:
            started = children.read_text("ascii").split()
        except OSError:
            continue  # that thread has ended in the meantime
        for child in started:
            yield from _family(int(child))


def memory_of(process: int) -> float:
    """MB that a process and all that it has started hold at this moment."""
    pages = 0
    for member in _family(process):
        try:
            pages += int((PROCESSES / str(member) / "statm").read_text("ascii").split()[1])
        except (OSError, IndexError):
            continue  # it has ended in the meantime
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


def audit(births: int) -> Audit:
    """Write a sample, which is not timed, and build its audit in a process of its own.

    Raises:
        RuntimeError: when the audit fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_sample(root / "sample", lmns=SYSTEMS, births=births)
        command = [
            sys.executable, "-m", "orchestration.cli", "run",
            "--input", str(root / "sample"), "--output", str(root / "output"),
        ]  # fmt: skip
        started = time.perf_counter()
        running = subprocess.Popen(
            command,
            cwd=PROJECT_DIR,
            env=os.environ | {"DAGSTER_HOME": str(root / "home")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        peaks = [0.0]
        ended = threading.Event()

        def watch() -> None:
            while not ended.wait(EVERY_SECONDS):
                peaks.append(memory_of(running.pid))

        watcher = threading.Thread(target=watch)
        if PROCESSES.is_dir():
            watcher.start()
        said, _ = running.communicate()
        seconds = time.perf_counter() - started
        ended.set()
        if running.returncode:
            raise RuntimeError(f"the audit of {births:,} births failed:\n{said[-4000:]}")
    return Audit(seconds, max(peaks) or None)


def _memory(made: Audit) -> str:
    peak = "not measured here" if made.peak is None else f"{made.peak:,.0f} MB of {MEMORY_MB:,}"
    return f"peak memory {peak}"


def rows() -> list[BenchRow]:
    """The smaller sample, and the larger one beside it."""
    few = audit(FEW_BIRTHS)
    many = audit(MANY_BIRTHS)
    return [
        BenchRow(f"whole audit of {FEW_BIRTHS:,} births", few.seconds, note=_memory(few)),
        BenchRow(
            f"whole audit of {MANY_BIRTHS:,} births",
            many.seconds,
            few.seconds,
            budget_ratio=12,
            budget_seconds=300,
            note=f"{_memory(many)}; beside the audit of {FEW_BIRTHS:,}",
        ),
    ]
