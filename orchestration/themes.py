"""Suggest a theme for a statement that nobody has coded: points of the words and phrases of seeds/theme_terms.csv.

Suggests only. A person confirms in the file that `equity-audit themes` writes; a suggestion alone is never evidence.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.settings import SEEDS_DIR

FEWEST_POINTS = 2
WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")
EQUITY = re.compile(r"E[0-9]{1,2}")


@dataclass(frozen=True)
class Term:
    """A word or phrase and what it speaks for.

    Attributes:
        pattern: matches the term between ends of words; a star at its end stands for any ending.
        theme: code of either axis.
        points: how strongly.
    """

    pattern: re.Pattern[str]
    theme: str
    points: int


@dataclass(frozen=True)
class Suggestion:
    """What a statement may be about; empty where the words do not say."""

    theme: str = ""
    equity: str = ""


def normal(text: str) -> str:
    """A statement as words in small letters with one space between."""
    return " ".join(WORD.findall(text.replace("’", "'").lower()))


def read_terms(path: Path = SEEDS_DIR / "theme_terms.csv") -> tuple[Term, ...]:
    """The list of terms."""
    terms = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            words = re.escape(normal(row["term"].rstrip("*")))
            ending = r"[\w'-]*" if row["term"].endswith("*") else ""
            pattern = re.compile(rf"(?<![\w'-]){words}{ending}(?![\w'-])")
            terms.append(Term(pattern, row["theme_code"], int(row["points"])))
    return tuple(terms)


def _first(points: Mapping[str, int]) -> str:
    """The theme with most points; none where two have as many, or too few."""
    ranked = sorted(points.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < FEWEST_POINTS:
        return ""
    return "" if len(ranked) > 1 and ranked[1][1] == ranked[0][1] else ranked[0][0]


def suggest(statement: str, terms: Sequence[Term]) -> Suggestion:
    """A theme and what it says about equity, from the words of one statement."""
    words = normal(statement)
    points: dict[bool, dict[str, int]] = {True: defaultdict(int), False: defaultdict(int)}
    for term in terms:
        if term.pattern.search(words):
            points[bool(EQUITY.fullmatch(term.theme))][term.theme] += term.points
    return Suggestion(_first(points[False]), _first(points[True]))


@dataclass(frozen=True)
class Accuracy:
    """How often suggestions are right.

    Attributes:
        labelled: statements that have a theme.
        suggested: statements that got a suggestion.
        right: suggestions that are the label.
    """

    labelled: int
    suggested: int
    right: int

    @property
    def precision(self) -> float:
        """Share of suggestions that are right."""
        return self.right / self.suggested if self.suggested else 0.0

    @property
    def recall(self) -> float:
        """Share of labelled statements whose suggestion is right."""
        return self.right / self.labelled if self.labelled else 0.0


def accuracy(pairs: Sequence[tuple[str, str]]) -> Accuracy:
    """Accuracy of pairs of label and suggestion; an empty text is none."""
    return Accuracy(
        labelled=sum(bool(label) for label, _ in pairs),
        suggested=sum(bool(found) for _, found in pairs),
        right=sum(bool(label) and label == found for label, found in pairs),
    )
