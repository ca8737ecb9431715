"""How hard a text is to read, by two published formulas: Flesch-Kincaid grade and SMOG. Knows no figure and no layout.

The formulas are for English. A reading age is about the grade plus five.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?|\d[\d,.]*\d|\d")
VOWELS = re.compile(r"[aeiouy]+")
# endings whose e is not spoken, and those where it is
SILENT_END = re.compile(r"(?:[^aceghilosuxyz]es|[^aeiouytd]ed|[^laeiouy]e)$")
NAME = "name"


@dataclass(frozen=True)
class Reading:
    """What the formulas say of a text.

    Attributes:
        grade: Flesch-Kincaid grade, in school years of the United States.
        smog: SMOG grade.
        mean_words: words a sentence.
        longest: the sentence with the most words.
    """

    grade: float
    smog: float
    mean_words: float
    longest: str

    @property
    def most_words(self) -> int:
        """Words of the longest sentence."""
        return len(WORD.findall(self.longest))


def syllables(word: str) -> int:
    """Syllables by groups of vowels, without a silent ending; a number counts as one."""
    lowered = word.lower()
    groups = len(VOWELS.findall(lowered))
    return max(groups - bool(SILENT_END.search(lowered)), 1)


def reading(sentences: Iterable[str], names: Iterable[str] = ()) -> Reading:
    """Grades of a text.

    Args:
        sentences: the text, one sentence each.
        names: proper names, which count as one easy word each: nobody can choose a shorter one.

    Raises:
        ValueError: when there is no sentence with a word.
    """
    known = sorted({name for name in names if name}, key=len, reverse=True)
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, known))})(?!\w)") if known else None
    texts = [pattern.sub(NAME, text) if pattern else text for text in sentences]
    counted = [(WORD.findall(text), text) for text in texts]
    counted = [(words, text) for words, text in counted if words]
    if not counted:
        raise ValueError("A text without words has no reading age.")
    words = [word for found, _ in counted for word in found]
    per_word = [syllables(word) for word in words]
    mean_words = len(words) / len(counted)
    hard = sum(number >= 3 for number in per_word)
    return Reading(
        grade=0.39 * mean_words + 11.8 * sum(per_word) / len(words) - 15.59,
        smog=1.043 * math.sqrt(hard * 30 / len(counted)) + 3.1291,
        mean_words=mean_words,
        longest=max(counted, key=lambda item: len(item[0]))[1],
    )
